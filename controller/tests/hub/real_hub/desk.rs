//! What a user has at the desk: kubectl, and our commands on the hub of a kubeconfig. On a hub with our own definitions.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use hub::real::{Hub, assets, manifests};
use serde_json::{Value, json};

use super::running;
use super::stage::Stage;
use super::state::GROUP;

/// Standard output and error of a command that must end with this exit code.
fn said(command: &mut Command, exit: i32) -> Result<[String; 2]> {
    let output = command.stdin(Stdio::null()).env_remove("KUBECONFIG").output()?;
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    ensure!(output.status.code() == Some(exit), "{command:?}: {}\n{}", output.status, texts.concat());
    Ok(texts)
}

/// What kubectl prints, with nothing of its own from an earlier run.
fn kubectl(hub: &Hub, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(assets()?.join("kubectl"));
    command.env("HOME", hub.folder()).arg("--kubeconfig").arg(hub.admin()).args(arguments);
    Ok(said(&mut command, 0)?[0].clone())
}

/// A command of ours on the hub that this kubeconfig names: standard output and error.
fn placewright(kubeconfig: &Path, arguments: &[&str], exit: i32) -> Result<[String; 2]> {
    said(ours().args(arguments).arg("--kubeconfig").arg(kubeconfig), exit)
}

fn ours() -> Command {
    Command::new(env!("CARGO_BIN_EXE_placewright"))
}

/// The words of the first line that has all of these.
fn row<'t>(text: &'t str, words: &[&str]) -> Result<Vec<&'t str>> {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let found = lines.into_iter().find(|line| words.iter().all(|word| line.contains(word)));
    found.with_context(|| format!("no line with {words:?} in\n{text}"))
}

/// Two groups of clusters and a placement `p` of which a part is missing.
async fn decided(hub: &Hub, namespace: &str) -> Result<Stage> {
    let stage = Stage::on(hub, namespace).await?;
    stage.clusters(&["a", "c"], &json!({ "wave": "canary" })).await?;
    stage.clusters(&["b"], &json!({})).await?;
    let canary = json!({ "labelSelector": { "matchLabels": { "wave": "canary" } } });
    let groups = json!([{ "groupName": "canary", "groupClusterSelector": canary }]);
    let strategy = json!({ "groupStrategy": { "decisionGroups": groups } });
    stage.place("p", json!({ "numberOfClusters": 5, "decisionStrategy": strategy })).await?;
    stage.decided("p", &[&["a", "c"], &["b"]]).await?;
    Ok(stage)
}

#[tokio::test]
async fn kubectl_shows_what_was_decided_and_why() -> Result<()> {
    let hub = running::ours().await?;
    let stage = decided(hub, "kubectl").await?;
    stage
        .event("p", "DecisionCreate", "Decision p-decision-2 is created with placement p in namespace kubectl")
        .await?;

    let listed = kubectl(hub, &["get", "placements,placementdecisions", "-A"])?;
    assert_eq!(row(&listed, &["REASON"])?, ["NAMESPACE", "NAME", "SUCCEEDED", "REASON", "SELECTEDCLUSTERS"]);
    let placement = format!("placement.{GROUP}/p");
    assert_eq!(row(&listed, &["kubectl", &placement])?[2..], ["False", "NotAllDecisionsScheduled", "3"]);
    assert_eq!(row(&listed, &["AGE"])?, ["NAMESPACE", "NAME", "AGE"]);
    for number in [1, 2] {
        row(&listed, &["kubectl", &format!("placementdecision.{GROUP}/p-decision-{number}")])?;
    }

    let described = kubectl(hub, &["describe", "placement", "p", "--namespace", "kubectl"])?;
    let conditions = described.split_once("Conditions:").context("no conditions")?.1;
    for (condition, reason, message) in [
        ("PlacementMisconfigured", "Succeedconfigured", "Placement configurations check pass"),
        ("PlacementSatisfied", "NotAllDecisionsScheduled", "2 cluster decisions unscheduled"),
    ] {
        row(conditions, &["Type:", condition])?;
        row(conditions, &["Reason:", reason])?;
        ensure!(conditions.contains(message), "no {message:?} in\n{described}");
    }
    row(&described, &["Decision", "Group", "Name:", "canary"])?;
    let events = described.split_once("Events:").context("no events")?.1;
    assert_eq!(row(events, &["Reason"])?, ["Type", "Reason", "Age", "From", "Message"]);
    let created = row(events, &["DecisionCreate", "p-decision-2"])?;
    assert_eq!((created[0], created.contains(&"placement-controller")), ("Normal", true), "{created:?}");
    Ok(())
}

