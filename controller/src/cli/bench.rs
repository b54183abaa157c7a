//! `bench`: what decoding, passes, changes and steps of any snapshot take on this machine, and the memory it needs.

pub(super) mod clock;
mod heap;
pub(super) mod hub;
mod measure;
mod report;

use std::collections::BTreeMap;
use std::io::{self, Write};

use rayon::ThreadPool;
use scheduler_core::{Fact, Placement, PlacementKey, Trail};

use super::args::{Bench, Report};
use super::notice::{Notice, Notices, Severity};
use super::progress::Progress;
use super::screen::Screen;
use super::{Exit, document, scope, session};
use clock::{Clock, median};
use hub::Hub;
use measure::{Measure, Passes, Steps, undecided};
use report::Measured;

/// Rounds where nothing else is asked for: fewer, the more placements there are.
const ROUNDS: std::ops::RangeInclusive<usize> = 5..=25;
/// So many rounds of all placements together are enough.
const ROUNDS_IN_ALL: usize = 1_000;
/// Passes of one placement where nothing else is asked for.
const PASSES: usize = 1_000;

/// Runs the command.
///
/// # Errors
/// Those of `out`.
pub(super) fn run(args: &Bench, out: &mut dyn Write, screen: &Screen) -> io::Result<Exit> {
    let mut notices = Notices::new(args.judging.strict, args.judging.quiet);
    let measured = match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(one_thread) => measured(args, &one_thread, &mut notices),
        Err(problem) => {
            notices.say(Severity::Error, format!("no thread to measure on: {problem}"));
            None
        }
    };
    let exit = if notices.any_error() { Exit::Failed } else { Exit::Done };
    session::write(&mut notices);
    let Some(measured) = measured else { return Ok(Exit::Failed) };
    match args.output {
        Report::Table => measured.table(out, screen)?,
        Report::Json => write!(out, "{}", document::to_json(&measured.value()))?,
        Report::Yaml => write!(out, "{}", document::to_yaml(&measured.value()))?,
    }
    Ok(exit)
}

fn measured(args: &Bench, one_thread: &ThreadPool, notices: &mut Notices) -> Option<Measured> {
    let clock = Clock::new();
    let progress = Progress::new("reading");
    let hub = one_thread.install(|| read(args, &clock, notices));
    drop(progress);
    let hub = hub?;
    if hub.clusters == 0 || hub.placements.is_empty() {
        let what = if hub.clusters == 0 { "ManagedCluster" } else { "Placement" };
        notices.say(Severity::Error, format!("nothing to measure: no {what} in the input"));
        return None;
    }
    let only = match &args.only {
        None => None,
        Some(name) => Some(named(name, &hub).map_err(|problem| notices.say(Severity::Error, problem)).ok()?),
    };
    let few = || (ROUNDS_IN_ALL / hub.placements.len()).clamp(*ROUNDS.start(), *ROUNDS.end());
    let rounds = args.rounds.map_or_else(|| if only.is_some() { PASSES } else { few() }, |rounds| rounds as usize);
    let measure = Measure { rounds, now: args.judging.now.unwrap_or_else(session::clock), clock };
    let _progress = Progress::new("measuring");
    match only {
        Some(key) => one_thread.install(|| one(hub, &measure, key, notices)),
        None => Some(everything(hub, &measure, one_thread, notices)),
    }
}

fn read(args: &Bench, clock: &Clock, notices: &mut Notices) -> Option<Hub> {
    let profiles = args.judging.profile.profiles.clone();
    match args.simulate {
        Some(fleet) => Some(hub::simulate(fleet, profiles, clock, notices)),
        None => hub::read(&args.source, args.judging.max_input, profiles, clock, notices),
    }
}

/// The placement that `--only` names.
fn named(name: &str, hub: &Hub) -> Result<PlacementKey, String> {
    let labels = BTreeMap::new();
    scope::one(name, scope::Within::default(), &hub.placements.keys().map(|key| (key, &labels)).collect())
}

/// One warm pass, as often as asked for, and nothing else more than once.
fn one(hub: Hub, measure: &Measure, key: PlacementKey, notices: &mut Notices) -> Option<Measured> {
    let Hub { mut index, placements, clusters, decoded, .. } = hub;
    let count = placements.len();
    placements.into_values().for_each(|placement| index.apply(Fact::Placement(Box::new(placement))));
    let mut trail = Trail::default();
    if let Some(why) = undecided(&index.snapshot(measure.now).schedule(&key, &mut trail)) {
        notices.add(Notice { severity: Severity::Error, ..not_measured(&key, &why) });
        return None;
    }
    let warm = measure.passes(&mut index, &key, &mut trail);
    Some(Measured {
        clusters,
        placements: count,
        threads: 1,
        rounds: measure.rounds,
        decoded_bytes: decoded.bytes,
        decode_ns: decoded.ns_per_cluster as f64,
        apply_ns: None,
        bytes: None,
        bytes_but_texts: None,
        passes: vec![(key, Passes { warm, ..Passes::default() })],
        steps: Steps::default(),
    })
}

fn everything(hub: Hub, measure: &Measure, one_thread: &ThreadPool, notices: &mut Notices) -> Measured {
    let Hub { mut index, placements, mut churn, clusters, decoded } = hub;
    index.snapshot(measure.now);
    let empty = index.clone();
    let all: Vec<&Placement> = placements.values().collect();
    let mut applied = Vec::new();
    let passes: Vec<_> = one_thread.install(|| {
        let mut alone = empty.clone();
        all.iter().for_each(|placement| index.apply(Fact::Placement(Box::new((*placement).clone()))));
        let mut trail = Trail::default();
        let mut passes = |placement: &Placement| {
            let key = &placement.key;
            let (decision, cold) = measure.cold(&mut alone, placement);
            if let Some(why) = undecided(&decision) {
                notices.add(not_measured(key, &why));
                return (key.clone(), Passes::default());
            }
            let warm = measure.warm(&mut index, key, &mut trail);
            let changed = measure.changed(&mut index, key, &mut churn, &mut trail, &mut applied);
            // All that changed was taken back.
            if index.snapshot(measure.now).schedule(key, &mut trail) != decision {
                let text = format!("`{key}` is decided otherwise after changes: this is a mistake in placewright");
                notices.say(Severity::Error, text);
            }
            (key.clone(), Passes { cold, warm, changed })
        };
        all.iter().map(|placement| passes(placement)).collect()
    });
    let cold = measure.cold_step(&empty, &all);
    let (one_change, woken) = measure.one_change(&mut index, &mut churn);
    let texts = index.text_bytes();
    // What is left of the index is then held by nobody else.
    drop((empty, churn, placements));
    let bytes = heap::bytes_of(index);
    Measured {
        clusters,
        placements: passes.len(),
        threads: rayon::current_num_threads(),
        rounds: measure.rounds,
        decoded_bytes: decoded.bytes,
        decode_ns: decoded.ns_per_cluster as f64,
        apply_ns: median(applied).map(|ns| ns as f64),
        bytes: Some(bytes),
        bytes_but_texts: Some(bytes.saturating_sub(texts)),
        passes,
        steps: Steps { cold, one_change, woken },
    }
}

fn not_measured(key: &PlacementKey, why: &str) -> Notice {
    let text = format!("is not decided, so that there is no pass to measure: {}", super::fate::without_colon(why));
    Notice { severity: Severity::Note, place: None, object: Some(format!("Placement {key}")), path: None, text }
}
