//! ELIG-7 to ELIG-9 as a table.

use super::*;

#[track_caller]
fn check(spec: &str, want: &str) {
    let from = serde_json::from_str(&format!(r#"{{"metadata":{{"name":"s"}},"spec":{spec}}}"#)).unwrap();
    let got = match set(&from).members {
        Ok(selector) => format!("{selector:?}"),
        Err(problem) => problem.to_string(),
    };
    assert_eq!(got, want);
}

const EXCLUSIVE: &str = r#"In(Label("cluster.open-cluster-management.io/clusterset"), ["s"])"#;

#[test]
fn nothing_said_is_exclusive() {
    check("{}", EXCLUSIVE);
}

#[test]
fn exclusive_ignores_the_selector() {
    check(r#"{"clusterSelector":{"selectorType":"ExclusiveClusterSetLabel","labelSelector":{}}}"#, EXCLUSIVE);
}

#[test]
fn an_absent_selector_selects_nothing() {
    check(r#"{"clusterSelector":{"selectorType":"LabelSelector"}}"#, "Or([])");
    check(r#"{"clusterSelector":{"selectorType":"LabelSelector","labelSelector":null}}"#, "Or([])");
}

#[test]
fn an_empty_selector_selects_all() {
    check(r#"{"clusterSelector":{"selectorType":"LabelSelector","labelSelector":{}}}"#, "And([])");
}

#[test]
fn labels_then_expressions() {
    check(
        r#"{"clusterSelector":{"selectorType":"LabelSelector","labelSelector":{
            "matchExpressions":[{"key":"z","operator":"DoesNotExist"}],"matchLabels":{"b":"2","a":"1"}}}}"#,
        r#"And([In(Label("a"), ["1"]), In(Label("b"), ["2"]), Not(Has(Label("z")))])"#,
    );
}

#[test]
fn an_invalid_selector_has_no_prefix() {
    check(
        r#"{"clusterSelector":{"selectorType":"LabelSelector","labelSelector":{
            "matchExpressions":[{"key":"a","operator":"Foo"}]}}}"#,
        r#""Foo" is not a valid label selector operator"#,
    );
}

#[test]
fn an_unknown_type() {
    check(
        r#"{"clusterSelector":{"selectorType":"LegacyClusterSetLabel"}}"#,
        "selectorType: must be ExclusiveClusterSetLabel or LabelSelector, got `LegacyClusterSetLabel`",
    );
}

#[test]
fn a_binding_keeps_both_names() {
    let from = r#"{"metadata":{"name":"a","namespace":"n"},"spec":{"clusterSet":"b"}}"#;
    let got = binding(&serde_json::from_str(from).unwrap());
    assert_eq!(got, Binding { namespace: "n".into(), name: "a".into(), cluster_set: "b".into() });
}

#[test]
fn a_broken_set_is_told_where_it_stands() {
    let selector = r#"{"selectorType": "LabelSelector", "labelSelector": {"matchExpressions": [{"key": "a", "operator": "Inn"}]}}"#;
    let mut set = kinds::ManagedClusterSet::default();
    set.spec.cluster_selector = serde_json::from_str(selector).unwrap();
    let (_, problems) = crate::facts::fact(&crate::read::Kind::ManagedClusterSet(Box::new(set)));
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let want = "spec.clusterSelector: \"Inn\" is not a valid label selector operator: no placement that uses this set is decided";
    assert_eq!(told, [want]);
}
