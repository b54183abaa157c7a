//! A hub under other names decides the same, and keeps none of its own.

use std::collections::BTreeSet;
use std::path::Path;

use api::facts;
use fleet::{Fleet, Mix};
use proptest::prelude::*;
use scheduler_core::{Index, Outcome};
use serde_json::{Value, json};

use super::*;

/// Words and keys that mean the same on every hub, and what is no text but a number, a time or a version.
const COMMON: [&str; 20] = [
    "cluster.open-cluster-management.io",
    "v1",
    "v1beta1",
    "v1beta2",
    "v1alpha1",
    "cpu",
    "memory",
    "BuiltIn",
    "AddOn",
    "Additive",
    "Exact",
    "In",
    "NotIn",
    "Exists",
    "DoesNotExist",
    "Equal",
    "True",
    "False",
    "Unknown",
    "true",
];

fn hub(lines: Vec<String>) -> Hub {
    Hub { name: "hub".to_owned(), namespace: "default".to_owned(), lines }
}

/// What is decided on these objects, placement by placement in their order, with every name as `rename` has it.
fn decided(lines: &[String], rename: &dyn Fn(&str) -> String) -> Vec<Value> {
    let data = lines.join("\n").into_bytes();
    let read = read::read([InputFile { name: "hub.jsonl".to_owned(), data }], &Options::default());
    let mut index = Index::new(plugins::profiles());
    read.objects.iter().for_each(|object| index.apply(facts::fact(&object.kind).0));
    let mut decided = Vec::new();
    let now = kube_text::Time::parse_rfc3339("2026-03-03T00:00:00Z").unwrap();
    index.step(now, usize::MAX, &mut |_, _, decision| {
        let outcome = match &decision.outcome {
            Outcome::Placed { groups, .. } => groups
                .iter()
                .map(|group| {
                    let entries = group.entries.iter().map(|entry| json!([rename(entry.cluster), entry.score]));
                    json!([rename(&group.name), entries.collect::<Vec<_>>()])
                })
                .collect::<Vec<_>>()
                .into(),
            Outcome::Held(_) => json!("held"),
            Outcome::Untouched => json!("untouched"),
        };
        let key = [&decision.placement.namespace, &decision.placement.name].map(|part| rename(part));
        let conditions: Vec<String> =
            decision.conditions.iter().map(|it| format!("{:?} {}", it.kind, it.status)).collect();
        let rejected: Vec<u32> = decision.rejected.iter().map(|(_, count)| *count).collect();
        decided.push(json!([key, outcome, conditions, rejected]));
    });
    decided
}

