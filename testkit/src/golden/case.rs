//! The recorded form: what went in, what came out.

use std::collections::BTreeMap;

use api::kinds::{
    AddOnPlacementScore, DecisionGroupStatus, ManagedCluster, ManagedClusterSet, ManagedClusterSetBinding, Placement,
    PlacementDecision, Text,
};
use serde::{Deserialize, Deserializer, Serialize};

/// One line: a question and, where it was recorded, upstream's answer.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// The question.
    pub r#in: In,
    /// The answer.
    pub out: Option<Out>,
}

/// One placement and all that is in the cache.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct In {
    /// Whom to schedule.
    pub placement: Placement,
    /// The fleet.
    #[serde(deserialize_with = "null")]
    pub clusters: Vec<ManagedCluster>,
    /// Cluster sets.
    #[serde(deserialize_with = "null")]
    pub sets: Vec<ManagedClusterSet>,
    /// Bindings of sets.
    #[serde(deserialize_with = "null")]
    pub bindings: Vec<ManagedClusterSetBinding>,
    /// Slices before.
    #[serde(deserialize_with = "null")]
    pub decisions: Vec<PlacementDecision>,
    /// Scores.
    #[serde(deserialize_with = "null")]
    pub scores: Vec<AddOnPlacementScore>,
}

/// What one reconciliation did.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Out {
    /// Survivors after each filter that ran to its end.
    #[serde(deserialize_with = "null")]
    pub filters: Vec<Filtered>,
    /// One JSON text a prioritizer.
    #[serde(deserialize_with = "null")]
    pub prios: Vec<String>,
    /// Total score of each filtered cluster.
    #[serde(deserialize_with = "null")]
    pub totals: BTreeMap<String, i64>,
    /// Chosen clusters, best first.
    #[serde(deserialize_with = "null")]
    pub decisions: Vec<String>,
    /// How many could not be placed.
    pub unsched: i64,
    /// Unix time in seconds of the timed requeue.
    pub requeue: Option<i64>,
    /// `status.numberOfSelectedClusters` after.
    pub num: i32,
    /// `status.decisionGroups` after.
    #[serde(deserialize_with = "null")]
    pub groups: Vec<DecisionGroupStatus>,
    /// `status.conditions` after: type to status, reason, message.
    #[serde(deserialize_with = "null")]
    pub conds: BTreeMap<Text, [Text; 3]>,
    /// Slices of the placement's namespace after.
    #[serde(deserialize_with = "null")]
    pub pds: BTreeMap<String, SliceAfter>,
    /// API calls in order.
    #[serde(deserialize_with = "null")]
    pub actions: Vec<String>,
    /// The error returned to the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub err: Option<String>,
    /// Every warning that could have been that error: upstream returns one of them by chance (FLOW-3).
    #[serde(skip)]
    pub warnings: Vec<String>,
    /// Upstream panicked, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub panic: Option<serde_json::Value>,
}

/// Survivors after one filter.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filtered {
    /// The filters so far, joined with commas.
    pub name: String,
    /// Ascending.
    #[serde(deserialize_with = "null")]
    pub clusters: Vec<String>,
}

/// One prioritizer's scores.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Prioritized {
    /// As upstream names it.
    pub name: String,
    /// Its weight.
    pub weight: i32,
    /// Clusters without a score are absent.
    #[serde(deserialize_with = "null")]
    pub scores: BTreeMap<String, i32>,
}

/// One slice after the reconciliation.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceAfter {
    /// Cluster names in order.
    #[serde(deserialize_with = "null")]
    pub decisions: Vec<String>,
    /// All labels.
    #[serde(deserialize_with = "null")]
    pub labels: BTreeMap<Text, Text>,
}

fn null<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}
