//! Cuts the text of a quantity into sign, digits and suffix, as leniently as upstream does.

use super::QuantityError;

/// A quantity's text in parts. `+`, `.` and a lone suffix have no digits and still count as 0.
pub(super) struct Split<'t> {
    pub negative: bool,
    /// Integer digits without leading zeros; `0` if nothing is left.
    pub num: &'t str,
    /// Digits after the point; empty if there is none.
    pub denom: &'t str,
    pub suffix: &'t str,
    /// Whether any digit stands before the suffix.
    pub has_digits: bool,
}

pub(super) fn split(text: &str) -> Result<Split<'_>, QuantityError> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let stripped = unsigned.trim_start_matches('0');
    let (num, rest) = leading(stripped, |byte| byte.is_ascii_digit());
    let (denom, suffix) = match rest.strip_prefix('.') {
        Some(rest) => leading(rest, |byte| byte.is_ascii_digit()),
        None => ("", rest),
    };
    let (_, exponent) = leading(suffix, |byte| b"eEinumkKMGTP".contains(&byte));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if text.is_empty() || !exponent.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(QuantityError::Format);
    }
    Ok(Split {
        negative: text.starts_with('-'),
        has_digits: stripped.len() < unsigned.len() || !num.is_empty() || !denom.is_empty(),
        num: if num.is_empty() { "0" } else { num },
        denom,
        suffix,
    })
}

/// The longest run of such bytes at the start, and the rest.
fn leading(text: &str, is: impl Fn(u8) -> bool) -> (&str, &str) {
    // Only ASCII bytes are ever taken, so the cut is at a character boundary.
    let end = text.bytes().position(|byte| !is(byte)).unwrap_or(text.len());
    text.split_at(end)
}

/// How a quantity's suffix is written; the string form stays in the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// `n u m`, none, `k M G T P E`.
    Decimal,
    /// `Ki Mi Gi Ti Pi Ei`.
    Binary,
    /// `e3`, `E-2`.
    Exponent,
}

/// The suffix's family and its power of ten, or of two for [`Family::Binary`].
pub(super) fn suffix(text: &str) -> Result<(Family, i64), QuantityError> {
    Ok(match text {
        "n" => (Family::Decimal, -9),
        "u" => (Family::Decimal, -6),
        "m" => (Family::Decimal, -3),
        "" => (Family::Decimal, 0),
        "k" => (Family::Decimal, 3),
        "M" => (Family::Decimal, 6),
        "G" => (Family::Decimal, 9),
        "T" => (Family::Decimal, 12),
        "P" => (Family::Decimal, 15),
        "E" => (Family::Decimal, 18),
        "Ki" => (Family::Binary, 10),
        "Mi" => (Family::Binary, 20),
        "Gi" => (Family::Binary, 30),
        "Ti" => (Family::Binary, 40),
        "Pi" => (Family::Binary, 50),
        "Ei" => (Family::Binary, 60),
        _ => {
            let digits = text.strip_prefix(['e', 'E']).ok_or(QuantityError::Suffix)?;
            (Family::Exponent, digits.parse().map_err(|_| QuantityError::Suffix)?)
        }
    })
}
