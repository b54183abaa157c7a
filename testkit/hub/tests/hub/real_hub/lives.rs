//! Hubs that are dropped, and one whose etcd dies.

use anyhow::Result;
use hub::real::{Crds, Hub, Options, manifests};
use k8s_openapi::api::core::v1::Namespace;
use kube::{Api, ResourceExt};
use serde_json::json;

use super::runs;

#[tokio::test]
async fn what_etcd_knew_it_knows_after_it_was_killed() -> Result<()> {
    let hub = Hub::start(Options { crds: Crds::upstreams_if_there(), garbage_collector: false }).await?;
    let client = hub.client().await?;
    let kept = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "kept" } });
    manifests::apply(&client, &[kept]).await?;
    hub.etcd().kill()?;
    hub.restart_etcd()?;
    hub.ready().await?;
    let namespaces: Api<Namespace> = Api::all(client);
    assert_eq!(namespaces.get("kept").await?.name_any(), "kept");
    Ok(())
}

#[tokio::test]
async fn nothing_is_left_of_a_hub_that_was_dropped() -> Result<()> {
    let hub = Hub::start(Options { crds: Crds::upstreams_if_there(), garbage_collector: true }).await?;
    let (folder, processes) = (hub.folder().to_owned(), hub.processes());
    assert_eq!(processes.len(), 3);
    assert!(folder.is_dir() && processes.iter().all(|id| runs(*id)), "{processes:?}");
    drop(hub);
    assert!(!folder.exists(), "{}", folder.display());
    let left: Vec<_> = processes.into_iter().filter(|id| runs(*id)).collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}
