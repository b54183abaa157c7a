//! Law 5, non-interference: what a placement holds no handle for moves nothing of its answer, and does not wake it.

use std::collections::BTreeSet;

use scheduler_core::{
    AddOnScore, Binding, Cluster, Coordinate, Fact, Key, ManagedClusterSet, Placement, PlacementKey, Quantity,
    Selector, Source, Symbol, Time, Trail,
};

use crate::naive::World;
use crate::{engine, generate, outsider};

/// Values that no handle is held for change, and not a byte of the answer moves: neither while things are as recorded nor
/// when everybody was decided and sleeps, and then it does not wake. What stands is not touched.
#[must_use]
pub fn unread_values_move_nothing(facts: &[Fact], seed: u64, profile: &str, now: Time) -> Vec<String> {
    let key = generate::key();
    let mut broken = Vec::new();
    for decided in [false, true] {
        let mut world = World::of(facts);
        let mut index = engine::index(facts, profile);
        if decided {
            index.step(now, usize::MAX, &mut |_, _, decision| world.commit(&decision));
        }
        let mut trail = Trail::default();
        let before = engine::answer(&index.snapshot(now), &key, &mut trail);
        for change in Read::of(&world, &world.placements[&key]).changes(&world, seed) {
            match &change {
                Ok(fact) => {
                    index.apply(fact.clone());
                    world.apply(fact);
                }
                Err(gone) => {
                    index.remove(gone);
                    world.remove(gone);
                }
            }
            if decided && index.awake().contains(&key) {
                broken.push(format!("woken by {change:?}"));
                return broken;
            }
        }
        let patched = engine::answer(&index.snapshot(now), &key, &mut trail);
        let fresh = engine::schedule(&world.facts(), profile, &key, now);
        for (how, after) in [("from scratch", fresh), ("patched", patched)] {
            if after != before {
                broken.push(format!("{how}: {after:?}\nis not {before:?}"));
            }
        }
    }
    broken
}

/// What one placement reads.
struct Read {
    placement: PlacementKey,
    /// The sets by which it is eligible for clusters.
    sets: BTreeSet<Symbol>,
    labels: BTreeSet<Symbol>,
    claims: BTreeSet<Symbol>,
    /// Allocatable ones; of their capacity only whether it is told.
    resources: BTreeSet<Symbol>,
    /// Resource and score.
    scores: BTreeSet<(Symbol, Symbol)>,
}

impl Read {
    fn of(world: &World, placement: &Placement) -> Read {
        let (labels, claims, resources) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let bound = world.bindings.values().filter(|b| b.namespace == placement.key.namespace).map(|b| b.name.clone());
        let asked = |name: &Symbol| placement.cluster_sets.is_empty() || placement.cluster_sets.contains(name);
        let sets = bound.filter(asked).collect();
        let scores = BTreeSet::new();
        let mut read = Read { placement: placement.key.clone(), sets, labels, claims, resources, scores };
        for members in read.sets.clone().iter().filter_map(|name| world.sets.get(name)?.members.as_ref().ok()) {
            read.selector(members);
        }
        let predicates = placement.predicates.iter().flatten();
        for predicate in predicates.chain(placement.groups.rules.iter().map(|rule| &rule.selector)) {
            read.selector(&predicate.selector());
        }
        if placement.extensions.as_ref().is_ok_and(|extensions| !extensions.filters.is_empty()) {
            read.as_outsider();
        }
        for configuration in placement.policy.iter().flat_map(|policy| &policy.configurations) {
            match &configuration.coordinate {
                Ok(Coordinate::AddOn { resource, .. }) if **resource == *outsider::RESOURCE => read.as_outsider(),
                Ok(Coordinate::AddOn { resource, score }) => {
                    read.scores.insert((resource.clone(), score.clone()));
                }
                Ok(Coordinate::BuiltIn(name)) if *name == "ResourceAllocatableCPU" => {
                    read.resources.insert("cpu".into());
                }
                Ok(Coordinate::BuiltIn(name)) if *name == "ResourceAllocatableMemory" => {
                    read.resources.insert("memory".into());
                }
                _ => {}
            }
        }
        read
    }

    /// What the plugin from outside reads; taints are read anyway.
    fn as_outsider(&mut self) {
        self.labels.insert("region".into());
        self.resources.insert("cpu".into());
        self.scores.insert(("r1".into(), "a".into()));
    }

    fn selector(&mut self, selector: &Selector) {
        match selector {
            Selector::All => {}
            Selector::Has(source) | Selector::In(source, _) => match source {
                Source::Label(key) => drop(self.labels.insert(key.clone())),
                Source::Claim(name) => drop(self.claims.insert(name.clone())),
                _ => {}
            },
            Selector::Not(inner) => self.selector(inner),
            Selector::And(parts) | Selector::Or(parts) => parts.iter().for_each(|part| self.selector(part)),
        }
    }

