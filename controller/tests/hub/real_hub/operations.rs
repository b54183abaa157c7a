//! A controller that is stopped, started again and taken over from; a hub whose store is silent or gone. Each on a hub of
//! its own.

use std::time::Duration;

use anyhow::Result;
use controller::hub::Ended;
use hub::real::{Crds, Hub, Options};
use serde_json::json;
use tokio::time::sleep;

use super::running::Running;
use super::stage::Stage;

/// A hub for one test.
pub async fn hub() -> Result<Hub> {
    Hub::start(Options { crds: Crds::upstreams_if_there(), garbage_collector: false }).await
}

/// Two clusters that a placement `p` selects.
async fn decided(hub: &Hub) -> Result<Stage> {
    let stage = Stage::on(hub, "apps").await?;
    stage.clusters(&["a", "b"], &json!({})).await?;
    stage.place("p", json!({})).await?;
    stage.decided("p", &[&["a", "b"]]).await?;
    Ok(stage)
}

/// The writes so far, refused ones too; those for witnesses apart.
fn written(hub: &Hub) -> Result<usize> {
    Ok(hub.asked()?.iter().filter(|asked| asked.is_decision() && asked.name.starts_with('p')).count())
}

#[tokio::test]
async fn a_restart_writes_nothing_if_nothing_changed() -> Result<()> {
    let hub = hub().await?;
    let first = Running::start(&hub, "first").await?;
    let stage = decided(&hub).await?;
    stage.settled().await?;
    let (before, written) = (stage.state("p").await?, written(&hub)?);
    assert_ne!(written, 0);
    assert_eq!(first.stop().await?, Ended::Stopped);
    let second = Running::start(&hub, "second").await?;
    stage.settled().await?;
    assert_eq!(stage.state("p").await?.versions(), before.versions());
    assert_eq!(self::written(&hub)?, written, "not even something that changes nothing");
    assert_eq!(second.stop().await?, Ended::Stopped);
    Ok(())
}

#[tokio::test]
async fn what_changed_while_nobody_ran_is_decided_after_the_start() -> Result<()> {
    let hub = hub().await?;
    let first = Running::start(&hub, "first").await?;
    let stage = decided(&hub).await?;
    first.stop().await?;
    stage.clusters(&["c"], &json!({})).await?;
    stage.delete("ManagedCluster", &stage.cluster("a")).await?;
    stage.place("new", json!({})).await?;
    let _second = Running::start(&hub, "second").await?;
    stage.decided("p", &[&["b", "c"]]).await?;
    stage.decided("new", &[&["b", "c"]]).await?;
    Ok(())
}

#[tokio::test]
async fn a_standby_takes_over_from_a_leader_that_stops() -> Result<()> {
    let hub = hub().await?;
    let leader = Running::start(&hub, "leader").await?;
    let stage = decided(&hub).await?;
    stage.settled().await?;
    let before = stage.state("p").await?;
    let _standby = Running::start(&hub, "standby").await?;
    leader.stop().await?;
    // The witness of this is decided by the standby.
    stage.settled().await?;
    assert_eq!(stage.state("p").await?.versions(), before.versions(), "nothing is written twice");
    Ok(())
}

#[tokio::test]
async fn etcd_may_be_silent_for_half_a_minute() -> Result<()> {
    goes_on_after(|hub| hub.etcd().pause(), |hub| hub.etcd().resume()).await
}

#[tokio::test]
async fn etcd_may_be_gone_for_half_a_minute() -> Result<()> {
    goes_on_after(|hub| hub.etcd().kill(), Hub::restart_etcd).await
}

async fn goes_on_after(down: impl Fn(&Hub) -> Result<()>, up: impl Fn(&Hub) -> Result<()>) -> Result<()> {
    let hub = hub().await?;
    let running = Running::start(&hub, "alone").await?;
    let stage = decided(&hub).await?;
    stage.settled().await?;
    let before = stage.state("p").await?;
    down(&hub)?;
    sleep(Duration::from_secs(30)).await;
    up(&hub)?;
    hub.ready().await?;
    stage.settled().await?;
    assert_eq!(stage.state("p").await?.versions(), before.versions());
    stage.clusters(&["c"], &json!({})).await?;
    stage.decided("p", &[&["a", "b", "c"]]).await?;
    assert_eq!(running.stop().await?, Ended::Stopped, "it kept its lease");
    Ok(())
}
