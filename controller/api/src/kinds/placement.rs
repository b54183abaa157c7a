//! `Placement`: which clusters, how many, by which merits, in which groups (spec §2.1, §2.2).

use serde::{Deserialize, Serialize};

use super::{
    ClusterSelector, Condition, ObjectMeta,
    lenient::{is_default, null},
};

/// A `cluster.open-cluster-management.io/v1beta1` Placement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Placement {
    /// Name, namespace, labels.
    #[serde(deserialize_with = "null")]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[serde(deserialize_with = "null")]
    pub spec: PlacementSpec,
    /// What was decided.
    #[serde(deserialize_with = "null")]
    pub status: PlacementStatus,
}

/// What a placement wants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlacementSpec {
    /// Names of cluster sets; empty: all bound ones.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub cluster_sets: Vec<String>,
    /// How many clusters; absent: all. Any int32 gets this far (Q1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_of_clusters: Option<i32>,
    /// ORed; empty: every cluster.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub predicates: Vec<Predicate>,
    /// How clusters are ranked.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub prioritizer_policy: PrioritizerPolicy,
    /// How clusters are spread over a topology; upstream ignores it.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub spread_policy: SpreadPolicy,
    /// Which taints do not bar a cluster.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub tolerations: Vec<Toleration>,
    /// How decisions are cut into groups.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub decision_strategy: DecisionStrategy,
    /// `ClusterName` or `Score`; empty: `ClusterName`. Upstream ignores it.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub sort_by: String,
    /// A number with unit `h`, `m` or `s`; empty: `1m`. Upstream ignores it.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub score_rate_limit: String,
}

/// One alternative of `spec.predicates`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Predicate {
    /// Empty: every cluster.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub required_cluster_selector: ClusterSelector,
}

/// How clusters are ranked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PrioritizerPolicy {
    /// `Additive` or `Exact`; empty: `Additive`. Any text gets this far.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub mode: String,
    /// Prioritizers and their weights.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub configurations: Vec<PrioritizerConfig>,
}

/// One prioritizer and its weight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PrioritizerConfig {
    /// Which prioritizer.
    #[serde(deserialize_with = "null")]
    pub score_coordinate: ScoreCoordinate,
    /// `-10..=10`; the server makes an absent one 1, an explicit 0 stays (Q31).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i32>,
}

/// Where a score comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScoreCoordinate {
    /// `BuiltIn` or `AddOn`; empty only in recordings without defaults.
    #[serde(rename = "type", deserialize_with = "null", skip_serializing_if = "is_default")]
    pub r#type: String,
    /// Name of a built-in prioritizer.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub built_in: String,
    /// A score of an `AddOnPlacementScore`. Its presence matters for `BuiltIn` too (PRIO-12).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_on: Option<AddOnCoordinate>,
}

/// Names one score of one `AddOnPlacementScore` in each cluster's namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AddOnCoordinate {
    /// The object's name.
    #[serde(deserialize_with = "null")]
    pub resource_name: String,
    /// The score's name in it.
    #[serde(deserialize_with = "null")]
    pub score_name: String,
}

/// Spread over topologies; upstream has no code for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SpreadPolicy {
    /// At most 8.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub spread_constraints: Vec<SpreadConstraint>,
}

/// Spread over the values of one label or claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SpreadConstraint {
    /// Label key or claim name.
    #[serde(deserialize_with = "null")]
    pub topology_key: String,
    /// `Label` or `Claim`.
    #[serde(deserialize_with = "null")]
    pub topology_key_type: String,
    /// At least 1; absent: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_skew: Option<i32>,
    /// `DoNotSchedule` or `ScheduleAnyway`; empty: `ScheduleAnyway`.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub when_unsatisfiable: String,
}

/// Taints that do not bar a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Toleration {
    /// Taint key; empty: every key.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub key: String,
    /// `Equal` or `Exists`; empty: `Equal`. Any text gets this far.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub operator: String,
    /// Taint value, for `Equal`.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub value: String,
    /// `NoSelect`, `PreferNoSelect` or `NoSelectIfNew`; empty: every effect.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub effect: String,
    /// For how many seconds after the taint was added; absent: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toleration_seconds: Option<i64>,
}

/// How decisions are cut into groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DecisionStrategy {
    /// Groups and their size.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub group_strategy: GroupStrategy,
}

/// Named groups first, then groups of one size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupStrategy {
    /// A count or a percentage; absent: 0, one group. Served as `100%` where `groupStrategy` stands without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters_per_decision_group: Option<IntOrString>,
    /// Groups with a name and a selector, filled in this order.
    #[serde(deserialize_with = "null", skip_serializing_if = "is_default")]
    pub decision_groups: Vec<DecisionGroup>,
}

/// A named group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DecisionGroup {
    /// Becomes a label value; 2 to 63 characters.
    #[serde(deserialize_with = "null")]
    pub group_name: String,
    /// Which of the selected clusters; `celSelector` is never set here.
    #[serde(deserialize_with = "null")]
    pub group_cluster_selector: ClusterSelector,
}

/// A JSON number or string, kept as it was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum IntOrString {
    /// An int32.
    Int(i32),
    /// Any text, e.g. `25%`.
    Text(String),
}

/// What was decided, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlacementStatus {
    /// How many clusters stand selected.
    #[serde(deserialize_with = "null")]
    pub number_of_selected_clusters: i32,
    /// The groups and the slices they are in.
    #[serde(deserialize_with = "null")]
    pub decision_groups: Vec<DecisionGroupStatus>,
    /// `PlacementSatisfied`, `PlacementMisconfigured` and ours.
    #[serde(deserialize_with = "null")]
    pub conditions: Vec<Condition>,
    /// RFC 3339; upstream never writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_score_update_time: Option<String>,
}

/// One group that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DecisionGroupStatus {
    /// Counts from 0.
    #[serde(deserialize_with = "null")]
    pub decision_group_index: i32,
    /// Empty for groups without a name.
    #[serde(deserialize_with = "null")]
    pub decision_group_name: String,
    /// Names of the PlacementDecisions.
    #[serde(deserialize_with = "null")]
    pub decisions: Vec<String>,
    /// Clusters in the group.
    #[serde(deserialize_with = "null")]
    pub cluster_count: i32,
}
