//! Every section of a Placement: what it becomes, and what is said of the first thing wrong with it.

use scheduler_core::placement::{Coordinate, Mode, Operator, TolerationOperator};
use scheduler_core::{Placement, Warning};

use super::*;

fn read(json: &str) -> Placement {
    let (placement, problems) = placement(&serde_json::from_str(json).unwrap());
    assert_eq!(problems, []);
    placement
}

fn spec(spec: &str) -> Placement {
    read(&format!(r#"{{"metadata":{{"name":"p","namespace":"n"}},"spec":{spec}}}"#))
}

fn annotated(annotations: &str) -> Placement {
    read(&format!(r#"{{"metadata":{{"name":"p","namespace":"n","annotations":{annotations}}}}}"#))
}

fn text<T>(section: Result<T, Misconfigured>) -> String {
    section.err().map_or_else(|| "fine".to_owned(), |problem| problem.to_string())
}

fn warnings(of: &Placement) -> Vec<String> {
    of.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn an_empty_spec() {
    let got = spec("{}");
    assert_eq!(got.key.to_string(), "n/p");
    assert_eq!((got.want, got.cluster_sets.len()), (Ok(Want::All), 0));
    assert_eq!(got.predicates, Ok(vec![]));
    assert_eq!(got.tolerations, Ok(vec![]));
    assert_eq!(got.policy, Ok(Default::default()));
    assert_eq!(got.groups, Default::default());
    assert_eq!(got.extensions, Ok(Default::default()));
    assert_eq!((got.warnings, got.recorded, got.profile), (vec![], Default::default(), None));
    assert!(!got.deleting && !got.disabled);
}

#[test]
fn metadata() {
    let got = read(
        r#"{"metadata":{"name":"p","namespace":"n","generation":4,"creationTimestamp":"1970-01-01T00:00:09Z",
            "deletionTimestamp":"2026-01-01T00:00:00Z"}}"#,
    );
    assert_eq!((got.generation, got.created), (4, Some(scheduler_core::Time::from_unix_seconds(9))));
    assert!(got.deleting);
}

#[test]
fn a_creation_time_that_is_none_is_told() {
    let from = serde_json::from_str(r#"{"metadata":{"creationTimestamp":"x"}}"#).unwrap();
    let (got, problems) = placement(&from);
    assert_eq!(got.created, None);
    assert!(problems[0].to_string().starts_with("metadata.creationTimestamp: \"x\" is not"), "{problems:?}");
}

/// SYNC-3: exactly `true`.
#[test]
fn disabled() {
    for (value, want) in [("true", true), ("True", false), ("", false), ("1", false)] {
        let json = format!(r#"{{"cluster.open-cluster-management.io/experimental-scheduling-disable":"{value}"}}"#);
        assert_eq!(annotated(&json).disabled, want, "{value}");
    }
}

#[test]
fn counts() {
    assert_eq!(spec(r#"{"numberOfClusters":0}"#).want, Ok(Want::AtMost(0)));
    assert_eq!(spec(r#"{"numberOfClusters":null}"#).want, Ok(Want::All));
    assert_eq!(spec(r#"{"numberOfClusters":2147483647}"#).want, Ok(Want::AtMost(2_147_483_647)));
    assert_eq!(text(spec(r#"{"numberOfClusters":-5}"#).want), "numberOfClusters must not be negative: got -5");
}

#[track_caller]
fn check_predicates(predicates: &str, want: &str) {
    assert_eq!(text(spec(&format!(r#"{{"predicates":{predicates}}}"#)).predicates), want);
}

const BAD_VALUE: &str = "values[0][a]: Invalid value: \"b c\": a valid label must be an empty string or consist of \
    alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  \
    or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const NO_VALUES: &str = "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty";

/// PRED-3: predicate by predicate; inside one labels, claims, CEL.
#[test]
fn the_first_problem_of_the_predicates() {
    let labels = r#""labelSelector":{"matchLabels":{"a":"b c"}}"#;
    let claims = r#""claimSelector":{"matchExpressions":[{"key":"k","operator":"In"}]}"#;
    let cel = r#""celSelector":{"celExpressions":["true"]}"#;
    let one = |parts: &[&str]| format!(r#"{{"requiredClusterSelector":{{{}}}}}"#, parts.join(","));
    check_predicates(&format!("[{},{}]", one(&[]), one(&[claims, labels, cel])), BAD_VALUE);
    check_predicates(&format!("[{},{}]", one(&[claims, cel]), one(&[labels])), NO_VALUES);
    check_predicates(&format!("[{},{}]", one(&[cel]), one(&[labels])), "celSelector is not supported in this version");
    check_predicates(r#"[{"requiredClusterSelector":{"celSelector":{}}}]"#, "fine");
    check_predicates(r#"[{"requiredClusterSelector":{"celSelector":{"celExpressions":[]}}},{}]"#, "fine");
}

/// SEL-7: of several invalid `matchLabels` the first in key order, and all of them before `matchExpressions`.
#[test]
fn the_first_problem_of_a_selector() {
    check_predicates(
        r#"[{"requiredClusterSelector":{"labelSelector":{"matchExpressions":[{"key":"k","operator":"Gt"}],
            "matchLabels":{"z":"- ","a":"b c"}}}}]"#,
        BAD_VALUE,
    );
}

#[test]
fn selectors_keep_their_order() {
    let got = spec(
        r#"{"predicates":[{"requiredClusterSelector":{
            "labelSelector":{"matchLabels":{"b":"","a":"x"},"matchExpressions":[
                {"key":"a","operator":"NotIn","values":["2","1","2"]},{"key":"c","operator":"Exists"}]},
            "claimSelector":{"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}}}]}"#,
    );
    let got = got.predicates.unwrap();
    let labels: Vec<(&str, &Operator)> = got[0].labels.iter().map(|r| (r.key.as_str(), &r.operator)).collect();
    let want = [
        ("a", &Operator::In(vec!["x".into()])),
        ("b", &Operator::In(vec!["".into()])),
        ("a", &Operator::NotIn(vec!["2".into(), "1".into(), "2".into()])),
        ("c", &Operator::Exists),
    ];
    assert_eq!(labels, want);
    assert_eq!((got[0].claims.len(), &got[0].claims[0].operator), (1, &Operator::DoesNotExist));
}

#[track_caller]
fn check_tolerations(tolerations: &str, want: &str) {
    assert_eq!(text(spec(&format!(r#"{{"tolerations":{tolerations}}}"#)).tolerations), want);
}

/// TAINT-2.
#[test]
fn the_first_problem_of_the_tolerations() {
    let keyless = "If the key is empty, operator must be Exists.";
    let valued = "If the operator is Exists, the value should be empty.";
    check_tolerations(r#"[{"operator":"Exists"}]"#, "fine");
    check_tolerations(r#"[{"key":"k","operator":"Foo"}]"#, "fine");
    check_tolerations("[{}]", keyless);
    check_tolerations(r#"[{"operator":"exists"}]"#, keyless);
    check_tolerations(r#"[{"operator":"Exists","value":"v"}]"#, valued);
    check_tolerations(r#"[{"key":"k","operator":"Exists","value":"v"},{}]"#, valued);
    check_tolerations(r#"[{"key":"k"},{},{"key":"k","operator":"Exists","value":"v"}]"#, keyless);
}

#[test]
fn tolerations() {
    let got = spec(
        r#"{"tolerations":[{"key":"k","value":"v","effect":"NoSelect","tolerationSeconds":-1},
            {"operator":"Exists"},{"key":"k","operator":"Foo"}]}"#,
    );
    let got = got.tolerations.unwrap();
    assert_eq!(got[0].operator, TolerationOperator::Equal);
    assert_eq!((got[0].key.as_deref(), got[0].value.as_str()), (Some("k"), "v"));
    assert_eq!((got[0].effect.as_deref(), got[0].seconds), (Some("NoSelect"), Some(-1)));
    assert_eq!((got[1].key.as_ref(), got[1].effect.as_ref(), got[1].seconds), (None, None, None));
    assert_eq!(got[2].operator, TolerationOperator::Unknown("Foo".into()));
}

#[track_caller]
fn check_policy(policy: &str, want: &str) {
    assert_eq!(text(spec(&format!(r#"{{"prioritizerPolicy":{policy}}}"#)).policy), want);
}

/// PRIO-1, PRIO-2; PRIO-3 to PRIO-5 are not for this layer to judge.
#[test]
fn the_first_problem_of_the_policy() {
    let mode = "incorrect prioritizer policy mode: additive";
    check_policy("{}", "fine");
    check_policy(r#"{"mode":"additive","configurations":[{}]}"#, mode);
    check_policy(r#"{"mode":"Exact","configurations":[{"weight":1}]}"#, "scoreCoordinate field is required");
    check_policy(r#"{"configurations":[{"scoreCoordinate":{"type":"BuiltIn","builtIn":"Nope"},"weight":1}]}"#, "fine");
    check_policy(r#"{"configurations":[{"scoreCoordinate":{"type":"AddOn"},"weight":1}]}"#, "fine");
}

#[test]
fn coordinates() {
    let got = spec(
        r#"{"prioritizerPolicy":{"mode":"Exact","configurations":[
            {"scoreCoordinate":{"type":"BuiltIn","builtIn":"Steady"},"weight":-10},
            {"scoreCoordinate":{"type":"BuiltIn","builtIn":"Steady","addOn":{"resourceName":"r","scoreName":"s"}}},
            {"scoreCoordinate":{"type":"AddOn","builtIn":"x","addOn":{"resourceName":"r","scoreName":"s"}},"weight":2},
            {"scoreCoordinate":{"type":"AddOn","builtIn":"x"},"weight":0}]}}"#,
    );
    let got = got.policy.unwrap();
    assert_eq!(got.mode, Mode::Exact);
    let weights: Vec<(bool, i32)> = got.configurations.iter().map(|c| (c.apart, c.weight)).collect();
    assert_eq!(weights, [(false, -10), (true, 0), (true, 2), (false, 0)]);
    let at = |i: usize| got.configurations[i].coordinate.clone();
    assert_eq!(at(0), Ok(Coordinate::BuiltIn("Steady".into())));
    assert_eq!(at(1), Ok(Coordinate::BuiltIn("Steady".into())));
    assert_eq!(at(2), Ok(Coordinate::AddOn { resource: "r".into(), score: "s".into() }));
    let incomplete = at(3).unwrap_err();
    assert_eq!((incomplete.kind.as_str(), incomplete.built_in.as_str()), ("AddOn", "x"));
}

/// EXT-5, EXT-3.
#[test]
fn profile() {
    let check = |value: &str, profile: Option<&str>, error: Option<&str>| {
        let got = annotated(&format!(r#"{{"placewright.io/profile":"{value}"}}"#));
        assert_eq!(got.profile.as_deref(), profile, "{value}");
        assert_eq!(got.extensions.as_ref().err().map(String::as_str), error, "{value}");
        assert!(error.is_some() || got.extensions.unwrap().present);
    };
    check("upstream", Some("upstream"), None);
    check("upstream\\n", Some("upstream"), None);
    let path = "metadata.annotations[placewright.io/profile]";
    let needed = "a profile's name is needed, such as `upstream` or `default`";
    check("", None, Some(&format!("{path}: got ``, {needed}")));
    check(" ", None, Some(&format!("{path}: got ` `, {needed}")));
    check(&"x".repeat(16_384), Some(&"x".repeat(16_384)), None);
    check(&"x".repeat(16_385), None, Some(&format!("{path}: 16385 bytes, at most 16384 are allowed")));
}

#[test]
fn filters_are_asked_for_by_name() {
    let read = |value: &str| {
        let got = annotated(&format!(r#"{{"placewright.io/filters":"{value}"}}"#)).extensions?;
        assert!(got.present);
        Ok::<_, String>(got.filters.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(read("freeze").unwrap(), ["freeze/default"]);
    assert_eq!(read(" residency/strict,quota , residency/strict").unwrap(), ["residency/strict", "quota/default"]);
    for (value, entry) in [("", ""), ("a,,b", ""), ("a/", "a/"), ("/b", "/b"), ("a/b/c", "a/b/c"), ("a b", "a b")] {
        let want = format!(
            "metadata.annotations[placewright.io/filters]: got `{entry}`, a plugin's name is needed, or \
             `PLUGIN/SETTINGS`, several separated by commas"
        );
        assert_eq!(read(value).unwrap_err(), want);
    }
}

#[test]
fn what_later_versions_bring_is_told() {
    let got = annotated(r#"{"placewright.io/spread":"[]","placewright.io/priority":"1","other.io/spread":"x"}"#);
    let want = [
        "metadata.annotations[placewright.io/priority]: has no effect in this version",
        "metadata.annotations[placewright.io/spread]: has no effect in this version",
    ];
    assert_eq!(warnings(&got), want);
    assert!(got.extensions.unwrap().present);
}

/// EXT-2: a warning, never an error.
#[test]
fn unknown_annotations_have_near_names() {
    let check = |name: &str, near: Option<&'static str>| {
        let got = annotated(&format!(r#"{{"{name}":""}}"#));
        assert_eq!(got.warnings, [Warning::UnknownAnnotation { name: name.to_owned(), near }]);
        assert!(!got.extensions.unwrap().present);
    };
    check("placewright.io/profil", Some("placewright.io/profile"));
    check("placewright.io/priorty", Some("placewright.io/priority"));
    check("placewright.io/afinity-from", Some("placewright.io/affinity-from"));
    check("placewright.io/colour", None);
    check("placewright.io/", None);
}

#[test]
fn dead_fields_are_told_where_they_ask_for_something() {
    let defaults = spec(r#"{"spreadPolicy":{},"sortBy":"ClusterName","scoreRateLimit":"1m"}"#);
    assert_eq!((warnings(&defaults), defaults.extensions), (vec![], Ok(Default::default())));
    let got = spec(
        r#"{"spreadPolicy":{"spreadConstraints":[{"topologyKey":"region","topologyKeyType":"Label"}]},
            "sortBy":"Score","scoreRateLimit":"30s"}"#,
    );
    let want = ["spec.spreadPolicy.spreadConstraints[0]", "spec.sortBy", "spec.scoreRateLimit"];
    assert_eq!(warnings(&got), want.map(|path| format!("{path}: has no effect in this version")));
    assert!(got.extensions.unwrap().present, "EXT-3");
}

#[test]
fn recorded_conditions() {
    let check = |conditions: &str, want: (bool, Option<i64>)| {
        let got = read(&format!(r#"{{"status":{{"conditions":{conditions}}}}}"#)).recorded;
        assert_eq!((got.answered, got.stale_since), want, "{conditions}");
    };
    check("[]", (false, None));
    check(r#"[{"type":"Foreign","status":"True"}]"#, (false, None));
    check(r#"[{"type":"PlacementSatisfied","status":"False"}]"#, (true, None));
    check(
        r#"[{"type":"PlacementMisconfigured","status":"True"},
            {"type":"placewright.io/Stale","status":"True","observedGeneration":3}]"#,
        (true, Some(3)),
    );
    check(r#"[{"type":"placewright.io/Stale","status":"False","observedGeneration":3}]"#, (false, None));
}
