//! A step: the placements that are awake or due, one after another, each decision standing before the next is taken.

use kube_text::Time;

use crate::index::{Committed, Index, Snapshot};
use crate::panic::catch_panic;
use crate::{Decision, Entry, Outcome, Trail};

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
            let committed = committed(&decision, &trail, &snapshot);
            each(&snapshot, &trail, decision);
            if let Some(committed) = &committed {
                trail.stand(&snapshot, &committed.rows);
            }
            let due = snapshot.due_after(&trail);
            self.put_trail(trail);
            self.set_due(&key, due);
            if let Some(committed) = committed {
                self.commit(&key, &committed);
            }
        }
    }
}

/// What stands once a decision is written; `None`: what stood. O(entries).
fn committed(decision: &Decision, trail: &Trail, snapshot: &Snapshot<'_>) -> Option<Committed> {
    if !matches!(decision.outcome, Outcome::Placed { .. }) {
        return None;
    }
    let store = &snapshot.index.store;
    // Mostly the entries are the selected by name, whose rows are known; decision groups may put them in another order, and
    // misconfigured ones hold less (Q4, Q5).
    let mut selected = trail.selected_rows().into_iter();
    let row = |entry: &Entry| {
        let next = selected.next().filter(|row| store.rows[*row as usize].name == entry.cluster);
        next.or_else(|| Some(store.row_of(&entry.cluster)? as u32))
    };
    let rows = decision.entries().filter_map(row).collect();
    Some(Committed { rows, lengths: decision.slices().map(|slice| slice.entries.len()).collect() })
}
