//! Laws over every field of every kind, made from the schema itself (cli.md §3).

use serde_json::{Map, Value, json};

use super::{InputFile, Kind, Notice, Options, Read, Severity, read};
use crate::{
    kinds::Resource as _,
    schema::{Field, GROUP, Narrows, Served, Type, served},
};

pub(super) const KINDS: [&str; 6] = [
    "Placement",
    "PlacementDecision",
    "ManagedCluster",
    "ManagedClusterSet",
    "ManagedClusterSetBinding",
    "AddOnPlacementScore",
];

/// A value that fits a type, with every field there is.
fn sample(of: &Type) -> Value {
    match of {
        Type::Object(fields) => fields_of(fields),
        Type::Map { values, .. } => json!({ "a": sample(values), "b": sample(values), "c": sample(values) }),
        Type::List { items, .. } => json!([sample(items)]),
        Type::Text { form, .. } => {
            let text = ["ab", "1m"].into_iter().find(|text| form.fits(text));
            json!(text.unwrap())
        }
        Type::Word(words) => json!(words.last().unwrap()),
        Type::Integer { min, max } => json!(7.clamp(*min, *max)),
        Type::Bool => json!(true),
        Type::Time => json!("2026-01-31T12:00:00Z"),
        Type::Quantity => json!("500m"),
        Type::IntOrText(_) => json!("25%"),
        Type::Ignored => Value::Null,
    }
}

fn fields_of(fields: &[Field]) -> Value {
    let fields = fields.iter().filter(|field| !matches!(field.of, Type::Ignored));
    Value::Object(fields.map(|field| (field.name.to_owned(), sample(&field.of))).collect())
}

/// An object with every field there is.
pub(super) fn full(served: &Served) -> Value {
    let mut object = fields_of(served.fields);
    let fields = object.as_object_mut().unwrap();
    fields.insert("apiVersion".to_owned(), json!(format!("{GROUP}/{}", served.version)));
    fields.insert("kind".to_owned(), json!(served.name));
    if !served.namespaced {
        fields["metadata"].as_object_mut().unwrap().remove("namespace");
    }
    object
}

fn read_one(text: String) -> Read {
    read([InputFile { name: "x.yaml".to_owned(), data: text.into_bytes() }], &Options::default())
}

fn to_json(kind: &Kind) -> Value {
    let value = match kind {
        Kind::Placement(object) => serde_json::to_value(object.typed()),
        Kind::PlacementDecision(object) => serde_json::to_value(object.typed()),
        Kind::ManagedCluster(object) => serde_json::to_value(object.typed()),
        Kind::ManagedClusterSet(object) => serde_json::to_value(object.typed()),
        Kind::ManagedClusterSetBinding(object) => serde_json::to_value(object.typed()),
        Kind::AddOnPlacementScore(object) => serde_json::to_value(object.typed()),
    };
    value.unwrap()
}

#[test]
fn every_field_of_the_schema_is_read_and_printed() {
    for name in KINDS {
        let object = full(served(name).unwrap());
        let got = read_one(object.to_string());
        assert_eq!(got.notices, [], "{name}");
        assert_eq!(to_json(&got.objects[0].kind), object);
    }
}

#[test]
fn defaults_are_those_of_the_server() {
    let read_kind = |name: &str, spec: Value| {
        let version = served(name).unwrap().version;
        let object = json!({ "apiVersion": format!("{GROUP}/{version}"), "kind": name, "metadata": { "name": "a", "namespace": "b" }, "spec": spec });
        to_json(&read_one(object.to_string()).objects[0].kind)["spec"].clone()
    };
    let placement = |spec| read_kind("Placement", spec);
    let always = json!({ "sortBy": "ClusterName", "scoreRateLimit": "1m" });
    let with = |name: &str, value: Value| {
        let mut spec = always.clone();
        spec.as_object_mut().unwrap().insert(name.to_owned(), value);
        spec
    };
    assert_eq!(placement(json!({})), always);
    assert_eq!(
        placement(json!({ "prioritizerPolicy": { "configurations": [{ "scoreCoordinate": {} }] } })),
        with(
            "prioritizerPolicy",
            json!({ "mode": "Additive", "configurations": [{ "scoreCoordinate": { "type": "BuiltIn" }, "weight": 1 }] })
        )
    );
    assert_eq!(placement(json!({ "tolerations": [{}] })), with("tolerations", json!([{ "operator": "Equal" }])));
    assert_eq!(
        placement(json!({ "decisionStrategy": { "groupStrategy": {} } })),
        with("decisionStrategy", json!({ "groupStrategy": { "clustersPerDecisionGroup": "100%" } }))
    );
    let exclusive = json!({ "clusterSelector": { "selectorType": "ExclusiveClusterSetLabel" } });
    for spec in [Value::Null, json!({}), json!({ "clusterSelector": null }), json!({ "clusterSelector": {} })] {
        assert_eq!(read_kind("ManagedClusterSet", spec), exclusive);
    }
}

