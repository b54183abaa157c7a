//! What readers of our objects rely on, as far as writes are concerned: C1 to C18 in profile `default`.

use std::collections::BTreeMap;

use scheduler_core::{ConditionType, Difference, Differences};

use super::world::*;
use crate::bind::{Call, Expect, Notice, Pruned, Recorded, apply, bind, notices};

fn all() -> Differences {
    Differences::all()
}

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|i| format!("c{i:03}")).collect()
}

/// C1 to C6, C9 to C11: the objects of a decision of two groups.
#[test]
fn slices_as_readers_expect_them() {
    let (canary, rest) = (names(0..1), names(1..202));
    let decision = placed(&[("canary", canary.as_slice()), ("", rest.as_slice())]);
    let after = apply(&bind(&decision, &recorded([]), &all(), now()), recorded([]));
    let lengths: Vec<usize> = after.slices.values().map(|s| s.status.decisions.len()).collect();
    assert_eq!(lengths, [1, 100, 100, 1], "C6");
    let labels = |k: &str| {
        let meta = &after.slices[&format!("p1-decision-{k}")].metadata;
        (meta.labels[LABEL].as_str(), meta.labels[INDEX].as_str(), meta.labels[NAME].as_str())
    };
    assert_eq!(labels("1"), ("p1", "0", "canary"));
    assert_eq!(["2", "3", "4"].map(labels), [("p1", "1", ""); 3]);
    for slice in after.slices.values() {
        assert_eq!(slice.metadata.namespace, "ns1", "C1");
        assert_eq!(slice.metadata.owner_references, recorded_owner(), "C11");
        assert!(slice.status.decisions.iter().all(|d| d.reason.is_empty() && d.score == 0), "C9, C10");
    }
    let groups = &after.placement.status.decision_groups;
    let shown: Vec<_> =
        groups.iter().map(|g| (g.decision_group_index, &*g.decision_group_name, g.cluster_count)).collect();
    assert_eq!(shown, [(0, "canary", 1), (1, "", 201)], "C12");
    assert_eq!(groups[1].decisions, ["p1-decision-2", "p1-decision-3", "p1-decision-4"]);
    assert_eq!(after.placement.status.number_of_selected_clusters, 202);
}

fn recorded_owner() -> Vec<crate::kinds::OwnerReference> {
    slice::<&str>("x", &[]).metadata.owner_references
}

