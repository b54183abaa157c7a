//! `cargo xtask budgets`: how many instructions each workload takes, and how many it may.
//!
//! Instructions repeat on a noisy machine, times do not. They are counted by callgrind in one run of all workloads.

mod budget;
mod counted;

use std::fs;

use anyhow::{Context, Result};

use self::budget::{Budgets, Verdict};
use crate::{
    count::Count,
    run::{output, program, root},
};

const FILE: &str = "benches/budgets.toml";

/// Counts and judges; whether every workload is within its budget. `update` says why budgets are written anew instead.
pub fn run(update: Option<&str>) -> Result<bool> {
    let Some(why) = update else {
        let count = check()?;
        println!("{count}");
        return Ok(count.failed == 0);
    };
    let counted = counted::count()?;
    let before = if root().join(FILE).exists() { read()? } else { Budgets::default() };
    let after = output(program("git").args(["rev-parse", "--short", "HEAD"]))?;
    let budgets = before.updated(&counted, after.trim(), why);
    fs::write(root().join(FILE), budgets.text()?)?;
    println!("wrote {FILE}: {} budgets", counted.instructions.len());
    Ok(true)
}

/// Counts and judges, one line for each workload that is not simply within its budget.
pub fn check() -> Result<Count> {
    let budgets = read()?;
    let counted = counted::count()?;
    let mut count = Count::default();
    for (workload, verdict) in budgets.judge(&counted)? {
        count += Count::one(verdict.holds());
        if verdict != Verdict::Within {
            println!("  {workload}: {verdict}");
        }
    }
    Ok(count)
}

fn read() -> Result<Budgets> {
    let text = fs::read_to_string(root().join(FILE)).with_context(|| format!("no `{FILE}`"))?;
    Budgets::parse(&text).with_context(|| FILE.to_owned())
}
