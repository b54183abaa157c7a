//! The index, what stands on the hub, and the decisions on their way there: deciding what is awake, planning the writes,
//! taking back what came of them.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use api::bind::{self, Pruned, Recorded, Version};
use api::facts;
use api::kinds::{ObjectMeta, Placement, Resource};
use api::read::Kind;
use kube_text::Time;
use scheduler_core::{
    Decision, Difference, Differences, Fact, Hold, Index, Key, Outcome, PlacementKey, Profiles, Warning,
};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::error;

use super::View;
use super::board::{Board, owners};
use super::calls::{Calls, Failure};
use super::clock::Clock;
use super::events::{Events, Regarding};
use super::planted::{self, Planted};
use super::queue::Queue;
use super::source::{Id, number};
use super::writer::{News, Plan, Written, write};
use crate::metrics::Metrics;

/// Decisions between two looks at what the watches tell.
const DECISIONS_AT_ONCE: usize = 32;
/// TRIG-10, where a profile asks for it.
const RESYNC_EVERY: Duration = Duration::from_secs(600);

/// What decides and writes.
#[derive(Debug)]
pub(super) struct Deciding {
    index: Index,
    profiles: Profiles,
    board: Board,
    queue: Queue,
    /// What each placement was when it was last decided: uid and generation.
    decided: HashMap<PlacementKey, (String, i64)>,
    writers: JoinSet<Written>,
    /// Whose writes a task makes, and how many slices were planned.
    tasks: HashMap<tokio::task::Id, Task>,
    /// The engine's time; never goes back.
    now: Time,
    resync_at: Instant,
    pub calls: Calls,
    pub events: Events,
    pub metrics: Arc<Metrics>,
    pub clock: Arc<dyn Clock>,
}

#[derive(Debug)]
struct Task {
    key: PlacementKey,
    slices: usize,
    news: News,
    since: std::time::Instant,
}

impl Deciding {
    pub fn new(profiles: Profiles, calls: Calls, events: Events, metrics: Arc<Metrics>, clock: Arc<dyn Clock>) -> Self {
        Deciding {
            index: Index::new(profiles.clone()),
            profiles,
            board: Board::default(),
            queue: Queue::new(metrics.clone()),
            decided: HashMap::new(),
            writers: JoinSet::new(),
            tasks: HashMap::new(),
            now: clock.now(),
            resync_at: Instant::now() + RESYNC_EVERY,
            calls,
            events,
            metrics,
            clock,
        }
    }

    /// An object as a watch brought it.
    pub fn put(&mut self, fact: Fact, kept: Option<Kind>) {
        let Some(kind) = kept else {
            self.index.apply(fact);
            return;
        };
        // While a placement is being written its slices stand half made; `done` tells the index how they ended.
        let is_half_made = match &kind {
            Kind::PlacementDecision(slice) => {
                let ObjectMeta { name, resource_version, .. } = &slice.metadata;
                self.tell_writers(&owners(slice), name, Some(number(resource_version)))
            }
            _ => false,
        };
        if !is_half_made {
            self.index.apply(fact);
        }
        // Also what the index does not look at (labels, a status) is to be put right.
        for key in self.board.put(kind) {
            self.index.wake(&key);
        }
    }

    /// An object is gone.
    pub fn remove(&mut self, key: &Key, id: &Id) {
        match key {
            Key::Placement(placement) => {
                self.board.remove_placement(placement);
                self.queue.forget(placement);
                self.decided.remove(placement);
                self.index.remove(key);
            }
            Key::Slice(..) => {
                let concerned = self.board.remove_slice(id);
                if !self.tell_writers(&concerned, &id.name, None) {
                    self.index.remove(key);
                }
                concerned.iter().for_each(|owner| self.index.wake(owner));
            }
            _ => self.index.remove(key),
        }
    }

    /// A slice of these placements is at this version, or gone: whether one of them is being written. Who writes gets to
    /// know.
    fn tell_writers(&self, owners: &[PlacementKey], slice: &str, at: Option<u64>) -> bool {
        let writing: Vec<&Task> = self.tasks.values().filter(|task| owners.contains(&task.key)).collect();
        writing.iter().for_each(|task| task.news.tell(slice, at));
        !writing.is_empty()
    }

    /// A placement is to be looked at again.
    pub fn wake(&mut self, key: &PlacementKey) {
        self.index.wake(key);
    }

