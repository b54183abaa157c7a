//! The live index with the built-in plugins: what wakes a placement, and what a step leaves behind.

use scheduler_core::placement::{PrioritizerPolicy, Toleration, TolerationOperator};
use scheduler_core::{
    AddOnScore, Binding, Cluster, Decision, Effect, Fact, Index, Key, ManagedClusterSet, Outcome, Placement,
    PlacementKey, Selector, Slice, Symbol, Taint, Time, Want, Warning,
};

fn at(seconds: i64) -> Time {
    Time::from_unix_seconds(seconds)
}

fn placement(name: &str) -> Placement {
    Placement::new(PlacementKey { namespace: "ns".into(), name: name.into() })
}

fn cluster(name: &str) -> Cluster {
    Cluster { name: name.into(), ..Cluster::default() }
}

/// An index with the set `all` bound in `ns`.
fn index() -> Index {
    let mut index = Index::new(plugins::profiles());
    index.apply(Fact::Set(ManagedClusterSet { name: "all".into(), members: Ok(Selector::All) }));
    let (namespace, name) = ("ns".into(), Symbol::from("all"));
    index.apply(Fact::Binding(Binding { namespace, name: name.clone(), cluster_set: name }));
    index
}

fn step(index: &mut Index, now: i64) -> Vec<Decision> {
    let mut decisions = Vec::new();
    index.step(at(now), usize::MAX, &mut |_, _, decision| decisions.push(decision));
    decisions
}

fn names(decision: &Decision) -> Vec<&str> {
    decision.entries().map(|e| e.cluster.as_str()).collect()
}

#[test]
fn a_step_leaves_nobody_awake_and_an_echo_wakes_nobody() {
    let mut index = index();
    index.apply(Fact::Cluster(cluster("b")));
    index.apply(Fact::Cluster(cluster("a")));
    index.apply(Fact::Placement(Box::new(placement("p"))));
    let decisions = step(&mut index, 0);
    assert_eq!(names(&decisions[0]), ["a", "b"]);
    assert!(index.awake().is_empty());
    let echo = Slice {
        namespace: "ns".into(),
        name: "p-decision-1".into(),
        placement: Some("p".into()),
        clusters: vec!["a".into(), "b".into()],
    };
    index.apply(Fact::Slice(echo.clone()));
    assert!(index.awake().is_empty());
    index.apply(Fact::Slice(Slice { clusters: vec!["a".into()], ..echo }));
    assert_eq!(index.awake().len(), 1);
}

#[test]
fn each_decision_stands_before_the_next_is_taken() {
    let mut index = index();
    ["a", "b", "c"].iter().for_each(|name| index.apply(Fact::Cluster(cluster(name))));
    for name in ["p1", "p2", "p3"] {
        index.apply(Fact::Placement(Box::new(Placement { want: Ok(Want::AtMost(1)), ..placement(name) })));
    }
    let decisions = step(&mut index, 0);
    let chosen: Vec<_> = decisions.iter().flat_map(names).collect();
    assert_eq!(chosen, ["a", "b", "c"]);
}

#[test]
fn a_heartbeat_wakes_nobody_and_a_new_cluster_does() {
    let mut index = index();
    index.apply(Fact::Cluster(cluster("a")));
    index.apply(Fact::Placement(Box::new(placement("p"))));
    step(&mut index, 0);
    index.apply(Fact::Cluster(cluster("a")));
    assert!(index.awake().is_empty());
    index.apply(Fact::Cluster(cluster("b")));
    assert_eq!(index.awake().len(), 1);
}

#[test]
fn a_toleration_that_ends_makes_the_placement_due() {
    let mut index = index();
    let taint = Taint { key: "k".into(), value: "".into(), effect: Effect::NoSelect, time_added: Some(at(100)) };
    index.apply(Fact::Cluster(Cluster { taints: vec![taint], ..cluster("a") }));
    let toleration = Toleration {
        key: Some("k".into()),
        operator: TolerationOperator::Exists,
        value: "".into(),
        effect: None,
        seconds: Some(50),
    };
    index.apply(Fact::Placement(Box::new(Placement { tolerations: Ok(vec![toleration]), ..placement("p") })));
    assert_eq!(names(&step(&mut index, 120)[0]), ["a"]);
    assert_eq!(index.next_due(), Some(at(150)));
    assert!(step(&mut index, 149).is_empty());
    let decisions = step(&mut index, 150);
    assert_eq!(names(&decisions[0]), [""; 0]);
    assert_eq!(index.next_due(), None);
}

