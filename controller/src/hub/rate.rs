//! The client's own rate limit, where `--kube-api-qps` asks for one; else the server's flow control is the limit.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// So many a second, and so many at once. Cheap to clone; clones share one budget.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    gap: Duration,
    burst: u32,
    /// When the budget is full again.
    full_at: Arc<Mutex<Option<Instant>>>,
}

impl Rate {
    /// `qps` a second, above 0; `burst` at once, at least 1.
    pub fn new(qps: f64, burst: u32) -> Rate {
        let gap = Duration::try_from_secs_f64(1.0 / qps).unwrap_or(Duration::MAX / 4);
        Rate { gap, burst: burst.max(1), full_at: Arc::default() }
    }

    /// Waits until there is something left, and takes it. Who asks first goes first.
    pub async fn wait_turn(&self) {
        let at = self.take(Instant::now());
        sleep_until(at).await;
    }

    fn take(&self, now: Instant) -> Instant {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = full_at.map_or(now, |at| at.max(now)) + self.gap;
        *full_at = Some(full);
        full.checked_sub(self.gap * self.burst).map_or(now, |turn| turn.max(now))
    }
}

#[cfg(test)]
mod tests {

    use tokio::time::Instant;

    use super::Rate;

    #[tokio::test(start_paused = true)]
    async fn a_burst_and_then_so_many_a_second() {
        let rate = Rate::new(10.0, 5);
        let start = Instant::now();
        for _ in 0..15 {
            rate.wait_turn().await;
        }
        assert_eq!(start.elapsed().as_millis(), 1000);
    }
}
