//! Kinds read recorded JSON as it comes and print upstream's field names.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use api::kinds::{ManagedCluster, ManagedClusterSet, Placement, PlacementDecision, Resource};
use serde::de::DeserializeOwned;

#[track_caller]
fn check<K: Resource + DeserializeOwned>(recorded: &str, want: &str) {
    let object: K = serde_json::from_str(recorded).unwrap();
    assert_eq!(serde_json::to_string(&object.typed()).unwrap(), want);
}

#[test]
fn an_empty_placement_has_all_of_its_status() {
    check::<Placement>(
        r#"{"spec":{"spreadPolicy":{},"prioritizerPolicy":null},"status":{"conditions":null,"decisionGroups":null}}"#,
        concat!(
            r#"{"apiVersion":"cluster.open-cluster-management.io/v1beta1","kind":"Placement","metadata":{},"spec":{},"#,
            r#""status":{"numberOfSelectedClusters":0,"decisionGroups":[],"conditions":[]}}"#
        ),
    );
}

#[test]
fn absent_is_not_zero() {
    let p: Placement = serde_json::from_str(
        r#"{"spec":{"numberOfClusters":0,"decisionStrategy":{"groupStrategy":{"clustersPerDecisionGroup":0}},
            "prioritizerPolicy":{"configurations":[{"weight":0},{}]},"tolerations":[{"tolerationSeconds":0},{}]}}"#,
    )
    .unwrap();
    assert_eq!(p.spec.number_of_clusters, Some(0));
    assert_eq!(p.spec.prioritizer_policy.configurations[0].weight, Some(0));
    assert_eq!(p.spec.prioritizer_policy.configurations[1].weight, None);
    assert_eq!(p.spec.tolerations[0].toleration_seconds, Some(0));
    assert_eq!(p.spec.tolerations[1].toleration_seconds, None);
    assert_eq!(
        serde_json::to_string(&p.spec.decision_strategy).unwrap(),
        r#"{"groupStrategy":{"clustersPerDecisionGroup":0}}"#
    );
}

#[test]
fn a_score_of_zero_is_not_written_a_reason_always() {
    check::<PlacementDecision>(
        r#"{"status":{"decisions":[{"clusterName":"a"},{"clusterName":"b","score":-3}]}}"#,
        concat!(
            r#"{"apiVersion":"cluster.open-cluster-management.io/v1beta1","kind":"PlacementDecision","metadata":{},"#,
            r#""status":{"decisions":[{"clusterName":"a","reason":""},{"clusterName":"b","reason":"","score":-3}]}}"#
        ),
    );
}

#[test]
fn an_empty_label_selector_of_a_set_is_not_an_absent_one() {
    for (text, want) in [(r#"{"labelSelector":{}}"#, true), (r#"{"labelSelector":null}"#, false), ("{}", false)] {
        let set: ManagedClusterSet =
            serde_json::from_str(&format!(r#"{{"spec":{{"clusterSelector":{text}}}}}"#)).unwrap();
        assert_eq!(set.spec.cluster_selector.label_selector.is_some(), want, "{text}");
    }
}

#[test]
fn quantities_may_be_numbers() {
    let cluster: ManagedCluster =
        serde_json::from_str(r#"{"status":{"allocatable":{"a":"4","b":4,"c":-1.5,"d":null}}}"#).unwrap();
    let got: Vec<_> = cluster.status.allocatable.values().map(String::as_str).collect();
    assert_eq!(got, ["4", "4", "-1.5", "0"]);
}
