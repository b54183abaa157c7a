//! `explain`: the way of every cluster, or of one, through the pass of one placement.

use std::collections::BTreeSet;
use std::io::{self, Write};

use kube_text::Time;
use scheduler_core::{Decision, Fate, Outcome, PlacementKey, Reason, Snapshot, Stage, Trail};
use serde_json::{Value, json};

use super::args::{Explain, Report};
use super::fate::{head, leaves_text, score, to_json, total, why_not};
use super::notice::{Notice, Severity, one_line};
use super::number::{counted, thousands};
use super::screen::{Colour, Screen};
use super::session::Session;
use super::table::{Cell, Table};
use super::world::Ahead;
use super::{Exit, document, engine, scope};
use crate::near::{did_you_mean, near};

/// All that is known about one cluster.
struct Way {
    cluster: String,
    fate: Fate,
    /// Until when it passes the filters, and what rejects it then (OUT-6).
    until: Option<(Time, Reason)>,
}

/// One placement's answer.
struct Explained {
    decision: Decision,
    ways: Vec<Way>,
    /// The time the answer holds at, where it depends on it (OUT-3).
    as_of: Option<Time>,
}

/// Runs the command.
///
/// # Errors
/// Those of `out`.
pub(super) fn run(args: &Explain, out: &mut dyn Write, screen: &Screen) -> io::Result<Exit> {
    let Some(mut session) = Session::open(&args.input) else { return Ok(Exit::Failed) };
    let Some(key) = placement(args, &mut session) else { return Ok(session.close()) };
    if let Some(cluster) = &args.cluster {
        check_cluster(cluster, &key, &mut session);
    }
    let now = session.now;
    let mut explained = None;
    let wanted = BTreeSet::from([key.clone()]);
    let upstream = session.upstream;
    let as_of = session.world.looks_at_the_clock(&key).then_some(now);
    engine::decide(&mut session.world.index, now, upstream, &wanted, &mut |snapshot, trail, decision| {
        let ways = match &args.cluster {
            Some(cluster) => vec![way(snapshot, trail, cluster, trail.fate(snapshot, cluster))],
            None => all_ways(snapshot, trail),
        };
        explained = Some(Explained { decision, ways, as_of });
    });
    let Some(mut explained) = explained else {
        session.notices.say(Severity::Error, format!("`{key}` was not decided: this is a mistake in placewright"));
        return Ok(session.close());
    };
    explained.ways.sort_by(|a, b| order(a).cmp(&order(b)));
    session.tell(&explained.decision);
    tell_of_times_ahead(&explained, &mut session);
    let exit = session.close();
    match args.output {
        Report::Table => table(&explained, args.cluster.is_some(), out, screen)?,
        Report::Json => write!(out, "{}", document::to_json(&value(&explained)))?,
        Report::Yaml => write!(out, "{}", document::to_yaml(&value(&explained)))?,
    }
    Ok(exit)
}

/// OUT-6: a taint that was added in the future lets finite tolerations hold longer than they say.
fn tell_of_times_ahead(explained: &Explained, session: &mut Session) {
    let shown: BTreeSet<&str> = explained.ways.iter().map(|way| way.cluster.as_str()).collect();
    for Ahead { cluster, taint, at, place } in std::mem::take(&mut session.world.ahead) {
        if shown.contains(&*cluster) {
            let text =
                format!("timeAdded of taint `{taint}` lies in the future, {at}: tolerationSeconds count from there");
            let object = Some(format!("ManagedCluster {cluster}"));
            session.notices.add(Notice { severity: Severity::Warning, place: Some(place), object, path: None, text });
        }
    }
}

/// The one placement that is meant.
fn placement(args: &Explain, session: &mut Session) -> Option<PlacementKey> {
    let within = scope::Within::new(args.namespace.as_ref(), args.all_namespaces, &session.world);
    let found = scope::one(&args.placement, within, &session.world.known());
    found.map_err(|problem| session.notices.say(Severity::Error, problem)).ok()
}

/// A cluster that is gone may still stand recorded, and is then worth asking about; any other must be there.
fn check_cluster(cluster: &str, key: &PlacementKey, session: &mut Session) {
    let world = &session.world;
    let stands = || world.recorded(key).slices.into_values().flat_map(|slice| slice.status.decisions);
    if world.clusters.iter().any(|name| name == cluster) || stands().any(|decision| decision.cluster_name == cluster) {
        return;
    }
    let mut names: Vec<&str> = session.world.clusters.iter().map(|name| &**name).collect();
    names.sort_unstable();
    let hint = did_you_mean(&near(cluster, names.into_iter()));
    session.notices.say(Severity::Error, format!("there is no ManagedCluster `{cluster}` in the input{hint}"));
}

fn all_ways(snapshot: &Snapshot<'_>, trail: &Trail) -> Vec<Way> {
    let mut ways = Vec::new();
    trail.fates(snapshot, &mut |cluster, fate| ways.push(way(snapshot, trail, cluster, fate)));
    ways
}

fn way(snapshot: &Snapshot<'_>, trail: &Trail, cluster: &str, fate: Fate) -> Way {
    let until = match fate {
        Fate::Ranked { .. } => trail.leaves(snapshot, cluster),
        _ => None,
    };
    Way { cluster: cluster.to_owned(), fate, until }
}

