//! The live fleet: facts go in one by one, frozen snapshots come out.
//!
//! A row is a name, rows are in name order, columns and selectors are made of the rows while somebody reads them and
//! patched as they change. A change runs source → selectors → readers and wakes the placements at the end.

mod columns;
mod compiled;
mod decided;
mod derived;
mod due;
mod fill;
mod inputs;
mod interner;
mod keys;
mod names;
mod queue;
mod readers;
mod reads;
mod room;
mod row;
mod selectors;
mod sets;
mod slab;
mod store;
mod taints;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kube_text::Time;

pub(crate) use columns::Cells;
pub use columns::{Column, Texts};
pub(crate) use compiled::{Compiled, CompiledFilter, Eligibility, Slot};
pub(crate) use decided::{Committed, Decided, Standing};
pub use derived::{Derive, Derived, back_off};
use due::Due;
pub(crate) use inputs::Input;
pub use inputs::{Inputs, Rows, Values, Version};
pub(crate) use interner::{Code, Interner};
use queue::Queue;
pub use reads::Reads;
pub(crate) use room::grow;
pub(crate) use row::ClusterRow;
pub use selectors::SelectorId;
use sets::Sets;
use slab::Slab;
use store::Moved;
pub(crate) use store::Store;
pub use taints::{Judge, TaintClasses, Tolerance};

use crate::pass::{Pass, Watch};
use crate::{ClusterSet, Fact, Key, Placement, PlacementKey, Profiles, Symbol, Trail};

/// A placement's number in one index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reader(u32);

/// The live fleet. `Clone` is cheap, columns are shared until one side changes them: what-if and pre-flight work on a copy.
#[derive(Clone, Debug)]
pub struct Index {
    pub(crate) profiles: Profiles,
    pub(crate) store: Store,
    pub(crate) decided: Decided,
    sets: Sets,
    slots: Slab<Slot>,
    readers: BTreeMap<PlacementKey, Reader>,
    /// To be compiled before the next pass.
    uncompiled: BTreeSet<Reader>,
    /// Placements whose answer a change since the last step can have affected.
    awake: Queue,
    due: Due,
    trail: Spare,
    pub(crate) identity: Identity,
}

/// Tells one index from another, its clones included, so that working memory is never used with the wrong one.
#[derive(Debug, Default)]
pub(crate) struct Identity(Arc<()>);

impl Identity {
    /// A token that is `is`-equal to this identity only.
    pub(crate) fn token(&self) -> Arc<()> {
        self.0.clone()
    }

    pub(crate) fn is(&self, token: &Arc<()>) -> bool {
        Arc::ptr_eq(&self.0, token)
    }
}

impl Clone for Identity {
    fn clone(&self) -> Self {
        Identity::default()
    }
}

/// The working memory of `step`; a clone starts with its own.
#[derive(Debug, Default)]
struct Spare(Trail);

impl Clone for Spare {
    fn clone(&self) -> Self {
        Spare::default()
    }
}

/// The fleet, frozen: what one pass or many see.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    pub(crate) index: &'a Index,
    pub(crate) now: Time,
}

impl Snapshot<'_> {
    /// Every placement, by key.
    pub fn placements(&self) -> impl Iterator<Item = &PlacementKey> {
        self.index.readers.keys()
    }

    /// The clusters that stand for a placement: as recorded, or as decided since. Ascending by name, each once.
    pub fn standing(&self, placement: &PlacementKey) -> impl Iterator<Item = &Symbol> {
        let rows = self.index.decided.standing(placement).into_iter().flat_map(Standing::rows);
        rows.map(|(row, _)| self.index.store.name(row as usize))
    }
}

impl Index {
    /// An empty fleet.
    #[must_use]
    pub fn new(profiles: Profiles) -> Index {
        Index {
            profiles,
            store: Store::new(),
            decided: Decided::default(),
            sets: Sets::default(),
            slots: Slab::default(),
            readers: BTreeMap::new(),
            uncompiled: BTreeSet::new(),
            awake: Queue::default(),
            due: Due::default(),
            trail: Spare::default(),
            identity: Identity::default(),
        }
    }

