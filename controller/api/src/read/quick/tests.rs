//! The short cut beside the long way.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::read::{
    document,
    laws::{KINDS, full},
};

/// What is read quickly is read the long way without a word, and up to the same place. Returns whether it is.
fn agrees(text: &str) -> bool {
    let file: Arc<str> = "x".into();
    let mut values = Values::new(text, 7, 0);
    let quick = object(&mut values, &file, None);
    let mut slow = Values::new(text, 7, 0);
    let Some(quick) = quick else {
        let untouched = values.next().map(|value| format!("{value:?}"));
        assert_eq!(untouched, slow.next().map(|value| format!("{value:?}")), "{text}");
        return false;
    };
    let node = slow.next().expect("there is a value").expect("it is JSON");
    let found = document::objects(&node, &file);
    assert_eq!(format!("{found:?}"), format!("{:?}", [document::Found::Object(Box::new(quick), Vec::new())]), "{text}");
    let rest = |mut values: Values<'_>| format!("{:?}", values.next());
    assert_eq!(rest(values), rest(slow), "{text}");
    true
}

/// An object with every field there is, its head first, but what keeps it from the short cut.
fn sample(kind: &str) -> String {
    let mut object = full(served(kind).unwrap());
    let fields = object.as_object_mut().unwrap();
    fields["metadata"].as_object_mut().unwrap().remove("annotations");
    fields["metadata"].as_object_mut().unwrap().insert("managedFields".to_owned(), json!([{ "f:a": { "a": [] } }]));
    let head = ["apiVersion", "kind"].map(|key| format!("\"{key}\":{}", fields.remove(key).unwrap()));
    let rest = object.to_string();
    format!("{{{},{}\n ", head.join(","), &rest[1..])
}

#[test]
fn every_kind_has_the_short_cut() {
    for kind in KINDS {
        assert!(agrees(&sample(kind)), "{kind}");
    }
}

#[test]
fn what_a_list_says_of_its_items_is_enough() {
    let text = r#"{"metadata":{"name":"c1"}}"#;
    let inherited = Inherited { api_version: "cluster.open-cluster-management.io/v1", kind: "ManagedCluster" };
    let read = |text: &str| object(&mut Values::new(text, 1, 2), &"x".into(), Some(inherited));
    assert_eq!(read(text).map(|object| object.kind.key().to_string()).as_deref(), Some("ManagedCluster c1"));
    // An item may say otherwise, so the long way has to look.
    assert_eq!(read(&text.replace("{\"m", "{\"kind\":\"Placement\",\"m")), None);
}

#[test]
fn whatever_there_is_to_say_something_about_takes_the_long_way() {
    let cluster = sample("ManagedCluster");
    assert!(agrees(&cluster));
    for (from, to) in [
        ("\"a\":\"ab\",\"b\"", "\"b\":\"ab\",\"a\""), // Keys out of order might be repeated.
        ("\"a\":\"ab\",\"b\"", "\"a\":\"ab\",\"a\""),
        ("\"spec\":{", "\"spec\":{\"taint\":[],"),
        ("\"spec\":{", "\"spec\":{\"taints\":[],"),
        ("\"spec\":{", "\"spec\":null,\"spek\":{"),
        ("\"name\":\"ab\"", "\"name\":\"A\""),
        ("\"name\":\"ab\"", "\"name\":7"),
        ("500m", "500x"),
        ("2026-01-31T", "2026-01-32T"),
        ("\"metadata\":{", "\"metadata\":{\"namespace\":\"a\","),
        ("managedFields", "managedField"),
        ("\"f:a\":{", "\"f:a\":{,"),
        ("v1\"", "v2\""),
        ("\"kind\":\"ManagedCluster\"", "\"kind\":\"ManagedClusterList\""),
        ("{\"apiVersion\"", "{\"spec\":{},\"apiVersion\""),
    ] {
        let changed = cluster.replacen(from, to, 1);
        assert_ne!(changed, cluster, "{from}");
        assert!(!agrees(&changed), "{from}");
    }
    let twice = |items: &str| cluster.replacen("\"conditions\":[", &format!("\"conditions\":[{items}"), 1);
    let condition = |kind: &str| {
        let condition: Value = json!({ "type": kind, "status": "True", "reason": "R", "message": "", "lastTransitionTime": "2026-01-31T12:00:00Z" });
        format!("{condition},")
    };
    assert!(agrees(&twice(&condition("x"))));
    assert!(!agrees(&twice(&condition("ab"))));
    let annotated = sample("Placement").replacen("\"metadata\":{", "\"metadata\":{\"annotations\":{\"a\":\"b\"},", 1);
    assert!(!agrees(&annotated));
}

/// Bits of text that matter.
fn bit() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "\"",
        "\\",
        "\\u0041",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\n",
        "null",
        "7",
        "-1",
        "true",
        "\"a\":",
        "\"name\":\"b\",",
        "\"kind\":",
        "{}",
        "[]",
        "1e3",
        "é",
        "\u{1}",
        "\"type\":\"x\",",
    ])
}

proptest! {
    #[test]
    fn the_short_cut_leads_where_the_long_way_does(
        kind in prop::sample::select(KINDS.to_vec()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, bit()), 0..4),
    ) {
        let mut text = sample(kind);
        for (at, length, bit) in edits {
            let mut at = at.index(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let mut end = (at + length).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(at..end, bit);
        }
        agrees(&text);
    }

    #[test]
    fn it_leads_there_without_some_fields_too(kind in prop::sample::select(KINDS.to_vec()), leave_out in prop::collection::vec(any::<prop::sample::Index>(), 1..4)) {
        let mut value: Value = serde_json::from_str(&sample(kind)).unwrap();
        for at in leave_out {
            remove(&mut value, at);
        }
        let text = value.to_string(); // In order of keys: the head first.
        agrees(&text);
    }
}

/// Removes some field or item, wherever it stands.
fn remove(value: &mut Value, at: prop::sample::Index) {
    fn places(value: &Value, pointer: &str, all: &mut Vec<(String, String)>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(i, item)| (i.to_string(), item)).collect(),
            _ => Vec::new(),
        };
        for (key, child) in children {
            all.push((pointer.to_owned(), key.clone()));
            places(child, &format!("{pointer}/{key}"), all);
        }
    }
    let mut all = Vec::new();
    places(value, "", &mut all);
    if all.is_empty() {
        return;
    }
    let (parent, key) = &all[at.index(all.len())];
    match value.pointer_mut(parent) {
        Some(Value::Object(fields)) => drop(fields.remove(key)),
        Some(Value::Array(items)) => drop(items.remove(key.parse().unwrap())),
        _ => {}
    }
}
