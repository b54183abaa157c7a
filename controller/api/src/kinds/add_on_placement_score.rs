//! `AddOnPlacementScore`: scores that somebody else computed for one cluster (spec §2.7).

use serde::{Deserialize, Serialize};

use super::{
    Condition, ObjectMeta, Text,
    lenient::{is_default, null},
};

/// A `cluster.open-cluster-management.io/v1alpha1` AddOnPlacementScore; its namespace is the cluster's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AddOnPlacementScore {
    /// Name (the resource of a score coordinate) and namespace (the cluster).
    #[serde(deserialize_with = "null")]
    pub metadata: ObjectMeta,
    /// The scores.
    #[serde(deserialize_with = "null")]
    pub status: AddOnPlacementScoreStatus,
}

/// Scores and how long they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AddOnPlacementScoreStatus {
    /// Each name once.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub scores: Vec<ScoreItem>,
    /// RFC 3339; absent: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// Not read here.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
}

/// One score.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScoreItem {
    /// Named by a score coordinate.
    #[serde(deserialize_with = "null")]
    pub name: Text,
    /// `-100..=100`.
    #[serde(deserialize_with = "null")]
    pub value: i32,
}
