//! When time alone may change a placement's answer.

use std::collections::{BTreeMap, BTreeSet};

use kube_text::Time;

use crate::PlacementKey;

/// Due times of the placements of one index.
#[derive(Clone, Debug, Default)]
pub(super) struct Due {
    by_time: BTreeSet<(Time, PlacementKey)>,
    by_placement: BTreeMap<PlacementKey, Time>,
}

impl Due {
    pub(super) fn set(&mut self, placement: &PlacementKey, at: Option<Time>) {
        if let Some(old) = self.by_placement.remove(placement) {
            self.by_time.remove(&(old, placement.clone()));
        }
        if let Some(at) = at {
            self.by_placement.insert(placement.clone(), at);
            self.by_time.insert((at, placement.clone()));
        }
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes out what is due at `now`.
    pub(super) fn take(&mut self, now: Time) -> Vec<PlacementKey> {
        let mut due = Vec::new();
        while let Some((_, placement)) = self.by_time.first().filter(|(at, _)| *at <= now).cloned() {
            self.set(&placement, None);
            due.push(placement);
        }
        due
    }
}
