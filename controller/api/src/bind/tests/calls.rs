//! API traffic recorded from upstream, and what a `Write` says beside its body.

use scheduler_core::{Condition, ConditionType, Decision, Differences, Outcome, Warning};

use super::world::*;
use crate::bind::{Call, EventKind, Recorded, apply, bind};

const NONE: Differences = Differences::NONE;

const OWNER: &str = r#""ownerReferences":[{"apiVersion":"cluster.open-cluster-management.io/v1beta1","kind":"Placement","name":"p1","uid":"puid","controller":true,"blockOwnerDeletion":true}]"#;
const LABELS: &str = r#""labels":{"cluster.open-cluster-management.io/decision-group-index":"0","cluster.open-cluster-management.io/decision-group-name":"","cluster.open-cluster-management.io/placement":"p1"}"#;
const CONFIGURED: &str = r#"{"lastTransitionTime":"2026-01-01T00:00:00Z","message":"Placement configurations check pass","reason":"Succeedconfigured","status":"False","type":"PlacementMisconfigured"}"#;
const SCHEDULED: &str = r#"{"lastTransitionTime":"2026-01-01T00:00:00Z","message":"All cluster decisions scheduled","reason":"AllDecisionsScheduled","status":"True","type":"PlacementSatisfied"}"#;

fn created(write: &crate::bind::Write) -> String {
    match &write.call {
        Call::Create { object } => serde_json::to_string(object).unwrap(),
        other => other.to_string(),
    }
}

fn misconfigured(message: &str) -> Condition {
    condition(ConditionType::Misconfigured, true, "Misconfigured", message)
}

fn unsatisfied(reason: &'static str, message: &str) -> Condition {
    condition(ConditionType::Satisfied, false, reason, message)
}

fn with(mut decision: Decision, conditions: Vec<Condition>) -> Decision {
    decision.conditions = conditions;
    decision
}

