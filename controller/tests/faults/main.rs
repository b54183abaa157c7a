//! The controller under every fault: each run ends equal to a fresh evaluation, and stays there.
//!
//! A test run takes one write of each pair of fault and scenario, and 200 seeds of several faults. More is asked for by
//! the environment, which `cargo xtask faults` sets: `PLACEWRIGHT_FAULTS=all` for every write, `PLACEWRIGHT_FAULTS=N` for
//! N seeds, `PLACEWRIGHT_STEPS=N` for N heartbeats at the end of each run, `PLACEWRIGHT_FAULTS=seed:N` for that one alone.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod judge;
mod run;
mod scenario;
mod schedule;

use hub::double::Chance;
use run::{Verdict, run};
use scenario::Scenario;
use schedule::{CATALOGUE, Schedule};

/// Seeds of a test run.
const SEEDS: u64 = 200;

/// What the environment asks for.
fn asked(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Heartbeats after the end of a run.
fn steps() -> u32 {
    asked("PLACEWRIGHT_STEPS").map_or(200, |number| number.parse().unwrap())
}

/// All scenarios, each with what comes of it without faults.
fn all() -> Vec<(Scenario, Verdict)> {
    let calm = |scenario: Scenario| {
        let verdict = run(&scenario, &Schedule::none(), steps(), None);
        assert!(verdict.problems.is_empty(), "{}: {:#?}", scenario.name, verdict.problems);
        assert!(verdict.writes > 0, "{} writes nothing", scenario.name);
        (scenario, verdict)
    };
    Scenario::all().into_iter().map(calm).collect()
}

/// A run under faults: what was wrong, with the schedule that shows it.
fn judged(scenario: &Scenario, calm: &Verdict, schedule: &Schedule) -> Option<String> {
    let verdict = run(scenario, schedule, steps(), Some(&calm.phases));
    if verdict.problems.is_empty() {
        return None;
    }
    Some(format!("{} under {schedule:?}\n    {}", scenario.name, verdict.problems.join("\n    ")))
}

fn assert_none(wrong: &[String], of: usize) {
    assert!(wrong.is_empty(), "{} of {of} runs went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Spreads names over numbers (FNV-1a).
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[test]
fn every_fault_at_a_write_of_every_scenario() {
    let every = asked("PLACEWRIGHT_FAULTS").is_some_and(|asked| asked == "all");
    let (mut wrong, mut cells) = (Vec::new(), 0);
    for (scenario, calm) in all() {
        for fault in CATALOGUE {
            let one = Chance::new(hash(&scenario.name) ^ hash(fault.name)).below(u64::from(calm.writes));
            for write in (0..calm.writes).filter(|write| every || u64::from(*write) == one) {
                cells += 1;
                wrong.extend(judged(&scenario, &calm, &Schedule::one(*fault, write)));
            }
        }
    }
    assert_none(&wrong, cells);
}

#[test]
fn seeds_of_several_faults() {
    let asked = asked("PLACEWRIGHT_FAULTS").filter(|asked| asked != "all").unwrap_or_else(|| SEEDS.to_string());
    let seeds = match asked.strip_prefix("seed:") {
        Some(seed) => {
            let seed: u64 = seed.parse().unwrap();
            seed..seed + 1
        }
        None => 0..asked.parse().unwrap(),
    };
    let scenarios = all();
    let mut wrong = Vec::new();
    for seed in seeds.clone() {
        let (scenario, calm) = Chance::new(!seed).pick(&scenarios);
        wrong.extend(judged(scenario, calm, &Schedule::sampled(seed, calm.writes)));
    }
    assert_none(&wrong, seeds.count());
}
