//! `plugin test`: what a plugin says of the clusters of a snapshot, and whether that is what its author expects.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use api::read::Options;
use plugin_host::{Export, Guest, Plan, Settings};
use scheduler_core::{Index, Profiles, Symbol};
use serde_json::{Map, Value, json};

use super::Test;
use super::expect::{self, Expectations};
use super::given::{self, Configured};
use super::survey::{Ask, Clusters, survey};
use crate::cli::args::Report;
use crate::cli::notice::{Notices, Severity};
use crate::cli::screen::Screen;
use crate::cli::table::Table;
use crate::cli::world::World;
use crate::cli::{Exit, document, file, session};

/// What a plugin says under one settings document, of each cluster in the order of their names.
pub(super) struct Said {
    pub settings: Symbol,
    pub clusters: Vec<OfCluster>,
}

/// What it says of one cluster.
pub(super) struct OfCluster {
    pub cluster: Symbol,
    /// Why its filter takes it out; absent: it does not.
    pub out: Option<String>,
    /// The raw score; absent: it scores no clusters, or has no opinion on this one, or takes it out.
    pub score: Option<f64>,
    /// −100..100, over all that are not taken out; absent where it scores none.
    pub normalized: Option<i32>,
}

/// Runs the command.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(args: &Test, out: &mut dyn Write, screen: &Screen) -> io::Result<Exit> {
    let mut notices = Notices::new(false, false);
    let said = said(args, &mut notices);
    if let Some(said) = &said
        && let Some(path) = &args.expect
    {
        if args.bless {
            let text = document::to_yaml(&expect::value(said));
            file::write(Some(path), &mut notices, &mut |out| out.write_all(text.as_bytes()))?;
        } else {
            compare(path, said, &mut notices);
        }
    }
    let exit = if notices.any_error() { Exit::Failed } else { Exit::Done };
    session::write(&mut notices);
    let Some(said) = said else { return Ok(exit) };
    match args.output {
        Report::Table => table(&said).lines(screen, 0).iter().try_for_each(|line| writeln!(out, "{line}"))?,
        Report::Json => out.write_all(document::to_json(&value(&said)).as_bytes())?,
        Report::Yaml => out.write_all(document::to_yaml(&value(&said)).as_bytes())?,
    }
    Ok(exit)
}

/// Asks the plugin under each settings document; `None`, and errors told, where it cannot be asked.
fn said(args: &Test, notices: &mut Notices) -> Option<Vec<Said>> {
    let component = args.given.read(notices)?;
    let (_, guest) = component.compile(component.spec.limits, notices)?;
    let configured = component.configure(&guest, notices);
    let asks = configured.iter().map(|it| (it.planned.plan.clone(), asking(&guest, it))).collect();
    let now = args.now.unwrap_or_else(session::clock);
    let answers = survey(asks, now, |profiles| fleet(args, profiles, now, notices))?;
    let mut said = Vec::new();
    for (Configured { name, .. }, answer) in configured.into_iter().zip(answers) {
        match answer {
            Ok(clusters) => said.push(Said { settings: name, clusters }),
            Err(text) => notices.add(given::error(&given::place(&component.file), Some(&name), text)),
        }
    }
    Some(said)
}

/// An index of what is read; `None`, and an error told, where that has no cluster.
fn fleet(args: &Test, profiles: Profiles, now: kube_text::Time, notices: &mut Notices) -> Option<Index> {
    let world = World::read(&args.source, Options::default().max_input, profiles, now, notices)?;
    if world.clusters.is_empty() {
        notices.say(Severity::Error, "nothing to ask about: no ManagedCluster in the input");
        return None;
    }
    Some(world.index)
}

fn asking(guest: &Guest, of: &Configured) -> Ask<Result<Vec<OfCluster>, String>> {
    let (guest, settings, plan) = (guest.clone(), of.settings.clone(), of.planned.plan.clone());
    Arc::new(move |clusters| ask(&guest, &settings, &plan, clusters))
}

/// One evaluation: the filter on all clusters, the scores of those that it leaves.
fn ask(guest: &Guest, settings: &Settings, plan: &Plan, clusters: &Clusters<'_>) -> Result<Vec<OfCluster>, String> {
    let of = |at| OfCluster { cluster: clusters.name(at).clone(), out: None, score: None, normalized: None };
    let mut said: Vec<OfCluster> = (0..clusters.len()).map(of).collect();
    let mut evaluation = guest.evaluate(settings, plan).map_err(|failure| failure.to_string())?;
    if guest.exports(Export::Filter) {
        let columns = clusters.columns(0..clusters.len());
        let batch = columns.batch(plan).map_err(|bad| bad.to_string())?;
        let verdicts = evaluation.filter(&batch).map_err(|failure| failure.to_string())?;
        said.iter_mut().enumerate().for_each(|(row, of)| of.out = verdicts.reason(row).map(str::to_owned));
    }
    if guest.exports(Export::Score) {
        let left: Vec<usize> = (0..said.len()).filter(|at| said[*at].out.is_none()).collect();
        let columns = clusters.columns(left.iter().copied());
        let batch = columns.batch(plan).map_err(|bad| bad.to_string())?;
        let scores = evaluation.score(&batch).map_err(|failure| failure.to_string())?;
        let normalized = plan.normalization.scores(scores.as_slice());
        for ((at, score), normalized) in left.into_iter().zip(scores.as_slice()).zip(normalized) {
            said[at].score = Some(*score).filter(|score| !score.is_nan());
            said[at].normalized = Some(normalized);
        }
    }
    Ok(said)
}

/// Every difference between what is said and what a file expects is an error.
fn compare(path: &Path, said: &[Said], notices: &mut Notices) {
    let place = given::place(path);
    let read = fs::read_to_string(path).map_err(|problem| format!("cannot be read: {problem}"));
    match read.and_then(|text| Expectations::parse(&text)) {
        Err(text) => notices.add(given::error(&place, None, text)),
        Ok(expectations) => {
            for difference in expectations.differences(said) {
                notices.add(given::error(&place, None, difference));
            }
        }
    }
}

fn table(said: &[Said]) -> Table {
    let mut table =
        Table::default().text("SETTINGS").text("CLUSTER").number("RAW SCORE").number("SCORE").text("VERDICT");
    for Said { settings, clusters } in said {
        for OfCluster { cluster, out, score, normalized } in clusters {
            let verdict = out.as_ref().map_or_else(|| "kept".to_owned(), |reason| format!("taken out: {reason}"));
            table.row(vec![
                settings.as_str().into(),
                cluster.as_str().into(),
                score.map(|score| score.to_string()).unwrap_or_default().into(),
                normalized.map(|score| score.to_string()).unwrap_or_default().into(),
                verdict.into(),
            ]);
        }
    }
    table
}

fn value(said: &[Said]) -> Value {
    let settings = said.iter().map(|Said { settings, clusters }| {
        let clusters = clusters.iter().map(|of| {
            let (out, score) = (of.out.as_deref(), of.score);
            json!({"cluster": of.cluster.as_str(), "takenOut": out, "rawScore": score, "score": of.normalized})
        });
        (settings.to_string(), clusters.collect::<Value>())
    });
    json!({"settings": settings.collect::<Map<_, _>>()})
}