/// Every text in these objects, keys of labels and the like too, in parts between slashes.
fn texts(lines: &[String]) -> BTreeSet<String> {
    fn walk(value: &Value, is_free: bool, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => found.extend(text.split('/').map(str::to_owned)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, false, found)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    if is_free {
                        found.extend(key.split('/').map(str::to_owned));
                    }
                    let holds_none = key.ends_with("Timestamp") || key.ends_with("Time") || key.ends_with("Until");
                    if !(holds_none || ["timeAdded", "kind", "apiVersion", "resourceVersion"].contains(&&**key)) {
                        walk(value, ["labels", "annotations", "matchLabels"].contains(&&**key), found);
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    lines.iter().for_each(|line| walk(&serde_json::from_str(line).unwrap(), false, &mut found));
    // Numbers with or without a unit tell nobody's name.
    found.retain(|text| text.chars().any(char::is_alphabetic) && !text.starts_with(|c: char| c.is_ascii_digit()));
    found
}

/// The same is decided, and nothing is left of what anything was called.
fn check(lines: &[String], kept: &[&str]) {
    let mut notices = Notices::new(false, false);
    let other = anonymized(hub(lines.to_vec()), &mut notices);
    assert!(!notices.any_error(), "{notices:?}");
    assert_eq!(other.len(), lines.len());
    let data = lines.join("\n").into_bytes();
    let mut names = Names::default();
    let mut objects = read::read([InputFile { name: "hub".to_owned(), data }], &Options::default()).objects;
    objects.iter_mut().for_each(|object| objects::rename(&mut object.kind, &mut names));
    names.settle();
    let names = std::cell::RefCell::new(names);
    let rename = |text: &str| {
        let mut text = text.to_owned();
        names.borrow_mut().value(&mut text);
        text
    };
    assert_eq!(decided(&other, &str::to_owned), decided(lines, &rename));
    let (before, after) = (texts(lines), texts(&other));
    let is_known = |text: &&String| COMMON.contains(&text.as_str()) || kept.contains(&text.as_str());
    let left: Vec<&String> = before.intersection(&after).filter(|text| !is_known(text)).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// What stays for its meaning: our keys and OCM's, and the words that are values of fields.
const WORDS: [&str; 38] = [
    "clusterset",
    "placement",
    "decision-group-name",
    "decision-group-index",
    "experimental-scheduling-disable",
    "unavailable",
    "unreachable",
    "placewright.io",
    "profile",
    "Balance",
    "Steady",
    "ResourceAllocatableCPU",
    "ResourceAllocatableMemory",
    "NoSelect",
    "NoSelectIfNew",
    "PreferNoSelect",
    "ExclusiveClusterSetLabel",
    "LabelSelector",
    "ManagedClusterConditionAvailable",
    "PlacementSatisfied",
    "PlacementMisconfigured",
    "HubAcceptedManagedCluster",
    "ManagedClusterJoined",
    "upstream",
    "default",
    "Bound",
    "ClusterSetEmpty",
    "Stale",
    "PolicyValid",
    "Degraded",
    "ClusterName",
    "Score",
    "Label",
    "Claim",
    "DoNotSchedule",
    "ScheduleAnyway",
    "ManagedClusterConditionClockSynced",
    "profil",
];

/// The objects of YAML files.
fn files(folder: &str) -> Vec<(String, Vec<String>)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(top.join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let file = InputFile { name: path.to_string_lossy().into_owned(), data: std::fs::read(&path).unwrap() };
            let objects = read::read([file], &Options::default()).objects;
            let lines = objects.iter().map(|object| line(&object.kind)).collect();
            found.push((path.file_stem().unwrap().to_string_lossy().into_owned(), lines));
        }
    }
    found.sort();
    found
}

#[test]
fn the_quick_start_decides_the_same() {
    let all: Vec<String> = files("examples/quickstart").into_iter().flat_map(|(_, lines)| lines).collect();
    assert!(!all.is_empty());
    check(&all, &WORDS);
}

#[test]
fn worlds_decide_the_same() {
    let worlds = files("controller/tests/worlds");
    assert!(worlds.len() >= 5);
    worlds.iter().for_each(|(_, lines)| check(lines, &WORDS));
}

#[test]
fn simulated_fleets_decide_the_same() {
    for (seed, mix) in [(1, Mix::Varied), (2, Mix::Varied), (3, Mix::Plain)] {
        let fleet = Fleet { clusters: 150, placements: 30, seed };
        let lines: Vec<String> = fleet.snapshot(mix, seed == 2).map(|object| object.to_string()).collect();
        check(&lines, &WORDS);
    }
}

#[test]
fn names_keep_their_order_and_their_form() {
    let long = "l".repeat(70);
    let texts = ["", "a", "a-b", "a.b", "aB", "a_b", "a b", "-a", "zz", &long, "B"];
    let mut names = Names::default();
    texts.iter().for_each(|text| drop(names.other(text)));
    names.settle();
    let mut pairs: Vec<(&str, String)> = texts.iter().map(|text| (*text, names.other(text))).collect();
    pairs.sort();
    assert!(pairs.is_sorted_by(|(_, a), (_, b)| a < b), "{pairs:?}");
    for (text, other) in &pairs {
        assert_eq!(kube_text::check_value(text).is_ok(), kube_text::check_value(other).is_ok(), "{text} {other}");
        let names = [text, &&**other].map(|name| kube_text::check_dns_subdomain(name).is_ok());
        assert_eq!(names[0], names[1], "{text} {other}");
        let names = [text, &&**other].map(|name| kube_text::check_dns_label(name).is_ok());
        assert_eq!(names[0], names[1], "{text} {other}");
    }
}

#[test]
fn cel_is_left_out_and_said() {
    let placement = json!({"apiVersion": "cluster.open-cluster-management.io/v1beta1", "kind": "Placement",
        "metadata": {"name": "p", "namespace": "acme"}, "spec": {"predicates": [{"requiredClusterSelector":
        {"celSelector": {"celExpressions": ["managedCluster.metadata.labels['secret'] == 'x'"]}}}]}});
    let mut notices = Notices::new(false, false);
    let lines = anonymized(hub(vec![placement.to_string()]), &mut notices);
    assert!(!lines[0].contains("secret") && lines[0].contains("celExpressions"), "{}", lines[0]);
    let mut said = Vec::new();
    notices.write(&mut said).unwrap();
    let said = String::from_utf8(said).unwrap();
    assert!(said.starts_with("warning: 1 CEL expression left out"), "{said}");
}

/// Few names, so that they meet; some of them sort otherwise than they look.
const NAMES: &[&str] = &["zqa", "zqa-b", "zqa.b", "zqa1", "zqb", "zq-decision-1", "zqa0"];
const VALUES: &[&str] = &["", "zqv", "zqV", "zq_v", "zqa", "zq.v-1"];
const KEYS: &[&str] = &["zqk", "zq.io/k", "zqK", "zq.io/zqk", "cluster.open-cluster-management.io/clusterset"];

fn one(of: &'static [&'static str]) -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(of)
}

fn object(version: &str, kind: &str, namespace: &str, name: &str, rest: Value) -> Value {
    let mut object = rest;
    object["apiVersion"] = format!("cluster.open-cluster-management.io/{version}").into();
    object["kind"] = kind.into();
    object["metadata"]["name"] = name.into();
    if !namespace.is_empty() {
        object["metadata"]["namespace"] = namespace.into();
    }
    object
}

