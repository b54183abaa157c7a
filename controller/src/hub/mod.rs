//! The hub: what is watched there, what the engine makes of it, and what is written back.
//!
//! ```text
//! watch (one a kind) ─► engine: known? ─► index ─► decisions ─► queue ─► writers ─► API server
//!                          ▲                                               │
//!                          └────────────── what was found ◄────────────────┘
//! ```
//! All waiting is on tokio's clock and all wall time comes from [`Clock`], so that tests can run years in seconds.

mod backoff;
mod board;
mod calls;
mod clock;
mod deciding;
mod definitions;
mod engine;
mod events;
mod fence;
mod files;
mod guests;
mod known;
mod lease;
#[cfg(feature = "planted")]
pub mod planted;
#[cfg(not(feature = "planted"))]
mod planted;
mod queue;
mod rate;
mod settings;
mod source;
mod watch;
mod writer;

pub use clock::{Clock, SystemClock};
pub use settings::{Candidate, Files, Mode, RateLimit, Settings, Timings};

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use api::bind::Pruned;
use api::kinds::Placement;
use kube::Client;
use kube_text::Time;
use plugins::with_guests;
use scheduler_core::{Index, PlacementKey};
use tokio::sync::{Notify, mpsc, oneshot, watch as told};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use self::calls::Calls;
use self::deciding::Deciding;
use self::engine::{Collection, Engine, Input};
use self::events::{Events, Reporter};
use self::fence::Fence;
use self::guests::Guests;
use self::lease::Election;
use self::rate::Rate;
use self::watch::Watch;
use crate::metrics::Metrics;

/// How long the first lists may take (TRIG-11).
const READY_MAX: Duration = Duration::from_secs(600);
/// What the watches may be ahead of the engine, in changes.
const AHEAD: usize = 1024;

/// Why a controller ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to.
    Stopped,
    /// Somebody else holds the lease, or it could not be renewed in time.
    LeaseLost,
}

/// What a running controller answers; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    engine: mpsc::Sender<Input>,
    ready: told::Receiver<bool>,
}

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
        *self.ready.borrow()
    }

    /// What is known now; `None` once the controller has ended.
    pub async fn look(&self, placement: Option<PlacementKey>) -> Option<View> {
        let (answer, view) = oneshot::channel();
        self.engine.send(Input::Look { placement, answer }).await.ok()?;
        view.await.ok()
    }
}

/// A controller that is about to run.
#[derive(Debug)]
pub struct Controller {
    engine: Engine,
    watches: Vec<Watch>,
    /// Where plugins stand in files, and who is told of them.
    looks: Option<(PathBuf, mpsc::Sender<Input>)>,
    election: Option<Election>,
    mode: Mode,
    leads: told::Sender<bool>,
    calls: Calls,
    reporter: Reporter,
    ready: told::Receiver<bool>,
}

impl Controller {
    /// A controller of the hub behind this client, and what answers for it. The client must not retry by itself: what is
    /// sent again would not be fenced by the lease.
    #[must_use]
    pub fn new(
        client: Client,
        settings: Settings,
        metrics: Arc<Metrics>,
        clock: Arc<dyn Clock>,
    ) -> (Controller, Handle) {
        let Settings { namespace, hostname, profiles, files, budget, mode, candidate, rate } = settings;
        let profiles = metrics.timed(profiles);
        let is_alone = candidate.is_none() && mode == Mode::Control;
        let fence = if is_alone { Fence::open() } else { Fence::closed() };
        let calls = Calls::new(client, fence.clone(), rate.map(|RateLimit { qps, burst }| Rate::new(qps, burst)));
        let events = Events::default();
        let (sender, inputs) = mpsc::channel(AHEAD);
        let (ready_sender, ready) = told::channel(false);
        let (leads, leads_receiver) = told::channel(is_alone);
        let election =
            candidate.map(|candidate| Election::new(calls.clone(), fence, clock.clone(), namespace.clone(), candidate));
        let mut watches = Vec::new();
        let mut collections = Vec::new();
        for (at, source) in
            source::sources().into_iter().chain([source::config(&namespace), source::plugins(&namespace)]).enumerate()
        {
            let again = Arc::new(Notify::new());
            collections.push(Collection::new(source.kind, again.clone()));
            watches.push(Watch::new(source, at, calls.clone(), sender.clone(), metrics.clone(), again));
        }
        let guests = Guests::new(files.loaded, budget, events.clone(), metrics.clone());
        let looks = files.path.map(|path| (path, sender.clone()));
        let served = with_guests(&profiles, &guests.plugins());
        let deciding = Deciding::new(served, calls.clone(), events.clone(), metrics.clone(), clock.clone());
        let engine = Engine {
            deciding,
            collections,
            in_force: profiles.clone(),
            profiles,
            guests,
            inputs,
            leads: leads_receiver,
            ready: ready_sender,
            metrics,
            events,
        };
        let reporter = Reporter { hostname, clock };
        let handle = Handle { engine: sender, ready: ready.clone() };
        (Controller { engine, watches, looks, election, mode, leads, calls, reporter, ready }, handle)
    }

    /// Runs until it is stopped or may not go on. What is being written when it is stopped is finished, for 10 s at most,
    /// and the lease given back.
    ///
    /// # Errors
    /// The watches were not complete within 10 minutes (TRIG-11).
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<Ended> {
        let Controller { mut engine, watches, looks, election, mode, leads, calls, reporter, mut ready } = self;
        let pruned = tokio::select! {
            pruned = definitions::pruned(&calls) => pruned,
            () = stop.cancelled() => Pruned::default(),
        };
        engine.deciding.set_pruned(pruned);
        let mut aside = JoinSet::new();
        for watch in watches {
            aside.spawn(watch.run());
        }
        if let Some((path, engine)) = looks {
            aside.spawn(files::look(path, engine));
        }
        aside.spawn(engine.events.clone().send(calls, reporter, engine.metrics.clone()));
        let halt = stop.child_token();
        let metrics = engine.metrics.clone();
        let engine = tokio::spawn(engine.run(halt.clone()));
        let complete = timeout(READY_MAX, ready.wait_for(|ready| *ready));
        tokio::select! {
            biased;
            complete = complete => if complete.is_err() {
                bail!("the hub could not be listed within {} minutes", READY_MAX.as_secs() / 60);
            },
            () = stop.cancelled() => {}
        }
        let ended = match election {
            Some(mut election) => {
                let lost = tokio::select! {
                    biased;
                    () = lead(&mut election, mode, &leads, &metrics) => true,
                    () = stop.cancelled() => false,
                };
                halt.cancel();
                engine.await?;
                if lost {
                    Ended::LeaseLost
                } else {
                    election.release().await;
                    Ended::Stopped
                }
            }
            None => {
                let _open = leads; // Without an election whoever leads stays so.
                stop.cancelled().await;
                engine.await?;
                Ended::Stopped
            }
        };
        metrics.leading(false);
        Ok(ended)
    }
}

/// Takes the lease and keeps it until it is lost.
async fn lead(election: &mut Election, mode: Mode, leads: &told::Sender<bool>, metrics: &Metrics) {
    election.acquire().await;
    leads.send_replace(mode == Mode::Control);
    metrics.leading(true);
    election.keep().await;
    leads.send_replace(false);
}
