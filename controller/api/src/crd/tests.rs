//! What servers are told fits what the reader checks, and says what it is for.

use proptest::{prelude::*, string::string_regex};
use regex::Regex;
use serde_json::Value;

use super::all;
use crate::schema::{Field, Form, InCrd, SERVED, Type};

/// Every form of texts that some field has, with its pattern.
fn patterns() -> Vec<(Form, &'static str)> {
    fn collect(of: &'static Type, found: &mut Vec<(Form, &'static str)>) {
        let form = match of {
            Type::Object(fields) => return fields.iter().for_each(|field| collect(&field.of, found)),
            Type::Map { values, .. } => return collect(values, found),
            Type::List { items, .. } => return collect(items, found),
            Type::Text { form, .. } | Type::IntOrText(form) => *form,
            _ => return,
        };
        if let InCrd::Pattern(pattern) = form.in_crd {
            found.push((form, pattern));
        }
    }
    let mut found = Vec::new();
    published().for_each(|field| collect(&field.of, &mut found));
    found.sort_by_key(|(_, pattern)| *pattern);
    found.dedup_by_key(|(_, pattern)| *pattern);
    found
}

fn published() -> impl Iterator<Item = &'static Field> {
    SERVED.iter().flat_map(|kind| kind.fields).filter(|field| field.name != "metadata")
}

/// A form, its pattern, and a text that fits it or nearly does.
fn cases() -> impl Strategy<Value = (Form, &'static str, String)> {
    prop::sample::select(patterns()).prop_flat_map(|(form, pattern)| {
        let fitting = string_regex(pattern.trim_start_matches('^').trim_end_matches('$')).unwrap();
        let any = string_regex("[aZ09._/:,%hms-]{0,7}").unwrap();
        (Just(form), Just(pattern), prop_oneof![fitting, any])
    })
}

proptest! {
    /// What is checked by hand is what the pattern says.
    #[test]
    fn forms_are_their_patterns((form, pattern, text) in cases()) {
        // How long a label of a DNS name may be is said beside the pattern.
        if text.len() <= 63 {
            let regex = Regex::new(pattern).unwrap();
            prop_assert_eq!(form.fits(&text), regex.is_match(&text), "{} and {}", text, pattern);
        }
    }
}

#[test]
fn six_forms_have_patterns() {
    assert_eq!(patterns().len(), 6);
}

/// `kubectl explain` has a sentence for every field.
#[test]
fn every_field_is_described() {
    fn check(path: &str, schema: &Value) {
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            let about = field["description"].as_str().unwrap_or_default();
            assert!(path.ends_with(".metadata") || about.ends_with('.'), "{path}: {about:?}");
            check(&path, field);
        }
        for below in ["items", "additionalProperties"] {
            if let Some(schema) = schema.get(below) {
                check(path, schema);
            }
        }
    }
    for crd in all() {
        let schema = &crd.document["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
        assert!(schema["description"].as_str().unwrap().ends_with('.'));
        check(crd.plural, schema);
    }
}
