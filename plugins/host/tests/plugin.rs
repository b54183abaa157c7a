//! Guests as plugins of the engine: what they decide, what is told of them, and what becomes of a placement when they fail.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod made;

use std::collections::BTreeMap;
use std::sync::Arc;

use made::{Made, guest};
use plugin_host::{Host, Imposed, Limits, Loaded, Reason, Settings, Spec, Unfit};
use scheduler_core::placement::{Configuration, Extensions, Mode, Operator, PluginRef, PrioritizerPolicy, Requirement};
use scheduler_core::{
    Binding, Cluster, ConditionType, Coordinate, Decision, Fact, FailurePolicy, Fate, Hold, Index, ManagedClusterSet,
    Outcome, Placement, PlacementKey, Quantity, Selector, Stage, Symbol, Time, Trail,
};
use testkit::plugins;

const NOW: Time = Time::from_unix_seconds(1000);

/// Asks for everything at once instead of row by row.
fn whole(made: Made) -> Made {
    made.with("init", "(i32.store8 (i32.const 0x1cd) (i32.const 0)) (i32.const 0x1c0)")
}

#[track_caller]
fn loaded(made: Made, spec: Spec) -> Arc<Loaded> {
    probed(made, spec).unwrap().into()
}

fn probed(made: Made, spec: Spec) -> Result<Loaded, Unfit> {
    let host = Host::new(false).unwrap();
    let bytes = made.bytes();
    let guest = host.compile(&host.inspect(&bytes).unwrap(), spec.limits).unwrap();
    Loaded::probe(spec, guest)
}

fn spec() -> Spec {
    Spec::new("demo".into())
}

fn key() -> PlacementKey {
    PlacementKey { namespace: "ns".into(), name: "p".into() }
}

fn placement() -> Placement {
    Placement { labels: vec![("tier".into(), "prod".into())], ..Placement::new(key()) }
}

/// Ranks by the guest alone.
fn by(plugin: &str, settings: &str) -> Placement {
    let coordinate = Ok(Coordinate::AddOn { resource: plugin.into(), score: settings.into() });
    let configurations = vec![Configuration { coordinate, apart: true, weight: 1 }];
    Placement { policy: Ok(PrioritizerPolicy { mode: Mode::Exact, configurations }), ..placement() }
}

fn filtered() -> Placement {
    let filters = vec![PluginRef { plugin: "demo".into(), settings: "default".into() }];
    Placement { extensions: Ok(Extensions { present: true, filters }), ..placement() }
}

fn cluster(name: &str, cpu: &str, region: Option<&str>) -> Fact {
    let cpu = vec![("cpu".into(), Quantity::parse(cpu).unwrap())];
    let labels = region.map(|region| ("region".into(), region.into())).into_iter().collect();
    Fact::Cluster(Cluster { name: name.into(), labels, allocatable: cpu, ..Cluster::default() })
}

/// Three clusters and one placement.
fn hub(loaded: &Arc<Loaded>, placement: Placement) -> Index {
    let mut index = Index::new(plugins::with_guests(&plugins::profiles(), &loaded.plugins()));
    index.apply(Fact::Set(ManagedClusterSet { name: "all".into(), members: Ok(Selector::All) }));
    let (namespace, name) = ("ns".into(), Symbol::from("all"));
    index.apply(Fact::Binding(Binding { namespace, name: name.clone(), cluster_set: name }));
    index.apply(cluster("a", "4", Some("eu")));
    index.apply(cluster("b", "16", None));
    index.apply(cluster("c", "7", Some("us")));
    index.apply(Fact::Placement(Box::new(placement)));
    index
}

fn decided(index: &mut Index, seconds: i64) -> Vec<Decision> {
    let mut decisions = Vec::new();
    let now = Time::from_unix_nanos(NOW.unix_nanos() + i128::from(seconds) * 1_000_000_000);
    index.step(now, usize::MAX, &mut |_, _, decision| decisions.push(decision));
    decisions
}

fn names(decision: &Decision) -> Vec<(&str, i64)> {
    decision.entries().map(|entry| (entry.cluster.as_str(), entry.score)).collect()
}

fn fate(index: &mut Index, cluster: &str) -> Fate {
    let mut trail = Trail::default();
    let snapshot = index.snapshot(NOW);
    let _ = snapshot.schedule(&key(), &mut trail);
    trail.fate(&snapshot, cluster)
}

