//! SEL-4: lengths and characters at their edges.

use super::{check_key, check_value};

/// Only the start of each reason; `requirement` checks whole texts.
#[track_caller]
fn check(got: Result<(), super::Reasons>, want: &[&str]) {
    let reasons = got.err();
    let got: Vec<&str> = reasons.iter().flat_map(|reasons| reasons.iter()).collect();
    assert_eq!(got.len(), want.len(), "{got:?}");
    for (got, want) in got.iter().zip(want) {
        assert!(got.starts_with(want), "{got}");
    }
}

fn times(count: usize) -> String {
    "x".repeat(count)
}

#[rustfmt::skip]
mod table {
    use super::*;

    #[test] fn one_letter()             { check(check_key("a"), &[]) }
    #[test] fn capitals_and_signs()     { check(check_key("A-b_C.9"), &[]) }
    #[test] fn prefixed()               { check(check_key("example.com/MyName"), &[]) }
    #[test] fn key_of_63()              { check(check_key(&times(63)), &[]) }
    #[test] fn key_of_64()              { check(check_key(&times(64)), &["name part must be no more than 63 bytes"]) }
    #[test] fn bytes_not_characters()   { check(check_key(&"ü".repeat(32)), &["name part must be no more than 63 bytes", "name part must consist"]) }
    #[test] fn prefix_of_253()          { check(check_key(&format!("{}/a", times(253))), &[]) }
    #[test] fn prefix_of_254()          { check(check_key(&format!("{}/a", times(254))), &["prefix part must be no more than 253 bytes"]) }
    #[test] fn prefix_with_capital()    { check(check_key("A/b"), &["prefix part a lowercase RFC 1123 subdomain must consist"]) }
    #[test] fn prefix_ends_with_a_dot() { check(check_key("a./b"), &["prefix part a lowercase RFC 1123 subdomain"]) }
    #[test] fn prefix_has_two_dots()    { check(check_key("a..b/b"), &["prefix part a lowercase RFC 1123 subdomain"]) }
    #[test] fn no_prefix()              { check(check_key("/b"), &["prefix part must be non-empty"]) }
    #[test] fn slash_alone()            { check(check_key("/"), &["prefix part must be non-empty", "name part must be non-empty", "name part must consist"]) }
    #[test] fn two_slashes()            { check(check_key("x/y/z"), &["a valid label key must consist of"]) }
    #[test] fn ends_with_a_dash()       { check(check_key("a-"), &["name part must consist"]) }
    #[test] fn ends_with_a_newline()    { check(check_key("a\n"), &["name part must consist"]) }

    #[test] fn empty_value()            { check(check_value(""), &[]) }
    #[test] fn value_of_63()            { check(check_value(&times(63)), &[]) }
    #[test] fn value_of_64()            { check(check_value(&times(64)), &["must be no more than 63 bytes"]) }
    #[test] fn value_with_slash()       { check(check_value("a/b"), &["a valid label must be an empty string or"]) }
    #[test] fn value_with_both_faults() { check(check_value(&"/".repeat(64)), &["must be no more", "a valid label must"]) }
    #[test] fn value_is_a_dash()        { check(check_value("-"), &["a valid label must be"]) }
}
