//! Manifests: read from files, applied to a hub.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DynamicObject, Patch, PatchParams},
    core::GroupVersionKind,
    discovery::{ApiCapabilities, Scope, pinned_kind},
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// How long a kind may take to be served after its definition is there.
const SERVED_WITHIN: Duration = Duration::from_secs(30);
/// What a hub gives an object itself; manifests that were read from one have it.
const GIVEN: &[&str] = &["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"];
/// Who we are to an API server.
const MANAGER: &str = "placewright-testkit";

/// Every object of a YAML file, or of a folder's YAML files by name.
///
/// # Errors
/// A file cannot be read or is not YAML.
pub fn read(path: &Path) -> Result<Vec<Value>> {
    let mut objects = Vec::new();
    for file in files(path)? {
        let text = fs::read_to_string(&file).with_context(|| format!("`{}`", file.display()))?;
        let documents: Vec<Value> =
            serde_saphyr::from_multiple(&text).with_context(|| format!("`{}`", file.display()))?;
        objects.extend(documents.into_iter().filter(|document| !document.is_null()));
    }
    ensure!(!objects.is_empty(), "`{}` holds no objects", path.display());
    Ok(objects)
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("`{}`", path.display()))? {
        let file = entry?.path();
        // What kustomize reads is no object of a hub.
        if file.extension().is_some_and(|end| end == "yaml") && !file.ends_with("kustomization.yaml") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Applies each object in turn, then its status where it has one. Kinds whose definition was applied just before are
/// waited for.
///
/// # Errors
/// The hub refuses an object, or does not serve its kind.
pub async fn apply(client: &Client, objects: &[Value]) -> Result<()> {
    for object in objects {
        apply_one(client, object).await.with_context(|| told(object))?;
    }
    Ok(())
}

async fn apply_one(client: &Client, object: &Value) -> Result<()> {
    let parsed: DynamicObject = serde_json::from_value(object.clone())?;
    let types = parsed.types.as_ref().context("no apiVersion or no kind")?;
    let (resource, abilities) = served(client, &GroupVersionKind::try_from(types)?).await?;
    let api: Api<DynamicObject> = match (abilities.scope, parsed.namespace()) {
        (Scope::Cluster, _) => Api::all_with(client.clone(), &resource),
        (Scope::Namespaced, namespace) => {
            Api::namespaced_with(client.clone(), namespace.as_deref().unwrap_or("default"), &resource)
        }
    };
    let mut applied = object.clone();
    if let Some(metadata) = applied["metadata"].as_object_mut() {
        metadata.retain(|field, _| !GIVEN.contains(&field.as_str()));
    }
    api.patch(&parsed.name_any(), &PatchParams::apply(MANAGER).force(), &Patch::Apply(applied)).await?;
    if let Some(status) = object.get("status") {
        let body = Patch::Merge(json!({ "status": status }));
        api.patch_status(&parsed.name_any(), &PatchParams::default(), &body).await?;
    }
    Ok(())
}

/// The resource of a kind, as soon as the hub serves it.
pub(super) async fn served(client: &Client, kind: &GroupVersionKind) -> Result<(ApiResource, ApiCapabilities)> {
    let deadline = Instant::now() + SERVED_WITHIN;
    loop {
        match pinned_kind(client, kind).await {
            Ok(found) => return Ok(found),
            Err(why) if Instant::now() > deadline => return Err(why.into()),
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

fn told(object: &Value) -> String {
    let metadata = &object["metadata"];
    let name = [&metadata["namespace"], &metadata["name"]].map(|part| part.as_str().unwrap_or_default());
    format!("{} {}", object["kind"].as_str().unwrap_or("an object without a kind"), name.join("/"))
}
