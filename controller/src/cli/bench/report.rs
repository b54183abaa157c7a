//! What was measured, as a table for people and as a value for programs.

use std::io::{self, Write};

use scheduler_core::PlacementKey;
use serde_json::{Value, json};

use super::super::number::{counted, thousands};
use super::super::screen::Screen;
use super::super::table::Table;
use super::measure::{Passes, Steps};

/// Everything that was measured; what was not is absent.
pub(super) struct Measured {
    pub clusters: usize,
    pub placements: usize,
    pub threads: usize,
    pub rounds: usize,
    pub decoded_bytes: u64,
    pub decode_ns: f64,
    pub apply_ns: Option<f64>,
    /// All that the index holds.
    pub bytes: Option<usize>,
    /// The same without the texts: names, keys, values.
    pub bytes_but_texts: Option<usize>,
    pub passes: Vec<(PlacementKey, Passes)>,
    pub steps: Steps,
}

const MICRO: f64 = 1e3;
const MILLI: f64 = 1e6;

impl Measured {
    /// As programs read it: `_us` is microseconds, `_ms` milliseconds; `null` is what was not measured.
    pub fn value(&self) -> Value {
        let passes = self.passes.iter().map(|(key, passes)| {
            json!({
                "namespace": key.namespace.as_str(),
                "name": key.name.as_str(),
                "cold_us": rounded(passes.cold, MICRO),
                "warm_us": rounded(passes.warm, MICRO),
                "changed_us": rounded(passes.changed, MICRO),
            })
        });
        json!({
            "clusters": self.clusters,
            "placements": self.placements,
            "threads": self.threads,
            "rounds": self.rounds,
            "decode": { "bytes": self.decoded_bytes, "us_per_cluster": rounded(Some(self.decode_ns), MICRO) },
            "index": {
                "apply_us_per_cluster": rounded(self.apply_ns, MICRO),
                "bytes_per_cluster": self.bytes_per_cluster(),
                "bytes": self.bytes,
            },
            "passes": passes.collect::<Vec<_>>(),
            "step": {
                "cold_ms": rounded(self.steps.cold, MILLI),
                "one_change_ms": rounded(self.steps.one_change, MILLI),
                "woken": self.steps.woken,
            },
        })
    }

    /// As people read it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn table(&self, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
        let heads = ["NAMESPACE", "NAME"].into_iter().fold(Table::default(), Table::text);
        let mut passes = ["COLD US", "WARM US", "CHANGED US"].into_iter().fold(heads, Table::number);
        for (key, Passes { cold, warm, changed }) in &self.passes {
            let mut row = vec![key.namespace.as_str().into(), key.name.as_str().into()];
            row.extend([cold, warm, changed].map(|ns| shown(*ns, MICRO).into()));
            passes.row(row);
        }
        let heads = ["DECODE US/CLUSTER", "DECODED BYTES", "APPLY US", "INDEX BYTES/CLUSTER", "INDEX BYTES"];
        let mut hub = heads.into_iter().fold(Table::default(), Table::number);
        let count = |number: Option<usize>| number.map_or_else(|| "-".to_owned(), thousands);
        hub.row(vec![
            shown(Some(self.decode_ns), MICRO).into(),
            thousands(self.decoded_bytes).into(),
            shown(self.apply_ns, MICRO).into(),
            count(self.bytes_per_cluster()).into(),
            count(self.bytes).into(),
        ]);
        let heads = ["STEP COLD MS", "STEP ONE CHANGE MS", "WOKEN"];
        let mut step = heads.into_iter().fold(Table::default(), Table::number);
        let Steps { cold, one_change, woken } = self.steps;
        if cold.or(one_change).is_some() {
            step.row(vec![shown(cold, MILLI).into(), shown(one_change, MILLI).into(), count(woken).into()]);
        }
        let (clusters, threads) = (counted(self.clusters, "cluster"), counted(self.threads, "thread"));
        let placements = counted(self.placements, "placement");
        writeln!(out, "{clusters}, {placements}, {threads}; medians of {}", counted(self.rounds, "round"))?;
        for table in [passes, hub, step].iter().filter(|table| !table.is_empty()) {
            writeln!(out)?;
            for line in table.lines(screen, 0) {
                writeln!(out, "{line}")?;
            }
        }
        Ok(())
    }

    fn bytes_per_cluster(&self) -> Option<usize> {
        Some(self.bytes_but_texts? / self.clusters.max(1))
    }
}

/// In another unit, to three decimals: no clock here knows more.
fn rounded(ns: Option<f64>, unit: f64) -> Option<f64> {
    ns.map(|ns| (ns / unit * 1e3).round() / 1e3)
}

fn shown(ns: Option<f64>, unit: f64) -> String {
    ns.map_or_else(|| "-".to_owned(), |ns| format!("{:.2}", ns / unit))
}
