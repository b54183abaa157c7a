//! Where the names and values of each kind are. Every field is named, so that a new one cannot be forgotten.

use api::bind::GROUP_INDEX_LABEL;
use api::facts::DISABLE_ANNOTATION;
use api::kinds::{
    AddOnPlacementScore, AddOnPlacementScoreStatus, ClusterSelector, Condition, DecisionGroup, DecisionStrategy,
    GroupStrategy, LabelSelector, ManagedCluster, ManagedClusterSet, ManagedClusterSetBinding, ManagedClusterSetSpec,
    ManagedClusterSpec, ManagedClusterStatus, ManagedNamespace, MemberSelector, ObjectMeta, OwnerReference, Placement,
    PlacementDecision, PlacementSpec, PlacementStatus, PrioritizerConfig, PrioritizerPolicy, Requirement,
    ScoreCoordinate, SpreadConstraint, Taint, Text, Toleration,
};
use api::read::Kind;

use super::names::{Field, Names};

const CONDITIONS: [&str; 12] = [
    "HubAcceptedManagedCluster",
    "HubDeniedManagedCluster",
    "ManagedClusterConditionAvailable",
    "ManagedClusterConditionClockSynced",
    "ManagedClusterJoined",
    "ManagedClusterImportSucceeded",
    "ClusterSetEmpty",
    "Bound",
    "PlacementSatisfied",
    "PlacementMisconfigured",
    "MultipleNamespacesBound",
    "Available",
];
const EFFECTS: [&str; 4] = ["", "NoSelect", "PreferNoSelect", "NoSelectIfNew"];
const OPERATORS: [&str; 4] = ["In", "NotIn", "Exists", "DoesNotExist"];
const PRIORITIZERS: [&str; 5] = ["", "Balance", "Steady", "ResourceAllocatableCPU", "ResourceAllocatableMemory"];
/// Of the annotation that disables scheduling, and of ours.
const SETTINGS: [&str; 5] = ["", "true", "false", "default", "upstream"];
/// What stands for the reasons and messages of conditions, which nobody decides by.
const SAID: &str = "Anonymized";

/// Renames all that an object says.
pub(super) fn rename(kind: &mut Kind, names: &mut Names) {
    match kind {
        Kind::Placement(object) => {
            let Placement { metadata, spec, status } = &mut **object;
            meta(metadata, names, Names::whole);
            placement_spec(spec, names);
            placement_status(status, names);
        }
        Kind::PlacementDecision(object) => {
            let PlacementDecision { metadata, status } = &mut **object;
            meta(metadata, names, Names::slice);
            for decision in &mut status.decisions {
                names.whole(&mut decision.cluster_name);
                names.whole(&mut decision.reason);
            }
        }
        Kind::ManagedCluster(object) => {
            let ManagedCluster { metadata, spec, status } = &mut **object;
            meta(metadata, names, Names::whole);
            cluster_spec(spec, names);
            cluster_status(status, names);
        }
        Kind::ManagedClusterSet(object) => {
            let ManagedClusterSet { metadata, spec, status } = &mut **object;
            let ManagedClusterSetSpec { cluster_selector, managed_namespaces } = spec;
            let MemberSelector { selector_type, label_selector } = cluster_selector;
            meta(metadata, names, Names::whole);
            names.word(selector_type, &["ExclusiveClusterSetLabel", "LabelSelector"]);
            label_selector.iter_mut().for_each(|selector| labels(selector, names));
            managed_namespaces.iter_mut().for_each(|namespace| names.whole(&mut namespace.name));
            conditions(&mut status.conditions, names);
        }
        Kind::ManagedClusterSetBinding(object) => {
            let ManagedClusterSetBinding { metadata, spec, status } = &mut **object;
            meta(metadata, names, Names::whole);
            names.whole(&mut spec.cluster_set);
            conditions(&mut status.conditions, names);
        }
        Kind::AddOnPlacementScore(object) => {
            let AddOnPlacementScore { metadata, status } = &mut **object;
            let AddOnPlacementScoreStatus { scores, valid_until: _, conditions: said } = status;
            meta(metadata, names, Names::whole);
            scores.iter_mut().for_each(|score| names.whole(&mut score.name));
            conditions(said, names);
        }
    }
}

/// How many CEL expressions a placement has.
pub(super) fn cel_expressions(kind: &Kind) -> usize {
    let Kind::Placement(placement) = kind else { return 0 };
    let selectors = placement.spec.predicates.iter().map(|predicate| &predicate.required_cluster_selector);
    selectors.map(|selector| selector.cel_selector.cel_expressions.len()).sum()
}

fn meta(metadata: &mut ObjectMeta, names: &mut Names, name_of: impl Fn(&mut Names, &mut String)) {
    let ObjectMeta {
        name,
        namespace,
        labels,
        annotations,
        uid,
        resource_version: _,
        generation: _,
        creation_timestamp: _,
        deletion_timestamp: _,
        finalizers,
        owner_references,
    } = metadata;
    name_of(names, name);
    names.whole(namespace);
    names.map(labels, |names, key, value: &mut Text| {
        let is_index = key.get() == GROUP_INDEX_LABEL && value.bytes().all(|byte| byte.is_ascii_digit());
        if !is_index {
            names.value(value);
        }
        names.key(key);
    });
    names.map(annotations, |names, key, value: &mut Text| {
        let is_setting = key.get() == DISABLE_ANNOTATION || key.starts_with("placewright.io/");
        names.word(value, if is_setting { &SETTINGS } else { &[""] });
        names.key(key);
    });
    names.whole(uid);
    finalizers.iter_mut().for_each(|finalizer| names.key(finalizer));
    for owner in owner_references {
        let OwnerReference { api_version, kind, name, uid, controller: _, block_owner_deletion: _ } = owner;
        names.word(api_version, &["cluster.open-cluster-management.io/v1beta1"]);
        names.word(kind, &["Placement"]);
        names.whole(name);
        names.whole(uid);
    }
}

