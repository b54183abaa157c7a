//! The controller as a process of its own, as it is deployed.

use std::path::Path;

use anyhow::{Result, ensure};
use hub::real::{Hub, NAMESPACE, Program};
use k8s_openapi::api::coordination::v1::Lease;
use kube::Api;

/// Timings that a test can wait for and a busy machine can keep.
const TIMINGS: [&str; 3] = [
    "--leader-election-lease-duration=15s",
    "--leader-election-renew-deadline=10s",
    "--leader-election-retry-period=2s",
];

/// Starts one with the least role and these flags besides, and waits until it knows the hub.
pub async fn start(hub: &Hub, name: &str, flags: &[&str]) -> Result<Program> {
    let own = [
        "controller".to_owned(),
        format!("--kubeconfig={}", hub.as_our_role().await?.display()),
        format!("--namespace={NAMESPACE}"),
        "--listen=127.0.0.1:0".to_owned(),
    ];
    let arguments = own.into_iter().chain(TIMINGS.iter().chain(flags).map(|flag| (*flag).to_owned()));
    let mut program = hub.run(name, Path::new(env!("CARGO_BIN_EXE_placewright")), arguments.collect())?;
    program.says("all watches are complete").await?;
    Ok(program)
}

/// The same, and waits until it may write.
pub async fn lead(hub: &Hub, name: &str, flags: &[&str]) -> Result<Program> {
    let mut program = start(hub, name, flags).await?;
    program.says("became leader").await?;
    Ok(program)
}

/// Waits until it has ended well, with the lease given back.
pub async fn ended_well(hub: &Hub, program: &mut Program) -> Result<()> {
    let status = program.ended().await?;
    ensure!(status.code() == Some(0), "{status}\n{}", program.log());
    let lease = lease(hub).await?.get("placement-lock").await?;
    let holder = lease.spec.and_then(|spec| spec.holder_identity).unwrap_or_default();
    ensure!(holder.is_empty(), "{holder} holds the lease\n{}", program.log());
    Ok(())
}

/// Where the lease is.
pub async fn lease(hub: &Hub) -> Result<Api<Lease>> {
    Ok(Api::namespaced(hub.client().await?, NAMESPACE))
}
