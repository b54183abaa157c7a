//! Bytes and encodings.

use super::*;

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
