//! What stands: for each placement the recorded slices, or the decision committed since.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;

use super::store::Store;
use crate::{ClusterId, ClusterSet, PlacementKey, Slice, Symbol};

/// All slices of one index, and whose they are (TAINT-5). Names are kept as rows, so that a commit looks up no name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decided {
    // Both are looked up; where one is iterated, each entry is changed alone: hash order cannot leak.
    slices: HashMap<SliceKey, Recorded>,
    standing: HashMap<PlacementKey, Standing>,
    /// The names of slices that wait for their rows: counted, and told of in `standing`, from the next `resolve` on.
    named: BTreeMap<SliceKey, Vec<Symbol>>,
    dirty: BTreeSet<PlacementKey>,
}

/// Namespace and name.
type SliceKey = (Symbol, Symbol);

#[derive(Clone, Debug)]
struct Recorded {
    placement: Option<Symbol>,
    /// In the slice's order; none while the names wait.
    rows: Arc<[u32]>,
}

/// What stands for one placement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    /// Names, in no order.
    slices: Vec<Symbol>,
    /// Ascending rows of the names that stand, each as often as it does; mostly what its only slice has. Names without a
    /// cluster are among them.
    rows: Arc<[u32]>,
}

/// What a decision is written as: the rows of all its slices, and how many of them each slice takes.
#[derive(Debug)]
pub(crate) struct Committed {
    pub(crate) rows: Vec<u32>,
    pub(crate) lengths: Vec<usize>,
}

impl Standing {
    /// Nothing stands, or just what is written for a placement that serves nobody: its first slice, empty. Both are answered
    /// alike, so that what a new and invalid placement gets (GUARD-1) is not written twice (law 6).
    pub(crate) fn is_nobody(&self, placement: &PlacementKey) -> bool {
        self.rows.is_empty() && self.slices.len() <= 1 && self.slices.iter().all(|name| is_kth(name, placement, 1))
    }

    /// How often a name's row stands.
    pub(crate) fn times(&self, row: usize) -> u32 {
        let row = row as u32;
        let first = self.rows.partition_point(|other| *other < row);
        self.rows[first..].iter().take_while(|other| **other == row).count() as u32
    }

    fn find_rows(&mut self, placement: &PlacementKey, slices: &HashMap<SliceKey, Recorded>) {
        let slice = |name: &Symbol| slices.get(&(placement.namespace.clone(), name.clone()));
        let rows: Vec<Arc<[u32]>> = self.slices.iter().filter_map(slice).map(|slice| slice.rows.clone()).collect();
        self.rows = together(&rows);
    }

    /// The distinct rows that stand, ascending, and how often each does.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, u32)> + Clone + '_ {
        times(&self.rows)
    }

    /// The clusters that stand.
    pub(crate) fn fill(&self, set: &mut ClusterSet, store: &Store) {
        set.reset(store.rows.len());
        for row in &*self.rows {
            let cluster = ClusterId(*row);
            set.set(cluster, store.clusters.contains(cluster));
        }
    }
}

impl Committed {
    /// The rows of each slice.
    fn slices(&self) -> impl Iterator<Item = &[u32]> {
        self.lengths.iter().scan(self.rows.as_slice(), |rest, length| {
            let (rows, behind) = rest.split_at(*length);
            *rest = behind;
            Some(rows)
        })
    }
}

/// Whether it is what the k-th slice of a placement is named, k from 1 (C5).
fn is_kth(name: &str, placement: &PlacementKey, k: usize) -> bool {
    let number = name.strip_prefix(&*placement.name).and_then(|rest| rest.strip_prefix("-decision-"));
    number.is_some_and(|number| !number.starts_with(['0', '+']) && number.parse() == Ok(k))
}

fn owner(namespace: &Symbol, placement: Option<&Symbol>) -> Option<PlacementKey> {
    // TRIG-2: an empty label names no placement.
    let name = placement.filter(|name| !name.is_empty())?;
    Some(PlacementKey { namespace: namespace.clone(), name: name.clone() })
}

impl Decided {
    pub(crate) fn standing(&self, placement: &PlacementKey) -> Option<&Standing> {
        self.standing.get(placement)
    }

    /// Whether a row stands for a placement; `None` where its rows are not known yet.
    pub(super) fn row_stands(&self, placement: &PlacementKey, row: u32) -> Option<bool> {
        let known = !self.dirty.contains(placement);
        known.then(|| self.standing.get(placement).is_some_and(|standing| standing.times(row as usize) > 0))
    }

