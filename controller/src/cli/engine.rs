//! Asks the engine: placements in the order of a hub, or each on one frozen view as upstream's answers are recorded.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kube_text::Time;
use plugins::UPSTREAM;
use scheduler_core::{Decision, Index, PlacementKey, Profiles, Snapshot, Symbol, Trail};

use crate::near::{did_you_mean, near};
use crate::profile_document::{self, Document};

/// Who decides: the profiles, and whether each placement is decided on one frozen view, as upstream is recorded.
#[derive(Clone, Debug)]
pub(super) struct Deciding {
    pub profiles: Profiles,
    pub upstream: bool,
}

/// The named profiles with this one deciding where a placement does not choose, or the document in this file.
///
/// # Errors
/// There is none of that name, or what is wrong with the document.
pub(super) fn deciding(name: &str) -> Result<Deciding, String> {
    let mut profiles = plugins::profiles();
    if profiles.named.contains_key(name) {
        profiles.default = name.into();
        return Ok(Deciding { profiles, upstream: name == UPSTREAM });
    }
    if name.ends_with(".yaml") || name.ends_with(".yml") || name.contains('/') || Path::new(name).is_file() {
        let text = fs::read_to_string(name).map_err(|problem| format!("cannot be read: {problem}"))?;
        let Document { profiles, upstream } = profile_document::parse(&text)?;
        return Ok(Deciding { profiles, upstream });
    }
    let names = || profiles.named.keys().map(Symbol::as_str);
    let all = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let near = did_you_mean(&near(name, names()));
    Err(format!("there is no profile `{name}`, only {all} and files ending in .yaml{near}"))
}

/// Decides placements and shows the answers for those that are wanted, by namespace and name in profile `upstream`,
/// else in the order of a hub.
///
/// In profile `upstream` each is decided against what stands recorded. Elsewhere all placements are, wanted or not,
/// and each sees what was decided before it (design: *Order*).
pub(super) fn decide(
    index: &mut Index,
    now: Time,
    upstream: bool,
    wanted: &BTreeSet<PlacementKey>,
    each: &mut dyn FnMut(&Snapshot<'_>, &Trail, Decision),
) {
    let mut left = wanted.clone();
    if !upstream {
        index.step(now, usize::MAX, &mut |snapshot, trail, decision| {
            if left.remove(&decision.placement) {
                each(snapshot, trail, decision);
            }
        });
    }
    // With what a step does not wake, nothing has changed: it gets the answer it would have got.
    judge(index, now, &left, each);
}

/// Decides each wanted placement against what stands recorded; nothing commits.
pub(super) fn judge(
    index: &mut Index,
    now: Time,
    wanted: &BTreeSet<PlacementKey>,
    each: &mut dyn FnMut(&Snapshot<'_>, &Trail, Decision),
) {
    let snapshot = index.snapshot(now);
    let mut trail = Trail::default();
    for placement in wanted {
        let decision = snapshot.schedule(placement, &mut trail);
        each(&snapshot, &trail, decision);
    }
}
