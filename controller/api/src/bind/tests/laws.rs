//! Laws of writing over random decisions and worn recorded states.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use proptest::prelude::*;
use scheduler_core::{Decision, Difference, Differences};

use super::world::*;
use crate::bind::{Call, Expect, Recorded, SLICE_MAX, apply, bind};
use crate::kinds::PlacementDecision;

const GROUPS: [&str; 4] = ["", "canary", "eu", ""];

/// The switches that concern writing.
const SWITCHES: [Difference; 4] = [Difference::Q17, Difference::Q23, Difference::Q24, Difference::C17];

/// A seeded choice, so that big states shrink to a seed and a few sizes.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n.max(1)
    }
}

fn cluster(i: usize) -> String {
    format!("c{i:04}")
}

/// Some of the first `fleet` clusters, each in at most one of the groups; a group without any is left out.
fn decided(fleet: usize, groups: usize, share: usize, seed: u64) -> Decision {
    let mut dice = Dice(seed);
    let mut lists = vec![Vec::new(); groups.max(1)];
    for i in 0..fleet {
        if dice.below(100) < share {
            let group = dice.below(lists.len());
            lists[group].push(cluster(i));
        }
    }
    let mut groups: Vec<(&str, &[String])> =
        lists.iter().zip(GROUPS).filter(|(list, _)| !list.is_empty()).map(|(l, name)| (name, l.as_slice())).collect();
    if groups.is_empty() {
        groups.push(("", &[]));
    }
    placed(&groups)
}

/// What somebody, or an older version, or a crash left behind.
fn worn(before: &mut Recorded, fleet: usize, damage: usize, seed: u64) {
    let mut dice = Dice(seed);
    for _ in 0..damage {
        let name = match dice.below(8) {
            0 => "foreign".to_owned(),
            k => format!("p1-decision-{k}"),
        };
        let length = [0, 1, 30, 100, 101, 230][dice.below(6)];
        let clusters: Vec<String> = (0..length).map(|_| cluster(dice.below(fleet + 20))).collect();
        let mut slice = slice(&name, &clusters);
        let labels = &mut slice.metadata.labels;
        match dice.below(6) {
            0 => drop(labels.remove(LABEL)),
            1 => drop(labels.remove(INDEX)),
            2 => drop(labels.insert(INDEX.into(), "seven".into())),
            3 => drop(labels.insert("foreign".into(), "label".into())),
            _ => {}
        }
        match dice.below(5) {
            0 => drop(before.slices.remove(&name)),
            _ => drop(before.slices.insert(name, slice)),
        }
    }
}

#[derive(Clone)]
struct World {
    before: Recorded,
    decision: Decision,
}

/// What matters of it, so that a counterexample can be read.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.before.slices.iter().map(|(name, slice)| (name, &slice.metadata.labels));
        let entries: Vec<&str> = self.decision.entries().map(|e| e.cluster.as_str()).collect();
        write!(f, "seen {:?}, labels {:?}, wanted {entries:?}", seen(&self.before), labels.collect::<Vec<_>>())
    }
}

fn worlds(damage: usize) -> impl Strategy<Value = World> {
    let share = || prop_oneof![0..=100_usize, Just(100)];
    let sizes = (0..450_usize, 1..5_usize, 1..5_usize, share(), share());
    (sizes, 0..=damage, any::<(u64, u64, u64, bool)>()).prop_map(|(sizes, damage, (old, new, wear, similar))| {
        let (fleet, old_groups, new_groups, old_share, new_share) = sizes;
        let old = decided(fleet, old_groups, old_share, old);
        let decision = if similar { similar_to(&old, fleet, new) } else { decided(fleet, new_groups, new_share, new) };
        let settled = bind(&old, &recorded([]), &Differences::all(), now());
        let mut before = apply(&settled, recorded([]));
        worn(&mut before, fleet, damage, wear);
        for (name, slice) in &mut before.slices {
            slice.metadata.uid = format!("uid of {name}"); // As a server gives them.
            slice.metadata.resource_version = format!("version of {name}");
        }
        World { before, decision }
    })
}

/// The same groups with some clusters exchanged between them, some gone, some new: cycles between full slices.
fn similar_to(old: &Decision, fleet: usize, seed: u64) -> Decision {
    let mut dice = Dice(seed);
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    let scheduler_core::Outcome::Placed { groups, .. } = &old.outcome else { unreachable!() };
    for (i, group) in groups.iter().enumerate() {
        place.extend(group.entries.iter().map(|e| (e.cluster.to_string(), i)));
    }
    for _ in 0..dice.below(60) {
        let (a, b) = (cluster(dice.below(fleet)), cluster(dice.below(fleet)));
        match (place.get(&a).copied(), place.get(&b).copied()) {
            (Some(x), Some(y)) => {
                place.insert(a, y);
                place.insert(b, x);
            }
            (Some(x), None) if dice.below(2) == 0 => {
                place.remove(&a);
                place.insert(b, x);
            }
            _ => {}
        }
    }
    let mut lists = vec![Vec::new(); groups.len()];
    for (cluster, group) in place {
        lists[group].push(cluster);
    }
    let groups: Vec<(&str, &[String])> =
        groups.iter().zip(&lists).map(|(group, list)| (group.name.as_str(), list.as_slice())).collect();
    placed(&groups)
}