/// A place in an object: how a notice names it, how JSON finds it, and what belongs there.
struct Spot {
    path: String,
    pointer: String,
    of: &'static Type,
    required: bool,
    narrows: bool,
}

/// All places in an object with every field there is.
fn spots(served: &'static Served) -> Vec<Spot> {
    let mut all = Vec::new();
    spots_of(served.fields, "", "", &mut all);
    all.retain(|spot| served.namespaced || spot.path != "metadata.namespace");
    all
}

fn spots_of(fields: &'static [Field], path: &str, pointer: &str, all: &mut Vec<Spot>) {
    for field in fields.iter().filter(|field| !matches!(field.of, Type::Ignored)) {
        let dot = if path.is_empty() { "" } else { "." };
        let (path, pointer) = (format!("{path}{dot}{}", field.name), format!("{pointer}/{}", field.name));
        all.push(Spot {
            path: path.clone(),
            pointer: pointer.clone(),
            of: &field.of,
            required: field.required && field.default.is_none(),
            narrows: field.narrows != Narrows::No,
        });
        below(&field.of, &path, &pointer, all);
    }
}

fn below(of: &'static Type, path: &str, pointer: &str, all: &mut Vec<Spot>) {
    match of {
        Type::Object(fields) => spots_of(fields, path, pointer, all),
        Type::Map { values, .. } => {
            let (path, pointer) = (format!("{path}.a"), format!("{pointer}/a"));
            all.push(Spot {
                path: path.clone(),
                pointer: pointer.clone(),
                of: values,
                required: false,
                narrows: false,
            });
            below(values, &path, &pointer, all);
        }
        Type::List { items, .. } => {
            let (path, pointer) = (format!("{path}[0]"), format!("{pointer}/0"));
            all.push(Spot { path: path.clone(), pointer: pointer.clone(), of: items, required: true, narrows: false });
            below(items, &path, &pointer, all);
        }
        _ => {}
    }
}

/// A plain scalar, and what both versions of YAML make of it.
enum Plain {
    /// They differ, or one of them has given the reading up (FILE-1).
    Doubtful,
    Number,
    Null,
    Text,
}

const SCALARS: [(&str, Plain); 10] = [
    ("NO", Plain::Doubtful),
    ("yes", Plain::Doubtful),
    ("010", Plain::Doubtful),
    ("0o10", Plain::Doubtful),
    ("1e3", Plain::Number),
    ("70042e3", Plain::Number),
    ("1.10", Plain::Number),
    ("12345678901234567890", Plain::Number),
    ("~", Plain::Null),
    ("2026-01-31", Plain::Text),
];

#[test]
fn no_plain_scalar_means_two_things_in_silence() {
    for served in KINDS.map(|name| served(name).unwrap()) {
        let object = full(served);
        for spot in spots(served) {
            if matches!(spot.of, Type::Object(_) | Type::Map { .. } | Type::List { .. }) {
                continue;
            }
            for (text, plain) in &SCALARS {
                let mut object = object.clone();
                *object.pointer_mut(&spot.pointer).unwrap() = json!("@@");
                let got = read_one(format!("---\n{}", object.to_string().replace("\"@@\"", text)));
                check_scalar(&spot, text, plain, &got);
            }
        }
    }
}

