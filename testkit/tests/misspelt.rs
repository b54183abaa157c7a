//! One letter of a field name or operator changed: the selection never grows, from bytes to the decision.
//!
//! To *grow* is to select more clusters than were selected, or one that a rule of the well-spelt input keeps out. Where
//! fewer fit another one may be selected in their place; that is no growth, and neither is what merely stays recorded.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use testkit::api::facts;
use testkit::api::read::{InputFile, Options, Severity, read};
use testkit::engine;
use testkit::scheduler_core::{Decision, Fact, Fate, Outcome, PlacementKey, Symbol, Time, Trail};

const WORLD: &str = include_str!("misspelt/world.yaml");
const NOW: &str = "2026-03-01T12:00:00Z";
const PROFILES: [&str; 2] = ["upstream", "default"];

/// Maps whose keys are anybody's; the one key of them that is a name of ours is `OURS`.
const FREE: [&str; 5] = ["labels", "annotations", "matchLabels", "allocatable", "capacity"];
const OURS: &str = "cluster.open-cluster-management.io/experimental-scheduling-disable";

/// Fields that hold a word of a closed set.
const WORDS: [&str; 11] = [
    "kind",
    "apiVersion",
    "operator",
    "effect",
    "selectorType",
    "mode",
    "type",
    "builtIn",
    "topologyKeyType",
    "whenUnsatisfiable",
    "sortBy",
];

/// What one placement may get and gets.
#[derive(Default)]
struct Answer {
    fit: BTreeSet<Symbol>,
    selected: BTreeSet<Symbol>,
}

type Answers = BTreeMap<PlacementKey, Answer>;

/// Where a name or a word stands in a document: keys and positions on the way to its object, then its key.
#[derive(Clone)]
struct Spot {
    way: Vec<String>,
    key: String,
    is_word: bool,
}

fn answers(facts: &[Fact], profile: &str) -> Answers {
    let mut index = engine::index(facts, profile);
    let snapshot = index.snapshot(Time::parse_rfc3339(NOW).unwrap());
    let mut trail = Trail::default();
    let placements = facts.iter().filter_map(|fact| match fact {
        Fact::Placement(placement) => Some(placement.key.clone()),
        _ => None,
    });
    placements
        .map(|key| {
            let decision = snapshot.schedule(&key, &mut trail);
            let mut answer = Answer { selected: selected(&decision), ..Answer::default() };
            trail.fates(&snapshot, &mut |name, fate| {
                if matches!(fate, Fate::Ranked { .. }) {
                    answer.fit.insert(name.into());
                }
            });
            (key, answer)
        })
        .collect()
}

/// What would be written.
fn selected(decision: &Decision) -> BTreeSet<Symbol> {
    match &decision.outcome {
        Outcome::Placed { groups, .. } => {
            groups.iter().flat_map(|g| g.entries.iter()).map(|e| e.cluster.clone()).collect()
        }
        Outcome::Held(_) | Outcome::Untouched => BTreeSet::new(),
    }
}

/// How `now` is more than `before`.
fn growth(before: &Answers, now: &Answers) -> Vec<String> {
    let nothing = Answer::default();
    let mut grown = Vec::new();
    for (key, now) in now {
        let before = before.get(key).unwrap_or(&nothing);
        let let_in: Vec<_> = now.selected.difference(&before.fit).map(Symbol::as_str).collect();
        if !let_in.is_empty() || now.selected.len() > before.selected.len() {
            grown.push(format!(
                "{key} selects {} instead of {}, lets in {let_in:?}",
                now.selected.len(),
                before.selected.len()
            ));
        }
    }
    grown
}

/// The facts of one document, and whether anything was said about it.
fn facts_of(document: &Value) -> (Vec<Fact>, bool) {
    let file = InputFile { name: "x.json".to_owned(), data: document.to_string().into_bytes() };
    let read = read([file], &Options::default());
    let told = read.notices.iter().any(|notice| notice.severity != Severity::Note);
    (read.objects.iter().map(|object| facts::fact(&object.kind).0).collect(), told)
}

/// Every name and word of a document.
fn spots(value: &Value, way: &mut Vec<String>, found: &mut Vec<Spot>) {
    let free = way.last().is_some_and(|last| FREE.contains(&last.as_str()));
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let spot = |is_word| Spot { way: way.clone(), key: key.clone(), is_word };
                if !free || key == OURS {
                    found.push(spot(false));
                }
                if !free && value.is_string() && WORDS.contains(&key.as_str()) {
                    found.push(spot(true));
                }
                way.push(key.clone());
                spots(value, way, found);
                way.pop();
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                way.push(at.to_string());
                spots(item, way, found);
                way.pop();
            }
        }
        _ => {}
    }
}

/// A word with one letter changed, in every way.
fn misspellings(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut all = BTreeSet::new();
    let mut add = |change: &dyn Fn(&mut Vec<char>)| {
        let mut letters = letters.clone();
        change(&mut letters);
        all.insert(letters.iter().collect());
    };
    for at in 0..letters.len() {
        let case = if letters[at].is_lowercase() {
            letters[at].to_ascii_uppercase()
        } else {
            letters[at].to_ascii_lowercase()
        };
        add(&|letters| {
            letters.remove(at);
        });
        add(&|letters| letters.insert(at, letters[at]));
        add(&|letters| letters[at] = case);
        for other in ['x', 'e', 's'] {
            add(&|letters| letters[at] = other);
            add(&|letters| letters.insert(at + 1, other));
        }
        if at > 0 {
            add(&|letters| letters.swap(at - 1, at));
        }
    }
    all.remove(word);
    all.remove("");
    all
}

