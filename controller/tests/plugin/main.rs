//! `placewright plugin` and `--plugins`, on components written by hand.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod asked;
mod bench;
mod decide;
mod inspect;
#[path = "../../../plugins/host/tests/made/mod.rs"]
mod made;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use made::guest;

/// Three clusters, of which one has no region.
const HUB: &str = "\
apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata: {name: a, labels: {region: eu}}
status: {allocatable: {cpu: '4'}}
---
apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata: {name: b}
status: {allocatable: {cpu: '2'}}
---
apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata: {name: c, labels: {region: us}}
status: {allocatable: {cpu: 8500m}}
";

/// What a command printed, and how it ended.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_placewright")).args(args).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    Ran { code: output.status.code(), out, err }
}

/// A folder of a test's own, with these files in it.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What an earlier run left there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
    folder
}

/// The plugin document of a component that stands beside it as `demo.wasm`.
fn document(bytes: &[u8], spec: &str) -> String {
    let digest = plugin_host::Digest::of(bytes);
    format!(
        "apiVersion: placewright.io/v1alpha1\nkind: WasmPlugin\nmetadata: {{name: demo}}\n\
         spec: {{source: {{file: {{path: demo.wasm, sha256: '{digest}'}}}}{spec}}}\n"
    )
}

/// The text of a path.
fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder with the plugin that works, its document and a hub.
fn demo(name: &str, spec: &str) -> PathBuf {
    let bytes = guest().bytes();
    let document = document(&bytes, spec);
    folder(name, &[("demo.wasm", &bytes), ("plugin.yaml", document.as_bytes()), ("hub.yaml", HUB.as_bytes())])
}