/// What must come of a plain scalar in a field (FILE-1, FILE-2).
#[track_caller]
fn check_scalar(spot: &Spot, text: &str, plain: &Plain, got: &Read) {
    let said: Vec<&Notice> = got.notices.iter().filter(|notice| notice.path.as_deref() == Some(&spot.path)).collect();
    let has =
        |severity, part: &str| said.iter().any(|notice| notice.severity == severity && notice.text.contains(part));
    let value = got.objects.first().and_then(|object| to_json(&object.kind).pointer(&spot.pointer).cloned());
    let (error, warning) = (Severity::Error, Severity::Warning);
    let holds = match (spot.of, plain) {
        (Type::Text { form, .. }, Plain::Doubtful) if form.fits(text) => {
            has(warning, "quote it") && value == Some(json!(text))
        }
        (Type::Text { .. } | Type::Word(_) | Type::Time, Plain::Doubtful) => has(error, "must be") && value.is_none(),
        (Type::Text { form, .. }, Plain::Text) if form.fits(text) => said.is_empty() && value == Some(json!(text)),
        (Type::Time, Plain::Null) => {
            said.is_empty() && got.objects.len() == 1 && value.as_ref().is_none_or(Value::is_null)
        }
        (Type::Text { .. } | Type::Word(_), Plain::Null)
        | (Type::Text { .. } | Type::Word(_) | Type::Time, Plain::Number) => has(error, "quote it") && value.is_none(),
        (Type::Integer { .. } | Type::Bool, Plain::Null) if spot.required => has(error, "is required"),
        (Type::Integer { .. } | Type::Bool | Type::IntOrText(_), Plain::Null) => got.objects.len() == 1,
        (Type::Quantity, Plain::Number) => said.is_empty() && value == Some(json!(text)),
        (Type::Quantity, Plain::Null) => has(warning, "null") && got.objects.len() == 1 && value.is_none(),
        // The cluster stands without the resource: Q32.
        (Type::Quantity, _) => {
            has(error, "the cluster is used without it") && got.objects.len() == 1 && value.is_none()
        }
        _ => has(error, "must be") && got.objects.is_empty(),
    };
    assert!(holds, "{} = {text}: {value:?}, {:?}", spot.path, got.notices);
}

#[test]
fn a_misspelt_field_is_never_ignored_in_silence() {
    for served in KINDS.map(|name| served(name).unwrap()) {
        for spot in spots(served) {
            let (parent, name) = spot.pointer.rsplit_once('/').unwrap();
            let mut changed = full(served);
            let Some(fields) = changed.pointer_mut(parent).and_then(Value::as_object_mut) else {
                continue; // An item of a list has no name.
            };
            if is_free_key(&spot, served) {
                continue;
            }
            let misspelt = misspell(name);
            let value = fields.remove(name).unwrap();
            fields.insert(misspelt.clone(), value);
            let path = format!("{}{misspelt}", spot.path.strip_suffix(name).unwrap());
            let got = read_one(changed.to_string());
            let (severity, text) = if spot.narrows {
                (Severity::Error, format!("there is no such field, did you mean `{name}`? the object is not used: "))
            } else {
                (Severity::Warning, format!("there is no such field, it has no effect: did you mean `{name}`?"))
            };
            let said = got.notices.iter().any(|notice| {
                notice.path.as_deref() == Some(&path) && notice.severity == severity && notice.text.starts_with(&text)
            });
            assert!(said, "{path}: {:?}", got.notices);
            assert_eq!(got.objects.is_empty(), spot.narrows || spot.required, "{path}");
        }
    }
}

/// Another letter in the middle.
fn misspell(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let middle = letters.len() / 2;
    letters[middle] = if letters[middle] == 'x' { 'y' } else { 'x' };
    letters.into_iter().collect()
}

/// A label, not a field.
fn is_free_key(spot: &Spot, served: &'static Served) -> bool {
    let parent = spot.pointer.rsplit_once('/').unwrap().0;
    spots(served).iter().any(|other| other.pointer == parent && matches!(other.of, Type::Map { .. }))
}

#[test]
fn null_is_absent_or_required_wherever_an_object_or_a_list_stands() {
    for served in KINDS.map(|name| served(name).unwrap()) {
        for spot in spots(served) {
            if !matches!(spot.of, Type::Object(_) | Type::Map { .. } | Type::List { .. }) {
                continue;
            }
            let mut object = full(served);
            *object.pointer_mut(&spot.pointer).unwrap() = Value::Null;
            let got = read_one(object.to_string());
            let is_refused = got.objects.is_empty();
            assert_eq!(is_refused, spot.required, "{}: {:?}", spot.path, got.notices);
            let mut absent = full(served);
            if !is_refused {
                remove(&mut absent, &spot.pointer);
                assert_eq!(got.objects, read_one(absent.to_string()).objects, "{}", spot.path);
            }
        }
    }
}

fn remove(object: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let fields: &mut Map<String, Value> = object.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    fields.remove(name);
}
