//! What must not change an answer: a second evaluation, order, format, packing, threads, terminal (OUT-3, FILE-4).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: &str = "2026-03-03T00:00:00Z";

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn placewright() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_placewright"));
    command.current_dir(top()).stdin(Stdio::null());
    command
}

/// Standard output of a run that must end with this exit code.
#[track_caller]
fn stdout(command: &mut Command, exit: i32) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert_eq!(status.code(), Some(exit), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// A folder of its own for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The documents of the quick start, as text.
fn documents() -> Vec<String> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(top().join("examples/quickstart")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    let text: Vec<String> = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    text.concat().split("---\n").filter(|document| !document.is_empty()).map(str::to_owned).collect()
}

/// The same as values.
fn objects() -> Vec<Value> {
    documents().iter().map(|document| serde_saphyr::from_str(document).unwrap()).collect()
}

fn is_state(object: &Value) -> bool {
    ["Placement", "PlacementDecision"].contains(&object["kind"].as_str().unwrap())
}

fn answer_for(name: &str, files: &[(&str, Vec<u8>)]) -> String {
    let folder = folder(name);
    for (file, bytes) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    stdout(placewright().args(["schedule", "--now", NOW, "-o", "json", "-f"]).arg(folder), 0)
}

fn expected() -> String {
    stdout(placewright().args(["schedule", "-f", "examples/quickstart", "--now", NOW, "-o", "json"]), 0)
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn the_quick_start_is_a_fixed_point() {
    let answer: Value = serde_json::from_str(&expected()).unwrap();
    let recorded: Vec<Value> = objects().into_iter().filter(is_state).collect();
    for object in answer["items"].as_array().unwrap() {
        let same = |it: &&Value| {
            ["name", "namespace"].iter().all(|key| it["metadata"][key] == object["metadata"][key])
                && it["kind"] == object["kind"]
        };
        let before = recorded.iter().find(same).unwrap();
        assert_eq!(before["status"], object["status"]);
        assert_eq!(before["metadata"], object["metadata"]);
    }
    assert_eq!(answer["items"].as_array().unwrap().len(), recorded.len());
}

#[test]
fn what_was_answered_is_answered_again() {
    let others = objects().into_iter().filter(|object| !is_state(object));
    let list = json!({"apiVersion": "v1", "kind": "List", "items": others.collect::<Vec<_>>()});
    let answer = expected();
    let files = [("others.json", list.to_string().into_bytes()), ("answer.json", answer.clone().into_bytes())];
    assert_eq!(answer_for("again", &files), answer);
}

/// Placements that no server has seen yet have no uid for their slices to name.
#[test]
fn an_answer_for_manifests_is_answered_again() {
    let mut manifests: Vec<Value> =
        objects().into_iter().filter(|object| object["kind"] != "PlacementDecision").collect();
    for manifest in manifests.iter_mut().filter(|manifest| is_state(manifest)) {
        manifest["metadata"].as_object_mut().unwrap().retain(|key, _| ["name", "namespace"].contains(&key.as_str()));
        manifest.as_object_mut().unwrap().remove("status");
    }
    let as_file =
        |objects: &[&Value]| json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string().into_bytes();
    let first = answer_for("manifests", &[("all.json", as_file(&manifests.iter().collect::<Vec<_>>()))]);
    let others = as_file(&manifests.iter().filter(|object| !is_state(object)).collect::<Vec<_>>());
    let again = answer_for("manifests", &[("others.json", others), ("answer.json", first.into_bytes())]);
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["items"].as_array().unwrap().len(), objects().into_iter().filter(is_state).count());
}

#[test]
fn the_answer_as_yaml_is_the_answer() {
    let yaml = stdout(placewright().args(["schedule", "-f", "examples/quickstart", "--now", NOW, "-o", "yaml"]), 0);
    let others: Vec<String> =
        documents().into_iter().filter(|d| !is_state(&serde_saphyr::from_str(d).unwrap())).collect();
    let files = [("others.yaml", others.join("---\n").into_bytes()), ("answer.yml", yaml.into_bytes())];
    assert_eq!(answer_for("as-yaml", &files), expected());
}

#[test]
fn formats_and_packing_change_nothing() {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects()}).to_string();
    let lines: String = objects().iter().map(|object| format!("{object}\n")).collect();
    let yaml = documents().join("---\n");
    let carriage = yaml.replace('\n', "\r\n");
    for (name, files) in [
        ("list", vec![("hub.json", list.clone().into_bytes())]),
        ("lines", vec![("hub.jsonl", lines.clone().into_bytes())]),
        ("packed", vec![("a/hub.jsonl.gz", gzipped(lines.as_bytes()))]),
        ("packed-yaml", vec![("b/c/hub.yml.gz", gzipped(yaml.as_bytes()))]),
        ("carriage", vec![("hub.yaml", format!("\u{feff}%YAML 1.2\r\n---\r\n{carriage}...\r\n").into_bytes())]),
        ("twice", vec![("one.json", list.clone().into_bytes()), ("two.jsonl", lines.into_bytes())]),
        ("beside", vec![("hub.json", list.into_bytes()), ("notes.txt", b"not read".to_vec())]),
    ] {
        assert_eq!(answer_for(name, &files), expected(), "{name}");
    }
}

