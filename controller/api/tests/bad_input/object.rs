//! What is an object, and of which kind.

use super::*;

#[test]
fn an_object_without_kind() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1\nmetadata: {name: c1}\n",
        0,
        &["error: x.yaml:1: an object without `kind`"],
    );
}

#[test]
fn an_object_without_version() {
    check(
        "kind: Placement\nmetadata: {name: p}\n",
        0,
        &["error: x.yaml:1: an object of kind `Placement` without `apiVersion`"],
    );
}

#[test]
fn a_version_that_is_not_served() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1\nkind: Placement\nmetadata: {name: p, namespace: ns1}\nspec: {}\n",
        0,
        &[
            "error: x.yaml:1: Placement ns1/p: apiVersion: must be `cluster.open-cluster-management.io/v1beta1`, got `cluster.open-cluster-management.io/v1`",
        ],
    );
}

#[test]
fn a_misspelt_group() {
    check(
        "apiVersion: clusters.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {name: c1}\n",
        0,
        &[
            "error: x.yaml:1: ManagedCluster c1: apiVersion: must be `cluster.open-cluster-management.io/v1`, got `clusters.open-cluster-management.io/v1`",
        ],
    );
}

#[test]
fn a_misspelt_kind() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placment\nmetadata: {name: p, namespace: ns1}\nspec: {}\n",
        0,
        &["error: x.yaml:1: Placment ns1/p: there is no kind `Placment`: did you mean `Placement`?"],
    );
}

#[test]
fn another_kind() {
    check(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
        0,
        &["note: `v1 ConfigMap` is no kind that placement looks at: 2 objects left out, the first at x.yaml:1"],
    );
}

#[test]
fn a_scalar() {
    check("hello\n", 0, &["error: x.yaml:1: expected an object with `apiVersion` and `kind`, got `hello`"]);
}

#[test]
fn a_list_of_scalars() {
    check(
        "- 1\n- 2\n",
        0,
        &[
            "error: x.yaml:1: expected an object with `apiVersion` and `kind`, got `1`",
            "error: x.yaml:2: expected an object with `apiVersion` and `kind`, got `2`",
        ],
    );
}

#[test]
fn nothing() {
    check("", 0, &["note: x.yaml: holds no object"]);
}

#[test]
fn comments_only() {
    check("# nothing\n---\n# at all\n", 0, &["note: x.yaml: holds no object"]);
}

#[test]
fn a_list_without_items() {
    check(
        "apiVersion: v1\nkind: List\nitem: []\n",
        0,
        &[
            "error: x.yaml:1: List: items: is required",
            "warning: x.yaml:3: List: item: there is no such field, it has no effect",
        ],
    );
}

#[test]
fn a_tag_that_forces_text() {
    check(&meta("name: !!str 7"), 1, &[]);
}

#[test]
fn a_list_of_one_scalar() {
    check(
        "apiVersion: v1\nkind: List\nitems: [7]\n",
        0,
        &["error: x.yaml:3: expected an object with `apiVersion` and `kind`, got `7`"],
    );
}
