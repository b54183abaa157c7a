//! The loop: what the watches tell goes into the index, what the index decides goes into the queue, what the writers
//! found goes back. One task owns all of it.

use std::sync::Arc;
use std::time::Duration;

use plugins::with_guests;
use scheduler_core::{PlacementKey, Profiles};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::{JoinError, yield_now};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::View;
use super::deciding::Deciding;
use super::events::{Events, Regarding};
use super::guests::{self, Guests};
use super::known::Known;
use super::planted::{self, Planted};
use super::source::{Body, Id, PLUGIN, Seen, number};
use super::watch::Change;
use super::writer::{Found, Written};
use crate::metrics::Metrics;
use crate::profile_document;
use crate::sources::{Filed, Problem};

/// What is taken in between two decisions, so that a burst is decided once.
const INPUTS_AT_ONCE: usize = 4096;
/// How long an event may be late before it is taken for lost.
const LATE_MAX: Duration = Duration::from_secs(5);
/// The longest sleep: the wall clock may jump meanwhile.
const SLEEP_MAX: Duration = Duration::from_secs(10);
/// How long writes that are under way may take when the process is asked to end (§17.2).
const DRAIN_MAX: Duration = Duration::from_secs(10);

/// What the loop is told.
#[derive(Debug)]
pub(super) enum Input {
    /// By the watch of this number.
    Watched { watch: usize, change: Change },
    /// What plugins stand in files now, or why that cannot be told.
    Files(Result<Vec<Filed>, Vec<Problem>>),
    /// Somebody wants a copy.
    Look { placement: Option<PlacementKey>, answer: oneshot::Sender<View> },
}

/// One watched collection, as the loop knows it.
#[derive(Debug)]
pub(super) struct Collection {
    pub kind: &'static str,
    known: Known,
    is_listed: bool,
    /// Asks its watch to list everything anew.
    again: Arc<Notify>,
    /// Versions of which some are late, and when to look again.
    late: Option<Late>,
}

#[derive(Debug)]
struct Late {
    look_at: Instant,
    behind: Vec<Id>,
    versions: Vec<(Id, u64)>,
    at: u64,
}

impl Collection {
    pub fn new(kind: &'static str, again: Arc<Notify>) -> Collection {
        Collection { kind, known: Known::default(), is_listed: false, again, late: None }
    }
}

/// The loop and all it owns.
#[derive(Debug)]
pub(super) struct Engine {
    pub deciding: Deciding,
    pub collections: Vec<Collection>,
    /// Who decides where no ConfigMap says otherwise.
    pub profiles: Profiles,
    /// Who decides, without plugins from outside.
    pub in_force: Profiles,
    pub guests: Guests,
    pub inputs: mpsc::Receiver<Input>,
    /// Whether we hold the lease.
    pub leads: watch::Receiver<bool>,
    /// Told when all collections are listed.
    pub ready: watch::Sender<bool>,
    pub metrics: Arc<Metrics>,
    pub events: Events,
}