    /// A slice as it is recorded. The placements whose answer that may change; none where it is an echo.
    pub(super) fn put(&mut self, slice: Slice, store: &mut Store) -> Vec<PlacementKey> {
        let key = (slice.namespace.clone(), slice.name.clone());
        if self.says(&key, &slice, store) {
            return Vec::new();
        }
        let mut touched = Vec::from_iter(self.remove(&key, store));
        if let Some(owner) = owner(&slice.namespace, slice.placement.as_ref()) {
            self.standing.entry(owner.clone()).or_default().slices.push(slice.name);
            self.dirty.insert(owner.clone());
            touched.push(owner);
        }
        self.slices.insert(key.clone(), Recorded { placement: slice.placement, rows: Arc::default() });
        self.named.insert(key, slice.clusters);
        touched
    }

    /// Whether the slice stands as it is recorded. O(its clusters).
    fn says(&self, key: &SliceKey, slice: &Slice, store: &Store) -> bool {
        let Some(known) = self.slices.get(key).filter(|known| known.placement == slice.placement) else { return false };
        let names = || known.rows.iter().map(|row| store.name(*row as usize));
        match self.named.get(key) {
            Some(waiting) => *waiting == slice.clusters,
            None => known.rows.len() == slice.clusters.len() && names().eq(&slice.clusters),
        }
    }

    /// A slice is gone. The placement whose answer that may change.
    pub(super) fn remove(&mut self, key: &SliceKey, store: &mut Store) -> Option<PlacementKey> {
        let slice = self.slices.remove(key)?;
        self.named.remove(key);
        store.count(slice.rows.iter().map(|row| (*row, -1)));
        let owner = owner(&key.0, slice.placement.as_ref())?;
        if let Some(standing) = self.standing.get_mut(&owner) {
            standing.slices.retain(|name| *name != key.1);
            if standing.slices.is_empty() {
                self.standing.remove(&owner);
            }
        }
        self.dirty.insert(owner.clone());
        Some(owner)
    }

    /// From now on this stands for the placement and nothing else. The other placements that lost a slice.
    ///
    /// O(slices) where the same stands again, else O(what stood + what stands). Every name must have its row.
    pub(super) fn commit(
        &mut self,
        placement: &PlacementKey,
        committed: &Committed,
        store: &mut Store,
    ) -> Vec<PlacementKey> {
        if self.stands(placement, committed) {
            return Vec::new();
        }
        let old = self.standing.remove(placement).unwrap_or_default();
        let key = |name: &Symbol| (placement.namespace.clone(), name.clone());
        let mut robbed = Vec::new();
        let mut slices = Vec::with_capacity(committed.lengths.len());
        let mut standing = Vec::with_capacity(committed.lengths.len());
        for (at, rows) in committed.slices().enumerate() {
            let known = old.slices.get(at).filter(|name| is_kth(name, placement, at + 1)).cloned();
            let name = known.unwrap_or_else(|| format!("{}-decision-{}", placement.name, at + 1).into());
            robbed.extend(self.rob(&key(&name), placement, store));
            let rows: Arc<[u32]> = rows.into();
            self.slices.insert(key(&name), Recorded { placement: Some(placement.name.clone()), rows: rows.clone() });
            slices.push(name);
            standing.push(rows);
        }
        for (at, name) in old.slices.iter().enumerate() {
            if slices.get(at) != Some(name) && !slices.contains(name) {
                self.slices.remove(&key(name));
            }
        }
        let rows = together(&standing);
        store.count(differences(&old.rows, &rows));
        if !slices.is_empty() {
            self.standing.insert(placement.clone(), Standing { slices, rows });
        }
        robbed
    }

    fn stands(&self, placement: &PlacementKey, committed: &Committed) -> bool {
        let Some(standing) = self.standing.get(placement) else { return committed.lengths.is_empty() };
        let same = |(k, (name, rows)): (usize, (&Symbol, &[u32]))| {
            let slice = self.slices.get(&(placement.namespace.clone(), name.clone()));
            is_kth(name, placement, k) && slice.is_some_and(|slice| *slice.rows == *rows)
        };
        standing.slices.len() == committed.lengths.len()
            && (1..).zip(standing.slices.iter().zip(committed.slices())).all(same)
    }

    /// Takes a slice from whoever else has it (BIND-6).
    fn rob(&mut self, key: &SliceKey, placement: &PlacementKey, store: &mut Store) -> Option<PlacementKey> {
        let owner = owner(&key.0, self.slices.get(key)?.placement.as_ref());
        if owner.as_ref() == Some(placement) { None } else { self.remove(key, store) }
    }

