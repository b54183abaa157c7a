//! The controller under every fault: each run ends equal to a fresh evaluation, and stays there.
//!
//! Some scenarios are played on a real hub as well, without faults, and judged by the same functions.
//!
//! A test run takes one write of each pair of fault and scenario, and 200 seeds of several faults. `cargo xtask faults`
//! asks for more by the environment, see `asked`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod asked;
mod judge;
mod planted;
mod real_hub;
mod run;
mod runs;
mod scenario;
mod schedule;
mod stage;

use asked::Asked;
use hub::double::Chance;
use runs::{CASES, assert_all};
use schedule::Schedule;

#[test]
fn every_fault_at_a_write_of_every_scenario() {
    let asked = Asked::now();
    let cells = CASES.iter().flat_map(|case| {
        let cells = asked.cells(&case.scenario.name, case.calm().writes);
        cells.into_iter().map(move |(fault, write)| (case, fault, write))
    });
    assert_all(&cells.collect::<Vec<_>>(), |(case, fault, write)| {
        let again = format!("--cell {}", asked::name(&case.scenario.name, *fault, *write));
        case.judged(&Schedule::one(*fault, *write), &again)
    });
}

#[test]
fn seeds_of_several_faults() {
    let seeds: Vec<u64> = Asked::now().seeds().collect();
    assert_all(&seeds, |seed| {
        let case = Chance::new(!seed).pick(&CASES);
        case.judged(&Schedule::sampled(*seed, case.calm().writes), &format!("--seed {seed}"))
    });
}
