//! The other kinds.

use super::*;

#[test]
fn a_bad_quantity() {
    check(
        &cluster(r#"status: {allocatable: {cpu: "4x!", memory: 8Gi}}"#),
        1,
        &[
            "error: x.yaml:4: ManagedCluster c1: status.allocatable.cpu: `4x!` is no quantity such as `4`, `500m` or `16Gi`: the cluster is used without it",
        ],
    );
}

#[test]
fn a_quantity_beyond_numbers() {
    check(
        &cluster(r#"status: {allocatable: {cpu: "1e999999999999"}}"#),
        1,
        &[
            "error: x.yaml:4: ManagedCluster c1: status.allocatable.cpu: `1e999999999999` is too large or too small for any number: the cluster is used without it",
        ],
    );
}

#[test]
fn a_quantity_that_the_crd_lets_pass() {
    check(
        &cluster(r#"status: {capacity: {cpu: "1e1.5"}}"#),
        1,
        &[
            "error: x.yaml:4: ManagedCluster c1: status.capacity.cpu: `1e1.5` is no quantity such as `4`, `500m` or `16Gi`: the cluster is used without it",
        ],
    );
}

#[test]
fn a_quantity_in_old_octal() {
    check(
        &cluster("status: {capacity: {cpu: 010}}"),
        1,
        &[
            "error: x.yaml:4: ManagedCluster c1: status.capacity.cpu: YAML 1.1 and 1.2 differ on `010`: quote it; the cluster is used without it",
        ],
    );
}

#[test]
fn a_quantity_that_is_a_list() {
    check(
        &cluster("status: {capacity: {cpu: [4]}}"),
        0,
        &["error: x.yaml:4: ManagedCluster c1: status.capacity.cpu: must be a quantity, got a list"],
    );
}

#[test]
fn a_taint_without_effect() {
    check(
        &cluster("spec: {taints: [{key: gpu}]}"),
        0,
        &["error: x.yaml:4: ManagedCluster c1: spec.taints[0].effect: is required"],
    );
}

#[test]
fn a_taint_with_a_bad_time() {
    check(
        &cluster("spec: {taints: [{key: gpu, effect: NoSelect, timeAdded: 2026-01-01}]}"),
        0,
        &[
            "error: x.yaml:4: ManagedCluster c1: spec.taints[0].timeAdded: must be a time like `2026-01-31T12:00:00Z`, got `2026-01-01`",
        ],
    );
}

#[test]
fn an_old_boolean() {
    check(
        &cluster("spec: {hubAcceptsClient: yes}"),
        0,
        &[
            "error: x.yaml:4: ManagedCluster c1: spec.hubAcceptsClient: must be true or false, but `yes` is a boolean in YAML 1.1 and text in 1.2: write true or false",
        ],
    );
}

#[test]
fn a_number_for_a_boolean() {
    check(
        &cluster("spec: {hubAcceptsClient: 1}"),
        0,
        &["error: x.yaml:4: ManagedCluster c1: spec.hubAcceptsClient: must be true or false, got `1`"],
    );
}

#[test]
fn a_claim_with_an_empty_value() {
    check(
        &cluster(r#"status: {clusterClaims: [{name: a, value: ""}]}"#),
        0,
        &["error: x.yaml:4: ManagedCluster c1: status.clusterClaims[0].value: must not be empty"],
    );
}

#[test]
fn a_repeated_condition() {
    check(
        &cluster(
            r#"status: {conditions: [{type: A, status: "True", lastTransitionTime: null, reason: R, message: ""}, {type: A, status: "False", lastTransitionTime: null, reason: R, message: ""}]}"#,
        ),
        0,
        &["error: x.yaml:4: ManagedCluster c1: status.conditions[1]: type `A` stands in the list already"],
    );
}

#[test]
fn a_bare_condition_status() {
    check(
        &cluster(
            r#"status: {conditions: [{type: A, status: True, lastTransitionTime: null, reason: R, message: ""}]}"#,
        ),
        0,
        &[
            "error: x.yaml:4: ManagedCluster c1: status.conditions[0].status: `True` is a boolean, but must be text: quote it",
        ],
    );
}

#[test]
fn a_selector_type_of_old() {
    check(
        &set("{clusterSelector: {selectorType: LegacyClusterSetLabel}}"),
        0,
        &[
            "error: x.yaml:4: ManagedClusterSet s: spec.clusterSelector.selectorType: must be `ExclusiveClusterSetLabel` or `LabelSelector`, got `LegacyClusterSetLabel`",
        ],
    );
}

#[test]
fn a_binding_to_nothing() {
    check(
        &binding(r#"{clusterSet: ""}"#),
        0,
        &["error: x.yaml:4: ManagedClusterSetBinding ns1/s: spec.clusterSet: must not be empty"],
    );
}

#[test]
fn a_score_beyond_100() {
    check(
        &score("{scores: [{name: a, value: 101}]}"),
        0,
        &[
            "error: x.yaml:4: AddOnPlacementScore c1/r: status.scores[0].value: must be an integer from -100 to 100, got `101`",
        ],
    );
}

#[test]
fn a_score_without_value() {
    check(
        &score("{scores: [{name: a}]}"),
        0,
        &["error: x.yaml:4: AddOnPlacementScore c1/r: status.scores[0].value: is required"],
    );
}

#[test]
fn a_repeated_score() {
    check(
        &score("{scores: [{name: a, value: 1}, {name: a, value: 2}]}"),
        0,
        &["error: x.yaml:4: AddOnPlacementScore c1/r: status.scores[1]: name `a` stands in the list already"],
    );
}

#[test]
fn scores_valid_until_no_time() {
    check(
        &score("{validUntil: tomorrow}"),
        0,
        &[
            "error: x.yaml:4: AddOnPlacementScore c1/r: status.validUntil: must be a time like `2026-01-31T12:00:00Z`, got `tomorrow`",
        ],
    );
}

#[test]
fn a_decision_without_reason() {
    check(
        &decision("{decisions: [{clusterName: c1}]}"),
        0,
        &["error: x.yaml:4: PlacementDecision ns1/d: status.decisions[0].reason: is required"],
    );
}
