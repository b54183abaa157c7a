//! What a test has of a hub: a namespace, a cluster set that is bound there, and clusters of its own in it.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use hub::real::Hub;
use k8s_openapi::api::events::v1::Event;
use kube::api::{ApiResource, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::GroupVersionKind;
use kube::{Api, Client, ResourceExt};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::running;
use super::state::{GROUP, State};

/// How long the hub may take to come to what a test waits for. Only a failing test takes that long.
const WITHIN: Duration = Duration::from_secs(60);
/// Requests at once.
const AT_ONCE: usize = 16;

/// A test's place on a hub. Everything in it has names that begin with the namespace's.
pub struct Stage {
    pub client: Client,
    pub namespace: String,
}

impl Stage {
    /// On the hub that all tests share, where a controller runs.
    pub async fn shared(namespace: &str) -> Result<Stage> {
        Stage::on(running::shared().await?, namespace).await
    }

    /// On this hub.
    pub async fn on(hub: &Hub, namespace: &str) -> Result<Stage> {
        let stage = Stage { client: hub.client().await?, namespace: namespace.to_owned() };
        let object = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
        hub::real::manifests::apply(&stage.client, &[object]).await?;
        for set in [namespace, &stage.witnesses()] {
            stage.create("ManagedClusterSet", set, json!({ "spec": {} })).await?;
            stage.bind(set).await?;
        }
        Ok(stage)
    }

    /// Binds a set of this name in the namespace.
    pub async fn bind(&self, set: &str) -> Result<()> {
        self.create("ManagedClusterSetBinding", set, json!({ "spec": { "clusterSet": set } })).await
    }

    /// The objects of one kind: those of the namespace, or all where the kind has none.
    pub fn api(&self, kind: &str) -> Api<DynamicObject> {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(GROUP, version(kind), kind));
        if matches!(kind, "ManagedCluster" | "ManagedClusterSet") {
            Api::all_with(self.client.clone(), &resource)
        } else {
            Api::namespaced_with(self.client.clone(), &self.namespace, &resource)
        }
    }

    /// Creates an object with these fields beside its name; `metadata` may be among them.
    pub async fn create(&self, kind: &str, name: &str, mut fields: Value) -> Result<()> {
        fields["apiVersion"] = format!("{GROUP}/{}", version(kind)).into();
        fields["kind"] = kind.into();
        fields["metadata"]["name"] = name.into();
        let object: DynamicObject = serde_json::from_value(fields)?;
        self.api(kind).create(&PostParams::default(), &object).await.with_context(|| format!("{kind} {name}"))?;
        Ok(())
    }

    /// Merges fields into an object.
    pub async fn patch(&self, kind: &str, name: &str, fields: Value) -> Result<()> {
        let patched = self.api(kind).patch(name, &PatchParams::default(), &Patch::Merge(fields)).await;
        patched.with_context(|| format!("{kind} {name}"))?;
        Ok(())
    }

    /// Merges fields into an object's status.
    pub async fn patch_status(&self, kind: &str, name: &str, status: Value) -> Result<()> {
        let body = Patch::Merge(json!({ "status": status }));
        let patched = self.api(kind).patch_status(name, &PatchParams::default(), &body).await;
        patched.with_context(|| format!("{kind} {name}"))?;
        Ok(())
    }

    /// Deletes an object.
    pub async fn delete(&self, kind: &str, name: &str) -> Result<()> {
        self.api(kind).delete(name, &DeleteParams::default()).await.with_context(|| format!("{kind} {name}"))?;
        Ok(())
    }

    /// An object as it stands.
    pub async fn get(&self, kind: &str, name: &str) -> Result<Value> {
        let object = self.api(kind).get(name).await.with_context(|| format!("{kind} {name}"))?;
        Ok(serde_json::to_value(object)?)
    }

    /// What the names of its clusters begin with.
    pub fn prefix(&self) -> String {
        format!("{}-", self.namespace)
    }

    /// The whole name of a cluster of its own.
    pub fn cluster(&self, short: &str) -> String {
        self.prefix() + short
    }

    /// The set of the clusters that are made only to be waited for.
    fn witnesses(&self) -> String {
        self.prefix() + "witnesses"
    }

    /// Makes clusters of its set, with these labels besides.
    pub async fn clusters(&self, shorts: &[&str], labels: &Value) -> Result<()> {
        self.clusters_of(&self.namespace, shorts, labels).await
    }

    async fn clusters_of(&self, set: &str, shorts: &[&str], labels: &Value) -> Result<()> {
        let one = |short: &&str| {
            let mut object = json!({ "metadata": { "labels": labels }, "spec": { "hubAcceptsClient": true } });
            object["metadata"]["labels"][format!("{GROUP}/clusterset")] = set.into();
            let name = self.cluster(short);
            async move { self.create("ManagedCluster", &name, object).await }
        };
        stream::iter(shorts.iter().map(one).collect::<Vec<_>>()).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Sets a label of a cluster of its own, or takes it away.
    pub async fn label(&self, short: &str, key: &str, value: Option<&str>) -> Result<()> {
        let labels = json!({ "metadata": { "labels": { key: value } } });
        self.patch("ManagedCluster", &self.cluster(short), labels).await
    }

    /// Creates a placement over its set, or over those that the spec names.
    pub async fn place(&self, name: &str, mut spec: Value) -> Result<()> {
        if spec.get("clusterSets").is_none() {
            spec["clusterSets"] = json!([self.namespace]);
        }
        self.create("Placement", name, json!({ "spec": spec })).await
    }

    /// A placement and the slices that carry its name, as they stand.
    pub async fn state(&self, placement: &str) -> Result<State> {
        let label = ListParams::default().labels(&format!("{GROUP}/placement={placement}"));
        let slices = self.api("PlacementDecision").list(&label).await?;
        let slices = slices.items.into_iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
        Ok(State::new(self.get("Placement", placement).await?, slices, self.prefix()))
    }

    /// Waits until a placement has come to this.
    pub async fn until(&self, placement: &str, there: impl Fn(&State) -> bool) -> Result<State> {
        let deadline = Instant::now() + WITHIN;
        loop {
            let state = self.state(placement).await?;
            if there(&state) {
                return Ok(state);
            }
            if Instant::now() > deadline {
                bail!("{placement} of {} has not come to what was waited for:\n{state}", self.namespace);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until a placement's slices hold these clusters and its status agrees.
    pub async fn decided(&self, placement: &str, want: &[&[&str]]) -> Result<State> {
        self.until(placement, |state| state.is(want)).await.with_context(|| format!("wanted {want:?}"))
    }

    /// Waits until the controller has seen, decided and written everything that was changed before: a cluster that
    /// comes after is decided for a placement that asks for it alone.
    pub async fn settled(&self) -> Result<()> {
        let number = self.api("Placement").list(&ListParams::default()).await?.items.len();
        let name = format!("witness-{number}");
        self.clusters_of(&self.witnesses(), &[&name], &json!({ "witness": name })).await?;
        let selector = json!({ "labelSelector": { "matchLabels": { "witness": name } } });
        let predicates = json!([{ "requiredClusterSelector": selector }]);
        self.place(&name, json!({ "clusterSets": [self.witnesses()], "predicates": predicates })).await?;
        self.decided(&name, &[&[&name]]).await?;
        Ok(())
    }

    /// Waits for an event about a placement with this reason and note.
    pub async fn event(&self, placement: &str, reason: &str, note: &str) -> Result<Event> {
        let events: Api<Event> = Api::namespaced(self.client.clone(), &self.namespace);
        let deadline = Instant::now() + WITHIN;
        loop {
            let mut listed = events.list(&ListParams::default()).await?.items;
            listed.retain(|event| event.regarding.as_ref().and_then(|about| about.name.as_deref()) == Some(placement));
            let told: Vec<_> = listed.iter().map(|event| [event.reason.as_deref(), event.note.as_deref()]).collect();
            if let Some(at) = told.iter().position(|told| *told == [Some(reason), Some(note)]) {
                return Ok(listed.swap_remove(at));
            }
            ensure!(Instant::now() < deadline, "no {reason} {note:?} among {told:#?}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the namespace has no slice.
    pub async fn no_slices(&self) -> Result<()> {
        let deadline = Instant::now() + WITHIN;
        loop {
            let left = self.api("PlacementDecision").list(&ListParams::default()).await?.items;
            if left.is_empty() {
                return Ok(());
            }
            ensure!(
                Instant::now() < deadline,
                "still there: {:?}",
                left.iter().map(ResourceExt::name_any).collect::<Vec<_>>()
            );
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// The highest version of any object so far.
    pub async fn now(&self) -> Result<u64> {
        let listed = self.api("PlacementDecision").list(&ListParams::default()).await?;
        Ok(listed.metadata.resource_version.context("no version")?.parse()?)
    }
}

/// The version of a kind that the controller reads.
fn version(kind: &str) -> &'static str {
    match kind {
        "ManagedCluster" => "v1",
        "ManagedClusterSet" | "ManagedClusterSetBinding" => "v1beta2",
        _ => "v1beta1",
    }
}
