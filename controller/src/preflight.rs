//! Pre-flight (GUARD-6): what acts on the whole hub at once is tried on a copy of the index first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use kube_text::Time;
use scheduler_core::{Decision, Index, Outcome, PlacementKey, Profiles, Symbol};

/// How much of all that is decided may leave by one change: 5 %, unless a flag says otherwise.
pub const BUDGET: Budget = Budget { percent: 5 };

/// What a change may do without being released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// So many of all decisions may leave, in percent, 0 to 100.
    pub percent: u8,
}

/// What a change would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// How many decisions there are without it, over all placements.
    pub decisions: usize,
    /// The placements that it would change, by key.
    pub placements: Vec<Changed>,
}

/// One placement that a change would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub placement: PlacementKey,
    /// How many clusters stand for it without the change, and with it.
    pub clusters: (usize, usize),
    /// Clusters that come.
    pub added: Vec<Symbol>,
    /// Clusters that leave.
    pub removed: Vec<Symbol>,
}

impl Changed {
    /// Whether it would be left without any cluster.
    #[must_use]
    pub fn is_emptied(&self) -> bool {
        self.clusters.0 > 0 && self.clusters.1 == 0
    }
}

impl Differences {
    /// How many decisions would leave.
    #[must_use]
    pub fn removed(&self) -> usize {
        self.placements.iter().map(|changed| changed.removed.len()).sum()
    }

    /// The placements that would be left without any cluster.
    pub fn emptied(&self) -> impl Iterator<Item = &PlacementKey> {
        self.placements.iter().filter(|changed| changed.is_emptied()).map(|changed| &changed.placement)
    }

    /// Whether the change must be released by somebody.
    #[must_use]
    pub fn exceed(&self, budget: Budget) -> bool {
        self.removed() * 100 > self.decisions * usize::from(budget.percent) || self.emptied().next().is_some()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (removed, decisions, changed) = (self.removed(), self.decisions, self.placements.len());
        let those = if changed == 1 { "placement that changes" } else { "placements that change" };
        write!(f, "{removed} of {decisions} decisions would leave, in {changed} {those}")?;
        let emptied: Vec<String> = self.emptied().map(|key| format!("`{key}`")).collect();
        match emptied.as_slice() {
            [] => Ok(()),
            [one] => write!(f, "; {one} would be left without a cluster"),
            [first, others @ ..] => {
                write!(f, "; {first} and {} others would be left without a cluster", others.len())
            }
        }
    }
}

/// What these profiles would change, beside what would change anyway: two copies of the index are stepped, one with either.
/// O(what both decide).
#[must_use]
pub fn differences(index: &Index, next: Profiles, now: Time) -> Differences {
    let (mut without, mut with) = (index.clone(), index.clone());
    with.set_profiles(next);
    // Whoever is asked anew answers anew, also without the change: counts have moved on (Q15).
    with.awake().iter().for_each(|key| without.wake(key));
    let (without, with) = (answers(&mut without, now), answers(&mut with, now));
    let mut differences = Differences { decisions: decisions(index, now), placements: Vec::new() };
    let nobody = BTreeSet::new();
    let keys: BTreeSet<&PlacementKey> = without.keys().chain(with.keys()).collect();
    for key in keys {
        let (before, after) = (without.get(key).unwrap_or(&nobody), with.get(key).unwrap_or(&nobody));
        if before != after {
            differences.placements.push(Changed {
                placement: key.clone(),
                clusters: (before.len(), after.len()),
                added: after.difference(before).cloned().collect(),
                removed: before.difference(after).cloned().collect(),
            });
        }
    }
    differences
}

/// What stands for every placement that is decided now, once it is.
fn answers(index: &mut Index, now: Time) -> BTreeMap<PlacementKey, BTreeSet<Symbol>> {
    let mut answers = BTreeMap::new();
    index.step(now, usize::MAX, &mut |snapshot, _, decision: Decision| {
        let clusters = match &decision.outcome {
            Outcome::Placed { .. } => decision.entries().map(|entry| entry.cluster.clone()).collect(),
            Outcome::Held(_) | Outcome::Untouched => snapshot.standing(&decision.placement).cloned().collect(),
        };
        answers.insert(decision.placement, clusters);
    });
    answers
}

