//! What the controller counts (§16): upstream's metrics under upstream's names, and ours beside them.

mod guests;
mod process;
mod requests;
mod timed;
mod work;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use plugin_host::Loaded;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use scheduler_core::{PlacementKey, Plugin, Profiles};
use tokio::time::Instant;

use self::guests::OfGuests;
use self::process::OfTheProcess;
pub(crate) use self::requests::Requests;
use self::work::Work;

/// The label that all four of upstream's histograms carry.
const SCHEDULING: (&str, &str) = ("name", "placement_scheduling");
/// The label of upstream's work queue.
const QUEUE: (&str, &str) = ("name", "SchedulingController");

type Labels<const N: usize> = [(&'static str, Cow<'static, str>); N];
type Counters<const N: usize> = Family<Labels<N>, Counter>;
type Gauges<V = i64, A = std::sync::atomic::AtomicI64> = Family<Labels<1>, Gauge<V, A>>;
type Seconds = Gauges<f64, std::sync::atomic::AtomicU64>;
type Histograms<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;

/// All metrics of one process. Counting takes a lock that nobody holds for long, and no memory after the first time.
pub struct Metrics {
    registry: Registry,
    scheduling: Histogram,
    bind: Histogram,
    plugin: Histograms<3>,
    pass: Histogram,
    work: Work,
    requests: Requests,
    queue: Gauge,
    clusters: Gauge,
    placements: Gauge,
    leading: Gauge,
    writes: Counters<2>,
    events: Counters<1>,
    skipped: Counters<1>,
    repaired: Counters<1>,
    restarts: Counters<2>,
    panics: Counter,
    guests: OfGuests,
    guest_versions: Counters<2>,
    staleness: Seconds,
    /// When each kind's watch last proved to be up to date.
    proven: Mutex<BTreeMap<&'static str, Instant>>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}

impl Metrics {
    /// Everything at zero.
    #[must_use]
    pub fn new() -> Metrics {
        let mut registry = Registry::default();
        let scheduling = upstream(
            &mut registry,
            "scheduling_scheduling_duration_seconds",
            "How long in seconds it takes to schedule a placement",
        );
        let bind = upstream(
            &mut registry,
            "scheduling_bind_duration_seconds",
            "How long in seconds it takes to bind a placement to placementDecisions",
        );
        let plugin = upstream(
            &mut registry,
            "scheduling_plugin_duration_seconds",
            "How long in seconds a plugin runs for a placement",
        );
        let cel: Histograms<1> = upstream(
            &mut registry,
            "scheduling_cel_runtime_duration_seconds",
            "How long in seconds CEL expressions validation runs for a placement",
        );
        // No placement with CEL is evaluated yet; dashboards find the series all the same.
        cel.get_or_create_owned(&[label(SCHEDULING)]);
        let (work, requests) = (Work::new(&mut registry), Requests::new(&mut registry));
        registry.register_collector(Box::new(OfTheProcess));
        let guests = OfGuests::default();
        registry.register_collector(Box::new(guests.clone()));
        let leading: Gauges = Family::default();
        registry.register("leader_election_master_status", LEADING, leading.clone());
        let mut ours = Ours(&mut registry);
        let build: Gauges = ours.metric("build_info", "1, with the version of this program");
        build.get_or_create_owned(&[label(("version", env!("CARGO_PKG_VERSION")))]).set(1);
        Metrics {
            scheduling: one(&scheduling),
            bind: one(&bind),
            plugin,
            work,
            requests,
            leading: leading.get_or_create_owned(&[label(("name", ""))]),
            pass: ours.pass(),
            queue: ours.metric("queue_depth", "Placements that wait to be decided"),
            clusters: ours.metric("clusters", "Managed clusters that are known"),
            placements: ours.metric("placements", "Placements that are known"),
            writes: ours.metric("writes", "Writes to the hub, by call and result"),
            events: ours.metric("events", "Events by what became of them"),
            skipped: ours.metric("objects_skipped", "Objects that could not be read, by kind"),
            repaired: ours.metric("events_repaired", "Lost watch events that the audit made good, by kind"),
            restarts: ours.metric("watch_restarts", "Watches that began anew, by kind and reason"),
            panics: ours.metric("panics", "Panics that were caught in passes"),
            guests,
            guest_versions: ours.metric("plugin_versions", "Versions of plugins by what became of them"),
            staleness: ours.metric("watch_staleness_seconds", "Since when a watch has not proven to be up to date"),
            proven: Mutex::default(),
            registry,
        }
    }

    /// A placement was decided, groups and all; in seconds, from the start of its pass to the start of its writes.
    pub fn scheduled(&self, took: Duration) {
        self.scheduling.observe(took.as_secs_f64());
        self.pass.observe(took.as_secs_f64());
    }

    /// A decision was written, or could not be; from its first write to the end of the last.
    pub fn bound(&self, took: Duration) {
        self.bind.observe(took.as_secs_f64());
    }

    /// A call that writes was answered: which one, e.g. `patch_decision`.
    pub fn wrote(&self, call: &'static str, ok: bool) {
        let result = if ok { "success" } else { "error" };
        self.writes.get_or_create(&[label(("call", call)), label(("result", result))]).inc();
    }

    /// What became of an event: `sent`, `dropped`, `failed`.
    pub fn event(&self, result: &'static str) {
        self.events.get_or_create(&[label(("result", result))]).inc();
    }

    /// The watch of this kind has just delivered something or was found complete.
    pub fn fresh(&self, kind: &'static str) {
        self.proven.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, Instant::now());
    }

