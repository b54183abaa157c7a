//! Rust text with everything that is not code blanked out, so that a plain search sees code alone.

/// The text with comments, strings and character literals replaced by spaces. Lines stay where they are.
pub fn code(text: &str) -> String {
    let mut masker = Masker { rest: text, out: String::with_capacity(text.len()) };
    while !masker.rest.is_empty() {
        masker.step();
    }
    masker.out
}

struct Masker<'t> {
    rest: &'t str,
    out: String,
}

impl Masker<'_> {
    fn step(&mut self) {
        if self.rest.starts_with("//") {
            self.blank(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.blank(block_comment(self.rest));
        } else if let Some(length) = self.raw_string() {
            self.blank(length);
        } else if self.rest.starts_with('"') {
            self.blank(quoted(self.rest, '"'));
        } else if self.rest.starts_with('\'') && is_character(self.rest) {
            self.blank(quoted(self.rest, '\''));
        } else {
            self.keep();
        }
    }

    /// `r"…"`, `br#"…"#`, …, unless the `r` ends a name.
    fn raw_string(&self) -> Option<usize> {
        let after = self.rest.strip_prefix('b').unwrap_or(self.rest).strip_prefix('r')?;
        if self.out.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let hashes = after.len() - after.trim_start_matches('#').len();
        let body = after[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        let end = body.find(&close).map_or(body.len(), |at| at + close.len());
        Some(self.rest.len() - body.len() + end)
    }

    fn keep(&mut self) {
        if let Some(c) = self.rest.chars().next() {
            self.out.push(c);
            self.rest = &self.rest[c.len_utf8()..];
        }
    }

    fn blank(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length);
        self.out.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.rest = rest;
    }
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// Length of a literal that starts and ends with `quote`.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `'a'` and `'\n'`, but not the lifetime `'a`.
fn is_character(text: &str) -> bool {
    let mut after = text.chars().skip(1);
    after.next() == Some('\\') || after.next() == Some('\'')
}

#[cfg(test)]
mod tests {
    use super::code;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(code(text), want);
    }

    #[test]
    fn comments_go() {
        check("a // b\nc", "a     \nc");
    }
    #[test]
    fn comments_nest() {
        check("a/*x/*y*/z*/b", "a           b");
    }
    #[test]
    fn strings_go() {
        check(r#"f("{", x)"#, "f(   , x)");
    }
    #[test]
    fn an_escaped_quote_ends_nothing() {
        check(r#"f("\"{")g"#, "f(     )g");
    }
    #[test]
    fn raw_strings_end_at_their_hashes() {
        check("f(r#\"\"{\"#)g", "f(       )g");
    }
    #[test]
    fn a_name_that_ends_in_r_opens_nothing() {
        check("var\"{\"x", "var   x");
    }
    #[test]
    fn characters_go() {
        check("['{', '\\'']", "[   ,     ]");
    }
    #[test]
    fn lifetimes_stay() {
        check("&'a str", "&'a str");
    }
    #[test]
    fn lines_stay_where_they_are() {
        check("\"a\nb\"c", "  \n  c");
    }
}
