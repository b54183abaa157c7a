//! A hub to try things on, until Ctrl-C: `hub [EXAMPLE CONTROLLER]`. `cargo xtask hub up` runs it.

use std::{collections::BTreeSet, env, path::Path, process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};
use hub::real::{Crds, Hub, NAMESPACE, Options, Program, manifests};
use serde_json::{Value, json};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::{sleep, timeout},
};

/// How long it may take to hand the lease back.
const DRAINED_WITHIN: Duration = Duration::from_secs(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("hub: {why:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stopped = async {
        tokio::select! {
            _ = interrupted.recv() => (),
            _ = terminated.recv() => (),
        }
    };
    let given: Vec<String> = env::args().skip(1).collect();
    match given.as_slice() {
        [] => up(None, stopped).await,
        [example, controller] => up(Some((Path::new(example), Path::new(controller))), stopped).await,
        _ => bail!("usage: hub [EXAMPLE CONTROLLER]"),
    }
}

/// Starts all and keeps it until `stopped`, which may also come while it starts.
async fn up(demo: Option<(&Path, &Path)>, stopped: impl Future<Output = ()>) -> Result<()> {
    tokio::pin!(stopped);
    let (hub, mut controller) = tokio::select! {
        started = start(demo) => started?,
        () = &mut stopped => return Ok(()),
    };
    println!("KUBECONFIG={}", hub.admin().display());
    eprintln!("the hub is ready; logs are in {}; Ctrl-C ends it", hub.folder().display());
    tokio::select! {
        ended = watch(&hub, &mut controller) => ended,
        () = &mut stopped => {
            if let Some(controller) = &mut controller {
                drain(controller).await?;
            }
            Ok(())
        }
    }
}

async fn start(demo: Option<(&Path, &Path)>) -> Result<(Hub, Option<Program>)> {
    eprintln!("starting etcd, kube-apiserver and kube-controller-manager");
    let hub = Hub::start(Options { crds: Crds::Ours, garbage_collector: true }).await?;
    let Some((example, controller)) = demo else { return Ok((hub, None)) };
    eprintln!("loading {}", example.display());
    manifests::apply(&hub.client().await?, &loaded(example)?).await?;
    eprintln!("starting the controller");
    let flags = [
        format!("--kubeconfig={}", hub.as_our_role().await?.display()),
        format!("--namespace={NAMESPACE}"),
        "--listen=127.0.0.1:0".to_owned(),
    ];
    let arguments = ["controller".to_owned()].into_iter().chain(flags).collect();
    let controller = hub.run("controller", controller, arguments)?;
    Ok((hub, Some(controller)))
}

/// The example's objects with the namespaces they are in, and nothing that the controller is to find out.
fn loaded(example: &Path) -> Result<Vec<Value>> {
    let mut objects = manifests::read(example)?;
    objects.retain(|object| object["kind"] != "PlacementDecision");
    for placement in objects.iter_mut().filter(|object| object["kind"] == "Placement") {
        placement.as_object_mut().context("a Placement that is no object")?.remove("status");
    }
    let named = objects.iter().filter_map(|object| object["metadata"]["namespace"].as_str());
    let namespaces: BTreeSet<&str> = named.collect();
    let namespace = |name: &&str| json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
    Ok(namespaces.iter().map(namespace).chain(objects.iter().cloned()).collect())
}

/// Returns when one of the processes has ended by itself.
async fn watch(hub: &Hub, controller: &mut Option<Program>) -> Result<()> {
    loop {
        hub.etcd().still_runs()?;
        hub.server().still_runs()?;
        if let Some(controller) = controller {
            controller.still_runs()?;
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// Lets the controller finish; whoever takes longer is killed with the hub.
async fn drain(controller: &mut Program) -> Result<()> {
    controller.terminate()?;
    let ended = async {
        while controller.still_runs().is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    if timeout(DRAINED_WITHIN, ended).await.is_err() {
        eprintln!("the controller did not end within {} s", DRAINED_WITHIN.as_secs());
    }
    Ok(())
}
