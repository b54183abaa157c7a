//! `--plugins`: what plugins from a folder decide, and that nothing is decided without one of them.

use std::fs;
use std::path::Path;

use super::{HUB, Ran, demo, document, folder, guest, run, text};

/// Lets everybody use the clusters of [`HUB`], and asks for one of them.
fn hub(placement: &str) -> String {
    format!(
        "{HUB}---\n\
         apiVersion: cluster.open-cluster-management.io/v1beta2\nkind: ManagedClusterSet\nmetadata: {{name: all}}\n\
         spec: {{clusterSelector: {{selectorType: LabelSelector, labelSelector: {{}}}}}}\n---\n\
         apiVersion: cluster.open-cluster-management.io/v1beta2\nkind: ManagedClusterSetBinding\n\
         metadata: {{name: all, namespace: shop}}\nspec: {{clusterSet: all}}\n---\n\
         apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\n{placement}"
    )
}

const BY_SCORE: &str = "metadata: {name: web, namespace: shop}\n\
    spec: {numberOfClusters: 1, prioritizerPolicy: {mode: Exact, configurations: [{weight: 1, scoreCoordinate: \
    {type: AddOn, addOn: {resourceName: 'wasm:demo', scoreName: default}}}]}}\n";

const BY_FILTER: &str = "metadata: {name: web, namespace: shop, annotations: {placewright.io/filters: demo}}\nspec: {numberOfClusters: 3}\n";

const NEITHER: &str = "metadata: {name: web, namespace: shop, labels: {tier: prod}}\nspec: {numberOfClusters: 3}\n";

/// The clusters that are selected with the plugins of a folder.
#[track_caller]
fn selected(folder: &Path, placement: &str) -> Vec<String> {
    fs::write(folder.join("hub.yaml"), hub(placement)).unwrap();
    let hub = folder.join("hub.yaml");
    let ran = run(&["explain", "shop/web", "-f", text(&hub), "--plugins", text(folder), "-o", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let explained: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    explained["selected"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn scores_and_filters() {
    let folder = demo("decide", "");
    assert_eq!(selected(&folder, BY_SCORE), ["c"]);
    assert_eq!(selected(&folder, BY_FILTER), ["a", "c"]);
    assert_eq!(selected(&folder, NEITHER), ["a", "b", "c"]);
}

#[test]
fn a_filter_that_is_imposed() {
    let imposed = |namespace: &str| {
        let spec = format!(
            ", filter: {{placements: {{namespaces: [{namespace}], selector: {{matchLabels: {{tier: prod}}}}}}}}"
        );
        selected(&demo("decide-imposed", &spec), NEITHER)
    };
    assert_eq!(imposed("'sh*'"), ["a", "c"]);
    assert_eq!(imposed("other"), ["a", "b", "c"]);
}

/// `schedule` with plugins that cannot be loaded.
#[track_caller]
fn refused(folder: &Path, says: &str) {
    fs::write(folder.join("hub.yml"), hub(BY_SCORE)).unwrap();
    let Ran { code, out, err } = run(&["schedule", "-f", text(&folder.join("hub.yml")), "--plugins", text(folder)]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains(says), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
}

#[test]
fn nothing_is_decided_without_one_of_them() {
    let bytes = guest().bytes();
    let good = document(&bytes, "");
    let with = |name: &str, wasm: &[u8], document: &str| {
        folder(name, &[("demo.wasm", wasm), ("plugin.yaml", document.as_bytes())])
    };
    refused(
        &with("decide-cut", &bytes[..bytes.len() / 2], &good),
        "plugin.yaml: WasmPlugin demo: spec.source.file.sha256: must be",
    );
    let misspelt = good.replace("path:", "pat:");
    refused(
        &with("decide-misspelt", &bytes, &misspelt),
        "WasmPlugin demo: spec.source.file.pat: there is no such field, only path, sha256",
    );
    let gone = good.replace("demo.wasm", "gone.wasm");
    refused(&with("decide-gone", &bytes, &gone), "gone.wasm: there is no such file");
    refused(&with("decide-none", &bytes, ""), "holds no document of kind WasmPlugin");
    let picky =
        guest().with("init", "(if (i32.gt_u (local.get $length) (i32.const 2)) (then unreachable)) (i32.const 0x1c0)");
    let picky = picky.bytes();
    let spec = document(&picky, ", settings: {good: 11, bad: {a: 1}}");
    refused(&with("decide-picky", &picky, &spec), "WasmPlugin demo: `init` trapped");
}

#[test]
fn an_upstream_profile_has_none() {
    let folder = demo("decide-upstream", "");
    fs::write(folder.join("hub.yaml"), hub(BY_SCORE)).unwrap();
    let hub = folder.join("hub.yaml");
    let args = ["schedule", "-f", text(&hub), "--plugins", text(&folder), "--profile", "upstream", "-o", "json"];
    let ran = run(&args);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.err.contains("warning: --plugins: profile `upstream` is as upstream, which has no plugins"),
        "{}",
        ran.err
    );
    assert!(ran.out.contains("\"clusterName\": \"a\""), "{}", ran.out);
}