    /// Other profiles from now on: a plugin reloaded, a switch turned. Recompiles and wakes the placements that are decided
    /// otherwise by them. O(placements × plugins), and what is recompiled.
    pub fn set_profiles(&mut self, profiles: Profiles) {
        let before = std::mem::replace(&mut self.profiles, profiles);
        let otherwise = |key: &&PlacementKey| {
            self.slot(key).is_none_or(|slot| {
                let (old, new) = (before.of(&slot.fact), self.profiles.of(&slot.fact));
                let names_one = |profiles: &Profiles| {
                    slot.fact.profile.as_ref().is_none_or(|name| profiles.named.contains_key(name))
                };
                names_one(&before) != names_one(&self.profiles) || !new.decides_like(old, &slot.fact)
            })
        };
        let otherwise: Vec<PlacementKey> = self.readers.keys().filter(otherwise).cloned().collect();
        self.recompile(otherwise);
    }

    /// A watched object as it is now. O(size of the change), and wakes who reads what changed.
    pub fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::Cluster(cluster) => self.store.put_cluster(&cluster),
            Fact::Score(score) => self.store.put_score(&score),
            Fact::Slice(slice) => {
                let touched = self.decided.put(slice, &mut self.store);
                self.wake_all(touched);
            }
            Fact::Set(set) => {
                let name = set.name.clone();
                if self.sets.put_set(set) {
                    self.set_changed(&name);
                }
            }
            Fact::Binding(binding) => {
                let namespace = binding.namespace.clone();
                if self.sets.put_binding(binding) {
                    self.recompile_in(&namespace);
                }
            }
            Fact::Placement(placement) => self.put_placement(*placement),
        }
        self.collect_woken();
    }

    /// A watched object is gone.
    pub fn remove(&mut self, key: &Key) {
        match key {
            Key::Cluster(name) => self.store.remove_cluster(name),
            Key::Score(cluster, name) => self.store.remove_score(cluster, name),
            Key::Slice(namespace, name) => {
                let touched = self.decided.remove(&(namespace.clone(), name.clone()), &mut self.store);
                self.wake_all(touched);
            }
            Key::Set(name) => {
                if self.sets.remove_set(name) {
                    self.set_changed(name);
                }
            }
            Key::Binding(namespace, name) => {
                if self.sets.remove_binding(namespace, name) {
                    self.recompile_in(namespace);
                }
            }
            Key::Placement(key) => self.remove_placement(key),
        }
        self.collect_woken();
    }

    /// Wakes one placement: a write failed, somebody edited its status.
    pub fn wake(&mut self, placement: &PlacementKey) {
        self.wake_all([placement.clone()]);
    }

    /// All that the changes since the last step can have affected, in the order in which `step` takes them; those due by time
    /// apart.
    pub fn awake(&mut self) -> Vec<PlacementKey> {
        // Names that are new become rows first: only then is it known who reads them.
        self.settle();
        self.awake.iter().filter_map(|reader| self.slots.get(reader.0)).map(|slot| slot.fact.key.clone()).collect()
    }

    /// When to step again though nothing changes: a toleration ends, a score expires.
    #[must_use]
    pub fn next_due(&self) -> Option<Time> {
        [self.due.next(), self.store.next_expiry(), self.store.next_retry()].into_iter().flatten().min()
    }

    /// Freezes the fleet at `now`. Compiles what changed; O(what is dirty).
    pub fn snapshot(&mut self, now: Time) -> Snapshot<'_> {
        self.store.advance(now);
        self.settle();
        Snapshot { index: self, now: self.store.now.unwrap_or(now) }
    }

    /// What one placement asked for, as it was last applied.
    #[must_use]
    pub fn placement(&self, key: &PlacementKey) -> Option<&Placement> {
        Some(&self.slot(key)?.fact)
    }

    /// How many bytes the texts of the fleet take that the index keeps, each once: names, keys, values, each with the counts
    /// of who shares it. O(texts).
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        self.store.interner.text_bytes()
    }

    pub(crate) fn slot(&self, key: &PlacementKey) -> Option<&Slot> {
        self.slots.get(self.readers.get(key)?.0)
    }

    /// The names of the profiles, where a placement names none of them.
    pub(crate) fn unknown_profile(&self, placement: &Placement) -> Option<Vec<Symbol>> {
        let unknown = placement.profile.as_ref().is_some_and(|name| !self.profiles.named.contains_key(name));
        unknown.then(|| self.profiles.named.keys().cloned().collect())
    }

    pub(crate) fn take_trail(&mut self) -> Trail {
        std::mem::take(&mut self.trail.0)
    }

    pub(crate) fn put_trail(&mut self, trail: Trail) {
        self.trail.0 = trail;
    }

    /// Time passes: expired scores wake their readers, due placements wake.
    pub(crate) fn wake_due(&mut self, now: Time) {
        self.store.advance(now);
        let due = self.due.take(self.store.now.unwrap_or(now));
        due.into_iter().for_each(|reader| self.awake.insert(reader));
    }

    /// The next placement to decide, which is awake no more.
    pub(crate) fn next_awake(&mut self) -> Option<PlacementKey> {
        self.settle();
        let next = self.awake.pop()?;
        self.slots.get(next.0).map(|slot| slot.fact.key.clone())
    }

    /// From now on this stands. Wakes nobody: not the placement, and not those who read decision counts (Q15).
    pub(crate) fn commit(&mut self, placement: &PlacementKey, committed: &Committed) {
        // Another placement's slice may have been taken over (BIND-6); that one wakes.
        let robbed = self.decided.commit(placement, committed, &mut self.store);
        self.wake_all(robbed);
    }

    /// When to decide a placement again though nothing changes.
    pub(crate) fn set_due(&mut self, placement: &PlacementKey, at: Option<Time>) {
        if let Some(reader) = self.readers.get(placement) {
            self.due.set(*reader, at);
        }
    }

    /// What shows from now on whether a change of numbers can matter to a placement.
    pub(crate) fn set_watch(&mut self, placement: &PlacementKey, watch: Option<Box<Watch>>) {
        if let Some(slot) = self.readers.get(placement).and_then(|reader| self.slots.get_mut(reader.0)) {
            slot.watch = watch;
        }
    }

    /// Gives new names their rows, drops names nobody knows any more, compiles what has to be, and finds who was woken by it.
    fn settle(&mut self) {
        // In this order: names must have their rows, and who reads them must have been woken, before handles are given back.
        self.decided.count_named(&mut self.store);
        let inserted = self.store.merge();
        self.decided.spread(&inserted, self.store.rows.len());
        self.decided.resolve(&self.store);
        if !inserted.is_empty() {
            // They speak of rows.
            self.slots.values_mut().for_each(|slot| slot.watch = None);
        }
        self.collect_woken();
        if self.store.is_worn() {
            let all: Vec<PlacementKey> = self.readers.keys().cloned().collect();
            all.iter().for_each(|key| self.forget_compiled(key));
            let numbers = self.store.compact();
            self.decided.renumber(&numbers);
            self.identity = Identity::default();
        }
        while let Some(reader) = self.uncompiled.pop_first() {
            self.compile(reader);
        }
        self.store.fill();
        for answered in self.store.derive() {
            let changed = self.store.take_answer(answered);
            // Row by row: whether a number matters is asked of one row at a time.
            for (column, row, number) in changed {
                self.store.put_derived(column, row, number);
                self.collect_woken();
            }
        }
        self.collect_woken();
        if self.awake.is_stale() {
            // By creation, then namespace and name (design §2, *Order*).
            let mut order: Vec<Reader> = self.readers.values().copied().collect();
            order.sort_by_key(|reader| self.slots.get(reader.0).map(|slot| slot.fact.created));
            self.awake.rank(order);
        }
    }

    fn compile(&mut self, reader: Reader) {
        let Some(slot) = self.slots.get_mut(reader.0) else { return };
        let profile = self.profiles.of(&slot.fact);
        let compiled = compiled::compile(&slot.fact, profile, &self.sets, &mut self.store, reader);
        slot.compiled = Some(compiled.map(Arc::new));
    }

    fn put_placement(&mut self, placement: Placement) {
        let key = placement.key.clone();
        if let Some(slot) = self.slot(&key).cloned() {
            if *slot.fact == placement {
                return;
            }
            if slot.fact.created != placement.created {
                self.awake.unrank();
            }
            // An echo of our own status is no reason to give handles back and take them again.
            let compiles_alike = slot.fact.compiles_like(&placement);
            let compiled = slot.compiled.filter(|_| compiles_alike);
            if let (Some(compiled), Some(reader)) = (compiled, self.readers.get(&key)) {
                self.slots.replace(reader.0, Slot { fact: Arc::new(placement), compiled: Some(compiled), watch: None });
                self.wake_all([key]);
                return;
            }
        }
        self.forget_compiled(&key);
        let slot = Slot { fact: Arc::new(placement), compiled: None, watch: None };
        let reader = match self.readers.get(&key).copied() {
            Some(reader) => {
                self.slots.replace(reader.0, slot);
                reader
            }
            None => {
                self.awake.unrank();
                Reader(self.slots.insert(slot))
            }
        };
        self.uncompiled.insert(reader);
        self.readers.insert(key.clone(), reader);
        self.wake_all([key]);
    }

    fn remove_placement(&mut self, key: &PlacementKey) {
        self.forget_compiled(key);
        if let Some(reader) = self.readers.remove(key) {
            self.slots.remove(reader.0);
            self.uncompiled.remove(&reader);
            self.due.set(reader, None);
            self.awake.unrank();
        }
    }

    fn forget_compiled(&mut self, key: &PlacementKey) {
        let Some(reader) = self.readers.get(key).copied() else { return };
        let Some(slot) = self.slots.get_mut(reader.0) else { return };
        self.uncompiled.insert(reader);
        slot.watch = None;
        if let Some(Ok(compiled)) = slot.compiled.take() {
            compiled.handles.release(&mut self.store, reader);
        }
    }

    fn recompile(&mut self, keys: Vec<PlacementKey>) {
        keys.iter().for_each(|key| self.forget_compiled(key));
        self.wake_all(keys);
    }

    fn recompile_in(&mut self, namespace: &Symbol) {
        let start = PlacementKey { namespace: namespace.clone(), name: Symbol::default() };
        let keys = self.readers.range(start..).take_while(|(key, _)| key.namespace == *namespace);
        let keys = keys.map(|(key, _)| key.clone()).collect();
        self.recompile(keys);
    }

    fn set_changed(&mut self, set: &Symbol) {
        self.sets.namespaces_of(set).iter().for_each(|namespace| self.recompile_in(namespace));
    }

    fn wake_all(&mut self, placements: impl IntoIterator<Item = PlacementKey>) {
        for key in placements {
            if let Some(reader) = self.readers.get(&key) {
                self.awake.insert(*reader);
            }
        }
    }

    fn collect_woken(&mut self) {
        let Index { store, decided, slots, .. } = self;
        let stands = |reader: Reader, row| decided.row_stands(&slots.get(reader.0)?.fact.key, row);
        store.woken.take(stands).into_iter().for_each(|reader| self.awake.insert(reader));
        let mut moved = std::mem::take(&mut self.store.moved);
        for at in 0..moved.readers.len() {
            let reader = moved.readers[at];
            if !self.awake.contains(reader) && self.sees(reader, &moved) {
                self.awake.insert(reader);
            }
        }
        moved.readers.clear();
        moved.was.clear();
        self.store.moved = moved;
    }

    /// Whether the numbers of a row that moved may matter to a placement that reads them.
    fn sees(&self, reader: Reader, moved: &Moved) -> bool {
        let Some(slot) = self.slots.get(reader.0) else { return false };
        let (Some(watch), Some(Ok(compiled)), Some(now)) = (&slot.watch, &slot.compiled, self.store.now) else {
            return true;
        };
        let key = &slot.fact.key;
        // `None`: it is not known yet what stands.
        if self.decided.row_stands(key, moved.row as u32) != Some(false) {
            return true;
        }
        let nobody = ClusterSet::default();
        let pass = Pass {
            snapshot: Snapshot { index: self, now },
            placement: &slot.fact,
            differences: compiled.differences,
            candidates: &nobody,
            own: &nobody,
            standing: None,
        };
        watch.sees(&pass, compiled, moved.row, &moved.was)
    }
}
