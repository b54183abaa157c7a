//! What makes a placement move, from end to end.

use anyhow::Result;
use hub::real::manifests;
use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

use super::stage::Stage;
use super::state::GROUP;

/// A placement that asks for clusters with this label.
fn labelled(key: &str, value: &str) -> Value {
    let selector = json!({ "labelSelector": { "matchLabels": { key: value } } });
    json!({ "predicates": [{ "requiredClusterSelector": selector }] })
}

#[tokio::test]
async fn a_spec_that_changes_is_decided_anew() -> Result<()> {
    let stage = Stage::shared("spec").await?;
    stage.clusters(&["a", "b"], &json!({ "env": "prod" })).await?;
    stage.clusters(&["c"], &json!({ "env": "dev" })).await?;
    stage.place("p", labelled("env", "prod")).await?;
    stage.decided("p", &[&["a", "b"]]).await?;
    stage.patch("Placement", "p", json!({ "spec": labelled("env", "dev") })).await?;
    stage.decided("p", &[&["c"]]).await?;
    stage.patch("Placement", "p", json!({ "spec": { "predicates": null, "numberOfClusters": 4 } })).await?;
    let state = stage.decided("p", &[&["a", "b", "c"]]).await?;
    assert_eq!(state.conditions()[1], ["PlacementSatisfied", "False", "NotAllDecisionsScheduled"]);
    Ok(())
}

#[tokio::test]
async fn groups_are_cut_by_share_and_cut_anew() -> Result<()> {
    let stage = Stage::shared("groups").await?;
    stage.clusters(&["a", "b", "c"], &json!({ "wave": "first" })).await?;
    stage.clusters(&["d", "e", "f", "g"], &json!({})).await?;
    let first = json!({ "labelSelector": { "matchLabels": { "wave": "first" } } });
    let groups = json!([{ "groupName": "first", "groupClusterSelector": first }]);
    let strategy = |size: Value| {
        let strategy = json!({ "clustersPerDecisionGroup": size, "decisionGroups": groups });
        json!({ "decisionStrategy": { "groupStrategy": strategy } })
    };
    // GRP-2: a quarter of seven, rounded up.
    stage.place("p", strategy(json!("25%"))).await?;
    let state = stage.decided("p", &[&["a", "b"], &["c"], &["d", "e"], &["f", "g"]]).await?;
    assert_eq!(state.labels("decision-group-name"), [Some("first"), Some("first"), Some(""), Some("")]);
    stage.patch("Placement", "p", json!({ "spec": strategy(json!(3)) })).await?;
    stage.decided("p", &[&["a", "b", "c"], &["d", "e", "f"], &["g"]]).await?;
    stage.label("d", "wave", Some("first")).await?;
    stage.decided("p", &[&["a", "b", "c"], &["d"], &["e", "f", "g"]]).await?;
    stage.patch("Placement", "p", json!({ "spec": { "decisionStrategy": null } })).await?;
    let state = stage.decided("p", &[&["a", "b", "c", "d", "e", "f", "g"]]).await?;
    assert_eq!(state.labels("decision-group-name"), [Some("")]);
    Ok(())
}

#[tokio::test]
async fn a_cluster_changes_sets_and_a_set_its_selector() -> Result<()> {
    let stage = Stage::shared("sets").await?;
    stage.clusters(&["a", "b"], &json!({ "tier": "sets-gold" })).await?;
    stage.create("ManagedClusterSet", "sets-other", json!({ "spec": {} })).await?;
    stage.bind("sets-other").await?;
    stage.place("own", json!({})).await?;
    stage.place("other", json!({ "clusterSets": ["sets-other"] })).await?;
    stage.decided("own", &[&["a", "b"]]).await?;
    let state = stage.until("other", |state| !state.conditions().is_empty()).await?;
    assert_eq!(state.conditions()[1], ["PlacementSatisfied", "False", "AllManagedClusterSetsEmpty"]);
    stage.label("b", &format!("{GROUP}/clusterset"), Some("sets-other")).await?;
    stage.decided("own", &[&["a"]]).await?;
    stage.decided("other", &[&["b"]]).await?;
    let selector = json!({ "matchLabels": { "tier": "sets-gold" } });
    let selector = json!({ "selectorType": "LabelSelector", "labelSelector": selector });
    stage.patch("ManagedClusterSet", "sets-other", json!({ "spec": { "clusterSelector": selector } })).await?;
    stage.decided("other", &[&["a", "b"]]).await?;
    stage.label("a", "tier", None).await?;
    stage.decided("other", &[&["b"]]).await?;
    stage.delete("ManagedCluster", &stage.cluster("b")).await?;
    stage.decided("other", &[&[]]).await?;
    stage.decided("own", &[&["a"]]).await?;
    Ok(())
}

#[tokio::test]
async fn a_binding_that_goes_takes_its_clusters_along() -> Result<()> {
    let stage = Stage::shared("binding").await?;
    stage.clusters(&["a"], &json!({})).await?;
    stage.place("p", json!({})).await?;
    stage.decided("p", &[&["a"]]).await?;
    stage.delete("ManagedClusterSetBinding", "binding").await?;
    let state = stage.decided("p", &[&[]]).await?;
    assert_eq!(state.conditions()[1], ["PlacementSatisfied", "False", "NoIntersection"]);
    stage.bind("binding").await?;
    stage.decided("p", &[&["a"]]).await?;
    Ok(())
}

