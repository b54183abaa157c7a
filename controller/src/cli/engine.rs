//! Asks the engine: placements in the order of a hub, or each on one frozen view as upstream's answers are recorded.

use std::collections::BTreeSet;

use kube_text::Time;
use scheduler_core::{Decision, Index, PlacementKey, Profiles, Snapshot, Symbol, Trail};

use super::near::{did_you_mean, near};

/// The profile that is bit-exact.
pub(super) const UPSTREAM: &str = "upstream";

/// The named profiles, with this one deciding where a placement does not choose.
///
/// # Errors
/// There is none of that name.
pub(super) fn profiles(name: &str) -> Result<Profiles, String> {
    let mut profiles = plugins::profiles();
    if !profiles.named.contains_key(name) {
        let names = || profiles.named.keys().map(Symbol::as_str);
        let all = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let near = did_you_mean(&near(name, names()));
        return Err(format!("there is no profile `{name}`, only {all}{near}"));
    }
    profiles.default = name.into();
    Ok(profiles)
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
    if upstream {
        judge(index, now, wanted, each);
    } else {
        index.step(now, usize::MAX, &mut |snapshot, trail, decision| {
            if wanted.contains(&decision.placement) {
                each(snapshot, trail, decision);
            }
        });
    }
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