/// Ranked ones by rank, then the rejected by stage, then those that were no candidates; by name inside each.
fn order(way: &Way) -> (u8, u32, Option<&Stage>, &str) {
    match &way.fate {
        Fate::Ranked { rank, .. } => (0, *rank, None, &way.cluster),
        Fate::Kept { .. } => (1, 0, None, &way.cluster),
        Fate::Rejected { stage, .. } => (2, 0, Some(stage), &way.cluster),
        Fate::NotMember(_) => (3, 0, None, &way.cluster),
    }
}

fn table(explained: &Explained, one: bool, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
    let decision = &explained.decision;
    let as_of = explained.as_of.map(|now| format!(", as of {now}")).unwrap_or_default();
    let outcome = match &decision.outcome {
        Outcome::Placed { .. } => format!("{} selected", counted(decision.entries().count(), "cluster")),
        Outcome::Held(_) => "not decided, what stands recorded stays".to_owned(),
        Outcome::Untouched => "left alone".to_owned(),
    };
    writeln!(out, "{}: {outcome}{as_of}", decision.placement)?;
    if one {
        return explained.ways.iter().try_for_each(|way| details(way, decision, out, screen));
    }
    let weights = explained.ways.iter().find_map(|way| match &way.fate {
        Fate::Ranked { parts, .. } => Some(parts.as_slice()),
        _ => None,
    });
    let weights = weights.unwrap_or_default();
    let mut table = Table::default().text("CLUSTER").number("RANK").number("TOTAL").number("MARGIN");
    for part in weights {
        table = table.number(head(part));
    }
    table = table.text("WHY");
    for way in &explained.ways {
        table.row(row(way, weights.len(), decision));
    }
    table.lines(screen, 0).into_iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn row(way: &Way, columns: usize, decision: &Decision) -> Vec<Cell> {
    let mut cells: Vec<Cell> = vec![way.cluster.as_str().into()];
    let mut colour = Colour::Faint;
    if let Fate::Ranked { selected, rank, margin, parts } = &way.fate {
        colour = if *selected { Colour::Good } else { Colour::Odd };
        cells.extend([thousands(rank).into(), thousands(total(parts)).into(), signed(*margin).into()]);
        cells.extend(parts.iter().map(|part| Cell::from(score(part))));
    } else {
        cells.extend(std::iter::repeat_n(Cell::from(""), 3 + columns));
    }
    let mut why = why_not(&way.fate, decision);
    if let Some((at, reason)) = &way.until {
        why.push_str(&format!(", {}", leaves_text(*at, reason)));
    }
    cells.push(Cell::from(why).colour(colour));
    cells
}

/// One cluster, a line for each thing that is known.
fn details(way: &Way, decision: &Decision, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
    let cluster = one_line(&way.cluster);
    let Fate::Ranked { selected, rank, margin, parts } = &way.fate else {
        let is_not = if matches!(way.fate, Fate::Kept { .. }) { "" } else { "is not selected: " };
        return writeln!(out, "{cluster} {is_not}{}", one_line(&why_not(&way.fate, decision)));
    };
    if *selected {
        let ahead = format!(", {} above the best that is not", thousands(margin));
        let ahead = if *margin > 0 { ahead } else { String::new() };
        writeln!(out, "{cluster} is selected: rank {}{ahead}", thousands(rank))?;
    } else {
        writeln!(out, "{cluster} is not selected: rank {}, {}", thousands(rank), why_not(&way.fate, decision))?;
    }
    let mut table = Table::default().text("PRIORITIZER").number("SCORE").number("WEIGHT").number("PRODUCT");
    for part in parts {
        let product = if part.score.is_some() { thousands(part.product()) } else { String::new() };
        table.row(vec![
            part.prioritizer.as_str().into(),
            score(part).into(),
            part.weight.to_string().into(),
            product.into(),
        ]);
    }
    table.row(vec!["total".into(), "".into(), "".into(), thousands(total(parts)).into()]);
    table.lines(screen, 3).into_iter().try_for_each(|line| writeln!(out, "{line}"))?;
    for (part, told) in parts.iter().filter_map(|part| Some((part, part.told.as_ref()?))) {
        writeln!(out, "   {} {}", part.prioritizer, one_line(told))?;
    }
    if let Some((at, reason)) = &way.until {
        writeln!(out, "   {}", one_line(&leaves_text(*at, reason)))?;
    }
    Ok(())
}

/// `+20`, `-100`, `0`.
fn signed(number: i64) -> String {
    let plus = if number > 0 { "+" } else { "" };
    format!("{plus}{}", thousands(number))
}

fn value(explained: &Explained) -> Value {
    let decision = &explained.decision;
    let clusters: Vec<Value> =
        explained.ways.iter().map(|way| to_json(&way.cluster, &way.fate, decision, way.until.as_ref())).collect();
    let outcome = match &decision.outcome {
        Outcome::Placed { .. } => "Placed",
        Outcome::Held(_) => "Held",
        Outcome::Untouched => "Untouched",
    };
    let mut value = json!({
        "outcome": outcome,
        "namespace": decision.placement.namespace.as_str(),
        "placement": decision.placement.name.as_str(),
        "selected": decision.entries().map(|entry| entry.cluster.as_str()).collect::<Vec<_>>(),
        "clusters": clusters,
    });
    if let Some(now) = explained.as_of {
        value["now"] = now.to_rfc3339_nanos().into();
    }
    value
}
