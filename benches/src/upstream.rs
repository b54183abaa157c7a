//! Upstream's recorded figures, which ours are told beside.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;

const RECORDED: &str = include_str!("../upstream.toml");

/// All that is recorded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    figure: Vec<Recorded>,
    /// What no figure of ours stands beside.
    pub beside: Vec<Beside>,
}

/// Upstream's figure for one of our workloads.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The name of our figure.
    pub workload: String,
    /// What was measured, where it is not the very same.
    pub what: String,
    /// Lowest and highest recorded, milliseconds.
    pub ms: [f64; 2],
    /// What the work needs at the least, lowest and highest recorded, microseconds; absent: not recorded.
    pub floor_us: Option<[f64; 2]>,
    /// The section of spec/workloads.md.
    pub source: String,
}

/// A recorded figure without one of ours.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// What was measured.
    pub what: String,
    /// Lowest and highest recorded, milliseconds.
    pub ms: [f64; 2],
    /// What is to be said of ours.
    pub ours: String,
    /// The section of spec/workloads.md.
    pub source: String,
}

impl Upstream {
    /// Reads what is recorded.
    ///
    /// # Errors
    /// If the file is not what it should be, which a test would have shown.
    pub fn recorded() -> anyhow::Result<Upstream> {
        toml::from_str(RECORDED).context("benches/upstream.toml")
    }

    /// By workload.
    pub fn figures(&self) -> BTreeMap<&str, &Recorded> {
        self.figure.iter().map(|recorded| (recorded.workload.as_str(), recorded)).collect()
    }
}

#[cfg(test)]
mod tests {
    use testkit::fleet::Shape;

    use super::Upstream;

    #[test]
    fn every_shape_has_a_figure() {
        let upstream = Upstream::recorded().unwrap();
        for shape in Shape::ALL {
            assert!(upstream.figures().contains_key(format!("pass/{}/warm", shape.name()).as_str()), "{shape:?}");
        }
    }

    #[test]
    fn a_workload_is_recorded_once() {
        let upstream = Upstream::recorded().unwrap();
        assert_eq!(upstream.figures().len(), upstream.figure.len());
    }

    #[test]
    fn a_range_begins_with_its_lower_end() {
        let upstream = Upstream::recorded().unwrap();
        let ranges = upstream.figure.iter().flat_map(|f| [Some(f.ms), f.floor_us]).flatten();
        for [low, high] in ranges.chain(upstream.beside.iter().map(|beside| beside.ms)) {
            assert!(0.0 < low && low <= high, "{low} to {high}");
        }
    }
}
