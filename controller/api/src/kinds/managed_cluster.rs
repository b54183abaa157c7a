//! `ManagedCluster`: one cluster of the fleet (spec §2.4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Condition, ObjectMeta, Text,
    lenient::{is_default, null, quantities},
};

/// A `cluster.open-cluster-management.io/v1` ManagedCluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedCluster {
    /// Name and labels.
    #[serde(deserialize_with = "null")]
    pub metadata: ObjectMeta,
    /// What the hub's people set.
    #[serde(deserialize_with = "null")]
    pub spec: ManagedClusterSpec,
    /// What the cluster reports.
    #[serde(deserialize_with = "null")]
    pub status: ManagedClusterStatus,
}

/// What the hub's people set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedClusterSpec {
    /// Whether the hub lets the cluster join; read by CEL only.
    #[serde(deserialize_with = "null")]
    pub hub_accepts_client: bool,
    /// Seconds between heartbeats; the server makes an absent one 60.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub lease_duration_seconds: i32,
    /// Addresses of the cluster; read by CEL only.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub managed_cluster_client_configs: Vec<ClientConfig>,
    /// What keeps placements away.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub taints: Vec<Taint>,
}

/// One address of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientConfig {
    /// Of the cluster's API server.
    #[serde(deserialize_with = "null")]
    pub url: String,
    /// Base64.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub ca_bundle: String,
}

/// What keeps placements that do not tolerate it away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Taint {
    /// Never empty in a valid cluster.
    #[serde(deserialize_with = "null")]
    pub key: Text,
    /// May be empty.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub value: Text,
    /// `NoSelect`, `PreferNoSelect` or `NoSelectIfNew`.
    #[serde(deserialize_with = "null")]
    pub effect: Text,
    /// RFC 3339; absent: the zero time, year 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_added: Option<String>,
}

/// What the cluster reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedClusterStatus {
    /// Resource name to quantity: all there is.
    #[serde(deserialize_with = "quantities", skip_serializing_if = "is_default")]
    pub capacity: BTreeMap<Text, String>,
    /// Resource name to quantity: what workloads may use.
    #[serde(deserialize_with = "quantities", skip_serializing_if = "is_default")]
    pub allocatable: BTreeMap<Text, String>,
    /// Name and value; names may repeat.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub cluster_claims: Vec<ClusterClaim>,
    /// Not consulted by scheduling; read by CEL only.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
    /// Read by CEL only.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub version: ClusterVersion,
    /// Read by CEL only.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub managed_namespaces: Vec<ManagedNamespace>,
}

/// One claim of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterClaim {
    /// 1 to 253 characters.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub name: Text,
    /// 1 to 1024 characters.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub value: Text,
}

/// What the cluster runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterVersion {
    /// E.g. `v1.30.2`.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub kubernetes: Text,
}

/// A namespace that a cluster set manages on the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedNamespace {
    /// The namespace.
    #[serde(deserialize_with = "null")]
    pub name: String,
    /// The set that manages it.
    #[serde(deserialize_with = "null")]
    pub cluster_set: String,
    /// Its state.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
}
