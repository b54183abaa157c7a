//! Durations as Go writes them (`1h2m3.5s`), and the narrower form of our CRDs (`90s`).

use std::fmt;

/// Nanoseconds in 64 bits, signed: up to about 292 years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(i64);

/// A text that is no duration; the texts are Go's, except the last.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Not of the form at all, or longer than 64 bits of nanoseconds.
    #[error("time: invalid duration {}", quote(.0))]
    Invalid(String),
    /// A number without a unit, the last one for example.
    #[error("time: missing unit in duration {}", quote(.0))]
    MissingUnit(String),
    /// None of `ns us µs ms s m h`.
    #[error("time: unknown unit {} in duration {}", quote(.unit), quote(.text))]
    UnknownUnit {
        /// The unit as written.
        unit: String,
        /// The whole text.
        text: String,
    },
    /// Not what the CRD's pattern takes.
    #[error("{} does not match '^[0-9]+[hms]$'", quote(.0))]
    Pattern(String),
}

/// Go's units, in nanoseconds. Both letters that look like µ are known.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl Duration {
    /// From nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// In nanoseconds.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Reads Go's syntax: a sign, then decimal numbers with a unit each. O(length).
    ///
    /// # Errors
    /// [`DurationError`], with Go's text.
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        let invalid = || DurationError::Invalid(text.to_owned());
        let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
        if rest == "0" {
            return Ok(Self(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut sum: u64 = 0;
        while !rest.is_empty() {
            let (nanos, after) = parse_term(rest, text)?;
            // One more than the largest positive one: `-2562047h47m16.854775808s` exists.
            sum = sum.checked_add(nanos).filter(|&sum| sum <= 1 << 63).ok_or_else(invalid)?;
            rest = after;
        }
        if text.starts_with('-') {
            return Ok(Self(0_i64.wrapping_sub_unsigned(sum)));
        }
        i64::try_from(sum).map(Self).map_err(|_| invalid())
    }

    /// Reads the CRDs' form, `^[0-9]+[hms]$`: one whole number, one unit. O(length).
    ///
    /// # Errors
    /// [`DurationError::Pattern`], or [`DurationError::Invalid`] above 64 bits of nanoseconds.
    pub fn parse_single_unit(text: &str) -> Result<Self, DurationError> {
        let digits = text.strip_suffix(['h', 'm', 's']);
        if digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())) {
            return Self::parse(text);
        }
        Err(DurationError::Pattern(text.to_owned()))
    }
}

/// As Go prints it: `1h0m0s`, `1.5s`, `100ms`, `0s`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanos = self.0.unsigned_abs();
        let text = match nanos {
            0 => "0s".to_owned(),
            1..1_000 => format!("{nanos}ns"),
            1_000..1_000_000 => format!("{}\u{b5}s", decimal(nanos, 3)),
            1_000_000..1_000_000_000 => format!("{}ms", decimal(nanos, 6)),
            _ => {
                let minutes = nanos / 60_000_000_000;
                let seconds = decimal(nanos % 60_000_000_000, 9);
                match minutes {
                    0 => format!("{seconds}s"),
                    1..60 => format!("{minutes}m{seconds}s"),
                    _ => format!("{}h{}m{seconds}s", minutes / 60, minutes % 60),
                }
            }
        };
        f.pad(&format!("{sign}{text}"))
    }
}

/// One number with its unit, in nanoseconds, and what follows it.
fn parse_term<'t>(term: &'t str, text: &str) -> Result<(u64, &'t str), DurationError> {
    let invalid = || DurationError::Invalid(text.to_owned());
    let (digits, rest) = digits(term);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => self::digits(rest),
        None => ("", rest),
    };
    if digits.is_empty() && fraction.is_empty() {
        return Err(invalid());
    }
    // Go reads the number first and looks at the unit only if it fits.
    let whole = match digits {
        "" => 0,
        _ => digits.parse::<u64>().ok().filter(|&whole| whole <= 1 << 63).ok_or_else(invalid)?,
    };
    let end = rest.bytes().position(|byte| byte == b'.' || byte.is_ascii_digit()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(end);
    if unit.is_empty() {
        return Err(DurationError::MissingUnit(text.to_owned()));
    }
    let Some(&(_, nanos_a_unit)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(DurationError::UnknownUnit { unit: unit.to_owned(), text: text.to_owned() });
    };
    let whole = whole.checked_mul(nanos_a_unit).filter(|&nanos| nanos <= 1 << 63).ok_or_else(invalid)?;
    Ok((whole + fraction_of(fraction, nanos_a_unit), rest))
}

/// Go's binary64 arithmetic: digits beyond 63 bits are ignored, the rest is cut off below a nanosecond.
fn fraction_of(digits: &str, nanos_a_unit: u64) -> u64 {
    let (mut value, mut scale) = (0_u64, 1.0_f64);
    for digit in digits.bytes().map(|byte| u64::from(byte - b'0')) {
        let longer = value.checked_mul(10).and_then(|value| value.checked_add(digit));
        let Some(longer) = longer.filter(|&longer| value <= i64::MAX as u64 / 10 && longer <= 1 << 63) else {
            break;
        };
        value = longer;
        scale *= 10.0;
    }
    (value as f64 * (nanos_a_unit as f64 / scale)) as u64
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// `value / 10^places` without trailing zeros.
fn decimal(value: u64, places: usize) -> String {
    let digits = format!("{value:0width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    }
}

/// Go's own quoting inside package time: every byte outside of printable ASCII as `\x..`.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=0x7f => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