/// The document with this name or word misspelt; `None` where the name stands there already.
fn misspelt(document: &Value, spot: &Spot, as_: &str) -> Option<Value> {
    let mut document = document.clone();
    let mut at = &mut document;
    for step in &spot.way {
        at = match at {
            Value::Array(items) => items.get_mut(step.parse::<usize>().unwrap()),
            other => other.get_mut(step),
        }
        .unwrap();
    }
    let map = at.as_object_mut().unwrap();
    if spot.is_word {
        map.insert(spot.key.clone(), as_.into());
    } else if map.contains_key(as_) {
        return None;
    } else {
        let value = map.remove(&spot.key).unwrap();
        map.insert(as_.to_owned(), value);
    }
    Some(document)
}

#[test]
fn one_letter_never_widens() {
    let documents: Vec<Value> = WORLD.split("---\n").map(|text| serde_saphyr::from_str(text).unwrap()).collect();
    let world: Vec<Vec<Fact>> = documents
        .iter()
        .map(|document| {
            let (facts, told) = facts_of(document);
            assert!(facts.len() == 1 && !told, "not well-spelt: {document}");
            facts
        })
        .collect();
    let before = PROFILES.map(|profile| answers(&world.concat(), profile));
    let mut wrong = Vec::new();
    let (mut tried, mut used) = (0, 0);
    for (at, document) in documents.iter().enumerate() {
        let mut found = Vec::new();
        spots(document, &mut Vec::new(), &mut found);
        let mut others = world.clone();
        let mut without = None;
        for spot in &found {
            let place = format!("{} {}.{}", document["metadata"]["name"], spot.way.join("."), spot.key);
            let word = if spot.is_word { pointed(document, spot) } else { spot.key.as_str() };
            for as_ in misspellings(word) {
                let Some(changed) = misspelt(document, spot, &as_) else { continue };
                let (facts, told) = facts_of(&changed);
                tried += 1;
                let refused = facts.is_empty();
                if !told && (refused || !spot.is_word) {
                    wrong.push(format!("{place} as {as_}: nobody is told"));
                }
                if refused && without.replace(()).is_some() {
                    continue; // The same input as before.
                }
                used += usize::from(!refused);
                others[at] = facts;
                let all = others.concat();
                for (profile, before) in PROFILES.iter().zip(&before) {
                    let grown = growth(before, &answers(&all, profile));
                    wrong.extend(grown.iter().map(|grown| format!("{place} as {as_}, {profile}: {grown}")));
                }
            }
        }
    }
    assert!(tried > 10_000 && used > 1_000, "{tried} tried, {used} used");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

fn pointed<'d>(document: &'d Value, spot: &Spot) -> &'d str {
    let pointer: String = spot.way.iter().chain([&spot.key]).map(|step| format!("/{step}")).collect();
    document.pointer(&pointer).and_then(Value::as_str).unwrap()
}

/// The law can fail: each of these, dropped in silence, would let somebody in.
#[test]
fn the_world_notices_what_is_lost() {
    let documents: Vec<Value> = WORLD.split("---\n").map(|text| serde_saphyr::from_str(text).unwrap()).collect();
    let world: Vec<Fact> = documents.iter().flat_map(|document| facts_of(document).0).collect();
    let before = answers(&world, "upstream");
    for lost in [
        "/metadata/labels",
        "/metadata/deletionTimestamp",
        "/metadata/annotations",
        "/metadata/namespace",
        "/spec/taints",
        "/spec/taints/0/value",
        "/status/clusterClaims",
        "/status/clusterClaims/0/name",
        "/status/clusterClaims/0/value",
        "/spec/clusterSelector",
        "/spec/clusterSelector/selectorType",
        "/spec/clusterSelector/labelSelector/matchLabels",
        "/spec/clusterSelector/labelSelector/matchExpressions",
        "/spec/clusterSets",
        "/spec/numberOfClusters",
        "/spec/predicates",
        "/spec/predicates/0/requiredClusterSelector",
        "/spec/predicates/0/requiredClusterSelector/claimSelector",
        "/spec/tolerations/0/key",
        "/spec/tolerations/0/value",
        "/spec/tolerations/0/effect",
        "/spec/tolerations/1/tolerationSeconds",
    ] {
        let (above, key) = lost.rsplit_once('/').unwrap();
        let grows = documents.iter().any(|document| {
            let mut changed = document.clone();
            let gone = changed.pointer_mut(above).and_then(Value::as_object_mut).and_then(|map| map.remove(key));
            gone.is_some() && {
                let others = documents.iter().filter(|other| *other != document).chain([&changed]);
                let facts: Vec<Fact> = others.flat_map(|document| facts_of(document).0).collect();
                !growth(&before, &answers(&facts, "upstream")).is_empty()
            }
        });
        assert!(grows, "nobody notices that {lost} is lost");
    }
}
