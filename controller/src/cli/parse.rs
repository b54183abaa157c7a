//! Values of options: times, sizes, label queries.

use kube_text::Time;

use super::label_query::LabelQuery;

/// A time in RFC 3339.
pub(super) fn time(text: &str) -> Result<Time, String> {
    Time::parse_rfc3339(text).map_err(|problem| problem.to_string())
}

/// A label query.
pub(super) fn labels(text: &str) -> Result<LabelQuery, String> {
    LabelQuery::parse(text)
}

/// A number of bytes, with a suffix or without: `64Mi`, `2Gi`, `500M`.
pub(super) fn size(text: &str) -> Result<u64, String> {
    const SUFFIXES: [(&str, u64); 9] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("", 1),
    ];
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = SUFFIXES.iter().find(|(suffix, _)| *suffix == &text[digits.len()..]).map(|(_, unit)| *unit);
    let bytes = digits.parse::<u64>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "must be a number of bytes such as 500M or 2Gi".to_owned())
}

#[cfg(test)]
mod tests {
    use super::size;

    #[track_caller]
    fn check(text: &str, want: Option<u64>) {
        assert_eq!(size(text).ok(), want, "{text}");
    }

    #[test]
    fn plain_bytes() {
        check("1048576", Some(1 << 20));
    }
    #[test]
    fn binary_and_decimal_suffixes() {
        check("2Gi", Some(2 << 30));
        check("500M", Some(500_000_000));
    }
    #[test]
    fn nothing_is_no_size() {
        check("0", None);
        check("", None);
        check("Gi", None);
    }
    #[test]
    fn fractions_signs_and_unknown_suffixes_are_refused() {
        check("1.5Gi", None);
        check("-1", None);
        check("1GB", None);
        check("1é", None);
    }
    #[test]
    fn too_large_for_64_bits() {
        check("99999999Ti", None);
    }
}
