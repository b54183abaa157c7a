//! JSON.

use super::*;

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
