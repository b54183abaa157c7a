//! Everything that one run found: figures by name, and the machine that they are of.

use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Stdio},
};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use testkit::churn::Woken;

use crate::{
    clock::{self, Timed},
    workload::{
        GROUPS, Observer, Workload,
        series::{self, Built},
        wakes,
    },
};

/// Placements of the hubs whose wakes are counted, and over how many changes: each costs two passes of every placement.
const WOKEN_OF: [(u32, usize); 2] = [(1_000, 300), (10_000, 60)];

/// What the argument for one size begins with.
pub const SIZE: &str = "size=";

/// What one run on one machine found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// Where.
    pub machine: Machine,
    /// The version that was measured.
    pub version: String,
    /// In the order of the groups.
    pub figures: Vec<Figure>,
    /// What is told in bytes, by name.
    pub bytes: BTreeMap<String, u64>,
    /// How precisely changes wake, by placements of the hub and sort of change.
    pub wakes: BTreeMap<u32, BTreeMap<String, Woken>>,
}

/// What the figures depend on besides the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's model.
    pub cpu: String,
    /// Processors that may be used.
    pub cores: usize,
}

/// One workload.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// Group, then what of it.
    pub name: String,
    /// The engine.
    pub ours: Timed,
    /// What the same work needs at the least, in the same rounds.
    pub floor: Option<Timed>,
    /// Placements that a run decided on average, where that is the question.
    pub decided: Option<f64>,
}

impl Measured {
    /// Measures the groups that are wanted, and the series at these sizes, each size in a process of its own so that its
    /// memory is its own.
    ///
    /// # Errors
    /// If such a process cannot be run.
    pub fn take(wanted: &dyn Fn(&str) -> bool, sizes: &[u32]) -> anyhow::Result<Measured> {
        let mut measured = Measured::nothing();
        for group in GROUPS.iter().filter(|group| wanted(group.name)) {
            (group.show)(&mut measured);
        }
        if wanted("wakes") {
            measured.wakes =
                WOKEN_OF.map(|(placements, changes)| (placements, wakes::count(placements, changes))).into();
        }
        for size in sizes {
            let output = Command::new(std::env::current_exe()?)
                .args(["measure", &format!("{SIZE}{size}")])
                .stderr(Stdio::inherit())
                .output()?;
            let part: Measured = serde_json::from_slice(&output.stdout).with_context(|| format!("series of {size}"))?;
            measured.figures.extend(part.figures);
            measured.bytes.extend(part.bytes);
        }
        Ok(measured)
    }

    /// Measures one size of the series, in this process.
    pub fn take_size(clusters: u32) -> Measured {
        let mut measured = Measured::nothing();
        let Built { build, step, resident_bytes } = series::size(clusters, &mut measured);
        for (what, ours) in [("build", build), ("step", step)] {
            measured.push(Figure { name: format!("series/{clusters}/{what}"), ours, floor: None, decided: None });
        }
        measured.bytes.insert(format!("series/{clusters}/resident"), resident_bytes);
        measured
    }

    pub(crate) fn nothing() -> Measured {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Measured {
            machine: Machine::this(),
            version,
            figures: Vec::new(),
            bytes: BTreeMap::new(),
            wakes: BTreeMap::new(),
        }
    }

    fn push(&mut self, figure: Figure) {
        let median = |timed: Timed| format!("{:.1} us", timed.cpu.median / 1_000.0);
        let floor = figure.floor.map_or(String::new(), |floor| format!(", floor {}", median(floor)));
        eprintln!("{}: {}{floor}", figure.name, median(figure.ours));
        self.figures.push(figure);
    }

    /// The figure of this name.
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }
}

/// Takes the time of what it sees.
impl Observer for Measured {
    fn see(&mut self, name: &str, ours: &mut dyn Workload, floor: Option<&mut dyn Workload>) {
        let (timed, floor) = clock::side_by_side(ours, floor);
        self.push(Figure { name: name.to_owned(), ours: timed, floor, decided: ours.decided() });
    }
}

impl Machine {
    /// The one we run on, as far as it says.
    fn this() -> Machine {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Machine {
            cpu: model.map_or("unknown", |(_, model)| model.trim()).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}
