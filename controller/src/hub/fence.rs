//! The fence: until when writes may be sent. Nobody else can hold the lease before that.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

/// Shared by who renews the lease and who writes.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    until: Arc<Mutex<Until>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// Nobody asks for a lease.
    Open,
    Closed,
    Instant(Instant),
}

impl Fence {
    /// One that is always open: without leader election.
    pub fn open() -> Fence {
        Fence { until: Arc::new(Mutex::new(Until::Open)) }
    }

    /// One that is closed until the lease is held.
    pub fn closed() -> Fence {
        Fence { until: Arc::new(Mutex::new(Until::Closed)) }
    }

    /// Whether a write may be sent now.
    pub fn is_held(&self) -> bool {
        match *self.lock() {
            Until::Open => true,
            Until::Closed => false,
            Until::Instant(until) => Instant::now() < until,
        }
    }

    /// The lease is held until then.
    pub fn hold(&self, until: Instant) {
        *self.lock() = Until::Instant(until);
    }

    /// The lease is given back, or lost.
    pub fn close(&self) {
        *self.lock() = Until::Closed;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Until> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, advance};

    use super::Fence;

    #[tokio::test(start_paused = true)]
    async fn closes_by_itself() {
        let fence = Fence::closed();
        assert!(!fence.is_held());
        fence.hold(Instant::now() + Duration::from_secs(107));
        advance(Duration::from_secs(106)).await;
        assert!(fence.is_held());
        advance(Duration::from_secs(1)).await;
        assert!(!fence.is_held());
        fence.hold(Instant::now() + Duration::from_secs(1));
        fence.close();
        assert!(!fence.is_held());
        assert!(Fence::open().is_held());
    }
}
