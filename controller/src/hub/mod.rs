//! The hub: what is watched there, what the engine makes of it, and what is written back.

mod clock;
mod settings;

pub use clock::{Clock, SystemClock};
pub use settings::{Candidate, Mode, RateLimit, Settings, Timings};

use std::sync::Arc;

use api::kinds::Placement;
use kube::Client;
use kube_text::Time;
use scheduler_core::{Index, PlacementKey};
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;

/// Why a controller ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to.
    Stopped,
    /// Somebody else holds the lease.
    LeaseLost,
}

/// What a running controller answers.
#[derive(Clone, Debug)]
pub struct Handle {}

/// A copy of what is known, to try things on.
#[derive(Clone, Debug)]
pub struct View {
    /// Shares its columns with the one that decides until either changes.
    pub index: Index,
    /// The placement that was asked for, as recorded.
    pub placement: Option<Placement>,
    /// The engine's time.
    pub now: Time,
}

impl Handle {
    /// Whether all watches have delivered what was there when they began.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        false
    }

    /// What is known now; `None` once the controller has ended.
    pub async fn look(&self, placement: Option<PlacementKey>) -> Option<View> {
        let _ = placement;
        None
    }
}

/// A controller that is about to run.
#[derive(Debug)]
pub struct Controller {}

impl Controller {
    /// A controller of the hub behind this client, and what answers for it.
    #[must_use]
    pub fn new(
        _client: Client,
        _settings: Settings,
        _metrics: Arc<Metrics>,
        _clock: Arc<dyn Clock>,
    ) -> (Controller, Handle) {
        (Controller {}, Handle {})
    }

    /// Runs until it is stopped or may not go on.
    ///
    /// # Errors
    /// The watches were not complete within 10 minutes (TRIG-11).
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<Ended> {
        stop.cancelled().await;
        Ok(Ended::Stopped)
    }
}
