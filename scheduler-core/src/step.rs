//! A step: the placements that are awake or due, one after another, each decision standing before the next is taken.

use kube_text::Time;

use crate::index::{Committed, Index, Snapshot};
use crate::panic::catch_panic;
use crate::{Decision, Outcome, Trail};

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
            let committed = committed(&decision);
            each(&snapshot, &trail, decision);
            if let Some(committed) = &committed {
                trail.stand(&snapshot, &committed.rows);
            }
            let (due, watch) = (snapshot.due_after(&trail), snapshot.watch(&trail));
            self.put_trail(trail);
            self.set_due(&key, due);
            self.set_watch(&key, watch);
            if let Some(committed) = committed {
                self.commit(&key, &committed);
            }
        }
    }
}

/// What stands once a decision is written; `None`: what stood. O(entries).
fn committed(decision: &Decision) -> Option<Committed> {
    let Outcome::Placed { groups, .. } = &decision.outcome else { return None };
    // A decision of this index shares its names: their places are rows.
    let rows = groups.iter().flat_map(|group| group.entries.places()).collect();
    Some(Committed { rows, lengths: decision.slices().map(|slice| slice.entries.len()).collect() })
}
