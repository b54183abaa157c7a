//! A plugin in a ConfigMap: it decides, is replaced, fails, waits to be released, and goes, and no decision is ever empty.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hub::real::NAMESPACE;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::api::events::v1::Event;
use kube::Api;
use kube::api::{DeleteParams, ListParams, ObjectMeta, Patch, PatchParams};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::history::{between, is_decided, replay};
use super::made;
use super::stage::Stage;
use super::state::{State, clusters, text};

const GPU_BINPACK: &[u8] = include_bytes!("../../../../examples/plugins/gpu-binpack/gpu-binpack.wasm");

/// A ConfigMap of this test that carries a plugin of the same name.
struct Carrier<'a> {
    maps: Api<ConfigMap>,
    stage: &'a Stage,
    name: String,
}

impl<'a> Carrier<'a> {
    fn new(stage: &'a Stage) -> Carrier<'a> {
        let name = format!("{}-plugin", stage.namespace);
        Carrier { maps: Api::namespaced(stage.client.clone(), NAMESPACE), stage, name }
    }

    /// A version of the plugin.
    async fn put(&self, component: &[u8], spec: &str) -> Result<()> {
        let name = &self.name;
        let document = format!(
            "apiVersion: placewright.io/v1alpha1\nkind: WasmPlugin\nmetadata: {{name: {name}}}\n\
             spec:\n  source: {{configMap: {{name: {name}, key: plugin.wasm}}}}\n{spec}"
        );
        let map = ConfigMap {
            metadata: ObjectMeta {
                name: Some(name.clone()),
                labels: Some([("placewright.io/plugin".to_owned(), "true".to_owned())].into()),
                ..ObjectMeta::default()
            },
            data: Some([("plugin.yaml".to_owned(), document)].into()),
            binary_data: Some([("plugin.wasm".to_owned(), ByteString(component.to_vec()))].into()),
            ..ConfigMap::default()
        };
        self.maps.patch(name, &PatchParams::apply("test").force(), &Patch::Apply(&map)).await?;
        Ok(())
    }

    /// Waits for an event about the ConfigMap with this reason, whose note has this in it.
    async fn told(&self, reason: &str, says: &str) -> Result<String> {
        let events: Api<Event> = Api::namespaced(self.stage.client.clone(), NAMESPACE);
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let listed = events.list(&ListParams::default()).await?.items;
            let about = |event: &Event| event.regarding.as_ref().and_then(|about| about.name.clone());
            let mine = listed.iter().filter(|event| about(event).as_ref() == Some(&self.name));
            let notes: Vec<(String, String)> = mine
                .map(|event| (event.reason.clone().unwrap_or_default(), event.note.clone().unwrap_or_default()))
                .collect();
            if let Some((_, note)) = notes.iter().find(|(told, note)| told == reason && note.contains(says)) {
                return Ok(note.clone());
            }
            ensure!(Instant::now() < deadline, "no {reason} with {says:?} among {notes:#?}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn release(&self, digest: &str) -> Result<()> {
        let annotation = json!({ "metadata": { "annotations": { "placewright.io/release": digest } } });
        self.maps.patch(&self.name, &PatchParams::default(), &Patch::Merge(annotation)).await?;
        Ok(())
    }
}

async fn gpus(stage: &Stage, short: &str, gpus: &str) -> Result<()> {
    let amounts = json!({ "nvidia.com/gpu": gpus });
    stage
        .patch_status("ManagedCluster", &stage.cluster(short), json!({ "allocatable": amounts, "capacity": amounts }))
        .await
}

/// One cluster, ranked by the plugin alone.
fn best(plugin: &str) -> Value {
    let coordinate =
        json!({ "type": "AddOn", "addOn": { "resourceName": format!("wasm:{plugin}"), "scoreName": "default" } });
    let configurations = json!([{ "scoreCoordinate": coordinate, "weight": 1 }]);
    json!({ "numberOfClusters": 1, "prioritizerPolicy": { "mode": "Exact", "configurations": configurations } })
}

/// The version of the last change of a slice.
async fn last(stage: &Stage) -> Result<u64> {
    let slices = stage.api("PlacementDecision").list(&ListParams::default()).await?.items;
    let versions = slices.iter().filter_map(|slice| slice.metadata.resource_version.as_ref()?.parse().ok());
    versions.max().context("no slice")
}

fn stale(state: &State) -> bool {
    state.conditions().iter().any(|[kind, status, _]| *kind == "placewright.io/Stale" && *status == "True")
}

#[tokio::test]
async fn a_plugin_decides_waits_to_be_released_is_refused_and_goes() -> Result<()> {
    let stage = Stage::shared("guest").await?;
    stage.clusters(&["a", "b", "c"], &json!({})).await?;
    gpus(&stage, "a", "8").await?;
    gpus(&stage, "b", "4").await?;
    // Enough decisions for one of them to be less than the twentieth part of all.
    for number in 0..8 {
        stage.place(&format!("all-{number}"), json!({})).await?;
    }
    let carrier = Carrier::new(&stage);
    let name = carrier.name.clone();

    // Nobody has loaded it: a mistake that is told, and nobody is decided for.
    stage.place("p", best(&name)).await?;
    let state = stage.until("p", |state| !state.conditions().is_empty()).await?;
    assert_eq!(state.conditions()[0], ["PlacementMisconfigured", "True", "Misconfigured"]);

    carrier.put(GPU_BINPACK, "").await?;
    let ready = carrier.told("PluginReady", &format!("plugin {name} decides, sha256:")).await?;
    assert!(ready.len() < 200, "{ready}");
    // The least of it is the best: none.
    let state = stage.decided("p", &[&["c"]]).await?;
    assert_eq!(state.conditions()[0][1], "False");

    // A filter of the same plugin, asked for under settings of its own.
    carrier.put(GPU_BINPACK, "  settings: {two: {atLeast: 2}}\n").await?;
    stage
        .patch(
            "Placement",
            "p",
            json!({ "metadata": { "annotations": { "placewright.io/filters": format!("{name}/two") } } }),
        )
        .await?;
    stage.decided("p", &[&["b"]]).await?;
    let filtered = stage.now().await?;

    // A change of its settings that would leave nobody waits.
    carrier.put(GPU_BINPACK, "  settings: {two: {atLeast: 100}}\n").await?;
    let held = carrier.told("PluginHeld", "would be left without a cluster").await?;
    stage.settled().await?;
    stage.decided("p", &[&["b"]]).await?;

    // What is no plugin changes nothing.
    carrier.put(b"no component", "").await?;
    carrier.told("PluginRefused", "the version before goes on: binaryData[plugin.wasm]").await?;
    stage.settled().await?;
    stage.decided("p", &[&["b"]]).await?;

    // Back, and somebody wants it so.
    carrier.put(GPU_BINPACK, "  settings: {two: {atLeast: 5}}\n").await?;
    stage.decided("p", &[&["a"]]).await?;
    let changes = between(&stage.api("PlacementDecision"), filtered, last(&stage).await?).await?;
    let (a, b) = (stage.cluster("a"), stage.cluster("b"));
    let mut stands_empty = 0;
    replay(&[], &changes, |stands, _| {
        stands_empty +=
            usize::from(stands.contains_key("p-decision-1") && !is_decided(stands, &a) && !is_decided(stands, &b));
    });
    assert_eq!(stands_empty, 0);
    carrier.put(GPU_BINPACK, "  settings: {two: {atLeast: 100}}\n").await?;
    let digest = held.rsplit(' ').next().context("no digest")?;
    carrier.release(digest).await?;
    let state = stage.decided("p", &[&[]]).await?;
    assert_eq!(state.conditions()[1], ["PlacementSatisfied", "False", "NoManagedClusterMatched"]);

    // It goes: what was decided stays, and why is told.
    carrier.put(GPU_BINPACK, "  settings: {two: {atLeast: 5}}\n").await?;
    stage.decided("p", &[&["a"]]).await?;
    carrier.maps.delete(&name, &DeleteParams::default()).await?;
    let state = stage.until("p", stale).await?;
    assert_eq!(state.decided(), [["a"]]);
    Ok(())
}

/// Scores by allocatable cpu, and traps where the first cluster has more than 100 of it.
fn trapping() -> Vec<u8> {
    let score = "(if (f64.gt (f64.load (i32.load (i32.add (local.get $columns) (i32.const 4)))) (f64.const 100))
          (then unreachable))
        (i32.store (i32.const 0x244) (i32.load (i32.add (local.get $columns) (i32.const 4))))
        (i32.store (i32.const 0x248) (local.get $rows))
        (i32.const 0x240)";
    made::guest().with("score", score).bytes()
}

#[tokio::test]
async fn a_plugin_is_replaced_while_two_hundred_placements_are_decided_fails_and_recovers() -> Result<()> {
    const PLACEMENTS: usize = 200;
    let stage = Stage::shared("guests").await?;
    stage.clusters(&["a", "b", "c"], &json!({})).await?;
    let cpu = async |short: &str, cpu: &str| {
        let amounts = json!({ "cpu": cpu, "nvidia.com/gpu": cpu });
        let status = json!({ "allocatable": amounts, "capacity": amounts });
        stage.patch_status("ManagedCluster", &stage.cluster(short), status).await
    };
    for (short, amount) in [("a", "8"), ("b", "4"), ("c", "2")] {
        cpu(short, amount).await?;
    }
    let carrier = Carrier::new(&stage);
    let name = carrier.name.clone();
    carrier.put(GPU_BINPACK, "").await?;
    carrier.told("PluginReady", &name).await?;
    let began = stage.now().await?;
    let place = async {
        for number in 0..PLACEMENTS {
            stage.place(&format!("p-{number}"), best(&name)).await?;
        }
        Ok::<_, anyhow::Error>(())
    };
    let replace = async {
        for least in 0..5 {
            sleep(Duration::from_millis(100)).await;
            carrier.put(GPU_BINPACK, &format!("  settings: {{other: {{atLeast: {least}}}}}\n")).await?;
        }
        Ok::<_, anyhow::Error>(())
    };
    tokio::try_join!(place, replace)?;
    let all = async |want: &[&[&str]]| {
        for number in 0..PLACEMENTS {
            stage.decided(&format!("p-{number}"), want).await?;
        }
        Ok::<_, anyhow::Error>(())
    };
    all(&[&["c"]]).await?;

    // Other code, which finds the opposite: it moves everything, and so waits until somebody wants it.
    carrier.put(&trapping(), "").await?;
    let held = carrier.told("PluginHeld", &format!("{PLACEMENTS} of ")).await?;
    carrier.release(held.rsplit(' ').next().context("no digest")?).await?;
    all(&[&["a"]]).await?;
    // It fails, and what was decided stays.
    cpu("a", "101").await?;
    for number in 0..PLACEMENTS {
        let state = stage.until(&format!("p-{number}"), stale).await?;
        assert_eq!(state.decided(), [["a"]]);
    }
    // It recovers.
    cpu("a", "3").await?;
    all(&[&["b"]]).await?;
    let state = stage.state("p-0").await?;
    ensure!(!stale(&state), "{state}");

    let changes = between(&stage.api("PlacementDecision"), began, last(&stage).await?).await?;
    let (mut held, mut emptied) = (BTreeSet::new(), Vec::new());
    replay(&[], &changes, |stands, change| {
        let slice = text(&change.object["metadata"]["name"]).to_owned();
        if stands.get(&slice).is_some_and(|slice| !clusters(slice).is_empty()) {
            held.insert(slice);
        } else if held.contains(&slice) {
            emptied.push(slice);
        }
    });
    assert_eq!((held.len(), emptied), (PLACEMENTS, Vec::<String>::new()));
    Ok(())
}