fn clusters_seen(recorded: &Recorded) -> BTreeSet<String> {
    seen(recorded).into_iter().flat_map(|(_, clusters)| clusters).map(str::to_owned).collect()
}

fn wanted(decision: &Decision) -> BTreeSet<String> {
    decision.entries().map(|e| e.cluster.to_string()).collect()
}

/// C2 to C7, C12: what holds when nothing is under way.
fn at_rest(after: &Recorded, decision: &Decision) -> Result<(), TestCaseError> {
    let scheduler_core::Outcome::Placed { groups, selected, .. } = &decision.outcome else { unreachable!() };
    let status = &after.placement.status;
    prop_assert_eq!(status.decision_groups.len(), groups.len());
    prop_assert_eq!(i64::from(status.number_of_selected_clusters), i64::from(*selected));
    let mut k = 0;
    for (i, (group, told)) in groups.iter().zip(&status.decision_groups).enumerate() {
        let mut clusters = Vec::new();
        for name in &told.decisions {
            k += 1;
            prop_assert_eq!(name, &format!("p1-decision-{k}"), "C5: contiguous");
            let slice: &PlacementDecision = &after.slices[name];
            prop_assert_eq!(&slice.metadata.labels[LABEL], "p1");
            prop_assert_eq!(slice.metadata.labels[INDEX].as_str(), &i.to_string());
            prop_assert_eq!(&slice.metadata.labels[NAME], group.name.as_str());
            prop_assert!(slice.status.decisions.len() <= SLICE_MAX, "C6");
            clusters.extend(slice.status.decisions.iter().map(|d| d.cluster_name.clone()));
        }
        let entries: Vec<String> = group.entries.iter().map(|e| e.cluster.to_string()).collect();
        prop_assert_eq!(&clusters, &entries, "C6, C19");
        prop_assert_eq!(usize::try_from(told.cluster_count).unwrap(), entries.len());
    }
    prop_assert!(k >= 1, "C7");
    prop_assert_eq!(seen(after).len(), k, "nobody else carries the label");
    Ok(())
}

