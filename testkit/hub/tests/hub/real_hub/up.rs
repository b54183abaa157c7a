//! The program behind `cargo xtask hub up`: ready with one line, and gone without a trace however it is ended.

use std::{
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use hub::real::client;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{Instant, sleep},
};

/// A running one, and the kubeconfig it told.
async fn up() -> Result<(Child, PathBuf)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no pipe")?).lines();
    let line = lines.next_line().await?.context("it ended without a line")?;
    let kubeconfig = line.strip_prefix("KUBECONFIG=").with_context(|| line.clone())?;
    Ok((child, kubeconfig.into()))
}

fn send(child: &Child, signal: Signal) -> Result<()> {
    let id = child.id().context("it has ended")?;
    Ok(kill_process(Pid::from_raw(id.try_into()?).context("no process id")?, signal)?)
}

/// The processes whose command line names this folder.
fn processes_of(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        // A process may end while it is looked at.
        let Ok(line) = std::fs::read_to_string(entry?.path().join("cmdline")) else { continue };
        if line.contains(&*folder.to_string_lossy()) {
            found.push(line.replace('\0', " "));
        }
    }
    Ok(found)
}

async fn is_ended_by(signal: Signal) -> Result<()> {
    let (mut child, kubeconfig) = up().await?;
    let folder = kubeconfig.parent().context("no folder")?;
    ensure!(
        processes_of(folder)?.len() >= 4,
        "etcd, API server, garbage collector and watchdog: {:?}",
        processes_of(folder)?
    );
    client(&kubeconfig).await?.apiserver_version().await?;
    send(&child, signal)?;
    let status = child.wait().await?;
    // Whoever is killed cannot wait until all is gone.
    let deadline = Instant::now() + Duration::from_secs(if signal == Signal::KILL { 30 } else { 0 });
    while folder.exists() || !processes_of(folder)?.is_empty() {
        ensure!(Instant::now() < deadline, "left in {}: {:?}", folder.display(), processes_of(folder)?);
        sleep(Duration::from_millis(20)).await;
    }
    match signal {
        Signal::KILL => assert_eq!(status.signal(), Some(signal.as_raw())),
        _ => assert_eq!(status.code(), Some(0)),
    }
    Ok(())
}

#[tokio::test]
async fn ctrl_c_leaves_nothing() -> Result<()> {
    is_ended_by(Signal::INT).await
}

#[tokio::test]
async fn sigterm_leaves_nothing() -> Result<()> {
    is_ended_by(Signal::TERM).await
}

#[tokio::test]
async fn nothing_outlives_one_that_was_killed() -> Result<()> {
    is_ended_by(Signal::KILL).await
}
