//! The queue of placements, under the names that Go's work queues have.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use scheduler_core::PlacementKey;
use tokio::time::Instant;

use super::{Counters, Gauges, Histograms, QUEUE, gauge, label};

/// What happens to the placements of the queue.
#[derive(Debug)]
pub(super) struct Work {
    depth: Gauge,
    adds: Counter,
    retries: Counter,
    waited: Histogram,
    worked: Histogram,
    moments: Arc<Moments>,
}

/// Since when each placement waits, or is being written.
#[derive(Debug, Default)]
struct Moments {
    waiting: Mutex<HashMap<PlacementKey, Instant>>,
    working: Mutex<HashMap<PlacementKey, Instant>>,
}

impl Work {
    pub fn new(registry: &mut Registry) -> Work {
        let depth: Gauges = Family::default();
        registry.register("workqueue_depth", "[ALPHA] Current depth of workqueue", depth.clone());
        let mut counter = |name: &str, help: &str| {
            let family: Counters<1> = Family::default();
            registry.register(name, help, family.clone());
            family.get_or_create_owned(&[label(QUEUE)])
        };
        let adds = counter("workqueue_adds", "[ALPHA] Placements that came into the queue");
        let retries = counter("workqueue_retries", "[ALPHA] Placements whose writes failed, to be decided again");
        let mut histogram = |name: &str, help: &str| {
            // From 10 ns, as Go has them.
            let family: Histograms<1> =
                Family::new_with_constructor(|| Histogram::new(exponential_buckets(1e-8, 10.0, 10)));
            registry.register(name, help, family.clone());
            family.get_or_create_owned(&[label(QUEUE)])
        };
        let waited = histogram("workqueue_queue_duration_seconds", "[ALPHA] How long placements waited in the queue");
        let worked = histogram("workqueue_work_duration_seconds", "[ALPHA] How long it took to write a placement");
        let moments: Arc<Moments> = Arc::default();
        registry.register_collector(Box::new(moments.clone()));
        Work { depth: depth.get_or_create_owned(&[label(QUEUE)]), adds, retries, waited, worked, moments }
    }

    pub fn depth(&self, depth: usize) {
        self.depth.set(gauge(depth));
    }

    /// Waits from now on, unless it waits already.
    pub fn added(&self, key: &PlacementKey) {
        let mut waiting = self.moments.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if !waiting.contains_key(key) {
            waiting.insert(key.clone(), Instant::now());
            self.adds.inc();
        }
    }

    /// Is being written from now on.
    pub fn began(&self, key: &PlacementKey) {
        if let Some(since) = self.moments.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(key) {
            self.waited.observe(since.elapsed().as_secs_f64());
        }
        self.moments.working.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), Instant::now());
    }

    /// Is written, or could not be.
    pub fn ended(&self, key: &PlacementKey) {
        if let Some(since) = self.moments.working.lock().unwrap_or_else(PoisonError::into_inner).remove(key) {
            self.worked.observe(since.elapsed().as_secs_f64());
        }
    }

    /// Could not be written, and is decided again.
    pub fn failed(&self, key: &PlacementKey) {
        self.ended(key);
        self.forgotten(key);
        self.retries.inc();
    }

    /// Waits no longer.
    pub fn forgotten(&self, key: &PlacementKey) {
        self.moments.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

impl Collector for Moments {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let working = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds: Vec<f64> = working.values().map(|since| since.elapsed().as_secs_f64()).collect();
        let unfinished = "[ALPHA] Seconds of writing that has not ended, of all placements together.";
        let longest = "[ALPHA] Seconds since the oldest of the writes that have not ended.";
        for (name, help, value) in [
            // Not `sum`, whose nothing is -0.
            ("workqueue_unfinished_work_seconds", unfinished, seconds.iter().fold(0.0, |all, one| all + one)),
            ("workqueue_longest_running_processor_seconds", longest, seconds.iter().copied().fold(0.0, f64::max)),
        ] {
            let metric = ConstGauge::<f64>::new(value);
            let mut described = encoder.encode_descriptor(name, help, None, metric.metric_type())?;
            metric.encode(described.encode_family(&[QUEUE])?)?;
        }
        Ok(())
    }
}
