//! The floor: a client that knows every answer and only sends the writes, many at once.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::{StreamExt, TryStreamExt, stream};
use http::{Method, Request};
use kube::Client;
use kube::ResourceExt;
use kube::api::DynamicObject;
use serde_json::{Value, json};

use crate::stage::{Stage, Written, of};

/// How many placements are written at once: each width is tried, the quickest counts.
const WIDTHS: [usize; 3] = [16, 64, 256];

/// Writes all decisions as the controller does: a slice is made, then filled, then its placement's status follows.
/// The shortest time of all widths.
pub async fn send(stage: &Stage, written: &[Written]) -> Result<Duration> {
    let mut best = Duration::MAX;
    for width in WIDTHS {
        stage.forget_decisions().await?;
        // Whoever writes must know the version of what it writes to.
        let versions = stage.written().await?;
        let client = hub::real::client(&stage.kubeconfig).await?;
        let began = Instant::now();
        let each = written.iter().zip(&versions).map(|(what, now)| one(&client, what, &now.placement));
        stream::iter(each).buffer_unordered(width).try_collect::<()>().await?;
        best = best.min(began.elapsed());
    }
    Ok(best)
}

async fn one(client: &Client, what: &Written, placement: &DynamicObject) -> Result<()> {
    for slice in &what.slices {
        let metadata = &slice.metadata;
        let body = json!({
            "apiVersion": "cluster.open-cluster-management.io/v1beta1",
            "kind": "PlacementDecision",
            "metadata": {
                "labels": metadata.labels,
                "name": metadata.name,
                "namespace": metadata.namespace,
                "ownerReferences": metadata.owner_references,
            },
        });
        let made = request(client, Method::POST, &path(slice, "placementdecisions", ""), &body).await?;
        let version = &made["metadata"]["resourceVersion"];
        let body = json!({ "metadata": { "resourceVersion": version }, "status": slice.data["status"] });
        let name = format!("/{}/status", slice.name_any());
        request(client, Method::PATCH, &path(slice, "placementdecisions", &name), &body).await?;
    }
    let version = &placement.metadata.resource_version;
    let body = json!({ "metadata": { "resourceVersion": version }, "status": what.placement.data["status"] });
    let name = format!("/{}/status", placement.name_any());
    request(client, Method::PATCH, &path(placement, "placements", &name), &body).await?;
    Ok(())
}

fn path(object: &DynamicObject, plural: &str, rest: &str) -> String {
    format!("/apis/cluster.open-cluster-management.io/v1beta1/namespaces/{}/{plural}{rest}", of(object))
}

async fn request(client: &Client, method: Method, path: &str, body: &Value) -> Result<Value> {
    let kind = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
    let request = Request::builder().method(method).uri(path).header("content-type", kind);
    Ok(client.request(request.body(serde_json::to_vec(body)?)?).await?)
}
