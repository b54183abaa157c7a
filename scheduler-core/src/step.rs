//! A step: the placements that are awake or due, one after another, each decision standing before the next is taken.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kube_text::Time;

use crate::index::{Index, Snapshot};
use crate::{Decision, Difference, Outcome, Placement, PlacementKey, Slice, Trail};

impl Index {
    /// Decides at most `at_most` of the placements that are awake or due at `now`, by creation, then namespace and name, and
    /// commits each decision before the next is taken: a plain loop, because nearly every placement reads the counts that
    /// the one before it changed. A panic in a pass is caught and keeps that placement's decision (law 4).
    ///
    /// `each` sees a decision while its trail stands and before it is committed.
    pub fn step(&mut self, now: Time, at_most: usize, each: &mut dyn FnMut(&Snapshot<'_>, &Trail, Decision)) {
        self.wake_due(now);
        let mut queue: Vec<(Option<Time>, PlacementKey)> =
            self.awake().into_iter().map(|key| (self.created(&key), key)).collect();
        queue.sort_unstable();
        for (_, key) in queue.into_iter().take(at_most) {
            self.asleep(&key);
            let mut trail = self.take_trail();
            let snapshot = self.snapshot(now);
            let pass = catch_unwind(AssertUnwindSafe(|| snapshot.schedule(&key, &mut trail)));
            let decision = pass.unwrap_or_else(|panic| {
                // Half a trail is no trail.
                trail = Trail::default();
                snapshot.after_panic(&key, &panic_text(&*panic))
            });
            let slices = committed(&decision);
            each(&snapshot, &trail, decision);
            self.put_trail(trail);
            if let Some(slices) = slices {
                self.commit(&key, slices);
            }
            self.settle_due(&key, now);
        }
    }

    fn created(&self, key: &PlacementKey) -> Option<Time> {
        self.placement(key).and_then(|p| p.created)
    }
}

/// What stands once a decision is written; `None`: what stood.
fn committed(decision: &Decision) -> Option<Vec<Slice>> {
    if !matches!(decision.outcome, Outcome::Placed { .. }) {
        return None;
    }
    let slices = decision.slices().into_iter().map(|slice| Slice {
        namespace: decision.placement.namespace.clone(),
        name: slice.name,
        placement: Some(decision.placement.name.clone()),
        clusters: slice.entries.iter().map(|e| e.cluster.clone()).collect(),
    });
    Some(slices.collect())
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic without a text".to_owned())
}

impl Snapshot<'_> {
    fn after_panic(&self, key: &PlacementKey, message: &str) -> Decision {
        let message = format!("the pass panicked: {message}");
        let slot = self.index.slot(key);
        let ours = |p: &Placement| self.index.profile_of(p).differences.has(Difference::Ext);
        match slot {
            Some(slot) => {
                let stands = self.index.decided.standing(key).is_some();
                Decision::after_panic(&slot.fact, ours(&slot.fact), stands, message)
            }
            None => Decision::untouched(key.clone(), Vec::new()),
        }
    }
}
