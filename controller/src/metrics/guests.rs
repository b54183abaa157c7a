//! What plugins from outside use up, as they counted it themselves.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use plugin_host::{Counted, Loaded};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
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

/// One of the counters of every plugin.
type Counter = (&'static str, &'static str, fn(&Counted) -> f64);

const COUNTERS: [Counter; 4] = [
    ("wasm_calls", "Evaluations of a plugin.", |counted| counted.evaluations as f64),
    ("wasm_call_seconds", "How long they took, together.", |counted| counted.time.as_secs_f64()),
    ("wasm_rows", "How many clusters they were about, together.", |counted| counted.rows as f64),
    ("wasm_fuel", "How much fuel they used up, together.", |counted| counted.fuel as f64),
];

impl Collector for OfGuests {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let loaded = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if loaded.is_empty() {
            return Ok(());
        }
        let counted: Vec<(String, Counted)> =
            loaded.iter().map(|loaded| (loaded.spec().name.to_string(), loaded.calls().counted())).collect();
        for (name, help, of) in COUNTERS {
            let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (plugin, counted) in &counted {
                let labels = [("plugin", plugin.as_str())];
                ConstCounter::new(of(counted)).encode(metric.encode_family(&labels)?)?;
            }
        }
        let help = "The most memory that an evaluation had, in bytes.";
        let mut metric = encoder.encode_descriptor("wasm_memory_bytes", help, None, MetricType::Gauge)?;
        for (plugin, counted) in &counted {
            let labels = [("plugin", plugin.as_str())];
            ConstGauge::new(counted.memory_bytes_max as f64).encode(metric.encode_family(&labels)?)?;
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
