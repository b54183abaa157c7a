//! What stands: for each placement the recorded slices, or the decision committed since.

use std::collections::{BTreeMap, BTreeSet};

use super::store::Store;
use crate::{ClusterId, ClusterSet, PlacementKey, Slice, Symbol};

/// All slices of one index, and whose they are (TAINT-5).
#[derive(Clone, Debug, Default)]
pub(crate) struct Decided {
    slices: BTreeMap<(Symbol, Symbol), Slice>,
    standing: BTreeMap<PlacementKey, Standing>,
    dirty: BTreeSet<PlacementKey>,
}

/// What stands for one placement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    slices: BTreeSet<Symbol>,
    /// Ascending rows of the names that stand, and how often each does. Names without a cluster are among them.
    pub(crate) rows: Vec<(u32, u32)>,
}

impl Standing {
    /// Nothing stands, or just what is written for a placement that serves nobody: its first slice, empty. Both are answered
    /// alike, so that what a new and invalid placement gets (GUARD-1) is not written twice (law 6).
    pub(crate) fn is_nobody(&self, placement: &PlacementKey) -> bool {
        let is_first = |name: &Symbol| name.strip_prefix(&*placement.name) == Some("-decision-1");
        self.rows.is_empty() && self.slices.len() <= 1 && self.slices.iter().all(is_first)
    }

    /// Whether a name's row stands.
    pub(crate) fn times(&self, row: usize) -> u32 {
        let row = row as u32;
        self.rows.binary_search_by_key(&row, |(r, _)| *r).map_or(0, |at| self.rows[at].1)
    }

    /// The clusters that stand.
    pub(crate) fn fill(&self, set: &mut ClusterSet, store: &Store) {
        set.reset(store.rows.len());
        for (row, _) in &self.rows {
            let cluster = ClusterId(*row);
            set.set(cluster, store.clusters.contains(cluster));
        }
    }
}

fn owner(slice: &Slice) -> Option<PlacementKey> {
    // TRIG-2: an empty label names no placement.
    let name = slice.placement.clone().filter(|name| !name.is_empty())?;
    Some(PlacementKey { namespace: slice.namespace.clone(), name })
}

impl Decided {
    pub(crate) fn standing(&self, placement: &PlacementKey) -> Option<&Standing> {
        self.standing.get(placement)
    }

    /// A slice as it is recorded. The placements whose answer that may change; none where it is an echo.
    pub(super) fn put(&mut self, slice: Slice, store: &mut Store) -> Vec<PlacementKey> {
        let key = (slice.namespace.clone(), slice.name.clone());
        if self.slices.get(&key) == Some(&slice) {
            return Vec::new();
        }
        let mut touched = self.remove(&key, store);
        slice.clusters.iter().for_each(|name| store.count(name, true));
        if let Some(owner) = owner(&slice) {
            self.standing.entry(owner.clone()).or_default().slices.insert(slice.name.clone());
            self.dirty.insert(owner.clone());
            touched.push(owner);
        }
        self.slices.insert(key, slice);
        touched
    }

    /// A slice is gone. The placement whose answer that may change.
    pub(super) fn remove(&mut self, key: &(Symbol, Symbol), store: &mut Store) -> Vec<PlacementKey> {
        let Some(slice) = self.slices.remove(key) else { return Vec::new() };
        slice.clusters.iter().for_each(|name| store.count(name, false));
        let Some(owner) = owner(&slice) else { return Vec::new() };
        if let Some(standing) = self.standing.get_mut(&owner) {
            standing.slices.remove(&slice.name);
            if standing.slices.is_empty() {
                self.standing.remove(&owner);
            }
        }
        self.dirty.insert(owner.clone());
        vec![owner]
    }

    /// From now on these slices stand for the placement and no others. The other placements that lost one.
    pub(super) fn commit(
        &mut self,
        placement: &PlacementKey,
        slices: Vec<Slice>,
        store: &mut Store,
    ) -> Vec<PlacementKey> {
        let old = self.standing.get(placement).map(|s| s.slices.clone()).unwrap_or_default();
        for name in old {
            if !slices.iter().any(|slice| slice.name == name) {
                self.remove(&(placement.namespace.clone(), name), store);
            }
        }
        let mut robbed: Vec<PlacementKey> = slices.into_iter().flat_map(|slice| self.put(slice, store)).collect();
        robbed.retain(|key| key != placement);
        robbed
    }

    /// Finds the rows of what changed since the last time, after names got their rows.
    pub(super) fn resolve(&mut self, inserted: &[u32], store: &Store) {
        if !inserted.is_empty() {
            self.standing.values_mut().for_each(|standing| renumber(&mut standing.rows, inserted));
        }
        for key in std::mem::take(&mut self.dirty) {
            self.resolve_one(&key, store);
        }
    }

    /// The same after a new numbering.
    pub(super) fn resolve_all(&mut self, store: &Store) {
        self.dirty.clear();
        let keys: Vec<PlacementKey> = self.standing.keys().cloned().collect();
        keys.iter().for_each(|key| self.resolve_one(key, store));
    }

    fn resolve_one(&mut self, key: &PlacementKey, store: &Store) {
        let Some(standing) = self.standing.get_mut(key) else { return };
        let mut times: BTreeMap<u32, u32> = BTreeMap::new();
        for name in &standing.slices {
            let slice = self.slices.get(&(key.namespace.clone(), name.clone()));
            for row in slice.into_iter().flat_map(|s| &s.clusters).filter_map(|name| store.row_of(name)) {
                *times.entry(row as u32).or_default() += 1;
            }
        }
        standing.rows = times.into_iter().collect();
    }
}

/// Shifts ascending rows by the rows inserted before them; `inserted` are positions in the new numbering.
fn renumber(rows: &mut [(u32, u32)], inserted: &[u32]) {
    let mut before = 0;
    for (row, _) in rows {
        while inserted.get(before).is_some_and(|at| *at <= *row + before as u32) {
            before += 1;
        }
        *row += before as u32;
    }
}
