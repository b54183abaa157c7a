//! A controller that is stopped, started again and taken over from; a hub whose store is silent. Each on a hub of its
//! own.

use std::time::Duration;

use anyhow::Result;
use controller::hub::Ended;
use hub::real::{Crds, Hub, Options};
use serde_json::json;
use tokio::time::sleep;

use super::running::Running;
use super::stage::Stage;

async fn hub() -> Result<Hub> {
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

#[tokio::test]
async fn a_restart_writes_nothing_if_nothing_changed() -> Result<()> {
    let hub = hub().await?;
    let first = Running::start(&hub, "first").await?;
    let stage = decided(&hub).await?;
    stage.settled().await?;
    let before = stage.state("p").await?;
    assert_eq!(first.stop().await?, Ended::Stopped);
    let second = Running::start(&hub, "second").await?;
    stage.settled().await?;
    assert_eq!(stage.state("p").await?.versions(), before.versions());
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
    let hub = hub().await?;
    let running = Running::start(&hub, "alone").await?;
    let stage = decided(&hub).await?;
    stage.settled().await?;
    let before = stage.state("p").await?;
    hub.etcd().pause()?;
    sleep(Duration::from_secs(30)).await;
    hub.etcd().resume()?;
    hub.ready().await?;
    stage.settled().await?;
    assert_eq!(stage.state("p").await?.versions(), before.versions());
    stage.clusters(&["c"], &json!({})).await?;
    stage.decided("p", &[&["a", "b", "c"]]).await?;
    assert_eq!(running.stop().await?, Ended::Stopped, "it kept its lease");
    Ok(())
}
