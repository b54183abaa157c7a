//! What must hold at the end, and what must have held throughout.

mod absent;
mod lease;
mod rate;

pub use absent::absent;
pub use lease::{End, ended};
pub use rate::busiest;

use std::collections::{BTreeMap, BTreeSet};

use absent::Visible;
use api::bind::{Recorded, bind};
use api::facts;
use api::kinds;
use hub::double::{Double, Exchange, Resource, Store, Verb};
use kube_text::Time;
use scheduler_core::{Fact, Index, PlacementKey, Profiles, Trail};
use serde::de::DeserializeOwned;

use crate::run::is_decision;
use crate::scenario::Scenario;

/// Which clusters each placement selects at one moment, by `namespace/name`.
#[derive(Clone, Debug, Default)]
pub struct Phase {
    /// How many changes users had made by then.
    changes: usize,
    selected: BTreeMap<String, BTreeSet<String>>,
}

fn all<K: DeserializeOwned>(store: &Store, resource: Resource) -> Vec<K> {
    let objects = store.objects().filter(|(key, _)| key.resource == resource);
    objects.map(|(_, object)| serde_json::from_value((**object).clone()).unwrap()).collect()
}

fn profiles(scenario: &Scenario) -> Profiles {
    Profiles { default: scenario.profile.as_str().into(), ..plugins::profiles() }
}

/// A fresh evaluation of what is stored finds nothing to write.
pub fn end(store: &Store, scenario: &Scenario, now: Time) -> Vec<String> {
    let mut index = Index::new(profiles(scenario));
    let placements: Vec<kinds::Placement> = all(store, Resource::Placements);
    let slices: Vec<kinds::PlacementDecision> = all(store, Resource::PlacementDecisions);
    let clusters = all(store, Resource::ManagedClusters);
    clusters.iter().for_each(|cluster| index.apply(Fact::Cluster(facts::cluster(cluster).0)));
    let scores = all(store, Resource::AddOnPlacementScores);
    scores.iter().for_each(|score| index.apply(Fact::Score(facts::score(score).0)));
    all(store, Resource::ManagedClusterSets).iter().for_each(|set| index.apply(Fact::Set(facts::set(set))));
    let bindings = all(store, Resource::ManagedClusterSetBindings);
    bindings.iter().for_each(|binding| index.apply(Fact::Binding(facts::binding(binding))));
    slices.iter().for_each(|slice| index.apply(Fact::Slice(facts::slice(slice))));
    for placement in &placements {
        index.apply(Fact::Placement(Box::new(facts::placement(placement).0)));
    }
    let snapshot = index.snapshot(now);
    let mut problems = Vec::new();
    for placement in placements {
        let key = key_of(&placement);
        let decision = snapshot.schedule(&key, &mut Trail::default());
        let named = plugins::profiles().named;
        let chosen = placement.metadata.annotations.get("placewright.io/profile");
        let chosen = chosen.map_or_else(|| scenario.profile.clone(), |name| name.to_string());
        let differences = named[&*chosen].differences;
        let recorded = Recorded::new(placement, slices.iter().cloned());
        let writes = bind(&decision, &recorded, &differences, now);
        problems.extend(writes.iter().map(|write| format!("still due for {key}: {}", write.call)));
    }
    problems
}

fn key_of(placement: &kinds::Placement) -> PlacementKey {
    let metadata = &placement.metadata;
    PlacementKey { namespace: metadata.namespace.as_str().into(), name: metadata.name.as_str().into() }
}

/// What the scenario says comes of it.
pub fn expected(store: &Store, scenario: &Scenario) -> Vec<String> {
    let placements: Vec<kinds::Placement> = all(store, Resource::Placements);
    let slices: Vec<kinds::PlacementDecision> = all(store, Resource::PlacementDecisions);
    let mut problems = Vec::new();
    let names: Vec<&str> = placements.iter().map(|placement| placement.metadata.name.as_str()).collect();
    let wanted: Vec<&str> = scenario.expect.keys().map(String::as_str).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    if sorted != wanted {
        problems.push(format!("placements {names:?} instead of {wanted:?}"));
    }
    for placement in placements {
        let Some(expect) = scenario.expect.get(&placement.metadata.name) else { continue };
        let satisfied = placement.status.conditions.iter().find(|c| &*c.r#type == "PlacementSatisfied");
        let reason = satisfied.map(|condition| condition.reason.to_string());
        let recorded = Recorded::new(placement, slices.iter().cloned());
        let numbers: Vec<usize> = recorded.slices.values().map(|slice| slice.status.decisions.len()).collect();
        if (&numbers, &reason) != (&expect.slices, &expect.reason) {
            problems.push(format!("{numbers:?} {reason:?} instead of {expect:?}"));
        }
    }
    problems
}

/// What is selected now.
pub fn phase(store: &Store) -> Phase {
    let mut visible = Visible::default();
    store.objects().for_each(|(key, object)| visible.put(key, Some(object)));
    let selected = visible.slices.values().fold(BTreeMap::new(), |mut all, (owner, clusters)| {
        let of: &mut BTreeSet<String> = all.entry(owner.clone()).or_default();
        of.extend(clusters.iter().cloned());
        all
    });
    Phase { changes: users(store, u64::MAX), selected }
}

/// The names of all clusters.
pub fn clusters(store: &Store) -> Vec<String> {
    let clusters = store.objects().filter(|(key, _)| key.resource == Resource::ManagedClusters);
    clusters.map(|(key, _)| key.name.clone()).collect()
}

/// All that holds at every moment. `any_time`: each phase may come at any moment. `busiest`: the most requests within
/// 10 s where nothing goes wrong.
pub fn throughout(double: &Double, phases: &[Phase], any_time: bool, busiest: usize) -> Vec<String> {
    let record = double.exchanges();
    let loops = rate::bounded(&record, busiest);
    if !loops.is_empty() {
        return loops; // Whatever else is wrong, looking for it in so many requests takes long.
    }
    let news = double.told();
    let mut problems = double.look(|store| {
        let mut problems = absent(store, phases, any_time, |taken, by| absent::knew(store, &record, &news, taken, by));
        problems.extend(lease::fenced(store, &record));
        problems
    });
    for exchange in record.iter().filter(|exchange| is_decision(exchange)) {
        if exchange.verb != Verb::Create && !exchange.preconditions.is_full() {
            problems.push(format!("without precondition: {}", told(exchange)));
        }
    }
    problems
}

/// How many changes a user had made up to this version.
fn users(store: &Store, revision: u64) -> usize {
    store.log().iter().take_while(|v| v.revision <= revision).filter(|v| &*v.stamp.by == "user").count()
}

/// A request in short.
pub fn told(exchange: &Exchange) -> String {
    let Exchange { at, client, verb, resource, name, status, outcome, made, .. } = exchange;
    let status = if *status { "/status" } else { "" };
    format!("{:.3} {client} {verb:?} {resource:?}{status} {name}: {outcome:?} {made:?}", at.as_secs_f64())
}

/// The last decision writes.
pub fn tail(double: &Double) -> String {
    let record = double.exchanges();
    let last = record.iter().rev().filter(|exchange| is_decision(exchange)).take(6).map(told);
    last.collect::<Vec<_>>().join("; ")
}
