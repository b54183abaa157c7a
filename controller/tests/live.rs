//! What is read from a hub answers as the files do that it was made of.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path as Segments, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

const NOW: &str = "2026-03-03T00:00:00Z";
const GROUP: &str = "cluster.open-cluster-management.io";
const EXAMPLE: &str = "examples/quickstart";

/// Lists by resource; what is not in it is not served.
type Lists = BTreeMap<String, Vec<Value>>;

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn placewright(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_placewright"));
    command.current_dir(top()).stdin(Stdio::null()).args(args).env_remove("KUBECONFIG");
    command
}

/// Standard output and error of a run that must end with this exit code.
#[track_caller]
fn run(args: &[&str], exit: i32) -> (String, String) {
    let Output { status, stdout, stderr } = placewright(args).output().unwrap();
    let [stdout, stderr] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(status.code(), Some(exit), "{stderr}");
    (stdout, stderr)
}

/// A folder of its own for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The objects of the quick start as a hub lists them.
fn quickstart() -> Lists {
    let resources = ["placements", "placementdecisions", "managedclusters", "managedclustersets"];
    let resources = resources.into_iter().chain(["managedclustersetbindings", "addonplacementscores"]);
    let mut lists: Lists = resources.map(|resource| (resource.to_owned(), Vec::new())).collect();
    for entry in fs::read_dir(top().join(EXAMPLE)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let text = fs::read_to_string(path).unwrap();
            for document in text.split("---\n").filter(|document| !document.is_empty()) {
                let object: Value = serde_saphyr::from_str(document).unwrap();
                let resource = format!("{}s", object["kind"].as_str().unwrap().to_lowercase());
                lists.get_mut(&resource).unwrap().push(object);
            }
        }
    }
    lists
}

async fn list(
    State(lists): State<Arc<Lists>>,
    Segments((_, resource)): Segments<(String, String)>,
) -> (StatusCode, String) {
    match lists.get(&resource) {
        Some(items) => (StatusCode::OK, json!({"metadata": {"resourceVersion": "1"}, "items": items}).to_string()),
        None => (StatusCode::NOT_FOUND, json!({"kind": "Status", "code": 404, "message": "no"}).to_string()),
    }
}

/// A hub on loopback that lists these, for as long as the test runs; the path of a kubeconfig for it.
fn serve(name: &str, lists: Lists) -> String {
    let (sender, address) = std::sync::mpsc::channel::<SocketAddr>();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let app = Router::new().route(&format!("/apis/{GROUP}/{{version}}/{{resource}}"), axum::routing::get(list));
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, app.with_state(Arc::new(lists))).await.unwrap();
        });
    });
    let kubeconfig = folder(name).join("kubeconfig");
    let server = format!("http://{}", address.recv().unwrap());
    let context =
        |name: &str, namespace: &str| json!({"name": name, "context": {"cluster": "c", "namespace": namespace}});
    let text = json!({"current-context": "fleet", "clusters": [{"name": "c", "cluster": {"server": server}}],
        "contexts": [context("fleet", "default"), context("shop", "shop")]});
    fs::write(&kubeconfig, text.to_string()).unwrap();
    kubeconfig.to_string_lossy().into_owned()
}

#[test]
fn a_hub_answers_as_its_files_do() {
    let hub = serve("answers", quickstart());
    for command in [vec!["schedule", "-A"], vec!["diff", "-A"], vec!["explain", "-A", "checkout"]] {
        let args = [&command[..], &["--now", NOW, "-o", "json"]].concat();
        let exit = placewright(&[&args[..], &["-f", EXAMPLE]].concat()).output().unwrap().status.code().unwrap();
        let (want, _) = run(&[&args[..], &["-f", EXAMPLE]].concat(), exit);
        assert_eq!(run(&[&args[..], &["--kubeconfig", &hub]].concat(), exit).0, want, "{command:?}");
    }
    let (measured, _) = run(&["bench", "--kubeconfig", &hub, "--rounds", "1", "-o", "json"], 0);
    assert!(measured.contains("\"clusters\""), "{measured}");
}

