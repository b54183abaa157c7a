//! Clusters and their scores: missing keys, empty strings, taints with times, awkward quantities.

use proptest::prelude::*;
use scheduler_core::{AddOnScore, Cluster, Effect, Quantity, Symbol, Taint, Time};

use super::{NOW, one_of};

/// The label by which exclusive sets claim their members (ELIG-7).
pub(crate) const CLUSTER_SET: &str = "cluster.open-cluster-management.io/clusterset";

/// Label keys and claim names, the same for both.
pub(crate) const KEYS: &[&str] = &["env", "region", "a/b", "gpu"];

/// Label and claim values.
pub(crate) const VALUES: &[&str] = &["x", "x", "y", "", "z1"];

/// The name of a cluster. Most are so long that a note has room for few (§13): what lies behind those is told by nobody.
fn name_of(i: usize) -> Symbol {
    let tail = if i < 12 { "" } else { "-whose-name-is-so-long-that-few-of-its-kind-fit-into-one-note" };
    format!("c{i}{tail}").into()
}

/// Names of clusters: 90 of them, more than a word has bits, whose order as text is not that of their numbers.
pub(crate) fn cluster_name() -> impl Strategy<Value = Symbol> + Clone {
    prop_oneof![4 => 0..12usize, 5 => 0..40usize, 1 => 0..90usize].prop_map(name_of)
}

/// Names in slices: clusters, and sometimes one that is gone.
pub(crate) fn name_in_slice() -> impl Strategy<Value = Symbol> + Clone {
    prop_oneof![9 => (0..12usize).prop_map(name_of), 4 => cluster_name(), 1 => one_of(&["gone", ""])]
}

const QUANTITIES: &[&str] = &[
    "0",
    "1",
    "1",
    "2",
    "3",
    "10",
    "500m",
    "1500m",
    "1.5",
    "3.9",
    "3900m",
    "7800m",
    "0.1",
    "100m",
    "1Ki",
    "1.5Gi",
    "2Gi",
    "100Gi",
    "100000Gi",
    "1Pi",
    "8Ei",
    "16Ei",
    "128G",
    "1T",
    "1e3",
    "1e-3",
    "12345678901234567890",
    "0.0000000001",
    "-1",
    "-500m",
    "+4",
    "007",
    "1e400",
    "9.99Ei",
];

fn amounts() -> impl Strategy<Value = Vec<(Symbol, Quantity)>> + Clone {
    let amount = || prop::option::weighted(0.8, prop::sample::select(QUANTITIES));
    (amount(), amount(), amount()).prop_map(|(cpu, memory, gpu)| {
        [("cpu", cpu), ("gpu", gpu), ("memory", memory)]
            .into_iter()
            .filter_map(|(name, text)| Some((Symbol::from(name), Quantity::parse(text?).ok()?)))
            .collect()
    })
}

/// Pairs by key, each key once.
pub(crate) fn pairs() -> impl Strategy<Value = Vec<(Symbol, Symbol)>> + Clone {
    let pair = (one_of(KEYS), one_of(VALUES));
    prop::collection::btree_map(pair.0, pair.1, 0..4).prop_map(|m| m.into_iter().collect())
}

/// Around `NOW`: seconds before and after, at the instant, a fraction off, long ago.
pub(crate) fn instant() -> impl Strategy<Value = Time> + Clone {
    let nanos = prop_oneof![
        4 => prop::sample::select(&[0i128, -1, 1, -10, 10, -60, 60, -3600, 3600, -86_400][..]).prop_map(|s| s * 1_000_000_000),
        1 => prop::sample::select(&[1i128, -1, 500_000_000, -9_999_999_999, -10_000_000_001][..]),
        1 => (-7200..7200i128).prop_map(|s| s * 1_000_000_000),
    ];
    nanos.prop_map(|n| Time::from_unix_nanos(NOW.unix_nanos() + n))
}

/// A taint of few keys, values and effects.
pub fn taint() -> impl Strategy<Value = Taint> + Clone {
    let effect = one_of(&["NoSelect", "NoSelect", "NoSelectIfNew", "PreferNoSelect", "Odd"]);
    (one_of(&["k1", "k2", "k3"]), one_of(&["", "v", "w"]), effect, prop::option::weighted(0.7, instant())).prop_map(
        |(key, value, effect, time_added)| Taint { key, value, effect: Effect::from(effect.as_str()), time_added },
    )
}

/// A cluster; its name is one of 90.
pub fn cluster() -> impl Strategy<Value = Cluster> + Clone {
    let set = prop::option::weighted(0.7, one_of(&["s1", "s1", "s2", "sX", ""]));
    let taints = prop_oneof![3 => Just(Vec::new()).boxed(), 2 => prop::collection::vec(taint(), 1..4).boxed()];
    let deleting = prop::bool::weighted(0.06);
    (cluster_name(), deleting, pairs(), set, pairs(), taints, amounts(), amounts()).prop_map(
        |(name, deleting, mut labels, set, claims, taints, allocatable, capacity)| {
            labels.extend(set.map(|s| (Symbol::from(CLUSTER_SET), s)));
            labels.sort();
            Cluster { name, deleting, labels, claims, taints, allocatable, capacity, ..Cluster::default() }
        },
    )
}

/// One cluster of each name.
pub(crate) fn crowd() -> impl Strategy<Value = Vec<Cluster>> {
    prop::collection::vec(cluster(), 90).prop_map(|mut clusters| {
        clusters.iter_mut().enumerate().for_each(|(i, cluster)| cluster.name = name_of(i));
        clusters
    })
}

/// 0 to 40 clusters; few of them twice, the later stands.
pub(crate) fn fleet() -> impl Strategy<Value = Vec<Cluster>> {
    prop_oneof![
        1 => prop::collection::vec(cluster(), 0..2),
        8 => prop::collection::vec(cluster(), 2..14),
        4 => prop::collection::vec(cluster(), 14..40),
    ]
}

/// A score of one of two resources, sometimes past its time, sometimes out of the API's range.
pub fn score() -> impl Strategy<Value = AddOnScore> + Clone {
    let value = prop_oneof![
        6 => -100..=100i32,
        2 => prop::sample::select(&[0, 100, -100][..]),
        1 => prop::sample::select(&[i32::MIN, i32::MAX, 40_000, -40_000][..]),
    ];
    let scores = prop::collection::btree_map(one_of(&["a", "b"]), value, 0..3).prop_map(|m| m.into_iter().collect());
    let until = prop::option::weighted(0.4, instant());
    (cluster_name(), one_of(&["r1", "r2"]), scores, until).prop_map(|(cluster, name, scores, valid_until)| AddOnScore {
        cluster,
        name,
        scores,
        valid_until,
    })
}

pub(crate) fn scores() -> impl Strategy<Value = Vec<AddOnScore>> {
    prop::collection::vec(score(), 0..40)
}
