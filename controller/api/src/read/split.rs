//! Where one document ends and the next begins, so that a bad one hides no other (FILE-7) and all are read in parallel.
//!
//! A line that begins with `---` or `...` ends a YAML document whatever stands before it, and cannot stand inside valid
//! JSON. `}`, a line break and `{` can only stand between two JSON values: strings hold no line breaks, and inside a
//! list a comma is due.

use std::ops::Range;

/// A part of an input that holds whole documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) bytes: Range<usize>,
    /// The line of its first byte, from 1.
    pub(crate) line: u32,
    /// Begins as JSON does.
    pub(crate) json: bool,
}

/// JSON values are gathered into parts of at least so many bytes, so that bookkeeping never outweighs the text.
const JSON_PART_MIN: usize = 16 << 10;

/// Cuts an input into parts, in order. O(length).
pub(crate) fn split(data: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut chunk = Chunk { start: 0, line: 1, blank: true, directives: false };
    let (mut at, mut line) = (0, 1);
    while at < data.len() {
        let end = line_end(data, at);
        let text = &data[at..end];
        if is_marker(text, b"...") {
            chunk.cut(data, end, &mut parts);
            chunk = Chunk { start: end, line: line + 1, blank: true, directives: false };
        } else if is_marker(text, b"---") && !chunk.directives {
            chunk.cut(data, at, &mut parts);
            chunk = Chunk { start: at, line, blank: false, directives: false };
        } else if is_marker(text, b"---") {
            chunk.directives = false;
            chunk.blank = false;
        } else if chunk.blank {
            chunk.directives |= text.starts_with(b"%");
            chunk.blank = chunk.directives || is_blank(text);
        }
        at = end;
        line += 1;
    }
    chunk.cut(data, data.len(), &mut parts);
    parts
}

/// Cuts a part of JSON into its values, as far as line breaks tell them apart: so that one that is broken hides no
/// other. O(length).
pub(crate) fn values(data: &[u8], part: &Part) -> Vec<Part> {
    let mut parts = Vec::new();
    cut_json(data, part.bytes.clone(), part.line, 0, &mut parts);
    parts
}

/// Lines from one document marker to the next.
struct Chunk {
    start: usize,
    line: u32,
    /// Nothing but comments, blank lines and directives so far.
    blank: bool,
    directives: bool,
}

impl Chunk {
    fn cut(&self, data: &[u8], end: usize, parts: &mut Vec<Part>) {
        let bytes = &data[self.start..end];
        match bytes.iter().find(|b| !b.is_ascii_whitespace()) {
            None => {}
            Some(b'-') if bytes.trim_ascii() == b"---" => {}
            Some(b'{' | b'[') => cut_json(data, self.start..end, self.line, JSON_PART_MIN, parts),
            Some(_) => parts.push(Part { bytes: self.start..end, line: self.line, json: false }),
        }
    }
}

fn cut_json(data: &[u8], chunk: Range<usize>, first_line: u32, min: usize, parts: &mut Vec<Part>) {
    let (mut start, mut start_line) = (chunk.start, first_line);
    let (mut at, mut line) = (chunk.start, first_line);
    let mut closed = false; // The last thing before this line was `}`.
    while at < chunk.end {
        let end = line_end(&data[..chunk.end], at);
        let text = data[at..end].trim_ascii();
        if closed && at - start >= min && text.starts_with(b"{") {
            parts.push(Part { bytes: start..at, line: start_line, json: true });
            (start, start_line) = (at, line);
        }
        if !text.is_empty() {
            closed = text.ends_with(b"}");
        }
        at = end;
        line += 1;
    }
    parts.push(Part { bytes: start..chunk.end, line: start_line, json: true });
}

/// The position after the line break that ends the line at `at`.
fn line_end(data: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &data[at..]).map_or(data.len(), |length| at + length + 1)
}

fn is_marker(line: &[u8], marker: &[u8]) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), None | Some(b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[(u32, &str)]) {
        let parts = split(text.as_bytes());
        let got: Vec<_> = parts.iter().map(|part| (part.line, &text[part.bytes.clone()])).collect();
        assert_eq!(got, want);
    }

    #[track_caller]
    fn check_values(text: &str, want: &[(u32, &str)]) {
        check(text, &[(1, text)]);
        let whole = split(text.as_bytes());
        let parts = values(text.as_bytes(), &whole[0]);
        let got: Vec<_> = parts.iter().map(|part| (part.line, &text[part.bytes.clone()])).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn one_document() {
        check("a: 1\nb: 2\n", &[(1, "a: 1\nb: 2\n")]);
    }

    #[test]
    fn markers_end_documents() {
        check("a: 1\n---\nb: 2\n--- # c\nc: 3", &[(1, "a: 1\n"), (2, "---\nb: 2\n"), (4, "--- # c\nc: 3")]);
        check("a: 1\n...\nb: 2\n", &[(1, "a: 1\n...\n"), (3, "b: 2\n")]);
    }

    #[test]
    fn directives_stay_with_their_document() {
        check("%YAML 1.2\n# c\n---\na: 1\n---\nb: 2\n", &[(1, "%YAML 1.2\n# c\n---\na: 1\n"), (5, "---\nb: 2\n")]);
        check("a: 1\n...\n%YAML 1.2\n---\nb: 2\n", &[(1, "a: 1\n...\n"), (3, "%YAML 1.2\n---\nb: 2\n")]);
    }

    #[test]
    fn four_dashes_are_text() {
        check("a: |\n  ---\n----\n", &[(1, "a: |\n  ---\n----\n")]);
    }

    #[test]
    fn line_ends_of_windows() {
        check("a: 1\r\n---\r\nb: 2\r\n", &[(1, "a: 1\r\n"), (2, "---\r\nb: 2\r\n")]);
    }

    #[test]
    fn json_lines() {
        check_values("{\"a\":1}\n{\"b\":2}\n\n  {\n}\n", &[(1, "{\"a\":1}\n"), (2, "{\"b\":2}\n\n"), (4, "  {\n}\n")]);
    }

    #[test]
    fn json_that_is_one_value() {
        check_values("[\n{},\n{}\n]\n", &[(1, "[\n{},\n{}\n]\n")]);
    }

    #[test]
    fn nothing() {
        check("", &[]);
        check("\n  \n", &[]);
    }
}
