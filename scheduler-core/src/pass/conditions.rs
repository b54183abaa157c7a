//! The status conditions of one answer (§12, extensions §6).

use crate::index::Eligibility;
use crate::{Condition, ConditionType, Placement, Symbol};

pub(super) fn misconfigured(problem: Option<&str>) -> Condition {
    let kind = ConditionType::Misconfigured;
    match problem {
        Some(message) => condition(kind, true, "Misconfigured", message.to_owned()),
        None => condition(kind, false, "Succeedconfigured", "Placement configurations check pass".to_owned()),
    }
}

/// The first row of §12.2 that fits. `available`: how many clusters are eligible.
pub(super) fn satisfied(
    p: &Placement,
    eligible: &Eligibility,
    available: usize,
    selected: usize,
    unscheduled: u32,
) -> Condition {
    let kind = ConditionType::Satisfied;
    let no = |reason, message| condition(kind, false, reason, message);
    match eligible {
        Eligibility::NoBindings => no(
            "NoManagedClusterSetBindings",
            "No valid ManagedClusterSetBindings found in placement namespace".to_owned(),
        ),
        Eligibility::NoIntersection => {
            let sets = join(&p.cluster_sets);
            no("NoIntersection", format!("None of ManagedClusterSets [{sets}] is bound to placement namespace"))
        }
        Eligibility::Sets { names, .. } if available == 0 => {
            let sets = join(names);
            no("AllManagedClusterSetsEmpty", format!("All ManagedClusterSets [{sets}] have no member ManagedCluster"))
        }
        Eligibility::Sets { .. } | Eligibility::Broken { .. } if selected == 0 => none_matched(),
        Eligibility::Sets { .. } | Eligibility::Broken { .. } if unscheduled == 0 => {
            condition(kind, true, "AllDecisionsScheduled", "All cluster decisions scheduled".to_owned())
        }
        Eligibility::Sets { .. } | Eligibility::Broken { .. } => {
            no("NotAllDecisionsScheduled", format!("{unscheduled} cluster decisions unscheduled"))
        }
    }
}

pub(super) fn none_matched() -> Condition {
    let message = "No ManagedCluster matches any of the cluster predicate".to_owned();
    condition(ConditionType::Satisfied, false, "NoManagedClusterMatched", message)
}

/// EXT-3: told where a policy of ours is asked for, or is wrong.
pub(super) fn policy_valid(p: &Placement) -> Option<Condition> {
    let kind = ConditionType::PolicyValid;
    match &p.extensions {
        Err(problem) => Some(invalid_policy(problem.clone())),
        Ok(extensions) if extensions.present => Some(condition(
            kind,
            true,
            "Valid",
            "Placewright's annotations and spread constraints are understood".to_owned(),
        )),
        Ok(_) => None,
    }
}

pub(super) fn invalid_policy(problem: String) -> Condition {
    condition(ConditionType::PolicyValid, false, "InvalidAnnotation", problem)
}

/// GUARD-1: the recorded decisions are an earlier answer that is being kept. Names the generation that is still served: a spec
/// that is wrong was never served itself, so it is an earlier one.
pub(super) fn stale(p: &Placement, reason: &'static str, why: &str) -> Condition {
    let latest = if reason == "Misconfigured" { p.generation - 1 } else { p.generation };
    // The condition is dated once: every later answer that still holds speaks of the same decisions.
    let served = p.recorded.stale_since.or((latest > 0).then_some(latest));
    let message = match served {
        Some(generation) => format!("keeping the decisions recorded at generation {generation} or earlier: {why}"),
        None => format!("keeping the decisions recorded earlier: {why}"),
    };
    Condition { observed_generation: served, ..condition(ConditionType::Stale, true, reason, message) }
}

pub(super) fn degraded(why: &[String]) -> Option<Condition> {
    let message = || why.join("; ");
    (!why.is_empty()).then(|| condition(ConditionType::Degraded, true, "PluginFailed", message()))
}

fn condition(kind: ConditionType, status: bool, reason: &'static str, message: String) -> Condition {
    Condition { kind, status, reason, message, observed_generation: None }
}

fn join(names: &[Symbol]) -> String {
    names.iter().map(Symbol::as_str).collect::<Vec<_>>().join(",")
}