    /// Facts that come or change where nobody looks, and keys of such that go, in an order that the seed decides.
    fn changes(&self, world: &World, seed: u64) -> Vec<Result<Fact, Key>> {
        let facts = world.facts();
        let mut changes: Vec<Result<Fact, Key>> = Vec::new();
        for (i, fact) in facts.iter().enumerate() {
            changes.extend(self.change(fact, seed.rotate_left(i as u32)));
        }
        for name in world.clusters.keys() {
            let scores = vec![("a".into(), (seed % 100) as i32)];
            changes.push(Ok(Fact::Score(AddOnScore {
                cluster: name.clone(),
                name: "unread".into(),
                scores,
                valid_until: None,
            })));
        }
        let members = Ok(Selector::Has(Source::Label("env".into())));
        changes.push(Ok(Fact::Set(ManagedClusterSet { name: "unbound".into(), members })));
        for set in world.sets.keys().cloned() {
            let (namespace, name) = ("elsewhere".into(), set.clone());
            changes.push(Ok(Fact::Binding(Binding { namespace, name, cluster_set: set })));
        }
        for namespace in [&self.placement.namespace, &"elsewhere".into()] {
            let mut twin = world.placements[&self.placement].clone();
            twin.key = PlacementKey { namespace: namespace.clone(), name: "twin".into() };
            changes.push(Ok(Fact::Placement(Box::new(twin))));
        }
        generate::shuffled(&changes, seed)
    }

    /// What may become of one fact.
    fn change(&self, fact: &Fact, seed: u64) -> Option<Result<Fact, Key>> {
        let gone = || Err(fact.key());
        Some(match fact.clone() {
            Fact::Cluster(mut cluster) => {
                self.change_cluster(&mut cluster, seed);
                Ok(Fact::Cluster(cluster))
            }
            Fact::Score(score) if !self.scores.iter().any(|(resource, _)| *resource == score.name) => {
                if seed.is_multiple_of(3) {
                    return Some(gone());
                }
                let scores = score.scores.into_iter().map(|(name, _)| (name, (seed % 100) as i32)).collect();
                Ok(Fact::Score(AddOnScore { valid_until: None, scores, ..score }))
            }
            Fact::Score(mut score) => {
                let resource = score.name.clone();
                let is_read = |name: &Symbol| self.scores.contains(&(resource.clone(), name.clone()));
                score.scores.retain(|(name, _)| is_read(name) || seed & 1 == 0);
                score.scores.iter_mut().filter(|(name, _)| !is_read(name)).for_each(|(_, value)| *value ^= 5);
                Ok(Fact::Score(score))
            }
            Fact::Binding(binding) if binding.namespace != self.placement.namespace && seed & 1 == 0 => gone(),
            // ELIG-1: `spec.clusterSet` is not looked at.
            Fact::Binding(binding) => {
                Ok(Fact::Binding(Binding { cluster_set: format!("other-{}", seed % 3).into(), ..binding }))
            }
            Fact::Placement(other) if other.key == self.placement => return None,
            Fact::Placement(_) if seed & 3 == 0 => gone(),
            Fact::Placement(other) => {
                let (predicates, cluster_sets) = (Ok(Vec::new()), Vec::new());
                Ok(Fact::Placement(Box::new(Placement { predicates, cluster_sets, ..*other })))
            }
            // What stands is held equal, and a set may be one of those that it is eligible by.
            Fact::Slice(_) | Fact::Set(_) => return None,
        })
    }

    fn change_cluster(&self, cluster: &mut Cluster, seed: u64) {
        repaint(&mut cluster.labels, &self.labels, seed);
        repaint(&mut cluster.claims, &self.claims, seed >> 8);
        cluster.allocatable.retain(|(name, _)| self.resources.contains(name) || seed & 1 == 0);
        cluster.capacity.retain(|(name, _)| self.resources.contains(name) || seed & 2 == 0);
        let Ok(two) = Quantity::parse("2") else { return };
        // A capacity that is no number is none.
        cluster.capacity.iter_mut().filter(|(_, q)| q.approximate().is_some()).for_each(|(_, q)| *q = two.clone());
    }
}

/// Changes, drops and adds what is not read.
fn repaint(pairs: &mut Vec<(Symbol, Symbol)>, read: &BTreeSet<Symbol>, seed: u64) {
    pairs.retain(|(key, _)| read.contains(key) || seed & 4 == 0);
    for (key, value) in pairs.iter_mut() {
        if !read.contains(key) {
            *value = format!("v{}", seed % 5).into();
        }
    }
    pairs.push(("unread".into(), format!("{}", seed % 3).into()));
    pairs.sort();
}
