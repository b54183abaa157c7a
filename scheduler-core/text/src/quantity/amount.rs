//! The number behind a quantity's text, in the representation that upstream would choose: it decides the float's last bits.

use super::QuantityError;
use super::decimal::Decimal;
use super::split::{Family, Split, split, suffix};

/// What a text says.
pub(super) struct Amount {
    pub family: Family,
    pub number: Number,
    /// The text is its own string form.
    pub keeps_text: bool,
    /// The exponent lies within ±2^31: PRIO-53.
    pub bounded: bool,
}

/// How upstream holds it. The slow kind is rounded and, in the binary family, capped.
pub(super) enum Number {
    /// `value × 10^scale`.
    Fast { value: i64, scale: i64 },
    /// Arbitrary precision, held by upstream as an integer times `10^scale`.
    Slow { decimal: Decimal, scale: i64 },
}

/// Upstream counts on 18 decimal digits in 64 bits.
const DIGITS_MAX: usize = 18;
/// The finest decimal place: nano.
const PLACES: i64 = 9;

impl Amount {
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let parts = split(text)?;
        let (family, exponent) = suffix(parts.suffix)?;
        // PRIO-53. Upstream would take the exponent modulo 2^32.
        let bounded = i32::try_from(exponent).is_ok();
        if let Some((number, keeps_text)) = fast(&parts, family, exponent).filter(|_| bounded) {
            return Ok(Self { family, number, keeps_text, bounded });
        }
        if !parts.has_digits {
            return Err(QuantityError::Number);
        }
        Ok(Self { family, number: slow(&parts, family, exponent), keeps_text: false, bounded })
    }

    /// §8.5 step 5; `None` if it is not finite or PRIO-53 forbids it.
    pub fn approximate(&self) -> Option<f64> {
        let (base, scale) = match &self.number {
            Number::Fast { value, scale } => (*value as f64, *scale),
            Number::Slow { decimal, scale } => (nearest(decimal, *scale), *scale),
        };
        let float = if scale == 0 { base } else { base * power_of_ten(scale) };
        Some(float).filter(|float| self.bounded && float.is_finite())
    }

    pub fn as_i64(&self) -> Option<i64> {
        match self.number {
            _ if !self.bounded => None,
            Number::Fast { value: 0, scale: 0.. } => Some(0),
            Number::Fast { value, scale } => {
                let factor = 10_i64.checked_pow(u32::try_from(scale).ok()?)?;
                value.checked_mul(factor)
            }
            Number::Slow { .. } => None,
        }
    }

    pub fn to_decimal(&self) -> Decimal {
        match &self.number {
            Number::Fast { value, scale } => Decimal::from_i64(*value, *scale),
            Number::Slow { decimal, .. } => decimal.clone(),
        }
    }
}

/// §8.5 step 3, and whether the text is its own string form.
fn fast(parts: &Split<'_>, family: Family, exponent: i64) -> Option<(Number, bool)> {
    let Split { num, denom, .. } = parts;
    let digits = num.len().saturating_add(denom.len());
    let (digits_max, factor, scale) = match family {
        Family::Decimal | Family::Exponent => {
            (DIGITS_MAX, 1, exponent.saturating_sub(i64::try_from(denom.len()).ok()?))
        }
        Family::Binary if denom.is_empty() => (usize::try_from(14 - 3 * exponent / 10).ok()?, 1 << exponent, 0),
        Family::Binary => return None,
    };
    if digits > digits_max || scale < -PLACES {
        return None;
    }
    let written = num.bytes().chain(denom.bytes()).fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'));
    let value = written.checked_mul(factor)?;
    let keeps_text = match family {
        Family::Binary => written % 8 != 0,
        Family::Decimal | Family::Exponent => scale % 3 == 0 && written % 1000 != 0 && !num.starts_with('0'),
    };
    Some((Number::Fast { value: if parts.negative { -value } else { value }, scale }, keeps_text))
}

/// §8.5 step 4.
fn slow(parts: &Split<'_>, family: Family, exponent: i64) -> Number {
    let power_of_ten = if family == Family::Binary { 0 } else { exponent };
    let mut decimal = Decimal::new(parts.negative, parts.num, parts.denom, power_of_ten);
    if decimal.is_zero() {
        let scale = decimal.exponent;
        return Number::Slow { decimal, scale };
    }
    if family == Family::Binary {
        decimal.multiply_by_1024(exponent / 10);
    }
    decimal.round_away(PLACES);
    if family == Family::Binary && decimal.exceeds(i64::MAX) {
        let decimal = Decimal { negative: parts.negative, ..Decimal::from_i64(i64::MAX, 0) };
        return Number::Slow { decimal, scale: 0 };
    }
    Number::Slow { decimal, scale: -PLACES }
}

/// The binary64 nearest to the integer `decimal / 10^scale`, ties to even; infinite if too large.
fn nearest(decimal: &Decimal, scale: i64) -> f64 {
    if decimal.is_zero() {
        return 0.0;
    }
    // Above every binary64; and what is below has few enough digits to be written out.
    let magnitude = if decimal.magnitude().saturating_sub(scale) > 400 {
        f64::INFINITY
    } else {
        let text = format!("{}e{}", decimal.digits_text(), decimal.exponent - scale);
        text.parse().unwrap_or(f64::INFINITY)
    };
    if decimal.negative { -magnitude } else { magnitude }
}

/// `10^exponent` as Go's tables give it: above 10^31 a product of two binary64 numbers, hence not always the nearest one.
fn power_of_ten(exponent: i64) -> f64 {
    const SMALL: [f64; 32] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31,
    ];
    const LARGE: [f64; 10] = [1e0, 1e32, 1e64, 1e96, 1e128, 1e160, 1e192, 1e224, 1e256, 1e288];
    match usize::try_from(exponent) {
        Ok(exponent @ 0..=308) => LARGE[exponent / 32] * SMALL[exponent % 32],
        Ok(_) => f64::INFINITY,
        // Only zero has a scale below nano, and any finite factor leaves it zero.
        Err(_) => 1.0 / SMALL[exponent.clamp(-PLACES, 0).unsigned_abs() as usize],
    }
}
