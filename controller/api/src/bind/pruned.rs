//! What the definitions of an older hub have no place for (extensions §6): its server drops that from whatever is
//! written, so it is neither written nor compared.

use serde_json::Value;

use crate::kinds::{DecisionGroupStatus, Placement, Resource};

/// Fields of a Placement's status that a hub drops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// `decisionGroups`.
    pub decision_groups: bool,
    /// `clusterCount` of each group.
    pub cluster_count: bool,
}

impl Pruned {
    /// From the OpenAPI document, version 3, of the group version that Placements are served in. `None` where it tells
    /// nothing of their status. O(length).
    #[must_use]
    pub fn read(document: &[u8]) -> Option<Pruned> {
        let document: Value = serde_json::from_slice(document).ok()?;
        let is_placement = |schema: &&Value| {
            let served_as = schema["x-kubernetes-group-version-kind"].as_array().into_iter().flatten();
            served_as.into_iter().any(|each| each["kind"] == Placement::KIND)
        };
        let schema = document["components"]["schemas"].as_object()?.values().find(is_placement)?;
        let status = schema["properties"]["status"]["properties"].as_object()?;
        let groups = status.get("decisionGroups");
        let count = groups.and_then(|groups| groups["items"]["properties"].get("clusterCount"));
        Some(Pruned { decision_groups: groups.is_none(), cluster_count: count.is_none() })
    }

    /// Names of the fields, for the log.
    #[must_use]
    pub fn fields(self) -> Vec<&'static str> {
        let all = [
            (self.decision_groups, "status.decisionGroups"),
            (self.cluster_count && !self.decision_groups, "status.decisionGroups[].clusterCount"),
        ];
        all.into_iter().filter_map(|(is_pruned, field)| is_pruned.then_some(field)).collect()
    }

    /// What a hub keeps of these groups.
    pub(super) fn kept(self, groups: Vec<DecisionGroupStatus>) -> Option<Vec<DecisionGroupStatus>> {
        let kept = |group| if self.cluster_count { DecisionGroupStatus { cluster_count: 0, ..group } } else { group };
        (!self.decision_groups).then(|| groups.into_iter().map(kept).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A document whose Placement has this schema for its status.
    fn document(status: &Value) -> Vec<u8> {
        let kind =
            |kind: &str| json!([{"group": "cluster.open-cluster-management.io", "kind": kind, "version": "v1beta1"}]);
        let schemas = json!({
            "a.PlacementList": {"x-kubernetes-group-version-kind": kind("PlacementList")},
            "b.Placement": {"properties": {"status": status}, "x-kubernetes-group-version-kind": kind("Placement")},
            "c.DeleteOptions": {"type": "object"},
        });
        json!({"openapi": "3.0.0", "components": {"schemas": schemas}}).to_string().into_bytes()
    }

    #[track_caller]
    fn check(status: &Value, want: Option<(bool, bool)>) {
        let got = Pruned::read(&document(status)).map(|pruned| (pruned.decision_groups, pruned.cluster_count));
        assert_eq!(got, want);
    }

    #[test]
    fn a_hub_of_today_keeps_all() {
        let groups = json!({"items": {"properties": {"clusterCount": {}, "decisions": {}}}});
        check(&json!({"properties": {"conditions": {}, "decisionGroups": groups}}), Some((false, false)));
        assert_eq!(Pruned::default().fields(), [""; 0]);
    }
    #[test]
    fn one_without_counts() {
        let groups = json!({"items": {"properties": {"decisions": {}}}});
        check(&json!({"properties": {"decisionGroups": groups}}), Some((false, true)));
    }
    #[test]
    fn one_without_groups() {
        check(&json!({"properties": {"conditions": {}}}), Some((true, true)));
    }
    #[test]
    fn a_document_that_tells_nothing() {
        check(&json!({"type": "object"}), None);
        assert_eq!(Pruned::read(b"not found"), None);
    }
}
