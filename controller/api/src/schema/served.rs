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
    pub(crate) plural: &'static str,
    pub(crate) short: &'static [&'static str],
    pub(crate) about: &'static str,
    pub(crate) version: &'static str,
    /// Versions that were served once, and are read with a note.
    pub(crate) older: &'static [&'static str],
    pub(crate) namespaced: bool,
    pub(crate) fields: &'static [Field],
    /// Keys of annotations without which more may be selected.
    pub(crate) annotations: &'static [&'static str],
    /// What `kubectl get` shows beside the name.
    pub(crate) columns: &'static [Column],
}

/// One column of `kubectl get`.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) of: &'static str,
    pub(crate) path: &'static str,
}

const fn column(name: &'static str, of: &'static str, path: &'static str) -> Column {
    Column { name, of, path }
}

const AGE: Column = column("Age", "date", ".metadata.creationTimestamp");

pub(crate) static SERVED: [Served; 6] = [
    Served {
        kind: KindName::Placement,
        name: "Placement",
        plural: "placements",
        short: &[],
        about: "Which managed clusters are wanted, and how many. The answer is in PlacementDecisions with the label cluster.open-cluster-management.io/placement.",
        version: "v1beta1",
        older: &["v1alpha1"],
        namespaced: true,
        fields: PLACEMENT,
        annotations: &[DISABLE_ANNOTATION],
        columns: &[
            column("Succeeded", "string", r#".status.conditions[?(@.type=="PlacementSatisfied")].status"#),
            column("Reason", "string", r#".status.conditions[?(@.type=="PlacementSatisfied")].reason"#),
            column("SelectedClusters", "integer", ".status.numberOfSelectedClusters"),
        ],
    },
    Served {
        kind: KindName::PlacementDecision,
        name: "PlacementDecision",
        plural: "placementdecisions",
        short: &[],
        about: "A slice of the clusters that were selected for a Placement.",
        version: "v1beta1",
        older: &["v1alpha1"],
        namespaced: true,
        fields: PLACEMENT_DECISION,
        annotations: &[],
        columns: &[],
    },
    Served {
        kind: KindName::ManagedCluster,
        name: "ManagedCluster",
        plural: "managedclusters",
        short: &["mcl", "mcls"],
        about: "A cluster of the fleet, as the hub knows it.",
        version: "v1",
        older: &[],
        namespaced: false,
        fields: MANAGED_CLUSTER,
        annotations: &[],
        columns: &[
            column("Hub Accepted", "boolean", ".spec.hubAcceptsClient"),
            column("Managed Cluster URLs", "string", ".spec.managedClusterClientConfigs[*].url"),
            column("Joined", "string", r#".status.conditions[?(@.type=="ManagedClusterJoined")].status"#),
            column(
                "Available",
                "string",
                r#".status.conditions[?(@.type=="ManagedClusterConditionAvailable")].status"#,
            ),
            AGE,
        ],
    },
    Served {
        kind: KindName::ManagedClusterSet,
        name: "ManagedClusterSet",
        plural: "managedclustersets",
        short: &["mclset", "mclsets"],
        about: "A group of managed clusters, for placements to choose from where it is bound.",
        version: "v1beta2",
        older: &["v1beta1", "v1alpha1"],
        namespaced: false,
        fields: MANAGED_CLUSTER_SET,
        annotations: &[],
        columns: &[column("Empty", "string", r#".status.conditions[?(@.type=="ClusterSetEmpty")].status"#), AGE],
    },
    Served {
        kind: KindName::ManagedClusterSetBinding,
        name: "ManagedClusterSetBinding",
        plural: "managedclustersetbindings",
        short: &["mclsetbinding", "mclsetbindings"],
        about: "Lets the placements of a namespace choose from a cluster set.",
        version: "v1beta2",
        older: &["v1beta1", "v1alpha1"],
        namespaced: true,
        fields: MANAGED_CLUSTER_SET_BINDING,
        annotations: &[],
        columns: &[],
    },
    Served {
        kind: KindName::AddOnPlacementScore,
        name: "AddOnPlacementScore",
        plural: "addonplacementscores",
        short: &[],
        about: "Scores of the managed cluster that the namespace is named after, for placements to rank clusters by.",
        version: "v1alpha1",
        older: &[],
        namespaced: true,
        fields: ADD_ON_PLACEMENT_SCORE,
        annotations: &[],
        columns: &[],
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
