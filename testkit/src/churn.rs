//! Wake precision: how many placements a change wakes beside how many answers it changes.
//!
//! An answer is a whole `Decision`: what is selected and how it is grouped, the total of each of the selected, how many
//! each stage rejected, conditions, warnings, the totals that an event tells, the time by which to ask again.
//!
//! What others commit moves the counts that everybody is balanced by, and wakes nobody (Q15). So that this is not mistaken for
//! what a change does, both answers are asked of a hub at rest: just before the change and just after it, with nothing
//! committed in between.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{Change, Churn, Part};
use scheduler_core::{Decision, Fact, Index, PlacementKey, Symbol, Time, Trail};
use serde::{Deserialize, Serialize};

use crate::engine;

/// What so many random changes of one sort did, each to a hub at rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Woken {
    /// How many changes.
    pub changes: u32,
    /// How many placements they woke, over all changes.
    pub woken: usize,
    /// How many answers they changed.
    pub changed: usize,
    /// In how many of these another set of clusters is selected.
    pub reselected: usize,
    /// How many answers changed of placements that slept. Never any (law 2).
    pub missed: usize,
}

impl Woken {
    /// Placements woken for each answer changed; none where no answer changed.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        (self.changed > 0).then(|| self.woken as f64 / self.changed as f64)
    }

    fn add(&mut self, other: Woken) {
        self.changes += other.changes;
        self.woken += other.woken;
        self.changed += other.changed;
        self.reselected += other.reselected;
        self.missed += other.missed;
    }
}

/// All sorts in one.
#[must_use]
pub fn overall<'w>(sorts: impl IntoIterator<Item = &'w Woken>) -> Woken {
    let mut all = Woken::default();
    sorts.into_iter().for_each(|woken| all.add(*woken));
    all
}

/// Random changes of these facts and a fifth as many heartbeats, each undone before the next, by the sort of part that
/// changes. The hub steps in between.
///
/// Costs two passes of every placement a change.
#[must_use]
pub fn woken(facts: &[Fact], profile: &str, now: Time, changes: usize, seed: u64) -> BTreeMap<String, Woken> {
    let mut hub = Hub::at_rest(facts, profile, now);
    let mut sorts: BTreeMap<String, Woken> = BTreeMap::new();
    let mut churn = Churn::new(facts, seed);
    let mut happens = |change: Change| {
        sorts.entry(sort(&change.part).to_owned()).or_default().add(hub.woken_by(change));
    };
    churn.by_ref().take(changes).for_each(&mut happens);
    (0..changes / 5).filter_map(|_| churn.of(&Part::Heartbeat)).for_each(happens);
    sorts
}

/// A hub of which every placement sleeps.
struct Hub {
    index: Index,
    placements: Vec<PlacementKey>,
    now: Time,
    trail: Trail,
}

impl Hub {
    fn at_rest(facts: &[Fact], profile: &str, now: Time) -> Hub {
        let index = engine::index(facts, profile);
        let placements = crate::laws::placements(facts).into_iter().map(|p| p.key).collect();
        let mut hub = Hub { index, placements, now, trail: Trail::default() };
        hub.rest();
        hub
    }

    fn rest(&mut self) {
        self.index.step(self.now, usize::MAX, &mut |_, _, _| {});
    }

    /// Makes a change, and undoes it.
    fn woken_by(&mut self, change: Change) -> Woken {
        let before = self.answers();
        self.index.apply(change.after);
        let awake: BTreeSet<PlacementKey> = self.index.awake().into_iter().collect();
        let after = self.answers();
        let mut woken = Woken { changes: 1, woken: awake.len(), ..Woken::default() };
        for (before, after) in before.iter().zip(&after).filter(|(before, after)| before != after) {
            woken.changed += 1;
            woken.reselected += usize::from(selected(before) != selected(after));
            woken.missed += usize::from(!awake.contains(&after.placement));
        }
        self.rest();
        self.index.apply(change.before);
        self.rest();
        woken
    }

    fn answers(&mut self) -> Vec<Decision> {
        let snapshot = self.index.snapshot(self.now);
        self.placements.iter().map(|key| snapshot.schedule(key, &mut self.trail)).collect()
    }
}

fn selected(decision: &Decision) -> BTreeSet<&Symbol> {
    decision.entries().map(|entry| entry.cluster).collect()
}

fn sort(part: &Part) -> &'static str {
    match part {
        Part::Label(_) => "label",
        Part::Claim(_) => "claim",
        Part::Taints => "taints",
        Part::Resources => "resources",
        Part::Score(_) => "score",
        Part::Heartbeat => "heartbeat",
    }
}
