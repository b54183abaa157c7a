//! Steps: every decision stands before the next is taken, and between steps time alone moves nothing before it is due.

use scheduler_core::{Decision, Fact, Index, PlacementKey, Time};

use super::{agree, all_answers, placements};
use crate::engine::Answered;
use crate::naive::{self, Hub, World};
use crate::{engine, generate};

/// Steps, and replays each decision with the oracle, which commits as the engine says it does. What differs.
/// `decided` gets who was, in order.
pub(super) fn replayed(
    index: &mut Index,
    world: &mut World,
    profile: &str,
    now: Time,
    at_most: usize,
    decided: &mut Vec<PlacementKey>,
) -> Vec<String> {
    let mut taken: Vec<(Decision, Answered)> = Vec::new();
    index.step(now, at_most, &mut |snapshot, trail, decision| {
        decided.push(decision.placement.clone());
        let fates = engine::fates(snapshot, trail);
        taken.push((decision.clone(), Answered { decision, fates }));
    });
    let hub = Hub::new(profile);
    let mut broken = Vec::new();
    for (decision, answered) in taken {
        let key = decision.placement.clone();
        let theirs = naive::schedule(world, &hub, &key, now);
        let apart = agree::disagreements(&answered, &theirs);
        broken.extend(apart.into_iter().map(|what| format!("step: {key} in {profile}: {what}")));
        world.commit(&theirs.decision);
    }
    broken
}

/// A first step decides every placement, by creation, then namespace and name, each seeing the decisions before it.
#[must_use]
pub fn a_step_commits_as_it_goes(facts: &[Fact], profile: &str, now: Time) -> Vec<String> {
    let mut order: Vec<(Option<Time>, PlacementKey)> =
        placements(facts).into_iter().map(|p| (p.created, p.key)).collect();
    order.sort();
    let mut first: Vec<PlacementKey> = Vec::new();
    engine::index(facts, profile).step(now, order.len(), &mut |_, _, decision| first.push(decision.placement));
    // A placement that lost a slice to one decided later is woken again, and so may stand twice among the first.
    let mut seen: Vec<&PlacementKey> = Vec::new();
    first.iter().for_each(|key| {
        if !seen.contains(&key) {
            seen.push(key);
        }
    });
    let mut broken = Vec::new();
    if !order.iter().map(|(_, key)| key).take(seen.len()).eq(seen.iter().copied()) {
        broken.push(format!("stepped in order {first:?}, not {order:?}"));
    }
    broken.extend(replayed(
        &mut engine::index(facts, profile),
        &mut World::of(facts),
        profile,
        now,
        usize::MAX,
        &mut Vec::new(),
    ));
    broken
}

/// After a step nobody's answer changes until the index is due.
#[must_use]
pub fn nothing_moves_before_it_is_due(facts: &[Fact], seconds: u32, profile: &str) -> Vec<String> {
    let world = World::of(facts);
    let mut index = engine::index(&world.facts(), profile);
    index.step(generate::NOW, usize::MAX, &mut |_, _, _| {});
    let later = generate::NOW.plus_seconds_saturating(i64::from(seconds));
    // The last instant before something is due, where that comes first.
    let before_due = index.next_due().map(|due| Time::from_unix_nanos(due.unix_nanos() - 1));
    let later = before_due.map_or(later, |due| due.min(later));
    if later <= generate::NOW {
        return Vec::new();
    }
    let before = all_answers(&mut index, &world, generate::NOW);
    let after = all_answers(&mut index, &world, later);
    // Where nothing is decided nobody waits, so how far the stages came is not looked at.
    let told = |d: &Decision| {
        let rejected = if d.is_undecided() { Vec::new() } else { d.rejected.clone() };
        Decision { rejected, ..d.clone() }
    };
    let moved = before.into_iter().zip(after).filter(|((_, was), (_, is))| told(was) != told(is));
    moved.map(|((key, was), (_, is))| format!("{key} at {later}: {is:?}\nafter {was:?}")).collect()
}
