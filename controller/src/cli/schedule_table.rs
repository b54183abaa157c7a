//! The table of `schedule`: a line for each placement, its clusters and what rejected the others below it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use api::kinds::{self, PlacementSpec};
use scheduler_core::{Condition, ConditionType, Decision, Group, Outcome, Part, Stage};

use super::answer::Answer;
use super::fate::{head, score, without_colon};
use super::notice::one_line;
use super::number::thousands;
use super::screen::{Colour, Screen};
use super::table::{Cell, Table};

/// How many clusters of a placement a terminal shows; `wide` and what is not a terminal show all.
const SHOWN: usize = 20;
const INDENT: usize = 3;

/// Writes all answers.
///
/// # Errors
/// Those of `out`.
pub(super) fn write(answers: &[Answer], wide: bool, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
    if answers.is_empty() {
        return Ok(());
    }
    let mut table = Table::default().text("NAMESPACE").text("NAME").number("SELECTED").text("SATISFIED").text("REASON");
    answers.iter().for_each(|answer| table.row(row(answer)));
    let mut lines = table.lines(screen, 0).into_iter();
    for line in lines.by_ref().take(1) {
        writeln!(out, "{line}")?;
    }
    for (i, (line, answer)) in lines.zip(answers).enumerate() {
        let gap = if i == 0 { "" } else { "\n" };
        writeln!(out, "{gap}{line}")?;
        details(answer, wide, out, screen)?;
    }
    Ok(())
}

fn row(answer: &Answer) -> Vec<Cell> {
    let placement = &answer.after.placement;
    let satisfied = satisfied(answer);
    let wrong = wrong(&answer.decision);
    let reason = match (&answer.decision.outcome, wrong, satisfied) {
        (Outcome::Untouched, ..) => "left alone",
        (_, Some(wrong), _) => wrong.reason,
        (.., Some(satisfied)) => &satisfied.reason,
        (.., None) => "",
    };
    let status = satisfied.map_or("", |c| &c.status);
    let colour = match (status, wrong) {
        ("True", None) => Colour::Good,
        (_, Some(_)) => Colour::Bad,
        _ => Colour::Odd,
    };
    let selected = placement.status.number_of_selected_clusters;
    vec![
        placement.metadata.namespace.as_str().into(),
        placement.metadata.name.as_str().into(),
        selected_text(selected, &placement.spec).into(),
        Cell::from(status).colour(colour),
        Cell::from(reason).colour(colour),
    ]
}

/// `3`, or `2/4` where a number is wanted.
fn selected_text(selected: i32, spec: &PlacementSpec) -> String {
    match spec.number_of_clusters {
        None => thousands(selected),
        Some(wanted) => format!("{}/{}", thousands(selected), thousands(wanted)),
    }
}

/// Whether as many are selected as are wanted, as it stands after the write.
fn satisfied(answer: &Answer) -> Option<&kinds::Condition> {
    answer.after.placement.status.conditions.iter().find(|c| c.r#type == ConditionType::Satisfied.as_str())
}

/// What keeps a placement from being decided, the cause before what follows from it.
fn wrong(decision: &Decision) -> Option<&Condition> {
    let wrong =
        [(ConditionType::Misconfigured, true), (ConditionType::PolicyValid, false), (ConditionType::Stale, true)];
    wrong.into_iter().find_map(|wrong| decision.conditions.iter().find(|c| (c.kind, c.status) == wrong))
}

fn details(answer: &Answer, wide: bool, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
    let indent = " ".repeat(INDENT);
    let clusters = clusters(answer, wide);
    let all = clusters.lines(screen, INDENT);
    let shown = if screen.terminal && !wide { SHOWN + 1 } else { all.len() };
    if !clusters.is_empty() {
        for line in all.iter().take(shown) {
            writeln!(out, "{line}")?;
        }
        if all.len() > shown {
            writeln!(out, "{indent}and {} more; all with -o wide", thousands(all.len() - shown))?;
        }
    }
    for line in remarks(answer) {
        writeln!(out, "{indent}{}", screen.paint(Some(Colour::Faint), &one_line(&line)))?;
    }
    Ok(())
}

/// The clusters that stand selected: as decided with their totals, or as recorded where nothing was decided.
fn clusters(answer: &Answer, wide: bool) -> Table {
    let groups: &[Group] = match &answer.decision.outcome {
        Outcome::Placed { groups, .. } => groups,
        Outcome::Held(_) | Outcome::Untouched => return recorded(answer),
    };
    let grouped = groups.len() > 1 || groups.iter().any(|group| !group.name.is_empty());
    let heads: &[Part] = if wide { answer.parts.first().map_or(&[], Vec::as_slice) } else { &[] };
    let mut table = if grouped { Table::default().text("GROUP") } else { Table::default() };
    table = table.text("CLUSTER").number("SCORE");
    for part in heads {
        table = table.number(head(part));
    }
    let mut parts = answer.parts.iter();
    for (index, group) in groups.iter().enumerate() {
        for entry in group.entries.iter() {
            let mut cells: Vec<Cell> = Vec::new();
            if grouped {
                cells.push(format!("{index} {}", group.name).trim_end().into());
            }
            cells.extend([entry.cluster.as_str().into(), thousands(entry.score).into()]);
            let parts = parts.next().map_or(&[][..], Vec::as_slice);
            cells.extend(heads.iter().zip(parts).map(|(_, part)| Cell::from(score(part))));
            table.row(cells);
        }
    }
    table
}

fn recorded(answer: &Answer) -> Table {
    let mut table = Table::default().text("CLUSTER (RECORDED)");
    let slices = answer.after.slices.values().filter(|slice| answer.after.is_visible(slice));
    let names: BTreeSet<&str> = slices.flat_map(|s| &s.status.decisions).map(|d| d.cluster_name.as_str()).collect();
    names.into_iter().for_each(|name| table.row(vec![name.into()]));
    table
}

/// What rejected the others, what is missing, and since when or until when that holds.
fn remarks(answer: &Answer) -> Vec<String> {
    let mut remarks = Vec::new();
    let unsatisfied = satisfied(answer).filter(|c| c.status == "False").map(|c| c.message.as_str());
    let messages = wrong(&answer.decision).map(|c| without_colon(&c.message)).into_iter().chain(unsatisfied);
    remarks.extend(messages.map(str::to_owned));
    remarks.extend(rejected(&answer.decision));
    if let Some(at) = answer.as_of {
        let until = answer.decision.requeue_at.map(|at| format!(", to be decided again at {at}")).unwrap_or_default();
        remarks.push(format!("as of {at}{until}"));
    }
    remarks
}

/// `rejected: 8,164 Predicate, 362 TaintToleration; 1,464 ranked lower`.
fn rejected(decision: &Decision) -> Option<String> {
    let mut by_stage: BTreeMap<bool, Vec<String>> = BTreeMap::new();
    for (stage, count) in &decision.rejected {
        let text = match stage {
            Stage::Select => format!("{} ranked lower", thousands(count)),
            stage => format!("{} {stage}", thousands(count)),
        };
        by_stage.entry(*stage == Stage::Select).or_default().push(text);
    }
    let parts: Vec<String> = by_stage.into_values().map(|texts| texts.join(", ")).collect();
    (!parts.is_empty()).then(|| format!("not selected: {}", parts.join(", ")))
}
