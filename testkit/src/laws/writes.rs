//! Laws 4 and 6 where they are seen from outside: in the writes.

use api::bind::{Recorded, apply, bind};
use api::{facts, kinds};
use scheduler_core::{Decision, Difference, Effect, Fact, Outcome, Placement, Slice, Symbol, Time};

use crate::naive::{Hub, World};
use crate::{engine, generate, naive};

const PLACEMENT_LABEL: &str = "cluster.open-cluster-management.io/placement";

/// A placement and its slices as an API server would hold them.
fn recorded(world: &World, placement: &Placement) -> Recorded {
    let mut object = kinds::Placement::default();
    object.metadata.namespace = placement.key.namespace.to_string();
    object.metadata.name = placement.key.name.to_string();
    object.metadata.uid = "u".to_owned();
    object.metadata.generation = placement.generation;
    Recorded::new(object, world.slices.values().map(slice))
}

fn slice(from: &Slice) -> kinds::PlacementDecision {
    let mut object = kinds::PlacementDecision::default();
    object.metadata.namespace = from.namespace.to_string();
    object.metadata.name = from.name.to_string();
    object.metadata.labels.extend(from.placement.iter().map(|p| (PLACEMENT_LABEL.into(), (**p).into())));
    let decision = |c: &Symbol| kinds::ClusterDecision { cluster_name: c.to_string(), ..Default::default() };
    object.status.decisions = from.clusters.iter().map(decision).collect();
    object
}

/// The world after these writes: slices and the placement's status.
fn after(world: &World, before: &Recorded, after: &Recorded) -> World {
    let mut world = world.clone();
    let namespace: Symbol = before.placement.metadata.namespace.as_str().into();
    for name in before.slices.keys() {
        world.slices.remove(&(namespace.clone(), name.as_str().into()));
    }
    for object in after.slices.values() {
        world.apply(&Fact::Slice(facts::slice(object)));
    }
    if let Some(placement) = world.placements.get_mut(&generate::key()) {
        placement.recorded = facts::placement(&after.placement).0.recorded;
    }
    world
}

fn decide(world: &World, profile: &str, now: Time) -> Decision {
    engine::schedule(&world.facts(), profile, &generate::key(), now).decision
}

/// Law 6: once the writes are done there is nothing to write, neither for this decision nor for the next.
#[must_use]
pub fn writing_twice_writes_nothing(all: &[Fact], profile: &str, now: Time) -> Vec<String> {
    let world = World::of(all);
    let placement = &world.placements[&generate::key()];
    let differences = Hub::new(profile).rules(placement).differences;
    let first = decide(&world, profile, now);
    let mut stands = recorded(&world, placement);
    let before = stands.clone();
    // BIND-4: what needs status and labels takes two passes as upstream does it, one where Q24 is on.
    let passes = if differences.has(Difference::Q24) { 1 } else { 2 };
    for _ in 0..passes {
        stands = apply(&bind(&first, &stands, &differences, now), stands);
    }
    let again = bind(&first, &stands, &differences, now);
    if !again.is_empty() {
        return vec![format!("the same decision again: {again:?}")];
    }
    if moves_itself(&world, placement, profile) {
        return Vec::new();
    }
    let second = decide(&after(&world, &before, &stands), profile, now);
    let again = bind(&second, &stands, &differences, now);
    if again.is_empty() { Vec::new() } else { vec![format!("the next decision: {again:?}\n{first:?}\n{second:?}")] }
}

/// Where its own write is an input that may move it: Steady below 0; counts or taints that its slices had a part in.
fn moves_itself(world: &World, placement: &Placement, profile: &str) -> bool {
    let weights = naive::weights(placement, Hub::new(profile).rules(placement)).unwrap_or_default();
    let weight_of = |name: &str| weights.iter().filter(|(c, _)| c.to_string() == name).map(|(_, w)| *w).sum::<i32>();
    // A worn slice of ours that counts as somebody else's is taken over, and leaves the counts of Balance.
    let ours = format!("{}-decision-", placement.key.name);
    let takes_over = world.slices.values().any(|s| {
        s.namespace == placement.key.namespace
            && s.name.starts_with(&ours)
            && s.placement.as_ref() != Some(&placement.key.name)
    });
    // What leaves and may not come back (TAINT-5) is missing among those by whom resources are scaled (PRIO-52).
    let scaled = weights.iter().any(|(c, _)| c.to_string().starts_with("Resource"));
    let one_way = world.clusters.values().flat_map(|c| &c.taints).any(|t| t.effect == Effect::NoSelectIfNew);
    // Upstream writes fewer than it counts as selected, and so takes from some what they stood by (Q4, Q5).
    let differences = Hub::new(profile).rules(placement).differences;
    let unwritten = (placement.groups.length.is_err() && !differences.has(Difference::Q4))
        || (placement.groups.invalid.is_some() && !differences.has(Difference::Q5));
    weight_of("Steady") < 0 || takes_over || (scaled && one_way) || unwritten
}

/// Law 4: a decision that is held writes no slice and no count.
#[must_use]
pub fn held_slices_stay(all: &[Fact], profile: &str, now: Time) -> Vec<String> {
    let world = World::of(all);
    let placement = &world.placements[&generate::key()];
    let differences = Hub::new(profile).rules(placement).differences;
    let decision = decide(&world, profile, now);
    let before = recorded(&world, placement);
    let after = apply(&bind(&decision, &before, &differences, now), before.clone());
    let (was, is) = (&before.placement.status, &after.placement.status);
    let same = before.slices == after.slices
        && was.number_of_selected_clusters == is.number_of_selected_clusters
        && was.decision_groups == is.decision_groups;
    match decision.outcome {
        Outcome::Placed { .. } => Vec::new(),
        _ if same => Vec::new(),
        _ => vec![format!("{decision:?}\nleaves {after:?}\nof {before:?}")],
    }
}
