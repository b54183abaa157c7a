//! The rules C1 to C20 that those who read our objects rely on (spec of the PlacementDecision contract): each is a test.

mod conditions;
mod order;
mod slices;

use anyhow::Result;
use serde_json::{Value, json};

use super::stage::Stage;
use super::state::State;

/// Two of five clusters first, then by twos.
fn canary_first() -> Value {
    let canary = json!({ "labelSelector": { "matchLabels": { "wave": "canary" } } });
    json!({ "decisionStrategy": { "groupStrategy": {
        "clustersPerDecisionGroup": 2,
        "decisionGroups": [{ "groupName": "canary", "groupClusterSelector": canary }],
    } } })
}

/// The five clusters.
async fn five(namespace: &str) -> Result<Stage> {
    let stage = Stage::shared(namespace).await?;
    stage.clusters(&["a", "c", "e"], &json!({})).await?;
    stage.clusters(&["b", "d"], &json!({ "wave": "canary" })).await?;
    Ok(stage)
}

/// A placement `p` that has decided so.
async fn canaries(namespace: &str) -> Result<(Stage, State)> {
    let stage = five(namespace).await?;
    stage.place("p", canary_first()).await?;
    let state = stage.decided("p", &[&["b", "d"], &["a", "c"], &["e"]]).await?;
    Ok((stage, state))
}