#[tokio::test]
async fn a_set_that_goes_and_comes() -> Result<()> {
    let stage = Stage::shared("set").await?;
    stage.clusters(&["a"], &json!({})).await?;
    stage.place("p", json!({})).await?;
    stage.decided("p", &[&["a"]]).await?;
    stage.delete("ManagedClusterSet", "set").await?;
    stage.decided("p", &[&[]]).await?;
    stage.create("ManagedClusterSet", "set", json!({ "spec": {} })).await?;
    stage.decided("p", &[&["a"]]).await?;
    Ok(())
}

#[tokio::test]
async fn a_taint_is_tolerated_as_long_as_it_was_asked_for() -> Result<()> {
    let stage = Stage::shared("taint").await?;
    stage.clusters(&["a", "b"], &json!({})).await?;
    let tolerations = json!([{ "key": "away", "operator": "Exists", "tolerationSeconds": 8 }]);
    stage.place("patient", json!({ "tolerations": tolerations })).await?;
    stage.place("strict", json!({})).await?;
    stage.decided("patient", &[&["a", "b"]]).await?;
    stage.decided("strict", &[&["a", "b"]]).await?;
    let since = Timestamp::from_second(Timestamp::now().as_second())?;
    let taint = json!([{ "key": "away", "effect": "NoSelect", "timeAdded": since.to_string() }]);
    stage.patch("ManagedCluster", &stage.cluster("a"), json!({ "spec": { "taints": taint } })).await?;
    stage.decided("strict", &[&["b"]]).await?;
    // Nothing changes on the hub any more; the time that passes does it.
    stage.decided("patient", &[&["b"]]).await?;
    assert!(Timestamp::now().as_second() >= since.as_second() + 8, "it was left too early");
    stage.patch("ManagedCluster", &stage.cluster("a"), json!({ "spec": { "taints": null } })).await?;
    stage.decided("patient", &[&["a", "b"]]).await?;
    stage.decided("strict", &[&["a", "b"]]).await?;
    Ok(())
}

#[tokio::test]
async fn scores_of_an_add_on_choose_while_they_are_valid() -> Result<()> {
    let stage = Stage::shared("scores").await?;
    stage.clusters(&["a", "b"], &json!({})).await?;
    let coordinate = json!({ "type": "AddOn", "addOn": { "resourceName": "scores", "scoreName": "room" } });
    let policy = json!({ "mode": "Exact", "configurations": [{ "scoreCoordinate": coordinate, "weight": 1 }] });
    score(&stage, "b", 10, None).await?;
    stage.place("p", json!({ "numberOfClusters": 1, "prioritizerPolicy": policy })).await?;
    stage.decided("p", &[&["b"]]).await?;
    // Nothing changes on the hub when its time is over.
    let until = Timestamp::from_second(Timestamp::now().as_second() + 8)?;
    score(&stage, "a", 20, Some(until)).await?;
    stage.decided("p", &[&["a"]]).await?;
    stage.decided("p", &[&["b"]]).await?;
    assert!(Timestamp::now() >= until, "it was left too early");
    Ok(())
}

/// An add-on says so much of a cluster, in the cluster's namespace; for ever, or until then.
async fn score(stage: &Stage, short: &str, value: i32, until: Option<Timestamp>) -> Result<()> {
    let cluster = stage.cluster(short);
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": cluster } });
    let mut score = json!({
        "apiVersion": format!("{GROUP}/v1alpha1"), "kind": "AddOnPlacementScore",
        "metadata": { "namespace": cluster, "name": "scores" },
        "status": { "scores": [{ "name": "room", "value": value }] },
    });
    if let Some(until) = until {
        score["status"]["validUntil"] = until.to_string().into();
    }
    manifests::apply(&stage.client, &[namespace, score]).await
}

#[tokio::test]
async fn a_thousand_decisions_are_ten_slices() -> Result<()> {
    let stage = Stage::shared("thousand").await?;
    let names: Vec<String> = (0..1000).map(|number| format!("{number:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    stage.clusters(&names, &json!({})).await?;
    stage.place("p", json!({})).await?;
    let slices: Vec<&[&str]> = names.chunks(100).collect();
    let state = stage.decided("p", &slices).await?;
    assert_eq!(state.placement["status"]["decisionGroups"][0]["clusterCount"], 1000);
    Ok(())
}

#[tokio::test]
async fn one_of_the_same_name_starts_anew() -> Result<()> {
    let stage = Stage::shared("anew").await?;
    stage.clusters(&["a", "b"], &json!({})).await?;
    stage.place("p", json!({})).await?;
    let before = stage.decided("p", &[&["a", "b"]]).await?;
    stage.delete("Placement", "p").await?;
    stage.place("p", json!({ "numberOfClusters": 1 })).await?;
    let uid = |state: &super::state::State| state.placement["metadata"]["uid"].clone();
    let state = stage
        .until("p", |state| {
            let owned = state.slices.iter().all(|slice| slice["metadata"]["ownerReferences"][0]["uid"] == uid(state));
            state.decided().concat().len() == 1 && owned && state.selected() == 1
        })
        .await?;
    assert_ne!(uid(&state), uid(&before));
    Ok(())
}
