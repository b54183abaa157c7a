//! `preflight`: what plugins or another profile would change on a whole hub, before they decide there (GUARD-6).

use std::io::{self, Write};

use clap::Args;
use scheduler_core::Symbol;
use serde_json::{Value, json};

use super::args::{Input, Report};
use super::engine::{self, Deciding};
use super::number::{counted, thousands};
use super::screen::Screen;
use super::session::Session;
use super::table::Table;
use super::{Exit, document};
use crate::preflight::{self, BUDGET, Budget, Changed, Differences};

/// Behind what its options mean.
pub(super) const HELP: &str = "\
Examples:
  # What the plugins of a folder would do to the hub of the kubeconfig
  placewright preflight --plugins plugins/

  # What a profile would do to a snapshot
  placewright preflight -f hub.json --profile calm.yaml

Exit codes:
  0  done, and on a hub it would decide at once
  1  input was missing or wrong
  2  the command line is wrong
  3  on a hub it would wait to be released";

/// What is tried, and on what.
#[derive(Debug, Args)]
pub(super) struct Preflight {
    #[command(flatten)]
    input: Input,
    /// Who decides now: what stands recorded is kept where a placement asks for a plugin, as none is loaded then
    #[arg(long, default_value = "default", value_name = "NAME|FILE", value_parser = engine::deciding)]
    against: Deciding,
    /// How many of all decisions may leave, in percent, as the controller has it in --preflight-budget
    #[arg(long, value_name = "PERCENT", default_value_t = BUDGET.percent, value_parser = clap::value_parser!(u8).range(..=100))]
    budget: u8,
    /// How to print
    #[arg(short, long, value_enum, default_value_t = Report::Table, hide_possible_values = true)]
    #[arg(value_name = "table|json|yaml")]
    output: Report,
}

/// Runs the command.
///
/// # Errors
/// Those of `out`.
pub(super) fn run(args: &Preflight, out: &mut dyn Write, screen: &Screen) -> io::Result<Exit> {
    let Some(mut session) = Session::open(&args.input) else { return Ok(Exit::Failed) };
    let next = session.profiles.clone();
    session.world.index.set_profiles(args.against.profiles.clone());
    let differences = preflight::differences(&session.world.index, next, session.now);
    let budget = Budget { percent: args.budget };
    let exceeds = differences.exceed(budget);
    let exit = session.close().max(if exceeds { Exit::Differs } else { Exit::Done });
    match args.output {
        Report::Table => print(&differences, budget, out, screen)?,
        Report::Json => write!(out, "{}", document::to_json(&value(&differences, budget)))?,
        Report::Yaml => write!(out, "{}", document::to_yaml(&value(&differences, budget)))?,
    }
    Ok(exit)
}

fn print(differences: &Differences, budget: Budget, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
    if !differences.placements.is_empty() {
        let mut table = Table::default().text("NAMESPACE").text("NAME").number("NOW").number("THEN");
        table = table.text("ADDED").text("REMOVED");
        for changed in &differences.placements {
            let Changed { placement, clusters: (now, then), added, removed } = changed;
            table.row(vec![
                placement.namespace.as_str().into(),
                placement.name.as_str().into(),
                thousands(*now).into(),
                thousands(*then).into(),
                some(added).into(),
                some(removed).into(),
            ]);
        }
        table.lines(screen, 0).into_iter().try_for_each(|line| writeln!(out, "{line}"))?;
        writeln!(out)?;
    }
    writeln!(out, "{differences}")?;
    let percent = budget.percent;
    match differences.exceed(budget) {
        true => writeln!(out, "more than {percent} % leave or a placement loses all: on a hub it waits to be released"),
        false => writeln!(out, "within the budget of {percent} %: on a hub it decides at once"),
    }
}

/// The first few names, and how many more there are.
fn some(names: &[Symbol]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).map(Symbol::as_str).collect::<Vec<_>>().join(" ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {}", counted(more, "other")),
    }
}

fn value(differences: &Differences, budget: Budget) -> Value {
    let names = |names: &[Symbol]| names.iter().map(|name| name.as_str().into()).collect::<Vec<Value>>();
    let placements = differences.placements.iter().map(|changed| {
        json!({
            "namespace": changed.placement.namespace.as_str(),
            "placement": changed.placement.name.as_str(),
            "now": changed.clusters.0,
            "then": changed.clusters.1,
            "added": names(&changed.added),
            "removed": names(&changed.removed),
        })
    });
    json!({
        "decisions": differences.decisions,
        "leaving": differences.removed(),
        "budgetPercent": budget.percent,
        "held": differences.exceed(budget),
        "differing": placements.collect::<Vec<_>>(),
    })
}
