//! What a cluster brings along, and what it has to leave behind.

use scheduler_core::{Cluster, Effect};

use super::*;
use crate::facts::Severity;

fn read(json: &str) -> (Cluster, Vec<String>) {
    let (cluster, problems) = cluster(&serde_json::from_str(json).unwrap());
    (cluster, problems.iter().map(|p| format!("{:?}: {p}", p.severity())).collect())
}

#[test]
fn everything_in_its_order() {
    let (got, problems) = read(
        r#"{"metadata":{"name":"c1","labels":{"b":"","a":"x"},
                         "annotations":{"team":"y","kubectl.kubernetes.io/last-applied-configuration":"{}"}},
            "spec":{"taints":[{"key":"k","value":"v","effect":"NoSelect","timeAdded":"1970-01-01T00:00:01.5Z"},
                              {"key":"a","effect":"Odd"}]},
            "status":{"clusterClaims":[{"name":"z","value":"1"},{"name":"a","value":"old"},{"name":"a","value":"new"}],
                      "allocatable":{"memory":"1Gi","cpu":2},"capacity":{"cpu":"3900m"},
                      "conditions":[{"type":"Joined","status":"True"},{"type":"Available","status":"Unknown"}]}}"#,
    );
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(got.name, "c1");
    assert!(!got.deleting);
    assert_eq!(got.labels, [("a".into(), "x".into()), ("b".into(), "".into())]);
    assert_eq!(got.annotations, [("team".into(), "y".into())]);
    assert_eq!(got.conditions, [("Available".into(), "Unknown".into()), ("Joined".into(), "True".into())]);
    assert_eq!(got.claims, [("a".into(), "new".into()), ("z".into(), "1".into())], "SEL-6");
    let quantity = |text| Quantity::parse(text).unwrap();
    assert_eq!(got.allocatable, [("cpu".into(), quantity("2")), ("memory".into(), quantity("1Gi"))]);
    assert_eq!(got.capacity, [("cpu".into(), quantity("3900m"))]);
    let time = scheduler_core::Time::from_unix_nanos(1_500_000_000);
    let taint =
        |key: &str, value: &str, effect, time_added| Taint { key: key.into(), value: value.into(), effect, time_added };
    let want = [taint("k", "v", Effect::NoSelect, Some(time)), taint("a", "", Effect::Other("Odd".into()), None)];
    assert_eq!(got.taints, want);
}

#[test]
fn being_deleted() {
    assert!(read(r#"{"metadata":{"name":"c","deletionTimestamp":"2026-01-01T00:00:00Z"}}"#).0.deleting);
}

/// Q32, FILE-7: that resource only.
#[test]
fn an_unparsable_quantity_is_absent() {
    let (got, problems) = read(r#"{"status":{"allocatable":{"cpu":"1e1.5","memory":"1"},"capacity":{"cpu":""}}}"#);
    assert_eq!(got.allocatable, [("memory".into(), Quantity::parse("1").unwrap())]);
    assert_eq!(got.capacity, []);
    assert_eq!(problems.len(), 2);
    assert!(problems[0].starts_with("Error: status.allocatable[cpu]: `1e1.5`: "), "{problems:?}");
    assert!(problems[1].starts_with("Error: status.capacity[cpu]: ``: "), "{problems:?}");
}

#[test]
fn an_unparsable_time_is_absent() {
    let (got, problems) = read(r#"{"spec":{"taints":[{"key":"k","effect":"NoSelect","timeAdded":"now"}]}}"#);
    assert_eq!(got.taints[0].time_added, None);
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].starts_with("Error: spec.taints[0].timeAdded: \"now\" is not an RFC 3339 time"),
        "{problems:?}"
    );
}

#[test]
fn prefer_no_select_is_told() {
    let (got, problems) =
        read(r#"{"spec":{"taints":[{"key":"a","effect":"NoSelect"},{"key":"k","effect":"PreferNoSelect"}]}}"#);
    assert_eq!(got.taints[1].effect, Effect::PreferNoSelect);
    assert_eq!(problems, ["Warning: spec.taints[1]: effect `PreferNoSelect` has no effect in this version"]);
    assert!(Severity::Warning < Severity::Error);
}
