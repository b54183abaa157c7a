//! What a slice is: its name, its labels, its owner, what it holds.

use anyhow::Result;
use serde_json::json;

use super::super::history;
use super::super::stage::Stage;
use super::super::state::{GROUP, clusters};
use super::{canaries, canary_first};

#[tokio::test]
async fn c1_every_slice_is_labelled_with_its_placement() -> Result<()> {
    let (stage, state) = canaries("c1").await?;
    assert_eq!(state.labels("placement"), [Some("p"); 3]);
    // And without the label there is none of its: those of the namespace are those that carry it.
    let all = stage.api("PlacementDecision").list(&Default::default()).await?;
    assert_eq!(all.items.len(), 3);
    Ok(())
}

#[tokio::test]
async fn c2_every_slice_has_a_group_index_an_empty_one_too() -> Result<()> {
    let (stage, state) = canaries("c2").await?;
    assert_eq!(state.labels("decision-group-index"), [Some("0"), Some("1"), Some("2")]);
    stage.place("nobody", json!({ "numberOfClusters": 0 })).await?;
    let empty = stage.until("nobody", |state| !state.conditions().is_empty()).await?;
    assert_eq!(empty.labels("decision-group-index"), [Some("0")]);
    Ok(())
}

#[tokio::test]
async fn c3_group_indices_have_no_gaps() -> Result<()> {
    let (stage, _) = canaries("c3").await?;
    // Nobody is left for the first group, so those behind it move up.
    stage.label("b", "wave", None).await?;
    stage.label("d", "wave", None).await?;
    let state = stage.decided("p", &[&["a", "b"], &["c", "d"], &["e"]]).await?;
    assert_eq!(state.labels("decision-group-index"), [Some("0"), Some("1"), Some("2")]);
    assert_eq!(state.labels("decision-group-name"), [Some(""); 3]);
    stage.delete("ManagedCluster", &stage.cluster("e")).await?;
    let state = stage.decided("p", &[&["a", "b"], &["c", "d"]]).await?;
    assert_eq!(state.labels("decision-group-index"), [Some("0"), Some("1")]);
    Ok(())
}

#[tokio::test]
async fn c4_every_slice_has_a_group_name() -> Result<()> {
    let (_, state) = canaries("c4").await?;
    assert_eq!(state.labels("decision-group-name"), [Some("canary"), Some(""), Some("")]);
    Ok(())
}

#[tokio::test]
async fn c5_slices_are_numbered_over_all_groups() -> Result<()> {
    let (_, state) = canaries("c5").await?;
    assert_eq!(state.names(), ["p-decision-1", "p-decision-2", "p-decision-3"]);
    Ok(())
}