    /// Counts the names that wait for their rows. A `merge` and a `resolve` must follow.
    pub(super) fn count_named(&self, store: &mut Store) {
        self.named.values().flatten().for_each(|name| store.count_name(name));
    }

    /// Rows were inserted at these ascending positions of the new numbering.
    pub(super) fn spread(&mut self, inserted: &[u32], rows: usize) {
        if inserted.is_empty() || self.slices.is_empty() {
            return;
        }
        let mut inserted = inserted.iter().copied().peekable();
        let kept = |row: &u32| inserted.next_if(|at| at == row).is_none();
        self.renumber(&(0..rows as u32).filter(kept).collect::<Vec<u32>>());
    }

    /// Each old row has another number; order stays.
    pub(super) fn renumber(&mut self, numbers: &[u32]) {
        let renumber = |row: &mut u32| *row = numbers[*row as usize];
        // Let go of first: what two hold cannot be changed in place.
        self.standing.values_mut().for_each(|standing| standing.rows = Arc::default());
        self.slices.values_mut().for_each(|slice| Arc::make_mut(&mut slice.rows).iter_mut().for_each(renumber));
        for (placement, standing) in &mut self.standing {
            standing.find_rows(placement, &self.slices);
        }
    }

    /// Finds the rows of what changed since the last time, after names were counted and got theirs.
    pub(super) fn resolve(&mut self, store: &Store) {
        for (key, names) in std::mem::take(&mut self.named) {
            let rows = names.iter().filter_map(|name| store.row_of(name)).map(|row| row as u32).collect();
            if let Some(slice) = self.slices.get_mut(&key) {
                slice.rows = rows;
            }
        }
        for placement in std::mem::take(&mut self.dirty) {
            if let Some(standing) = self.standing.get_mut(&placement) {
                standing.find_rows(&placement, &self.slices);
            }
        }
    }
}

/// The rows of all these slices, ascending; those of the only one shared with it.
fn together(slices: &[Arc<[u32]>]) -> Arc<[u32]> {
    match slices {
        [alone] if alone.is_sorted() => alone.clone(),
        _ => {
            let mut rows: Vec<u32> = slices.iter().flat_map(|rows| rows.iter().copied()).collect();
            rows.sort_unstable();
            rows.into()
        }
    }
}

/// The distinct ones of ascending rows, and how often each is there.
fn times(rows: &[u32]) -> impl Iterator<Item = (u32, u32)> + Clone + '_ {
    rows.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32))
}

