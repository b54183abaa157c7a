//! What is said about malformed manifests, word by word (FILE-1…8), and that what is good beside them is still read.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod bounds;
mod bytes;
mod count;
mod field;
mod json;
mod kinds;
mod metadata;
mod object;
mod selector;
mod spec;
mod twice;
mod yaml;

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
