//! What happens to processes: killed in mid-change, asked to end, robbed of their lease. On hubs of their own.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use hub::real::{Hub, NAMESPACE};
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use k8s_openapi::jiff::{SignedDuration, Timestamp};
use kube::api::{ApiResource, DynamicObject, ListParams, Patch, PatchParams};
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

use super::history::{self, Change};
use super::operations;
use super::process::{ended_well, lead, lease, start};
use super::stage::Stage;
use super::state::{clusters, text, version};

/// So many that a controller which writes slowly can be met in the middle of them.
const PLACEMENTS: usize = 100;
/// Twenty writes a second, one after the other.
const SLOWLY: [&str; 2] = ["--kube-api-qps=20", "--kube-api-burst=1"];

fn names() -> impl Iterator<Item = String> {
    (0..PLACEMENTS).map(|number| format!("p-{number:03}"))
}

/// Placements that have selected cluster `a`, and will `b` too as soon as that is labelled. Whoever decided has ended.
async fn decided(hub: &Hub) -> Result<Stage> {
    let mut first = lead(hub, "first", &[]).await?;
    let stage = Stage::on(hub, "apps").await?;
    stage.clusters(&["a"], &json!({ "env": "prod" })).await?;
    stage.clusters(&["b"], &json!({})).await?;
    let selector = json!({ "labelSelector": { "matchLabels": { "env": "prod" } } });
    let spec = json!({ "predicates": [{ "requiredClusterSelector": selector }] });
    for name in names() {
        stage.place(&name, spec.clone()).await?;
    }
    all_are(&stage, &[&["a"]]).await?;
    first.terminate()?;
    ended_well(hub, &mut first).await?;
    Ok(stage)
}

async fn all_are(stage: &Stage, want: &[&[&str]]) -> Result<()> {
    for name in names() {
        stage.decided(&name, want).await?;
    }
    Ok(())
}

/// The slices that hold so many clusters.
async fn slices_of(stage: &Stage, number: usize) -> Result<usize> {
    let listed = stage.api("PlacementDecision").list(&ListParams::default()).await?;
    let slices = listed.items.into_iter().map(serde_json::to_value).collect::<Result<Vec<Value>, _>>()?;
    Ok(slices.iter().filter(|slice| clusters(slice).len() == number).count())
}