/// C7, C8.
#[test]
fn nothing_selected_is_one_empty_slice() {
    let before = recorded([slice("p1-decision-1", &["c1"])]);
    let writes = bind(&nobody(), &before, &all(), now());
    assert!(bodies(&writes)[0].ends_with(r#""status":{"decisions":[]}}"#));
    assert_eq!(seen(&apply(&writes, before)), [("p1-decision-1", vec![])]);
}

/// GUARD-1: recorded slices and counts stay, conditions say why.
#[test]
fn what_is_held_stays() {
    let settled = settled(&["c1", "c2"]);
    let stale = condition(ConditionType::Stale, true, "Misconfigured", "kept since generation 3");
    let wrong = condition(ConditionType::Misconfigured, true, "Misconfigured", ":x");
    let writes = bind(&held(vec![wrong, stale]), &settled, &all(), now());
    assert_eq!(calls(&writes), ["patch placements/status p1"]);
    let Call::PatchPlacementStatus { status, .. } = &writes[0].call else { panic!("{writes:?}") };
    assert_eq!((status.number_of_selected_clusters, &status.decision_groups), (None, &None));
    let after = apply(&writes, settled.clone());
    assert_eq!(seen(&after), seen(&settled));
    let conditions: Vec<&str> = after.placement.status.conditions.iter().map(|c| c.r#type.as_str()).collect();
    assert_eq!(conditions, ["PlacementMisconfigured", "PlacementSatisfied", "placewright.io/Stale"], "C14");
}

/// A state that needs no write for these clusters.
fn settled(clusters: &[&str]) -> Recorded {
    apply(&bind(&placed(&[("", clusters)]), &recorded([]), &all(), now()), recorded([]))
}

/// C15, C16: whatever stands there.
#[test]
fn what_is_left_alone_is_not_touched() {
    let mut worn = slice("p1-decision-4", &["c1"]);
    worn.metadata.labels.remove(INDEX);
    assert_eq!(bind(&untouched(), &recorded([worn]), &all(), now()), []);
}

/// C17.
#[test]
fn foreign_labels_survive() {
    let mut drifted = slice("p1-decision-1", &["c1"]);
    drifted.metadata.labels = BTreeMap::from([("foo".into(), "bar".into()), (LABEL.into(), "p1".into())]);
    let before = recorded([drifted]);
    let writes = bind(&placed(&[("", &["c1"])]), &before, &all(), now());
    let after = apply(&writes, before.clone());
    let keys: Vec<&str> = after.slices["p1-decision-1"].metadata.labels.keys().map(|key| key.as_str()).collect();
    assert_eq!(keys, [INDEX, NAME, LABEL, "foo"]);
    let off = all().with(Difference::C17, false);
    let after = apply(&bind(&placed(&[("", &["c1"])]), &before, &off, now()), before);
    assert!(!after.slices["p1-decision-1"].metadata.labels.contains_key("foo"));
}

/// Content, then labels, of one slice: two adjacent calls, the second on the version that the first returned.
#[test]
fn content_and_labels_in_one_go() {
    let mut drifted = slice("p1-decision-1", &["c1"]);
    drifted.metadata.labels.remove(INDEX);
    let writes = bind(&placed(&[("", &["c2"])]), &recorded([drifted]), &all(), now());
    let want = [
        "patch placementdecisions/status p1-decision-1",
        "patch placementdecisions p1-decision-1",
        "patch placements/status p1",
    ];
    assert_eq!(calls(&writes), want);
    let Call::PatchLabels { expect, .. } = &writes[1].call else { panic!("{writes:?}") };
    assert_eq!(*expect, Expect::Returned);
    assert!(bodies(&writes)[1].ends_with(r#""resourceVersion":"v","uid":"u"}}"#));
}

/// Q17, C18 with the numbers of the open bug: one cluster in front of 100, and again behind it.
#[test]
fn a_cluster_that_moves_is_received_first() {
    let before = apply(&bind(&placed(&[("", names(1..102).as_slice())]), &recorded([]), &all(), now()), recorded([]));
    let writes = bind(&placed(&[("", names(0..102).as_slice())]), &before, &all(), now());
    let want = [
        "patch placementdecisions/status p1-decision-2",
        "patch placementdecisions/status p1-decision-1",
        "patch placements/status p1",
    ];
    assert_eq!(calls(&writes), want);
    let after = apply(&writes, before);
    let writes = bind(&placed(&[("", names(1..102).as_slice())]), &after, &all(), now());
    assert_eq!(
        calls(&writes)[..2],
        ["patch placementdecisions/status p1-decision-1", "patch placementdecisions/status p1-decision-2"]
    );
}

/// The surplus of a full cycle: a slice of the receiving group, under a name that is free, removed last.
#[test]
fn a_temporary_slice_comes_first_and_goes_last() {
    let (mut one, mut two) = (names(0..100), names(100..200));
    let mut before = settled(&[]);
    let writes = bind(&placed(&[("a", one.as_slice()), ("b", two.as_slice())]), &before, &all(), now());
    before = apply(&writes, before);
    before.slices.insert("p1-decision-3".to_owned(), slice("p1-decision-3", &["c000"]));
    std::mem::swap(&mut one[99], &mut two[0]);
    let writes = bind(&placed(&[("a", one.as_slice()), ("b", two.as_slice())]), &before, &all(), now());
    let want = [
        "create placementdecisions p1-decision-4",
        "patch placementdecisions/status p1-decision-4",
        "patch placementdecisions/status p1-decision-1",
        "patch placementdecisions/status p1-decision-2",
        "delete placementdecisions p1-decision-3",
        "delete placementdecisions p1-decision-4",
    ];
    assert_eq!(calls(&writes), want);
    let Call::Create { object } = &writes[0].call else { panic!("{writes:?}") };
    assert_eq!((object.metadata.labels[INDEX].as_str(), object.metadata.labels[NAME].as_str()), ("1", "b"));
    assert!(bodies(&writes)[5].contains(r#""preconditions":{"resourceVersion":"v","uid":"u"}"#));
}

/// Q23: its number is skipped, and somebody says so.
#[test]
fn another_controllers_slice_is_not_taken_over() {
    let mut foreign = slice("p1-decision-1", &["c9"]);
    foreign.metadata.labels.clear();
    foreign.metadata.owner_references[0].uid = "somebody".to_owned();
    foreign.metadata.owner_references[0].kind = "DRPlacementControl".to_owned();
    let before = recorded([foreign.clone()]);
    let decision = placed(&[("", &["c1"])]);
    let writes = bind(&decision, &before, &all(), now());
    assert_eq!(calls(&writes)[0], "create placementdecisions p1-decision-2");
    let after = apply(&writes, before.clone());
    assert_eq!(after.slices["p1-decision-1"], foreign);
    assert_eq!(after.placement.status.decision_groups[0].decisions, ["p1-decision-2"]);
    assert_eq!(bind(&decision, &after, &all(), now()), []);
    let owner = "DRPlacementControl `p1`".to_owned();
    let want = Notice::NotAdopted { slice: "p1-decision-1".to_owned(), owner };
    assert_eq!(
        want.to_string(),
        "PlacementDecision `p1-decision-1` belongs to DRPlacementControl `p1` and is not taken over"
    );
    assert_eq!(notices(&decision, &before, &all()), [want]);
    assert_eq!(notices(&decision, &before, &Differences::NONE), []);
}

/// In manifests nobody has a uid; then kind and name tell whose it is.
#[test]
fn a_slice_without_uid_or_owner_is_ours() {
    let (mut without_uid, mut without_owner) = (slice("p1-decision-1", &["c9"]), slice("p1-decision-1", &["c9"]));
    without_uid.metadata.owner_references[0].uid.clear();
    without_owner.metadata.owner_references.clear();
    for manifest in [without_uid, without_owner] {
        let writes = bind(&placed(&[("", &["c1"])]), &recorded([manifest]), &all(), now());
        assert_eq!(calls(&writes)[0], "patch placementdecisions/status p1-decision-1");
    }
}

/// A slice of another namespace, or of a placement whose name only starts alike, is none of ours.
#[test]
fn others_slices_are_not_looked_at() {
    let mut elsewhere = slice("p1-decision-1", &["c9"]);
    elsewhere.metadata.namespace = "ns2".to_owned();
    let mut alike = slice("p1-decision-1-decision-1", &["c9"]);
    alike.metadata.labels.insert(LABEL.into(), "p1-decision-1".into());
    assert_eq!(recorded([elsewhere, alike]).slices.len(), 0);
}

/// An older hub drops what its definitions lack: all the same nothing is written twice.
#[test]
fn what_a_hub_drops_is_not_written_again() {
    for (decision_groups, cluster_count) in [(false, true), (true, true)] {
        let pruned = Pruned { decision_groups, cluster_count };
        let decision = placed(&[("canary", &["c1"]), ("", &["c2", "c3"])]);
        let before = Recorded { pruned, ..recorded([]) };
        let mut after = apply(&bind(&decision, &before, &all(), now()), before);
        let status = &mut after.placement.status;
        assert_eq!(
            (status.number_of_selected_clusters, status.decision_groups.len()),
            (3, if decision_groups { 0 } else { 2 })
        );
        status.decision_groups.iter_mut().for_each(|group| group.cluster_count = 0);
        assert_eq!(bind(&decision, &after, &all(), now()), []);
    }
}
