//! What must hold at the end, and what must have held throughout.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use api::bind::{Recorded, bind};
use api::facts::{self, PLACEMENT_LABEL};
use api::kinds;
use hub::double::{Change, Double, Exchange, Key, Outcome, Resource, Store, Verb};
use kube_text::Time;
use scheduler_core::{Fact, Index, PlacementKey, Profiles, Trail};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::run::{CLIENT, is_decision};
use crate::scenario::Scenario;

/// How long a lease lasts (§17.1).
const LEASE: Duration = Duration::from_secs(137);
/// Who edits what is ours, in the double.
const RIVAL: &str = "rival";
/// By then a writer has noticed what a rival did.
const NOTICED: Duration = Duration::from_secs(2);
/// The most lists and watches that all of a controller's watches begin in any 10 s.
const BEGUN_MAX: usize = 150;
/// The most failed requests of all watches, writers and the election in any 10 s.
const FAILED_MAX: usize = 150;

/// Which clusters each placement selects at one moment, by `namespace/name`.
#[derive(Clone, Debug, Default, PartialEq)]
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
pub fn end(double: &Double, scenario: &Scenario, now: Time) -> Vec<String> {
    double.look(|store| {
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
    })
}

fn key_of(placement: &kinds::Placement) -> PlacementKey {
    let metadata = &placement.metadata;
    PlacementKey { namespace: metadata.namespace.as_str().into(), name: metadata.name.as_str().into() }
}

/// What the scenario says comes of it.
pub fn expected(double: &Double, scenario: &Scenario) -> Vec<String> {
    double.look(|store| {
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
    })
}

/// What is selected now.
pub fn phase(double: &Double) -> Phase {
    double.look(|store| {
        let mut visible = Visible::default();
        store.objects().for_each(|(key, object)| visible.put(key, Some(object)));
        let selected = visible.slices.values().fold(BTreeMap::new(), |mut all, (owner, clusters)| {
            let of: &mut BTreeSet<String> = all.entry(owner.clone()).or_default();
            of.extend(clusters.iter().cloned());
            all
        });
        Phase { changes: users(store, u64::MAX), selected }
    })
}

/// The names of all clusters.
pub fn clusters(double: &Double) -> Vec<String> {
    double.look(|store| {
        let clusters = store.objects().filter(|(key, _)| key.resource == Resource::ManagedClusters);
        clusters.map(|(key, _)| key.name.clone()).collect()
    })
}

/// What consumers see of slices: by slice its placement and its clusters.
#[derive(Default)]
struct Visible {
    slices: BTreeMap<Key, (String, BTreeSet<String>)>,
}

impl Visible {
    fn put(&mut self, key: &Key, object: Option<&Value>) {
        if key.resource != Resource::PlacementDecisions {
            return;
        }
        self.slices.remove(key);
        let Some(object) = object else { return };
        let Some(owner) = object["metadata"]["labels"][PLACEMENT_LABEL].as_str() else { return };
        let decisions = object["status"]["decisions"].as_array().into_iter().flatten();
        let clusters = decisions.filter_map(|decision| Some(decision["clusterName"].as_str()?.to_owned())).collect();
        self.slices.insert(key.clone(), (format!("{}/{owner}", key.namespace), clusters));
    }

    fn selected(&self, placement: &str) -> BTreeSet<&String> {
        let slices = self.slices.values().filter(|(owner, _)| owner == placement);
        slices.flat_map(|(_, clusters)| clusters).collect()
    }
}

/// All that holds at every moment. `any_time`: each phase may come at any moment.
pub fn throughout(double: &Double, phases: &[Phase], any_time: bool) -> Vec<String> {
    let record = double.exchanges();
    let mut problems = present(double, phases, any_time);
    problems.extend(fenced(double, &record));
    for exchange in record.iter().filter(|exchange| is_decision(exchange)) {
        if exchange.verb != Verb::Create && !exchange.preconditions.is_full() {
            problems.push(format!("without precondition: {}", told(exchange)));
        }
    }
    problems.extend(bounded(&record));
    problems
}

