//! SEL-7's table and recorded texts.

use super::{Operator, check_equality, check_requirement};

const NAME_PART: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with \
    an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
    '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
    must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for \
    validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// `{name}` and `{value}` stand for the two long sentences above.
#[track_caller]
fn check(key: &str, operator: &str, values: &[&str], want: &str) {
    let want = want.replace("{name}", NAME_PART).replace("{value}", VALUE);
    assert_eq!(check_requirement(key, operator, values), Err(want));
}

#[track_caller]
fn check_ok(key: &str, operator: &str, values: &[&str], want: Operator) {
    assert_eq!(check_requirement(key, operator, values), Ok(want));
}

#[track_caller]
fn check_label(key: &str, value: &str, want: &str) {
    let want = want.replace("{name}", NAME_PART).replace("{value}", VALUE);
    assert_eq!(check_equality(key, value), Err(want));
}

#[rustfmt::skip]
mod table {
    use super::*;

    #[test] fn in_one()                 { check_ok("a", "In", &["x"], Operator::In) }
    #[test] fn in_an_empty_value()      { check_ok("a", "In", &[""], Operator::In) } // SEL-3
    #[test] fn not_in_two()             { check_ok("a/b", "NotIn", &["x", "y"], Operator::NotIn) }
    #[test] fn exists()                 { check_ok("a", "Exists", &[], Operator::Exists) }
    #[test] fn does_not_exist()         { check_ok("a", "DoesNotExist", &[], Operator::DoesNotExist) }

    #[test] fn unknown_operator()       { check("a", "Foo", &[], r#""Foo" is not a valid label selector operator"#) }
    #[test] fn operators_of_the_api_only() { check("a", "Gt", &["1"], r#""Gt" is not a valid label selector operator"#) }
    #[test] fn operator_case_matters()  { check("a", "in", &["x"], r#""in" is not a valid label selector operator"#) }
    #[test] fn no_operator()            { check("a", "", &["x"], r#""" is not a valid label selector operator"#) }
    #[test] fn invisible_operator()     { check("a", "In\u{200b}", &["x"], r#""In\u200b" is not a valid label selector operator"#) }
    #[test] fn operator_comes_first()   { check("-a", "in", &["b c"], r#""in" is not a valid label selector operator"#) }
    #[test] fn in_nothing()             { check("a", "In", &[], "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty") }
    #[test] fn not_in_nothing()         { check("a", "NotIn", &[], "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty") }
    #[test] fn exists_with_values()     { check("a", "Exists", &["x"], r#"values: Invalid value: ["x"]: values set must be empty for exists and does not exist"#) }
    #[test] fn values_are_gos_json()    { check("a", "DoesNotExist", &["x", "y"], r#"values: Invalid value: ["x","y"]: values set must be empty for exists and does not exist"#) }
    #[test] fn bad_key()                { check("-a", "Exists", &[], r#"key: Invalid value: "-a": {name}"#) }
    #[test] fn key_with_blank()         { check("a b", "In", &["x"], r#"key: Invalid value: "a b": {name}"#) }
    #[test] fn empty_key()              { check("", "Exists", &[], r#"key: Invalid value: "": name part must be non-empty; {name}"#) }
    #[test] fn bad_value()              { check("a", "In", &["b c"], r#"values[0][a]: Invalid value: "b c": {value}"#) }
    #[test] fn second_value()           { check("a/b", "In", &["x", "b c"], r#"values[1][a/b]: Invalid value: "b c": {value}"#) }
    #[test] fn invisible_value()        { check("a", "In", &["b\u{200b}"], r#"values[0][a]: Invalid value: "b\u200b": {value}"#) }
    #[test] fn several_in_brackets()    { check("a b", "In", &["b c", "c d"], r#"[key: Invalid value: "a b": {name}, values[0][a b]: Invalid value: "b c": {value}, values[1][a b]: Invalid value: "c d": {value}]"#) }
    #[test] fn values_of_exists_too()   { check("a", "Exists", &["<\"\n"], r#"[values: Invalid value: ["\u003c\"\n"]: values set must be empty for exists and does not exist, values[0][a]: Invalid value: "<\"\n": {value}]"#) }
    #[test] fn label_value()            { check_label("a", "b c", r#"values[0][a]: Invalid value: "b c": {value}"#) }
    #[test] fn label_key()              { check_label("a b", "x", r#"key: Invalid value: "a b": {name}"#) }
}

#[test]
fn long_value() {
    let long = "v".repeat(64);
    check("a", "In", &[&long], &format!("values[0][a]: Invalid value: \"{long}\": must be no more than 63 bytes"));
    check_ok("a", "In", &[&long[1..]], Operator::In);
}

#[test]
fn capital_in_the_prefix() {
    let want = "key: Invalid value: \"A/b\": prefix part a lowercase RFC 1123 subdomain must consist of lower case \
        alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. \
        'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    check("A/b", "Exists", &[], want);
}

#[test]
fn two_slashes() {
    let want = "key: Invalid value: \"x/y/z\": a valid label key must consist of alphanumeric characters, '-', '_' or \
        '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex \
        used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and \
        '/' (e.g. 'example.com/MyName')";
    check("x/y/z", "Exists", &[], want);
}
