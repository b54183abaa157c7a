//! What the figures are to reach, and whether they do.

use std::collections::BTreeMap;

use testkit::churn::{self, Woken};

use super::{HubMemory, Outside, unit};
use crate::{
    measured::{Figure, Measured},
    workload::series::SIZES,
};

/// One line of the table of targets.
pub struct Target {
    /// What is measured.
    pub what: String,
    /// What it is to reach.
    pub limit: String,
    /// What it reached; none: not measured in this run.
    pub found: Option<Found>,
}

/// A figure beside its limit.
pub struct Found {
    /// As it is told.
    pub told: String,
    /// Whether it is within the limit.
    pub reached: bool,
}

impl Found {
    fn of(value: f64, limit: f64, told: String) -> Found {
        Found { told, reached: value <= limit }
    }
}

const US: f64 = 1e3;
const MS: f64 = 1e6;

/// All targets, in the order in which the figures are told.
pub fn all(measured: &Measured, outside: &Outside) -> Vec<Target> {
    let mut targets = Vec::new();
    for shape in ["a", "b", "c", "e", "bnarrow", "g", "u", "f", "h"] {
        targets.push(warm(measured, shape));
    }
    targets.push(cpu(measured, "warm pass `aall`", "pass/aall/warm", 100.0 * US));
    for shape in ["a", "b", "c", "e", "bnarrow", "g", "u", "f", "h"] {
        targets.push(changed(measured, shape));
    }
    targets.push(extreme(measured, "f"));
    targets.push(extreme(measured, "u"));
    for (hub, name, limit) in [
        ("shapes", "the shapes alone", 10.0),
        ("mix-1k", "1,000 placements `mix`", 20.0),
        ("mixv-10k", "10,000 placements `mixv`", 40.0),
    ] {
        let changed = format!("apply one changed cluster, random changes, {name}");
        targets.push(cpu(measured, &changed, &format!("hub/{hub}/apply-random"), limit * US));
        let heartbeat = format!("apply a heartbeat, {name}");
        targets.push(cpu(measured, &heartbeat, &format!("hub/{hub}/apply-heartbeat"), 2.0 * US));
    }
    targets.push(cpu(measured, "decode a ManagedCluster", "decode/plain", 10.0 * US));
    targets.push(cpu(measured, "decode a ManagedCluster with managedFields", "decode/managed-fields", 15.0 * US));
    for (hub, limit) in [("mix-1k", 60.0), ("mix-10k", 300.0), ("mixv-1k", 150.0), ("mixv-10k", 1_000.0)] {
        targets.push(wall(measured, &format!("whole hub cold, `{hub}`"), &format!("hub/{hub}/cold"), limit * MS));
    }
    for key in ["site", "team"] {
        targets.push(woken(measured, key));
    }
    targets.extend(measured.wakes.iter().map(precision));
    targets.push(million(measured));
    targets.push(million_bytes(measured));
    targets.extend(outside.hubs.iter().map(bytes));
    targets.push(schedule(outside));
    targets
}

fn target(what: &str, limit: String, found: Option<Found>) -> Target {
    Target { what: what.to_owned(), limit, found }
}

fn warm(measured: &Measured, shape: &str) -> Target {
    let found = measured.figure(&format!("pass/{shape}/warm")).and_then(|figure| {
        let (ours, floor) = (figure.ours.cpu.median, figure.floor?.cpu.median);
        Some(Found::of(ours, 3.0 * floor, format!("{}, {} floor", unit::time(ours), unit::ratio(ours / floor))))
    });
    target(&format!("warm pass `{shape}`"), "3× floor".into(), found)
}

fn changed(measured: &Measured, shape: &str) -> Target {
    let median = |way: &str| Some(measured.figure(&format!("pass/{shape}/{way}"))?.ours.cpu.median);
    let found = median("warm").zip(median("changed")).map(|(warm, changed)| {
        Found::of(changed, warm + 5.0 * US, format!("{}, warm {}", unit::time(changed), unit::time(warm)))
    });
    target(&format!("pass `{shape}` with one cluster changed since"), "warm + 5 us".into(), found)
}

