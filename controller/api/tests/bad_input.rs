//! What is said about malformed manifests, word by word (FILE-1…8), and that what is good beside them is still read.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::io::Write as _;

use api::read::{InputFile, Options, Read, read};

/// Reads one file `x.yaml`: so many objects are used, and this is said.
#[track_caller]
fn check(text: &str, objects: usize, said: &[&str]) {
    check_bytes("x.yaml", text.as_bytes(), objects, said);
}

#[track_caller]
fn check_bytes(name: &str, data: &[u8], objects: usize, said: &[&str]) {
    check_files(&[(name, data)], Options::default(), objects, said);
}

#[track_caller]
fn check_files(files: &[(&str, &[u8])], options: Options, objects: usize, said: &[&str]) {
    let inputs = files.iter().map(|&(name, data)| InputFile { name: name.to_owned(), data: data.to_owned() });
    let Read { objects: got, notices, .. } = read(inputs, &options);
    let notices: Vec<String> = notices.iter().map(|notice| format!("{}: {notice}", notice.severity)).collect();
    assert_eq!(notices, said);
    assert_eq!(got.len(), objects);
}

fn placement(spec: &str) -> String {
    format!(
        "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: Placement\nmetadata: {{name: p, namespace: ns1}}\nspec: {{{spec}}}\n"
    )
}

fn meta(metadata: &str) -> String {
    format!("apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {{{metadata}}}\n")
}

fn cluster(rest: &str) -> String {
    format!("apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: {{name: c1}}\n{rest}\n")
}

fn set(spec: &str) -> String {
    format!(
        "apiVersion: cluster.open-cluster-management.io/v1beta2\nkind: ManagedClusterSet\nmetadata: {{name: s}}\nspec: {spec}\n"
    )
}

fn binding(spec: &str) -> String {
    format!(
        "apiVersion: cluster.open-cluster-management.io/v1beta2\nkind: ManagedClusterSetBinding\nmetadata: {{name: s, namespace: ns1}}\nspec: {spec}\n"
    )
}

fn score(status: &str) -> String {
    format!(
        "apiVersion: cluster.open-cluster-management.io/v1alpha1\nkind: AddOnPlacementScore\nmetadata: {{name: r, namespace: c1}}\nstatus: {status}\n"
    )
}