    /// Other profiles from now on.
    pub fn set_profiles(&mut self, profiles: Profiles) {
        self.profiles = profiles.clone();
        self.index.set_profiles(profiles);
    }

    /// What the hub drops of what is written, told before there is anything to write.
    pub fn set_pruned(&mut self, pruned: Pruned) {
        self.board.pruned = pruned;
    }

    /// What is known and decided.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// A copy of what is known.
    pub fn view(&mut self, placement: Option<PlacementKey>) -> View {
        let now = self.time();
        let placement = placement.and_then(|key| self.board.placement(&key).cloned());
        View { index: self.index.clone(), placement, now }
    }

    /// Decides some of what is awake or due; whether there may be more.
    pub fn decide(&mut self) -> bool {
        let now = self.time();
        let instant = Instant::now();
        for key in self.queue.due(instant) {
            self.index.wake(&key);
        }
        self.resync(instant);
        for _ in 0..DECISIONS_AT_ONCE {
            let mut taken = None;
            let since = std::time::Instant::now();
            self.index.step(now, 1, &mut |_, _, decision| taken = Some(decision));
            let Some(decision) = taken else { return false };
            if decision.outcome != Outcome::Untouched {
                self.metrics.scheduled(since.elapsed());
            }
            self.queue(decision);
        }
        true
    }

    fn queue(&mut self, decision: Decision) {
        let key = &decision.placement;
        if let Outcome::Held(Hold::Panic(what)) = &decision.outcome {
            error!(placement = %key, what, "deciding failed, a mistake in placewright");
            self.metrics.panicked();
        }
        let metadata = self.board.placement(key).map(|placement| &placement.metadata);
        let asked = metadata.map(|metadata| (metadata.uid.clone(), metadata.generation));
        let is_first = match (asked, self.decided.get_mut(key)) {
            (Some(asked), Some(before)) => std::mem::replace(before, asked.clone()) != asked,
            (Some(asked), None) => {
                self.decided.insert(key.clone(), asked);
                true
            }
            (None, _) => false,
        };
        if is_first {
            self.warn(&decision);
        }
        self.queue.put(decision, is_first);
    }

    /// Tells whoever changed a placement what of it has no effect (EXT-2), and why it is left alone.
    fn warn(&self, decision: &Decision) {
        let Some(placement) = self.board.placement(&decision.placement) else { return };
        for warning in &decision.warnings {
            let reason = match warning {
                Warning::UnknownAnnotation { .. } => "UnknownAnnotation",
                Warning::NoEffect { .. } => "NoEffect",
                Warning::SetSelector { .. } => "InvalidClusterSet",
                _ => continue,
            };
            self.events.warn(regarding(placement), reason, "Evaluated", warning.to_string());
        }
    }

    /// Starts writing what waits, as far as there are writers.
    pub fn write(&mut self) {
        while let Some(decision) = self.queue.next(Instant::now()) {
            let key = decision.placement.clone();
            let Some(recorded) = self.board.recorded(&key) else {
                self.queue.done(&key, false);
                continue;
            };
            let q17 = !planted::is(Planted::ShrinksFirst);
            let differences = self.differences(&key);
            let differences = differences.with(Difference::Q17, differences.has(Difference::Q17) && q17);
            let since = std::time::Instant::now();
            let planned = catch_unwind(AssertUnwindSafe(|| self.plan(&decision, &recorded, differences)));
            match planned {
                Ok(plan) if plan.writes.is_empty() => {
                    self.metrics.bound(since.elapsed());
                    self.queue.done(&key, false);
                }
                Ok(plan) => {
                    let news = plan.news.clone();
                    let (calls, events, metrics) = (self.calls.clone(), self.events.clone(), self.metrics.clone());
                    let task = self.writers.spawn(async move { write(plan, &calls, &events, &metrics).await });
                    self.tasks.insert(task.id(), Task { key, slices: decision.slices().count(), news, since });
                }
                Err(_) => {
                    error!(placement = %key, "planning its writes failed, a mistake in placewright");
                    self.metrics.panicked();
                    self.queue.failed(&key, Instant::now());
                }
            }
        }
    }

    fn plan(&self, decision: &Decision, recorded: &Recorded, differences: Differences) -> Plan {
        let writes = bind::bind(decision, recorded, &differences, self.now);
        let regarding = regarding(&recorded.placement);
        // Q23. Said once for each time something is written, not at every look.
        if !writes.is_empty() {
            for notice in bind::notices(decision, recorded, &differences) {
                self.events.warn(regarding.clone(), "SliceNotAdopted", "LeftAlone", notice.to_string());
            }
        }
        Plan { key: decision.placement.clone(), regarding, writes, differences, news: News::default() }
    }

