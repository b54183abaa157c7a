//! Bounds.

use super::*;

#[test]
fn deep_json() {
    let said = ["error: x.json:1: cannot be read as JSON: nested more than 128 deep at column 129"];
    check_bytes("x.json", &vec![b'['; 200_000], 0, &said);
}

#[test]
fn deep_flow() {
    let text = format!("a: {}", "{b: ".repeat(50_000));
    check(&text, 0, &["error: x.yaml:1: cannot be read as YAML: nested more than 128 deep"]);
}

#[test]
fn deep_blocks() {
    let text: String = (0..200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    check(&text, 0, &["error: x.yaml:129: cannot be read as YAML: nested more than 128 deep"]);
}

#[test]
fn depth_through_aliases() {
    let text: String = (1..1000).map(|n| format!("a{n}: &a{n} [*a{}]\n", n - 1)).collect();
    let said = ["error: x.yaml:128: cannot be read as YAML: nested more than 128 deep through an alias"];
    check(&format!("a0: &a0 []\n{text}"), 0, &said);
}

/// 26 anchors, each of two aliases of the one before.
fn bomb() -> String {
    let mut text = "a0: &a0 [x, x]\n".to_owned();
    text.extend((1..26).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)));
    text
}

#[test]
fn aliases_that_explode() {
    check(&bomb(), 0, &["error: x.yaml:24: cannot be read as YAML: its aliases stand for more than 64 MiB"]);
}

#[test]
fn aliases_that_explode_beside_a_good_document() {
    let text = format!("{}---\n{}", bomb(), cluster(""));
    check(&text, 1, &["error: x.yaml:24: cannot be read as YAML: its aliases stand for more than 64 MiB"]);
}

#[test]
fn merge_keys_that_explode() {
    let mut text = "a0: &a0 {x: y}\n".to_owned();
    text.extend((1..40).map(|n| format!("a{n}: &a{n} {{<<: [*a{0}, *a{0}]}}\n", n - 1)));
    check(&text, 0, &["error: x.yaml:23: cannot be read as YAML: its aliases stand for more than 64 MiB"]);
}

#[test]
fn aliases_count_against_the_bound_of_all_inputs() {
    let one = |name: &str| {
        format!(
            "x: &x {}\napiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {{name: {name}, annotations: {{a: *x}}}}\n",
            "y".repeat(600)
        )
    };
    let text = format!("{}---\n{}---\n{}", one("a"), one("b"), one("c"));
    let no_x = |line: u32, name| {
        format!("warning: x.yaml:{line}: ManagedCluster {name}: x: there is no such field, it has no effect")
    };
    let said = [
        no_x(1, "a"),
        no_x(6, "b"),
        "error: x.yaml:11: gzip and aliases of all inputs expand to more than the bound: raise `--max-input`"
            .to_owned(),
    ];
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    check_files(&[("x.yaml", text.as_bytes())], Options { max_input: 1500 }, 2, &said);
}

#[test]
fn a_label_of_ten_mebibytes() {
    let text = meta(&format!("name: c1, labels: {{env: {}}}", "x".repeat(10 << 20)));
    let said = format!(
        "error: x.yaml:3: ManagedCluster c1: metadata.labels.env: must be a label value: at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, or empty, got `{}…`",
        "x".repeat(60)
    );
    check(&text, 0, &[&said]);
}

#[test]
fn a_quantity_of_a_mebibyte() {
    let text = cluster(&format!("status: {{allocatable: {{cpu: \"{}x\"}}}}", "1".repeat(1 << 20)));
    let said = format!(
        "error: x.yaml:4: ManagedCluster c1: status.allocatable.cpu: `{}…` is no quantity such as `4`, `500m` or `16Gi`: the cluster is used without it",
        "1".repeat(60)
    );
    check(&text, 1, &[&said]);
}

#[test]
fn a_count_of_a_mebibyte() {
    let said = format!(
        "error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer from -2147483648 to 2147483647, got `{}…`",
        "1".repeat(60)
    );
    check(&placement(&format!("numberOfClusters: {}", "1".repeat(1 << 20))), 0, &[&said]);
}

#[test]
fn a_document_of_more_than_64_mebibytes() {
    let mut text = b"a: \"".to_vec();
    text.resize((64 << 20) + 1, b'x');
    check_bytes("x.yaml", &text, 0, &["error: x.yaml:1: a document of more than 64 MiB"]);
}

#[test]
fn more_findings_than_anybody_reads() {
    let labels: Vec<String> = (0..30).map(|n| format!("k{n}: 1")).collect();
    let mut said: Vec<String> = (0..20)
        .map(|n| {
            format!(
                "error: x.yaml:3: ManagedCluster c1: metadata.labels.k{n}: `1` is a number, but must be text: quote it"
            )
        })
        .collect();
    said.push("error: x.yaml:3: ManagedCluster c1: 10 more such findings are not shown".to_owned());
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    check(&meta(&format!("name: c1, labels: {{{}}}", labels.join(", "))), 0, &said);
}
