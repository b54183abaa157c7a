//! How long to wait before the next try.

use std::time::Duration;

/// Doubles from 5 ms up to a bound with every failure; a success starts over.
#[derive(Clone, Debug)]
pub(super) struct Backoff {
    failures: u32,
    most: Duration,
}

const FIRST: Duration = Duration::from_millis(5);

impl Backoff {
    /// Never waits longer than this.
    pub fn new(most: Duration) -> Backoff {
        Backoff { failures: 0, most }
    }

    /// It worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// It failed again: how long to wait.
    pub fn next(&mut self) -> Duration {
        let wait = FIRST.saturating_mul(1u32.checked_shl(self.failures).unwrap_or(u32::MAX)).min(self.most);
        self.failures = (self.failures + 1).min(31);
        wait
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Backoff;

    #[test]
    fn doubles_up_to_a_bound() {
        let mut backoff = Backoff::new(Duration::from_millis(30));
        let waits: Vec<u128> = (0..5).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(waits, [5, 10, 20, 30, 30]);
        for _ in 0..100 {
            backoff.next();
        }
        assert_eq!(backoff.next().as_millis(), 30);
        backoff.reset();
        assert_eq!(backoff.next().as_millis(), 5);
    }
}