#[test]
fn standard_input_is_a_file() {
    let mut child = placewright()
        .args(["schedule", "-f", "-", "--now", NOW, "-o", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(documents().join("---\n").as_bytes()).unwrap();
    let Output { status, stdout, .. } = child.wait_with_output().unwrap();
    assert!(status.success());
    assert_eq!(String::from_utf8(stdout).unwrap(), expected());
}

#[cfg(unix)]
#[test]
fn links_in_folders_end() {
    let folder = folder("links");
    fs::write(folder.join("hub.yaml"), documents().join("---\n")).unwrap();
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, folder.join(from)).unwrap();
    link(".", "again");
    link("hub.yaml", "same.yaml");
    link("nowhere", "lock");
    fs::create_dir(folder.join(".hidden")).unwrap();
    fs::write(folder.join(".hidden/not-an-object.yaml"), "a: 1").unwrap();
    let args = ["schedule", "--now", NOW, "-o", "json", "-f"];
    assert_eq!(stdout(placewright().args(args).arg(&folder), 0), expected());
}

#[test]
fn threads_time_zone_and_terminal_change_nothing() {
    for output in ["table", "wide", "json", "yaml", "name"] {
        let run = |variables: &[(&str, &str)]| {
            let args = ["schedule", "-f", "examples/quickstart", "--now", NOW, "-o", output];
            stdout(placewright().args(args).envs(variables.iter().copied()), 0)
        };
        let want = run(&[]);
        assert_eq!(run(&[("RAYON_NUM_THREADS", "1"), ("TZ", "Asia/Kolkata")]), want);
        assert_eq!(
            run(&[("RAYON_NUM_THREADS", "7"), ("COLUMNS", "20"), ("TERM", "dumb"), ("LC_ALL", "tr_TR.UTF-8")]),
            want
        );
    }
}

/// Law 5: every cluster has one fate, and those that are selected are those that are written.
#[test]
fn explain_tells_what_schedule_writes() {
    for file in ["examples/quickstart", "controller/tests/worlds/moved.yaml", "controller/tests/worlds/timed.yaml"] {
        for profile in ["default", "upstream"] {
            let arguments = ["-f", file, "--profile", profile, "--now", NOW, "-o", "json", "--quiet"];
            let list: Value = serde_json::from_str(&stdout(placewright().arg("schedule").args(arguments), 0)).unwrap();
            let items = list["items"].as_array().unwrap();
            for placement in items.iter().filter(|item| item["kind"] == "Placement") {
                let name =
                    |of: &Value| format!("{}/{}", of["namespace"].as_str().unwrap(), of["name"].as_str().unwrap());
                let key = name(&placement["metadata"]);
                let owned = |slice: &&Value| {
                    slice["metadata"]["labels"]["cluster.open-cluster-management.io/placement"]
                        == placement["metadata"]["name"]
                };
                let slices = items.iter().filter(|item| item["kind"] == "PlacementDecision").filter(owned);
                let written: BTreeSet<&str> = slices
                    .flat_map(|slice| slice["status"]["decisions"].as_array().into_iter().flatten())
                    .map(|decision| decision["clusterName"].as_str().unwrap())
                    .collect();
                let told = stdout(placewright().args(["explain", &key]).args(arguments), 0);
                let told: Value = serde_json::from_str(&told).unwrap();
                let clusters = told["clusters"].as_array().unwrap();
                let names: BTreeSet<&str> = clusters.iter().map(|it| it["cluster"].as_str().unwrap()).collect();
                assert_eq!(names.len(), clusters.len(), "{key}");
                let selected = clusters.iter().filter(|it| it["fate"] == "Selected");
                assert_eq!(
                    selected.map(|it| it["cluster"].as_str().unwrap()).collect::<BTreeSet<_>>(),
                    written,
                    "{key}"
                );
            }
        }
    }
}

#[test]
fn a_missing_file_answers_nothing() {
    for command in ["schedule", "diff"] {
        let args = [command, "-f", "examples/quickstart", "-f", "missing.yaml"];
        assert_eq!(stdout(placewright().args(args), 1), "", "{command}");
    }
}

#[test]
fn a_broken_pipe_is_no_error() {
    for command in [vec!["schedule"], vec!["diff"], vec!["explain", "checkout"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let args = [command, vec!["-f", "examples/quickstart"]].concat();
        let status = placewright().args(&args).stdout(writer).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(0), "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn kubectl_finds_it_by_name() {
    let link = folder("plugin").join("kubectl-placewright");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_placewright"), &link).unwrap();
    let help = stdout(Command::new(link).arg("--help"), 0);
    assert!(help.contains("Usage: kubectl placewright <COMMAND>"), "{help}");
}

/// Documents that are refused, each for another cause.
const BAD: [&str; 7] = [
    "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {name: bad, namespace: shop}\nspec: {numberOfClusters: two}\n",
    "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {namespace: shop}\nspec: {}\n",
    "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placment\nmetadata: {name: bad}\n",
    "apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {name: bad, labels: {a: 1}}\n",
    "apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nkind: ManagedCluster\nmetadata: {name: bad}\n",
    "a scalar\n",
    "{unclosed: [\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn order_changes_nothing(documents in Just(documents()).prop_shuffle(), cut in 0..100_usize) {
        let (one, two) = documents.split_at(cut * documents.len() / 100);
        let files = [("b.yaml", one.join("---\n").into_bytes()), ("a.yaml", two.join("---\n").into_bytes())];
        prop_assert_eq!(answer_for("order", &files), expected());
    }

    #[test]
    fn bad_objects_hide_no_other(
        bad in proptest::sample::subsequence(BAD.to_vec(), 1..=BAD.len()),
        at in proptest::collection::vec(any::<proptest::sample::Index>(), BAD.len()),
    ) {
        let mut all = documents();
        for (bad, at) in bad.into_iter().zip(at) {
            all.insert(at.index(all.len() + 1), bad.to_owned());
        }
        let path = folder("bad").join("hub.yaml");
        fs::write(&path, all.join("---\n")).unwrap();
        let args = ["schedule", "--now", NOW, "-o", "json", "-f"];
        prop_assert_eq!(stdout(placewright().args(args).arg(path), 1), expected());
    }
}
