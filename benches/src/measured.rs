//! Everything that one run found: figures by name, and the machine that they are of.

use std::{
    collections::BTreeMap,
    fmt, fs,
    process::{Command, Stdio},
};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use testkit::churn::Woken;

use crate::{
    clock::{self, Timed},
    workload::{
        GROUPS, Observer, Workload,
        guest::memory::{self, Held},
        series::{self, Built},
        wakes,
    },
};

/// Placements of the hubs whose wakes are counted, and over how many changes: each costs two passes of every placement.
const WOKEN_OF: [(u32, usize); 2] = [(1_000, 300), (10_000, 60)];

/// What is measured in a process of its own, so that its memory is its own.
#[derive(Clone, Copy, Debug)]
pub enum Alone {
    /// One size of the series.
    Size(u32),
    /// What guests hold.
    Held(Held),
}

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
    /// Measures the groups that are wanted, and all that is measured in processes of its own.
    ///
    /// # Errors
    /// If such a process cannot be run.
    pub fn take(wanted: &dyn Fn(&str) -> bool, alone: &[Alone]) -> anyhow::Result<Measured> {
        let mut measured = Measured::nothing();
        for group in GROUPS.iter().filter(|group| wanted(group.name)) {
            (group.show)(&mut measured);
        }
        if wanted("wakes") {
            measured.wakes =
                WOKEN_OF.map(|(placements, changes)| (placements, wakes::count(placements, changes))).into();
        }
        for part in alone {
            let output = Command::new(std::env::current_exe()?)
                .args(["measure", &part.to_string()])
                .stderr(Stdio::inherit())
                .output()?;
            let part: Measured = serde_json::from_slice(&output.stdout).with_context(|| part.to_string())?;
            measured.figures.extend(part.figures);
            measured.bytes.extend(part.bytes);
        }
        Ok(measured)
    }

    /// Measures what has a process of its own, in this one.
    pub fn take_alone(part: Alone) -> Measured {
        let mut measured = Measured::nothing();
        match part {
            Alone::Size(clusters) => measured.take_size(clusters),
            Alone::Held(held) => {
                measured.bytes.extend(memory::resident(held).map(|bytes| (format!("guest/{held}"), bytes)));
            }
        }
        measured
    }

    fn take_size(&mut self, clusters: u32) {
        let Built { build, step, resident_bytes } = series::size(clusters, self);
        for (what, ours) in [("build", build), ("step", step)] {
            self.push(Figure { name: format!("series/{clusters}/{what}"), ours, floor: None, decided: None });
        }
        self.bytes.insert(format!("series/{clusters}/resident"), resident_bytes);
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

impl Alone {
    /// All of a group's.
    pub fn all(wanted: &dyn Fn(&str) -> bool) -> Vec<Alone> {
        let held = Held::ALL.map(Alone::Held).into_iter().filter(|_| wanted("guest"));
        held.chain(series::SIZES.map(Alone::Size).into_iter().filter(|_| wanted("series"))).collect()
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Alone> {
        let all = Alone::all(&|_| true);
        all.into_iter().find(|part| part.to_string() == text)
    }
}

impl fmt::Display for Alone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Alone::Size(clusters) => write!(f, "size={clusters}"),
            Alone::Held(held) => write!(f, "held={held}"),
        }
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
