//! What plugins from outside use up, as they counted it themselves.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use plugin_host::{Counted, Loaded, SECONDS};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// The plugins that decide, asked when somebody reads the metrics. Clones are one.
#[derive(Clone, Debug, Default)]
pub(super) struct OfGuests(Arc<Mutex<Vec<Arc<Loaded>>>>);

impl OfGuests {
    pub fn set(&self, loaded: Vec<Arc<Loaded>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = loaded;
    }
}

/// What is told of every plugin as one number.
type Told = (&'static str, &'static str, MetricType, fn(&Counted) -> f64);

const TOLD: [Told; 5] = [
    ("wasm_rows", "How many clusters evaluations were about, together.", MetricType::Counter, |c| c.rows as f64),
    ("wasm_fuel", "How much fuel evaluations used up, together.", MetricType::Counter, |c| c.fuel as f64),
    (
        "wasm_score_cache_hits",
        "Answers about all clusters that were known, as nothing changed that the plugin reads.",
        MetricType::Counter,
        |c| c.remembered as f64,
    ),
    ("wasm_instances", "Evaluations under way.", MetricType::Gauge, |c| c.running as f64),
    ("wasm_memory_bytes", "The most memory that an evaluation had, in bytes.", MetricType::Gauge, |c| {
        c.memory_bytes_max as f64
    }),
];

impl Collector for OfGuests {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let loaded = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if loaded.is_empty() {
            return Ok(());
        }
        let counted: Vec<(String, Counted)> =
            loaded.iter().map(|loaded| (loaded.spec().name.to_string(), loaded.calls().counted())).collect();
        for (name, help, kind, of) in TOLD {
            let mut metric = encoder.encode_descriptor(name, help, None, kind)?;
            for (plugin, counted) in &counted {
                let labels = [("plugin", plugin.as_str())];
                let family = metric.encode_family(&labels)?;
                match kind {
                    MetricType::Counter => ConstCounter::new(of(counted)).encode(family)?,
                    _ => ConstGauge::new(of(counted)).encode(family)?,
                }
            }
        }
        let help = "How long evaluations took, in seconds, by what was asked for.";
        let mut metric = encoder.encode_descriptor("wasm_call_seconds", help, None, MetricType::Histogram)?;
        for (plugin, counted) in &counted {
            for (asked, durations) in &counted.evaluations {
                let labels = [("plugin", plugin.clone()), ("fn", asked.to_string())];
                let ends = SECONDS.into_iter().chain([f64::MAX]);
                let buckets: Vec<(f64, u64)> = ends.zip(durations.counts).collect();
                let mut family = metric.encode_family(&labels)?;
                family.encode_histogram::<NoLabelSet>(durations.seconds, durations.count(), &buckets, None)?;
            }
        }
        let help = "Evaluations that failed, by reason.";
        let mut metric = encoder.encode_descriptor("wasm_traps", help, None, MetricType::Counter)?;
        for (plugin, counted) in &counted {
            for (reason, times) in &counted.failures {
                let labels = [("plugin", plugin.as_str()), ("reason", reason.label())];
                ConstCounter::new(*times as f64).encode(metric.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}
