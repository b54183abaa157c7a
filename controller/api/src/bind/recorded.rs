//! What stands on the hub for one Placement, and what stands after a write.

use std::collections::BTreeMap;

use super::{Call, Pruned, Write};
use crate::facts::PLACEMENT_LABEL;
use crate::kinds::{Placement, PlacementDecision, PlacementDecisionStatus};

/// A Placement as recorded, with its slices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// Metadata and status are read, and only the status is changed.
    pub placement: Placement,
    /// By name: every PlacementDecision of its namespace that carries its label or one of the names its slices have.
    pub slices: BTreeMap<String, PlacementDecision>,
    /// What the hub would drop.
    pub pruned: Pruned,
}

impl Recorded {
    /// Of these slices keeps those that concern the placement; on a hub that drops nothing. O(slices).
    #[must_use]
    pub fn new(placement: Placement, slices: impl IntoIterator<Item = PlacementDecision>) -> Recorded {
        let ours = slices.into_iter().filter(|slice| concerns(&placement, slice));
        let slices = ours.map(|slice| (slice.metadata.name.clone(), slice)).collect();
        Recorded { placement, slices, pruned: Pruned::default() }
    }

    /// Whether a slice carries the placement's label (C1): only then does anybody see it.
    #[must_use]
    pub fn is_visible(&self, slice: &PlacementDecision) -> bool {
        slice.metadata.labels.get(PLACEMENT_LABEL).is_some_and(|name| **name == *self.placement.metadata.name)
    }

    /// Does what an API server would do. Versions stay as they are: nobody here can know the new ones.
    pub fn apply(&mut self, write: &Write) {
        match &write.call {
            Call::Create { object } => {
                // The server drops a status on create; BIND-1.
                let object = PlacementDecision { status: PlacementDecisionStatus::default(), ..object.clone() };
                self.slices.insert(object.metadata.name.clone(), object);
            }
            Call::PatchStatus { name, decisions, .. } => {
                if let Some(slice) = self.slices.get_mut(name) {
                    slice.status.decisions.clone_from(decisions);
                }
            }
            Call::PatchLabels { name, labels, .. } => {
                if let Some(slice) = self.slices.get_mut(name) {
                    for (key, value) in labels {
                        match value {
                            Some(value) => slice.metadata.labels.insert(key.clone(), value.clone()),
                            None => slice.metadata.labels.remove(key),
                        };
                    }
                }
            }
            Call::Delete { name, .. } => {
                self.slices.remove(name);
            }
            Call::PatchPlacementStatus { status, .. } => {
                let recorded = &mut self.placement.status;
                if let Some(number) = status.number_of_selected_clusters {
                    recorded.number_of_selected_clusters = number;
                }
                if let Some(groups) = &status.decision_groups {
                    recorded.decision_groups.clone_from(groups);
                }
                if let Some(conditions) = &status.conditions {
                    recorded.conditions.clone_from(conditions);
                }
            }
        }
    }
}

/// The state after all of these writes.
#[must_use]
pub fn apply(writes: &[Write], mut recorded: Recorded) -> Recorded {
    for write in writes {
        recorded.apply(write);
    }
    recorded
}

fn concerns(placement: &Placement, slice: &PlacementDecision) -> bool {
    let (ours, its) = (&placement.metadata, &slice.metadata);
    let number = || its.name.strip_prefix(&ours.name)?.strip_prefix("-decision-");
    let named = || number().is_some_and(|k| !k.is_empty() && k.bytes().all(|b| b.is_ascii_digit()));
    its.namespace == ours.namespace
        && (its.labels.get(PLACEMENT_LABEL).is_some_and(|name| **name == *ours.name) || named())
}