/// The cold score of a column is at most the cold pass that computes it.
fn extreme(measured: &Measured, shape: &str) -> Target {
    let median = |way: &str| Some(measured.figure(&format!("pass/{shape}/{way}"))?.ours.cpu.median);
    let found = median("cold")
        .zip(median("changed-extreme"))
        .map(|(cold, changed)| Found::of(changed, cold, format!("{}, cold {}", unit::time(changed), unit::time(cold))));
    target(&format!("pass `{shape}` where the change moved an extreme"), "the cold pass".into(), found)
}

fn cpu(measured: &Measured, what: &str, name: &str, limit: f64) -> Target {
    let of = |figure: &Figure| figure.ours.cpu.median;
    let found = measured.figure(name).map(|figure| Found::of(of(figure), limit, unit::time(of(figure))));
    target(what, unit::time(limit), found)
}

fn wall(measured: &Measured, what: &str, name: &str, limit: f64) -> Target {
    let of = |figure: &Figure| figure.ours.wall.median;
    let found =
        measured.figure(name).map(|figure| Found::of(of(figure), limit, format!("{} wall", unit::time(of(figure)))));
    target(what, format!("{} wall", unit::time(limit)), found)
}

fn woken(measured: &Measured, key: &str) -> Target {
    let figure = measured.figure(&format!("hub/mixv-10k/change-{key}"));
    let found = figure.and_then(|figure| {
        let (wall, woken) = (figure.ours.wall.median, figure.decided?);
        let limit = 5.0 * MS * (woken / 100.0).max(1.0);
        Some(Found::of(wall, limit, format!("{} for {} woken", unit::time(wall), unit::digits(woken))))
    });
    let what = format!("one change of label `{key}`, `mixv-10k`, until every affected decision is known");
    target(&what, "5 ms for 100 woken".into(), found)
}

fn precision((placements, sorts): (&u32, &BTreeMap<String, Woken>)) -> Target {
    let all = churn::overall(sorts.values());
    let ratio = |woken: &Woken| woken.precision().map_or("–".into(), |ratio| format!("{ratio:.2}"));
    let by_sort: Vec<String> = sorts.iter().map(|(sort, woken)| format!("{sort} {}", ratio(woken))).collect();
    let told = format!(
        "{} ({}): {} changes woke {}, {} got another answer ({:.0} % of these another selection), {} were missed",
        ratio(&all),
        by_sort.join(", "),
        all.changes,
        all.woken,
        all.changed,
        100.0 * all.reselected as f64 / all.changed as f64,
        all.missed
    );
    let what = format!("woken ÷ answered otherwise, random changes, {} `mixv`", unit::digits(f64::from(*placements)));
    let reached = all.missed == 0 && all.precision().is_some_and(|ratio| ratio <= 1.5);
    target(&what, "1.5, none missed".into(), Some(Found { told, reached }))
}

fn million(measured: &Measured) -> Target {
    let of = |what: &str| Some(measured.figure(&format!("series/{}/{what}", SIZES[3]))?.ours.wall.median);
    let found = of("build").zip(of("step")).map(|(build, step)| {
        let told = format!("{} ({} of it to apply)", unit::time(build + step), unit::time(build));
        Found::of(build + step, 15_000.0 * MS, told)
    });
    target("1,000,000 clusters × 1,000 placements `mixv`, cold", "15 s".into(), found)
}

fn million_bytes(measured: &Measured) -> Target {
    let bytes = measured.bytes.get(&format!("series/{}/resident", SIZES[3])).map(|bytes| *bytes as f64);
    let found = bytes.map(|bytes| Found::of(bytes, 2.0 * 1_073_741_824.0, format!("{} resident", unit::bytes(bytes))));
    target("the same, memory: index, strings, decisions", "2 GiB".into(), found)
}

fn bytes(hub: &HubMemory) -> Target {
    let found = hub.bytes_per_cluster.map(|bytes| Found::of(bytes, 1_024.0, unit::bytes(bytes)));
    target(&format!("memory a cluster, {}", hub.hub), "1,024 B".into(), found)
}

fn schedule(outside: &Outside) -> Target {
    let best = outside.schedule_wall_ms.iter().copied().min_by(f64::total_cmp);
    let found = best.map(|ms| {
        Found::of(ms, 400.0, format!("{} wall, the best of {}", unit::time(ms * MS), outside.schedule_wall_ms.len()))
    });
    target("`placewright schedule` on the recorded fleet of 10,000 clusters", "400 ms wall".into(), found)
}