fn conditions(conditions: &mut [Condition], names: &mut Names) {
    for condition in conditions {
        let Condition { r#type, status: _, observed_generation: _, last_transition_time: _, reason, message } =
            condition;
        if !CONDITIONS.contains(&r#type.as_str()) {
            names.key(r#type);
        }
        reason.set(SAID.to_owned());
        message.set(SAID.to_owned());
    }
}

fn labels(selector: &mut LabelSelector, names: &mut Names) {
    let LabelSelector { match_labels, match_expressions } = selector;
    names.map(match_labels, |names, key, value: &mut String| {
        names.key(key);
        names.value(value);
    });
    requirements(match_expressions, names);
}

fn requirements(requirements: &mut [Requirement], names: &mut Names) {
    for Requirement { key, operator, values } in requirements {
        names.key(key);
        names.word(operator, &OPERATORS);
        values.iter_mut().for_each(|value| names.value(value));
    }
}

fn selector(selector: &mut ClusterSelector, names: &mut Names) {
    let ClusterSelector { label_selector, claim_selector, cel_selector } = selector;
    labels(label_selector, names);
    requirements(&mut claim_selector.match_expressions, names);
    // No expression, in whatever language: nobody is to decide by it.
    cel_selector.cel_expressions.iter_mut().for_each(|expression| "(anonymized".clone_into(expression));
}

fn placement_spec(spec: &mut PlacementSpec, names: &mut Names) {
    let PlacementSpec {
        cluster_sets,
        number_of_clusters: _,
        predicates,
        prioritizer_policy: PrioritizerPolicy { mode, configurations },
        spread_policy,
        tolerations,
        decision_strategy: DecisionStrategy { group_strategy },
        sort_by,
        score_rate_limit: _,
    } = spec;
    cluster_sets.iter_mut().for_each(|set| names.whole(set));
    predicates.iter_mut().for_each(|predicate| selector(&mut predicate.required_cluster_selector, names));
    names.word(mode, &["", "Additive", "Exact"]);
    for PrioritizerConfig { score_coordinate, weight: _ } in configurations {
        let ScoreCoordinate { r#type, built_in, add_on } = score_coordinate;
        names.word(r#type, &["", "BuiltIn", "AddOn"]);
        names.word(built_in, &PRIORITIZERS);
        if let Some(add_on) = add_on {
            names.whole(&mut add_on.resource_name);
            names.whole(&mut add_on.score_name);
        }
    }
    for constraint in &mut spread_policy.spread_constraints {
        let SpreadConstraint { topology_key, topology_key_type, max_skew: _, when_unsatisfiable } = constraint;
        names.key(topology_key);
        names.word(topology_key_type, &["", "Label", "Claim"]);
        names.word(when_unsatisfiable, &["", "DoNotSchedule", "ScheduleAnyway"]);
    }
    for Toleration { key, operator, value, effect, toleration_seconds: _ } in tolerations {
        names.key(key);
        names.word(operator, &["", "Equal", "Exists"]);
        names.value(value);
        names.word(effect, &EFFECTS);
    }
    let GroupStrategy { clusters_per_decision_group: _, decision_groups } = group_strategy;
    for DecisionGroup { group_name, group_cluster_selector } in decision_groups {
        names.value(group_name);
        selector(group_cluster_selector, names);
    }
    names.word(sort_by, &["", "ClusterName", "Score"]);
}

fn placement_status(status: &mut PlacementStatus, names: &mut Names) {
    let PlacementStatus {
        number_of_selected_clusters: _,
        decision_groups,
        conditions: said,
        last_score_update_time: _,
    } = status;
    for group in decision_groups {
        names.value(&mut group.decision_group_name);
        group.decisions.iter_mut().for_each(|slice| names.slice(slice));
    }
    conditions(said, names);
}

fn cluster_spec(spec: &mut ManagedClusterSpec, names: &mut Names) {
    let ManagedClusterSpec { hub_accepts_client: _, lease_duration_seconds: _, managed_cluster_client_configs, taints } =
        spec;
    // Addresses and certificates: nobody decides by them.
    managed_cluster_client_configs.clear();
    for Taint { key, value, effect, time_added: _ } in taints {
        names.key(key);
        names.value(value);
        names.word(effect, &EFFECTS);
    }
}

fn cluster_status(status: &mut ManagedClusterStatus, names: &mut Names) {
    let ManagedClusterStatus { capacity, allocatable, cluster_claims, conditions: said, version, managed_namespaces } =
        status;
    for quantities in [capacity, allocatable] {
        names.map(quantities, |names, key, _: &mut String| names.word(key, &["cpu", "memory"]));
    }
    for claim in cluster_claims {
        names.key(&mut claim.name);
        names.value(&mut claim.value);
    }
    conditions(said, names);
    names.value(&mut version.kubernetes);
    for ManagedNamespace { name, cluster_set, conditions: said } in managed_namespaces {
        names.whole(name);
        names.whole(cluster_set);
        conditions(said, names);
    }
}
