//! Plugins from outside: asked for changed rows only, and never a reason to lose a decision (law 4).

#![expect(clippy::unwrap_used, reason = "a test stops where its own input is wrong")]

use std::sync::{Arc, Mutex};

use scheduler_core::placement::{Configuration, Extensions, Mode, PluginRef, PrioritizerPolicy};
use scheduler_core::{
    AddOnScore, Binding, Cluster, Column, ConditionType, Coordinate, Decision, Derive, Derived, Fact, FailurePolicy,
    Feasible, Filter, Hold, Index, Key, ManagedClusterSet, MapKey, Misconfigured, Outcome, Pass, Placement,
    PlacementKey, Plugin, PluginError, Prioritizer, Reads, Row, Rows, Scores, Selector, SelectorId, Source, Symbol,
    Time, Values, Verdict, Want,
};

const NOW: i64 = 1000;

/// Scores by label `rank`, plus an add-on score; fails where a label `bad` says how.
struct Guest {
    policy: FailurePolicy,
    asked: Arc<Asked>,
    reference: PluginRef,
}

/// How many rows each call was about.
#[derive(Default)]
struct Asked(Mutex<Vec<usize>>);

impl Asked {
    fn take(&self) -> Vec<usize> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

struct Function(Arc<Asked>);

impl Derive for Function {
    fn fill(&self, rows: &Rows<'_>, out: &mut [f64]) -> Result<(), PluginError> {
        self.0.0.lock().unwrap().push(out.len());
        let values = rows.values();
        let [Values::Texts { texts, codes }, Values::Numbers(scores), Values::Texts { texts: bad, codes: bads }] =
            values.as_slice()
        else {
            panic!("asked for text, number, text: {values:?}");
        };
        for (at, out) in out.iter_mut().enumerate() {
            match bad[bads[at] as usize].as_str() {
                "" => {}
                "panic" => panic!("as told"),
                "settings" => return Err(PluginError::misconfigured("cannot work".into())),
                other => return Err(PluginError::broken(format!("broke at {other}"))),
            }
            let rank = texts[codes[at] as usize].parse().unwrap_or(f64::NAN);
            *out = if scores[at].is_nan() { rank } else { rank + scores[at] };
        }
        Ok(())
    }
}

fn hold(asked: &Arc<Asked>, reads: &mut Reads<'_>) -> Derived {
    let sources = [Source::Label("rank".into()), Source::Score("r".into(), "s".into()), Source::Label("bad".into())];
    reads.derived(&"guest".into(), &sources, || Arc::new(Function(asked.clone())))
}

struct Ranks {
    derived: Derived,
    raw: Column,
}

struct Ranked {
    derived: Derived,
    ranked: SelectorId,
}

impl Plugin for Guest {
    fn name(&self) -> &'static str {
        "wasm:guest/default"
    }
    fn on_failure(&self) -> FailurePolicy {
        self.policy
    }
    fn asked_as(&self) -> Option<&PluginRef> {
        Some(&self.reference)
    }
    fn concerns(&self, p: &Placement) -> bool {
        p.coordinates().next().is_some() || p.extensions.as_ref().is_ok_and(|asked| !asked.filters.is_empty())
    }
    fn filter_for(&self, p: &Placement, reads: &mut Reads<'_>) -> Option<Result<Box<dyn Filter>, Misconfigured>> {
        p.extensions.as_ref().unwrap().filters.contains(&self.reference).then(|| -> Result<Box<dyn Filter>, _> {
            let derived = hold(&self.asked, reads);
            let ranked = reads.selector(&Selector::Has(derived.source()));
            Ok(Box::new(Ranked { derived, ranked }))
        })
    }
    fn prioritizer_for(
        &self,
        what: &Coordinate,
        _: &Placement,
        reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        let Coordinate::AddOn { resource, score } = what else { return None };
        (*resource == "wasm:guest" && *score == "default").then(|| -> Result<Box<dyn Prioritizer>, _> {
            let derived = hold(&self.asked, reads);
            let raw = reads.numbers(derived.source());
            Ok(Box::new(Ranks { derived, raw }))
        })
    }
}

impl Prioritizer for Ranks {
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError> {
        pass.check(&self.derived)?;
        out.constant(0);
        out.map(pass, self.raw, MapKey { function: "guest", parameters: [0, 0] }, |raw| raw as i32);
        Ok(())
    }
}

impl Filter for Ranked {
    fn narrow(&self, pass: &Pass<'_>, feasible: &mut Feasible) -> Result<(), PluginError> {
        pass.check(&self.derived)?;
        feasible.retain(pass.clusters(self.ranked));
        Ok(())
    }
    fn verdict(&self, _: &Pass<'_>, _: Row<'_>) -> Verdict {
        Verdict::Feasible
    }
}