    /// Waits for the next writer to end. Waits for ever where none writes. Can be dropped and called again.
    pub async fn written(&mut self) -> Written {
        loop {
            match self.writers.join_next_with_id().await {
                Some(Ok((id, written))) => {
                    if let Some(task) = self.tasks.get(&id) {
                        self.metrics.bound(task.since.elapsed());
                    }
                    return written;
                }
                Some(Err(broken)) => {
                    let Some(task) = self.tasks.get(&broken.id()) else { continue };
                    error!(placement = %task.key, %broken, "writing failed, a mistake in placewright");
                    self.metrics.panicked();
                    let failure = Some(Failure::Unknown(broken.to_string()));
                    return Written { key: task.key.clone(), found: Vec::new(), failure };
                }
                None => std::future::pending().await,
            }
        }
    }

    /// Whether writes are under way.
    pub fn is_writing(&self) -> bool {
        !self.writers.is_empty()
    }

    /// An object as a writer found it: nothing that it did not plan by itself.
    pub fn found(&mut self, kind: Kind) {
        if matches!(kind, Kind::Placement(_)) {
            self.index.apply(facts::fact(&kind).0);
        }
        self.board.put(kind);
    }

    /// A slice that a writer deleted, or found gone.
    pub fn found_none(&mut self, id: &Id) {
        self.board.remove_slice(id);
    }

    /// The writes of a placement ended: from here on what is recorded stands, whatever was meant.
    pub fn done(&mut self, written: Written) {
        let Written { key, failure, .. } = written;
        let now = Instant::now();
        let task = self.tasks.extract_if(|_, task| task.key == key).next();
        match &failure {
            None => self.queue.done(&key, true),
            Some(failure) => {
                self.queue.failed(&key, now);
                match failure {
                    Failure::Busy { wait, .. } => self.queue.pause(now, *wait),
                    Failure::Unknown(_) => self.queue.pause(now, None),
                    _ => {}
                }
            }
        }
        let Some(recorded) = self.board.recorded(&key) else { return };
        for k in 1..=task.map_or(0, |(_, task)| task.slices) {
            let name = format!("{}-decision-{k}", key.name);
            if !recorded.slices.contains_key(&name) {
                self.index.remove(&Key::Slice(key.namespace.clone(), name.as_str().into()));
            }
        }
        for slice in recorded.slices.values() {
            self.index.apply(Fact::Slice(facts::slice(slice)));
        }
    }

    /// When there is something to do though nothing happens.
    pub fn next_due(&self, now: Instant) -> Option<Instant> {
        let due = self.index.next_due().map(|due| {
            let nanos = due.unix_nanos() - self.clock.now().unix_nanos();
            now + Duration::from_nanos(u64::try_from(nanos.max(0)).unwrap_or(u64::MAX)).min(RESYNC_EVERY)
        });
        [due, self.queue.next_due(), Some(self.resync_at)].into_iter().flatten().min()
    }

    /// TRIG-10: in profiles that ask for it every placement is decided again every 10 minutes.
    fn resync(&mut self, now: Instant) {
        if now < self.resync_at {
            return;
        }
        self.resync_at = now + RESYNC_EVERY;
        let keys: Vec<PlacementKey> = self.board.keys().cloned().collect();
        for key in keys {
            if !self.differences(&key).has(Difference::Trig10) {
                self.index.wake(&key);
            }
        }
    }

    /// The differences that decide how a placement's answer is written (EXT-5). An unknown name is the engine's to report;
    /// what is written then is the hub's profile's to say.
    fn differences(&self, key: &PlacementKey) -> Differences {
        let named = &self.profiles.named;
        let chosen = self.index.placement(key).and_then(|placement| named.get(placement.profile.as_ref()?));
        chosen.or_else(|| named.get(&self.profiles.default)).map_or(Differences::NONE, |profile| profile.differences)
    }

    /// The engine's time.
    pub fn time(&mut self) -> Time {
        self.now = self.now.max(self.clock.now());
        self.now
    }
}

/// A placement as events name it.
fn regarding(placement: &Placement) -> Regarding {
    Regarding {
        api_version: Placement::API_VERSION,
        kind: Placement::KIND,
        namespace: placement.metadata.namespace.clone(),
        name: placement.metadata.name.clone(),
        version: Version::of(placement),
    }
}
