//! One controller process: started as shipped, asked from outside, looked at through `/proc`.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hub::real::{NAMESPACE, Program};
use kube::{Client, Config};
use procfs::process::Process;
use procfs::ticks_per_second;
use tokio::time::sleep;

use crate::stage::Stage;

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// How long it may take to be ready.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running controller.
pub struct Controller {
    program: Program,
    /// Its way in, and what answers to it.
    asked: Client,
    /// When it was started.
    pub started: Instant,
}

impl Controller {
    /// Starts one, without a client rate.
    pub fn start(stage: &Stage) -> Result<Controller> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let arguments = vec![
            "controller".to_owned(),
            format!("--kubeconfig={}", stage.kubeconfig.display()),
            format!("--namespace={NAMESPACE}"),
            format!("--listen=127.0.0.1:{port}"),
        ];
        let mut config = Config::new(format!("https://127.0.0.1:{port}").parse()?);
        // It signs its certificate itself.
        config.accept_invalid_certs = true;
        config.default_retry = false;
        let asked = Client::try_from(config)?;
        let started = Instant::now();
        Ok(Controller { program: stage.hub.run("controller", &stage.program, arguments)?, asked, started })
    }

    /// Waits until it says that it knows the hub; when that was.
    pub async fn ready(&mut self) -> Result<Instant> {
        loop {
            let request = http::Request::get("/readyz").body(Vec::new())?;
            if self.asked.request_text(request).await.is_ok() {
                return Ok(Instant::now());
            }
            self.program.still_runs()?;
            ensure!(self.started.elapsed() < PATIENCE, "the controller is not ready");
            sleep(LOOK).await;
        }
    }

    /// CPU time of all its threads until now, and the most memory it ever had in RAM, in bytes.
    pub fn used(&self) -> Result<(Duration, u64)> {
        let id = self.program.id().context("the controller does not run")?;
        let process = Process::new(id.try_into()?)?;
        let stat = process.stat()?;
        let cpu = Duration::from_millis((stat.utime + stat.stime) * 1_000 / ticks_per_second());
        let peak = process.status()?.vmhwm.context("nobody tells its memory")?;
        Ok((cpu, peak * 1_024))
    }

    /// SIGTERM, and waits until it has ended.
    pub async fn stop(mut self) -> Result<()> {
        self.program.terminate()?;
        self.program.ended().await?;
        Ok(())
    }

    /// SIGKILL; when it was sent.
    pub fn kill(mut self) -> Result<Instant> {
        let now = Instant::now();
        self.program.kill()?;
        Ok(now)
    }
}
