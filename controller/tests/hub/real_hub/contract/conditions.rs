//! What a placement tells of itself: conditions and events.

use anyhow::Result;
use serde_json::json;

use super::super::history;
use super::super::stage::Stage;
use super::super::state::{conditions, version};
use super::{canaries, canary_first, five};

#[tokio::test]
async fn c14_two_conditions_in_this_order_from_the_first_on() -> Result<()> {
    let stage = Stage::shared("c14").await?;
    let start = stage.now().await?;
    stage.clusters(&["a"], &json!({})).await?;
    stage.place("p", json!({})).await?;
    let state = stage.decided("p", &[&["a"]]).await?;
    let satisfied = ["PlacementSatisfied", "True", "AllDecisionsScheduled"];
    let configured = ["PlacementMisconfigured", "False", "Succeedconfigured"];
    assert_eq!(state.conditions(), [configured, satisfied]);
    let messages = |index: usize| &state.placement["status"]["conditions"][index]["message"];
    assert_eq!([messages(0), messages(1)], ["Placement configurations check pass", "All cluster decisions scheduled"]);
    let changes = history::between(&stage.api("Placement"), start, version(&state.placement)).await?;
    let told: Vec<_> =
        changes.iter().map(|change| conditions(&change.object)).filter(|told| !told.is_empty()).collect();
    assert!(!told.is_empty());
    for told in told {
        assert_eq!([told[0][0], told[1][0]], ["PlacementMisconfigured", "PlacementSatisfied"]);
    }
    Ok(())
}

#[tokio::test]
async fn c14_conditions_of_ours_come_after_those_two() -> Result<()> {
    let (stage, before) = canaries("c14-ours").await?;
    let selector = json!({ "labelSelector": { "matchExpressions": [{ "key": "x", "operator": "Near" }] } });
    let wrong = json!({ "spec": { "predicates": [{ "requiredClusterSelector": selector }] } });
    stage.patch("Placement", "p", wrong).await?;
    let state = stage.until("p", |state| state.conditions().len() > 2).await?;
    let told = state.conditions();
    assert_eq!(told[0], ["PlacementMisconfigured", "True", "Misconfigured"]);
    assert_eq!(told[1][0], "PlacementSatisfied");
    // GUARD-1: what was decided before the mistake stays.
    assert_eq!(state.decided(), before.decided());
    // Mended, ours are gone or say so, and the two are as before.
    stage.patch("Placement", "p", json!({ "spec": { "predicates": null } })).await?;
    let state = stage.until("p", |state| state.conditions()[0][1] == "False").await?;
    assert_eq!(state.conditions()[..2], before.conditions()[..2]);
    Ok(())
}

#[tokio::test]
async fn c20_events_tell_of_every_slice() -> Result<()> {
    let stage = five("c20").await?;
    // All are known before the first decision, so that there is only one.
    stage.settled().await?;
    stage.place("p", canary_first()).await?;
    let state = stage.decided("p", &[&["b", "d"], &["a", "c"], &["e"]]).await?;
    stage.delete("ManagedCluster", &stage.cluster("e")).await?;
    stage.decided("p", &[&["b", "d"], &["a", "c"]]).await?;
    let uid = &state.placement["metadata"]["uid"];
    for (reason, action, end) in [
        ("DecisionCreate", "DecisionCreated", "created"),
        ("DecisionUpdate", "DecisionUpdated", "updated"),
        ("DecisionDelete", "DecisionDeleted", "deleted"),
    ] {
        let note = format!("Decision p-decision-3 is {end} with placement p in namespace c20");
        let event = stage.event("p", reason, &note).await?;
        assert_eq!(event.action.as_deref(), Some(action));
        assert_eq!(event.type_.as_deref(), Some("Normal"));
        assert_eq!(event.reporting_controller.as_deref(), Some("placement-controller"));
        assert_eq!(event.reporting_instance.as_deref(), Some("placement-controller-hub-test"));
        let [regarding, related] = [event.regarding, event.related].map(Option::unwrap_or_default);
        assert_eq!(
            [regarding.kind.as_deref(), related.kind.as_deref()],
            [Some("Placement"), Some("PlacementDecision")]
        );
        assert_eq!([regarding.name.as_deref(), related.name.as_deref()], [Some("p"), Some("p-decision-3")]);
        assert_eq!(regarding.uid.as_deref(), uid.as_str());
    }
    // The totals of all that were filtered: nobody else has decided for these (PRIO-31).
    let note = ["a", "b", "c", "d", "e"].map(|short| format!("{}:100 ", stage.cluster(short))).concat();
    let event = stage.event("p", "ScoreUpdate", &note).await?;
    assert_eq!(event.action.as_deref(), Some("ScoreUpdated"));
    Ok(())
}
