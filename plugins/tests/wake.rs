//! Early cut-off: what a placement makes nothing of does not wake it.

#![expect(clippy::unwrap_used, reason = "a test stops where its own input is wrong")]

use scheduler_core::placement::{
    Configuration, Mode, Operator, Predicate, PrioritizerPolicy, Requirement, Toleration, TolerationOperator,
};
use scheduler_core::{
    AddOnScore, Binding, Cluster, Coordinate, Effect, Fact, Index, ManagedClusterSet, Placement, PlacementKey,
    Quantity, Selector, Symbol, Taint, Time, Want,
};

const NOW: Time = Time::from_unix_seconds(1000);

fn toleration(key: &str, seconds: Option<i64>) -> Toleration {
    Toleration {
        key: Some(key.into()),
        operator: TolerationOperator::Exists,
        value: Symbol::default(),
        effect: None,
        seconds,
    }
}

/// Selects all of `env=prod`; tolerates `always` for ever and `long` for an hour; reads CPU and a score.
fn placement() -> Placement {
    let prod = Requirement { key: "env".into(), operator: Operator::In(vec!["prod".into()]) };
    let coordinates = [
        Coordinate::BuiltIn("ResourceAllocatableCPU".into()),
        Coordinate::AddOn { resource: "r".into(), score: "s".into() },
    ];
    let configurations = coordinates.map(|c| Configuration { coordinate: Ok(c), apart: false, weight: 1 }).into();
    Placement {
        predicates: Ok(vec![Predicate { labels: vec![prod], claims: Vec::new() }]),
        tolerations: Ok(vec![toleration("always", None), toleration("long", Some(3600))]),
        policy: Ok(PrioritizerPolicy { mode: Mode::Additive, configurations }),
        ..Placement::new(PlacementKey { namespace: "ns".into(), name: "p".into() })
    }
}

fn cluster(name: &str, env: &str) -> Cluster {
    let cpu = || vec![(Symbol::from("cpu"), Quantity::parse("4").unwrap())];
    Cluster {
        name: name.into(),
        labels: vec![("env".into(), env.into()), ("team".into(), "a".into())],
        allocatable: cpu(),
        capacity: cpu(),
        ..Cluster::default()
    }
}

fn score(cluster: &str, value: i32) -> Fact {
    let scores = vec![("s".into(), value)];
    Fact::Score(AddOnScore { cluster: cluster.into(), name: "r".into(), scores, valid_until: None })
}

fn taint(key: &str, effect: Effect, added: i64) -> Taint {
    Taint { key: key.into(), value: Symbol::default(), effect, time_added: Some(Time::from_unix_seconds(added)) }
}

/// `in` is `prod`, `out` is not; the placement is decided and sleeps.
fn asleep() -> Index {
    let mut index = Index::new(plugins::profiles());
    index.apply(Fact::Set(ManagedClusterSet { name: "all".into(), members: Ok(Selector::All) }));
    let (namespace, name) = ("ns".into(), Symbol::from("all"));
    index.apply(Fact::Binding(Binding { namespace, name: name.clone(), cluster_set: name }));
    for (name, env) in [("in", "prod"), ("out", "dev")] {
        index.apply(Fact::Cluster(cluster(name, env)));
        index.apply(score(name, 5));
    }
    index.apply(Fact::Placement(Box::new(placement())));
    step(&mut index);
    index
}

fn step(index: &mut Index) {
    index.step(NOW, usize::MAX, &mut |_, _, _| {});
}

#[track_caller]
fn wakes(index: &mut Index, fact: Fact, wanted: bool) {
    let told = format!("{fact:?}");
    index.apply(fact);
    assert_eq!(!index.awake().is_empty(), wanted, "{told}");
    step(index);
}

#[test]
fn a_label_matters_where_a_value_is_named() {
    let mut index = asleep();
    let with = |name, key: &str, value: &str| {
        let mut cluster = cluster(name, "dev");
        cluster.labels.retain(|(k, _)| *k != *key);
        cluster.labels.push((key.into(), value.into()));
        cluster.labels.sort();
        Fact::Cluster(cluster)
    };
    wakes(&mut index, with("out", "env", "stage"), false);
    wakes(&mut index, with("out", "team", "b"), false);
    wakes(&mut index, with("out", "env", "prod"), true);
    wakes(&mut index, with("out", "env", "dev"), true);
}