    /// An object of this kind could not be read.
    pub fn skipped(&self, kind: &'static str) {
        self.skipped.get_or_create(&[label(("kind", kind))]).inc();
    }

    /// So many events of this kind had been lost and were made good.
    pub fn repaired(&self, kind: &'static str, events: u64) {
        self.repaired.get_or_create(&[label(("kind", kind))]).inc_by(events);
    }

    /// The watch of this kind began anew.
    pub fn restarted(&self, kind: &'static str, reason: &'static str) {
        self.restarts.get_or_create(&[label(("kind", kind)), label(("reason", reason))]).inc();
    }

    /// A pass panicked.
    pub fn panicked(&self) {
        self.panics.inc();
    }

    /// How many clusters and placements are known.
    pub fn sizes(&self, clusters: usize, placements: usize) {
        self.clusters.set(gauge(clusters));
        self.placements.set(gauge(placements));
    }

    /// A placement waits to be written, if it does not already; so many are in the queue now.
    pub fn queued(&self, key: &PlacementKey, depth: usize) {
        self.work.added(key);
        self.depth(depth);
    }

    /// A placement is being written.
    pub fn began(&self, key: &PlacementKey) {
        self.work.began(key);
    }

    /// A placement is written; so many are in the queue now.
    pub fn ended(&self, key: &PlacementKey, depth: usize) {
        self.work.ended(key);
        self.depth(depth);
    }

    /// A placement could not be written and is decided again; so many are in the queue now.
    pub fn failed(&self, key: &PlacementKey, depth: usize) {
        self.work.failed(key);
        self.depth(depth);
    }

    /// A placement is gone; so many are in the queue now.
    pub fn forgotten(&self, key: &PlacementKey, depth: usize) {
        self.work.forgotten(key);
        self.depth(depth);
    }

    fn depth(&self, depth: usize) {
        self.queue.set(gauge(depth));
        self.work.depth(depth);
    }

    /// Counts the requests of a client to this server, told as `HOST:PORT`.
    pub(crate) fn requests(&self, server: String) -> Requests {
        self.requests.to(server)
    }

    /// Whether this process holds the lease.
    pub fn leading(&self, leads: bool) {
        self.leading.set(leads.into());
    }

    /// The same profiles, whose plugins are timed as they run.
    #[must_use]
    pub fn timed(&self, profiles: Profiles) -> Profiles {
        timed::timed(profiles, &self.plugin)
    }

    /// Plugins, timed as they run.
    #[must_use]
    pub fn timed_plugins(&self, plugins: Vec<Arc<dyn Plugin>>) -> Vec<Arc<dyn Plugin>> {
        plugins.into_iter().map(|plugin| timed::timed_plugin(plugin, &self.plugin)).collect()
    }

    /// The plugins from outside that decide now.
    pub fn plugins(&self, loaded: Vec<Arc<Loaded>>) {
        self.guests.set(loaded);
    }

    /// What became of a new version of a plugin: `admitted`, `held`, `refused`.
    pub fn plugin_came(&self, plugin: &str, result: &'static str) {
        self.guest_versions
            .get_or_create_owned(&[label(("plugin", plugin.to_owned())), label(("result", result))])
            .inc();
    }

    /// All of it in the Prometheus text format 0.0.4, as upstream prints it whatever is asked for.
    #[must_use]
    pub fn text(&self) -> String {
        for (kind, proven) in self.proven.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            self.staleness.get_or_create(&[label(("kind", *kind))]).set(proven.elapsed().as_secs_f64());
        }
        let mut text = String::new();
        // A string takes whatever is written to it.
        let _ = prometheus_text::encode(&mut text, &self.registry);
        text
    }
}

const LEADING: &str = "[ALPHA] Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 \
                       indicates master. 'name' is the string used to identify the lease. Please make sure to group by \
                       name";

fn label<V: Into<Cow<'static, str>>>((key, value): (&'static str, V)) -> (&'static str, Cow<'static, str>) {
    (key, value.into())
}

fn gauge(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// One of upstream's histograms. The registry ends every help text with a full stop.
fn upstream<const N: usize>(registry: &mut Registry, name: &str, help: &str) -> Histograms<N> {
    let family: Histograms<N> = Family::new_with_constructor(|| Histogram::new(upstream_buckets()));
    registry.register(name, format!("[ALPHA] {help}"), family.clone());
    family
}

/// Ten, a factor of ten apart, multiplied up one after the other as Go does it: that decides the last digit.
fn upstream_buckets() -> impl Iterator<Item = f64> {
    std::iter::successors(Some(1e-6), |bound| Some(bound * 10.0)).take(10)
}

fn one(family: &Histograms<1>) -> Histogram {
    family.get_or_create_owned(&[label(SCHEDULING)])
}

/// Registers metrics of our own.
struct Ours<'a>(&'a mut Registry);

impl Ours<'_> {
    fn metric<M: prometheus_client::registry::Metric + Clone + Default>(&mut self, name: &str, help: &str) -> M {
        let metric = M::default();
        self.0.register(format!("placewright_{name}"), help, metric.clone());
        metric
    }

    /// From 10 µs to 5 s, doubling.
    fn pass(&mut self) -> Histogram {
        let histogram = Histogram::new(exponential_buckets(1e-5, 2.0, 20));
        let help = "How long a pass took, without writing";
        self.0.register("placewright_pass_duration_seconds", help, histogram.clone());
        histogram
    }
}

#[cfg(test)]
mod tests;