#[tokio::test]
async fn c6_a_slice_holds_a_hundred_and_each_cluster_is_in_one() -> Result<()> {
    let stage = Stage::shared("c6").await?;
    let names: Vec<String> = (0..201).map(|number| format!("{number:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    stage.clusters(&names, &json!({})).await?;
    stage.place("p", json!({})).await?;
    stage.decided("p", &[&names[..100], &names[100..200], &names[200..]]).await?;
    // All others have to make room for one that comes first.
    stage.clusters(&["00"], &json!({})).await?;
    let names: Vec<&str> = ["00"].into_iter().chain(names).collect();
    stage.decided("p", &[&names[..100], &names[100..200], &names[200..]]).await?;
    Ok(())
}

#[tokio::test]
async fn c7_there_is_a_slice_as_long_as_there_is_a_placement() -> Result<()> {
    let stage = Stage::shared("c7").await?;
    stage.place("p", json!({})).await?;
    let state = stage.until("p", |state| !state.conditions().is_empty()).await?;
    assert_eq!(state.names(), ["p-decision-1"]);
    stage.clusters(&["a"], &json!({})).await?;
    let before = stage.decided("p", &[&["a"]]).await?;
    stage.delete("ManagedCluster", &stage.cluster("a")).await?;
    let state = stage.decided("p", &[&[]]).await?;
    assert_eq!(state.slices[0]["status"]["decisions"], json!([]));
    assert_eq!(state.slices[0]["metadata"]["uid"], before.slices[0]["metadata"]["uid"], "the same slice");
    Ok(())
}

#[tokio::test]
async fn c8_decisions_are_a_list_in_every_status() -> Result<()> {
    let stage = Stage::shared("c8").await?;
    let start = stage.now().await?;
    stage.clusters(&["a"], &json!({})).await?;
    stage.place("p", json!({})).await?;
    stage.decided("p", &[&["a"]]).await?;
    stage.delete("ManagedCluster", &stage.cluster("a")).await?;
    let state = stage.decided("p", &[&[]]).await?;
    let changes = history::between(&stage.api("PlacementDecision"), start, state.versions()[0]).await?;
    let told = changes.iter().filter(|change| change.object.get("status").is_some_and(|status| *status != json!({})));
    let told: Vec<_> = told.map(|change| &change.object["status"]["decisions"]).collect();
    assert_eq!(told.len(), 2, "filled and emptied: {changes:#?}");
    assert!(told.iter().all(|decisions| decisions.is_array()), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn c9_reasons_are_there_and_stay() -> Result<()> {
    let (stage, state) = canaries("c9").await?;
    let decisions = |slice: &serde_json::Value| slice["status"]["decisions"].as_array().unwrap().clone();
    assert!(state.slices.iter().flat_map(decisions).all(|decision| decision["reason"] == ""), "{state}");
    // A heartbeat, and a label that nobody asks for.
    let condition = json!({
        "type": "ManagedClusterConditionAvailable", "status": "True", "reason": "Alive", "message": "",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    });
    stage.patch_status("ManagedCluster", &stage.cluster("a"), json!({ "conditions": [condition] })).await?;
    stage.label("b", "unasked", Some("for")).await?;
    stage.settled().await?;
    assert_eq!(stage.state("p").await?.versions(), state.versions());
    Ok(())
}

#[tokio::test]
async fn c10_nobody_is_told_a_score_that_was_not_asked_for() -> Result<()> {
    let stage = Stage::shared("c10").await?;
    stage.clusters(&["a", "b"], &json!({})).await?;
    stage.place("p", json!({ "numberOfClusters": 1 })).await?;
    let state = stage.until("p", |state| state.selected() == 1).await?;
    let decision = state.slices[0]["status"]["decisions"][0].as_object().unwrap();
    assert_eq!(decision.keys().collect::<Vec<_>>(), ["clusterName", "reason"]);
    Ok(())
}

#[tokio::test]
async fn c11_slices_belong_to_their_placement_and_go_with_it() -> Result<()> {
    let (stage, state) = canaries("c11").await?;
    let owner = json!([{
        "apiVersion": format!("{GROUP}/v1beta1"), "kind": "Placement", "name": "p",
        "uid": state.placement["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
    }]);
    for slice in &state.slices {
        assert_eq!(slice["metadata"]["ownerReferences"], owner);
    }
    stage.delete("Placement", "p").await?;
    stage.no_slices().await
}

#[tokio::test]
async fn c12_the_status_counts_clusters_and_names_groups() -> Result<()> {
    let (_, state) = canaries("c12").await?;
    let status = &state.placement["status"];
    assert_eq!(status["numberOfSelectedClusters"], 5);
    let group = |index: u32, name: &str, slice: &str, count: u32| {
        json!({
            "decisionGroupIndex": index, "decisionGroupName": name, "decisions": [slice], "clusterCount": count,
        })
    };
    let want =
        [group(0, "canary", "p-decision-1", 2), group(1, "", "p-decision-2", 2), group(2, "", "p-decision-3", 1)];
    assert_eq!(status["decisionGroups"], json!(want));
    Ok(())
}

#[tokio::test]
async fn c15_a_placement_that_is_switched_off_is_left_alone() -> Result<()> {
    let stage = Stage::shared("c15").await?;
    stage.clusters(&["a"], &json!({})).await?;
    let off = json!({ "annotations": { (format!("{GROUP}/experimental-scheduling-disable")): "true" } });
    stage.create("Placement", "p", json!({ "metadata": off, "spec": {} })).await?;
    let theirs = json!({ "metadata": { "labels": { (format!("{GROUP}/placement")): "p" } } });
    stage.create("PlacementDecision", "p-of-somebody", theirs).await?;
    stage
        .patch_status(
            "PlacementDecision",
            "p-of-somebody",
            json!({ "decisions": [{ "clusterName": "theirs", "reason": "" }] }),
        )
        .await?;
    let before = stage.state("p").await?;
    stage.clusters(&["b"], &json!({})).await?;
    stage.settled().await?;
    let after = stage.state("p").await?;
    assert_eq!((after.names(), after.versions()), (vec!["p-of-somebody"], before.versions()));
    assert!(after.conditions().is_empty(), "{after}");
    Ok(())
}

#[tokio::test]
async fn c16_a_placement_that_is_being_deleted_is_left_alone() -> Result<()> {
    let stage = Stage::shared("c16").await?;
    stage.clusters(&["a"], &json!({})).await?;
    let kept = json!({ "finalizers": ["placewright.test/kept"] });
    stage.create("Placement", "p", json!({ "metadata": kept, "spec": {} })).await?;
    stage.decided("p", &[&["a"]]).await?;
    stage.delete("Placement", "p").await?;
    let before = stage.state("p").await?;
    stage.clusters(&["b"], &json!({})).await?;
    stage.settled().await?;
    let after = stage.state("p").await?;
    assert_eq!(after.versions(), before.versions());
    stage.patch("Placement", "p", json!({ "metadata": { "finalizers": null } })).await
}

#[tokio::test]
async fn c17_labels_and_annotations_of_others_survive() -> Result<()> {
    let (stage, _) = canaries("c17").await?;
    let theirs = json!({ "labels": { "ramen": "1" }, "annotations": { "velero": "2" } });
    stage.patch("PlacementDecision", "p-decision-3", json!({ "metadata": theirs })).await?;
    stage.clusters(&["f", "g"], &json!({})).await?;
    let state = stage.decided("p", &[&["b", "d"], &["a", "c"], &["e", "f"], &["g"]]).await?;
    let metadata = &state.slices[2]["metadata"];
    assert_eq!((&metadata["labels"]["ramen"], &metadata["annotations"]["velero"]), (&json!("1"), &json!("2")));
    // Also when our own labels have to be put right.
    let ours = json!({ "labels": { (format!("{GROUP}/decision-group-name")): "altered" } });
    stage.patch("PlacementDecision", "p-decision-3", json!({ "metadata": ours })).await?;
    let state = stage.until("p", |state| state.labels("decision-group-name")[2] == Some("")).await?;
    assert_eq!(state.slices[2]["metadata"]["labels"]["ramen"], "1");
    Ok(())
}

#[tokio::test]
async fn c19_clusters_are_sorted_by_name_within_a_group() -> Result<()> {
    let stage = Stage::shared("c19").await?;
    stage.clusters(&["b", "a-1", "a", "a-10", "a-2", "c"], &json!({ "wave": "canary" })).await?;
    stage.clusters(&["0", "aa"], &json!({})).await?;
    let mut spec = canary_first();
    spec["decisionStrategy"]["groupStrategy"]["clustersPerDecisionGroup"] = json!(100);
    stage.place("p", spec).await?;
    let state = stage.decided("p", &[&["a", "a-1", "a-10", "a-2", "b", "c"], &["0", "aa"]]).await?;
    assert!(state.slices.iter().all(|slice| clusters(slice).is_sorted()), "{state}");
    Ok(())
}