/// By cpu, from the least to the most.
#[track_caller]
fn ranks(made: Made) {
    let loaded = loaded(made, spec());
    let mut index = hub(&loaded, by("wasm:demo", "default"));
    let decisions = decided(&mut index, 0);
    assert_eq!(names(&decisions[0]), [("a", -100), ("b", 100), ("c", -50)]);
    let Fate::Ranked { rank: 2, parts, .. } = fate(&mut index, "c") else { panic!() };
    let told = "says 7 to allocatable cpu 7, label region \"us\"";
    assert_eq!((parts[0].score, parts[0].told.as_deref()), (Some(-50), Some(told)));
    assert_eq!(loaded.calls().counted().ended(), 1, "asked once, and remembered");

    index.apply(cluster("c", "28", Some("us")));
    let decisions = decided(&mut index, 0);
    assert_eq!(names(&decisions[0]), [("a", -100), ("b", 0), ("c", 100)]);
    let counted = loaded.calls().counted();
    assert_eq!((counted.ended(), counted.failures), (2, BTreeMap::new()));
}

#[test]
fn a_row_local_guest_ranks() {
    ranks(guest());
}

#[test]
fn a_guest_that_wants_all_clusters_ranks() {
    ranks(whole(guest()));
}

/// Takes out what has no region.
#[track_caller]
fn filters(made: Made) {
    let loaded = loaded(made, spec());
    let mut index = hub(&loaded, filtered());
    let decisions = decided(&mut index, 0);
    let selected = |decision: &Decision| decision.entries().map(|e| e.cluster.to_string()).collect::<Vec<_>>();
    assert_eq!(selected(&decisions[0]), ["a", "c"]);
    let Fate::Rejected { stage, reason } = fate(&mut index, "b") else { panic!() };
    assert_eq!(stage, Stage::Filter("wasm:demo/default".into()));
    assert_eq!(reason.to_string(), "no region (allocatable cpu 16, label region \"\")");

    index.apply(cluster("b", "16", Some("eu")));
    let decisions = decided(&mut index, 0);
    assert_eq!(selected(&decisions[0]), ["a", "b", "c"]);
}

#[test]
fn a_row_local_guest_filters() {
    filters(guest());
}

#[test]
fn a_guest_that_wants_all_clusters_filters() {
    filters(whole(guest()));
}

#[test]
fn a_filter_is_imposed_on_placements_by_namespace_and_label() {
    let requirement = |value: &str| Requirement { key: "tier".into(), operator: Operator::In(vec![value.into()]) };
    let check = |namespaces: &[&str], tier: &str, takes_out: bool| {
        let namespaces = namespaces.iter().map(|name| (*name).into()).collect();
        let imposed = Some(Imposed { namespaces, selector: vec![requirement(tier)] });
        let loaded = loaded(guest(), Spec { imposed, ..spec() });
        let decisions = decided(&mut hub(&loaded, placement()), 0);
        assert_eq!(decisions[0].entries().count(), if takes_out { 2 } else { 3 }, "{tier}");
    };
    check(&[], "prod", true);
    check(&["x", "n*"], "prod", true);
    check(&["x"], "prod", false);
    check(&[], "dev", false);
}

/// Fails from the second cluster on; then asked again after a second, then after two.
#[track_caller]
fn fails(made: Made) {
    let trapping = "(if (i32.ge_u (local.get $rows) (i32.const 2)) (then unreachable))
        (i32.store (i32.const 0x244) (i32.load (i32.add (local.get $columns) (i32.const 4))))
        (i32.store (i32.const 0x248) (local.get $rows))
        (i32.const 0x240)";
    let made = made.with("score", trapping);
    let loaded = loaded(made, spec());
    let mut index = hub(&loaded, by("wasm:demo", "default"));
    let decisions = decided(&mut index, 0);
    assert_eq!(names(&decisions[0]), [], "a new placement is served nobody");
    let stale = decisions[0].conditions.iter().find(|c| c.kind == ConditionType::Stale).unwrap();
    assert!(stale.message.contains("`score` trapped: wasm `unreachable` instruction executed"), "{}", stale.message);
    for (waits, evaluations) in [(1, 2), (2, 3), (4, 4)] {
        let asked = |index: &Index, seconds: i128| {
            assert_eq!(index.next_due().unwrap().unix_nanos() - NOW.unix_nanos(), seconds * 1_000_000_000);
        };
        // 1, then 2 more, then 4 more.
        asked(&index, i128::from(2 * waits - 1));
        decided(&mut index, 2 * waits - 2);
        assert_eq!(loaded.calls().counted().ended(), evaluations - 1);
        decided(&mut index, 2 * waits - 1);
        assert_eq!(loaded.calls().counted().ended(), evaluations);
    }
    assert_eq!(loaded.calls().counted().failures, BTreeMap::from([(Reason::Trap, 4)]));
}

#[test]
fn a_row_local_guest_that_fails_is_asked_again_later() {
    fails(guest());
}

#[test]
fn a_guest_that_wants_all_clusters_and_fails_is_asked_again_later() {
    fails(whole(guest()));
}

