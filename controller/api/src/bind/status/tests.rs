//! §12's merge as a table.

use super::*;

fn now() -> Time {
    Time::from_unix_seconds(60)
}

fn before(conditions: &[(&str, &str)]) -> Vec<kinds::Condition> {
    let condition = |(kind, status): &(&str, &str)| kinds::Condition {
        r#type: (*kind).into(),
        status: (*status).into(),
        last_transition_time: Some("2000-01-01T00:00:00Z".into()),
        ..kinds::Condition::default()
    };
    conditions.iter().map(condition).collect()
}

fn told(kind: ConditionType, status: bool) -> Condition {
    Condition { kind, status, reason: "R", message: "m".to_owned(), observed_generation: None }
}

/// Types in order, with a star where the time moved.
#[track_caller]
fn check(recorded: &[(&str, &str)], conditions: &[Condition], want: &[&str]) {
    let merged = merge(&before(recorded), conditions, now());
    let shown: Vec<String> = merged
        .iter()
        .map(|c| {
            let moved = c.last_transition_time.as_deref() == Some("1970-01-01T00:01:00Z");
            format!("{}={}{}", c.r#type, c.status, if moved { "*" } else { "" })
        })
        .collect();
    assert_eq!(shown, want);
}

use ConditionType::{Degraded, Misconfigured, PolicyValid, Satisfied, Stale};

#[test]
fn fresh_ones_come_in_order() {
    check(
        &[],
        &[told(Misconfigured, false), told(Satisfied, true), told(Stale, true)],
        &["PlacementMisconfigured=False*", "PlacementSatisfied=True*", "placewright.io/Stale=True*"],
    );
}

#[test]
fn the_time_moves_with_the_status_only() {
    check(
        &[("PlacementMisconfigured", "False"), ("PlacementSatisfied", "False")],
        &[told(Misconfigured, false), told(Satisfied, true)],
        &["PlacementMisconfigured=False", "PlacementSatisfied=True*"],
    );
}

#[test]
fn foreign_ones_stay_in_place() {
    check(
        &[("Foreign", "Unknown"), ("PlacementSatisfied", "True"), ("placewright.io/DecisionsFrozen", "True")],
        &[told(Satisfied, true)],
        &["Foreign=Unknown", "PlacementSatisfied=True", "placewright.io/DecisionsFrozen=True"],
    );
}

#[test]
fn ours_go_when_there_is_nothing_to_say() {
    check(
        &[("placewright.io/Stale", "True"), ("placewright.io/PolicyValid", "True")],
        &[told(PolicyValid, false)],
        &["placewright.io/PolicyValid=False*"],
    );
}

#[test]
fn upstreams_stay_when_not_named() {
    check(
        &[("PlacementSatisfied", "True")],
        &[told(Stale, true)],
        &["PlacementSatisfied=True", "placewright.io/Stale=True*"],
    );
}

/// C14.
#[test]
fn upstreams_come_before_ours_even_when_late() {
    check(
        &[("placewright.io/Stale", "True")],
        &[told(Misconfigured, true), told(Satisfied, false), told(Stale, true)],
        &["PlacementMisconfigured=True*", "PlacementSatisfied=False*", "placewright.io/Stale=True"],
    );
}

#[test]
fn ours_keep_their_order() {
    check(
        &[("placewright.io/DecisionsFrozen", "True"), ("Foreign", "True")],
        &[told(PolicyValid, true), told(Degraded, true)],
        &[
            "placewright.io/PolicyValid=True*",
            "placewright.io/Degraded=True*",
            "placewright.io/DecisionsFrozen=True",
            "Foreign=True",
        ],
    );
    check(
        &[("placewright.io/Degraded", "True")],
        &[told(Stale, true), told(Degraded, true)],
        &["placewright.io/Stale=True*", "placewright.io/Degraded=True"],
    );
    check(&[("placewright.io/Degraded", "True")], &[], &[]);
}

#[test]
fn a_worn_condition_without_a_time_gets_one() {
    let mut worn = before(&[("PlacementSatisfied", "True")]);
    worn[0].last_transition_time = None;
    assert!(merge(&worn, &[told(Satisfied, true)], now())[0].last_transition_time.is_some());
}

#[test]
fn the_generation_is_ours_to_set() {
    let mut stale = told(Stale, true);
    stale.observed_generation = Some(3);
    let merged = merge(&before(&[]), &[stale, told(Satisfied, true)], now());
    let got: Vec<_> = merged.iter().map(|c| (c.r#type.as_str(), c.observed_generation)).collect();
    assert_eq!(got, [("PlacementSatisfied", None), ("placewright.io/Stale", Some(3))]);
}