/// C18: no write of ours takes a cluster away that was selected all the time. How far a run without faults had come when
/// a version was made is told by the versions of its changes, which are the user's in both runs.
fn present(double: &Double, phases: &[Phase], any_time: bool) -> Vec<String> {
    double.look(|store| {
        let mut visible = Visible::default();
        let mut problems = Vec::new();
        // What a rival took a moment ago our writers cannot know of yet: a precondition guards one slice, not its neighbour.
        let mut robbed: BTreeMap<String, Duration> = BTreeMap::new();
        for version in store.log() {
            let at = version.stamp.at;
            let held = visible.slices.get(&version.key).map(|(_, clusters)| clusters.clone()).unwrap_or_default();
            let owner = |visible: &Visible| visible.slices.get(&version.key).map(|(owner, _)| owner.clone());
            let before = owner(&visible);
            let had: BTreeSet<String> = before.iter().flat_map(|owner| visible.selected(owner)).cloned().collect();
            visible.put(&version.key, (version.change != Change::Deleted).then_some(&version.object));
            if &*version.stamp.by == RIVAL {
                robbed.extend(held.into_iter().map(|cluster| (cluster, at)));
            }
            let (Some(owner), true) = (before, version.stamp.by.starts_with(CLIENT)) else { continue };
            let has = visible.selected(&owner);
            let so_far = if any_time { usize::MAX } else { users(store, version.revision) };
            let stayed = stayed(phases, &owner, so_far);
            let is_robbed = |cluster: &String| robbed.get(cluster).is_some_and(|since| at < *since + NOTICED);
            let lost = had.iter().filter(|c| !has.contains(c) && stayed.contains(*c) && !is_robbed(c));
            let lost: Vec<&String> = lost.collect();
            if !lost.is_empty() {
                problems.push(format!("C18: {owner} lost {lost:?} at {} by {}", version.revision, version.key.name));
            }
        }
        problems
    })
}

/// How many changes a user had made up to this version.
fn users(store: &Store, revision: u64) -> usize {
    store.log().iter().take_while(|v| v.revision <= revision).filter(|v| &*v.stamp.by == "user").count()
}

/// The clusters that were selected at the end of every phase up to the one that these changes belong to.
fn stayed(phases: &[Phase], owner: &str, so_far: usize) -> BTreeSet<String> {
    let empty = BTreeSet::new();
    let of = |phase: &Phase| phase.selected.get(owner).unwrap_or(&empty).clone();
    let mut stayed: Option<BTreeSet<String>> = None;
    for phase in phases {
        stayed = Some(match stayed {
            Some(stayed) => &stayed & &of(phase),
            None => of(phase),
        });
        if phase.changes >= so_far {
            break;
        }
    }
    stayed.unwrap_or_default()
}

/// No decision is written without the lease: while somebody else holds it and we must know, or could not renew it in time.
fn fenced(double: &Double, record: &[Exchange]) -> Vec<String> {
    double.look(|store| {
        let mut problems = Vec::new();
        for (at, exchange) in record.iter().enumerate().filter(|(_, exchange)| is_decision(exchange)) {
            let holder = holder(store, exchange.sent_at);
            if holder.as_deref() == Some(&*exchange.client) {
                continue;
            }
            let ours = |e: &&Exchange| e.client == exchange.client && e.resource == Resource::Leases && e.is_success();
            let renewed = record[..at].iter().filter(ours).rfind(|e| e.verb.is_write());
            let told =
                record[..at].iter().filter(ours).any(|e| e.verb == Verb::Get && renewed.is_none_or(|r| r.at < e.at));
            let late = renewed.is_none_or(|renewed| exchange.at >= renewed.at + LEASE);
            if late || told {
                problems.push(format!("without the lease, which is {holder:?}'s: {}", self::told(exchange)));
            }
        }
        problems
    })
}

fn holder(store: &Store, revision: u64) -> Option<String> {
    let upto = store.log().iter().take_while(|v| v.revision <= revision);
    let lease = upto.filter(|v| v.key.resource == Resource::Leases).last()?;
    Some(lease.object["spec"]["holderIdentity"].as_str()?.to_owned())
}

/// Nobody asks in a tight loop, whatever the answer is.
fn bounded(record: &[Exchange]) -> Vec<String> {
    let ours = || record.iter().filter(|exchange| exchange.client.starts_with(CLIENT));
    let is_failed = |e: &&Exchange| matches!(e.outcome, Some(Outcome::Broken | Outcome::Answer(429 | 500..)));
    let begins = |e: &&Exchange| matches!(e.verb, Verb::List | Verb::Watch) && !e.query.contains_key("continue");
    let failed = most(ours().filter(is_failed));
    let begun = most(ours().filter(begins));
    let mut problems = Vec::new();
    if failed > FAILED_MAX {
        problems.push(format!("{failed} requests failed within 10 s"));
    }
    if begun > BEGUN_MAX {
        problems.push(format!("{begun} lists and watches began within 10 s"));
    }
    problems
}

/// The most of these requests in any 10 s.
fn most<'e>(exchanges: impl Iterator<Item = &'e Exchange>) -> usize {
    let times: Vec<Duration> = exchanges.map(|exchange| exchange.at).collect();
    let within = |from: &Duration| times.partition_point(|at| *at < *from + Duration::from_secs(10));
    times.iter().enumerate().map(|(i, from)| within(from) - i).max().unwrap_or(0)
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
