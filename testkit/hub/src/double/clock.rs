//! Simulated time: what tokio's clock says, and a wall clock that tests can make jump.

use std::time::Duration;

use k8s_openapi::jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// 2026-01-01T00:00:00Z, when every double begins, in nanoseconds since 1970.
pub const BEGIN: i128 = 1_767_225_600 * 1_000_000_000;

/// The time of a double and of the machine its client runs on.
#[derive(Clone, Debug)]
pub struct SimulatedClock {
    started: Instant,
    jumped: i128,
}

impl SimulatedClock {
    /// A clock that begins now, in a runtime.
    #[must_use]
    pub fn start() -> SimulatedClock {
        SimulatedClock { started: Instant::now(), jumped: 0 }
    }

    /// Since the double began; never jumps.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The server's time of day in nanoseconds since 1970; never jumps.
    #[must_use]
    pub fn server(&self) -> i128 {
        BEGIN + i128::try_from(self.elapsed().as_nanos()).unwrap_or(0)
    }

    /// The client machine's time of day in nanoseconds since 1970.
    #[must_use]
    pub fn client(&self) -> i128 {
        self.server() + self.jumped
    }

    /// Moves the client machine's time of day by so many seconds, either way.
    pub fn jump(&mut self, seconds: i64) {
        self.jumped += i128::from(seconds) * 1_000_000_000;
    }

    /// The server's time of day as objects carry it: RFC 3339, whole seconds.
    #[must_use]
    pub fn stamp(&self) -> String {
        self.stamp_in(Duration::ZERO)
    }

    /// What [`SimulatedClock::stamp`] will say so much later.
    #[must_use]
    pub fn stamp_in(&self, later: Duration) -> String {
        let then = self.server() + i128::try_from(later.as_nanos()).unwrap_or(0);
        let now = Timestamp::from_nanosecond(then).unwrap_or(Timestamp::UNIX_EPOCH);
        let whole = now.checked_sub(SignedDuration::from_nanos(i64::from(now.subsec_nanosecond()))).unwrap_or(now);
        whole.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_the_client_jumps() {
        let mut clock = SimulatedClock::start();
        tokio::time::advance(Duration::from_millis(2500)).await;
        clock.jump(-60);
        assert_eq!(clock.server(), BEGIN + 2_500_000_000);
        assert_eq!(clock.client(), BEGIN - 57_500_000_000);
        assert_eq!(clock.stamp(), "2026-01-01T00:00:02Z");
    }
}