fn cluster() -> impl Strategy<Value = Value> {
    let labels = prop::collection::btree_map(one(KEYS), one(VALUES), 0..3);
    let taint = prop::option::of((one(KEYS), one(VALUES), one(&["NoSelect", "PreferNoSelect", "NoSelectIfNew"])));
    (one(NAMES), labels, taint, one(KEYS), one(&["zqv", "zq/w", "zq w"]), 0..4_u8).prop_map(
        |(name, labels, taint, claim, value, cpu)| {
            let taints: Vec<Value> = taint.iter().map(|(key, value, effect)| json!({"key": key, "value": value, "effect": effect})).collect();
            object("v1", "ManagedCluster", "", name, json!({"metadata": {"labels": labels}, "spec": {"taints": taints},
                "status": {"clusterClaims": [{"name": claim, "value": value}], "allocatable": {"cpu": cpu.to_string()}}}))
        },
    )
}

fn requirement() -> impl Strategy<Value = Value> {
    let values = prop::collection::vec(one(&["zqv", "zqV", "zq/w", "zqa", "zq w"]), 1..3);
    (one(KEYS), one(&["In", "NotIn", "Exists"]), values).prop_map(|(key, operator, values)| match operator {
        "Exists" => json!({"key": key, "operator": operator}),
        _ => json!({"key": key, "operator": operator, "values": values}),
    })
}

fn placement() -> impl Strategy<Value = Value> {
    let requirements = || prop::collection::vec(requirement(), 0..2);
    let tolerations = prop::collection::vec((one(KEYS), one(VALUES)), 0..2);
    (one(NAMES), requirements(), requirements(), tolerations, 1..4_u8, one(NAMES), any::<bool>()).prop_map(
        |(name, labels, claims, tolerations, want, score, grouped)| {
            let tolerations: Vec<Value> = tolerations.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
            let mut spec = json!({"numberOfClusters": want, "tolerations": tolerations, "predicates": [{"requiredClusterSelector":
                {"labelSelector": {"matchExpressions": labels}, "claimSelector": {"matchExpressions": claims}}}],
                "prioritizerPolicy": {"configurations": [{"weight": 1, "scoreCoordinate":
                {"type": "AddOn", "addOn": {"resourceName": score, "scoreName": "zqs"}}}]}});
            if grouped {
                spec["decisionStrategy"] = json!({"groupStrategy": {"clustersPerDecisionGroup": 1, "decisionGroups":
                    [{"groupName": "zqa", "groupClusterSelector": {"labelSelector": {"matchLabels": {"zqk": "zqv"}}}}]}});
            }
            object("v1beta1", "Placement", "zqns", name, json!({"metadata": {}, "spec": spec}))
        },
    )
}

fn others() -> impl Strategy<Value = Vec<Value>> {
    let score = (one(NAMES), one(NAMES), -100..100_i32).prop_map(|(cluster, name, value)| {
        let cluster = cluster.replace('.', "-");
        object(
            "v1alpha1",
            "AddOnPlacementScore",
            &cluster,
            name,
            json!({"metadata": {}, "status": {"scores": [{"name": "zqs", "value": value}]}}),
        )
    });
    let slice = (one(NAMES), prop::collection::btree_set(one(NAMES), 0..4), any::<bool>()).prop_map(|(placement, clusters, labelled)| {
        let decisions: Vec<Value> = clusters.iter().map(|cluster| json!({"clusterName": cluster, "reason": ""})).collect();
        let label = if labelled { placement } else { "zqb" };
        let labels = json!({"cluster.open-cluster-management.io/placement": label, "cluster.open-cluster-management.io/decision-group-index": "0"});
        object("v1beta1", "PlacementDecision", "zqns", &format!("{placement}-decision-1"), json!({"metadata": {"labels": labels}, "status": {"decisions": decisions}}))
    });
    (prop::collection::vec(score, 0..6), prop::collection::vec(slice, 0..3)).prop_map(|(mut scores, slices)| {
        scores.extend(slices);
        scores.push(object(
            "v1beta2",
            "ManagedClusterSet",
            "",
            "zqset",
            json!({"metadata": {},
            "spec": {"clusterSelector": {"selectorType": "LabelSelector", "labelSelector": {}}}}),
        ));
        scores.push(object(
            "v1beta2",
            "ManagedClusterSetBinding",
            "zqns",
            "zqset",
            json!({"metadata": {}, "spec": {"clusterSet": "zqset"}}),
        ));
        scores
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn generated_hubs_decide_the_same(
        clusters in prop::collection::vec(cluster(), 1..12),
        placements in prop::collection::vec(placement(), 1..4),
        others in others(),
    ) {
        let mut seen = BTreeSet::new();
        let all = clusters.into_iter().chain(placements).chain(others);
        let key = |object: &Value| ["kind", "/metadata/namespace", "/metadata/name"].map(|at| {
            object.get(at).or_else(|| object.pointer(at)).map(Value::to_string)
        });
        let lines: Vec<String> = all.filter(|object| seen.insert(key(object))).map(|object| object.to_string()).collect();
        check(&lines, &WORDS);
    }
}
