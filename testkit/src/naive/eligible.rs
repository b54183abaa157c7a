//! §4: bindings, sets, available clusters.

use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::{Absence, Cluster, Fate, Selector, Source, Symbol, Warning};

use super::{Pass, World};

/// What §4 says of one placement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Eligible {
    /// Whether any binding is valid (ELIG-1).
    pub(crate) bound: bool,
    /// The eligible sets (ELIG-2).
    pub(crate) sets: BTreeSet<Symbol>,
    /// The available clusters (ELIG-3).
    pub(crate) available: BTreeSet<Symbol>,
}

/// Bindings to sets to clusters; the first set in name order that is invalid ends it (SYNC-4).
pub(crate) fn eligible(pass: &Pass<'_>) -> Result<Eligible, Warning> {
    let placement = pass.placement;
    let mut valid = BTreeSet::new();
    for binding in pass.world.bindings.values() {
        // ELIG-1: the binding's own name, not `spec.clusterSet`.
        if binding.namespace == placement.key.namespace && pass.world.sets.contains_key(&binding.name) {
            valid.insert(binding.name.clone());
        }
    }
    let mut found = Eligible { bound: !valid.is_empty(), ..Eligible::default() };
    for set in valid {
        if placement.cluster_sets.is_empty() || placement.cluster_sets.contains(&set) {
            found.sets.insert(set);
        }
    }
    for name in &found.sets {
        let members = pass.world.sets[name]
            .members
            .as_ref()
            .map_err(|e| Warning::SetSelector { set: name.clone(), problem: e.to_string() })?;
        for cluster in pass.world.clusters.values() {
            if !cluster.deleting && matches(members, cluster) {
                found.available.insert(cluster.name.clone());
            }
        }
    }
    Ok(found)
}

/// Every cluster that is no candidate, and why.
pub(crate) fn absences(world: &World, eligible: &Eligible) -> BTreeMap<Symbol, Fate> {
    let mut fates = BTreeMap::new();
    for cluster in world.clusters.values() {
        if !eligible.available.contains(&cluster.name) {
            let why = if cluster.deleting { Absence::Deleting } else { Absence::NoEligibleSet };
            fates.insert(cluster.name.clone(), Fate::NotMember(why));
        }
    }
    fates
}

/// Whether a cluster satisfies a set's selector. Sets test labels and names only.
fn matches(selector: &Selector, cluster: &Cluster) -> bool {
    match selector {
        Selector::All => true,
        Selector::Has(source) => value(source, cluster).is_some(),
        Selector::In(source, values) => value(source, cluster).is_some_and(|v| values.contains(&v)),
        Selector::Not(inner) => !matches(inner, cluster),
        Selector::And(parts) => parts.iter().all(|s| matches(s, cluster)),
        Selector::Or(parts) => parts.iter().any(|s| matches(s, cluster)),
    }
}

fn value(source: &Source, cluster: &Cluster) -> Option<Symbol> {
    match source {
        Source::Label(key) => find(&cluster.labels, key),
        Source::Claim(name) => find(&cluster.claims, name),
        // No set selects by these; a set that did would have no member here and so be noticed.
        _ => None,
    }
}

/// The value of a key in a list of pairs.
pub(crate) fn find(pairs: &[(Symbol, Symbol)], key: &Symbol) -> Option<Symbol> {
    pairs.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.clone())
}
