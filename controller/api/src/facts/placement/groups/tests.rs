//! GRP-1 to GRP-3, GRP-14 as tables.

use super::*;

#[track_caller]
fn check(given: Option<&IntOrString>, want: Result<GroupLength, &str>) {
    assert_eq!(length(given).map_err(|e| e.to_string()), want.map_err(str::to_owned));
}

#[track_caller]
fn text(given: &str, want: Option<f64>) {
    let message = format!("{given} invalid type: string is not a percentage");
    check(Some(&IntOrString::Text(given.to_owned())), want.map(GroupLength::Percent).ok_or(message.as_str()));
}

#[test]
fn integers_pass_whatever_they_are() {
    check(None, Ok(GroupLength::Clusters(0)));
    check(Some(&IntOrString::Int(-3)), Ok(GroupLength::Clusters(-3)));
    check(Some(&IntOrString::Int(0)), Ok(GroupLength::Clusters(0)));
}

#[test]
fn percents() {
    text("7%", Some(7.0));
    text("0%", Some(0.0));
    text("150%", Some(150.0));
    text("-5%", Some(-5.0));
    text("+5%", Some(5.0));
    text("33.3%", Some(33.3));
    text(".5%", Some(0.5));
    text("5.%", Some(5.0));
    text("1e1%", Some(10.0));
    text("1_0%", Some(10.0));
    text("1e-400%", Some(0.0));
    text("inf%", Some(f64::INFINITY));
    text("-Infinity%", Some(f64::NEG_INFINITY));
}

#[test]
fn no_percents() {
    for given in
        ["10", "", "%", "x%", "5%%", " 5%", "5 %", "1e%", "1__0%", "_1%", "1_%", "1_e5%", "1e999%", "+nan%", "5%x"]
    {
        text(given, None);
    }
}

#[test]
fn nan_is_a_number_to_go_and_means_all() {
    text("NaN%", Some(0.0));
}

#[test]
fn rules_end_at_the_first_invalid_selector() {
    let json = r#"{"decisionGroups":[
        {"groupName":"canary","groupClusterSelector":{"labelSelector":{"matchLabels":{"a":"b"}}}},
        {"groupName":"bad","groupClusterSelector":{"claimSelector":{"matchExpressions":[{"key":"k","operator":"In"}]}}},
        {"groupName":"never","groupClusterSelector":{}}]}"#;
    let got = read(&serde_json::from_str(json).unwrap());
    let names: Vec<&str> = got.rules.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["canary"]);
    assert_eq!(
        got.invalid.unwrap().to_string(),
        "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty"
    );
}