fn decision(status: &str) -> String {
    format!(
        "apiVersion: cluster.open-cluster-management.io/v1beta1\nkind: PlacementDecision\nmetadata: {{name: d, namespace: ns1}}\nstatus: {status}\n"
    )
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

// Bytes and encodings.

#[test]
fn latin_1() {
    check_bytes(
        "x.yaml",
        b"kind: Placement\nmetadata: {name: \xe9}\n",
        0,
        &["error: x.yaml:2: is not UTF-8: the byte 0xe9"],
    );
}

#[test]
fn latin_1_beside_a_good_document() {
    let text = [cluster("").as_bytes(), b"---\na: \xe9\n"].concat();
    check_bytes("x.yaml", &text, 1, &["error: x.yaml:6: is not UTF-8: the byte 0xe9"]);
}

#[test]
fn latin_1_beside_good_json_lines() {
    let good =
        br#"{"apiVersion":"cluster.open-cluster-management.io/v1","kind":"ManagedCluster","metadata":{"name":"a"}}"#;
    let text = [good, &b"\n{\"a\":\"\xe9\"}\n"[..]].concat();
    check_bytes("x.jsonl", &text, 1, &["error: x.jsonl:2: is not UTF-8: the byte 0xe9"]);
}

#[test]
fn utf_16() {
    let text: Vec<u8> = "\u{feff}kind: Placement".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_bytes("x.yaml", &text, 0, &["error: x.yaml: is UTF-16 or UTF-32: save it as UTF-8"]);
}

#[test]
fn utf_16_without_a_mark() {
    let text: Vec<u8> = "kind: Placement".encode_utf16().flat_map(u16::to_be_bytes).collect();
    check_bytes("x.yaml", &text, 0, &["error: x.yaml: is UTF-16 or UTF-32: save it as UTF-8"]);
}

#[test]
fn a_thousand_zeros() {
    check_bytes("x.yaml", &[0; 1000], 0, &["error: x.yaml: is UTF-16 or UTF-32: save it as UTF-8"]);
}

#[test]
fn a_bell() {
    check("a: b\nc: \"\u{7}\"\n", 0, &["error: x.yaml:2: cannot be read as YAML: the control character `\\u{7}`"]);
}

#[test]
fn gzip_that_is_cut_off() {
    let packed = gzip(cluster("").as_bytes());
    let said = ["error: x.yaml.gz: the gzip data ends too early: the file is cut off"];
    check_bytes("x.yaml.gz", &packed[..packed.len() - 9], 0, &said);
}

#[test]
fn gzip_inside_of_gzip() {
    let data = gzip(&gzip(b"a: b"));
    check_bytes("x.yaml.gz", &data, 0, &["error: x.yaml.gz: is gzip inside of gzip: unpack it once"]);
}

#[test]
fn gzip_that_is_damaged() {
    let mut packed = gzip(cluster("").as_bytes());
    let end = packed.len() - 6;
    packed[end] ^= 1;
    check_bytes("x.yaml.gz", &packed, 0, &["error: x.yaml.gz: the gzip data is damaged"]);
}

#[test]
fn a_name_that_promises_gzip() {
    let said = ["error: x.yaml.gz: is not gzip, though its name ends with `.gz`"];
    check_bytes("x.yaml.gz", cluster("").as_bytes(), 0, &said);
}

#[test]
fn gzip_without_a_name_for_it() {
    check_bytes("-", &gzip(cluster("").as_bytes()), 1, &[]);
}

#[test]
fn gzip_beyond_the_bound() {
    let packed = gzip(&[b' '; 3000]);
    let good = gzip(cluster("").as_bytes());
    let files: [(&str, &[u8]); 2] = [("x.gz", &packed), ("y.gz", &good)];
    let said =
        ["error: x.gz: all inputs together unpack to more than the bound, 2000 bytes are left: raise `--max-input`"];
    check_files(&files, Options { max_input: 2000 }, 1, &said);
}

// JSON.

#[test]
fn json_that_is_cut_off() {
    let said = ["error: x.json:1: cannot be read as JSON: the text ends inside a string at column 53"];
    check_bytes("x.json", br#"{"apiVersion":"v1","kind":"List","items":[{"kind":"M"#, 0, &said);
}

#[test]
fn one_bad_line_of_json() {
    let line = |name| {
        format!(
            r#"{{"apiVersion":"cluster.open-cluster-management.io/v1","kind":"ManagedCluster","metadata":{{"name":"{name}"}}}}"#
        )
    };
    let text = format!("{}\n{{\"a\":1,}}\n{}\n", line("a"), line("b"));
    check_bytes(
        "x.jsonl",
        text.as_bytes(),
        2,
        &["error: x.jsonl:2: cannot be read as JSON: expected a key in double quotes at column 8"],
    );
}

#[test]
fn json_with_a_comma_too_many() {
    check_bytes("x.json", b"[1,]", 0, &["error: x.json:1: cannot be read as JSON: expected a value at column 4"]);
}

#[test]
fn json_with_a_leading_zero() {
    check_bytes(
        "x.json",
        b"{\"a\":01}",
        0,
        &["error: x.json:1: cannot be read as JSON: a number must not start with 0 at column 8"],
    );
}

#[test]
fn json_with_half_a_pair() {
    let said = ["error: x.json:1: cannot be read as JSON: half of a surrogate pair inside a string at column 13"];
    check_bytes("x.json", br#"{"a":"\ud800"}"#, 0, &said);
}

#[test]
fn json_with_a_line_break_inside_a_string() {
    let said = ["error: x.json:1: cannot be read as JSON: a control character inside a string: escape it at column 8"];
    check_bytes("x.json", b"{\"a\":\"b\nc\"}", 0, &said);
}

#[test]
fn json_with_a_repeated_key() {
    let text = br#"{"apiVersion":"cluster.open-cluster-management.io/v1","kind":"ManagedCluster","metadata":{"name":"a","name":"b"}}"#;
    check_bytes("x.json", text, 0, &["error: x.json:1: ManagedCluster a: metadata: the key `name` stands there twice"]);
}

// Bounds.

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

// One object more than once.

#[test]
fn the_same_cluster_twice() {
    check(&format!("{}---\n{0}", cluster("")), 1, &[]);
}

#[test]
fn two_clusters_of_one_name() {
    let said = [
        "error: x.yaml:6: ManagedCluster c1: stands at x.yaml:1 with other content: none of them is used, remove all but one",
    ];
    check(&format!("{}---\n{}", cluster(""), cluster("spec: {hubAcceptsClient: true}")), 0, &said);
}

#[test]
fn two_clusters_of_one_name_in_two_files() {
    let (a, b) = (cluster(""), cluster("spec: {hubAcceptsClient: true}"));
    let files: [(&str, &[u8]); 3] = [("a.yaml", a.as_bytes()), ("b.yaml", b.as_bytes()), ("c.yaml", a.as_bytes())];
    let said = [
        "error: b.yaml:1: ManagedCluster c1: stands at a.yaml:1 with other content: none of them is used, remove all but one",
    ];
    check_files(&files, Options::default(), 0, &said);
}

// One object each, mostly.

#[test]
fn a_word_for_a_count() {
    check(
        &placement("numberOfClusters: two"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, got `two`"],
    );
}

#[test]
fn a_fraction_for_a_count() {
    check(
        &placement("numberOfClusters: 2.5"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, got `2.5`"],
    );
}

#[test]
fn a_whole_number_with_a_fraction() {
    check(
        &placement("numberOfClusters: 2.0"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, got `2.0`"],
    );
}

#[test]
fn an_exponent_for_a_count() {
    check(
        &placement("numberOfClusters: 1e3"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, got `1e3`"],
    );
}

#[test]
fn a_quoted_count() {
    check(
        &placement(r#"numberOfClusters: "2""#),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, got the text `2`: leave the quotes out",
        ],
    );
}

#[test]
fn a_count_beyond_32_bits() {
    check(
        &placement("numberOfClusters: 3000000000"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer from -2147483648 to 2147483647, got `3000000000`",
        ],
    );
}

#[test]
fn a_count_beyond_64_bits() {
    check(
        &placement("numberOfClusters: 99999999999999999999"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer from -2147483648 to 2147483647, got `99999999999999999999`",
        ],
    );
}

#[test]
fn a_count_that_is_a_list() {
    check(
        &placement("numberOfClusters: [2]"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, got a list"],
    );
}

#[test]
fn a_negative_count_is_the_schedulers_to_refuse() {
    check(&placement("numberOfClusters: -5"), 1, &[]);
}

#[test]
fn a_count_in_old_octal() {
    check(
        &placement("numberOfClusters: 010"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, but YAML 1.1 and 1.2 differ on `010`: write decimal digits without leading zeros",
        ],
    );
}

#[test]
fn a_count_in_new_octal() {
    check(
        &placement("numberOfClusters: 0o10"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, but YAML 1.1 and 1.2 differ on `0o10`: write decimal digits without leading zeros",
        ],
    );
}

#[test]
fn a_count_in_base_60() {
    check(
        &placement("numberOfClusters: 1:20"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, but YAML 1.1 and 1.2 differ on `1:20`: write decimal digits without leading zeros",
        ],
    );
}

#[test]
fn a_count_with_underscores() {
    check(
        &placement("numberOfClusters: 1_000"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.numberOfClusters: must be an integer, but YAML 1.1 and 1.2 differ on `1_000`: write decimal digits without leading zeros",
        ],
    );
}

#[test]
fn a_null_count() {
    check(
        &placement("numberOfClusters: null"),
        1,
        &[
            "warning: x.yaml:4: Placement ns1/p: spec.numberOfClusters: null is as good as absent and narrows nothing: leave it out, or give a value",
        ],
    );
}

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

#[test]
fn a_weight_beyond_ten() {
    check(
        &placement("prioritizerPolicy: {configurations: [{scoreCoordinate: {builtIn: Steady}, weight: 11}]}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.prioritizerPolicy.configurations[0].weight: must be an integer from -10 to 10, got `11`",
        ],
    );
}

#[test]
fn a_weight_beyond_32_bits() {
    check(
        &placement("prioritizerPolicy: {configurations: [{scoreCoordinate: {builtIn: Steady}, weight: 99999999999}]}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.prioritizerPolicy.configurations[0].weight: must be an integer from -10 to 10, got `99999999999`",
        ],
    );
}

#[test]
fn a_prioritizer_without_coordinate() {
    check(
        &placement("prioritizerPolicy: {configurations: [{weight: 1}]}"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.prioritizerPolicy.configurations[0].scoreCoordinate: is required"],
    );
}

#[test]
fn an_unknown_type_of_score() {
    check(
        &placement("prioritizerPolicy: {configurations: [{scoreCoordinate: {type: Builtin, builtIn: Steady}}]}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.prioritizerPolicy.configurations[0].scoreCoordinate.type: must be `BuiltIn` or `AddOn`, got `Builtin`",
        ],
    );
}

#[test]
fn an_unknown_prioritizer_is_the_schedulers_to_refuse() {
    check(&placement("prioritizerPolicy: {configurations: [{scoreCoordinate: {builtIn: Nope}}]}"), 1, &[]);
}

#[test]
fn an_add_on_without_a_score() {
    check(
        &placement("prioritizerPolicy: {configurations: [{scoreCoordinate: {type: AddOn, addOn: {resourceName: r}}}]}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.prioritizerPolicy.configurations[0].scoreCoordinate.addOn.scoreName: is required",
        ],
    );
}

#[test]
fn a_prioritizer_of_an_old_version() {
    check(
        &placement("prioritizerPolicy: {configurations: [{name: Steady}]}"),
        0,
        &[
            "warning: x.yaml:4: Placement ns1/p: spec.prioritizerPolicy.configurations[0].name: there is no such field, it has no effect",
            "error: x.yaml:4: Placement ns1/p: spec.prioritizerPolicy.configurations[0].scoreCoordinate: is required",
        ],
    );
}

#[test]
fn an_unknown_effect() {
    check(
        &placement("tolerations: [{key: gpu, effect: NoSchedule}]"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.tolerations[0].effect: must be `NoSelect`, `PreferNoSelect` or `NoSelectIfNew`, got `NoSchedule`",
        ],
    );
}

#[test]
fn a_toleration_key_with_a_space() {
    check(
        &placement(r#"tolerations: [{key: "a b"}]"#),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.tolerations[0].key: must be letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, perhaps after a DNS name and `/`, got `a b`",
        ],
    );
}

#[test]
fn an_empty_toleration_key() {
    check(
        &placement(r#"tolerations: [{key: ""}]"#),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.tolerations[0].key: must be letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, perhaps after a DNS name and `/`, got ``",
        ],
    );
}

#[test]
fn toleration_seconds_beyond_64_bits() {
    check(
        &placement("tolerations: [{key: a, tolerationSeconds: 9223372036854775808}]"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.tolerations[0].tolerationSeconds: must be an integer from -9223372036854775808 to 9223372036854775807, got `9223372036854775808`",
        ],
    );
}

#[test]
fn a_toleration_value_of_1025_characters() {
    check(
        &placement(&format!("tolerations: [{{key: a, value: {}}}]", "x".repeat(1025))),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.tolerations[0].value: must have at most 1024 characters, got 1025: `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…`",
        ],
    );
}

#[test]
fn a_group_size_of_zero_percent() {
    check(
        &placement("decisionStrategy: {groupStrategy: {clustersPerDecisionGroup: 0%}}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.decisionStrategy.groupStrategy.clustersPerDecisionGroup: must be an integer or a percentage from `1%` to `100%`, got `0%`",
        ],
    );
}

#[test]
fn a_group_size_with_a_fraction() {
    check(
        &placement("decisionStrategy: {groupStrategy: {clustersPerDecisionGroup: 1.5}}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.decisionStrategy.groupStrategy.clustersPerDecisionGroup: must be an integer or a percentage from `1%` to `100%`, got `1.5`",
        ],
    );
}

#[test]
fn a_group_size_beyond_32_bits() {
    check(
        &placement("decisionStrategy: {groupStrategy: {clustersPerDecisionGroup: 3000000000}}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.decisionStrategy.groupStrategy.clustersPerDecisionGroup: must be an integer from -2147483648 to 2147483647, got `3000000000`",
        ],
    );
}

#[test]
fn a_group_name_of_one_letter() {
    check(
        &placement("decisionStrategy: {groupStrategy: {decisionGroups: [{groupName: a, groupClusterSelector: {}}]}}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.decisionStrategy.groupStrategy.decisionGroups[0].groupName: must be 2 to 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, got `a`",
        ],
    );
}

#[test]
fn a_group_without_selector() {
    check(
        &placement("decisionStrategy: {groupStrategy: {decisionGroups: [{groupName: canary}]}}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.decisionStrategy.groupStrategy.decisionGroups[0].groupClusterSelector: is required",
        ],
    );
}

#[test]
fn nine_spread_constraints() {
    check(
        &placement("spreadPolicy: {spreadConstraints: [{}, {}, {}, {}, {}, {}, {}, {}, {}]}"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.spreadPolicy.spreadConstraints: must have at most 8 items, got 9"],
    );
}

#[test]
fn a_skew_of_zero() {
    check(
        &placement("spreadPolicy: {spreadConstraints: [{topologyKey: region, topologyKeyType: Label, maxSkew: 0}]}"),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.spreadPolicy.spreadConstraints[0].maxSkew: must be an integer from 1 to 2147483647, got `0`",
        ],
    );
}

#[test]
fn an_unknown_order() {
    check(
        &placement("sortBy: Name"),
        0,
        &["error: x.yaml:4: Placement ns1/p: spec.sortBy: must be `ClusterName` or `Score`, got `Name`"],
    );
}

#[test]
fn a_rate_without_unit() {
    check(
        &placement(r#"scoreRateLimit: "5""#),
        0,
        &[
            "error: x.yaml:4: Placement ns1/p: spec.scoreRateLimit: must be digits and one of the units `h`, `m` and `s`, like `1m`, got `5`",
        ],
    );
}

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
