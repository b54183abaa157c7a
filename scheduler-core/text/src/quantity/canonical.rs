//! Upstream's string form of a quantity (§8.5), library bug included.

use super::amount::{Amount, Number};
use super::decimal::Decimal;
use super::split::Family;

pub(super) fn render(text: &str, amount: &Amount) -> String {
    if amount.keeps_text || !amount.bounded {
        return text.to_owned();
    }
    let decimal = amount.to_decimal().without_trailing_zeros();
    if decimal.is_zero() {
        return "0".to_owned();
    }
    match whole(amount, &decimal) {
        Some(value) if value.unsigned_abs() >= 1024 => render_binary(value),
        _ => render_decimal(&decimal, amount.family),
    }
}

/// The value, if it is an integer of the binary family; upstream caps those at 64 bits.
fn whole(amount: &Amount, decimal: &Decimal) -> Option<i64> {
    match (amount.family, &amount.number) {
        (Family::Binary, Number::Fast { value, .. }) => Some(*value),
        (Family::Binary, Number::Slow { .. }) => {
            let zeros = usize::try_from(decimal.exponent).ok()?;
            let magnitude: i64 = format!("{}{}", decimal.digits_text(), "0".repeat(zeros)).parse().ok()?;
            Some(if decimal.negative { -magnitude } else { magnitude })
        }
        (Family::Decimal | Family::Exponent, _) => None,
    }
}

fn render_binary(mut value: i64) -> String {
    let mut suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].iter();
    let mut suffix = suffixes.next();
    while value.unsigned_abs() >= 1024 && value % 1024 == 0 {
        value /= 1024;
        suffix = suffixes.next();
    }
    format!("{value}{}", suffix.unwrap_or(&""))
}

fn render_decimal(decimal: &Decimal, family: Family) -> String {
    let padding = decimal.exponent.rem_euclid(3);
    let exponent = decimal.exponent - padding;
    let sign = if decimal.negative { "-" } else { "" };
    let digits = decimal.digits_text();
    let zeros = ["", "0", "00"][padding as usize];
    let suffix = match (family, exponent) {
        (_, 0) => String::new(),
        (Family::Exponent, _) => format!("e{exponent}"),
        (Family::Decimal | Family::Binary, -9) => "n".to_owned(),
        (Family::Decimal | Family::Binary, -6) => "u".to_owned(),
        (Family::Decimal | Family::Binary, -3) => "m".to_owned(),
        (Family::Decimal | Family::Binary, 3) => "k".to_owned(),
        (Family::Decimal | Family::Binary, 6) => "M".to_owned(),
        (Family::Decimal | Family::Binary, 9) => "G".to_owned(),
        (Family::Decimal | Family::Binary, 12) => "T".to_owned(),
        (Family::Decimal | Family::Binary, 15) => "P".to_owned(),
        (Family::Decimal | Family::Binary, 18) => "E".to_owned(),
        // Upstream knows no suffix from 10^21 on and loses the factor.
        (Family::Decimal | Family::Binary, _) => String::new(),
    };
    format!("{sign}{digits}{zeros}{suffix}")
}
