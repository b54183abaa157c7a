//! What the environment asks for; `cargo xtask faults` sets it.

use std::env;
use std::ops::Range;

use hub::double::Chance;

use crate::schedule::{CATALOGUE, Named};

/// Seeds of a test run.
const SEEDS: u64 = 200;
/// Heartbeats at the end of each run of a test run.
const STEPS: u32 = 200;

/// `PLACEWRIGHT_FAULTS`: which runs.
pub enum Asked {
    /// Absent: what a test run has time for.
    Sample,
    /// `all`: every fault at every write of every scenario.
    Every,
    /// `cell:SCENARIO:FAULT@WRITE`: that fault at that write alone.
    Cell(String),
    /// A number of seeds, or `seed:N` for that one alone.
    Seeds(Range<u64>),
}

impl Asked {
    /// What is asked for now.
    pub fn now() -> Asked {
        let Ok(asked) = env::var("PLACEWRIGHT_FAULTS") else { return Asked::Sample };
        match asked.split_once(':') {
            None if asked == "all" => Asked::Every,
            None => Asked::Seeds(0..asked.parse().unwrap()),
            Some(("cell", cell)) => Asked::Cell(cell.to_owned()),
            Some((_, seed)) => {
                let seed: u64 = seed.parse().unwrap();
                Asked::Seeds(seed..seed + 1)
            }
        }
    }

    /// The seeds to run.
    pub fn seeds(&self) -> Range<u64> {
        if let Asked::Seeds(seeds) = self { seeds.clone() } else { 0..SEEDS }
    }

    /// The faults to run a scenario under that makes so many writes, and at which of them. Of each pair of fault and
    /// scenario a test run takes one write, which their names choose.
    pub fn cells(&self, scenario: &str, writes: u32) -> Vec<(Named, u32)> {
        let all = CATALOGUE.iter().flat_map(|fault| (0..writes).map(move |write| (*fault, write)));
        let chosen = |fault: Named| Chance::new(hash(scenario) ^ hash(fault.name)).below(u64::from(writes));
        all.filter(|(fault, write)| match self {
            Asked::Every => true,
            Asked::Cell(cell) => *cell == name(scenario, *fault, *write),
            Asked::Sample | Asked::Seeds(_) => u64::from(*write) == chosen(*fault),
        })
        .collect()
    }
}

/// A cell's name, by which it can be asked for.
pub fn name(scenario: &str, fault: Named, write: u32) -> String {
    format!("{scenario}:{}@{write}", fault.name)
}

/// `PLACEWRIGHT_STEPS`: heartbeats at the end of each run.
pub fn steps() -> u32 {
    env::var("PLACEWRIGHT_STEPS").map_or(STEPS, |number| number.parse().unwrap())
}

/// Spreads names over numbers (FNV-1a).
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
