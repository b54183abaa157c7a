//! `plugin bench`: what a plugin takes on this machine, over a simulated fleet, and what its limits should be.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use fleet::Mix;
use plugin_host::{Batch, Evaluation, Export, Failure, FuelBudget, Guest, Limits, Plan, Settings, Usage};
use scheduler_core::Symbol;
use serde_json::{Value, json};

use super::Bench;
use super::given::{self, Configured};
use super::survey::{Ask, Clusters, survey};
use crate::cli::args::Report;
use crate::cli::bench::clock::{Clock, median};
use crate::cli::bench::hub;
use crate::cli::notice::Notices;
use crate::cli::number::{counted, thousands};
use crate::cli::parse::Simulated;
use crate::cli::screen::Screen;
use crate::cli::table::Table;
use crate::cli::{Exit, document, session};

/// What is measured is not to end for want of fuel; the clock behind it stays.
const FUEL: FuelBudget = FuelBudget { base: 1 << 50, per_row: 0 };
const MICRO: f64 = 1e3;
const MILLI: f64 = 1e6;

/// How far limits should lie above what was used.
const FACTOR: u64 = 3;
/// How many clusters the smaller batch has that tells what a call costs whatever its rows are: one in so many.
const FEWER: usize = 10;

/// What was measured of one plugin.
struct Measured {
    name: Symbol,
    bytes: usize,
    /// Inspecting it too; wall time, on all cores.
    compile_ns: f64,
    clusters: u32,
    rounds: u32,
    limits: Limits,
    documents: Vec<Document>,
}

/// What was measured under one settings document.
struct Document {
    settings: Symbol,
    calls: Vec<Call>,
    memory_bytes: usize,
}

/// One call; the making of an instance and `init` are one together.
struct Call {
    what: &'static str,
    /// CPU time, the median.
    ns: f64,
    /// How many clusters it was about; 0 for `init`.
    rows: u32,
    fuel: u64,
    /// What each cluster takes of that.
    fuel_per_row: u64,
}

/// Runs the command.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(args: &Bench, out: &mut dyn Write, screen: &Screen) -> io::Result<Exit> {
    let mut notices = Notices::new(false, false);
    let measured = measured(args, &mut notices);
    let exit = if notices.any_error() { Exit::Failed } else { Exit::Done };
    session::write(&mut notices);
    let Some(measured) = measured else { return Ok(exit) };
    match args.output {
        Report::Table => measured.table(out, screen)?,
        Report::Json => out.write_all(document::to_json(&measured.value()).as_bytes())?,
        Report::Yaml => out.write_all(document::to_yaml(&measured.value()).as_bytes())?,
    }
    Ok(exit)
}

