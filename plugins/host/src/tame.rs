//! Texts of a guest, made fit for a terminal, a condition or a log line.

/// The text without control characters, and no longer than this many bytes; one that was longer ends with `…`.
///
/// O(`bytes_max`), however long the text is.
pub(crate) fn tame(text: &str, bytes_max: usize) -> String {
    let cut = text.len() > bytes_max;
    let end = if cut { text.floor_char_boundary(bytes_max.saturating_sub('…'.len_utf8())) } else { text.len() };
    let mut tame: String = text[..end].chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if cut {
        tame.push('…');
    }
    tame
}

#[cfg(test)]
mod tests {
    use super::tame;

    #[track_caller]
    fn check(text: &str, bytes_max: usize, want: &str) {
        let got = tame(text, bytes_max);
        assert_eq!(got, want);
        assert!(got.len() <= bytes_max);
    }

    #[test]
    fn short_ones_stay() {
        check("no GPU in eu-1", 14, "no GPU in eu-1");
    }
    #[test]
    fn long_ones_are_cut() {
        check("no GPU in eu-1", 13, "no GPU in …");
    }
    #[test]
    fn never_inside_a_character() {
        check("ééééé", 8, "éé…");
    }
    #[test]
    fn a_terminal_is_left_alone() {
        check("a\u{1b}[2Jb\r\nc\u{9b}d\0", 32, "a [2Jb  c d ");
    }
}