proptest! {
    /// C18, C13, C6: after each single write every cluster selected before and after is in some slice.
    #[test]
    fn no_cluster_is_without_a_slice(world in worlds(4)) {
        let World { before, decision } = world;
        let writes = bind(&decision, &before, &Differences::all(), now());
        let keeps: BTreeSet<String> = clusters_seen(&before).intersection(&wanted(&decision)).cloned().collect();
        let mut state = before;
        let mut phase = 0;
        for write in &writes {
            state.apply(write);
            let missing: Vec<_> = keeps.difference(&clusters_seen(&state)).cloned().collect();
            prop_assert!(missing.is_empty(), "after {}: {missing:?} of {:?}", write.call, calls(&writes));
            let next = match &write.call {
                Call::Create { .. } | Call::PatchLabels { .. } => 0,
                Call::PatchStatus { decisions, .. } => {
                    prop_assert!(decisions.len() <= SLICE_MAX);
                    0
                }
                Call::Delete { .. } => 1,
                Call::PatchPlacementStatus { .. } => 2,
            };
            prop_assert!(next >= phase, "C13: {:?}", calls(&writes));
            phase = next;
        }
        at_rest(&state, &decision)?;
    }

    /// Law 6.
    #[test]
    fn a_second_bind_writes_nothing(world in worlds(4)) {
        let World { before, decision } = world;
        let after = apply(&bind(&decision, &before, &Differences::all(), now()), before);
        prop_assert_eq!(calls(&bind(&decision, &after, &Differences::all(), now())), Vec::<String>::new());
    }

    /// A crash after any call: the next bind goes on from there and ends where the first would have ended.
    #[test]
    fn a_crash_on_the_way_changes_nothing(world in worlds(4), at in any::<prop::sample::Index>()) {
        let World { before, decision } = world;
        let writes = bind(&decision, &before, &Differences::all(), now());
        let end = apply(&writes, before.clone());
        let stopped = apply(&writes[..at.index(writes.len() + 1)], before);
        let resumed = apply(&bind(&decision, &stopped, &Differences::all(), now()), stopped);
        prop_assert_eq!(seen(&resumed), seen(&end));
        at_rest(&resumed, &decision)?;
    }

    /// Upstream takes two passes (BIND-4), and ends where we end; foreign labels apart (C17).
    #[test]
    fn the_end_is_upstreams(world in worlds(4)) {
        let World { before, decision } = world;
        let ours = apply(&bind(&decision, &before, &Differences::all(), now()), before.clone());
        let once = apply(&bind(&decision, &before, &Differences::NONE, now()), before);
        let mut theirs = apply(&bind(&decision, &once, &Differences::NONE, now()), once);
        at_rest(&theirs, &decision)?;
        prop_assert_eq!(calls(&bind(&decision, &theirs, &Differences::NONE, now())), Vec::<String>::new());
        for (name, slice) in &mut theirs.slices {
            let foreign = ours.slices.get(name).and_then(|s| s.metadata.labels.get("foreign"));
            slice.metadata.labels.extend(foreign.map(|value| ("foreign".into(), value.clone())));
        }
        prop_assert_eq!(ours, theirs);
    }

    /// Whatever is switched, two passes settle and end where upstream ends.
    #[test]
    fn any_switches_settle(world in worlds(4), switches in prop::sample::subsequence(SWITCHES.to_vec(), 0..=SWITCHES.len())) {
        let World { before, decision } = world;
        let on = switches.iter().fold(Differences::NONE, |on, switch| on.with(*switch, true));
        let once = apply(&bind(&decision, &before, &on, now()), before);
        let twice = apply(&bind(&decision, &once, &on, now()), once);
        at_rest(&twice, &decision)?;
        prop_assert_eq!(calls(&bind(&decision, &twice, &on, now())), Vec::<String>::new());
    }

    /// Q23: slices in our way that others control stay as they are, and C18 holds around them. One that also carries our
    /// label goes (BIND-7), and the pass after that closes the gap in the numbers.
    #[test]
    fn others_slices_stay(world in worlds(4), mask in any::<u8>()) {
        let World { mut before, decision } = world;
        for (i, slice) in before.slices.values_mut().enumerate().filter(|(i, _)| mask >> (i % 8) & 1 == 1) {
            slice.metadata.owner_references[0].uid = format!("other {i}");
        }
        let others = |state: &Recorded| -> Vec<PlacementDecision> {
            let slices = state.slices.values().filter(|s| s.metadata.owner_references[0].uid.starts_with("other"));
            slices.filter(|s| !s.metadata.labels.contains_key(LABEL)).cloned().collect()
        };
        let (theirs, mut state) = (others(&before), before);
        for _pass in 0..3 {
            let keeps: BTreeSet<String> = clusters_seen(&state).intersection(&wanted(&decision)).cloned().collect();
            for write in bind(&decision, &state, &Differences::all(), now()) {
                state.apply(&write);
                prop_assert!(keeps.is_subset(&clusters_seen(&state)), "after {}", write.call);
            }
        }
        prop_assert_eq!(others(&state), theirs);
        prop_assert_eq!(clusters_seen(&state), wanted(&decision));
        prop_assert_eq!(calls(&bind(&decision, &state, &Differences::all(), now())), Vec::<String>::new());
    }

    /// Overlap is kept to what C18 needs: only a cluster that moves, or stood twice, stands twice on the way.
    #[test]
    fn only_what_moves_stands_twice(world in worlds(0)) {
        let World { before, decision } = world;
        let writes = bind(&decision, &before, &Differences::all(), now());
        let place = |state: &Recorded| -> BTreeMap<String, String> {
            let seen = seen(state);
            seen.iter().flat_map(|(name, list)| list.iter().map(|c| ((*c).to_owned(), (*name).to_owned()))).collect()
        };
        let (from, to) = (place(&before), place(&apply(&writes, before.clone())));
        let mut state = before;
        for write in &writes {
            state.apply(write);
            let mut count: BTreeMap<&str, usize> = BTreeMap::new();
            for (_, list) in seen(&state) {
                list.into_iter().for_each(|c| *count.entry(c).or_default() += 1);
            }
            for (cluster, _) in count.into_iter().filter(|(_, n)| *n > 1) {
                prop_assert!(from.contains_key(cluster) && from.get(cluster) != to.get(cluster), "{cluster}");
            }
        }
    }

    /// Law 6: every write names the version it was made for, and only a write on the same object comes before `Returned`.
    #[test]
    fn every_write_has_a_precondition(world in worlds(4)) {
        let World { before, decision } = world;
        for differences in [Differences::NONE, Differences::all()] {
            let mut written: BTreeSet<(bool, String)> = BTreeSet::new();
            for write in bind(&decision, &before, &differences, now()) {
                let placement = matches!(write.call, Call::PatchPlacementStatus { .. });
                let first = written.insert((placement, write.call.name().to_owned()));
                match &write.call {
                    Call::Create { object } => {
                        prop_assert!(first && !before.slices.contains_key(&object.metadata.name));
                    }
                    Call::PatchStatus { expect, .. }
                    | Call::PatchLabels { expect, .. }
                    | Call::Delete { expect, .. }
                    | Call::PatchPlacementStatus { expect, .. } => match expect {
                        Expect::Returned => prop_assert!(!first),
                        Expect::Recorded(version) => {
                            prop_assert!(first && !version.uid.is_empty() && !version.resource_version.is_empty());
                        }
                    },
                }
            }
        }
    }
}
