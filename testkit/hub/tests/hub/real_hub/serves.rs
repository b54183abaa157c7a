//! Placements and their decisions on a real hub, and who may touch them.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use hub::real::{Hub, client, manifests};
use kube::{
    Api, Client, Error, ResourceExt,
    api::{ApiResource, DeleteParams, DynamicObject, ListParams, Patch, PatchParams},
    core::GroupVersionKind,
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

const GROUP: &str = "cluster.open-cluster-management.io";
const VERSION: &str = "cluster.open-cluster-management.io/v1beta1";

fn api(client: &Client, namespace: &str, kind: &str) -> Api<DynamicObject> {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(GROUP, "v1beta1", kind));
    Api::namespaced_with(client.clone(), namespace, &resource)
}

fn namespace(name: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } })
}

fn decision(namespace: &str, name: &str, owners: &Value) -> Value {
    let metadata = json!({ "namespace": namespace, "name": name, "ownerReferences": owners });
    json!({ "apiVersion": VERSION, "kind": "PlacementDecision", "metadata": metadata })
}

#[tokio::test]
async fn a_status_is_patched_once_a_version() -> Result<()> {
    let client = Hub::shared().await?.client().await?;
    manifests::apply(&client, &[namespace("patched"), decision("patched", "p-decision-1", &json!([]))]).await?;
    let decisions = api(&client, "patched", "PlacementDecision");
    let created = decisions.get("p-decision-1").await?;
    let patch = json!({
        "metadata": { "uid": created.uid(), "resourceVersion": created.resource_version() },
        "status": { "decisions": [{ "clusterName": "c", "reason": "" }] },
    });
    let patched = decisions.patch_status("p-decision-1", &PatchParams::default(), &Patch::Merge(&patch)).await?;
    assert_eq!(patched.data["status"], patch["status"]);
    let refused = decisions.patch_status("p-decision-1", &PatchParams::default(), &Patch::Merge(&patch)).await;
    ensure!(matches!(&refused, Err(Error::Api(status)) if status.is_conflict()), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn what_a_deleted_placement_owned_is_collected() -> Result<()> {
    let client = Hub::shared().await?.client().await?;
    let placement = json!({
        "apiVersion": VERSION, "kind": "Placement", "metadata": { "namespace": "collected", "name": "p" }, "spec": {},
    });
    manifests::apply(&client, &[namespace("collected"), placement]).await?;
    let placements = api(&client, "collected", "Placement");
    let owners = json!([{
        "apiVersion": VERSION, "kind": "Placement", "name": "p", "uid": placements.get("p").await?.uid(),
        "controller": true, "blockOwnerDeletion": true,
    }]);
    let owned = ["p-decision-1", "p-decision-2"].map(|name| decision("collected", name, &owners));
    manifests::apply(&client, &owned).await?;
    manifests::apply(&client, &[decision("collected", "another", &json!([]))]).await?;
    placements.delete("p", &DeleteParams::default()).await?;
    let decisions = api(&client, "collected", "PlacementDecision");
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let left: Vec<_> = decisions.list(&ListParams::default()).await?.iter().map(ResourceExt::name_any).collect();
        if left == ["another"] {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "still there: {left:?}");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_user_without_a_role_may_nothing() -> Result<()> {
    let hub = Hub::shared().await?;
    let stranger = client(&hub.user("stranger", Some("strangers"))?).await?;
    let refused = api(&stranger, "default", "Placement").list(&ListParams::default()).await;
    let Err(Error::Api(status)) = refused else { bail!("{refused:?}") };
    assert!(status.is_forbidden(), "{status:?}");
    assert!(status.message.contains("\"stranger\""), "{}", status.message);
    Ok(())
}

#[tokio::test]
async fn a_user_of_masters_may_all() -> Result<()> {
    let hub = Hub::shared().await?;
    let master = client(&hub.user("master", Some("system:masters"))?).await?;
    let listed = api(&master, "default", "Placement").list(&ListParams::default()).await;
    listed.context("a member of system:masters was refused")?;
    Ok(())
}
