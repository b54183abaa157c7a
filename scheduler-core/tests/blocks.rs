//! Whole blocks of rows against one row at a time: what a pass decides agrees with what it tells of every cluster, whatever
//! prioritizers say, and working memory that saw earlier fleets answers like a new one.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use scheduler_core::placement::{Configuration, Mode, PrioritizerPolicy};
use scheduler_core::{
    AddOnScore, Binding, Cluster, Column, Coordinate, Decision, Differences, Fact, Fate, Index, ManagedClusterSet,
    MapKey, Misconfigured, Part, Pass, Placement, PlacementKey, Plugin, PluginError, Prioritizer, Profile, Profiles,
    Reads, Scores, Selector, SelectorId, Snapshot, Source, Symbol, Time, Trail, Want,
};

/// What one prioritizer says. Sets are those of the clusters with a label, `0` to `3`.
#[derive(Clone, Debug)]
struct Says {
    weight: i32,
    constant: Option<i32>,
    /// The number times this, relative to the smallest there is.
    map: Option<i32>,
    members: Vec<(usize, i32)>,
    /// Every so many-th candidate.
    cells: Option<(usize, i32)>,
    only: Option<usize>,
    told: Option<usize>,
}

#[derive(Debug)]
struct Told(Vec<Says>);

struct Saying {
    says: Says,
    function: &'static str,
    numbers: Column,
    sets: Vec<SelectorId>,
}

const FUNCTIONS: [&str; 3] = ["f0", "f1", "f2"];
const LABELS: usize = 4;

fn label(at: usize) -> Symbol {
    at.to_string().into()
}

impl Plugin for Told {
    fn name(&self) -> &'static str {
        "Told"
    }

    fn prioritizer_for(
        &self,
        what: &Coordinate,
        _p: &Placement,
        reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        let at = FUNCTIONS.iter().position(|name| matches!(what, Coordinate::BuiltIn(asked) if *asked == *name))?;
        let numbers = reads.numbers(Source::Score("r".into(), "s".into()));
        let sets = (0..LABELS).map(|at| reads.selector(&Selector::Has(Source::Label(label(at))))).collect();
        Some(Ok(Box::new(Saying { says: self.0[at].clone(), function: FUNCTIONS[at], numbers, sets })))
    }
}

impl Prioritizer for Saying {
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError> {
        if let Some(score) = self.says.constant {
            out.constant(score);
        }
        let within = [pass.candidates(), pass.clusters(self.sets[0])];
        let range = out.range(pass, self.numbers, &within);
        assert_eq!(range, one_by_one(pass, self.numbers), "the range over blocks");
        if let (Some(times), Some((low, _))) = (self.says.map, range) {
            let key = MapKey { function: self.function, parameters: [low.to_bits(), 0] };
            out.map(pass, self.numbers, key, |x| ((x - low) as i64 as i32).wrapping_mul(times));
        }
        for (set, score) in &self.says.members {
            out.members(pass.clusters(self.sets[*set]), *score);
        }
        if let Some((every, score)) = self.says.cells {
            pass.candidates().iter().step_by(every).for_each(|c| out.set(c, score));
        }
        if let Some(only) = self.says.only {
            out.only(self.sets[only]);
        }
        if let Some(told) = self.says.told {
            out.told(self.sets[told]);
        }
        Ok(())
    }
}

/// The extremes over the candidates with label `0`.
fn one_by_one(pass: &Pass<'_>, numbers: Column) -> Option<(f64, f64)> {
    let labelled = |c| pass.row(c).label("0").is_some();
    let numbers = || pass.candidates().iter().filter(|c| labelled(*c)).filter_map(|c| pass.number(numbers, c));
    Some((numbers().min_by(f64::total_cmp)?, numbers().max_by(f64::total_cmp)?))
}

/// One cluster: which labels, and which number.
type Known = (u8, Option<i32>);

fn facts(at: usize, (labels, number): &Known) -> [Fact; 2] {
    let name: Symbol = format!("c{at:03}").into();
    let labels = (0..LABELS).filter(|bit| labels >> bit & 1 == 1).map(|at| (label(at), Symbol::default())).collect();
    let scores = number.iter().map(|number| ("s".into(), *number)).collect();
    let score = AddOnScore { cluster: name.clone(), name: "r".into(), scores, valid_until: None };
    [Fact::Cluster(Cluster { name, labels, ..Cluster::default() }), Fact::Score(score)]
}

fn key() -> PlacementKey {
    PlacementKey { namespace: "ns".into(), name: "p".into() }
}

