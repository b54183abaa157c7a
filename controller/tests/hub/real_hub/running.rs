//! A controller in this process.

use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow};
use controller::hub::{Candidate, Controller, Ended, Files, Mode, Settings, SystemClock, Timings};
use controller::metrics::Metrics;
use controller::preflight;
use hub::real::{Crds, Hub, NAMESPACE, Options, client};
use tokio::runtime;
use tokio::sync::{OnceCell, oneshot};
use tokio_util::sync::CancellationToken;

/// A controller on a thread of its own, because the runtime of a test ends with it.
pub struct Running {
    stop: CancellationToken,
    ended: oneshot::Receiver<Result<Ended>>,
}

impl Running {
    /// Starts one with the least role and waits until it knows the hub.
    pub async fn start(hub: &Hub, identity: &str) -> Result<Running> {
        let (kubeconfig, stop) = (hub.as_our_role().await?, CancellationToken::new());
        let (settings, stopped) = (settings(identity), stop.clone());
        let (tell_ready, ready) = oneshot::channel();
        let (tell_ended, ended) = oneshot::channel();
        thread::spawn(move || {
            let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let ended = runtime.block_on(async {
                let metrics = Arc::new(Metrics::new());
                let (controller, handle) =
                    Controller::new(client(&kubeconfig).await?, settings, metrics, Arc::new(SystemClock));
                tokio::spawn(async move {
                    // It has no other way to tell.
                    while !handle.is_ready() {
                        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                    }
                    tell_ready.send(()).ok();
                });
                controller.run(stopped).await
            });
            tell_ended.send(ended).ok();
        });
        ready.await.context("the controller ended before it knew the hub")?;
        Ok(Running { stop, ended })
    }

    /// Stops it; why it ended.
    pub async fn stop(self) -> Result<Ended> {
        self.stop.cancel();
        self.ended.await.map_err(|_| anyhow!("the controller's thread panicked"))?
    }
}

fn settings(identity: &str) -> Settings {
    Settings {
        namespace: NAMESPACE.to_owned(),
        hostname: "hub-test".to_owned(),
        profiles: plugins::profiles(),
        files: Files::default(),
        budget: preflight::BUDGET,
        mode: Mode::Control,
        candidate: Some(Candidate {
            lease: "placement-lock".to_owned(),
            identity: identity.to_owned(),
            timings: Timings::default(),
        }),
        rate: None,
    }
}

/// Another hub that tests share, with our own definitions and a controller that runs as long as this process.
pub async fn ours() -> Result<&'static Hub> {
    static HUB: OnceCell<(Hub, Running)> = OnceCell::const_new();
    let start = async || {
        let hub = Hub::start(Options { crds: Crds::Ours, garbage_collector: false }).await?;
        let running = Running::start(&hub, "ours").await?;
        Ok::<_, anyhow::Error>((hub, running))
    };
    Ok(&HUB.get_or_try_init(start).await?.0)
}

/// The shared hub with a controller that runs as long as this process.
pub async fn shared() -> Result<&'static Hub> {
    static RUNNING: OnceCell<Running> = OnceCell::const_new();
    let hub = Hub::shared().await?;
    RUNNING.get_or_try_init(|| Running::start(hub, "shared")).await?;
    Ok(hub)
}
