//! One run: a scenario on the double, a controller beside it, faults on the way, and then peace.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use controller::hub::{Candidate, Clock, Controller, Ended, Files, Mode, Settings, Timings};
use controller::metrics::Metrics;
use controller::preflight;
use hub::double::{Chance, Double, Exchange};
use kube_text::Time;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::judge::{self, End, Phase};
use crate::scenario::{Change, NAMESPACE, Scenario};
use crate::schedule::Schedule;
use crate::stage::{Stage, play};

/// All clients that are controllers are called this, and a number.
pub const CLIENT: &str = "placewright";
/// How long after a process ends the next one starts.
const RESTART: Duration = Duration::from_secs(4);
/// How long a step may settle before the next.
const SETTLE: Duration = Duration::from_secs(30);
/// An audit finds a lost event within 5 minutes; a rival's lease and a restart come on top.
const REPAIR: Duration = Duration::from_secs(5 * 60 + 150);
/// Nothing decided is written for so long: it is quiet.
const QUIET: Duration = Duration::from_secs(120);
/// So many times longer it may take: retries are at most minutes apart.
const QUIET_TRIES: u32 = 10;

/// What came of a run.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What was wrong; empty: nothing.
    pub problems: Vec<String>,
    /// How many decision writes were asked for before the peace.
    pub writes: u32,
    /// What was selected when each phase ended.
    pub phases: Vec<Phase>,
    /// The most requests within 10 s.
    pub busiest: usize,
}

/// The double's clock as the controller's.
#[derive(Debug)]
struct Simulated {
    double: Double,
    newest: Arc<Mutex<i128>>,
}

impl Clock for Simulated {
    fn now(&self) -> Time {
        let now = self.double.now();
        let mut newest = self.newest.lock().unwrap();
        *newest = now.max(*newest);
        Time::from_unix_nanos(now)
    }
}

/// A controller's process.
struct Process {
    name: String,
    task: JoinHandle<anyhow::Result<Ended>>,
}

struct Run<'a> {
    scenario: &'a Scenario,
    double: Double,
    began: Instant,
    chance: Chance,
    /// The newest time that this process was told: an engine's time never goes back.
    newest: Arc<Mutex<i128>>,
    process: Process,
    started: u32,
    ends: Vec<End>,
}

impl Stage for Run<'_> {
    async fn apply(&mut self, change: &Change) {
        change.apply(&self.double);
        let pause = self.chance.below(3);
        self.pass(Duration::from_millis(pause)).await;
    }

    async fn settle(&mut self, more: Duration) -> Phase {
        self.pass(SETTLE + more).await;
        self.double.look(judge::phase)
    }
}

/// Runs a scenario under a schedule, and for so many steps of nothing but heartbeats. `calm`: what came of a run without
/// faults.
pub fn run(scenario: &Scenario, schedule: &Schedule, steps: u32, calm: Option<&Verdict>) -> Verdict {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut run = Run::begin(scenario, schedule);
        run.go(schedule, steps, calm).await
    })
}

