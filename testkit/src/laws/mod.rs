//! The laws of the engine, each as a question to one generated hub: what is broken, in words, or nothing.

mod agree;
mod history;
mod reasons;
mod steps;
mod unread;
mod writes;

use std::collections::BTreeSet;

use scheduler_core::placement::{Configuration, Predicate, Toleration};
use scheduler_core::{Coordinate, Fact, Fate, Outcome, Placement, PlacementKey, Symbol, Time, Trail};

use crate::naive::{self, Hub, World};
use crate::{engine, generate, outsider};

pub use agree::disagreements;
pub use history::{incremental_is_from_scratch, incremental_is_from_scratch_or_why};
pub use reasons::the_reason_alone_rejects;
pub use steps::{a_step_commits_as_it_goes, nothing_moves_before_it_is_due};
pub use unread::unread_values_move_nothing;
pub use writes::{held_slices_stay, writing_twice_writes_nothing};

/// The placements of a hub, in key order.
#[must_use]
pub fn placements(facts: &[Fact]) -> Vec<Placement> {
    World::of(facts).placements.into_values().collect()
}

/// Law 3: the engine says of every placement what the oracle says.
#[must_use]
pub fn engine_is_the_oracle(facts: &[Fact], profile: &str, now: Time) -> Vec<String> {
    let world = World::of(facts);
    let mut index = engine::index(facts, profile);
    compare_all(&mut index, &world, profile, now)
}

/// What an index says of every placement of a world, against the oracle.
fn compare_all(index: &mut scheduler_core::Index, world: &World, profile: &str, now: Time) -> Vec<String> {
    let hub = Hub::new(profile);
    let snapshot = index.snapshot(now);
    let mut trail = Trail::default();
    let mut broken = Vec::new();
    for key in world.placements.keys() {
        let ours = engine::answer(&snapshot, key, &mut trail);
        let theirs = naive::schedule(world, &hub, key, now);
        broken.extend(disagreements(&ours, &theirs).into_iter().map(|what| format!("{key} in {profile}: {what}")));
    }
    broken
}

/// Law 1: whatever the order in which facts arrive, and however often somebody looks in between.
#[must_use]
pub fn order_of_arrival_is_nothing(facts: &[Fact], seed: u64, profile: &str, now: Time) -> Vec<String> {
    let mut index = scheduler_core::Index::new(engine::profiles(profile));
    for (i, fact) in generate::shuffled(facts, seed).into_iter().enumerate() {
        index.apply(fact);
        if i % 7 == 3 {
            let _ = index.snapshot(now);
        }
    }
    let mut ordered = engine::index(facts, profile);
    let (one, other) = (ordered.snapshot(now), index.snapshot(now));
    let (mut trail, mut other_trail) = (Trail::default(), Trail::default());
    let mut broken = Vec::new();
    for placement in placements(facts) {
        let a = engine::answer(&one, &placement.key, &mut trail);
        let b = engine::answer(&other, &placement.key, &mut other_trail);
        if a != b {
            broken.push(format!("{}: {a:?}\nis not {b:?}", placement.key));
        }
    }
    broken
}

fn all_answers(
    index: &mut scheduler_core::Index,
    world: &World,
    now: Time,
) -> Vec<(PlacementKey, scheduler_core::Decision)> {
    let snapshot = index.snapshot(now);
    let mut trail = Trail::default();
    world.placements.keys().map(|key| (key.clone(), snapshot.schedule(key, &mut trail))).collect()
}

/// Law 3: profile `default` decides a valid placement as `upstream` does, tolerations of centuries aside (Q18).
#[must_use]
pub fn default_is_upstream_where_valid(facts: &[Fact], now: Time) -> Vec<String> {
    let mut broken = Vec::new();
    let facts: Vec<Fact> = facts.iter().cloned().map(as_upstream_reads).collect();
    let (mut ours, mut theirs) = (engine::index(&facts, "default"), engine::index(&facts, "upstream"));
    let (ours, theirs) = (ours.snapshot(now), theirs.snapshot(now));
    let mut trail = Trail::default();
    for placement in placements(&facts) {
        let a = engine::answer(&ours, &placement.key, &mut trail);
        let b = engine::answer(&theirs, &placement.key, &mut trail);
        let upstreams = &a.decision.conditions[..b.decision.conditions.len().min(a.decision.conditions.len())];
        if (&a.decision.outcome, upstreams, a.decision.requeue_at, &a.decision.scored, &a.fates)
            != (&b.decision.outcome, &b.decision.conditions[..], b.decision.requeue_at, &b.decision.scored, &b.fates)
        {
            broken.push(format!("{}: {a:?}\nis not {b:?}", placement.key));
        }
    }
    broken
}

