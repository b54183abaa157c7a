//! Long lists, as `kubectl get` dumps them, cut into items by the look of the text: they are read in parallel, and no
//! tree of the whole is ever held.
//!
//! Only a short cut: whoever takes it reads the whole text as one document whenever a piece or the rest is not what it
//! looks like.

use std::ops::Range;

/// A list without its items, and the items.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pieces {
    /// The text with an empty list for `items`.
    pub(crate) envelope: String,
    pub(crate) items: Vec<Piece>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) bytes: Range<usize>,
    pub(crate) line: u32,
}

/// Cuts YAML with `items:` and `- ` at the beginning of lines; each piece is a list of one item. O(length).
pub(crate) fn yaml(text: &str, first_line: u32) -> Option<Pieces> {
    let mut items: Vec<Piece> = Vec::new();
    let mut list: Option<Range<usize>> = None; // From `items:` to the end of the last item.
    let mut is_inside = false;
    let mut at = 0;
    for (line_text, line) in text.split_inclusive('\n').zip(first_line..) {
        let end = at + line_text.len();
        if line_text.strip_suffix("\r\n").unwrap_or(line_text).contains('\r') {
            return None; // A line break to YAML, and lines are counted here too.
        }
        match line_text.as_bytes()[0] {
            b'-' if is_inside && line_text.starts_with("- ") => items.push(Piece { bytes: at..end, line }),
            b' ' | b'\n' | b'\r' | b'#' if is_inside => items.last_mut()?.bytes.end = end,
            _ if line_text.trim_end() == "items:" => {
                if list.is_some() {
                    return None;
                }
                list = Some(at..end);
                is_inside = true;
            }
            _ => is_inside = false,
        }
        if let (true, Some(list)) = (is_inside, &mut list) {
            list.end = end;
        }
        at = end;
    }
    let list = list?;
    let envelope = [&text[..list.start], "items: []\n", &text[list.end..]].concat();
    Some(Pieces { envelope, items })
}

/// Cuts a JSON object with one `"items": […]`. O(length).
pub(crate) fn json(text: &str, first_line: u32) -> Option<Pieces> {
    let bytes = text.as_bytes();
    let (mut depth, mut at, mut line) = (0_usize, 0, first_line);
    let mut items: Vec<Piece> = Vec::new();
    let mut list: Option<Range<usize>> = None; // From `[` to behind `]`.
    let mut is_inside = false;
    let mut is_due = false; // An item begins with the next thing that is not white space.
    while let Some(&b) = bytes.get(at) {
        if is_due && !b.is_ascii_whitespace() && b != b']' {
            items.push(Piece { bytes: at..at, line });
            is_due = false;
        }
        match b {
            b'\n' => line += 1,
            b'"' => {
                let end = string_end(bytes, at)?;
                if depth == 1 && &bytes[at..end] == b"\"items\"" {
                    let open = list_after(bytes, end, &mut line)?;
                    if list.replace(open..open).is_some() {
                        return None;
                    }
                    (is_inside, is_due, depth) = (true, true, 2);
                    at = open + 1;
                    continue;
                }
                at = end;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                if is_inside && depth == 2 {
                    if b == b'}' || is_due && !items.is_empty() {
                        return None;
                    }
                    close(&mut items, at);
                    list = list.map(|list| list.start..at + 1);
                    (is_inside, is_due) = (false, false);
                }
                depth = depth.checked_sub(1)?;
            }
            b',' if is_inside && depth == 2 => {
                close(&mut items, at);
                is_due = true;
            }
            _ => {}
        }
        at += 1;
    }
    let list = list.filter(|list| depth == 0 && !is_inside && list.end > list.start)?;
    let envelope = [&text[..list.start], "[]", &text[list.end..]].concat();
    Some(Pieces { envelope, items })
}

fn close(items: &mut [Piece], at: usize) {
    if let Some(item) = items.last_mut() {
        item.bytes.end = at;
    }
}

/// The position behind the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    loop {
        match bytes.get(end)? {
            b'"' => return Some(end + 1),
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
}

/// The position of the `[` in `: [`.
fn list_after(bytes: &[u8], mut at: usize, line: &mut u32) -> Option<usize> {
    let mut has_colon = false;
    loop {
        match bytes.get(at)? {
            b'\n' => *line += 1,
            b' ' | b'\t' | b'\r' => {}
            b':' if !has_colon => has_colon = true,
            b'[' if has_colon => return Some(at),
            _ => return None,
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cut: fn(&str, u32) -> Option<Pieces>, text: &str, want: Option<(&str, &[(u32, &str)])>) {
        let got = cut(text, 1);
        let got = got.as_ref().map(|pieces| {
            let items: Vec<_> = pieces.items.iter().map(|piece| (piece.line, &text[piece.bytes.clone()])).collect();
            (&*pieces.envelope, items)
        });
        assert_eq!(got, want.map(|(envelope, items)| (envelope, items.to_vec())));
    }

    #[test]
    fn yaml_as_kubectl_prints_it() {
        let text = "apiVersion: v1\nitems:\n- a: 1\n  b: 2\n- c: |\n\n    x\nkind: List\n";
        let items = [(3, "- a: 1\n  b: 2\n"), (5, "- c: |\n\n    x\n")];
        check(yaml, text, Some(("apiVersion: v1\nitems: []\nkind: List\n", &items)));
    }

    #[test]
    fn yaml_of_another_look() {
        check(yaml, "a: 1\n", None);
        check(yaml, "items:\n  - a: 1\n", None);
        check(yaml, "items:\n- a: 1\nitems:\n- b: 1\n", None);
    }

    #[test]
    fn json_of_any_look() {
        let text = "{\"kind\":\"List\", \"items\" :\n [ {\"a\":[1,2]}\n,\n {\"items\":[\"]\"]} ],\"x\":{\"items\":1}}";
        let items = [(2, "{\"a\":[1,2]}\n"), (4, "{\"items\":[\"]\"]} ")];
        check(json, text, Some(("{\"kind\":\"List\", \"items\" :\n [],\"x\":{\"items\":1}}", &items)));
        check(json, "{\"items\":[]}", Some(("{\"items\":[]}", &[])));
    }

    #[test]
    fn json_that_is_no_list() {
        check(json, "{\"a\":1}", None);
        check(json, "{\"items\":{}}", None);
        check(json, "{\"items\":[1", None);
        check(json, "{\"items\":[1]", None);
        check(json, "{\"items\":[1],\"items\":[2]}", None);
        check(json, "[\"items\",[]]", None);
    }
}
