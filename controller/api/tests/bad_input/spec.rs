//! Prioritizers, tolerations, groups and the rest of a Placement.

use super::*;

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
