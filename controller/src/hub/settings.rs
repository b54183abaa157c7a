//! How one controller runs, as its flags say.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use plugin_host::Loaded;
use scheduler_core::Profiles;

use crate::preflight::Budget;
use crate::sources::Filed;

/// How one controller runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the lease and the ConfigMap `placewright` are.
    pub namespace: String,
    /// The host's name; events carry it.
    pub hostname: String,
    /// Who decides where no ConfigMap says otherwise.
    pub profiles: Profiles,
    /// Plugins from outside that stand in files; others come in ConfigMaps.
    pub files: Files,
    /// What a new plugin may change without being released (GUARD-6).
    pub budget: Budget,
    /// What it does with what it knows.
    pub mode: Mode,
    /// How it stands for election; `None`: nobody else runs, as `--disable-leader-election` says.
    pub candidate: Option<Candidate>,
    /// The client's own limit; `None`: the server's flow control is the limit.
    pub rate: Option<RateLimit>,
}

/// Plugins from outside that stand in files beside the process.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The file or folder, which is looked at again and again; `None`: there is none.
    pub path: Option<PathBuf>,
    /// What was there when the process began, loaded: it decides from the first decision on.
    pub loaded: Vec<(Filed, Arc<Loaded>)>,
}

/// What a controller does with what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Decides, and writes.
    Control,
    /// Only answers what it is asked: never writes anything but its lease.
    Watch,
}

/// How a process stands for election (§17.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The lease's name.
    pub lease: String,
    /// Who it is: no two processes are the same.
    pub identity: String,
    /// When it renews and gives up.
    pub timings: Timings,
}

/// How leases are timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// How long others wait for a holder that is silent.
    pub lease: Duration,
    /// How long a holder tries to renew before it gives up.
    pub renew: Duration,
    /// How long between two tries.
    pub retry: Duration,
}

impl Default for Timings {
    /// Upstream's.
    fn default() -> Timings {
        Timings { lease: Duration::from_secs(137), renew: Duration::from_secs(107), retry: Duration::from_secs(26) }
    }
}

/// So many requests a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    /// A second, above 0.
    pub qps: f64,
    /// At once, at least 1.
    pub burst: u32,
}
