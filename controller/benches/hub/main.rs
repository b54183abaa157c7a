//! `cargo xtask bench hub`: the controller on a real hub beside a bare client that only sends the same writes.
//!
//! Takes the program to measure as its argument and prints a section of `docs/benchmarks.md`. Everything runs on one
//! machine: etcd, the API server, the controller or the bare client, and this program, which watches what is written.

mod answer;
mod floor;
mod process;
mod report;
mod stage;
mod steps;
mod traffic;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::report::Figures;
use crate::stage::Stage;

/// Rounds of the whole hub, each of ours followed by one of the bare client.
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() -> Result<()> {
    // Whoever runs all benches passes `--bench`.
    let program = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let program = PathBuf::from(program.context("usage: hub PROGRAM, which `cargo xtask bench hub` runs")?);
    eprintln!("starting a hub and loading the fleet");
    let stage = Stage::set(program).await?;
    let mut figures = Figures::default();
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}: the controller");
        stage.forget_decisions().await?;
        figures.whole.push(steps::whole(&stage).await?);
        let written = stage.written().await?;
        eprintln!("round {round} of {ROUNDS}: the bare client");
        figures.floor.push(floor::send(&stage, &written).await?);
    }
    // What the bare client wrote is what the controller had decided.
    eprintln!("a restart");
    figures.restart = Some(steps::restart(&stage).await?);
    eprintln!("one label of one cluster");
    figures.label = Some(steps::label(&stage).await?);
    eprintln!("one new cluster");
    figures.cluster = Some(steps::cluster(&stage).await?);
    eprintln!("the leader is killed");
    figures.killed = Some(steps::killed(&stage).await?);
    println!("{}", report::markdown(&figures));
    Ok(())
}
