//! `deploy/crds` is what `placewright crds` prints, and says what Open Cluster Management's own definitions say.
//!
//! Theirs are in `upstream.txt` as facts: names, types, limits, defaults, no sentence. Where their files lie beside the
//! checkout, the facts are held to them. `PLACEWRIGHT_BLESS=1` writes both anew.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod facts;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use facts::Facts;
use serde_json::Value;

/// Where ours differ: the fact, what they have, what we have, and why.
const DIFFERENCES: &[(&str, &str, &str, &str)] = &[(
    "placements v1beta1 .spec.spreadPolicy.spreadConstraints[].topologyKey pattern",
    r#""^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$""#,
    r#""^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$""#,
    "the same texts, written as for the keys of taints: theirs lacks a pair of brackets",
)];

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn bless() -> bool {
    std::env::var_os("PLACEWRIGHT_BLESS").is_some_and(|value| value == "1")
}

/// What the command prints, a document a kind.
fn printed() -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_placewright")).arg("crds").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().split("---\n").map(str::to_owned).collect()
}

fn parsed(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// `file` holds `text`, or holds it from now on.
#[track_caller]
fn check_fresh(file: &Path, text: &str) {
    if bless() {
        fs::write(file, text).unwrap();
    }
    let committed = fs::read_to_string(file).unwrap_or_default();
    assert!(committed == text, "{} is not fresh: run `cargo xtask bless`", file.display());
}

fn files(folder: &Path) -> BTreeSet<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn what_is_committed_is_what_is_printed() {
    let folder = top().join("deploy/crds");
    let mut want = BTreeSet::from([folder.join("kustomization.yaml")]);
    let mut listed = String::from("# All of them: kubectl apply --server-side -k deploy/crds\nresources:\n");
    for text in printed() {
        let name = format!("{}.yaml", parsed(&text)["spec"]["names"]["plural"].as_str().unwrap());
        check_fresh(&folder.join(&name), &text);
        listed += &format!("- {name}\n");
        want.insert(folder.join(name));
    }
    check_fresh(&folder.join("kustomization.yaml"), &listed);
    assert_eq!(files(&folder), want);
}

#[test]
fn ours_say_what_theirs_say() {
    let ours: Facts = printed().iter().flat_map(|text| facts::of(&parsed(text))).collect();
    let theirs = facts::read(&fs::read_to_string(top().join("controller/tests/crds/upstream.txt")).unwrap());
    let facts: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let said = |facts: &Facts, fact: &String| facts.get(fact).cloned().unwrap_or_default();
    let differ: Vec<(String, String, String)> = facts
        .into_iter()
        .map(|fact| (fact.clone(), said(&theirs, fact), said(&ours, fact)))
        .filter(|(_, theirs, ours)| theirs != ours)
        .collect();
    let explained: Vec<(String, String, String)> =
        DIFFERENCES.iter().map(|&(fact, theirs, ours, _)| (fact.into(), theirs.into(), ours.into())).collect();
    assert_eq!(differ, explained);
    // As many as there were when this was written, so that an empty file does not pass.
    assert!(theirs.len() > 450, "{}", theirs.len());
}

#[test]
fn differences_are_documented() {
    let page = fs::read_to_string(top().join("docs/compatibility.md")).unwrap();
    for (fact, _, _, why) in DIFFERENCES {
        assert!(page.contains(&format!("| `{fact}` | {why} |")), "docs/compatibility.md lacks `{fact}`: {why}");
    }
}

/// Theirs where they are at hand; without them `upstream.txt` is what there is.
#[test]
fn facts_are_those_of_the_files_beside_the_checkout() {
    let Ok(folder) = fs::read_dir(top().join("../shared/crds")) else { return };
    let group = "cluster.open-cluster-management.io";
    let documents =
        folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "yaml"));
    let documents = documents.map(|path| parsed(&fs::read_to_string(path).unwrap()));
    let facts: Facts = documents.filter(|crd| crd["spec"]["group"] == group).flat_map(|crd| facts::of(&crd)).collect();
    check_fresh(&top().join("controller/tests/crds/upstream.txt"), &facts::written(&facts));
}
