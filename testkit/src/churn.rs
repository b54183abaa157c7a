//! Wake precision: how many placements a change wakes beside how many answers it changes.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{Churn, Part};
use scheduler_core::{Decision, Fact, Index, PlacementKey, Symbol, Time, Trail};

use crate::engine;

/// What so many random changes of one sort did, each to a hub at rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Woken {
    /// How many changes.
    pub changes: u32,
    /// How many placements they woke, over all changes.
    pub woken: usize,
    /// How many answers they changed: decisions with their `rejected` counts.
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
}

/// Random changes of these facts, each undone before the next, by the sort of part that changes. The hub steps in between.
///
/// Costs two passes of every placement a change.
#[must_use]
pub fn woken(facts: &[Fact], profile: &str, now: Time, changes: usize, seed: u64) -> BTreeMap<&'static str, Woken> {
    let mut index = engine::index(facts, profile);
    let placements: Vec<PlacementKey> = crate::laws::placements(facts).into_iter().map(|p| p.key).collect();
    let rest = |index: &mut Index| index.step(now, usize::MAX, &mut |_, _, _| {});
    rest(&mut index);
    let mut sorts: BTreeMap<&'static str, Woken> = BTreeMap::new();
    let mut trail = Trail::default();
    for change in Churn::new(facts, seed).take(changes) {
        let before = answers(&mut index, &placements, now, &mut trail);
        index.apply(change.after);
        let awake: BTreeSet<PlacementKey> = index.awake().into_iter().collect();
        let after = answers(&mut index, &placements, now, &mut trail);
        let of = sorts.entry(sort(&change.part)).or_default();
        of.changes += 1;
        of.woken += awake.len();
        for (before, after) in before.iter().zip(&after).filter(|(before, after)| before != after) {
            of.changed += 1;
            of.reselected += usize::from(selected(before) != selected(after));
            of.missed += usize::from(!awake.contains(&after.placement));
        }
        rest(&mut index);
        index.apply(change.before);
        rest(&mut index);
    }
    sorts
}

fn answers(index: &mut Index, placements: &[PlacementKey], now: Time, trail: &mut Trail) -> Vec<Decision> {
    let snapshot = index.snapshot(now);
    placements.iter().map(|key| snapshot.schedule(key, trail)).collect()
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
