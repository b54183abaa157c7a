//! A plugin as it is offered to a hub, wherever it comes from.

use std::time::Duration;

use plugin_host::{Digest, Host, Loaded};

use super::carried::Carried;
use super::filed::Filed;

/// Who offers it.
#[derive(Clone, Debug)]
pub enum Offered {
    /// A ConfigMap.
    Carried(Box<Carried>),
    /// A file beside the process.
    Filed(Box<Filed>),
}

impl Offered {
    /// Whether somebody released what has this digest, though it changes much (GUARD-6).
    #[must_use]
    pub fn is_released(&self, digest: &Digest) -> bool {
        match self {
            Offered::Carried(carried) => carried.is_released(digest),
            Offered::Filed(filed) => filed.is_released(digest),
        }
    }

    /// What tells it from another version of itself. O(its size).
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            Offered::Carried(carried) => carried.digest(),
            Offered::Filed(filed) => filed.digest(),
        }
    }

    /// How long placements wait for it when a process starts.
    #[must_use]
    pub fn startup_timeout(&self) -> Duration {
        match self {
            Offered::Carried(carried) => carried.startup_timeout(),
            Offered::Filed(filed) => filed.startup_timeout(),
        }
    }

    /// Makes the plugin. Takes from 0.1 s to 20 s.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn load(&self, host: &Host) -> Result<Loaded, String> {
        match self {
            Offered::Carried(carried) => carried.load(host),
            Offered::Filed(filed) => filed
                .load(host)
                .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
        }
    }
}