/// How much more or less often each row is in `new` than in `old`, ascending; both are. Rows without a difference are left out.
fn differences(old: &[u32], new: &[u32]) -> impl Iterator<Item = (u32, i32)> {
    let (mut old, mut new) = (times(old).peekable(), times(new).peekable());
    let all = std::iter::from_fn(move || {
        let row = old.peek().into_iter().chain(new.peek()).map(|(row, _)| *row).min()?;
        let times = |entry: Option<(u32, u32)>| entry.map_or(0, |(_, times)| times as i32);
        let before = times(old.next_if(|(r, _)| *r == row));
        Some((row, times(new.next_if(|(r, _)| *r == row)) - before))
    });
    all.filter(|(_, by)| *by != 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Cells;
    use super::super::columns::SourceKey;
    use super::*;
    use crate::{Cluster, Fact, Index, Key, Profiles, Source};

    const NAMESPACE: &str = "ns";

    /// Placements `p0` to `p2`, slices by placement and number, names `c00` to `c11`.
    #[derive(Clone, Debug)]
    enum Change {
        Put { slice: (usize, usize), owner: Option<usize>, names: Vec<usize> },
        Remove { slice: (usize, usize) },
        Commit { placement: usize, slices: Vec<Vec<usize>> },
        Join { name: usize },
        Leave { name: usize },
        Settle,
    }

    fn change() -> impl Strategy<Value = Change> {
        let slice = || (0..3usize, 1..4usize);
        let names = || proptest::collection::vec(0..12usize, 0..6);
        let slices = proptest::collection::vec(names(), 0..4);
        prop_oneof![
            4 => (slice(), proptest::option::of(0..3usize), names())
                .prop_map(|(slice, owner, names)| Change::Put { slice, owner, names }),
            1 => slice().prop_map(|slice| Change::Remove { slice }),
            4 => (0..3usize, slices).prop_map(|(placement, slices)| Change::Commit { placement, slices }),
            2 => (0..12usize).prop_map(|name| Change::Join { name }),
            1 => (0..12usize).prop_map(|name| Change::Leave { name }),
            1 => Just(Change::Settle),
        ]
    }

    fn key(placement: usize) -> PlacementKey {
        PlacementKey { namespace: NAMESPACE.into(), name: format!("p{placement}").into() }
    }

    fn name(name: &usize) -> Symbol {
        format!("c{name:02}").into()
    }

    fn slice((placement, k): (usize, usize), owner: Option<usize>, names: &[usize]) -> Slice {
        Slice {
            namespace: NAMESPACE.into(),
            name: format!("p{placement}-decision-{k}").into(),
            placement: owner.map(|owner| key(owner).name),
            clusters: names.iter().map(name).collect(),
        }
    }

    /// The slices as they stand, kept the obvious way: by placement and number, with owner and names.
    type Slices = BTreeMap<(usize, usize), (Option<usize>, Vec<usize>)>;

    fn make(change: &Change, index: &mut Index, slices: &mut Slices) {
        match change {
            Change::Put { slice: at, owner, names } => {
                index.apply(Fact::Slice(slice(*at, *owner, names)));
                slices.insert(*at, (*owner, names.clone()));
            }
            Change::Remove { slice: at } => {
                index.remove(&Key::Slice(NAMESPACE.into(), slice(*at, None, &[]).name));
                slices.remove(at);
            }
            Change::Commit { placement, slices: new } => {
                index.settle();
                let known = |n: &usize| index.store.row_of(&name(n)).is_some();
                let new: Vec<Vec<usize>> = new.iter().map(|s| s.iter().copied().filter(known).collect()).collect();
                let row = |n: &usize| index.store.row_of(&name(n)).map(|row| row as u32);
                let rows: Vec<u32> = new.iter().flatten().filter_map(row).collect();
                let lengths: Vec<usize> = new.iter().map(Vec::len).collect();
                index.commit(&key(*placement), &Committed { rows, lengths });
                slices.retain(|_, (owner, _)| *owner != Some(*placement));
                slices.extend((1..).zip(new).map(|(k, names)| ((*placement, k), (Some(*placement), names))));
            }
            Change::Join { name: n } => {
                index.apply(Fact::Cluster(Cluster { name: name(n), ..Cluster::default() }));
            }
            Change::Leave { name: n } => index.remove(&Key::Cluster(name(n))),
            Change::Settle => index.settle(),
        }
    }

    /// What is counted and what stands is what the slices say.
    fn agree(index: &Index, slices: &Slices) -> Result<(), TestCaseError> {
        let count = |wanted: &str, all: &mut dyn Iterator<Item = &(Option<usize>, Vec<usize>)>| {
            all.flat_map(|(_, names)| names).filter(|n| name(n) == wanted).count() as u32
        };
        let store = &index.store;
        let column = store.columns.of(SourceKey::Decisions).map(|column| store.columns.slot(column));
        for (row, known) in store.rows.iter().enumerate() {
            let counted = count(store.name(row), &mut slices.values());
            prop_assert_eq!(known.decided, counted, "{}", store.name(row));
            let Some(Cells::Numbers(cells)) = column.map(|c| &c.cells) else { unreachable!("held by the test") };
            prop_assert_eq!(cells[row], f64::from(counted));
            for placement in 0..3 {
                let mut own = slices.values().filter(|(owner, _)| *owner == Some(placement));
                let stands = index.decided.standing(&key(placement)).map_or(0, |standing| standing.times(row));
                prop_assert_eq!(stands, count(store.name(row), &mut own), "{} of {}", store.name(row), placement);
            }
        }
        let most = (0..12).map(|n| count(&name(&n), &mut slices.values())).max().unwrap_or_default();
        prop_assert_eq!(store.counts.most(&std::iter::empty()), most);
        Ok(())
    }

    proptest! {
        #[test]
        fn what_stands_is_what_the_slices_say(changes in proptest::collection::vec(change(), 1..40)) {
            let mut index = Index::new(Profiles { default: "none".into(), named: BTreeMap::new() });
            index.store.hold_column(&Source::Decisions);
            index.settle();
            let mut slices = Slices::new();
            for change in &changes {
                make(change, &mut index, &mut slices);
            }
            index.settle();
            agree(&index, &slices)?;
            // An echo of what stands is no change.
            for (at, (owner, names)) in &slices {
                prop_assert!(index.decided.put(slice(*at, *owner, names), &mut index.store).is_empty());
            }
        }
    }
}