#[test]
fn a_snapshot_answers_as_the_hub_does() {
    let hub = serve("snapshots", quickstart());
    let args = ["-A", "--now", NOW, "-o", "json"];
    let (want, _) = run(&[&["schedule", "--kubeconfig", &hub], &args[..]].concat(), 0);
    let lines = run(&["snapshot", "--kubeconfig", &hub], 0).0;
    assert_eq!(lines.lines().count(), quickstart().values().map(Vec::len).sum::<usize>());
    let folder = folder("snapshot-files");
    for name in ["hub.json", "hub.json.gz", "hub.jsonl", "hub.jsonl.gz"] {
        let path = folder.join(name).to_string_lossy().into_owned();
        assert_eq!(run(&["snapshot", "--kubeconfig", &hub, "--to", &path], 0), (String::new(), String::new()));
        assert_eq!(run(&[&["schedule", "-f", &path], &args[..]].concat(), 0).0, want, "{name}");
        match name {
            "hub.jsonl" => assert_eq!(fs::read_to_string(&path).unwrap(), lines),
            "hub.json" => {
                let list: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                let items = list["items"].as_array().unwrap();
                assert_eq!(items.iter().map(|item| format!("{item}\n")).collect::<String>(), lines);
            }
            _ => assert!(fs::read(&path).unwrap().starts_with(&[0x1f, 0x8b]), "{name}"),
        }
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), 4, "nothing else is left there");
}

#[test]
fn the_namespace_is_the_contexts() {
    let hub = serve("namespaces", quickstart());
    let schedule = |rest: &[&str], exit| {
        run(&[&["schedule", "--now", NOW, "-o", "name", "--kubeconfig", &hub], rest].concat(), exit)
    };
    let (shop, _) = schedule(&["-n", "shop"], 0);
    assert!(shop.contains("/checkout\n"), "{shop}");
    assert_eq!(schedule(&["--context", "shop"], 0).0, shop);
    let (nothing, said) = schedule(&[], 0);
    assert_eq!(nothing, "");
    assert!(said.contains("in namespace `default`, which is the context's: -n names another, -A all"), "{said}");
    let checkout = schedule(&["shop/checkout"], 0).0;
    assert!(!checkout.is_empty());
    assert_eq!(schedule(&["checkout", "-A"], 0).0, checkout);
    schedule(&["checkout"], 1);
}

#[test]
fn without_a_kind_nothing_is_answered() {
    let mut lists = quickstart();
    lists.remove("addonplacementscores").unwrap();
    let hub = serve("incomplete", lists);
    let path = folder("incomplete-file").join("hub.json");
    fs::write(&path, "before").unwrap();
    let want = format!(
        "error: fleet: addonplacementscores are not served in {GROUP}/v1alpha1: is Open Cluster Management installed on this hub?\n"
    );
    let to = path.to_string_lossy();
    for args in [vec!["snapshot", "--to", &*to], vec!["schedule", "-A"], vec!["diff", "-A"], vec!["bench"]] {
        assert_eq!(run(&[&args[..], &["--kubeconfig", &hub]].concat(), 1), (String::new(), want.clone()), "{args:?}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
}

#[test]
fn a_hub_that_does_not_answer() {
    let kubeconfig = serve("silent", Lists::new());
    // A port that was just given back.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let text = fs::read_to_string(&kubeconfig).unwrap();
    let server = text.split("127.0.0.1:").nth(1).unwrap().split('"').next().unwrap().to_owned();
    fs::write(&kubeconfig, text.replace(&server, &port.to_string())).unwrap();
    let (out, said) = run(&["schedule", "--kubeconfig", &kubeconfig], 1);
    assert_eq!(out, "");
    assert!(said.starts_with("error: fleet: ") && said.to_lowercase().contains("connection refused"), "{said}");
}