#[test]
fn a_failing_guest_keeps_what_was_decided_or_is_left_out() {
    for (policy, keeps) in [(FailurePolicy::Keep, true), (FailurePolicy::Neutral, false)] {
        // Loops for ever where the first number is above 20.
        let looping = "(if (f64.gt (f64.load (i32.load (i32.add (local.get $columns) (i32.const 4)))) (f64.const 20))
              (then (loop $ever (br $ever))))
            (i32.store (i32.const 0x244) (i32.load (i32.add (local.get $columns) (i32.const 4))))
            (i32.store (i32.const 0x248) (local.get $rows))
            (i32.const 0x240)";
        let loaded = loaded(guest().with("score", looping), Spec { on_failure: policy, ..spec() });
        let mut index = hub(&loaded, by("wasm:demo", "default"));
        assert_eq!(decided(&mut index, 0)[0].entries().count(), 3);
        index.apply(cluster("a", "21", None));
        let decision = decided(&mut index, 0).pop().unwrap();
        assert_eq!(matches!(decision.outcome, Outcome::Held(Hold::Plugin(_))), keeps, "{decision:?}");
        assert_eq!(decision.conditions.iter().any(|c| c.kind == ConditionType::Degraded), !keeps);
        assert!(keeps || decision.entries().count() == 3);
        assert_eq!(loaded.calls().counted().failures, BTreeMap::from([(Reason::Fuel, 1)]));
    }
}

/// Refuses settings of any other length than those of `{}`.
const ONLY_EMPTY: &str = "(if (i32.ne (local.get $length) (i32.const 2)) (then
      (i32.store (i32.const 0x1c0) (i32.const 1))
      (i32.store (i32.const 0x1c4) (i32.const 0x2c0)) (i32.store (i32.const 0x1c8) (i32.const 1))
      (i32.store (i32.const 0x2c0) (i32.const 0x10a)) (i32.store (i32.const 0x2c4) (i32.const 6))
      (i32.store (i32.const 0x2c8) (i32.const 0x110)) (i32.store (i32.const 0x2cc) (i32.const 2))))
    (i32.const 0x1c0)";

#[test]
fn settings_that_a_guest_refuses_are_a_mistake_of_the_placement() {
    let settings = BTreeMap::from([("odd".into(), Settings::parse("{\"a\":1}").unwrap())]);
    let loaded = loaded(guest().with("init", ONLY_EMPTY), Spec { settings, ..spec() });
    assert_eq!(loaded.refused().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["odd"]);
    let mut index = hub(&loaded, by("wasm:demo", "default"));
    assert_eq!(decided(&mut index, 0)[0].entries().count(), 3);
    index.apply(Fact::Placement(Box::new(by("wasm:demo", "odd"))));
    let decision = decided(&mut index, 0).pop().unwrap();
    let Outcome::Held(Hold::Misconfigured(message)) = &decision.outcome else { panic!("{decision:?}") };
    assert_eq!(message, ":wasm:demo/odd: `init` refuses its settings: region: no");
}

#[test]
fn a_guest_without_a_filter_cannot_be_imposed_nor_asked_for() {
    let only_scores = || {
        guest().with(
            "exports",
            "(export \"placewright:placement/lifecycle@0.1.0\" (instance $lifecycle))
             (export \"placewright:placement/score@0.1.0\" (instance $scoring))",
        )
    };
    let imposed = Some(Imposed { namespaces: Vec::new(), selector: Vec::new() });
    let unfit = probed(only_scores(), Spec { imposed, ..spec() }).unwrap_err();
    assert_eq!(unfit.to_string(), "spec.filter: the component exports no filter");
    let mut index = hub(&loaded(only_scores(), spec()), filtered());
    let decision = decided(&mut index, 0).pop().unwrap();
    let policy = decision.conditions.iter().find(|c| c.kind == ConditionType::PolicyValid).unwrap();
    let want = "metadata.annotations[placewright.io/filters]: there is no filter `demo/default`, none is loaded";
    assert_eq!(policy.message, want);
}

#[test]
fn a_guest_that_fails_at_once_is_no_plugin() {
    let unfit = probed(guest().with("init", "unreachable"), spec()).unwrap_err();
    assert!(unfit.to_string().starts_with("`init` trapped"), "{unfit}");
    let unfit = probed(guest().with("describe", "unreachable"), spec()).unwrap_err();
    assert!(unfit.to_string().starts_with("`describe` trapped"), "{unfit}");
    assert_eq!(Limits::default(), spec().limits);
}

#[test]
fn large_batches_are_cut_and_say_the_same() {
    let rows = 20_000;
    let mut index = hub(&loaded(guest(), spec()), by("wasm:demo", "default"));
    for row in 0..rows {
        index.apply(cluster(&format!("n{row:05}"), &format!("{}", row % 101), Some("eu")));
    }
    let decisions = decided(&mut index, 0);
    let scores = names(&decisions[0]);
    assert_eq!(scores.len(), rows + 3);
    // From 0 to 100 in steps of two points.
    for (name, score) in &scores[3..] {
        let row: i64 = name[1..].parse().unwrap();
        assert_eq!(*score, row % 101 * 2 - 100, "{name}");
    }
}
