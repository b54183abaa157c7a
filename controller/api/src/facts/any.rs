//! An object of any kind, as it was read.

use scheduler_core::Fact;

use super::{Problem, binding, cluster, placement, score, set, slice};
use crate::read::Kind;

/// The fact that an object states, and what of it had to be left out.
pub fn fact(from: &Kind) -> (Fact, Vec<Problem>) {
    match from {
        Kind::Placement(object) => {
            let (fact, problems) = placement(object);
            (Fact::Placement(Box::new(fact)), problems)
        }
        Kind::PlacementDecision(object) => (Fact::Slice(slice(object)), Vec::new()),
        Kind::ManagedCluster(object) => {
            let (fact, problems) = cluster(object);
            (Fact::Cluster(fact), problems)
        }
        Kind::ManagedClusterSet(object) => {
            let set = set(object);
            let broken = set.members.as_ref().err().map(|error| Problem::Members { error: error.clone() });
            (Fact::Set(set), broken.into_iter().collect())
        }
        Kind::ManagedClusterSetBinding(object) => (Fact::Binding(binding(object)), Vec::new()),
        Kind::AddOnPlacementScore(object) => {
            let (fact, problems) = score(object);
            (Fact::Score(fact), problems)
        }
    }
}
