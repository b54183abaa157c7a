//! Counts of a Placement.

use super::*;

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
