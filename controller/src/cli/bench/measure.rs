//! What is measured, and how: passes and changes in CPU time of one thread, steps in wall time of all of them.

use std::time::Instant;

use fleet::{Change, Churn};
use kube_text::Time;
use scheduler_core::{ConditionType, Decision, Fact, Hold, Index, Key, Outcome, Placement, PlacementKey, Trail};

use super::clock::{Clock, median};

/// The median of passes that are timed from outside is one of so many batches.
const BATCHES: usize = 25;

/// How often, when, and with which clock.
pub(super) struct Measure {
    pub rounds: usize,
    pub now: Time,
    pub clock: Clock,
}

/// What the passes of one placement take, in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Passes {
    pub cold: Option<f64>,
    pub warm: Option<f64>,
    pub changed: Option<f64>,
}

/// What steps take, in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Steps {
    pub cold: Option<f64>,
    pub one_change: Option<f64>,
    /// Placements decided after one change.
    pub woken: Option<usize>,
}

impl Measure {
    /// The first pass of a placement on an index that knows everything, and no other placement; with the answer.
    pub fn cold(&self, alone: &mut Index, placement: &Placement) -> (Decision, Option<f64>) {
        let mut once = || {
            alone.apply(Fact::Placement(Box::new(placement.clone())));
            let mut trail = Trail::default();
            let timed = self.clock.time(|| alone.snapshot(self.now).schedule(&placement.key, &mut trail));
            alone.remove(&Key::Placement(placement.key.clone()));
            timed
        };
        let (decision, first) = once();
        if undecided(&decision).is_some() {
            return (decision, None);
        }
        let times = std::iter::once(first).chain((1..self.rounds).map(|_| once().1));
        (decision, median(times.collect()).map(|ns| ns as f64))
    }

    /// The same pass again and again, nothing changed since.
    pub fn warm(&self, index: &mut Index, key: &PlacementKey, trail: &mut Trail) -> Option<f64> {
        let snapshot = index.snapshot(self.now);
        drop(snapshot.schedule(key, trail));
        self.clock.batches(self.rounds, || snapshot.schedule(key, trail))
    }

    /// The same pass as often as there are rounds, and once before: nothing else is done, so that all of it can be timed
    /// from outside.
    pub fn passes(&self, index: &mut Index, key: &PlacementKey, trail: &mut Trail) -> Option<f64> {
        let snapshot = index.snapshot(self.now);
        let mut left = self.rounds;
        let batch = left.div_ceil(BATCHES);
        let mut times = Vec::with_capacity(BATCHES);
        while left > 0 {
            let passes = batch.min(left);
            let ns = self.clock.time(|| (0..passes).for_each(|_| drop(snapshot.schedule(key, trail)))).1;
            // Picoseconds, as a pass takes few nanoseconds of a large batch.
            times.push(ns * 1_000 / passes as u64);
            left -= passes;
        }
        median(times).map(|ps| ps as f64 / 1e3)
    }

    /// A pass after one random change, each time after another one, which is then taken back. What applying the changes
    /// takes is added to `applied`.
    pub fn changed(
        &self,
        index: &mut Index,
        key: &PlacementKey,
        churn: &mut Churn,
        trail: &mut Trail,
        applied: &mut Vec<u64>,
    ) -> Option<f64> {
        let mut times = Vec::with_capacity(self.rounds);
        for Change { before, after, .. } in churn.take(self.rounds) {
            drop(index.snapshot(self.now).schedule(key, trail));
            applied.push(self.clock.time(|| index.apply(after)).1);
            times.push(self.clock.time(|| index.snapshot(self.now).schedule(key, trail)).1);
            index.apply(before);
        }
        median(times).map(|ns| ns as f64)
    }

    /// The first step of an index that knows everything.
    pub fn cold_step(&self, empty: &Index, placements: &[&Placement]) -> Option<f64> {
        let mut times = Vec::with_capacity(self.rounds);
        for _ in 0..self.rounds {
            let mut index = empty.clone();
            placements.iter().for_each(|placement| index.apply(Fact::Placement(Box::new((*placement).clone()))));
            let start = Instant::now();
            index.step(self.now, usize::MAX, &mut |_, _, _| {});
            times.push(start.elapsed());
        }
        median(times).map(|time| time.as_nanos() as f64)
    }

    /// One random change and the step that follows, with all decided before, and how many placements that step decides.
    pub fn one_change(&self, index: &mut Index, churn: &mut Churn) -> (Option<f64>, Option<usize>) {
        let (mut times, mut woken) = (Vec::with_capacity(self.rounds), Vec::with_capacity(self.rounds));
        index.step(self.now, usize::MAX, &mut |_, _, _| {});
        for Change { before, after, .. } in churn.take(self.rounds) {
            let mut decided = 0;
            let start = Instant::now();
            index.apply(after);
            index.step(self.now, usize::MAX, &mut |_, _, _| decided += 1);
            times.push(start.elapsed());
            woken.push(decided);
            index.apply(before);
            index.step(self.now, usize::MAX, &mut |_, _, _| {});
        }
        (median(times).map(|time| time.as_nanos() as f64), median(woken))
    }
}

/// Why a pass is not one that runs to its end.
pub(super) fn undecided(decision: &Decision) -> Option<String> {
    let wrong = |kind, status| {
        let condition = decision.conditions.iter().find(|c| (c.kind, c.status) == (kind, status));
        condition.map(|condition| condition.message.clone())
    };
    match &decision.outcome {
        Outcome::Placed { .. } => {
            wrong(ConditionType::Misconfigured, true).or_else(|| wrong(ConditionType::PolicyValid, false))
        }
        Outcome::Held(Hold::Misconfigured(what) | Hold::Policy(what) | Hold::Plugin(what) | Hold::Panic(what)) => {
            Some(what.clone())
        }
        Outcome::Untouched => decision.warnings.first().map(ToString::to_string),
    }
}
