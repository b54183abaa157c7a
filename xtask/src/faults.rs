//! `cargo xtask faults`: the controller under more faults than a test run has time for.

use anyhow::Result;
use clap::{Args, value_parser};

use crate::run::{cargo, succeeds};

/// Optimised, because hours are simulated by the thousand, but with the checks of a test build.
const PROFILE: &str = "faults";

/// Which faults; one of these.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// Every fault at every write of every scenario
    #[arg(long)]
    all: bool,
    /// N schedules of several faults each
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    seeds: Option<u64>,
    /// Schedule number N alone
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// One fault at one write of one scenario, as a failing run names it
    #[arg(long, value_name = "SCENARIO:FAULT@WRITE")]
    cell: Option<String>,
}

impl Which {
    /// The test that runs them, and what it reads of the environment.
    fn asked(&self) -> (&'static str, String) {
        const CELLS: &str = "every_fault_at_a_write_of_every_scenario";
        const SEEDS: &str = "seeds_of_several_faults";
        match (&self.cell, self.seeds, self.seed) {
            (Some(cell), ..) => (CELLS, format!("cell:{cell}")),
            (_, Some(seeds), _) => (SEEDS, seeds.to_string()),
            (.., Some(seed)) => (SEEDS, format!("seed:{seed}")),
            _ => (CELLS, "all".to_owned()),
        }
    }
}

/// Runs them, each followed by so many steps of peace; whether all held.
pub fn run(which: &Which, steps: u32) -> Result<bool> {
    let (test, asked) = which.asked();
    let mut command = cargo(&["test", "--profile", PROFILE, "--package", "controller", "--test", "faults"]);
    command.args(["--", "--exact", "--nocapture", test]);
    succeeds(command.env("PLACEWRIGHT_FAULTS", asked).env("PLACEWRIGHT_STEPS", steps.to_string()))
}
