//! Which kinds and versions are served, and which older ones are still read (spec §19).

use super::{
    Field, add_on_placement_score::ADD_ON_PLACEMENT_SCORE, managed_cluster::MANAGED_CLUSTER,
    managed_cluster_set::MANAGED_CLUSTER_SET, managed_cluster_set_binding::MANAGED_CLUSTER_SET_BINDING,
    placement::PLACEMENT, placement_decision::PLACEMENT_DECISION,
};
use crate::facts::DISABLE_ANNOTATION;

/// The API group of all kinds.
pub(crate) const GROUP: &str = "cluster.open-cluster-management.io";

/// The kinds that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum KindName {
    Placement,
    PlacementDecision,
    ManagedCluster,
    ManagedClusterSet,
    ManagedClusterSetBinding,
    AddOnPlacementScore,
}

/// One kind as it is served.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) kind: KindName,
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// Versions that were served once, and are read with a note.
    pub(crate) older: &'static [&'static str],
    pub(crate) namespaced: bool,
    pub(crate) fields: &'static [Field],
    /// Keys of annotations without which more may be selected.
    pub(crate) annotations: &'static [&'static str],
}

static SERVED: [Served; 6] = [
    Served {
        kind: KindName::Placement,
        name: "Placement",
        version: "v1beta1",
        older: &["v1alpha1"],
        namespaced: true,
        fields: PLACEMENT,
        annotations: &[DISABLE_ANNOTATION],
    },
    Served {
        kind: KindName::PlacementDecision,
        name: "PlacementDecision",
        version: "v1beta1",
        older: &["v1alpha1"],
        namespaced: true,
        fields: PLACEMENT_DECISION,
        annotations: &[],
    },
    Served {
        kind: KindName::ManagedCluster,
        name: "ManagedCluster",
        version: "v1",
        older: &[],
        namespaced: false,
        fields: MANAGED_CLUSTER,
        annotations: &[],
    },
    Served {
        kind: KindName::ManagedClusterSet,
        name: "ManagedClusterSet",
        version: "v1beta2",
        older: &["v1beta1", "v1alpha1"],
        namespaced: false,
        fields: MANAGED_CLUSTER_SET,
        annotations: &[],
    },
    Served {
        kind: KindName::ManagedClusterSetBinding,
        name: "ManagedClusterSetBinding",
        version: "v1beta2",
        older: &["v1beta1", "v1alpha1"],
        namespaced: true,
        fields: MANAGED_CLUSTER_SET_BINDING,
        annotations: &[],
    },
    Served {
        kind: KindName::AddOnPlacementScore,
        name: "AddOnPlacementScore",
        version: "v1alpha1",
        older: &[],
        namespaced: true,
        fields: ADD_ON_PLACEMENT_SCORE,
        annotations: &[],
    },
];

/// The kind of this name.
pub(crate) fn served(name: &str) -> Option<&'static Served> {
    SERVED.iter().find(|served| served.name == name)
}

/// The served kind that a misspelt name is nearest to.
pub(crate) fn near_kind(name: &str) -> Option<&'static str> {
    near(name, SERVED.iter().map(|served| served.name))
}

/// The candidate that a misspelt word is nearest to, if it is near at all: two letters off at most, and less than a
/// third of them.
pub(crate) fn near<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    const LETTERS_MAX: usize = 128;
    if word.len() > LETTERS_MAX {
        return None;
    }
    let lower = word.to_lowercase();
    candidates
        .filter(|candidate| candidate.len().abs_diff(lower.len()) <= 2 * 4) // Before what is dear; 4: bytes of a letter.
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= 2 && 3 * distance <= candidate.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}
