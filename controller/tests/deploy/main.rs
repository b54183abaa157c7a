//! What `deploy` holds: the role, the pod, the image, and whether a hub takes it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod image;
mod pod;
mod real_hub;
mod role;

use std::{
    fs,
    path::{Path, PathBuf},
};

use hub::real::manifests;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

/// What `kubectl apply -k deploy` applies, in that order; the image's name apart.
fn objects() -> Vec<Value> {
    let kustomization = fs::read_to_string(folder().join("kustomization.yaml")).unwrap();
    let kustomization: Value = serde_saphyr::from_str(&kustomization).unwrap();
    let files = kustomization["resources"].as_array().unwrap().iter();
    files.flat_map(|file| manifests::read(&folder().join(file.as_str().unwrap())).unwrap()).collect()
}

/// Those of one kind.
fn of_kind(kind: &str) -> Vec<Value> {
    objects().into_iter().filter(|object| object["kind"] == kind).collect()
}

#[test]
fn every_manifest_is_applied() {
    let mut files: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "yaml") && !file.ends_with("kustomization.yaml"));
    let written: usize = files.iter().map(|file| manifests::read(file).unwrap().len()).sum();
    assert_eq!(objects().len(), written);
}
