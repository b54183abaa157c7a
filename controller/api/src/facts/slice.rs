//! PlacementDecision to fact.

use scheduler_core::Slice;

use crate::kinds;

/// The label that says whose slice it is (C1).
pub const PLACEMENT_LABEL: &str = "cluster.open-cluster-management.io/placement";

/// A slice as recorded: whatever it holds, in its order.
#[must_use]
pub fn slice(from: &kinds::PlacementDecision) -> Slice {
    Slice {
        namespace: from.metadata.namespace.as_str().into(),
        name: from.metadata.name.as_str().into(),
        placement: from.metadata.labels.get(PLACEMENT_LABEL).map(|name| name.as_str().into()),
        clusters: from.status.decisions.iter().map(|d| d.cluster_name.as_str().into()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use scheduler_core::Slice;

    use crate::kinds::PlacementDecision;

    #[test]
    fn order_and_duplicates_stay() {
        let from: PlacementDecision = serde_json::from_str(
            r#"{"metadata":{"name":"s","namespace":"n","labels":{"cluster.open-cluster-management.io/placement":"p"}},
                "status":{"decisions":[{"clusterName":"b"},{"clusterName":"a"},{"clusterName":"b"}]}}"#,
        )
        .unwrap();
        let clusters = vec!["b".into(), "a".into(), "b".into()];
        let want = Slice { namespace: "n".into(), name: "s".into(), placement: Some("p".into()), clusters };
        assert_eq!(super::slice(&from), want);
    }

    #[test]
    fn without_label_and_status() {
        let from: PlacementDecision = serde_json::from_str(r#"{"metadata":{"name":"s","namespace":"n"}}"#).unwrap();
        let want = Slice { namespace: "n".into(), name: "s".into(), placement: None, clusters: vec![] };
        assert_eq!(super::slice(&from), want);
    }
}