#[test]
fn a_score_that_expires_wakes_who_reads_it() {
    let mut index = index();
    index.apply(Fact::Cluster(cluster("a")));
    let (scores, valid_until) = (vec![("s".into(), 50)], Some(at(10)));
    index.apply(Fact::Score(AddOnScore { cluster: "a".into(), name: "r".into(), scores, valid_until }));
    let coordinate = Ok(scheduler_core::Coordinate::AddOn { resource: "r".into(), score: "s".into() });
    let configuration = scheduler_core::placement::Configuration { coordinate, apart: true, weight: 1 };
    let policy = PrioritizerPolicy { configurations: vec![configuration], ..PrioritizerPolicy::default() };
    index.apply(Fact::Placement(Box::new(Placement { policy: Ok(policy), ..placement("p") })));
    let score = |decisions: &[Decision]| decisions[0].entries().next().map(|e| e.score);
    assert_eq!(score(&step(&mut index, 10)), Some(150));
    assert!(step(&mut index, 10).is_empty());
    assert_eq!(index.next_due(), Some(Time::from_unix_nanos(at(10).unix_nanos() + 1)));
    // Steady now adds 100, the score no longer 50.
    assert_eq!(score(&step(&mut index, 11)), Some(200));
}

#[test]
fn worn_numbering_is_renewed_without_losing_anything() {
    let mut index = index();
    (0..400).for_each(|i| index.apply(Fact::Cluster(cluster(&format!("c{i:03}")))));
    index.apply(Fact::Placement(Box::new(Placement { want: Ok(Want::AtMost(3)), ..placement("p") })));
    step(&mut index, 0);
    (0..390).for_each(|i| index.remove(&Key::Cluster(format!("c{i:03}").as_str().into())));
    assert_eq!(names(&step(&mut index, 1)[0]), ["c390", "c391", "c392"]);
    assert!(index.awake().is_empty());
    index.remove(&Key::Cluster("c391".into()));
    assert_eq!(names(&step(&mut index, 2)[0]), ["c390", "c392", "c393"]);
}

#[test]
fn a_cluster_that_starts_being_deleted_leaves() {
    let mut index = index();
    ["a", "b"].iter().for_each(|name| index.apply(Fact::Cluster(cluster(name))));
    index.apply(Fact::Placement(Box::new(placement("p"))));
    step(&mut index, 0);
    index.apply(Fact::Cluster(Cluster { deleting: true, ..cluster("a") }));
    assert_eq!(index.awake().len(), 1);
    assert_eq!(names(&step(&mut index, 1)[0]), ["b"]);
}

#[test]
fn a_new_numbering_swallows_no_wake_and_forgets_nothing_that_stands() {
    let mut index = index();
    (0..200).for_each(|i| index.apply(Fact::Cluster(cluster(&format!("c{i:03}")))));
    index.apply(Fact::Placement(Box::new(Placement { want: Ok(Want::AtMost(1)), ..placement("p") })));
    step(&mut index, 0);
    (0..200).for_each(|i| index.remove(&Key::Cluster(format!("c{i:03}").as_str().into())));
    ["x", "y"].iter().for_each(|name| index.apply(Fact::Cluster(cluster(name))));
    let (namespace, name) = ("ns".into(), "p-decision-1".into());
    index.apply(Fact::Slice(Slice { namespace, name, placement: Some("p".into()), clusters: vec!["y".into()] }));
    assert_eq!(index.awake().len(), 1);
    // Steady keeps y, though x comes first by name.
    assert_eq!(names(&step(&mut index, 1)[0]), ["y"]);
}

#[test]
fn an_echo_of_our_own_status_wakes_but_answers_the_same() {
    let mut index = index();
    index.apply(Fact::Cluster(cluster("a")));
    index.apply(Fact::Placement(Box::new(placement("p"))));
    let first = step(&mut index, 0);
    let mut echo = placement("p");
    echo.recorded.answered = true;
    index.apply(Fact::Placement(Box::new(echo)));
    let second = step(&mut index, 0);
    assert_eq!(first[0].conditions, second[0].conditions);
    assert_eq!(names(&first[0]), names(&second[0]));
}

/// Two tolerations of one taint, the shorter first.
fn twice_tolerated() -> Index {
    let mut index = index();
    let taint = Taint { key: "k".into(), value: "".into(), effect: Effect::NoSelect, time_added: Some(at(0)) };
    index.apply(Fact::Cluster(Cluster { taints: vec![taint], ..cluster("a") }));
    let toleration = |seconds| Toleration {
        key: Some("k".into()),
        operator: TolerationOperator::Exists,
        value: "".into(),
        effect: None,
        seconds: Some(seconds),
    };
    let tolerations = Ok(vec![toleration(100), toleration(200)]);
    index.apply(Fact::Placement(Box::new(Placement { tolerations, ..placement("p") })));
    index
}

