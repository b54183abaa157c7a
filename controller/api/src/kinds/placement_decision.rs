//! `PlacementDecision`: a slice of up to 100 selected clusters (spec §2.3).

use serde::{Deserialize, Serialize};

use super::{
    ObjectMeta,
    lenient::{is_default, null},
};

/// A `cluster.open-cluster-management.io/v1beta1` PlacementDecision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlacementDecision {
    /// Name, labels (placement, group), owner.
    #[serde(deserialize_with = "null")]
    pub metadata: ObjectMeta,
    /// The clusters.
    #[serde(deserialize_with = "null")]
    pub status: PlacementDecisionStatus,
}

/// The clusters of one slice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlacementDecisionStatus {
    /// In the order they were written; recordings may hold more than 100, and duplicates.
    #[serde(deserialize_with = "null")]
    pub decisions: Vec<ClusterDecision>,
}

/// One selected cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterDecision {
    /// The cluster's name; the cluster may be gone.
    #[serde(deserialize_with = "null")]
    pub cluster_name: String,
    /// Upstream always writes it empty.
    #[serde(deserialize_with = "null")]
    pub reason: String,
    /// The cluster's total score; 0 is not written.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub score: i64,
}