impl<'a> Run<'a> {
    fn begin(scenario: &'a Scenario, schedule: &Schedule) -> Run<'a> {
        let double = Double::new(schedule.seed);
        double.set_collects(true);
        double.set_page_max(7);
        scenario.start().iter().for_each(|change| change.apply(&double));
        double.expect(schedule.rules());
        let newest = Arc::new(Mutex::new(0));
        let process = start(&double, &newest, 1);
        let chance = Chance::new(schedule.seed);
        let (began, ends) = (Instant::now(), Vec::new());
        Run { scenario, double, began, chance, newest, process, started: 1, ends }
    }

    async fn go(&mut self, schedule: &Schedule, steps: u32, calm: Option<&Verdict>) -> Verdict {
        let phases = play(self.scenario, self).await;
        let writes = u32::try_from(self.decisions()).unwrap();
        self.pass(schedule.lasts()).await;
        self.double.heal();
        self.pass(REPAIR).await;
        let mut problems = Vec::new();
        if !self.quiet().await {
            problems.push(format!("still writing: {}", judge::tail(&self.double)));
        }
        let newest = *self.newest.lock().unwrap();
        let now = Time::from_unix_nanos(newest);
        problems.extend(self.double.look(|store| judge::end(store, self.scenario, now)));
        if schedule.is_none() {
            problems.extend(self.double.look(|store| judge::expected(store, self.scenario)));
        }
        problems.extend(self.heartbeats(steps).await);
        let busiest = judge::busiest(&self.double.exchanges());
        let (stays, peak) = calm.map_or((&phases, busiest), |calm| (&calm.phases, calm.busiest));
        problems.extend(judge::throughout(&self.double, stays, schedule.jumps(), peak));
        problems.extend(judge::ended(&self.double, &self.ends));
        Verdict { problems, writes, phases, busiest }
    }

    fn decisions(&self) -> usize {
        self.double.exchanges().iter().filter(|exchange| is_decision(exchange)).count()
    }

    /// Time passes; a process that ends is followed by another one.
    async fn pass(&mut self, time: Duration) {
        let until = Instant::now() + time;
        let mut killed = self.double.killed();
        killed.mark_unchanged();
        loop {
            tokio::select! {
                biased;
                ended = &mut self.process.task => {
                    let how = ended.map_err(|broken| broken.to_string());
                    let how = how.and_then(|ended| ended.map_err(|why| format!("{why:#}")));
                    self.ends.push(End { client: self.process.name.clone(), at: self.began.elapsed(), how });
                    self.restart().await;
                }
                _ = killed.changed() => self.restart().await,
                () = sleep_until(until) => return,
            }
        }
    }

    async fn restart(&mut self) {
        self.double.bury(&self.process.name);
        self.process.task.abort();
        sleep(RESTART).await;
        self.started += 1;
        // Another process knows nothing of the time that was.
        *self.newest.lock().unwrap() = 0;
        self.process = start(&self.double, &self.newest, self.started);
    }

    /// Waits until nothing was written for a while.
    async fn quiet(&mut self) -> bool {
        for _ in 0..QUIET_TRIES {
            let before = self.decisions();
            self.pass(QUIET).await;
            if self.decisions() == before {
                return true;
            }
        }
        false
    }

    /// Clusters say that they are alive, and nothing is written for it.
    async fn heartbeats(&mut self, steps: u32) -> Vec<String> {
        let before = self.double.exchanges().len();
        let clusters = self.double.look(judge::clusters);
        for step in 0..steps {
            if !clusters.is_empty() {
                let condition = json!({ "type": "ManagedClusterConditionAvailable", "status": "True", "message": step.to_string() });
                let cluster = self.chance.pick(&clusters);
                let patch = json!({
                    "kind": "ManagedCluster", "apiVersion": "cluster.open-cluster-management.io/v1",
                    "metadata": { "name": cluster }, "status": { "conditions": [condition] },
                });
                Change::Put(patch).apply(&self.double);
            }
            let wait = 200 + self.chance.below(3000);
            self.pass(Duration::from_millis(wait)).await;
        }
        let record = self.double.exchanges();
        let written = record[before..].iter().filter(|exchange| is_decision(exchange));
        written.map(|exchange| format!("written at rest: {}", judge::told(exchange))).collect()
    }
}

/// Whether one of our controllers wrote, or tried to.
pub fn is_decision(exchange: &Exchange) -> bool {
    exchange.client.starts_with(CLIENT) && exchange.is_decision()
}

/// How the controller of this name runs.
pub fn settings(name: &str) -> Settings {
    let (lease, identity) = ("placement-lock".to_owned(), name.to_owned());
    Settings {
        namespace: NAMESPACE.to_owned(),
        hostname: name.to_owned(),
        profiles: plugins::profiles(),
        files: Files::default(),
        budget: preflight::BUDGET,
        mode: Mode::Control,
        candidate: Some(Candidate { lease, identity, timings: Timings::default() }),
        rate: None,
    }
}

fn start(double: &Double, newest: &Arc<Mutex<i128>>, number: u32) -> Process {
    let name = format!("{CLIENT}-{number}");
    let settings = settings(&name);
    let clock = Simulated { double: double.clone(), newest: Arc::clone(newest) };
    let (controller, _) = Controller::new(double.client(&name), settings, Arc::new(Metrics::new()), Arc::new(clock));
    Process { name, task: tokio::spawn(controller.run(CancellationToken::new())) }
}