/// Measures; `None`, and errors told, where there is nothing to.
fn measured(args: &Bench, notices: &mut Notices) -> Option<Measured> {
    let component = args.given.read(notices)?;
    let limits = component.spec.limits;
    let began = Instant::now();
    let (_, guest) = component.compile(Limits { fuel: FUEL, ..limits }, notices)?;
    let compile_ns = began.elapsed().as_nanos() as f64;
    let configured = component.configure(&guest, notices);
    let ask = |of: &Configured| {
        let (settings, plan) = (of.settings.clone(), of.planned.plan.clone());
        let asked = Asked { guest: guest.clone(), settings, plan: plan.clone(), rounds: args.rounds };
        (plan, Arc::new(move |clusters: &Clusters<'_>| asked.calls(clusters)) as Ask<Calls>)
    };
    let asks = configured.iter().map(ask).collect();
    let fleet = Simulated { clusters: args.clusters, placements: 1, mix: Mix::Varied };
    let clock = Clock::new();
    let answers =
        survey(asks, session::clock(), |profiles| Some(hub::simulate(fleet, profiles, &clock, notices).index))?;
    let mut documents = Vec::new();
    for (Configured { name, .. }, answer) in configured.into_iter().zip(answers) {
        match answer {
            Ok((calls, memory_bytes)) => documents.push(Document { settings: name, calls, memory_bytes }),
            Err(text) => notices.add(given::error(&given::place(&component.file), Some(&name), text)),
        }
    }
    Some(Measured {
        name: component.spec.name,
        bytes: component.bytes.len(),
        compile_ns,
        clusters: args.clusters,
        rounds: args.rounds,
        limits,
        documents,
    })
}

type Calls = Result<(Vec<Call>, usize), String>;

/// What is measured under one settings document, and how often.
struct Asked {
    guest: Guest,
    settings: Settings,
    plan: Plan,
    rounds: u32,
}

impl Asked {
    fn calls(&self, clusters: &Clusters<'_>) -> Calls {
        let told = |failure: Failure| failure.to_string();
        let all = clusters.columns(0..clusters.len());
        let few = clusters.columns((0..clusters.len()).step_by(FEWER));
        let [all, few] = [&all, &few].map(|columns| columns.batch(&self.plan).map_err(|bad| bad.to_string()));
        let (all, few) = (all?, few?);
        let clock = Clock::new();
        let made = self.fresh().map_err(told)?.usage();
        let ns = clock.batches(self.rounds as usize, || self.fresh()).unwrap_or_default();
        let mut calls = vec![Call { what: "init", ns, rows: 0, fuel: made.fuel, fuel_per_row: 0 }];
        let mut memory_bytes = made.memory_bytes;
        for export in [Export::Filter, Export::Score].into_iter().filter(|export| self.guest.exports(*export)) {
            let mut times = Vec::new();
            for _ in 0..self.rounds {
                let mut evaluation = self.fresh().map_err(told)?;
                let (called, ns) = clock.time(|| call(&mut evaluation, export, &all));
                called.map_err(told)?;
                times.push(ns);
            }
            let used = |batch| {
                let mut evaluation = self.fresh()?;
                call(&mut evaluation, export, batch)?;
                let Usage { fuel, memory_bytes } = evaluation.usage();
                Ok((fuel.saturating_sub(made.fuel), memory_bytes))
            };
            let (fuel, memory) = used(&all).map_err(told)?;
            let (fuel_of_few, _) = used(&few).map_err(told)?;
            let more_rows = u64::from(all.rows() - few.rows()).max(1);
            calls.push(Call {
                what: export.label(),
                ns: median(times).unwrap_or_default() as f64,
                rows: all.rows(),
                fuel,
                fuel_per_row: fuel.saturating_sub(fuel_of_few).div_ceil(more_rows),
            });
            memory_bytes = memory_bytes.max(memory);
        }
        Ok((calls, memory_bytes))
    }

    fn fresh(&self) -> Result<Evaluation, Failure> {
        self.guest.evaluate(&self.settings, &self.plan)
    }
}

fn call(evaluation: &mut Evaluation, export: Export, batch: &Batch<'_>) -> Result<(), Failure> {
    match export {
        Export::Filter => evaluation.filter(batch).map(drop),
        Export::Score => evaluation.score(batch).map(drop),
    }
}

impl Call {
    /// What it takes whatever its rows are.
    fn fuel_base(&self) -> u64 {
        self.fuel.saturating_sub(self.fuel_per_row.saturating_mul(self.rows.into()))
    }
}

impl Measured {
    /// Limits that leave a factor above all that was used.
    fn advice(&self) -> FuelBudget {
        let calls = || self.documents.iter().flat_map(|document| &document.calls);
        let most = |of: fn(&Call) -> u64| calls().map(of).max().unwrap_or_default();
        let above = |used: u64| round_up(used.saturating_mul(FACTOR)).max(1);
        FuelBudget { base: above(most(Call::fuel_base)), per_row: above(most(|call| call.fuel_per_row)) }
    }

    /// As people read it.
    fn table(&self, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
        let head =
            format!("{}: {} bytes, compiled in {:.0} ms", self.name, thousands(self.bytes), self.compile_ns / MILLI);
        let clusters = counted(self.clusters as usize, "cluster");
        writeln!(out, "{head}; {clusters}, medians of {}\n", counted(self.rounds as usize, "round"))?;
        let mut table = Table::default().text("SETTINGS").text("CALL");
        table = ["US", "NS/CLUSTER", "FUEL", "FUEL/CLUSTER", "MEMORY KIB"].into_iter().fold(table, Table::number);
        for Document { settings, calls, memory_bytes } in &self.documents {
            for call in calls {
                let of_rows = |text: String| if call.rows > 0 { text } else { String::new() };
                table.row(vec![
                    settings.as_str().into(),
                    call.what.into(),
                    format!("{:.2}", call.ns / MICRO).into(),
                    of_rows(format!("{:.2}", call.ns / f64::from(call.rows))).into(),
                    thousands(call.fuel).into(),
                    of_rows(thousands(call.fuel_per_row)).into(),
                    thousands(memory_bytes >> 10).into(),
                ]);
            }
        }
        table.lines(screen, 0).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        let FuelBudget { base, per_row } = self.advice();
        let is = self.limits.fuel;
        let verdict = if is.base >= base && is.per_row >= per_row { "enough" } else { "less" };
        writeln!(out, "\nAdvice: spec.fuel: {{base: {}, perRow: {}}}", short(base), short(per_row))?;
        writeln!(
            out,
            "That is {FACTOR} times what was used; now it has {{base: {}, perRow: {}}}, which is {verdict}",
            short(is.base),
            short(is.per_row)
        )
    }

    /// As programs read it.
    fn value(&self) -> Value {
        let call = |call: &Call| {
            json!({
                "call": call.what,
                "us": rounded(call.ns / MICRO),
                "ns_per_cluster": (call.rows > 0).then(|| rounded(call.ns / f64::from(call.rows))),
                "fuel": call.fuel,
                "fuel_per_cluster": call.fuel_per_row,
            })
        };
        let documents = self.documents.iter().map(|document| {
            let calls: Vec<Value> = document.calls.iter().map(call).collect();
            json!({"settings": document.settings.as_str(), "calls": calls, "memory_bytes": document.memory_bytes})
        });
        let FuelBudget { base, per_row } = self.advice();
        json!({
            "plugin": self.name.as_str(),
            "bytes": self.bytes,
            "compile_ms": rounded(self.compile_ns / MILLI),
            "clusters": self.clusters,
            "rounds": self.rounds,
            "settings": documents.collect::<Vec<_>>(),
            "advice": {"fuel": {"base": short(base), "perRow": short(per_row)}},
        })
    }
}

/// To two figures, upwards.
fn round_up(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or_default().saturating_sub(1));
    number.div_ceil(unit).saturating_mul(unit)
}

/// As a quantity: `20M`, `1300k`, `42`.
fn short(number: u64) -> String {
    match number {
        1.. if number.is_multiple_of(1_000_000) => format!("{}M", number / 1_000_000),
        1.. if number.is_multiple_of(1_000) => format!("{}k", number / 1_000),
        _ => number.to_string(),
    }
}

/// To three decimals: no clock here knows more.
fn rounded(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_figures_upwards() {
        let numbers = [0, 7, 99, 100, 101, 1_234_567, 1_300_000];
        assert_eq!(numbers.map(round_up), [0, 7, 99, 100, 110, 1_300_000, 1_300_000]);
        assert!(round_up(u64::MAX) > u64::MAX / 10 * 9);
    }
    #[test]
    fn quantities() {
        assert_eq!([0, 42, 5_000, 1_300_000, 20_000_000].map(short), ["0", "42", "5k", "1300k", "20M"]);
    }
    #[test]
    fn advice_is_three_times_the_most() {
        let call = |rows, fuel, fuel_per_row| Call { what: "score", ns: 0.0, rows, fuel, fuel_per_row };
        let document = |calls| Document { settings: "a".into(), calls, memory_bytes: 0 };
        let documents = vec![document(vec![call(0, 5_000, 0), call(100, 700, 7)]), document(vec![call(100, 9_300, 3)])];
        let (name, limits) = ("a".into(), Limits::default());
        let measured = Measured { name, bytes: 0, compile_ns: 0.0, clusters: 100, rounds: 1, limits, documents };
        assert_eq!(measured.advice(), FuelBudget { base: 27_000, per_row: 21 });
    }
}
