//! YAML.

use super::*;

#[test]
fn a_bracket_that_is_not_closed() {
    check(
        "apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {name: c1}\n\n---\na: [\n",
        1,
        &[
            "error: x.yaml:7: cannot be read as YAML: while parsing a node, did not find expected node content at column 1",
        ],
    );
}

#[test]
fn a_tab_for_indentation() {
    check(
        "metadata:\n	name: c1\n",
        0,
        &[
            "error: x.yaml:2: cannot be read as YAML: tabs disallowed within this context (block indentation) at column 2",
        ],
    );
}

#[test]
fn an_unknown_alias() {
    check(
        "a: *b\n",
        0,
        &["error: x.yaml:1: cannot be read as YAML: while parsing node, found unknown anchor at column 4"],
    );
}

#[test]
fn an_alias_inside_its_own_anchor() {
    check("a: &a [*a]\n", 0, &["error: x.yaml:1: cannot be read as YAML: an alias inside of what it stands for"]);
}

#[test]
fn an_unknown_tag() {
    check(
        "!thing {a: b}\n",
        0,
        &["error: x.yaml:1: cannot be read as YAML: the tag `!thing` is not supported: leave it out"],
    );
}

#[test]
fn a_tag_that_does_not_fit() {
    check(
        &placement("numberOfClusters: !!int two"),
        0,
        &["error: x.yaml:4: cannot be read as YAML: `two` does not fit its tag `!!int`"],
    );
}

#[test]
fn a_merge_of_a_word() {
    check(
        "a: {<<: b}\n",
        0,
        &["error: x.yaml:1: cannot be read as YAML: `<<` takes an alias of a map, or a list of them"],
    );
}

#[test]
fn a_key_that_is_a_list() {
    check("? [a]\n: b\n", 0, &["error: x.yaml:1: cannot be read as YAML: a key must be text"]);
}

#[test]
fn broken_text_is_called_by_its_objects_name() {
    check(
        &placement("predicates: [")
            .replace("metadata: {name: p, namespace: ns1}", "metadata:\n  name: p\n  namespace: ns1"),
        0,
        &[
            "error: x.yaml:6: Placement ns1/p: cannot be read as YAML: while parsing a node, did not find expected node content at column 21",
        ],
    );
}

#[test]
fn a_template_is_told_from_what_it_makes() {
    check(
        "kind: Placement\nmetadata:\n  name: {{ .Values.name }}\n",
        0,
        &[
            "error: x.yaml:3: cannot be read as YAML: a key must be text; `{{ .Values.name }}` looks like a template: give what it renders to",
        ],
    );
}

#[test]
fn kind_with_a_capital() {
    check("Kind: Placement\n", 0, &["error: x.yaml:1: an object without `kind`: is `Kind` meant to be it?"]);
}
