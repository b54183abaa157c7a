//! Names, annotation keys and taint keys at their edges.

use super::{check_annotation_key, check_dns_label, check_dns_subdomain, is_taint_key};

#[track_caller]
fn check(got: Result<(), crate::Reasons>, want: &[&str]) {
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

    #[test] fn name()                   { check(check_dns_subdomain("web-1.prod"), &[]) }
    #[test] fn name_is_empty()          { check(check_dns_subdomain(""), &["a lowercase RFC 1123 subdomain"]) }
    #[test] fn name_of_253()            { check(check_dns_subdomain(&times(253)), &[]) }
    #[test] fn name_of_254()            { check(check_dns_subdomain(&times(254)), &["must be no more than 253 characters"]) }
    #[test] fn name_with_capital()      { check(check_dns_subdomain("Web"), &["a lowercase RFC 1123 subdomain"]) }
    #[test] fn name_with_underscore()   { check(check_dns_subdomain("a_b"), &["a lowercase RFC 1123 subdomain"]) }
    #[test] fn name_with_dash_at_a_dot() { check(check_dns_subdomain("a-.b"), &["a lowercase RFC 1123 subdomain"]) }

    #[test] fn namespace_of_63()        { check(check_dns_label(&times(63)), &[]) }
    #[test] fn namespace_of_64()        { check(check_dns_label(&times(64)), &["must be no more than 63 characters"]) }
    #[test] fn namespace_with_dot()     { check(check_dns_label("a.b"), &["must not contain dots"]) }
    #[test] fn namespace_with_blank()   { check(check_dns_label("a b"), &["a lowercase RFC 1123 label must"]) }

    #[test] fn annotation_prefix_may_have_capitals() { check(check_annotation_key("Example.COM/a"), &[]) }
    #[test] fn annotation_kelvin_sign_is_a_k() { check(check_annotation_key("\u{212a}"), &[]) } // as Go's lower case has it
    #[test] fn annotation_of_64()       { check(check_annotation_key(&times(64)), &["name part must be no more than 63 bytes"]) }
    #[test] fn annotation_is_empty()    { check(check_annotation_key(""), &["name part must be non-empty", "name part must consist"]) }

    #[test] fn taint_keys() {
        for key in ["gpu", "a.b/C_d", &times(64), &format!("{}/a", times(300))] { assert!(is_taint_key(key), "{key}"); }
        for key in ["", "-a", "A/b", "/a", "a/", "a/b/c", "a\n"] { assert!(!is_taint_key(key), "{key}"); }
    }
}

#[test]
fn subdomains_are_labels_between_dots() {
    let mut texts = vec![String::new()];
    for _ in 0..5 {
        let longer = texts.iter().flat_map(|text| ["a", "0", "-", ".", "A"].map(|part| format!("{text}{part}")));
        texts = longer.chain([String::new()]).collect();
        for text in &texts {
            assert_eq!(super::is_subdomain(text), text.split('.').all(super::is_dns_label), "{text}");
        }
    }
}