#[tokio::test]
async fn our_program_is_a_plugin_of_kubectl() -> Result<()> {
    let hub = running::ours().await?;
    let _stage = decided(hub, "plugin").await?;
    let folder = hub.folder().join("plugins");
    fs::create_dir_all(&folder)?;
    symlink(env!("CARGO_BIN_EXE_placewright"), folder.join("kubectl-placewright"))?;
    let mut command = Command::new(assets()?.join("kubectl"));
    command.env("HOME", hub.folder()).env("PATH", folder).args([
        "placewright",
        "schedule",
        "-n",
        "plugin",
        "-o",
        "name",
    ]);
    let [names, _] = said(command.arg("--kubeconfig").arg(hub.admin()), 0)?;
    let slice = |number: u32| format!("placementdecision.{GROUP}/p-decision-{number}");
    let want = [format!("placement.{GROUP}/p"), slice(1), slice(2)];
    assert_eq!(names.lines().collect::<Vec<_>>(), want);
    Ok(())
}

/// The time that answers are asked for.
const NOW: &[&str] = &["--now", "2030-01-01T00:00:00Z", "-o", "json"];

#[tokio::test]
async fn commands_decide_what_the_controller_has_decided() -> Result<()> {
    let hub = running::ours().await?;
    let stage = decided(hub, "desk").await?;
    let reader = reader(hub, &stage).await?;
    let [compared, _] = placewright(&reader, &["diff", "-n", "desk"], 0)?;
    assert_eq!(compared, "0 of 1 placement differ\n");
    let [explained, _] = placewright(&reader, &["explain", "-n", "desk", "p"], 0)?;
    for cluster in ["desk-a", "desk-b", "desk-c"] {
        ensure!(explained.contains(cluster), "no {cluster} in\n{explained}");
    }
    let ask = |command: &'static str| [&[command, "-n", "desk"], NOW].concat();
    let [scheduled, _] = placewright(&reader, &ask("schedule"), 0)?;
    let slices: Value = serde_json::from_str(&scheduled)?;
    let of_slice = |item: &&Value| item["kind"] == "PlacementDecision";
    let decided = slices["items"].as_array().context("no items")?.iter().filter(of_slice);
    let decided: Vec<_> = decided.map(|slice| super::state::clusters(slice)).collect();
    assert_eq!(decided, [vec!["desk-a", "desk-c"], vec!["desk-b"]]);

    for name in ["hub.json", "hub.json.gz", "hub.jsonl", "hub.jsonl.gz"] {
        let path = hub.folder().join(name).to_string_lossy().into_owned();
        placewright(&reader, &["snapshot", "--to", &path], 0)?;
        let again = |command| said(ours().args(ask(command)).args(["-f", &path]), 0);
        assert_eq!(again("schedule")?[0], scheduled, "{name}");
        assert_eq!(serde_json::from_str::<Value>(&again("diff")?[0])?["differing"], json!([]), "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_may_not_read_is_told_what_it_takes() -> Result<()> {
    let hub = running::ours().await?;
    let _stage = decided(hub, "stranger").await?;
    let stranger = hub.user("desk-stranger", None)?;
    let path = hub.folder().join("stranger.json").to_string_lossy().into_owned();
    for arguments in [&["snapshot", "--to", &path][..], &["schedule"], &["explain", "p"], &["diff"]] {
        let [answer, why] = placewright(&stranger, arguments, 1)?;
        assert_eq!(answer, "");
        for resource in ["placements", "placementdecisions", "managedclusters", "addonplacementscores"] {
            let refused = format!("{resource} may not be listed: ");
            let needed = format!("what is needed is `list` on `{resource}.{GROUP}` in a ClusterRole");
            ensure!(why.contains(&refused) && why.contains(&needed), "{why}");
        }
        ensure!(why.contains("\"desk-stranger\""), "{why}");
    }
    ensure!(!Path::new(&path).exists(), "half a snapshot");
    Ok(())
}

/// Somebody who may read our kinds and nothing else.
async fn reader(hub: &Hub, stage: &Stage) -> Result<PathBuf> {
    let kinds = ["placements", "placementdecisions", "managedclusters", "managedclustersets"];
    let kinds = kinds.into_iter().chain(["managedclustersetbindings", "addonplacementscores"]);
    let rule = json!({ "apiGroups": [GROUP], "resources": kinds.collect::<Vec<_>>(), "verbs": ["list"] });
    let version = "rbac.authorization.k8s.io/v1";
    let role =
        json!({ "apiVersion": version, "kind": "ClusterRole", "metadata": { "name": "reader" }, "rules": [rule] });
    let group = "rbac.authorization.k8s.io";
    let binding = json!({
        "apiVersion": version, "kind": "ClusterRoleBinding", "metadata": { "name": "reader" },
        "roleRef": { "apiGroup": group, "kind": "ClusterRole", "name": "reader" },
        "subjects": [{ "apiGroup": group, "kind": "User", "name": "reader" }],
    });
    manifests::apply(&stage.client, &[role, binding]).await?;
    hub.user("reader", None)
}
