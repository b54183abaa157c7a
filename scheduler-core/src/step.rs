//! A step: the placements that are awake or due, one after another, each decision standing before the next is taken.

use kube_text::Time;

use crate::index::{Index, Snapshot};
use crate::panic::catch_panic;
use crate::{Decision, Outcome, Slice, Trail};

impl Index {
    /// Decides at most `at_most` of the placements that are awake or due at `now`, by creation, then namespace and name, and
    /// commits each decision before the next is taken: a plain loop, because nearly every placement reads the counts that
    /// the one before it changed. A panic in a pass is caught and keeps that placement's decision (law 4).
    ///
    /// `each` sees a decision while its trail stands and before it is committed.
    pub fn step(&mut self, now: Time, at_most: usize, each: &mut dyn FnMut(&Snapshot<'_>, &Trail, Decision)) {
        self.wake_due(now);
        for _ in 0..at_most {
            let Some(key) = self.next_awake() else { return };
            let mut trail = self.take_trail();
            let snapshot = self.snapshot(now);
            let pass = catch_panic(|| snapshot.schedule(&key, &mut trail));
            let decision = pass.unwrap_or_else(|panic| snapshot.after_panic(&key, &mut trail, &panic));
            let slices = committed(&decision);
            each(&snapshot, &trail, decision);
            if let Some(slices) = &slices {
                trail.stand(&snapshot, slices);
            }
            let due = snapshot.due_after(&trail);
            self.put_trail(trail);
            self.set_due(&key, due);
            if let Some(slices) = slices {
                self.commit(&key, slices);
            }
        }
    }
}

/// What stands once a decision is written; `None`: what stood.
fn committed(decision: &Decision) -> Option<Vec<Slice>> {
    if !matches!(decision.outcome, Outcome::Placed { .. }) {
        return None;
    }
    let slices = (1..).zip(decision.slices()).map(|(k, slice)| Slice {
        namespace: decision.placement.namespace.clone(),
        name: format!("{}-decision-{k}", decision.placement.name).into(),
        placement: Some(decision.placement.name.clone()),
        clusters: slice.entries.iter().map(|e| e.cluster.clone()).collect(),
    });
    Some(slices.collect())
}
