//! What is measured, one step after the other on the same hub.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use crate::answer;
use crate::process::Controller;
use crate::stage::{LABELLED, Stage, cluster_name, namespace};
use crate::traffic::{Seen, Traffic};

/// The label that only this program gives.
const LABEL: &str = "chosen";

/// All placements decided from nothing.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    /// From the start of the process until it is ready.
    pub ready: Duration,
    /// From then, or from the first write where that was earlier, until the last write.
    pub decided: Duration,
    pub seen: Seen,
    /// CPU time of the process, start included.
    pub cpu: Duration,
    /// The most memory it had, in bytes.
    pub peak: u64,
    /// How many placements a fresh evaluation would move now.
    pub moved: usize,
}

/// A start on a hub that is as the last process left it.
#[derive(Clone, Copy, Debug)]
pub struct Restart {
    pub ready: Duration,
    pub writes: u64,
}

/// One change, and what it came to.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// Until the first and the last write.
    pub first: Duration,
    pub last: Duration,
    pub writes: u64,
}

/// A hub full of placements that nobody has decided.
pub async fn whole(stage: &Stage) -> Result<Whole> {
    let traffic = Traffic::watch(stage).await?;
    let mut controller = Controller::start(stage)?;
    let ready = controller.ready().await?;
    let seen = traffic.until_quiet().await?;
    let (cpu, peak) = controller.used()?;
    let moved = answer::moved_by_counts(stage)?;
    let started = controller.started;
    controller.stop().await?;
    Ok(Whole { ready: ready - started, decided: seen.last - ready.min(seen.first), seen, cpu, peak, moved })
}

/// Nothing has changed since the last process ended.
pub async fn restart(stage: &Stage) -> Result<Restart> {
    let traffic = Traffic::watch(stage).await?;
    let mut controller = Controller::start(stage)?;
    let ready = controller.ready().await? - controller.started;
    let seen = traffic.until_quiet_or(Duration::from_secs(10)).await?;
    controller.stop().await?;
    Ok(Restart { ready, writes: seen.map_or(0, |seen| seen.writes.decisions) })
}

/// A cluster gets the label that a hundred placements select by.
pub async fn label(stage: &Stage) -> Result<Change> {
    let mut controller = Controller::start(stage)?;
    controller.ready().await?;
    give_label(stage, 0).await?;
    let traffic = Traffic::watch(stage).await?;
    stage.load((0..LABELLED).map(labelled)).await?;
    traffic.until_quiet().await?;

    let traffic = Traffic::watch(stage).await?;
    let began = Instant::now();
    give_label(stage, 1).await?;
    let change = Change::since(began, &traffic.until_quiet().await?);
    answer::moved_by_counts(stage)?;
    controller.stop().await?;
    Ok(change)
}

/// A cluster comes that is better than all others, so that every placement of the shape takes it.
pub async fn cluster(stage: &Stage) -> Result<Change> {
    let mut controller = Controller::start(stage)?;
    controller.ready().await?;
    // A start moves what counts have changed behind (Q15): that is not the new cluster's.
    Traffic::watch(stage).await?.until_quiet_or(Duration::from_secs(10)).await?;
    stage.load([namespace(NEWCOMER)].into_iter()).await?;
    stage.load([score()].into_iter()).await?;
    let traffic = Traffic::watch(stage).await?;
    let began = Instant::now();
    stage.load([newcomer()].into_iter()).await?;
    let change = Change::since(began, &traffic.until_quiet().await?);
    answer::moved_by_counts(stage)?;
    controller.stop().await?;
    Ok(change)
}

/// The leader is killed beside a standby, and a cluster gets the label: the standby decides.
pub async fn killed(stage: &Stage) -> Result<Change> {
    let mut leader = Controller::start(stage)?;
    leader.ready().await?;
    let mut standby = Controller::start(stage)?;
    standby.ready().await?;
    let traffic = Traffic::watch(stage).await?;
    let began = leader.kill()?;
    give_label(stage, 2).await?;
    let change = Change::since(began, &traffic.until_quiet().await?);
    answer::moved_by_counts(stage)?;
    ensure!(change.writes > 0, "nobody took over");
    standby.stop().await?;
    Ok(change)
}

impl Change {
    fn since(began: Instant, seen: &Seen) -> Change {
        Change { first: seen.first - began, last: seen.last - began, writes: seen.writes.decisions }
    }
}

async fn give_label(stage: &Stage, cluster: u32) -> Result<()> {
    let patch = Patch::Merge(json!({ "metadata": { "labels": { LABEL: "yes" } } }));
    stage.all("ManagedCluster").patch(&cluster_name(cluster), &PatchParams::default(), &patch).await?;
    Ok(())
}

fn labelled(number: u32) -> Value {
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1beta1",
        "kind": "Placement",
        "metadata": { "name": format!("chosen-{number}"), "namespace": format!("ns-{}", number % fleet::NAMESPACES) },
        "spec": {
            "predicates": [{ "requiredClusterSelector": { "labelSelector": { "matchLabels": { LABEL: "yes" } } } }],
            "tolerations": [{ "operator": "Exists" }],
        },
    })
}

/// The name of the new cluster and its namespace.
const NEWCOMER: &str = "newcomer";

fn score() -> Value {
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1alpha1",
        "kind": "AddOnPlacementScore",
        "metadata": { "name": "demo", "namespace": NEWCOMER },
        "status": { "scores": [{ "name": "demo", "value": 100 }] },
    })
}

fn newcomer() -> Value {
    let resources = json!({ "cpu": "100000", "memory": "1000000Gi" });
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1",
        "kind": "ManagedCluster",
        "metadata": {
            "labels": { "cluster.open-cluster-management.io/clusterset": "global" },
            "name": NEWCOMER,
        },
        "spec": { "hubAcceptsClient": true },
        "status": { "allocatable": resources, "capacity": resources, "conditions": [] },
    })
}
