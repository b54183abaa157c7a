//! Law 5: every stated reason rejects on its own, and what nobody reads moves nothing.

use std::collections::BTreeSet;

use scheduler_core::placement::PrioritizerPolicy;
use scheduler_core::{
    Cluster, Coordinate, Fact, Fate, ManagedClusterSet, On, Placement, Reason, Selector, Source, Stage, Symbol, Time,
    Want,
};

use crate::{engine, generate, naive};

/// Each rejected cluster, stripped of all that its reason does not name, is still rejected by the same stage.
#[must_use]
pub fn the_reason_alone_rejects(facts: &[Fact], profile: &str, now: Time) -> Vec<String> {
    let key = generate::key();
    let world = naive::World::of(facts);
    let mut broken = Vec::new();
    for (name, fate) in engine::schedule(facts, profile, &key, now).fates {
        let Fate::Rejected { stage: Stage::Filter(stage), reason } = fate else { continue };
        let Some(stripped) = only_what_is_named(&world.clusters[&name], &reason) else { continue };
        let alone = everybody_bound(facts, &stripped);
        let again = engine::schedule(&alone, profile, &key, now).fates.remove(&name);
        let same = matches!(&again, Some(Fate::Rejected { stage: Stage::Filter(s), .. }) if *s == stage);
        if !same {
            broken.push(format!("{name}: rejected for `{reason}`, but with that alone it is {again:?}"));
        }
    }
    broken
}

/// A cluster with nothing but the values that a reason states.
fn only_what_is_named(cluster: &Cluster, reason: &Reason) -> Option<Cluster> {
    let mut stripped = Cluster { name: cluster.name.clone(), ..Cluster::default() };
    match reason {
        Reason::Predicate(mismatches) => {
            for mismatch in mismatches {
                let Some(actual) = &mismatch.actual else { continue };
                let pairs = match mismatch.on {
                    On::Label => &mut stripped.labels,
                    On::Claim => &mut stripped.claims,
                };
                pairs.push((mismatch.requirement.key.clone(), actual.clone()));
            }
            stripped.labels.sort();
            stripped.labels.dedup();
            stripped.claims.sort();
            stripped.claims.dedup();
        }
        Reason::Taint { taint, .. } => {
            // Predicates are asked first, so what they read stays.
            stripped = Cluster { taints: vec![taint.clone()], ..cluster.clone() };
        }
        _ => return None,
    }
    Some(stripped)
}

/// The same placement and what stands, over this cluster alone, in sets that hold everybody. Mistakes in other sections are
/// mended: which of them a pass comes to depends on the other clusters.
fn everybody_bound(facts: &[Fact], cluster: &Cluster) -> Vec<Fact> {
    let keep = |fact: &Fact| match fact {
        Fact::Cluster(_) | Fact::Score(_) => None,
        Fact::Set(set) => Some(Fact::Set(ManagedClusterSet { name: set.name.clone(), members: Ok(Selector::All) })),
        Fact::Placement(placement) => Some(Fact::Placement(Box::new(mended(placement)))),
        other => Some(other.clone()),
    };
    let mut alone: Vec<Fact> = facts.iter().filter_map(keep).collect();
    alone.push(Fact::Cluster(cluster.clone()));
    alone
}

fn mended(placement: &Placement) -> Placement {
    let mut mended = placement.clone();
    mended.want = mended.want.or(Ok(Want::All));
    mended.tolerations = mended.tolerations.or(Ok(Vec::new()));
    mended.policy = mended.policy.or_else(|_| Ok(PrioritizerPolicy::default()));
    mended
}

/// Values that no handle is held for change, and not a byte of the answer moves.
#[must_use]
pub fn unread_values_move_nothing(facts: &[Fact], seed: u64, profile: &str, now: Time) -> Vec<String> {
    let key = generate::key();
    let world = naive::World::of(facts);
    let read = Read::of(&world, &world.placements[&key]);
    let changed: Vec<Fact> =
        facts.iter().enumerate().map(|(i, f)| read.change(f, seed.rotate_left(i as u32))).collect();
    let before = engine::schedule(facts, profile, &key, now);
    let fresh = engine::schedule(&changed, profile, &key, now);
    let mut index = engine::index(facts, profile);
    let _ = index.snapshot(now);
    changed.into_iter().for_each(|fact| index.apply(fact));
    let patched = engine::answer(&index.snapshot(now), &key, &mut scheduler_core::Trail::default());
    let mut broken = Vec::new();
    for (how, after) in [("from scratch", fresh), ("patched", patched)] {
        if after != before {
            broken.push(format!("{how}: {after:?}\nis not {before:?}"));
        }
    }
    broken
}

/// What one placement reads.
struct Read {
    labels: BTreeSet<Symbol>,
    claims: BTreeSet<Symbol>,
    resources: BTreeSet<Symbol>,
    scores: BTreeSet<Symbol>,
}

impl Read {
    fn of(world: &naive::World, placement: &Placement) -> Read {
        let nothing = BTreeSet::new;
        let mut read = Read { labels: nothing(), claims: nothing(), resources: nothing(), scores: nothing() };
        for set in world.sets.values() {
            if let Ok(members) = &set.members {
                read.selector(members);
            }
        }
        let predicates = placement.predicates.iter().flatten();
        for predicate in predicates.chain(placement.groups.rules.iter().map(|rule| &rule.selector)) {
            read.selector(&predicate.selector());
        }
        for configuration in placement.policy.iter().flat_map(|policy| &policy.configurations) {
            match &configuration.coordinate {
                Ok(Coordinate::AddOn { resource, .. }) => drop(read.scores.insert(resource.clone())),
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

    /// The same fact with other values where nobody looks.
    fn change(&self, fact: &Fact, seed: u64) -> Fact {
        match fact.clone() {
            Fact::Cluster(mut cluster) => {
                repaint(&mut cluster.labels, &self.labels, seed);
                repaint(&mut cluster.claims, &self.claims, seed >> 8);
                cluster.allocatable.retain(|(name, _)| self.resources.contains(name) || seed & 1 == 0);
                cluster.capacity.retain(|(name, _)| self.resources.contains(name) || seed & 2 == 0);
                Fact::Cluster(cluster)
            }
            Fact::Score(mut score) if !self.scores.contains(&score.name) => {
                score.valid_until = None;
                score.scores.iter_mut().for_each(|(_, value)| *value = (seed % 100) as i32);
                Fact::Score(score)
            }
            Fact::Binding(mut binding) => {
                binding.cluster_set = format!("other-{}", seed % 3).into(); // ELIG-1: not looked at.
                Fact::Binding(binding)
            }
            Fact::Placement(mut other) if other.key != generate::key() => {
                other.predicates = Ok(Vec::new());
                other.cluster_sets.clear();
                Fact::Placement(other)
            }
            other => other,
        }
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
