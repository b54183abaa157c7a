//! What others see on the way from one decision to the next.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::super::history::{self, Change};
use super::super::stage::Stage;
use super::super::state::{State, version};
use super::canaries;

/// What was written to slices between two states, from first to last.
async fn written(stage: &Stage, before: &State, after: &State) -> Result<Vec<Change>> {
    // A slice that went leaves no version in the state after; what is created now comes after all of it.
    stage.create("PlacementDecision", "the-end", json!({})).await?;
    let end = version(&stage.get("PlacementDecision", "the-end").await?);
    let start = before.versions().into_iter().max().unwrap();
    let mut changes = history::between(&stage.api("PlacementDecision"), start, end).await?;
    changes.pop();
    ensure!(!changes.is_empty(), "nothing was written between\n{before}\nand\n{after}");
    Ok(changes)
}

#[tokio::test]
async fn c13_slices_then_deletions_then_the_status() -> Result<()> {
    let (stage, before) = canaries("c13").await?;
    // Two slices change, and the third goes.
    stage.delete("ManagedCluster", &stage.cluster("b")).await?;
    stage.delete("ManagedCluster", &stage.cluster("e")).await?;
    stage.delete("ManagedCluster", &stage.cluster("c")).await?;
    let after = stage.decided("p", &[&["d"], &["a"]]).await?;
    let changes = written(&stage, &before, &after).await?;
    let (deletions, patches): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.is_deletion);
    assert_eq!(deletions.len(), 1);
    // Each of the three changes may have been decided by itself, so only the last write of all is the status.
    let status = version(&after.placement);
    assert!(changes.iter().all(|change| version(&change.object) < status), "{changes:#?}");
    assert!(!patches.is_empty());
    Ok(())
}

#[tokio::test]
async fn c13_in_one_go_deletions_come_after_the_slices() -> Result<()> {
    let (stage, before) = canaries("c13-one").await?;
    // One change of the spec: three slices of two become two slices of three.
    let groups = json!({ "clustersPerDecisionGroup": 3 });
    stage.patch("Placement", "p", json!({ "spec": { "decisionStrategy": { "groupStrategy": groups } } })).await?;
    let after = stage.decided("p", &[&["b", "d"], &["a", "c", "e"]]).await?;
    let changes = written(&stage, &before, &after).await?;
    let deleted: Vec<_> = changes.iter().map(|change| change.is_deletion).collect();
    assert_eq!(deleted.iter().filter(|is_deletion| **is_deletion).count(), 1);
    assert_eq!(deleted.last(), Some(&true), "{changes:#?}");
    assert!(changes.iter().all(|change| version(&change.object) < version(&after.placement)));
    Ok(())
}

#[tokio::test]
async fn c18_a_cluster_that_stays_is_never_absent() -> Result<()> {
    let (stage, before) = canaries("c18").await?;
    // Two groups change their clusters: everybody moves, nobody goes.
    for (short, wave) in [("b", None), ("d", None), ("a", Some("canary")), ("c", Some("canary"))] {
        stage.label(short, "wave", wave).await?;
    }
    let after = stage.decided("p", &[&["a", "c"], &["b", "d"], &["e"]]).await?;
    let changes = written(&stage, &before, &after).await?;
    never_absent(&stage, &before, &changes, &["a", "b", "c", "d", "e"]);
    Ok(())
}

#[tokio::test]
async fn c18_not_even_where_full_slices_shift() -> Result<()> {
    let stage = Stage::shared("c18-full").await?;
    let names: Vec<String> = (0..150).map(|number| format!("{number:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    stage.clusters(&names, &json!({})).await?;
    stage.place("p", json!({})).await?;
    let before = stage.decided("p", &[&names[..100], &names[100..]]).await?;
    // The last of the first slice has to move to the second, and back again.
    stage.clusters(&["00"], &json!({})).await?;
    let with: Vec<&str> = ["00"].into_iter().chain(names.iter().copied()).collect();
    stage.decided("p", &[&with[..100], &with[100..]]).await?;
    stage.delete("ManagedCluster", &stage.cluster("00")).await?;
    let after = stage.decided("p", &[&names[..100], &names[100..]]).await?;
    let changes = written(&stage, &before, &after).await?;
    never_absent(&stage, &before, &changes, &names);
    Ok(())
}

/// At no version was one of these in no slice.
#[track_caller]
fn never_absent(stage: &Stage, before: &State, changes: &[Change], shorts: &[&str]) {
    history::replay(&before.slices, changes, |stands: &BTreeMap<String, Value>, change| {
        for short in shorts {
            let is_there = history::is_decided(stands, &stage.cluster(short));
            assert!(is_there, "{short} is in no slice at {}: {stands:#?}", version(&change.object));
        }
    });
}
