//! `ManagedClusterSetBinding`: lets a namespace's placements use a set (spec §2.6).

use serde::{Deserialize, Serialize};

use super::{
    Condition, ObjectMeta,
    lenient::{is_default, null},
};

/// A `cluster.open-cluster-management.io/v1beta2` ManagedClusterSetBinding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedClusterSetBinding {
    /// Its name is the set's (Q27).
    #[serde(deserialize_with = "null")]
    pub metadata: ObjectMeta,
    /// Which set.
    #[serde(deserialize_with = "null")]
    pub spec: ManagedClusterSetBindingSpec,
    /// Not read here.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub status: ManagedClusterSetBindingStatus,
}

/// Which set is bound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedClusterSetBindingSpec {
    /// The set's name, again.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub cluster_set: String,
}

/// The binding's state; nothing here reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedClusterSetBindingStatus {
    /// E.g. `Bound`.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
}
