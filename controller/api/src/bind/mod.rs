//! A decision and what is recorded to the API calls that make them agree, in order, with their events (§10 to §13).
//!
//! The decision's own profile decides by its differences: with none of them the calls are upstream's, call by call;
//! with Q17, Q23, Q24 and C17 slices are written in an order that never leaves a cluster without one (C18), whole, and
//! without taking anything from others. Either way what is already right is not written (law 6), and every write names
//! the version it was made for.

mod event;
mod order;
mod pruned;
mod recorded;
mod render;
mod slices;
mod status;
mod write;

pub use event::{Event, EventKind};
pub use pruned::Pruned;
pub use recorded::{Recorded, apply};
pub use render::{GROUP_INDEX_LABEL, GROUP_NAME_LABEL, Notice};
pub use write::{Call, Expect, StatusPatch, Version, Write};

use kube_text::Time;
use scheduler_core::{Decision, Differences, Outcome, PlannedSlice};

/// The most clusters one slice may hold (PD-1, C6).
pub const SLICE_MAX: usize = PlannedSlice::ENTRIES_MAX;

/// The calls that turn what is recorded into what was decided, in order: slices, deletions, the Placement's status (C13).
/// Empty where nothing has to change.
///
/// A call that fails concerns the ones after it only as [`Expect::Returned`] says: the others are still to be made (Q2).
/// O(selected + recorded) where nothing moves between slices, O(log) more for each cluster that does.
#[must_use]
pub fn bind(decision: &Decision, recorded: &Recorded, differences: &Differences, now: Time) -> Vec<Write> {
    let mut writes = Vec::new();
    let groups = match &decision.outcome {
        Outcome::Untouched => return writes,
        Outcome::Held(_) => None,
        Outcome::Placed { selected, .. } => {
            let rendered = render::render(decision, recorded, *differences);
            slices::write(&rendered, decision, recorded, *differences, &mut writes);
            Some((rendered.groups, *selected))
        }
    };
    writes.extend(status::write(decision, groups, recorded, now));
    writes
}

/// What [`bind`] left alone and a user should know: slices in our way that another controller owns (Q23).
#[must_use]
pub fn notices(decision: &Decision, recorded: &Recorded, differences: &Differences) -> Vec<Notice> {
    render::render(decision, recorded, *differences).notices
}

#[cfg(test)]
mod tests;
