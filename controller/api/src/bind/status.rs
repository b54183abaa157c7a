//! The Placement's status: counts, groups, conditions (STAT-1, STAT-2, §12).

use kube_text::Time;
use scheduler_core::{Condition, ConditionType, Decision};

use super::render::saturated;
use super::{Call, Expect, Recorded, StatusPatch, Version, Write};
use crate::kinds::{self, DecisionGroupStatus};

/// The condition types of ours that this version tells and takes back, in their order.
const OURS: [ConditionType; 3] = [ConditionType::PolicyValid, ConditionType::Stale, ConditionType::Degraded];
/// What the types of all our conditions start with.
const OUR_PREFIX: &str = "placewright.io/";

/// The patch of what changed, if anything did. `groups` comes with the number selected, and is absent where what is
/// recorded of both stays.
pub(super) fn write(
    decision: &Decision,
    groups: Option<(Vec<DecisionGroupStatus>, u32)>,
    recorded: &Recorded,
    now: Time,
) -> Option<Write> {
    let before = &recorded.placement.status;
    let conditions = merge(&before.conditions, &decision.conditions, now);
    let mut status =
        StatusPatch { conditions: (conditions != before.conditions).then_some(conditions), ..StatusPatch::default() };
    if let Some((groups, selected)) = groups {
        let selected = saturated(usize::try_from(selected).unwrap_or(usize::MAX));
        status.number_of_selected_clusters = (selected != before.number_of_selected_clusters).then_some(selected);
        let groups = recorded.pruned.kept(groups);
        // An empty list is written where there was none yet: a status that was never written has no conditions.
        let first = before.conditions.is_empty() && status.conditions.is_some();
        status.decision_groups = groups.filter(|groups| *groups != before.decision_groups || first);
    }
    if status == StatusPatch::default() {
        return None;
    }
    let name = recorded.placement.metadata.name.clone();
    let expect = Expect::Recorded(Version::of(&recorded.placement));
    Some(Write { call: Call::PatchPlacementStatus { name, expect, status }, events: Vec::new() })
}

/// What is told is updated in place or added, upstream's before ours (C14); what is ours and no longer told goes; all
/// else stays where it is.
fn merge(before: &[kinds::Condition], told: &[Condition], now: Time) -> Vec<kinds::Condition> {
    let silent = |kind: &ConditionType| told.iter().all(|c| c.kind != *kind);
    let gone: Vec<&str> = OURS.iter().filter(|kind| silent(kind)).map(|kind| kind.as_str()).collect();
    let mut merged: Vec<_> = before.iter().filter(|c| !gone.contains(&c.r#type.as_str())).cloned().collect();
    for condition in told {
        let kind = condition.kind.as_str();
        match merged.iter_mut().find(|c| c.r#type == kind) {
            Some(there) => update(there, condition, now),
            None => {
                let later = merged.iter().position(|c| rank(&c.r#type) > rank(kind));
                let mut new = kinds::Condition { r#type: kind.into(), ..kinds::Condition::default() };
                update(&mut new, condition, now);
                merged.insert(later.unwrap_or(merged.len()), new);
            }
        }
    }
    merged
}

/// Ours come behind all others, in their order; those of later versions last.
fn rank(kind: &str) -> Option<usize> {
    let place = || OURS.iter().position(|ours| ours.as_str() == kind).unwrap_or(OURS.len());
    kind.starts_with(OUR_PREFIX).then(place)
}

/// The time moves with the status only.
fn update(there: &mut kinds::Condition, told: &Condition, now: Time) {
    let status = if told.status { "True" } else { "False" };
    if there.status != status || there.last_transition_time.is_none() {
        there.last_transition_time = Some(now.to_string().into());
    }
    there.status = status.into();
    there.reason = told.reason.into();
    there.message = told.message.as_str().into();
    there.observed_generation = told.observed_generation;
}

#[cfg(test)]
mod tests;
