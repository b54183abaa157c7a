//! The short forms of a scenario's objects, and how they become kinds and then facts.

use std::collections::BTreeMap;

use api::{facts, kinds};
use scheduler_core::Fact;
use serde::Deserialize;

use super::Scenario;

/// Where a scenario's placement lives.
pub(super) const NAMESPACE: &str = "ns";

/// The label by which slices belong to a placement.
const PLACEMENT_LABEL: &str = "cluster.open-cluster-management.io/placement";

/// A cluster and the scores about it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Cluster {
    name: String,
    labels: BTreeMap<kinds::Text, kinds::Text>,
    /// In order; a name may repeat (SEL-6).
    claims: Vec<kinds::ClusterClaim>,
    taints: Vec<kinds::Taint>,
    allocatable: BTreeMap<kinds::Text, String>,
    /// Absent: as `allocatable`.
    capacity: Option<BTreeMap<kinds::Text, String>>,
    deleting: bool,
    /// By resource name.
    scores: BTreeMap<String, Score>,
}

/// An AddOnPlacementScore.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Score {
    valid_until: Option<String>,
    values: BTreeMap<kinds::Text, i32>,
}

/// A ManagedClusterSet.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Set {
    name: String,
    cluster_selector: kinds::MemberSelector,
}

/// A ManagedClusterSetBinding.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Binding {
    name: String,
    /// Absent: the placement's.
    namespace: Option<String>,
    /// Absent: as `name`.
    cluster_set: Option<String>,
}

/// A PlacementDecision.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Slice {
    name: String,
    /// Absent: the placement's.
    namespace: Option<String>,
    /// Its label; absent: none.
    placement: Option<String>,
    clusters: Vec<String>,
}

/// A Placement: the spec's fields as upstream names them, predicates in a short form.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Placement {
    pub(super) name: String,
    annotations: BTreeMap<kinds::Text, kinds::Text>,
    generation: i64,
    deleting: bool,
    /// `status` holds upstream's conditions already.
    answered: bool,
    cluster_sets: Vec<String>,
    number_of_clusters: Option<i32>,
    predicates: Vec<Predicate>,
    prioritizer_policy: kinds::PrioritizerPolicy,
    tolerations: Vec<kinds::Toleration>,
    group_strategy: GroupStrategy,
}