/// How many decisions stand.
fn decisions(index: &Index, now: Time) -> usize {
    let mut copy = index.clone();
    let snapshot = copy.snapshot(now);
    snapshot.placements().map(|key| snapshot.standing(key).count()).sum()
}

#[cfg(test)]
mod tests {
    use scheduler_core::{
        Binding, Cluster, Coordinate, Fact, ManagedClusterSet, Misconfigured, Placement, Profile, Selector, Slice, Want,
    };

    use super::*;

    const NOW: Time = Time::from_unix_seconds(1000);

    fn key(name: &str) -> PlacementKey {
        PlacementKey { namespace: "ns".into(), name: name.into() }
    }

    /// Three clusters; `one` wants one of them and stands on `b`, `wrong` has a mistake in it and stands on `a`.
    fn hub() -> Index {
        let mut index = Index::new(plugins::profiles());
        index.apply(Fact::Set(ManagedClusterSet { name: "all".into(), members: Ok(Selector::All) }));
        let (namespace, name) = ("ns".into(), Symbol::from("all"));
        index.apply(Fact::Binding(Binding { namespace, name: name.clone(), cluster_set: name }));
        for name in ["a", "b", "c"] {
            index.apply(Fact::Cluster(Cluster { name: name.into(), ..Cluster::default() }));
        }
        let one = Placement { want: Ok(Want::AtMost(1)), ..Placement::new(key("one")) };
        let wrong = Placement { tolerations: Err(Misconfigured::KeylessToleration), ..Placement::new(key("wrong")) };
        for (placement, stands) in [(one, "b"), (wrong, "a")] {
            let PlacementKey { namespace, name } = placement.key.clone();
            let slice = format!("{name}-decision-1").as_str().into();
            index.apply(Fact::Placement(Box::new(placement)));
            let clusters = vec![stands.into()];
            index.apply(Fact::Slice(Slice { namespace, name: slice, placement: Some(name), clusters }));
        }
        index
    }

    fn told(next: Profiles) -> (String, bool) {
        let differences = differences(&hub(), next, NOW);
        (differences.to_string(), differences.exceed(BUDGET))
    }

    #[test]
    fn what_changes_nothing() {
        let want = "0 of 2 decisions would leave, in 0 placements that change";
        assert_eq!(told(plugins::profiles()), (want.to_owned(), false));
    }

    #[test]
    fn a_placement_that_is_emptied_waits_to_be_released() {
        // Upstream empties what is wrong (Q3).
        let next = Profiles { default: plugins::UPSTREAM.into(), ..plugins::profiles() };
        let want =
            "1 of 2 decisions would leave, in 1 placement that changes; `ns/wrong` would be left without a cluster";
        assert_eq!(told(next), (want.to_owned(), true));
    }

    #[test]
    fn so_many_decisions_may_leave() {
        // Without Steady the name decides.
        let mut next = plugins::profiles();
        let default = Symbol::from(plugins::DEFAULT);
        let weights = vec![(Coordinate::BuiltIn("Balance".into()), 0)];
        let profile = Profile { weights, ..next.named[&default].clone() };
        next.named.insert(default, profile);
        let differences = differences(&hub(), next, NOW);
        assert_eq!(differences.to_string(), "1 of 2 decisions would leave, in 1 placement that changes");
        let one = &differences.placements[0];
        assert_eq!((one.clusters, one.added[0].as_str(), one.removed[0].as_str()), ((1, 1), "a", "b"));
        for (percent, exceeds) in [(49, true), (50, false), (100, false)] {
            assert_eq!(differences.exceed(Budget { percent }), exceeds, "{percent}");
        }
    }
}
