//! Names of fields.

use super::*;

#[test]
fn a_repeated_field() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {name: c1}\nspec: {}\nspec: {}\n",
        0,
        &["error: x.yaml:5: ManagedCluster c1: the key `spec` stands there twice"],
    );
}

#[test]
fn a_misspelt_field() {
    check(
        &placement("numberOfCluster: 2"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.numberOfCluster: there is no such field, did you mean `numberOfClusters`? the object is not used: without what that name says more could be selected",
        ],
    );
}

#[test]
fn a_misspelt_field_that_narrows_nothing() {
    check(
        &placement("prioritiserPolicy: {mode: Exact}"),
        1,
        &[
            "warning: x.yaml:4: Placement ns1/p: spec.prioritiserPolicy: there is no such field, it has no effect: did you mean `prioritizerPolicy`?",
        ],
    );
}

#[test]
fn a_misspelt_field_that_bounds_a_rollout() {
    check(
        &placement("decisionStrategy: {groupStrategy: {clustersPerDecisiongroups: 1}}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.decisionStrategy.groupStrategy.clustersPerDecisiongroups: there is no such field, did you mean `clustersPerDecisionGroup`? the object is not used: without what that name says more could be selected",
        ],
    );
}

#[test]
fn a_misspelt_field_of_a_cluster() {
    check(
        &cluster("spec: {taint: [{key: gpu, effect: NoSelect}]}"),
        0,
        &[
            "error: x.yaml:4: ManagedCluster c1: spec.taint: there is no such field, did you mean `taints`? the object is not used: without what that name says more could be selected",
        ],
    );
}

#[test]
fn a_misspelt_annotation_that_keeps_the_scheduler_away() {
    let disabled = |key: &str, value: &str| {
        format!(
            "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {{name: p, namespace: ns1, annotations: {{cluster.open-cluster-management.io/{key}: {value}}}}}\nspec: {{}}\n"
        )
    };
    check(
        &disabled("experimental-schedulling-disable", "\"true\""),
        0,
        &[
            "error: x.yaml:3: Placement ns1/p: metadata.annotations[cluster.open-cluster-management.io/experimental-schedulling-disable]: is not known, did you mean `cluster.open-cluster-management.io/experimental-scheduling-disable`? the object is not used: without what that name says more could be selected",
        ],
    );
    check(
        &disabled("experimental-scheduling-disable", "\"True\""),
        1,
        &[
            "warning: x.yaml:3: Placement ns1/p: metadata.annotations[cluster.open-cluster-management.io/experimental-scheduling-disable]: only `true` keeps the scheduler away, got `True`: it decides this one",
        ],
    );
    check(&disabled("experimental-feature", "\"true\""), 1, &[]);
}

#[test]
fn an_invented_field() {
    check(
        &placement("colour: red"),
        1,
        &["warning: x.yaml:4: Placement ns1/p: spec.colour: there is no such field, it has no effect"],
    );
}
