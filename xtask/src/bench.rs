//! `cargo xtask bench`: criterion over the named workloads, and the report of all figures beside upstream's.

use std::{fs, path::PathBuf, process::Command, time::Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    hub,
    run::{cargo, output, program, root, succeeds, target},
};

/// A fleet that anybody can read: 10,000 clusters with a Placement a shape.
const RECORDED_FLEET: &str = "testkit/golden/fleet-10k.jsonl.gz";
/// Hubs whose memory is told, by clusters, placements and mix.
const HUBS: &[&str] = &["10000x1000:mix", "10000x1000:mixv"];
/// The heading of the section that another command writes, and that stays at the end.
const ON_A_HUB: &str = "## On a real hub";
/// How often the command line is timed.
const ROUNDS: usize = 5;

/// Every workload, or those whose names begin with `filter`.
pub fn criterion(filter: Option<&str>) -> Result<bool> {
    let mut command = cargo(&["bench", "--package", "benches", "--bench", "workloads", "--"]);
    succeeds(command.args(filter))
}

/// Measures everything and writes `docs/benchmarks.md` and its plot.
pub fn report() -> Result<bool> {
    let built = succeeds(&mut cargo(&["build", "--release", "--package", "controller", "--package", "benches"]))?;
    ensure!(built, "what is measured does not build");
    let [measured, outside] = ["measured.json", "outside.json"].map(|name| target().join(name));
    fs::write(&measured, output(release("benches").arg("measure"))?)?;
    fs::write(&outside, serde_json::to_string(&seen_from_outside()?)?)?;
    let on_a_hub = split(&fs::read_to_string(report_file())?).1;
    let written = succeeds(release("benches").arg("report").args([&measured, &outside]).arg("docs"))?;
    if !on_a_hub.is_empty() {
        put_on_a_hub(&on_a_hub)?;
    }
    Ok(written)
}

/// Measures the shipped program on a real hub, and writes the last section of `docs/benchmarks.md`.
pub fn on_a_hub() -> Result<bool> {
    let programs = hub::folder()?;
    let built = succeeds(&mut cargo(&["build", "--release", "--package", "controller"]))?;
    ensure!(built, "what is measured does not build");
    // Building what measures builds the program once more in its place, with what tests need switched on.
    let shipped = target().join("release/placewright-as-shipped");
    fs::copy(target().join("release/placewright"), &shipped)?;
    let mut measure = cargo(&["bench", "--profile", "release", "--package", "controller", "--bench", "hub", "--"]);
    let section = output(measure.arg(shipped).env(hub::ASSETS, programs))?;
    put_on_a_hub(&section)?;
    println!("wrote {}", report_file().display());
    Ok(true)
}

/// Puts that section at the end of the report, in place of the one that is there.
fn put_on_a_hub(section: &str) -> Result<()> {
    let (rest, _) = split(&fs::read_to_string(report_file())?);
    fs::write(report_file(), format!("{}\n\n{ON_A_HUB}\n\n{}\n", rest.trim_end(), section.trim()))?;
    Ok(())
}

/// The report, and that section of it.
fn split(report: &str) -> (String, String) {
    let (rest, section) = report.split_once(ON_A_HUB).unwrap_or((report, ""));
    (rest.to_owned(), section.to_owned())
}

fn report_file() -> PathBuf {
    root().join("docs/benchmarks.md")
}

/// What the shipped program says of its memory and takes on the recorded fleet.
fn seen_from_outside() -> Result<Value> {
    let mut hubs = Vec::new();
    for hub in HUBS {
        let arguments = ["bench", "--simulate", hub, "--rounds", "1", "-o", "json"];
        let told: Value = serde_json::from_str(&output(release("placewright").args(arguments))?)?;
        let index = &told["index"];
        hubs.push(json!({ "hub": hub, "bytes": index["bytes"], "bytes_per_cluster": index["bytes_per_cluster"] }));
    }
    let mut wall_ms = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let done = release("placewright").args(["schedule", "-f", RECORDED_FLEET, "-o", "name"]).output()?;
        wall_ms.push(start.elapsed().as_secs_f64() * 1_000.0);
        // Shapes with CEL are mistakes to this version, so it cannot succeed; the others must have been decided.
        ensure!(done.stdout.starts_with(b"placement"), "nothing of `{RECORDED_FLEET}` was decided");
    }
    Ok(json!({ "hubs": hubs, "schedule_wall_ms": wall_ms }))
}

/// A program of ours as it was built just now.
fn release(name: &str) -> Command {
    program(&target().join("release").join(name).to_string_lossy())
}
