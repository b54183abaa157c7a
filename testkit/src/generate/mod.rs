//! Generators of whole hubs: few names, few values, so that things collide.

mod fleet;
mod history;
mod hub;
mod placement;

use proptest::prelude::*;
use scheduler_core::{Fact, PlacementKey, Symbol, Time};

pub use fleet::{cluster, score, taint};
pub use history::{Change, change, graft, history};
pub use hub::{binding, set, slice};
pub use placement::{placement, predicate, toleration, valid_placement};

/// 2026-01-01T00:00:00Z, the time of the recorded answers, at which every generated hub is looked at first.
pub const NOW: Time = Time::from_unix_seconds(1_767_225_600);

/// The placement that laws look at: always present in a generated hub.
#[must_use]
pub fn key() -> PlacementKey {
    PlacementKey { namespace: "ns1".into(), name: "p".into() }
}

/// One of these texts.
pub(crate) fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = Symbol> + Clone {
    prop::sample::select(texts).prop_map(Symbol::from)
}

/// `ns1` mostly, where the placement lives, else `ns2`.
pub(crate) fn namespace() -> impl Strategy<Value = Symbol> + Clone {
    one_of(&["ns1", "ns1", "ns1", "ns2"])
}

/// A hub: up to 40 clusters, sets, bindings, scores, slices and one to three placements; each key at most once.
pub fn facts() -> impl Strategy<Value = Vec<Fact>> {
    facts_around(placement())
}

/// A hub whose placements have no mistake in their specs.
pub fn valid_facts() -> impl Strategy<Value = Vec<Fact>> {
    facts_around(valid_placement())
}

fn facts_around<S>(placements: S) -> impl Strategy<Value = Vec<Fact>>
where
    S: Strategy<Value = scheduler_core::Placement> + Clone + 'static,
{
    let placed = prop::collection::vec(placements.clone(), 0..3);
    (fleet::fleet(), hub::sets(), hub::bindings(), hub::slices(), fleet::scores(), placements, placed).prop_map(
        |(clusters, sets, bindings, slices, scores, mut first, others)| {
            first.key = key();
            let mut facts: Vec<Fact> = clusters.into_iter().map(Fact::Cluster).collect();
            facts.extend(sets.into_iter().map(Fact::Set));
            facts.extend(bindings.into_iter().map(Fact::Binding));
            facts.extend(slices.into_iter().map(Fact::Slice));
            facts.extend(scores.into_iter().map(Fact::Score));
            facts.extend(others.into_iter().map(|p| Fact::Placement(Box::new(p))));
            facts.push(Fact::Placement(Box::new(first)));
            crate::naive::World::of(&facts).facts()
        },
    )
}

/// A permutation of so many things, from a seed: a plain shuffle that needs no strategy of its own.
#[must_use]
pub fn shuffled<T: Clone>(things: &[T], seed: u64) -> Vec<T> {
    let mut left = things.to_vec();
    let mut state = seed | 1;
    let mut out = Vec::with_capacity(left.len());
    while !left.is_empty() {
        // Knuth's multiplier: any full-period step will do.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (state >> 33) as usize % left.len();
        out.push(left.swap_remove(at));
    }
    out
}