/// Without what means something else to upstream: finite tolerations that overflow (Q18), plugins from outside.
fn as_upstream_reads(mut fact: Fact) -> Fact {
    let max = i64::MAX / 1_000_000_000;
    if let Fact::Placement(p) = &mut fact {
        p.extensions.iter_mut().for_each(|extensions| extensions.filters.clear());
        p.policy.iter_mut().for_each(|policy| policy.configurations.retain(|c| !is_outside(c)));
        let finite = p.tolerations.iter_mut().flatten().filter_map(|t| t.seconds.as_mut());
        finite.for_each(|seconds| *seconds = (*seconds).clamp(-max, max));
    }
    fact
}

fn is_outside(configuration: &Configuration) -> bool {
    matches!(&configuration.coordinate, Ok(Coordinate::AddOn { resource, .. }) if **resource == *outsider::RESOURCE)
}

/// Law 4: in profile `default` a mistake anywhere in the spec leaves what is recorded; a new placement serves nobody.
#[must_use]
pub fn never_worse(facts: &[Fact], now: Time) -> Vec<String> {
    let world = World::of(facts);
    let hub = Hub::new("default");
    let mut broken = Vec::new();
    for (key, placement) in &world.placements {
        let chosen = placement.profile.as_ref().is_none_or(|name| *name == "default");
        if !chosen || placement.deleting || placement.disabled || is_valid(placement, &hub) {
            continue;
        }
        let decision = engine::schedule(facts, "default", key, now).decision;
        let is_new = world.serves_nobody(key);
        let right = match &decision.outcome {
            Outcome::Held(_) => !is_new,
            Outcome::Placed { groups, selected, .. } => {
                is_new && *selected == 0 && groups.len() == 1 && groups[0].entries.is_empty()
            }
            Outcome::Untouched => world.sets.values().any(|s| s.members.is_err()), // SYNC-4
        };
        if !right {
            broken.push(format!("{key} is invalid, {} and gets {decision:?}", if is_new { "new" } else { "recorded" }));
        }
    }
    broken
}

fn is_valid(p: &Placement, hub: &Hub) -> bool {
    let sections = p.want.is_ok() && p.predicates.is_ok() && p.tolerations.is_ok() && p.extensions.is_ok();
    let groups = p.groups.length.is_ok() && p.groups.invalid.is_none();
    sections && groups && naive::weights(p, hub.rules(p)).is_ok()
}

/// A toleration more never shrinks the feasible.
#[must_use]
pub fn a_toleration_more_never_shrinks(facts: &[Fact], more: &Toleration, at: usize, now: Time) -> Vec<String> {
    feasible_only_grows(facts, now, |p| {
        if let Ok(tolerations) = &mut p.tolerations {
            tolerations.insert(at.min(tolerations.len()), more.clone());
        }
    })
}

/// A second or later predicate never shrinks the feasible: they are ORed; the first one narrows.
#[must_use]
pub fn a_later_predicate_never_shrinks(facts: &[Fact], more: &Predicate, at: usize, now: Time) -> Vec<String> {
    feasible_only_grows(facts, now, |p| {
        if let Ok(predicates) = &mut p.predicates
            && !predicates.is_empty()
        {
            predicates.insert(at.min(predicates.len()), more.clone());
        }
    })
}

fn feasible_only_grows(facts: &[Fact], now: Time, change: impl Fn(&mut Placement)) -> Vec<String> {
    let key = generate::key();
    let feasible = |facts: &[Fact]| -> BTreeSet<Symbol> {
        let fates = engine::schedule(facts, "upstream", &key, now).fates;
        let ranked = fates.into_iter().filter(|(_, fate)| matches!(fate, Fate::Ranked { .. }));
        ranked.map(|(name, _)| name).collect()
    };
    let before = feasible(facts);
    let changed: Vec<Fact> = facts
        .iter()
        .cloned()
        .map(|fact| match fact {
            Fact::Placement(mut p) if p.key == key => {
                change(&mut p);
                Fact::Placement(p)
            }
            other => other,
        })
        .collect();
    let after = feasible(&changed);
    let lost: Vec<&Symbol> = before.difference(&after).collect();
    if lost.is_empty() { Vec::new() } else { vec![format!("{lost:?} are not feasible any more")] }
}