#[test]
fn two_clusters_for_the_first_time() {
    let writes = bind(&placed(&[("", &["c1", "c2"])]), &recorded([]), &NONE, now());
    let decisions = r#""status":{"decisions":[{"clusterName":"c1","reason":""},{"clusterName":"c2","reason":""}]}"#;
    assert_eq!(
        created(&writes[0]),
        format!(r#"{{"metadata":{{"name":"p1-decision-1","namespace":"ns1",{LABELS},{OWNER}}},{decisions}}}"#)
    );
    let bodies = bodies(&writes);
    assert_eq!(bodies[1], format!(r#"{{"metadata":{{"resourceVersion":"v","uid":"u"}},{decisions}}}"#));
    assert_eq!(
        bodies[2],
        format!(
            r#"{{"metadata":{{"resourceVersion":"7","uid":"puid"}},"status":{{"conditions":[{CONFIGURED},{SCHEDULED}],"decisionGroups":[{{"clusterCount":2,"decisionGroupIndex":0,"decisionGroupName":"","decisions":["p1-decision-1"]}}],"numberOfSelectedClusters":2}}}}"#
        )
    );
    let want = [
        "create placementdecisions p1-decision-1",
        "patch placementdecisions/status p1-decision-1",
        "patch placements/status p1",
    ];
    assert_eq!(calls(&writes), want);
}

#[test]
fn no_clusters_for_the_first_time() {
    let message = "All ManagedClusterSets [cs1] have no member ManagedCluster";
    let conditions = vec![all_well()[0].clone(), unsatisfied("AllManagedClusterSetsEmpty", message)];
    let writes = bind(&with(nobody(), conditions), &recorded([]), &NONE, now());
    assert_eq!(calls(&writes), ["create placementdecisions p1-decision-1", "patch placements/status p1"], "BIND-5");
    assert!(created(&writes[0]).ends_with(r#","status":{"decisions":[]}}"#));
    assert_eq!(
        bodies(&writes)[1],
        format!(
            r#"{{"metadata":{{"resourceVersion":"7","uid":"puid"}},"status":{{"conditions":[{CONFIGURED},{{"lastTransitionTime":"2026-01-01T00:00:00Z","message":"{message}","reason":"AllManagedClusterSetsEmpty","status":"False","type":"PlacementSatisfied"}}],"decisionGroups":[{{"clusterCount":0,"decisionGroupIndex":0,"decisionGroupName":"","decisions":["p1-decision-1"]}}]}}}}"#
        )
    );
}

#[test]
fn a_mistake_empties_what_stands() {
    let before = recorded([slice("p1-decision-1", &["c1"]), slice("p1-decision-2", &["c2"])]);
    let message = "TaintToleration:If the operator is Exists, the value should be empty.";
    let matched = "No ManagedCluster matches any of the cluster predicate";
    let conditions = vec![misconfigured(message), unsatisfied("NoManagedClusterMatched", matched)];
    let writes = bind(&with(nobody(), conditions), &before, &NONE, now());
    let want = [
        "patch placementdecisions/status p1-decision-1",
        "delete placementdecisions p1-decision-2",
        "patch placements/status p1",
    ];
    assert_eq!(calls(&writes), want);
    let bodies = bodies(&writes);
    assert_eq!(
        bodies[0],
        r#"{"metadata":{"resourceVersion":"version of p1-decision-1","uid":"uid of p1-decision-1"},"status":{"decisions":[]}}"#
    );
    assert_eq!(
        bodies[1],
        r#"{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"resourceVersion":"version of p1-decision-2","uid":"uid of p1-decision-2"}}"#
    );
    assert!(bodies[2].contains(message) && bodies[2].contains(matched));
    let reasons: Vec<(&str, &str)> = events(&writes).iter().map(|e| (e.reason, e.related.as_str())).collect();
    assert_eq!(reasons, [("DecisionUpdate", "p1-decision-1"), ("DecisionDelete", "p1-decision-2")]);
}

#[test]
fn a_wrong_group_length_deletes_every_slice() {
    let mut decision = placed::<&str>(&[]);
    decision.outcome = Outcome::Placed { groups: vec![], selected: 1, shortfall: None };
    decision.conditions = vec![misconfigured(":10 invalid type: string is not a percentage"), all_well()[1].clone()];
    let writes = bind(&decision, &recorded([slice("p1-decision-1", &["c1"])]), &NONE, now());
    assert_eq!(calls(&writes), ["delete placementdecisions p1-decision-1", "patch placements/status p1"]);
    let body = &bodies(&writes)[1];
    assert!(body.ends_with(r#""decisionGroups":[],"numberOfSelectedClusters":1}}"#), "{body}");
    assert!(body.contains(":10 invalid type: string is not a percentage") && body.contains(SCHEDULED), "{body}");
}

#[test]
fn label_drift_alone_is_one_patch_without_an_event() {
    let mut drifted = slice("p1-decision-1", &["c1"]);
    drifted.metadata.labels = [(LABEL, "p1"), ("foo", "bar")].map(|(k, v)| (k.into(), v.into())).into();
    let mut before = recorded([drifted]);
    settle_status(&mut before, &placed(&[("", &["c1"])]));
    let writes = bind(&placed(&[("", &["c1"])]), &before, &NONE, now());
    assert_eq!(calls(&writes), ["patch placementdecisions p1-decision-1"]);
    assert_eq!(
        bodies(&writes)[0],
        r#"{"metadata":{"labels":{"cluster.open-cluster-management.io/decision-group-index":"0","cluster.open-cluster-management.io/decision-group-name":"","foo":null},"resourceVersion":"version of p1-decision-1","uid":"uid of p1-decision-1"}}"#
    );
    assert_eq!(events(&writes).len(), 0);
}

/// Writes the status that belongs to a decision, and nothing else.
fn settle_status(recorded: &mut Recorded, decision: &Decision) {
    recorded.placement = apply(&bind(decision, recorded, &NONE, now()), recorded.clone()).placement;
}

/// BIND-2, BIND-4, Q24: upstream needs a second pass for the labels.
#[test]
fn content_first_and_labels_in_the_next_pass() {
    let mut drifted = slice("p1-decision-1", &["c1"]);
    drifted.metadata.labels.remove(INDEX);
    let decision = placed(&[("", &["c2"])]);
    let before = recorded([drifted]);
    let first = bind(&decision, &before, &NONE, now());
    assert_eq!(calls(&first), ["patch placementdecisions/status p1-decision-1", "patch placements/status p1"]);
    let second = bind(&decision, &apply(&first, before), &NONE, now());
    assert_eq!(calls(&second), ["patch placementdecisions p1-decision-1"]);
}

/// BIND-6: a slice of that name is taken over, whoever made it.
#[test]
fn upstream_adopts() {
    let mut foreign = slice("p1-decision-1", &["c9"]);
    foreign.metadata.labels.clear();
    foreign.metadata.owner_references[0].uid = "somebody".to_owned();
    let before = recorded([foreign]);
    let decision = placed(&[("", &["c1"])]);
    let after = apply(&bind(&decision, &before, &NONE, now()), before);
    let after = apply(&bind(&decision, &after, &NONE, now()), after);
    assert_eq!(seen(&after), [("p1-decision-1", vec!["c1"])]);
    assert_eq!(after.slices["p1-decision-1"].metadata.owner_references[0].uid, "somebody");
}

/// BIND-2 compares whole entries.
#[test]
fn a_foreign_reason_or_score_is_overwritten() {
    for (score, reason) in [(1, ""), (0, "x")] {
        let mut edited = slice("p1-decision-1", &["c1"]);
        edited.status.decisions[0].score = score;
        edited.status.decisions[0].reason = reason.to_owned();
        let writes = bind(&placed(&[("", &["c1"])]), &recorded([edited]), &NONE, now());
        assert_eq!(calls(&writes)[0], "patch placementdecisions/status p1-decision-1");
    }
}

/// Slices in order of their number, all deletions behind them, the status last (C13).
#[test]
fn upstream_writes_by_number() {
    let names: Vec<String> = (0..250).map(|i| format!("c{i:03}")).collect();
    let before = [slice("p1-decision-2", &["x"]), slice("p1-decision-9", &["y"]), slice("other", &["z"])];
    let writes = bind(&placed(&[("", names.as_slice())]), &recorded(before), &NONE, now());
    let want = [
        "create placementdecisions p1-decision-1",
        "patch placementdecisions/status p1-decision-1",
        "patch placementdecisions/status p1-decision-2",
        "create placementdecisions p1-decision-3",
        "patch placementdecisions/status p1-decision-3",
        "delete placementdecisions other",
        "delete placementdecisions p1-decision-9",
        "patch placements/status p1",
    ];
    assert_eq!(calls(&writes), want);
}

#[test]
fn unchanged_is_silent() {
    let decision = placed(&[("", &["c1"])]);
    let after = apply(&bind(&decision, &recorded([]), &NONE, now()), recorded([]));
    assert_eq!(bind(&decision, &after, &NONE, now()), []);
    assert_eq!(bind(&decision, &after, &Differences::all(), now()), []);
}

/// FLOW-3, §13: upstream's last warning colours the update, and is cut to what the API takes.
#[test]
fn a_warning_colours_the_update() {
    let expired = |resource: &str| Warning::ExpiredScores {
        resource: resource.into(),
        score: "s".into(),
        clusters: vec!["c1".into()],
        more: 0,
    };
    let mut decision = placed(&[("", &["c1"])]);
    decision.warnings = vec![expired("a"), expired("b"), Warning::Disabled];
    let before = recorded([slice("p1-decision-1", &["c0"])]);
    let note = |decision: &Decision| {
        let writes = bind(decision, &before, &NONE, now());
        let event = (*events(&writes)[0]).clone();
        assert_eq!((event.reason, event.action), ("DecisionUpdate", "DecisionUpdated"));
        (event.kind, event.note)
    };
    let plain = "Decision p1-decision-1 is updated with placement p1 in namespace ns1";
    let coloured = format!("{plain}: AddOnPlacementScores c1/b expired in plugin AddOn/b/s");
    assert_eq!(note(&decision), (EventKind::Warning, coloured));
    decision.conditions[0] = misconfigured(":x");
    assert_eq!(note(&decision), (EventKind::Normal, plain.to_owned()), "an error replaces the warning");
}

#[test]
fn scores_follow_every_update() {
    let mut decision = placed(&[("", &["c1"])]);
    decision.scored = [("c1".into(), 100), ("c2".into(), -5)].into_iter().collect();
    let writes = bind(&decision, &recorded([]), &NONE, now());
    let told: Vec<(&str, &str, &str)> = events(&writes).iter().map(|e| (e.reason, e.action, e.note.as_str())).collect();
    let want = [
        ("DecisionCreate", "DecisionCreated", "Decision p1-decision-1 is created with placement p1 in namespace ns1"),
        ("DecisionUpdate", "DecisionUpdated", "Decision p1-decision-1 is updated with placement p1 in namespace ns1"),
        ("ScoreUpdate", "ScoreUpdated", "c1:100 c2:-5 "),
    ];
    assert_eq!(told, want);
    assert!(writes[0].events.len() == 1 && writes[1].events.len() == 2, "after the call that succeeded");
}
