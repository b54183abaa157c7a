//! The facts of one hub in plain maps, and the few questions every stage asks of them.

use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::{
    AddOnScore, Binding, Cluster, Decision, Fact, Key, ManagedClusterSet, Outcome, Placement, PlacementKey, Slice,
    Symbol,
};

/// All that is known, by identity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// By name.
    pub clusters: BTreeMap<Symbol, Cluster>,
    /// By name.
    pub sets: BTreeMap<Symbol, ManagedClusterSet>,
    /// By namespace and name.
    pub bindings: BTreeMap<(Symbol, Symbol), Binding>,
    /// By namespace and name.
    pub placements: BTreeMap<PlacementKey, Placement>,
    /// By namespace and name.
    pub slices: BTreeMap<(Symbol, Symbol), Slice>,
    /// By cluster and resource name.
    pub scores: BTreeMap<(Symbol, Symbol), AddOnScore>,
}

impl World {
    /// A world of these facts; of two with one key the later stands.
    #[must_use]
    pub fn of<'f>(facts: impl IntoIterator<Item = &'f Fact>) -> Self {
        let mut world = World::default();
        for fact in facts {
            world.apply(fact);
        }
        world
    }

    /// Takes one fact in.
    pub fn apply(&mut self, fact: &Fact) {
        match fact.clone() {
            Fact::Cluster(c) => drop(self.clusters.insert(c.name.clone(), c)),
            Fact::Set(s) => drop(self.sets.insert(s.name.clone(), s)),
            Fact::Binding(b) => drop(self.bindings.insert((b.namespace.clone(), b.name.clone()), b)),
            Fact::Placement(p) => drop(self.placements.insert(p.key.clone(), *p)),
            Fact::Slice(s) => drop(self.slices.insert((s.namespace.clone(), s.name.clone()), s)),
            Fact::Score(s) => drop(self.scores.insert((s.cluster.clone(), s.name.clone()), s)),
        }
    }

    /// Forgets one fact.
    pub fn remove(&mut self, key: &Key) {
        match key.clone() {
            Key::Cluster(name) => drop(self.clusters.remove(&name)),
            Key::Set(name) => drop(self.sets.remove(&name)),
            Key::Binding(namespace, name) => drop(self.bindings.remove(&(namespace, name))),
            Key::Placement(key) => drop(self.placements.remove(&key)),
            Key::Slice(namespace, name) => drop(self.slices.remove(&(namespace, name))),
            Key::Score(cluster, name) => drop(self.scores.remove(&(cluster, name))),
        }
    }

    /// The fact of a key.
    #[must_use]
    pub fn fact(&self, key: &Key) -> Option<Fact> {
        Some(match key.clone() {
            Key::Cluster(name) => Fact::Cluster(self.clusters.get(&name)?.clone()),
            Key::Set(name) => Fact::Set(self.sets.get(&name)?.clone()),
            Key::Binding(namespace, name) => Fact::Binding(self.bindings.get(&(namespace, name))?.clone()),
            Key::Placement(key) => Fact::Placement(Box::new(self.placements.get(&key)?.clone())),
            Key::Slice(namespace, name) => Fact::Slice(self.slices.get(&(namespace, name))?.clone()),
            Key::Score(cluster, name) => Fact::Score(self.scores.get(&(cluster, name))?.clone()),
        })
    }

    /// All facts, in the order of their keys.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts: Vec<Fact> = self.clusters.values().cloned().map(Fact::Cluster).collect();
        facts.extend(self.sets.values().cloned().map(Fact::Set));
        facts.extend(self.bindings.values().cloned().map(Fact::Binding));
        facts.extend(self.placements.values().cloned().map(|p| Fact::Placement(Box::new(p))));
        facts.extend(self.slices.values().cloned().map(Fact::Slice));
        facts.extend(self.scores.values().cloned().map(Fact::Score));
        facts
    }

    /// The slices that count as the placement's own (TAINT-5): its namespace, its label, whoever owns them.
    pub fn own_slices<'w>(&'w self, placement: &'w PlacementKey) -> impl Iterator<Item = &'w Slice> {
        self.slices.values().filter(move |s| is_own(s, placement))
    }

    /// The names that currently stand for the placement (TAINT-5); some may be no cluster.
    #[must_use]
    pub fn in_decision(&self, placement: &PlacementKey) -> BTreeSet<Symbol> {
        self.own_slices(placement).flat_map(|s| s.clusters.iter().cloned()).collect()
    }

    /// From now on a decision stands: the slices that PD-1 makes of its groups instead of those that stood.
    pub fn commit(&mut self, decision: &Decision) {
        let Outcome::Placed { groups, .. } = &decision.outcome else { return };
        let PlacementKey { namespace, name } = &decision.placement;
        self.slices.retain(|_, slice| !is_own(slice, &decision.placement));
        let mut k = 0;
        for group in groups {
            let names: Vec<&Symbol> = group.entries.iter().map(|entry| entry.cluster).collect();
            let mut rest = names.as_slice();
            loop {
                let (now, later) = rest.split_at(rest.len().min(100));
                k += 1;
                let clusters = now.iter().copied().cloned().collect();
                let slice_name: Symbol = format!("{name}-decision-{k}").into();
                let placement = Some(name.clone());
                let slice = Slice { namespace: namespace.clone(), name: slice_name.clone(), placement, clusters };
                self.slices.insert((namespace.clone(), slice_name), slice);
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
        }
    }

    /// Nothing stands, or just what is written for a placement that serves nobody: its first slice, empty.
    #[must_use]
    pub fn serves_nobody(&self, placement: &PlacementKey) -> bool {
        let first: Symbol = format!("{}-decision-1", placement.name).into();
        let slices: Vec<&Slice> = self.own_slices(placement).collect();
        slices.is_empty() || (slices.len() == 1 && slices[0].name == first && slices[0].clusters.is_empty())
    }

    /// How often each name stands in the slices of others (PRIO-30).
    #[must_use]
    pub fn counts_elsewhere(&self, placement: &PlacementKey) -> BTreeMap<Symbol, u32> {
        let mut counts = BTreeMap::new();
        for slice in self.slices.values().filter(|s| !is_own(s, placement)) {
            for name in &slice.clusters {
                *counts.entry(name.clone()).or_default() += 1;
            }
        }
        counts
    }
}

fn is_own(slice: &Slice, placement: &PlacementKey) -> bool {
    slice.namespace == placement.namespace && slice.placement.as_ref() == Some(&placement.name)
}
