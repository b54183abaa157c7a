//! Quotes text as Go's `%q` does: upstream's error texts show user input that way (SEL-7).

/// The text in double quotes; what cannot be seen is escaped (`\u200b`).
///
/// Which characters can be seen follows this compiler's Unicode version, which may know a few
/// more than upstream's. O(length).
///
/// ```
/// assert_eq!(kube_text::quote("a\u{200b}\"\n"), r#""a\u200b\"\n""#);
/// ```
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            visible if is_printable(visible) => out.push(visible),
            '\0'..='\x1f' | '\x7f' => out.push_str(&format!("\\x{:02x}", u32::from(char))),
            '\u{80}'..='\u{ffff}' => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => out.push_str(&format!("\\U{:08x}", u32::from(char))),
        }
    }
    out.push('"');
    out
}

/// A letter, mark, number, punctuation, symbol or the ASCII space.
fn is_printable(char: char) -> bool {
    if char.is_ascii() {
        return matches!(char, ' '..='~');
    }
    // Combining marks are escaped at the start of a text only; Go never does. Hence the `a`.
    let mut probe = String::from("a");
    probe.push(char);
    probe.escape_debug().count() == 2
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(quote(text), want);
    }

    #[test]
    fn plain() {
        check("a b", r#""a b""#);
    }
    #[test]
    fn empty() {
        check("", r#""""#);
    }
    #[test]
    fn quotes_and_backslashes() {
        check("\"\\'", r#""\"\\'""#);
    }
    #[test]
    fn named_controls() {
        check("\x07\x08\x0c\n\r\t\x0b", r#""\a\b\f\n\r\t\v""#);
    }
    #[test]
    fn other_controls() {
        check("\0\x1b\x7f", r#""\x00\x1b\x7f""#);
    }
    #[test]
    fn zero_width_and_direction() {
        check("\u{200b}\u{202e}\u{feff}", r#""\u200b\u202e\ufeff""#);
    }
    #[test]
    fn spaces_other_than_ascii() {
        check("\u{a0}\u{2003}\u{85}", r#""\u00a0\u2003\u0085""#);
    }
    #[test]
    fn letters_marks_and_symbols_stay() {
        check("ü漢e\u{301}😀\u{fffd}", "\"ü漢e\u{301}😀\u{fffd}\"");
    }
    #[test]
    fn beyond_the_basic_plane() {
        check("\u{e0001}", r#""\U000e0001""#);
    }
}
