//! Decisions and recorded states in short, for the tests of this room.

use scheduler_core::{
    Condition, ConditionType, Decision, Entries, Group, Hold, Outcome, PlacementKey, Symbol, Warning,
};

use crate::bind::{Event, Recorded, Version, Write};
use crate::kinds::{ClusterDecision, ObjectMeta, OwnerReference, Placement, PlacementDecision};

pub const LABEL: &str = "cluster.open-cluster-management.io/placement";
pub const INDEX: &str = "cluster.open-cluster-management.io/decision-group-index";
pub const NAME: &str = "cluster.open-cluster-management.io/decision-group-name";

/// 2026-01-01T00:00:00Z.
pub fn now() -> kube_text::Time {
    kube_text::Time::from_unix_seconds(1_767_225_600)
}

/// The placement `ns1/p1` of the recorded API traffic.
pub fn placement() -> Placement {
    let metadata = ObjectMeta {
        name: "p1".to_owned(),
        namespace: "ns1".to_owned(),
        uid: "puid".to_owned(),
        resource_version: "7".to_owned(),
        ..ObjectMeta::default()
    };
    Placement { metadata, ..Placement::default() }
}

pub fn recorded(slices: impl IntoIterator<Item = PlacementDecision>) -> Recorded {
    Recorded::new(placement(), slices)
}

/// A slice of ours as we would have written it, in group 0 without a name.
pub fn slice<S: AsRef<str>>(name: &str, clusters: &[S]) -> PlacementDecision {
    let labels = [(LABEL, "p1"), (INDEX, "0"), (NAME, "")];
    let owner = OwnerReference {
        api_version: "cluster.open-cluster-management.io/v1beta1".to_owned(),
        kind: "Placement".to_owned(),
        name: "p1".to_owned(),
        uid: "puid".to_owned(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    };
    let metadata = ObjectMeta {
        name: name.to_owned(),
        namespace: "ns1".to_owned(),
        labels: labels.map(|(key, value)| (key.into(), value.into())).into(),
        uid: format!("uid of {name}"),
        resource_version: format!("version of {name}"),
        owner_references: vec![owner],
        ..ObjectMeta::default()
    };
    let mut slice = PlacementDecision { metadata, ..PlacementDecision::default() };
    let entry = |c: &S| ClusterDecision { cluster_name: c.as_ref().to_owned(), ..ClusterDecision::default() };
    slice.status.decisions = clusters.iter().map(entry).collect();
    slice
}

pub fn condition(kind: ConditionType, status: bool, reason: &'static str, message: &str) -> Condition {
    Condition { kind, status, reason, message: message.to_owned(), observed_generation: None }
}

/// Upstream's two where all is well.
pub fn all_well() -> Vec<Condition> {
    use ConditionType::{Misconfigured, Satisfied};
    vec![
        condition(Misconfigured, false, "Succeedconfigured", "Placement configurations check pass"),
        condition(Satisfied, true, "AllDecisionsScheduled", "All cluster decisions scheduled"),
    ]
}

fn decision(outcome: Outcome, conditions: Vec<Condition>) -> Decision {
    Decision {
        placement: PlacementKey { namespace: "ns1".into(), name: "p1".into() },
        outcome,
        conditions,
        warnings: Vec::<Warning>::new(),
        rejected: Vec::new(),
        scored: Entries::default(),
        remember: Vec::new(),
        requeue_at: None,
    }
}

/// Groups of clusters, all selected.
pub fn placed<S: AsRef<str>>(groups: &[(&str, &[S])]) -> Decision {
    let entry = |name: &S| (Symbol::from(name.as_ref()), 7);
    let group = |(name, clusters): &(&str, &[S])| Group {
        name: Symbol::from(*name),
        entries: clusters.iter().map(entry).collect(),
    };
    let groups: Vec<Group> = groups.iter().map(group).collect();
    let selected = groups.iter().map(|g| g.entries.len()).sum::<usize>().try_into().unwrap();
    decision(Outcome::Placed { groups, selected, shortfall: None }, all_well())
}

/// Nobody selected, no reason given to doubt it.
pub fn nobody() -> Decision {
    placed::<&str>(&[("", &[])])
}

pub fn held(conditions: Vec<Condition>) -> Decision {
    decision(Outcome::Held(Hold::Misconfigured(String::new())), conditions)
}

pub fn untouched() -> Decision {
    decision(Outcome::Untouched, Vec::new())
}

/// Names of objects and verbs, in order.
pub fn calls(writes: &[Write]) -> Vec<String> {
    writes.iter().map(|write| write.call.to_string()).collect()
}

/// The bodies, where a call that follows another on the same object was answered with uid `u` and version `v`.
pub fn bodies(writes: &[Write]) -> Vec<String> {
    let returned = Version { uid: "u".to_owned(), resource_version: "v".to_owned() };
    writes.iter().map(|write| write.call.body(&returned).to_string()).collect()
}

pub fn events(writes: &[Write]) -> Vec<&Event> {
    writes.iter().flat_map(|write| &write.events).collect()
}

/// The clusters that readers of the label see: each as often as it stands there, by slice.
pub fn seen(recorded: &Recorded) -> Vec<(&str, Vec<&str>)> {
    let labelled = recorded.slices.iter().filter(|(_, s)| s.metadata.labels.get(LABEL).is_some_and(|l| l == "p1"));
    labelled
        .map(|(name, s)| (name.as_str(), s.status.decisions.iter().map(|d| d.cluster_name.as_str()).collect()))
        .collect()
}