#[test]
fn a_cluster_leaves_with_the_last_toleration_that_lets_it_in() {
    let mut index = twice_tolerated();
    let mut leaves = None;
    index.step(at(50), 1, &mut |snapshot, trail, _| leaves = trail.leaves(snapshot, "a"));
    assert_eq!(leaves.map(|(until, _)| until), Some(at(200)));
}

#[test]
fn a_candidate_that_is_not_selected_makes_the_placement_due_too() {
    let mut index = twice_tolerated();
    index.apply(Fact::Cluster(cluster("0")));
    let tolerant = index.placement(&PlacementKey { namespace: "ns".into(), name: "p".into() }).cloned();
    let narrow = Placement { want: Ok(Want::AtMost(1)), ..tolerant.unwrap() };
    index.apply(Fact::Placement(Box::new(narrow)));
    assert_eq!(names(&step(&mut index, 50)[0]), ["0"]);
    assert_eq!(index.next_due(), Some(at(100)));
}

#[test]
fn an_unscored_cluster_that_outranks_a_scored_one_is_warned_of() {
    let mut index = index();
    ["a", "b"].iter().for_each(|name| index.apply(Fact::Cluster(cluster(name))));
    let (scores, valid_until) = (vec![("s".into(), -50)], None);
    index.apply(Fact::Score(AddOnScore { cluster: "a".into(), name: "r".into(), scores, valid_until }));
    let coordinate = Ok(scheduler_core::Coordinate::AddOn { resource: "r".into(), score: "s".into() });
    let weighed = |weight| {
        let configuration =
            scheduler_core::placement::Configuration { coordinate: coordinate.clone(), apart: true, weight };
        let policy = PrioritizerPolicy { configurations: vec![configuration], ..PrioritizerPolicy::default() };
        Fact::Placement(Box::new(Placement { policy: Ok(policy), ..placement("p") }))
    };
    index.apply(weighed(1));
    let warnings = step(&mut index, 0).remove(0).warnings;
    assert!(
        matches!(&warnings[..], [Warning::UnscoredAbove { cluster, below, .. }] if *cluster == "b" && *below == "a")
    );
    // With a negative weight the scored one ranks first.
    index.apply(weighed(-1));
    assert_eq!(step(&mut index, 0).remove(0).warnings, []);
}

#[test]
fn a_clone_decides_alone() {
    let mut index = index();
    index.apply(Fact::Cluster(cluster("a")));
    index.apply(Fact::Placement(Box::new(placement("p"))));
    let mut copy = index.clone();
    copy.apply(Fact::Cluster(cluster("b")));
    assert_eq!(names(&step(&mut copy, 0)[0]), ["a", "b"]);
    assert_eq!(names(&step(&mut index, 0)[0]), ["a"]);
}

struct Panics;

impl scheduler_core::Filter for Panics {
    fn narrow(
        &self,
        _: &scheduler_core::Pass<'_>,
        _: &mut scheduler_core::Feasible,
    ) -> Result<(), scheduler_core::PluginError> {
        panic!("boom")
    }

    fn verdict(&self, _: &scheduler_core::Pass<'_>, _: scheduler_core::Row<'_>) -> scheduler_core::Verdict {
        scheduler_core::Verdict::Feasible
    }
}

impl scheduler_core::Plugin for Panics {
    fn name(&self) -> &str {
        "Panics"
    }

    fn filter_for(
        &self,
        p: &Placement,
        _: &mut scheduler_core::Reads<'_>,
    ) -> Option<Result<Box<dyn scheduler_core::Filter>, scheduler_core::Misconfigured>> {
        assert!(p.key.name != "worse", "boom while compiling");
        (p.key.name == "bad").then(|| -> Result<Box<dyn scheduler_core::Filter>, _> { Ok(Box::new(Panics)) })
    }
}

#[test]
fn a_panic_keeps_that_placement_and_spares_the_others() {
    let mut profiles = plugins::profiles();
    profiles.named.values_mut().for_each(|profile| profile.plugins.push(std::sync::Arc::new(Panics)));
    let mut index = index();
    index.set_profiles(profiles);
    index.apply(Fact::Cluster(cluster("a")));
    ["bad", "good", "worse"].iter().for_each(|name| index.apply(Fact::Placement(Box::new(placement(name)))));
    let new = step(&mut index, 0);
    for broken in [&new[0], &new[2]] {
        assert_eq!(names(broken), [""; 0]);
        assert!(broken.is_undecided());
    }
    assert_eq!(names(&new[1]), ["a"]);
    let (namespace, name) = ("ns".into(), "bad-decision-1".into());
    index.apply(Fact::Slice(Slice { namespace, name, placement: Some("bad".into()), clusters: vec!["a".into()] }));
    let old = step(&mut index, 1);
    assert!(matches!(&old[0].outcome, Outcome::Held(scheduler_core::Hold::Panic(text)) if text.contains("boom")));
}
