//! The hub with its fleet, and what is read and put back between two measurements.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use fleet::{Fleet, Mix, NAMESPACES, Shape};
use futures::{StreamExt, TryStreamExt, stream};
use hub::real::{Crds, Hub, Options, manifests};
use kube::api::{ApiResource, DeleteParams, DynamicObject, ListParams, Patch, PatchParams};
use kube::core::GroupVersionKind;
use kube::{Api, Client, ResourceExt};
use serde_json::{Value, json};

/// Clusters, and as many placements.
pub const SIZE: u32 = 1_000;
/// Placements that select by one label and want every cluster that has it.
pub const LABELLED: u32 = 100;
/// Requests under way at once while loading.
const AT_ONCE: usize = 16;

/// A hub on which nobody decides yet.
pub struct Stage {
    pub hub: Hub,
    pub client: Client,
    /// The program that is measured.
    pub program: PathBuf,
    /// Its way in: the least role, as shipped.
    pub kubeconfig: PathBuf,
}

/// What a decision looks like on the hub, to be written again by somebody else.
pub struct Written {
    pub placement: DynamicObject,
    pub slices: Vec<DynamicObject>,
}

impl Stage {
    /// Starts a hub and loads 1,000 clusters with their scores and 1,000 placements of shape `u`.
    pub async fn set(program: PathBuf) -> Result<Stage> {
        let hub = Hub::start(Options { crds: Crds::Ours, garbage_collector: false }).await?;
        let kubeconfig = hub.as_our_role().await?;
        let stage = Stage { client: hub.client().await?, hub, program, kubeconfig };
        let namespaces = (0..NAMESPACES).map(|number| namespace(&format!("ns-{number}")));
        let of_clusters = (0..SIZE).map(|number| namespace(&cluster_name(number)));
        stage.load(namespaces.chain(of_clusters)).await?;
        let fleet = Fleet { clusters: SIZE, placements: SIZE, seed: 1 };
        let all = fleet.snapshot(Mix::Only(Shape::U), false).map(|mut object| {
            if object["kind"] == "Placement" {
                object["spec"] = Shape::U.spec();
            }
            object
        });
        stage.load(all).await?;
        Ok(stage)
    }

    /// Applies objects, many at once and in no order.
    pub async fn load(&self, objects: impl Iterator<Item = Value>) -> Result<()> {
        let applied = |object: Value| async move { manifests::apply(&self.client, &[object]).await };
        stream::iter(objects.map(applied)).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Removes every slice and every placement's status.
    pub async fn forget_decisions(&self) -> Result<()> {
        for number in 0..NAMESPACES {
            let slices = self.in_namespace("PlacementDecision", &format!("ns-{number}"));
            slices.delete_collection(&DeleteParams::default(), &ListParams::default()).await?;
        }
        let nothing = Patch::Merge(json!({ "status": null }));
        let reset = |placement: DynamicObject| {
            let (nothing, placements) = (&nothing, self.in_namespace("Placement", &of(&placement)));
            async move { placements.patch_status(&placement.name_any(), &PatchParams::default(), nothing).await }
        };
        let placements = self.all("Placement").list(&ListParams::default()).await?.items;
        stream::iter(placements.into_iter().map(reset))
            .buffer_unordered(AT_ONCE)
            .try_for_each(|_| async { Ok(()) })
            .await?;
        Ok(())
    }

    /// Every placement with its slices.
    pub async fn written(&self) -> Result<Vec<Written>> {
        let mut slices: BTreeMap<(String, String), Vec<DynamicObject>> = BTreeMap::new();
        for slice in self.all("PlacementDecision").list(&ListParams::default()).await? {
            let owner = slice.owner_references().first().map(|owner| owner.name.clone()).unwrap_or_default();
            slices.entry((of(&slice), owner)).or_default().push(slice);
        }
        let placements = self.all("Placement").list(&ListParams::default()).await?;
        let with_slices = |placement: DynamicObject| {
            let slices = slices.remove(&(of(&placement), placement.name_any())).unwrap_or_default();
            Written { placement, slices }
        };
        Ok(placements.into_iter().map(with_slices).collect())
    }

    /// All objects of one of OCM's kinds.
    pub fn all(&self, kind: &str) -> Api<DynamicObject> {
        Api::all_with(self.client.clone(), &resource(kind))
    }

    /// Those of a namespace.
    pub fn in_namespace(&self, kind: &str, namespace: &str) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), namespace, &resource(kind))
    }
}

/// The namespace of an object.
pub fn of(object: &DynamicObject) -> String {
    object.namespace().unwrap_or_default()
}

/// How the fleet calls its clusters.
pub fn cluster_name(number: u32) -> String {
    format!("cluster-{number:06}")
}

/// A namespace to apply.
pub fn namespace(name: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } })
}

fn resource(kind: &str) -> ApiResource {
    let version = if kind == "ManagedCluster" { "v1" } else { "v1beta1" };
    ApiResource::from_gvk(&GroupVersionKind::gvk("cluster.open-cluster-management.io", version, kind))
}
