//! Instants as Kubernetes writes them: RFC 3339, read as leniently as Go reads it, to the nanosecond.

use std::fmt;
use std::num::NonZero;

use crate::go_quote::quote;

const NANOS: i128 = 1_000_000_000;
const SECONDS_A_DAY: i64 = 86_400;

/// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Seconds and what is left, because `metav1.Time` holds the years 0000 to 9999 and 64 bits of nanoseconds reach
/// from 1677 to 2262 only; the zero time of a taint (TAINT-7) is in the year 1. 16 bytes, as `Option` too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    seconds: i64,
    /// One more than the nanoseconds since the whole second.
    fraction: NonZero<u32>,
}

/// A text that is no RFC 3339 time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not an RFC 3339 time such as `2026-01-01T00:00:00Z`: {what}", quote(.text))]
pub struct TimeError {
    text: String,
    what: &'static str,
}

impl Time {
    /// Go's zero time, 0001-01-01T00:00:00Z: what an absent or null time is upstream.
    pub const ZERO: Self = Self::from_unix_seconds(-62_135_596_800);

    /// From whole seconds since 1970.
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self { seconds, fraction: NonZero::<u32>::MIN }
    }

    /// From nanoseconds since 1970; saturates where 64 bits do not hold the seconds.
    pub const fn from_unix_nanos(nanos: i128) -> Self {
        let seconds = nanos.div_euclid(NANOS);
        if seconds > i64::MAX as i128 {
            return Self::from_unix_seconds(i64::MAX);
        }
        if seconds < i64::MIN as i128 {
            return Self::from_unix_seconds(i64::MIN);
        }
        let fraction = NonZero::<u32>::MIN.saturating_add(nanos.rem_euclid(NANOS) as u32);
        Self { seconds: seconds as i64, fraction }
    }

    /// Nanoseconds since 1970.
    pub const fn unix_nanos(self) -> i128 {
        self.seconds as i128 * NANOS + self.nanos() as i128
    }

    /// Since the whole second.
    const fn nanos(self) -> u32 {
        self.fraction.get() - 1
    }

    /// Reads what Go's `time.Parse(time.RFC3339, …)` accepts, and nothing else.
    ///
    /// That is RFC 3339 with capital `T` and `Z`, and: an hour of one digit, a fraction of any
    /// length after `.` or `,` (cut off after nanoseconds), offsets up to 24:60, no leap second.
    /// O(length).
    ///
    /// # Errors
    /// [`TimeError`], naming the first part that is wrong.
    pub fn parse_rfc3339(text: &str) -> Result<Self, TimeError> {
        parse(text.as_bytes()).map_err(|what| TimeError { text: text.to_owned(), what })
    }

    /// Upstream's arithmetic of `tolerationSeconds`: the seconds become nanoseconds in 64 bits
    /// and wrap around above 292 years (TAINT-7, Q18).
    #[must_use]
    pub fn plus_seconds_wrapping(self, seconds: i64) -> Self {
        Self::from_unix_nanos(self.unix_nanos() + i128::from(seconds.wrapping_mul(1_000_000_000)))
    }

    /// The exact sum, whatever the number of seconds; saturates far outside of any calendar.
    #[must_use]
    pub fn plus_seconds_saturating(self, seconds: i64) -> Self {
        Self::from_unix_nanos(self.unix_nanos() + i128::from(seconds) * NANOS)
    }

    /// RFC 3339 in UTC with as many decimal places as needed, none for a whole second.
    pub fn to_rfc3339_nanos(self) -> String {
        let fraction = format!("{:09}", self.nanos());
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{}{point}{fraction}Z", self.civil())
    }

    /// `2026-01-01T00:00:00`, in UTC.
    fn civil(self) -> String {
        let seconds = i128::from(self.seconds);
        let (year, month, day) = date(seconds.div_euclid(SECONDS_A_DAY.into()));
        let second = seconds.rem_euclid(SECONDS_A_DAY.into());
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let sign = if year < 0 { "-" } else { "" };
        let year = year.unsigned_abs();
        format!("{sign}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// RFC 3339 in UTC, whole seconds (rounded down): how `metav1.Time` is written.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}Z", self.civil()))
    }
}

