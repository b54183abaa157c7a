//! §9 and §12: totals, order, who is selected, and the two conditions.

use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::{Condition, ConditionType, Fate, Part, Stage, Symbol, Want, Warning};

use super::eligible::Eligible;
use super::guard::Stop;
use super::prioritizers::Column;
use super::{Pass, outside};

/// What selection leaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranking {
    /// Name to total.
    pub(crate) selected: BTreeMap<Symbol, i64>,
    /// SELECT-3.
    pub(crate) unscheduled: u32,
    /// Totals of all that were ranked, in name order.
    pub(crate) totals: Vec<(Symbol, i64)>,
}

/// §9: ranks what is left and keeps the first that are wanted.
pub(crate) fn select(
    pass: &Pass<'_>,
    left: &BTreeSet<Symbol>,
    columns: &[Column],
    fates: &mut BTreeMap<Symbol, Fate>,
    warnings: &mut Vec<Warning>,
) -> Result<Ranking, Stop> {
    let total = |name: &Symbol| {
        columns.iter().map(|c| i64::from(c.scores.get(name).copied().unwrap_or(0)) * i64::from(c.weight)).sum::<i64>()
    };
    let totals: Vec<(Symbol, i64)> = left.iter().map(|name| (name.clone(), total(name))).collect();
    let mut order = totals.clone();
    order.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b))); // SELECT-1
    let want = match &pass.placement.want {
        Ok(Want::All) => order.len(),
        Ok(Want::AtMost(n)) => *n as usize,
        Err(e) => return Err(Stop::at(Stage::Select, "", e)), // Q1
    };
    let taken = want.min(order.len());
    for (i, (name, total)) in order.iter().enumerate() {
        let other = if i < taken { order.get(taken) } else { taken.checked_sub(1).and_then(|last| order.get(last)) };
        let parts = columns
            .iter()
            .map(|c| Part {
                prioritizer: c.coordinate.to_string().into(),
                weight: c.weight,
                score: c.scores.get(name).copied(),
                told: None,
            })
            .collect();
        let margin = other.map_or(0, |(_, t)| total - t);
        let rank = u32::try_from(i + 1).unwrap_or(u32::MAX);
        fates.insert(name.clone(), Fate::Ranked { selected: i < taken, rank, margin, parts });
    }
    warnings.extend(columns.iter().filter_map(|c| untold_above(c, &order)));
    let unscheduled = u32::try_from(want - taken).unwrap_or(u32::MAX);
    Ok(Ranking { selected: order[..taken].iter().cloned().collect(), unscheduled, totals })
}

/// OUT-6: the best ranked without a valid score, and the first in name order that it outranks though that one's valid score
/// counts less.
fn untold_above(column: &Column, order: &[(Symbol, i64)]) -> Option<Warning> {
    let counts = |name: &Symbol| i64::from(column.scores.get(name).copied().unwrap_or(0)) * i64::from(column.weight);
    let at = order.iter().position(|(name, _)| column.untold.contains(name))?;
    let cluster = order[at].0.clone();
    let behind = order[at + 1..].iter().map(|(name, _)| name).filter(|name| !column.untold.contains(*name));
    let below = behind.filter(|name| counts(name) < counts(&cluster)).min()?.clone();
    Some(Warning::UnscoredAbove { prioritizer: column.coordinate.to_string().into(), cluster, below })
}

/// §12: upstream's two.
pub(crate) fn conditions(
    pass: &Pass<'_>,
    eligible: &Eligible,
    selected: u32,
    unscheduled: u32,
    problem: Option<&str>,
) -> Vec<Condition> {
    vec![misconfigured(problem), satisfied(pass, eligible, selected, unscheduled)]
}

/// §12.1.
pub(crate) fn misconfigured(problem: Option<&str>) -> Condition {
    match problem {
        Some(message) => condition(ConditionType::Misconfigured, true, "Misconfigured", message.to_owned()),
        None => {
            let message = "Placement configurations check pass".to_owned();
            condition(ConditionType::Misconfigured, false, "Succeedconfigured", message)
        }
    }
}

/// §12.2; row 4 has no occasion, since no stage of ours ends in an Error.
fn satisfied(pass: &Pass<'_>, eligible: &Eligible, selected: u32, unscheduled: u32) -> Condition {
    let asked: Vec<&str> = pass.placement.cluster_sets.iter().map(Symbol::as_str).collect();
    let sets: Vec<&str> = eligible.sets.iter().map(Symbol::as_str).collect();
    let (status, reason, message) = if !eligible.bound {
        let message = "No valid ManagedClusterSetBindings found in placement namespace".to_owned();
        (false, "NoManagedClusterSetBindings", message)
    } else if eligible.sets.is_empty() {
        let asked = asked.join(",");
        let message = format!("None of ManagedClusterSets [{asked}] is bound to placement namespace");
        (false, "NoIntersection", message)
    } else if eligible.available.is_empty() {
        let message = format!("All ManagedClusterSets [{}] have no member ManagedCluster", sets.join(","));
        (false, "AllManagedClusterSetsEmpty", message)
    } else if selected == 0 {
        (false, "NoManagedClusterMatched", "No ManagedCluster matches any of the cluster predicate".to_owned())
    } else if unscheduled == 0 {
        (true, "AllDecisionsScheduled", "All cluster decisions scheduled".to_owned())
    } else {
        (false, "NotAllDecisionsScheduled", format!("{unscheduled} cluster decisions unscheduled"))
    };
    condition(ConditionType::Satisfied, status, reason, message)
}

pub(crate) fn condition(kind: ConditionType, status: bool, reason: &'static str, message: String) -> Condition {
    Condition { kind, status, reason, message, observed_generation: None }
}

/// How many clusters each stage rejected, in the order of the stages.
pub(crate) fn rejected(fates: &BTreeMap<Symbol, Fate>) -> Vec<(Stage, u32)> {
    let filters = ["Predicate", "TaintToleration", outside::FILTER].map(|name| Stage::Filter(name.into()));
    let stages = filters.into_iter().chain([Stage::Score, Stage::Select]);
    let at = |wanted: &Stage| {
        let fell = |fate: &&Fate| match fate {
            Fate::Rejected { stage, .. } => stage == wanted,
            Fate::Ranked { selected: false, .. } => *wanted == Stage::Select,
            _ => false,
        };
        u32::try_from(fates.values().filter(fell).count()).unwrap_or(u32::MAX)
    };
    stages.map(|s| (s.clone(), at(&s))).filter(|(_, n)| *n > 0).collect()
}

/// How many totals the ScoreUpdate event shows, and the one that it has no room for (§13).
pub(crate) fn shown(totals: &[(Symbol, i64)]) -> usize {
    let mut note = 0;
    for (i, (name, total)) in totals.iter().enumerate() {
        note += format!("{name}:{total} ").len();
        if note > 1000 {
            return i + 1;
        }
    }
    totals.len()
}