#[test]
fn numbers_matter_behind_the_predicates_only() {
    let mut index = asleep();
    let bigger = |name, env| {
        let cpu = vec![(Symbol::from("cpu"), Quantity::parse("8").unwrap())];
        Fact::Cluster(Cluster { allocatable: cpu, ..cluster(name, env) })
    };
    wakes(&mut index, bigger("out", "dev"), false);
    wakes(&mut index, bigger("in", "prod"), true);
    wakes(&mut index, score("out", 7), false);
    wakes(&mut index, score("in", 7), true);
}

#[test]
fn taints_matter_where_they_are_judged_otherwise() {
    let mut index = asleep();
    let tainted = |name, env, taints| Fact::Cluster(Cluster { taints, ..cluster(name, env) });
    let always = |added| vec![taint("always", Effect::NoSelect, added)];
    wakes(&mut index, tainted("in", "prod", always(1)), false);
    wakes(&mut index, tainted("in", "prod", always(2)), false);
    wakes(&mut index, tainted("in", "prod", vec![taint("never", Effect::PreferNoSelect, 1)]), false);
    wakes(&mut index, tainted("out", "dev", vec![taint("never", Effect::NoSelect, 1)]), false);
    wakes(&mut index, tainted("in", "prod", vec![taint("never", Effect::NoSelect, 1)]), true);
    wakes(&mut index, tainted("in", "prod", vec![taint("long", Effect::NoSelect, 1)]), true);
    wakes(&mut index, tainted("in", "prod", vec![taint("long", Effect::NoSelect, 2)]), true);
}

#[test]
fn a_toleration_that_ends_matters_though_one_that_does_not_follows() {
    let mut index = asleep();
    let tolerations = vec![toleration("always", Some(3600)), toleration("always", None)];
    index.apply(Fact::Placement(Box::new(Placement { tolerations: Ok(tolerations), ..placement() })));
    step(&mut index);
    // When to ask again is told by the first (TAINT-9).
    let tainted = |taints| Fact::Cluster(Cluster { taints, ..cluster("in", "prod") });
    wakes(&mut index, tainted(vec![taint("always", Effect::NoSelect, 1)]), true);
    wakes(&mut index, tainted(vec![taint("always", Effect::NoSelect, 2)]), true);
    wakes(&mut index, tainted(Vec::new()), true);
}

#[test]
fn a_taint_that_bars_only_what_is_new_does_not_matter_to_what_stands() {
    let mut index = asleep();
    let taints = |effect| vec![taint("never", effect, 1)];
    let fact = |name, effect| Fact::Cluster(Cluster { taints: taints(effect), ..cluster(name, "prod") });
    wakes(&mut index, fact("in", Effect::NoSelectIfNew), false);
    wakes(&mut index, fact("new", Effect::NoSelectIfNew), true);
    wakes(&mut index, fact("new", Effect::NoSelect), false);
}

/// Of a hundred clusters, `cluster-050` with the most CPU and `cluster-099` with the least, one is selected.
fn one_of_a_hundred() -> (Index, impl Fn(usize, usize) -> Fact) {
    let mut index = asleep();
    let with = |number: usize, cores: usize| {
        let cpu = || vec![(Symbol::from("cpu"), Quantity::parse(&cores.to_string()).unwrap())];
        let name = format!("cluster-{number:03}");
        Fact::Cluster(Cluster { allocatable: cpu(), ..cluster(&name, "prod") })
    };
    for number in 0..100 {
        let cores =
            [(50, 1000), (99, 1)].into_iter().find(|(n, _)| *n == number).map_or(2 + number, |(_, cores)| cores);
        index.apply(with(number, cores));
    }
    let mut policy = PrioritizerPolicy::default();
    policy.configurations.extend(placement().policy.unwrap().configurations.into_iter().take(1));
    index.apply(Fact::Placement(Box::new(Placement { want: Ok(Want::AtMost(1)), policy: Ok(policy), ..placement() })));
    step(&mut index);
    (index, with)
}

#[test]
fn a_number_matters_where_it_may_reach_the_selected() {
    let (mut index, with) = one_of_a_hundred();
    wakes(&mut index, with(90, 93), false);
    wakes(&mut index, with(90, 3), false);
    wakes(&mut index, with(90, 1000), true);
    wakes(&mut index, with(90, 900), true);
    wakes(&mut index, with(90, 90), true);
    wakes(&mut index, with(90, 91), false);
    // The least and the most decide what every number is worth.
    wakes(&mut index, with(99, 2), true);
    // Totals of the first names are told.
    wakes(&mut index, with(10, 13), true);
    wakes(&mut index, with(50, 999), true);
}
