//! `ManagedClusterSet`: a part of the fleet (spec §2.5).

use serde::{Deserialize, Serialize};

use super::{
    Condition, LabelSelector, ObjectMeta,
    lenient::{is_default, null},
};

/// A `cluster.open-cluster-management.io/v1beta2` ManagedClusterSet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedClusterSet {
    /// Name and labels.
    #[serde(deserialize_with = "null")]
    pub metadata: ObjectMeta,
    /// Which clusters.
    #[serde(deserialize_with = "null")]
    pub spec: ManagedClusterSetSpec,
    /// Not read here.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub status: ManagedClusterSetStatus,
}

/// Which clusters a set holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedClusterSetSpec {
    /// How members are found.
    #[serde(deserialize_with = "null")]
    pub cluster_selector: MemberSelector,
    /// Not read here.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub managed_namespaces: Vec<NamespaceEntry>,
}

/// How a set's members are found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MemberSelector {
    /// `ExclusiveClusterSetLabel` or `LabelSelector`; empty only in recordings without defaults.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub selector_type: String,
    /// For `LabelSelector`; absent is not the same as empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<LabelSelector>,
}

/// A namespace that the set manages on its clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NamespaceEntry {
    /// The namespace.
    #[serde(deserialize_with = "null")]
    pub name: String,
}

/// The set's state; nothing here reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedClusterSetStatus {
    /// E.g. `ClusterSetEmpty`.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
}
