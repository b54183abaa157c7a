//! One object more than once.

use super::*;

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