/// A hub with one placement, and what its guest was asked.
struct Hub {
    index: Index,
    asked: Arc<Asked>,
    now: i64,
}

fn coordinate(plugin: &str, settings: &str) -> Configuration {
    let coordinate = Coordinate::AddOn { resource: plugin.into(), score: settings.into() };
    Configuration { coordinate: Ok(coordinate), apart: true, weight: 1 }
}

fn key() -> PlacementKey {
    PlacementKey { namespace: "ns".into(), name: "p".into() }
}

fn by(configuration: Configuration) -> Placement {
    Placement {
        want: Ok(Want::AtMost(1)),
        policy: Ok(PrioritizerPolicy { mode: Mode::Exact, configurations: vec![configuration] }),
        ..Placement::new(key())
    }
}

fn asking_for(filter: &str) -> Placement {
    let filters = vec![PluginRef { plugin: filter.into(), settings: "default".into() }];
    Placement { extensions: Ok(Extensions { present: true, filters }), ..Placement::new(key()) }
}

impl Hub {
    fn new(policy: FailurePolicy, placement: Placement) -> Hub {
        let asked = Arc::<Asked>::default();
        let reference = PluginRef { plugin: "guest".into(), settings: "default".into() };
        let guest = Arc::new(Guest { policy, asked: asked.clone(), reference }) as Arc<dyn Plugin>;
        let mut index = Index::new(plugins::with_guests(&plugins::profiles(), &[guest]));
        index.apply(Fact::Set(ManagedClusterSet { name: "all".into(), members: Ok(Selector::All) }));
        let (namespace, name) = ("ns".into(), Symbol::from("all"));
        index.apply(Fact::Binding(Binding { namespace, name: name.clone(), cluster_set: name }));
        index.apply(Fact::Placement(Box::new(placement)));
        let mut hub = Hub { index, asked, now: NOW };
        hub.cluster("a", &[("rank", "1")]);
        hub.cluster("b", &[("rank", "2")]);
        hub.cluster("c", &[]);
        hub
    }

    fn cluster(&mut self, name: &str, labels: &[(&str, &str)]) {
        let mut labels: Vec<(Symbol, Symbol)> = labels.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        labels.sort();
        self.index.apply(Fact::Cluster(Cluster { name: name.into(), labels, ..Cluster::default() }));
    }

    fn step(&mut self) -> Vec<Decision> {
        let mut decisions = Vec::new();
        let now = Time::from_unix_seconds(self.now);
        self.index.step(now, usize::MAX, &mut |_, _, decision| decisions.push(decision));
        decisions
    }

    /// The one decision of a step.
    #[track_caller]
    fn decide(&mut self) -> Decision {
        let mut decisions = self.step();
        assert_eq!(decisions.len(), 1);
        decisions.pop().unwrap()
    }

    /// The clusters that the next step decides for.
    #[track_caller]
    fn decides(&mut self) -> Vec<String> {
        names(&self.decide())
    }

    #[track_caller]
    fn asked(&self, rows: &[usize]) {
        assert_eq!(self.asked.take(), rows);
    }

    /// The next step keeps what stands, for this reason.
    #[track_caller]
    fn holds(&mut self, why: &str) {
        let decision = self.decide();
        let Outcome::Held(Hold::Plugin(message)) = &decision.outcome else { panic!("{decision:?}") };
        assert_eq!(message, &format!("prioritizer AddOn/wasm:guest/default: {why}"));
        let stale = decision.conditions.iter().find(|c| c.kind == ConditionType::Stale).unwrap();
        assert_eq!((stale.status, stale.reason), (true, "PluginFailed"));
    }
}

fn names(decision: &Decision) -> Vec<String> {
    decision.entries().map(|entry| entry.cluster.to_string()).collect()
}

fn scored() -> Hub {
    Hub::new(FailurePolicy::Keep, by(coordinate("wasm:guest", "default")))
}

#[test]
fn only_rows_whose_inputs_changed_are_asked_for() {
    let mut hub = scored();
    assert_eq!(hub.decides(), ["b"]);
    hub.asked(&[3]);
    hub.cluster("c", &[("rank", "9")]);
    assert_eq!(hub.decides(), ["c"]);
    hub.asked(&[1]);
    hub.cluster("c", &[("rank", "9"), ("other", "1")]);
    assert_eq!(hub.step(), []);
    hub.asked(&[]);
    hub.cluster("aa", &[("rank", "10")]);
    hub.cluster("ab", &[]);
    assert_eq!(hub.decides(), ["aa"]);
    hub.asked(&[2]);
    hub.index.remove(&Key::Cluster("aa".into()));
    assert_eq!(hub.decides(), ["c"]);
    hub.asked(&[]);
}

