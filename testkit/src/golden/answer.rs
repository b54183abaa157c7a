//! Our answer to a recorded question, in the recorded form.

use std::collections::BTreeMap;

use anyhow::Result;
use api::facts;
use scheduler_core::{Decision, Fact, Fate, Outcome, Placement, Reason, Stage, Symbol};

use super::case::{Filtered, In, Out, Prioritized};
use super::{Answers, replay};
use crate::engine::Answered;
use crate::generate::NOW;
use crate::naive;

/// Schedules the case's placement in profile `upstream`, binds, and applies the writes.
///
/// # Errors
/// A write that cannot be applied to what is recorded.
pub fn answer(case: &In, answers: Answers) -> Result<Out> {
    let facts = facts_of(case);
    let (placement, _) = facts::placement(&case.placement);
    let answered = answers(&facts, &placement.key, NOW);
    let mut out = replay::replay(case, &answered.decision)?;
    tell(&placement, &answered, &mut out);
    Ok(out)
}

/// All objects of a case as facts.
pub(super) fn facts_of(case: &In) -> Vec<Fact> {
    let mut all: Vec<Fact> = case.clusters.iter().map(|c| Fact::Cluster(facts::cluster(c).0)).collect();
    all.extend(case.sets.iter().map(|s| Fact::Set(facts::set(s))));
    all.extend(case.bindings.iter().map(|b| Fact::Binding(facts::binding(b))));
    all.extend(case.decisions.iter().map(|d| Fact::Slice(facts::slice(d))));
    all.extend(case.scores.iter().map(|s| Fact::Score(facts::score(s).0)));
    all.push(Fact::Placement(Box::new(facts::placement(&case.placement).0)));
    all
}

/// The pass itself: who was left after each filter, scores, totals, the chosen.
fn tell(placement: &Placement, answered: &Answered, out: &mut Out) {
    let Answered { decision, fates } = answered;
    out.requeue = decision.requeue_at.map(|at| (at.unix_nanos().div_euclid(1_000_000_000)) as i64);
    out.err = error(decision);
    out.warnings = decision.warnings.iter().filter(|w| w.plugin().is_some()).map(ToString::to_string).collect();
    if !matches!(decision.outcome, Outcome::Placed { .. }) {
        return; // SYNC-4, Q1: nothing of a pass was recorded either.
    }
    out.filters = filters(fates);
    out.prios = prioritizers(placement, fates);
    let mut chosen = Vec::new();
    for (name, fate) in fates {
        if let Fate::Ranked { selected, rank, parts, .. } = fate {
            out.totals.insert(name.to_string(), parts.iter().map(scheduler_core::Part::product).sum());
            if *selected {
                chosen.push((*rank, name.to_string()));
            }
        }
    }
    chosen.sort();
    out.decisions = chosen.into_iter().map(|(_, name)| name).collect();
    if let Outcome::Placed { shortfall: Some(shortfall), .. } = &decision.outcome {
        out.unsched = i64::from(shortfall.unscheduled);
    }
}

/// Survivors of the filters that came to an end; a stage that stops the pass leaves no list (FLOW-2).
fn filters(fates: &BTreeMap<Symbol, Fate>) -> Vec<Filtered> {
    const NAMES: [&str; 2] = ["Predicate", "TaintToleration"];
    let mut filters = Vec::new();
    let mut left: Vec<(&Symbol, &Fate)> = fates.iter().filter(|(_, f)| !matches!(f, Fate::NotMember(_))).collect();
    for i in 0..NAMES.len() {
        let here = |fate: &Fate| match fate {
            Fate::Rejected { stage: Stage::Filter(name), reason } => (*name == NAMES[i]).then(|| reason.clone()),
            _ => None,
        };
        if left.iter().any(|(_, fate)| matches!(here(fate), Some(Reason::Misconfigured(_)))) {
            break;
        }
        left.retain(|(_, fate)| here(fate).is_none());
        let clusters = left.iter().map(|(name, _)| name.to_string()).collect();
        filters.push(Filtered { name: NAMES[..=i].join(","), clusters });
    }
    filters
}

/// What each prioritizer said.
fn prioritizers(placement: &Placement, fates: &BTreeMap<Symbol, Fate>) -> Vec<String> {
    let mut columns: Vec<Prioritized> = Vec::new();
    let mut stopped = false;
    let mut ranked = false;
    for (name, fate) in fates {
        match fate {
            Fate::Rejected { reason: Reason::Misconfigured(_), .. } => stopped = true,
            Fate::Ranked { parts, .. } => {
                ranked = true;
                for (i, part) in parts.iter().enumerate() {
                    if i == columns.len() {
                        columns.push(column(&part.prioritizer, part.weight));
                    }
                    columns[i].scores.extend(part.score.map(|score| (name.to_string(), score)));
                }
            }
            _ => {}
        }
    }
    if !ranked && !stopped {
        // Upstream lists prioritizers that have nobody to score; we have no fate that could tell of them.
        let rules = &naive::Hub::new("upstream").named["upstream"];
        let weights = naive::weights(placement, rules).unwrap_or_default();
        columns = weights.into_iter().map(|(which, weight)| column(&which.to_string().into(), weight)).collect();
    }
    columns.iter().map(|c| serde_json::to_string(c).unwrap_or_default()).collect()
}

fn column(name: &Symbol, weight: i32) -> Prioritized {
    Prioritized { name: name.to_string(), weight, scores: BTreeMap::new() }
}

/// SYNC-11: what upstream would have returned to the queue: the error's text, or the last warning's.
fn error(decision: &Decision) -> Option<String> {
    let misconfigured = decision.conditions.iter().find(|c| c.kind.as_str() == "PlacementMisconfigured" && c.status);
    let text = misconfigured.map(|c| c.message.split_once(':').map_or(c.message.as_str(), |(_, text)| text).to_owned());
    text.or_else(|| decision.warnings.iter().rev().find(|w| w.plugin().is_some()).map(ToString::to_string))
}
