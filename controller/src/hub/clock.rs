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