fn placement(says: &[Says], want: Want) -> Placement {
    let configurations = says.iter().zip(FUNCTIONS).map(|(says, name)| Configuration {
        coordinate: Ok(Coordinate::BuiltIn(name.into())),
        apart: false,
        weight: says.weight,
    });
    Placement {
        want: Ok(want),
        policy: Ok(PrioritizerPolicy { mode: Mode::Exact, configurations: configurations.collect() }),
        ..Placement::new(key())
    }
}

fn index(says: &[Says], want: Want, clusters: &[Known]) -> Index {
    let plugins: Vec<Arc<dyn Plugin>> = vec![Arc::new(Told(says.to_vec()))];
    let profile = Profile { plugins, weights: Vec::new(), differences: Differences::NONE };
    let named = BTreeMap::from([("p".into(), profile)]);
    let mut index = Index::new(Profiles { default: "p".into(), named });
    index.apply(Fact::Set(ManagedClusterSet { name: "s".into(), members: Ok(Selector::All) }));
    index.apply(Fact::Binding(Binding { namespace: "ns".into(), name: "s".into(), cluster_set: "s".into() }));
    index.apply(Fact::Placement(Box::new(placement(says, want))));
    clusters.iter().enumerate().flat_map(|(at, known)| facts(at, known)).for_each(|fact| index.apply(fact));
    index
}

/// Every cluster's total as its parts tell it, in name order.
fn totals(snapshot: &Snapshot<'_>, trail: &Trail) -> Vec<(Symbol, i64)> {
    let mut totals = Vec::new();
    trail.fates(snapshot, &mut |name, fate| {
        if let Fate::Ranked { parts, .. } = fate {
            let total = parts.iter().map(Part::product).fold(0, i64::wrapping_add);
            totals.push((name.into(), total));
        }
    });
    totals
}

fn check(decision: &Decision, totals: &[(Symbol, i64)], want: Want) -> Result<(), TestCaseError> {
    let mut best = totals.to_vec();
    best.sort_by_key(|(name, total)| (Reverse(*total), name.clone()));
    if let Want::AtMost(n) = want {
        best.truncate(n as usize);
    }
    best.sort();
    let got: Vec<(Symbol, i64)> = decision.entries().map(|e| (e.cluster.clone(), e.score)).collect();
    prop_assert_eq!(got, best);
    let mut length = 0;
    let shown = totals.iter().take_while(|(name, total)| {
        let room = length <= 1000;
        length += name.len() + total.to_string().len() + 2;
        room
    });
    prop_assert_eq!(&decision.scored, &shown.cloned().collect());
    Ok(())
}

fn says() -> impl Strategy<Value = Says> {
    // Some sums fit 16 bits, some 32, some neither.
    let score = || prop_oneof![4 => -100..=100, 1 => -40_000..=40_000, 1 => any::<i32>()];
    let weight = (-10i32..=10).prop_map(|weight| if weight == 0 { 1 } else { weight });
    let map = proptest::option::of(prop_oneof![4 => -3..=3, 1 => any::<i32>()]);
    let members = proptest::collection::vec((0..LABELS, score()), 0..3);
    let cells = proptest::option::of((1usize..40, score()));
    let set = || proptest::option::of(0..LABELS);
    (weight, proptest::option::of(score()), map, members, cells, set(), set()).prop_map(
        |(weight, constant, map, members, cells, only, told)| Says {
            weight,
            constant,
            map,
            members,
            cells,
            only,
            told,
        },
    )
}

fn known() -> impl Strategy<Value = Known> {
    let number = prop_oneof![8 => -100..=100, 1 => any::<i32>()];
    (any::<u8>(), proptest::option::weighted(0.9, number))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn blocks_decide_what_rows_tell(
        says in proptest::collection::vec(says(), 1..=FUNCTIONS.len()),
        clusters in proptest::collection::vec(known(), 0..300),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), known()), 0..6),
        want in prop_oneof![Just(Want::All), (0u32..30).prop_map(Want::AtMost)],
    ) {
        let mut clusters = clusters;
        let mut live = index(&says, want, &clusters);
        let mut trail = Trail::default();
        let now = Time::from_unix_seconds(0);
        for change in std::iter::once(None).chain(changes.into_iter().map(Some)) {
            if let Some((at, known)) = change.filter(|_| !clusters.is_empty()) {
                let at = at.index(clusters.len());
                clusters[at] = known;
                facts(at, &known).into_iter().for_each(|fact| live.apply(fact));
            }
            let snapshot = live.snapshot(now);
            let decision = snapshot.schedule(&key(), &mut trail);
            check(&decision, &totals(&snapshot, &trail), want)?;
            let mut fresh = index(&says, want, &clusters);
            let snapshot = fresh.snapshot(now);
            let again = snapshot.schedule(&key(), &mut Trail::default());
            prop_assert_eq!(decision, again);
        }
    }
}
