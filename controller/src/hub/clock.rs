//! The wall clock, which tests replace.

use std::fmt::Debug;
use std::time::{SystemTime, UNIX_EPOCH};

use kube_text::Time;

/// Tells the time of day.
pub trait Clock: Debug + Send + Sync {
    /// Now. May jump either way, as clocks do.
    fn now(&self) -> Time;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        Time::from_unix_nanos(i128::try_from(nanos).unwrap_or(i128::MAX))
    }
}

/// As `metav1.MicroTime` is written: RFC 3339 in UTC with six decimal places.
pub(super) fn micro_time(time: Time) -> String {
    let whole = time.to_string();
    let micros = time.unix_nanos().rem_euclid(1_000_000_000) / 1000;
    format!("{}.{micros:06}Z", whole.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use kube_text::Time;

    #[test]
    fn six_decimal_places() {
        let time = |nanos| super::micro_time(Time::from_unix_nanos(nanos));
        assert_eq!(time(1_764_288_000_000_001_999), "2025-11-28T00:00:00.000001Z");
        assert_eq!(time(0), "1970-01-01T00:00:00.000000Z");
    }
}