#[test]
fn two_placements_share_what_was_asked() {
    let mut hub = scored();
    let name = Symbol::from("q");
    let other = Placement { key: PlacementKey { name, ..key() }, ..by(coordinate("wasm:guest", "default")) };
    hub.index.apply(Fact::Placement(Box::new(other)));
    assert_eq!(hub.step().len(), 2);
    hub.asked(&[3]);
}

#[test]
fn an_answer_that_nobody_holds_any_more_is_forgotten_and_made_anew() {
    let mut hub = scored();
    hub.decide();
    hub.asked(&[3]);
    hub.index.remove(&Key::Placement(key()));
    hub.cluster("c", &[("rank", "9")]);
    assert_eq!(hub.step(), []);
    hub.asked(&[]);
    hub.index.apply(Fact::Placement(Box::new(by(coordinate("wasm:guest", "default")))));
    assert_eq!(hub.decides(), ["c"]);
    hub.asked(&[3]);
}

#[test]
fn an_expired_score_is_absent() {
    let mut hub = scored();
    let scores = vec![("s".into(), 50)];
    let valid_until = Some(Time::from_unix_seconds(NOW + 60));
    hub.index.apply(Fact::Score(AddOnScore { cluster: "a".into(), name: "r".into(), scores, valid_until }));
    assert_eq!(hub.decides(), ["a"]);
    hub.asked(&[3]);
    hub.now += 60;
    assert_eq!(hub.step(), []);
    let due = hub.index.next_due().unwrap();
    assert_eq!(due, Time::from_unix_nanos(i128::from(NOW + 60) * 1_000_000_000 + 1));
    hub.now += 1;
    assert_eq!(hub.decides(), ["b"]);
    hub.asked(&[1]);
}

#[test]
fn a_failure_keeps_the_decision_until_its_cause_is_gone() {
    let mut hub = scored();
    assert_eq!(hub.decides(), ["b"]);
    hub.cluster("b", &[("rank", "0"), ("bad", "b")]);
    hub.holds("broke at b");
    hub.asked(&[3, 1]);
    // Another cluster changes: asked for what is still without an answer.
    hub.cluster("c", &[("rank", "5")]);
    assert_eq!(hub.step(), [], "the same failure");
    hub.asked(&[2]);
    hub.cluster("b", &[("rank", "0")]);
    assert_eq!(hub.decides(), ["c"]);
    hub.asked(&[2]);
    assert_eq!(hub.index.next_due(), None);
}

#[test]
fn a_failure_is_asked_again_later_and_later() {
    let mut hub = scored();
    hub.decide();
    hub.cluster("b", &[("bad", "b")]);
    hub.holds("broke at b");
    hub.asked(&[3, 1]);
    let mut waits = Vec::new();
    for _ in 0..12 {
        let due = hub.index.next_due().unwrap();
        hub.now += 1;
        while Time::from_unix_seconds(hub.now) < due {
            assert_eq!(hub.step(), []);
            hub.asked(&[]);
            hub.now += 1;
        }
        assert_eq!(hub.step(), [], "the same failure wakes nobody");
        hub.asked(&[1]);
        waits.push(hub.index.next_due().unwrap().unix_nanos() / 1_000_000_000 - i128::from(hub.now));
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]);
}

#[test]
fn a_panic_of_a_function_is_its_failure() {
    let mut hub = scored();
    hub.decide();
    hub.cluster("b", &[("bad", "panic")]);
    hub.holds("panicked: as told");
}

#[test]
fn a_new_placement_is_served_nobody_while_its_plugin_fails() {
    let mut hub = scored();
    hub.cluster("b", &[("bad", "b")]);
    let decision = hub.decide();
    assert_eq!(names(&decision), Vec::<String>::new());
    assert!(matches!(decision.outcome, Outcome::Placed { .. }));
    assert!(decision.conditions.iter().any(|c| c.kind == ConditionType::Stale && c.status));
}

#[test]
fn neutral_decides_without_and_says_so() {
    let mut hub = Hub::new(FailurePolicy::Neutral, by(coordinate("wasm:guest", "default")));
    hub.cluster("b", &[("rank", "2"), ("bad", "b")]);
    let decision = hub.decide();
    assert_eq!(names(&decision), ["a"], "the first by name");
    let degraded = decision.conditions.iter().find(|c| c.kind == ConditionType::Degraded).unwrap();
    assert_eq!(
        (degraded.reason, degraded.message.as_str()),
        ("PluginFailed", "prioritizer AddOn/wasm:guest/default: broke at b")
    );
}

#[test]
fn what_can_never_work_is_a_mistake_of_the_placement_whatever_the_policy() {
    for policy in [FailurePolicy::Keep, FailurePolicy::Neutral] {
        let mut hub = Hub::new(policy, by(coordinate("wasm:guest", "default")));
        hub.decide();
        hub.cluster("b", &[("bad", "settings")]);
        let decision = hub.decide();
        let Outcome::Held(Hold::Misconfigured(message)) = &decision.outcome else { panic!("{decision:?}") };
        assert_eq!(message, "AddOn/wasm:guest/default:cannot work");
    }
}