impl Engine {
    /// Runs until it is stopped; writes that are under way then are waited for.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            self.absorb_waiting();
            let leads = *self.leads.borrow_and_update() && *self.ready.borrow();
            let is_more = leads && self.deciding.decide();
            if leads {
                self.deciding.write();
            }
            if is_more {
                yield_now().await;
                continue;
            }
            let wake_at = self.wake_at(leads);
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                input = self.inputs.recv() => match input {
                    Some(input) => self.absorb(input),
                    None => return,
                },
                written = self.deciding.written() => self.take_in(written),
                done = self.guests.done() => self.guest_done(done),
                changed = self.leads.changed() => if changed.is_err() { return },
                () = sleep_until(wake_at) => {}
            }
        }
        self.drain().await;
    }

    async fn drain(&mut self) {
        let until = Instant::now() + DRAIN_MAX;
        while self.deciding.is_writing() {
            tokio::select! {
                biased;
                _ = self.deciding.written() => {}
                () = sleep_until(until) => {
                    warn!("writes that are under way are given up");
                    return;
                }
            }
        }
    }

    fn wake_at(&self, leads: bool) -> Instant {
        let now = Instant::now();
        let late = self.collections.iter().filter_map(|collection| Some(collection.late.as_ref()?.look_at));
        let due = self.deciding.next_due(now).filter(|_| leads);
        let settles = Some(self.guests.settles_at()).filter(|at| *at > now);
        late.chain(due).chain(settles).chain([now + SLEEP_MAX]).min().unwrap_or(now)
    }

    fn absorb_waiting(&mut self) {
        for _ in 0..INPUTS_AT_ONCE {
            let Ok(input) = self.inputs.try_recv() else { break };
            self.absorb(input);
        }
        self.look_for_late(Instant::now());
        self.look_whether_ready();
    }

    fn absorb(&mut self, input: Input) {
        match input {
            Input::Watched { watch, change } => self.watched(watch, change),
            Input::Files(Ok(files)) => {
                if self.guests.put_files(files) {
                    self.set_profiles();
                }
            }
            Input::Files(Err(problems)) => {
                for problem in problems {
                    warn!(%problem, "--plugins: what decides goes on");
                }
            }
            Input::Look { placement, answer } => {
                // Who asked may be gone; then nobody wants to know.
                let _ = answer.send(self.deciding.view(placement));
            }
        }
    }

    fn watched(&mut self, watch: usize, change: Change) {
        match change {
            Change::All { seen, at } => {
                let ids: Vec<Id> = seen.iter().map(|seen| seen.id.clone()).collect();
                seen.into_iter().for_each(|seen| self.put(watch, seen));
                for id in self.collections[watch].known.missing(ids.iter(), at) {
                    if !planted::is(Planted::TombstonesIgnored) && self.collections[watch].known.gone(&id, at) {
                        self.gone(watch, &id);
                    }
                }
                self.collections[watch].is_listed = true;
            }
            Change::Put(seen) => self.put(watch, *seen),
            Change::Gone { id, at } => {
                if self.collections[watch].known.gone(&id, at) {
                    self.gone(watch, &id);
                }
            }
            Change::Audit { versions, at } => {
                let collection = &mut self.collections[watch];
                let behind = collection.known.behind(&versions, at);
                let look_at = Instant::now() + LATE_MAX;
                collection.late = (!behind.is_empty()).then_some(Late { look_at, behind, versions, at });
            }
        }
        let len = |kind: &str| self.collections.iter().find(|c| c.kind == kind).map_or(0, |c| c.known.len());
        self.metrics.sizes(len("ManagedCluster"), len("Placement"));
    }

    /// All that was there when the watches began is known, and plugins from outside that were there can be asked.
    fn look_whether_ready(&mut self) {
        if *self.ready.borrow() || !self.is_listed() {
            return;
        }
        self.guests.go_on(&hub(&mut self.deciding, &self.in_force, true));
        if self.guests.is_settled() {
            info!("all watches are complete");
            self.ready.send_replace(true);
        }
    }

    fn is_listed(&self) -> bool {
        self.collections.iter().all(|collection| collection.is_listed)
    }

    /// What was late and still has not come was lost: everything is listed anew.
    fn look_for_late(&mut self, now: Instant) {
        for collection in &mut self.collections {
            let Some(late) = collection.late.take_if(|late| late.look_at <= now) else { continue };
            let still = collection.known.behind(&late.versions, late.at);
            let lost = still.iter().filter(|id| late.behind.contains(id)).count();
            if lost > 0 {
                warn!(kind = collection.kind, lost, "events were lost, listing anew");
                self.metrics.repaired(collection.kind, lost as u64);
                collection.again.notify_one();
            }
        }
    }

    fn put(&mut self, watch: usize, seen: Seen) {
        let Seen { id, version, body } = seen;
        let collection = &mut self.collections[watch];
        if !collection.known.put(&id, number(&version.resource_version)) {
            return;
        }
        match body {
            Body::Profile(document) => self.set_profile(document.as_deref()),
            Body::Plugin(offered) => {
                if self.guests.put(&id, offered, version) {
                    self.set_profiles();
                }
            }
            Body::Unreadable(why) => {
                let kind = collection.kind;
                warn!(kind, namespace = id.namespace, name = id.name, why, "skipping an object that cannot be read");
                self.metrics.skipped(kind);
                let Id { namespace, name } = id;
                let regarding = Regarding { api_version: "", kind, namespace, name, version };
                self.events.warn(regarding, "Unreadable", "Skipped", format!("{kind} cannot be read: {why}"));
            }
            Body::Fact { fact, problems, kept } => {
                for problem in problems {
                    warn!(kind = collection.kind, namespace = id.namespace, name = id.name, %problem, "left out");
                }
                self.deciding.put(fact, kept);
            }
        }
    }

    fn gone(&mut self, watch: usize, id: &Id) {
        match id.key(self.collections[watch].kind) {
            Some(key) => self.deciding.remove(&key, id),
            None if self.collections[watch].kind == PLUGIN => {
                if self.guests.gone(id) {
                    self.set_profiles();
                }
            }
            None => self.set_profile(None),
        }
    }

    /// The ConfigMap's profile document, or what the flags say. A wrong one changes nothing.
    fn set_profile(&mut self, document: Option<&str>) {
        let profiles = match document.map(profile_document::parse) {
            None => self.profiles.clone(),
            Some(Ok(document)) => self.metrics.timed(document.profiles),
            Some(Err(wrong)) => {
                warn!(wrong, "the ConfigMap's profile.yaml is wrong, what was in force stays");
                self.metrics.skipped("profile.yaml");
                return;
            }
        };
        info!(profile = %profiles.default, "decides where a placement chooses no other");
        self.in_force = profiles;
        self.set_profiles();
    }

    /// The profiles in force and the plugins from outside that serve decide from now on.
    fn set_profiles(&mut self) {
        self.deciding.set_profiles(with_guests(&self.in_force, &self.guests.plugins()));
    }

    /// A plugin from outside was loaded, or tried.
    fn guest_done(&mut self, done: Result<guests::Done, JoinError>) {
        let is_listed = self.is_listed();
        if self.guests.take_in(done, &hub(&mut self.deciding, &self.in_force, is_listed)) {
            self.set_profiles();
        }
    }

    /// What a writer came back with: objects as they stand, newer than what the watches brought so far.
    fn take_in(&mut self, written: Written) {
        let (key, mut is_overtaken) = (written.key.clone(), false);
        for found in &written.found {
            let (kind, id, at) = match found {
                Found::There(kind) => {
                    let metadata = kind.metadata();
                    let id = Id { namespace: metadata.namespace.clone(), name: metadata.name.clone() };
                    (kind.kind(), id, Some(number(&metadata.resource_version)))
                }
                Found::NoSlice(name) => {
                    ("PlacementDecision", Id { namespace: key.namespace.to_string(), name: name.clone() }, None)
                }
                Found::NoPlacement => continue, // The watch tells, too.
            };
            let Some(collection) = self.collections.iter_mut().find(|collection| collection.kind == kind) else {
                continue;
            };
            match (found, at) {
                (Found::There(kind), Some(at)) if collection.known.put(&id, at) => self.deciding.found(kind.clone()),
                (Found::There(_), Some(at)) => is_overtaken |= collection.known.is_past(&id, at),
                (Found::NoSlice(_), _) if collection.known.deleted(&id) => self.deciding.found_none(&id),
                _ => {}
            }
        }
        self.deciding.done(written);
        // Somebody changed it after we did, maybe to what it was before, so that the watch brought nothing new.
        if is_overtaken {
            self.deciding.wake(&key);
        }
    }
}

/// What plugins from outside are tried on.
fn hub<'a>(deciding: &'a mut Deciding, profiles: &'a Profiles, is_listed: bool) -> guests::Hub<'a> {
    guests::Hub { now: deciding.time(), index: deciding.index(), profiles, is_listed }
}