/// `requiredClusterSelector` in short.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Predicate {
    labels: BTreeMap<String, String>,
    label_expressions: Vec<kinds::Requirement>,
    claim_expressions: Vec<kinds::Requirement>,
    cel: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct GroupStrategy {
    clusters_per_decision_group: Option<kinds::IntOrString>,
    decision_groups: Vec<Group>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Group {
    name: String,
    #[serde(flatten)]
    selector: GroupSelector,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GroupSelector {
    labels: BTreeMap<String, String>,
    label_expressions: Vec<kinds::Requirement>,
    claim_expressions: Vec<kinds::Requirement>,
}

/// All objects of a scenario as facts.
pub(super) fn facts(scenario: &Scenario) -> Vec<Fact> {
    let mut all = Vec::new();
    for short in &scenario.clusters {
        all.push(Fact::Cluster(facts::cluster(&cluster(short)).0));
        all.extend(short.scores.iter().map(|(name, s)| Fact::Score(facts::score(&score(&short.name, name, s)).0)));
    }
    let everybody = Set {
        name: "global".to_owned(),
        cluster_selector: kinds::MemberSelector {
            selector_type: "LabelSelector".to_owned(),
            label_selector: Some(kinds::LabelSelector::default()),
        },
    };
    let default_sets = [everybody];
    let sets = scenario.sets.as_deref().unwrap_or(&default_sets);
    all.extend(sets.iter().map(|s| Fact::Set(facts::set(&set(s)))));
    let bound: Vec<Binding> = sets.iter().map(|s| Binding { name: s.name.clone(), ..Binding::default() }).collect();
    let bindings = scenario.bindings.as_deref().unwrap_or(&bound);
    all.extend(bindings.iter().map(|b| Fact::Binding(facts::binding(&binding(b)))));
    all.extend(scenario.slices.iter().map(|s| Fact::Slice(facts::slice(&slice(s)))));
    all.push(Fact::Placement(Box::new(facts::placement(&placement(&scenario.placement)).0)));
    all
}

fn named(name: &str, namespace: &str) -> kinds::ObjectMeta {
    kinds::ObjectMeta { name: name.to_owned(), namespace: namespace.to_owned(), ..kinds::ObjectMeta::default() }
}

fn deletion(deleting: bool) -> Option<String> {
    deleting.then(|| "2026-01-01T00:00:00Z".to_owned())
}

fn cluster(short: &Cluster) -> kinds::ManagedCluster {
    let mut full = kinds::ManagedCluster { metadata: named(&short.name, ""), ..kinds::ManagedCluster::default() };
    full.metadata.labels.clone_from(&short.labels);
    full.metadata.deletion_timestamp = deletion(short.deleting);
    full.spec.taints.clone_from(&short.taints);
    full.status.cluster_claims.clone_from(&short.claims);
    full.status.allocatable.clone_from(&short.allocatable);
    full.status.capacity = short.capacity.clone().unwrap_or_else(|| short.allocatable.clone());
    full
}

fn score(cluster: &str, name: &str, short: &Score) -> kinds::AddOnPlacementScore {
    let mut full = kinds::AddOnPlacementScore { metadata: named(name, cluster), ..Default::default() };
    full.status.valid_until.clone_from(&short.valid_until);
    let item = |(name, value): (&kinds::Text, &i32)| kinds::ScoreItem { name: name.clone(), value: *value };
    full.status.scores = short.values.iter().map(item).collect();
    full
}

fn set(short: &Set) -> kinds::ManagedClusterSet {
    let mut full = kinds::ManagedClusterSet { metadata: named(&short.name, ""), ..Default::default() };
    full.spec.cluster_selector = short.cluster_selector.clone();
    full
}

fn binding(short: &Binding) -> kinds::ManagedClusterSetBinding {
    let namespace = short.namespace.as_deref().unwrap_or(NAMESPACE);
    let mut full = kinds::ManagedClusterSetBinding { metadata: named(&short.name, namespace), ..Default::default() };
    full.spec.cluster_set = short.cluster_set.clone().unwrap_or_else(|| short.name.clone());
    full
}

fn slice(short: &Slice) -> kinds::PlacementDecision {
    let namespace = short.namespace.as_deref().unwrap_or(NAMESPACE);
    let mut full = kinds::PlacementDecision { metadata: named(&short.name, namespace), ..Default::default() };
    full.metadata.labels.extend(short.placement.iter().map(|p| (PLACEMENT_LABEL.into(), p.as_str().into())));
    let decision = |c: &String| kinds::ClusterDecision { cluster_name: c.clone(), ..Default::default() };
    full.status.decisions = short.clusters.iter().map(decision).collect();
    full
}

fn placement(short: &Placement) -> kinds::Placement {
    let mut full = kinds::Placement { metadata: named(&short.name, NAMESPACE), ..Default::default() };
    full.metadata.annotations.clone_from(&short.annotations);
    full.metadata.generation = short.generation;
    full.metadata.deletion_timestamp = deletion(short.deleting);
    full.spec.cluster_sets.clone_from(&short.cluster_sets);
    full.spec.number_of_clusters = short.number_of_clusters;
    full.spec.predicates = short.predicates.iter().map(predicate).collect();
    full.spec.prioritizer_policy = short.prioritizer_policy.clone();
    full.spec.tolerations.clone_from(&short.tolerations);
    let strategy = &mut full.spec.decision_strategy.group_strategy;
    strategy.clusters_per_decision_group.clone_from(&short.group_strategy.clusters_per_decision_group);
    strategy.decision_groups = short.group_strategy.decision_groups.iter().map(group).collect();
    if short.answered {
        full.status.conditions = ["PlacementMisconfigured", "PlacementSatisfied"].map(condition).into();
    }
    full
}

fn condition(kind: &str) -> kinds::Condition {
    kinds::Condition { r#type: kind.into(), status: "False".into(), ..Default::default() }
}

fn predicate(short: &Predicate) -> kinds::Predicate {
    let mut selector = selector(&short.labels, &short.label_expressions, &short.claim_expressions);
    selector.cel_selector.cel_expressions.clone_from(&short.cel);
    kinds::Predicate { required_cluster_selector: selector }
}

fn group(short: &Group) -> kinds::DecisionGroup {
    let GroupSelector { labels, label_expressions, claim_expressions } = &short.selector;
    kinds::DecisionGroup {
        group_name: short.name.clone(),
        group_cluster_selector: selector(labels, label_expressions, claim_expressions),
    }
}

fn selector(
    labels: &BTreeMap<String, String>,
    label_expressions: &[kinds::Requirement],
    claim_expressions: &[kinds::Requirement],
) -> kinds::ClusterSelector {
    let mut full = kinds::ClusterSelector::default();
    full.label_selector.match_labels.clone_from(labels);
    full.label_selector.match_expressions = label_expressions.to_vec();
    full.claim_selector.match_expressions = claim_expressions.to_vec();
    full
}
