//! Sets, bindings, slices: foreign ones, worn ones, ones that name nobody.

use proptest::prelude::*;
use scheduler_core::placement::Predicate;
use scheduler_core::{Binding, ManagedClusterSet, Misconfigured, Selector, Slice, Source, Symbol};

use super::fleet::{CLUSTER_SET, name_in_slice};
use super::placement::requirements;
use super::{namespace, one_of};

const SETS: &[&str] = &["s1", "s2", "s3", "global"];

/// A set: exclusive, of everybody, of nobody, by label selector, seldom invalid.
pub fn set() -> impl Strategy<Value = ManagedClusterSet> + Clone {
    (one_of(SETS), 0..40u8, requirements()).prop_map(|(name, kind, labels)| {
        let members = match kind {
            0..=5 | 20..=28 => Ok(Selector::In(Source::Label(CLUSTER_SET.into()), vec![name.clone()])), // ELIG-7
            6..=12 => Ok(Predicate { labels: Vec::new(), claims: Vec::new() }.selector()),              // ELIG-8, `{}`
            13..=17 | 29..=38 => Ok(Predicate { labels, claims: Vec::new() }.selector()),
            // ELIG-8: absent. An invalid one leaves every placement that it concerns untouched, so it is rare.
            18 | 19 => Ok(Selector::none()),
            _ => Err(Misconfigured::Selector("\"Foo\" is not a valid label selector operator".to_owned())),
        };
        ManagedClusterSet { name, members }
    })
}

/// Mostly with one of everybody, so that something happens.
pub(crate) fn sets() -> impl Strategy<Value = Vec<ManagedClusterSet>> {
    let everybody = ManagedClusterSet { name: "global".into(), members: Ok(Selector::And(Vec::new())) };
    (prop::collection::vec(set(), 0..5), prop::bool::weighted(0.75)).prop_map(move |(mut sets, all)| {
        sets.extend(all.then(|| everybody.clone()));
        sets
    })
}

/// A binding, mostly of the set it is named after.
pub fn binding() -> impl Strategy<Value = Binding> + Clone {
    (namespace(), one_of(SETS), prop::option::weighted(0.1, one_of(SETS))).prop_map(|(namespace, name, other)| {
        let cluster_set = other.unwrap_or_else(|| name.clone());
        Binding { namespace, name, cluster_set }
    })
}

/// Mostly with one of everybody in the placement's namespace.
pub(crate) fn bindings() -> impl Strategy<Value = Vec<Binding>> {
    let everybody = Binding { namespace: "ns1".into(), name: "global".into(), cluster_set: "global".into() };
    (prop::collection::vec(binding(), 0..6), prop::bool::weighted(0.85)).prop_map(move |(mut bindings, all)| {
        bindings.extend(all.then(|| everybody.clone()));
        bindings
    })
}

/// A slice: of a placement, of nobody, in another namespace; names may repeat and be no cluster's.
pub fn slice() -> impl Strategy<Value = Slice> + Clone {
    let label = prop::option::weighted(0.9, one_of(&["p", "p", "q", "q", "r", ""]));
    let name =
        one_of(&["p-decision-1", "p-decision-1", "p-decision-2", "p-decision-3", "q-decision-1", "o0", "o1", "o2"]);
    let clusters = prop::collection::vec(name_in_slice(), 0..8);
    (namespace(), name, label, clusters).prop_map(|(namespace, name, placement, clusters): (Symbol, _, _, _)| Slice {
        namespace,
        name,
        placement,
        clusters,
    })
}

pub(crate) fn slices() -> impl Strategy<Value = Vec<Slice>> {
    prop::collection::vec(slice(), 0..7)
}
