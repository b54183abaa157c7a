//! Placement to fact: each section on its own, so that one mistake hides no other.

mod extensions;
mod groups;
mod policy;
mod tolerations;

use scheduler_core::placement::RecordedStatus;
use scheduler_core::{ConditionType, Misconfigured, Placement, PlacementKey, Want};

use super::{DISABLE_ANNOTATION, Problem, pairs, selector, time};
use crate::kinds;

/// A placement as the engine knows it. Never fails: what is wrong with a section is inside it. The problems are about
/// metadata only.
#[must_use]
pub fn placement(from: &kinds::Placement) -> (Placement, Vec<Problem>) {
    let mut problems = Vec::new();
    let (meta, spec) = (&from.metadata, &from.spec);
    let created = time(meta.creation_timestamp.as_ref(), || "metadata.creationTimestamp".to_owned(), &mut problems);
    let ours = extensions::read(&meta.annotations, spec);
    let placement = Placement {
        key: PlacementKey { namespace: meta.namespace.as_str().into(), name: meta.name.as_str().into() },
        labels: pairs(&meta.labels),
        created,
        generation: meta.generation,
        deleting: meta.deletion_timestamp.is_some(),
        disabled: meta.annotations.get(DISABLE_ANNOTATION).is_some_and(|value| value == "true"),
        profile: ours.profile,
        cluster_sets: spec.cluster_sets.iter().map(|set| set.as_str().into()).collect(),
        want: want(spec.number_of_clusters),
        predicates: spec.predicates.iter().map(|p| selector::predicate(&p.required_cluster_selector)).collect(),
        tolerations: tolerations::read(&spec.tolerations),
        policy: policy::read(&spec.prioritizer_policy),
        groups: groups::read(&spec.decision_strategy.group_strategy),
        extensions: ours.extensions,
        warnings: ours.warnings,
        recorded: recorded(&from.status),
    };
    (placement, problems)
}

fn want(number_of_clusters: Option<i32>) -> Result<Want, Misconfigured> {
    let Some(got) = number_of_clusters else {
        return Ok(Want::All);
    };
    u32::try_from(got).map(Want::AtMost).map_err(|_| Misconfigured::NegativeCount { got }) // Q1
}

fn recorded(status: &kinds::PlacementStatus) -> RecordedStatus {
    let find = |kind: ConditionType| status.conditions.iter().find(|c| c.r#type == kind.as_str());
    RecordedStatus {
        answered: find(ConditionType::Misconfigured).is_some() || find(ConditionType::Satisfied).is_some(),
        stale_since: find(ConditionType::Stale).filter(|c| c.status == "True").and_then(|c| c.observed_generation),
    }
}

#[cfg(test)]
mod tests;
