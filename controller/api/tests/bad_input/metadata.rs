//! Metadata.

use super::*;

#[test]
fn no_metadata() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\n",
        0,
        &["error: x.yaml:1: ManagedCluster: metadata: is required"],
    );
}

#[test]
fn no_name() {
    check(&meta("labels: {env: prod}"), 0, &["error: x.yaml:3: ManagedCluster: metadata.name: is required"]);
}

#[test]
fn an_upper_case_name() {
    check(
        &meta("name: C1"),
        0,
        &[
            "error: x.yaml:3: ManagedCluster C1: metadata.name: must be at most 253 lower-case letters, digits, `-` and `.`, each part between dots beginning and ending with a letter or digit, got `C1`",
        ],
    );
}

#[test]
fn a_name_of_254_characters() {
    check(
        &meta(&format!("name: {}", "x".repeat(254))),
        0,
        &[&format!(
            "error: x.yaml:3: ManagedCluster {}: metadata.name: must be at most 253 lower-case letters, digits, `-` and `.`, each part between dots beginning and ending with a letter or digit, got `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…`",
            "x".repeat(253)
        )],
    );
}

#[test]
fn a_numeric_name() {
    check(
        &meta("name: 7"),
        0,
        &["error: x.yaml:3: ManagedCluster 7: metadata.name: `7` is a number, but must be text: quote it"],
    );
}

#[test]
fn a_bad_label_key() {
    check(
        &meta(r#"name: c1, labels: {"-a": b}"#),
        0,
        &[
            "error: x.yaml:3: ManagedCluster c1: metadata.labels: the key `-a` must be a label key: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, perhaps after a DNS name and `/`",
        ],
    );
}

#[test]
fn a_label_value_of_64_characters() {
    check(
        &meta(&format!("name: c1, labels: {{a: {}}}", "x".repeat(64))),
        0,
        &[
            "error: x.yaml:3: ManagedCluster c1: metadata.labels.a: must be a label value: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, or empty, got `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…`",
        ],
    );
}

#[test]
fn a_zero_width_label_value() {
    check(
        &meta(r#"name: c1, labels: {a: "b\u200b"}"#),
        0,
        &[
            r#"error: x.yaml:3: ManagedCluster c1: metadata.labels.a: must be a label value: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, or empty, got `b\u{200b}`"#,
        ],
    );
}

#[test]
fn a_numeric_label() {
    check(
        &meta("name: c1, labels: {env: 1}"),
        0,
        &["error: x.yaml:3: ManagedCluster c1: metadata.labels.env: `1` is a number, but must be text: quote it"],
    );
}

#[test]
fn labels_that_are_a_list() {
    check(
        &meta("name: c1, labels: [a]"),
        0,
        &["error: x.yaml:3: ManagedCluster c1: metadata.labels: must be an object, got a list"],
    );
}

#[test]
fn a_numeric_label_key() {
    check(
        &meta("name: c1, labels: {1: a}"),
        0,
        &["error: x.yaml:3: ManagedCluster c1: metadata.labels.1: the key `1` is a number, but must be text: quote it"],
    );
}

#[test]
fn a_label_key_that_was_a_boolean_once() {
    check(
        &meta("name: c1, labels: {on: a}"),
        1,
        &[
            "warning: x.yaml:3: ManagedCluster c1: metadata.labels.on: the key `on` is taken as text, but is a boolean in YAML 1.1: quote it",
        ],
    );
}

#[test]
fn a_repeated_label() {
    check(
        &meta("name: c1, labels: {env: prod, env: dev}"),
        0,
        &["error: x.yaml:3: ManagedCluster c1: metadata.labels: the key `env` stands there twice"],
    );
}

#[test]
fn a_bad_annotation_key() {
    check(
        &meta(r#"name: c1, annotations: {"a b": c}"#),
        0,
        &[
            "error: x.yaml:3: ManagedCluster c1: metadata.annotations: the key `a b` must be an annotation key: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, perhaps after a DNS name and `/`",
        ],
    );
}

#[test]
fn a_namespace_where_there_is_none() {
    check(
        &meta("name: c1, namespace: ns1"),
        1,
        &[
            "warning: x.yaml:3: ManagedCluster c1: metadata.namespace: a ManagedCluster is in no namespace, it has no effect",
        ],
    );
}

#[test]
fn a_bad_namespace() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {name: p, namespace: Ns_1}\nspec: {}\n",
        0,
        &[
            "error: x.yaml:3: Placement Ns_1/p: metadata.namespace: must be at most 63 lower-case letters, digits and `-`, beginning and ending with a letter or digit, got `Ns_1`",
        ],
    );
}

#[test]
fn no_namespace() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {name: p}\nspec: {}\n",
        1,
        &["note: x.yaml:1: Placement default/p: metadata.namespace: is absent: read as `default`"],
    );
}

#[test]
fn a_bad_deletion_time() {
    check(
        &meta("name: c1, deletionTimestamp: yesterday"),
        0,
        &[
            "error: x.yaml:3: ManagedCluster c1: metadata.deletionTimestamp: must be a time like `2026-01-31T12:00:00Z`, got `yesterday`",
        ],
    );
}