/// Waits until a few of the placements have changed, and surely not all.
async fn in_the_middle(stage: &Stage) -> Result<()> {
    while slices_of(stage, 2).await? < 5 {
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Every change of the objects of one kind after a version.
async fn changed(api: &Api<DynamicObject>, after: u64) -> Result<Vec<Change>> {
    let listed = api.list(&ListParams::default()).await?.items;
    let versions = listed.iter().filter_map(ResourceExt::resource_version).map(|version| version.parse());
    history::between(api, after, versions.collect::<Result<Vec<u64>, _>>()?.into_iter().max().context("none")?).await
}

/// How often each object of ours was changed; witnesses apart.
fn counted(changes: &[Change]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let names = changes.iter().map(|change| text(&change.object["metadata"]["name"]));
    for name in names.filter(|name| name.starts_with("p-")) {
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn what_a_killed_leader_leaves_undone_is_done_once() -> Result<()> {
    let hub = operations::hub().await?;
    let stage = decided(&hub).await?;
    let free = stage.now().await?;
    let mut leader = lead(&hub, "leader", &SLOWLY).await?;
    let mut standby = start(&hub, "standby", &[]).await?;
    let (begin, asked) = (stage.now().await?, hub.asked()?.len());
    stage.label("b", "env", Some("prod")).await?;
    in_the_middle(&stage).await?;
    leader.kill()?;
    all_are(&stage, &[&["a", "b"]]).await?;
    stage.settled().await?;
    standby.still_runs()?;

    // Nothing was written twice, and nothing was sent that changed nothing.
    let (slices, placements) = (stage.api("PlacementDecision"), stage.api("Placement"));
    let (slices, placements) = (changed(&slices, begin).await?, changed(&placements, begin).await?);
    let once = |suffix: &str| names().map(|name| (name + suffix, 1)).collect::<BTreeMap<_, _>>();
    assert_eq!(counted(&slices), once("-decision-1"));
    assert_eq!(counted(&placements), once(""));
    let sent = hub.asked()?.split_off(asked);
    let sent = sent.iter().filter(|asked| asked.is_decision() && asked.name.starts_with("p-") && asked.code < 300);
    assert!(sent.count() <= 2 * PLACEMENTS);

    // The other one waited until the lease had run out; by then some was done.
    let leases = Api::namespaced_with(hub.client().await?, NAMESPACE, &ApiResource::erase::<Lease>(&()));
    let leases = changed(&leases, free).await?;
    let specs = leases.iter().map(|change| Ok(serde_json::from_value(change.object["spec"].clone())?));
    let specs = specs.collect::<Result<Vec<LeaseSpec>>>()?;
    let taken = specs.windows(2).rposition(|pair| pair[0].holder_identity != pair[1].holder_identity);
    let taken = taken.context("nobody took over")? + 1;
    let [renewed, acquired] = [&specs[taken - 1].renew_time, &specs[taken].acquire_time].map(Option::clone);
    let waited = acquired.context("no time")?.0.duration_since(renewed.context("no time")?.0);
    assert!(waited >= SignedDuration::from_secs(15), "{waited:?}");
    let taken = version(&leases[taken].object);
    let before = slices.iter().filter(|change| version(&change.object) < taken).count();
    assert!((5..PLACEMENTS).contains(&before), "{before} were written by the one who was killed");
    is_as_decided_anew(&hub)
}

/// `placewright diff` decides everything anew from what is on the hub.
fn is_as_decided_anew(hub: &Hub) -> Result<()> {
    let mut diff = Command::new(env!("CARGO_BIN_EXE_placewright"));
    let output = diff.args(["diff", "-A", "--kubeconfig"]).arg(hub.admin()).output()?;
    ensure!(output.status.code() == Some(0), "{output:?}");
    Ok(())
}

#[tokio::test]
async fn whoever_is_asked_to_end_leaves_nothing_half_done() -> Result<()> {
    let hub = operations::hub().await?;
    let stage = decided(&hub).await?;
    let mut leader = lead(&hub, "leader", &SLOWLY).await?;
    stage.label("b", "env", Some("prod")).await?;
    in_the_middle(&stage).await?;
    leader.terminate()?;
    ended_well(&hub, &mut leader).await?;
    let mut done = 0;
    for name in names() {
        let state = stage.state(&name).await?;
        assert_eq!(state.selected(), state.decided()[0].len() as u64, "{name}: {state}");
        done += usize::from(state.selected() == 2);
    }
    assert!((5..PLACEMENTS).contains(&done), "{done} are done");
    // Whoever comes next need not wait.
    let _next = lead(&hub, "next", &[]).await?;
    all_are(&stage, &[&["a", "b"]]).await
}

#[tokio::test]
async fn whoever_loses_its_lease_ends() -> Result<()> {
    let hub = operations::hub().await?;
    let mut robbed = lead(&hub, "robbed", &[]).await?;
    let leases = lease(&hub).await?;
    let stolen = json!({ "spec": { "holderIdentity": "upstream", "renewTime": MicroTime(Timestamp::now()) } });
    leases.patch("placement-lock", &PatchParams::default(), &Patch::Merge(&stolen)).await?;
    let status = robbed.ended().await?;
    assert_eq!(status.code(), Some(0), "{}", robbed.log());
    assert!(robbed.log().contains("ended: somebody else holds the lease"), "{}", robbed.log());
    // It is not given back by whom it was taken from.
    let spec = leases.get("placement-lock").await?.spec.context("no spec")?;
    assert_eq!(spec.holder_identity.as_deref(), Some("upstream"));
    Ok(())
}

#[tokio::test]
async fn a_changed_file_ends_whoever_was_told_to_look() -> Result<()> {
    let hub = operations::hub().await?;
    let certificate = hub.folder().join("ca-bundle.crt");
    fs::write(&certificate, "before")?;
    let flag = format!("--terminate-on-files={}", certificate.display());
    let mut looks = lead(&hub, "looks", &[&flag]).await?;
    fs::write(&certificate, "after")?;
    ended_well(&hub, &mut looks).await?;
    assert!(looks.log().contains("ca-bundle.crt changed"), "{}", looks.log());
    Ok(())
}
