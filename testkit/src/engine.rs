//! Who answers: the engine, or the oracle.

use std::collections::BTreeMap;

use scheduler_core::{Absence, Decision, Fact, Fate, Index, PlacementKey, Profiles, Snapshot, Symbol, Time, Trail};

use crate::naive;
use crate::outsider::Outsider;

/// What one pass said.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The decision.
    pub decision: Decision,
    /// What became of every known cluster.
    pub fates: BTreeMap<Symbol, Fate>,
}

/// The shipped profiles with a plugin from outside, one of them as the hub's.
#[must_use]
pub fn profiles(profile: &str) -> Profiles {
    let profiles = plugins::with_guests(&plugins::profiles(), &Outsider::plugins());
    Profiles { default: profile.into(), ..profiles }
}

/// An index of these facts.
#[must_use]
pub fn index(facts: &[Fact], profile: &str) -> Index {
    let mut index = Index::new(profiles(profile));
    for fact in facts {
        index.apply(fact.clone());
    }
    index
}

/// The engine's answer, all else as it stands.
#[must_use]
pub fn answer(snapshot: &Snapshot<'_>, key: &PlacementKey, trail: &mut Trail) -> Answered {
    let decision = snapshot.schedule(key, trail);
    Answered { decision, fates: fates(snapshot, trail) }
}

/// What a trail says of every cluster. Names that are no cluster are left out.
#[must_use]
pub fn fates(snapshot: &Snapshot<'_>, trail: &Trail) -> BTreeMap<Symbol, Fate> {
    let mut fates = BTreeMap::new();
    trail.fates(snapshot, &mut |name, fate| {
        if fate != Fate::NotMember(Absence::Gone) {
            fates.insert(name.into(), fate);
        }
    });
    fates
}

/// The engine's answer from a fresh index.
#[must_use]
pub fn schedule(facts: &[Fact], profile: &str, key: &PlacementKey, now: Time) -> Answered {
    answer(&index(facts, profile).snapshot(now), key, &mut Trail::default())
}

/// The engine's answer in profile `upstream`.
#[must_use]
pub fn upstream(facts: &[Fact], key: &PlacementKey, now: Time) -> Answered {
    schedule(facts, "upstream", key, now)
}

/// The oracle's answer in profile `upstream`.
#[must_use]
pub fn naive_upstream(facts: &[Fact], key: &PlacementKey, now: Time) -> Answered {
    let answer = naive::schedule(&naive::World::of(facts), &naive::Hub::new("upstream"), key, now);
    Answered { decision: answer.decision, fates: answer.fates }
}