#[test]
fn a_plugin_that_nobody_loaded_is_a_mistake_that_removes_nobody() {
    let mut hub = scored();
    assert_eq!(hub.decides(), ["b"]);
    for (plugin, settings) in [("wasm:other", "default"), ("wasm:guest", "other")] {
        hub.index.apply(Fact::Placement(Box::new(by(coordinate(plugin, settings)))));
        let decision = hub.decide();
        let Outcome::Held(Hold::Misconfigured(message)) = &decision.outcome else { panic!("{decision:?}") };
        let want =
            format!(":scoreCoordinate.addOn: there is no plugin `{plugin}/{settings}`, only `wasm:guest/default`");
        assert_eq!(*message, want);
    }
    // Upstream knows no plugins: nobody has such a score.
    let upstream = Placement { profile: Some("upstream".into()), ..by(coordinate("wasm:other", "default")) };
    hub.index.apply(Fact::Placement(Box::new(upstream)));
    assert_eq!(hub.decides(), ["a"]);
}

#[test]
fn a_filter_is_asked_for_by_name() {
    let mut hub = Hub::new(FailurePolicy::Keep, asking_for("guest"));
    assert_eq!(hub.decides(), ["a", "b"]);
    hub.cluster("c", &[("rank", "1")]);
    assert_eq!(hub.decides(), ["a", "b", "c"]);
    // Another rank, but it still has one.
    hub.cluster("c", &[("rank", "2")]);
    assert_eq!(hub.step(), []);
    hub.index.apply(Fact::Placement(Box::new(Placement::new(key()))));
    hub.cluster("c", &[]);
    assert_eq!(hub.decides(), ["a", "b", "c"]);
}

#[test]
fn an_unknown_filter_is_told_and_removes_nobody() {
    let mut hub = Hub::new(FailurePolicy::Keep, asking_for("guest"));
    hub.decide();
    hub.index.apply(Fact::Placement(Box::new(asking_for("gest"))));
    let decision = hub.decide();
    assert!(matches!(decision.outcome, Outcome::Held(Hold::Policy(_))), "{decision:?}");
    let policy = decision.conditions.iter().find(|c| c.kind == ConditionType::PolicyValid).unwrap();
    assert_eq!((policy.status, policy.reason), (false, "InvalidAnnotation"));
    let want = "metadata.annotations[placewright.io/filters]: there is no filter `gest/default`, only `guest/default`";
    assert_eq!(policy.message, want);
}

#[test]
fn a_plugin_that_comes_or_goes_wakes_those_that_it_concerns() {
    let mut hub = scored();
    let other = Placement { key: PlacementKey { name: "q".into(), ..key() }, ..Placement::new(key()) };
    hub.index.apply(Fact::Placement(Box::new(other)));
    assert_eq!(hub.step().len(), 2);
    let profiles = plugins::with_guests(&plugins::profiles(), &[]);
    hub.index.set_profiles(profiles.clone());
    assert_eq!(hub.step().len(), 2, "all plugins are other ones");
    let guest = |asked: &Arc<Asked>| -> Arc<dyn Plugin> {
        let reference = PluginRef { plugin: "guest".into(), settings: "default".into() };
        Arc::new(Guest { policy: FailurePolicy::Keep, asked: asked.clone(), reference })
    };
    let [one, two] = [guest(&hub.asked), guest(&hub.asked)];
    for guests in [vec![one.clone()], vec![two.clone()], vec![two.clone(), one], vec![]] {
        hub.index.set_profiles(plugins::with_guests(&profiles, &guests));
        let decisions = hub.step();
        assert_eq!(decisions.iter().map(|d| d.placement.name.as_str()).collect::<Vec<_>>(), ["p"]);
    }
    hub.index.set_profiles(plugins::with_guests(&profiles, &[]));
    assert_eq!(hub.step().len(), 1, "what was loaded is told anew");
}

#[test]
fn a_copy_of_the_index_answers_for_itself() {
    let mut hub = scored();
    hub.decide();
    let mut copy = hub.index.clone();
    let better = Cluster { name: "c".into(), labels: vec![("rank".into(), "9".into())], ..Cluster::default() };
    copy.apply(Fact::Cluster(better));
    let mut decided = Vec::new();
    copy.step(Time::from_unix_seconds(NOW), 9, &mut |_, _, decision| decided.extend(names(&decision)));
    assert_eq!(decided, ["c"]);
    assert_eq!(hub.step(), []);
    hub.asked(&[3, 1]);
}
