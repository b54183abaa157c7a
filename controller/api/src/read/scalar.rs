//! What YAML 1.1 and YAML 1.2 make of a plain scalar, and where they disagree (FILE-1, FILE-2).

/// How a plain scalar is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Null in both versions.
    Null,
    /// A boolean in both.
    Bool(bool),
    /// The same number in both.
    Number,
    /// Text in both.
    Text,
    /// A boolean in YAML 1.1, text in 1.2.
    DoubtfulBool,
    /// Not the same number in both, or a number in one only.
    DoubtfulNumber,
}

/// Reads a plain scalar. O(length).
pub(crate) fn read(text: &str) -> Reading {
    let Some(&first) = text.as_bytes().first() else {
        return Reading::Null;
    };
    match first {
        b'~' | b'n' | b'N' if matches!(text, "~" | "null" | "Null" | "NULL") => Reading::Null,
        b't' | b'T' if matches!(text, "true" | "True" | "TRUE") => Reading::Bool(true),
        b'f' | b'F' if matches!(text, "false" | "False" | "FALSE") => Reading::Bool(false),
        b'y' | b'Y' | b'n' | b'N' | b'o' | b'O' if is_old_bool(text) => Reading::DoubtfulBool,
        b'0'..=b'9' | b'+' | b'-' | b'.' => number(text),
        _ => Reading::Text,
    }
}

fn is_old_bool(text: &str) -> bool {
    ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn number(text: &str) -> Reading {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    let bytes = bare.as_bytes();
    match bytes {
        [] => Reading::Text,
        b".inf" | b".Inf" | b".INF" => Reading::Number,
        b".nan" | b".NaN" | b".NAN" if bare.len() == text.len() => Reading::Number,
        [b'0', b'x', digits @ ..] if all(digits, |b| b.is_ascii_hexdigit()) => Reading::Number,
        [b'0', b'x', digits @ ..] if all(digits, |b| b.is_ascii_hexdigit() || b == b'_') => Reading::DoubtfulNumber,
        [b'0', b'o', digits @ ..] if all(digits, |b| b.is_ascii_digit() || b == b'_') => Reading::DoubtfulNumber,
        [b'0', b'b', digits @ ..] if all(digits, |b| matches!(b, b'0' | b'1' | b'_')) => Reading::DoubtfulNumber,
        [b'0', digits @ ..] if all(digits, |b| b.is_ascii_digit() || b == b'_') => Reading::DoubtfulNumber,
        _ if is_decimal(bytes) => Reading::Number,
        _ if is_sexagesimal(bytes) => Reading::DoubtfulNumber,
        _ if bytes.contains(&b'_') && is_decimal(&without_underscores(bytes)) => Reading::DoubtfulNumber,
        _ => Reading::Text,
    }
}

fn all(digits: &[u8], ok: impl Fn(u8) -> bool) -> bool {
    !digits.is_empty() && digits.iter().all(|&b| ok(b))
}

/// `12`, `1.5`, `1.`, `.5`, each with an exponent or without.
fn is_decimal(bytes: &[u8]) -> bool {
    let whole = digits(bytes);
    let mut rest = &bytes[whole..];
    let mut fraction = 0;
    if let [b'.', after @ ..] = rest {
        fraction = digits(after);
        rest = &after[fraction..];
    }
    if whole + fraction == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            all(exponent, |b| b.is_ascii_digit())
        }
        _ => false,
    }
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// `1:20`, `190:20:30.5`: base 60 in YAML 1.1.
fn is_sexagesimal(bytes: &[u8]) -> bool {
    let mut parts = bytes.split(|&b| b == b':');
    let leading = parts.next().is_some_and(|part| all(part, |b| b.is_ascii_digit() || b == b'_') && part[0] != b'_');
    let mut count = 0;
    let rest = parts.all(|part| {
        count += 1;
        let whole = digits(part);
        matches!(whole, 1 | 2)
            && (part[whole..].is_empty()
                || part[whole] == b'.' && part[whole + 1..].iter().all(|&b| b.is_ascii_digit() || b == b'_'))
    });
    leading && rest && count > 0
}

fn without_underscores(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|&b| b != b'_').collect()
}

#[cfg(test)]
mod tests {
    use super::{Reading::*, *};

    #[track_caller]
    fn check(want: Reading, texts: &[&str]) {
        for text in texts {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn null_in_both() {
        check(Null, &["", "~", "null", "Null", "NULL"]);
    }

    #[test]
    fn booleans_in_both() {
        check(Bool(true), &["true", "True", "TRUE"]);
        check(Bool(false), &["false", "False", "FALSE"]);
    }

    #[test]
    fn booleans_in_the_old_version_only() {
        check(DoubtfulBool, &["y", "Y", "n", "N", "yes", "Yes", "YES", "no", "NO", "on", "On", "off", "OFF", "oFF"]);
    }

    #[test]
    fn numbers_in_both() {
        check(
            Number,
            &[
                "0", "7", "-7", "+7", "1.5", "1.10", ".5", "1.", "1e3", "70042e3", "1E-3", "0.5", "0x1F", ".inf",
                "-.Inf", ".nan",
            ],
        );
        check(Number, &["12345678901234567890"]);
    }

    #[test]
    fn numbers_in_one_or_two_numbers() {
        check(
            DoubtfulNumber,
            &[
                "010",
                "-010",
                "00",
                "08",
                "0o10",
                "0b101",
                "1_000",
                "1_0.5",
                "0x1_F",
                "1:20",
                "190:20:30",
                "1:20.5",
                "+1:20",
            ],
        );
    }

    #[test]
    fn text_in_both() {
        check(
            Text,
            &[
                "two",
                "1.2.3",
                "2026-01-01",
                "2026-01-01T00:00:00Z",
                "-",
                "+",
                ".",
                "1e",
                "e3",
                "0xg",
                "0o",
                "4Gi",
                "1:234",
                "1:",
                ":1",
            ],
        );
        check(Text, &["nULL", "tRUE", "_1", "..5", "-.nan", "yess", "10:20:30:x"]);
    }
}