fn parse(text: &[u8]) -> Result<Time, &'static str> {
    let mut rest = text;
    let year = number(&mut rest, 4, 0..=9999, "the year needs four digits")?;
    literal(&mut rest, b'-', "`-` is missing after the year")?;
    let month = number(&mut rest, 2, 1..=12, "the month is not 01 to 12")?;
    literal(&mut rest, b'-', "`-` is missing after the month")?;
    let day = number(&mut rest, 2, 0..=99, "the day needs two digits")?;
    literal(&mut rest, b'T', "`T` is missing after the date")?;
    let digits = if rest.get(1).is_some_and(u8::is_ascii_digit) { 2 } else { 1 };
    let hour = number(&mut rest, digits, 0..=23, "the hour is not 00 to 23")?;
    literal(&mut rest, b':', "`:` is missing after the hour")?;
    let minute = number(&mut rest, 2, 0..=59, "the minute is not 00 to 59")?;
    literal(&mut rest, b':', "`:` is missing after the minute")?;
    let second = number(&mut rest, 2, 0..=59, "the second is not 00 to 59")?;
    let nanos = fraction(&mut rest);
    let offset = offset(&mut rest)?;
    if !rest.is_empty() {
        return Err("something follows the offset");
    }
    if day < 1 || day > days_in(year, month) {
        return Err("the month has no such day");
    }
    let seconds = days(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second - offset;
    Ok(Time::from_unix_nanos(i128::from(seconds) * NANOS + i128::from(nanos)))
}

/// Takes so many digits.
#[inline] // So that the compiler knows how many digits.
fn number(
    rest: &mut &[u8],
    digits: usize,
    range: std::ops::RangeInclusive<i64>,
    otherwise: &'static str,
) -> Result<i64, &'static str> {
    let (taken, after) = rest.split_at_checked(digits).ok_or(otherwise)?;
    if !taken.iter().all(u8::is_ascii_digit) {
        return Err(otherwise);
    }
    *rest = after;
    let value = taken.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    if range.contains(&value) { Ok(value) } else { Err(otherwise) }
}

#[inline]
fn literal(rest: &mut &[u8], want: u8, otherwise: &'static str) -> Result<(), &'static str> {
    let (&first, after) = rest.split_first().ok_or(otherwise)?;
    *rest = after;
    if first == want { Ok(()) } else { Err(otherwise) }
}

/// Takes `.` or `,` and digits, if they are there: nanoseconds, cut off.
fn fraction(rest: &mut &[u8]) -> i64 {
    let [b'.' | b',', digits @ ..] = *rest else {
        return 0;
    };
    let length = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    if length == 0 {
        return 0;
    }
    let (digits, after) = digits.split_at(length);
    *rest = after;
    let padded = digits.iter().chain(std::iter::repeat(&b'0')).take(9);
    padded.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

/// Takes `Z` or `±hh:mm`: seconds east of Greenwich. Go allows 24 hours and 60 minutes.
fn offset(rest: &mut &[u8]) -> Result<i64, &'static str> {
    let (&sign, after) = rest.split_first().ok_or("the offset is missing: `Z` or `+hh:mm`")?;
    *rest = after;
    let sign = match sign {
        b'Z' => return Ok(0),
        b'+' => 1,
        b'-' => -1,
        _ => return Err("the offset is neither `Z` nor `+hh:mm`"),
    };
    let hours = number(rest, 2, 0..=24, "the offset's hours are not 00 to 24")?;
    literal(rest, b':', "`:` is missing in the offset")?;
    let minutes = number(rest, 2, 0..=60, "the offset's minutes are not 00 to 60")?;
    Ok(sign * (hours * 3600 + minutes * 60))
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01, in the Gregorian calendar of all times.
///
/// Years are counted from March, so that the leap day is a year's last: 365.2425 days a year in
/// cycles of 400, and from March on months of 30.6 days.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 3 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 719_468 days lie between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + (month * 306 + 5) / 10 + day - 1 - 719_468
}

/// The inverse of [`days`]: year, month, day.
fn date(days: i128) -> (i128, i128, i128) {
    let days = days + 719_468;
    let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    // Days without the leap days of 4, 100 and 400 years that lie before: 365 a year.
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (day * 10 + 5) / 306;
    let day = day - (month * 306 + 5) / 10 + 1;
    let year = cycle * 400 + year + i128::from(month >= 10);
    (year, (month + 2) % 12 + 1, day)
}

#[cfg(test)]
mod tests;
