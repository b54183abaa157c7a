//! Sets, predicates and selectors of a Placement.

use super::*;

#[test]
fn sets_that_are_a_word() {
    check(
        &placement("clusterSets: prod"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.clusterSets: must be a list, got `prod`"],
    );
}

#[test]
fn a_set_name_that_is_a_number() {
    check(
        &placement("clusterSets: [1]"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.clusterSets[0]: `1` is a number, but must be text: quote it"],
    );
}

#[test]
fn a_set_name_that_is_null() {
    check(
        &placement("clusterSets: [~]"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.clusterSets[0]: `~` is null, but must be text: quote it"],
    );
}

#[test]
fn predicates_that_are_an_object() {
    check(
        &placement("predicates: {}"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.predicates: must be a list, got an object"],
    );
}

#[test]
fn predicates_that_are_null() {
    check(
        &placement("predicates: ~"),
        1,
        &[
            "warning: x.yaml:4: Placement ns1/p: spec.predicates: null is as good as absent and narrows nothing: leave it out, or give a value",
        ],
    );
}

#[test]
fn a_spec_that_is_a_list() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {name: p, namespace: ns1}\nspec: []\n",
        0,
        &["error: x.yaml:4: Placement ns1/p: spec: must be an object, got a list"],
    );
}

#[test]
fn no_spec() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {name: p, namespace: ns1}\n",
        0,
        &["error: x.yaml:1: Placement ns1/p: spec: is required"],
    );
}

#[test]
fn a_null_spec() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {name: p, namespace: ns1}\nspec: null\n",
        0,
        &["error: x.yaml:1: Placement ns1/p: spec: is required"],
    );
}

#[test]
fn a_selector_value_that_is_a_number() {
    check(
        &placement("predicates: [{requiredClusterSelector: {labelSelector: {matchLabels: {version: 1.10}}}}]"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchLabels.version: `1.10` is a number, but must be text: quote it",
        ],
    );
}

#[test]
fn a_selector_value_that_is_a_boolean() {
    check(
        &placement("predicates: [{requiredClusterSelector: {labelSelector: {matchLabels: {gpu: true}}}}]"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchLabels.gpu: `true` is a boolean, but must be text: quote it",
        ],
    );
}

#[test]
fn a_selector_value_that_is_missing() {
    check(
        &placement("predicates: [{requiredClusterSelector: {labelSelector: {matchLabels: {env: }}}}]"),
        0,
        &[
            r#"error: x.yaml:4: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchLabels.env: is missing, but must be text: write `""` if it is empty"#,
        ],
    );
}

#[test]
fn a_selector_value_that_was_a_boolean_once() {
    check(
        &placement("predicates: [{requiredClusterSelector: {labelSelector: {matchLabels: {country: NO}}}}]"),
        1,
        &[
            "warning: x.yaml:4: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchLabels.country: `NO` is taken as text, but is a boolean in YAML 1.1: quote it",
        ],
    );
}

#[test]
fn a_selector_value_that_is_a_json_null() {
    check(
        r#"{"apiVersion":"cluster.open-cluster-management.io/v1beta1","kind":"Placement","metadata":{"name":"p","namespace":"ns1"},"spec":{"predicates":[{"requiredClusterSelector":{"labelSelector":{"matchLabels":{"env":null}}}}]}}"#,
        1,
        &[
            "warning: x.yaml:1: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchLabels.env: null is as good as absent: leave it out, or give a value",
        ],
    );
}

#[test]
fn a_selector_value_that_is_a_json_number() {
    check(
        r#"{"apiVersion":"cluster.open-cluster-management.io/v1beta1","kind":"Placement","metadata":{"name":"p","namespace":"ns1"},"spec":{"predicates":[{"requiredClusterSelector":{"labelSelector":{"matchLabels":{"env":1}}}}]}}"#,
        0,
        &[
            "error: x.yaml:1: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchLabels.env: `1` is a number, but must be text: quote it",
        ],
    );
}

#[test]
fn a_misspelt_selector_field() {
    check(
        &placement("predicates: [{requiredClusterSelector: {labelSelector: {matchLabel: {env: prod}}}}]"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchLabel: there is no such field, did you mean `matchLabels`? the object is not used: without what that name says more could be selected",
        ],
    );
}

#[test]
fn a_requirement_without_operator() {
    check(
        &placement("predicates: [{requiredClusterSelector: {labelSelector: {matchExpressions: [{key: env}]}}}]"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchExpressions[0].operator: is required",
        ],
    );
}

#[test]
fn an_unknown_operator_is_the_schedulers_to_refuse() {
    check(
        &placement(
            "predicates: [{requiredClusterSelector: {labelSelector: {matchExpressions: [{key: env, operator: Foo, values: [a]}]}}}]",
        ),
        1,
        &[],
    );
}

#[test]
fn values_that_are_a_word() {
    check(
        &placement(
            "predicates: [{requiredClusterSelector: {labelSelector: {matchExpressions: [{key: env, operator: In, values: prod}]}}}]",
        ),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchExpressions[0].values: must be a list, got `prod`",
        ],
    );
}

#[test]
fn labels_for_claims() {
    check(
        &placement("predicates: [{requiredClusterSelector: {claimSelector: {matchLabels: {env: prod}}}}]"),
        1,
        &[
            "warning: x.yaml:4: Placement ns1/p: spec.predicates[0].requiredClusterSelector.claimSelector.matchLabels: there is no such field, it has no effect",
        ],
    );
}

#[test]
fn cel_in_a_decision_group() {
    check(
        &placement(
            r#"decisionStrategy: {groupStrategy: {decisionGroups: [{groupName: canary, groupClusterSelector: {celSelector: {celExpressions: ["true"]}}}]}}"#,
        ),
        1,
        &[
            "warning: x.yaml:4: Placement ns1/p: spec.decisionStrategy.groupStrategy.decisionGroups[0].groupClusterSelector.celSelector: there is no such field, it has no effect",
        ],
    );
}

#[test]
fn null_expressions() {
    check(
        &placement("predicates: [{requiredClusterSelector: {labelSelector: {matchExpressions: null}}}]"),
        1,
        &[
            "warning: x.yaml:4: Placement ns1/p: spec.predicates[0].requiredClusterSelector.labelSelector.matchExpressions: null is as good as absent and narrows nothing: leave it out, or give a value",
        ],
    );
}
