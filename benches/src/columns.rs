//! The same fleet as plain columns, built once by the obvious loops: what the floor runs on.

use std::collections::BTreeMap;

use testkit::scheduler_core::{AddOnScore, Cluster, Fact, Slice, Symbol};

/// A set of rows, 64 a word.
pub type Bits = Vec<u64>;

/// Rows are clusters in name order, so that ties need no second key.
pub struct Columns {
    /// Cluster names, ascending.
    pub names: Vec<Symbol>,
    /// The clusters themselves, for what is judged once at the start.
    pub clusters: Vec<Cluster>,
    /// Rows that are clusters; the columns are padded to whole words.
    pub all: Bits,
    /// Who has this label, who has this claim.
    pub labels: BTreeMap<(Symbol, Symbol), Bits>,
    /// As `labels`.
    pub claims: BTreeMap<(Symbol, Symbol), Bits>,
    /// Cores.
    pub cpu: Resource,
    /// Bytes.
    pub memory: Resource,
    /// Score `demo` of resource `demo`.
    pub demo: Vec<i16>,
    /// Balance's score (PRIO-31) for a placement that has no decision of its own.
    pub balance: Vec<i16>,
}

/// One numeric column and its rows in order of value, so that the extremes of any subset are soon found.
pub struct Resource {
    /// By row; padded with zeros.
    pub values: Vec<f64>,
    /// Rows, ascending by value.
    pub ascending: Vec<u32>,
}

impl Columns {
    /// O(facts), and never again while a bench runs.
    pub fn of(facts: &[Fact]) -> Columns {
        let mut clusters: Vec<Cluster> = facts.iter().filter_map(cluster).cloned().collect();
        clusters.sort_by(|a, b| a.name.cmp(&b.name));
        let names: Vec<Symbol> = clusters.iter().map(|c| c.name.clone()).collect();
        let words = names.len().div_ceil(64);
        let (mut labels, mut claims) = (BTreeMap::new(), BTreeMap::new());
        for (row, cluster) in clusters.iter().enumerate() {
            post(&mut labels, &cluster.labels, row, words);
            post(&mut claims, &cluster.claims, row, words);
        }
        let mut all = vec![0; words];
        (0..names.len()).for_each(|row| set(&mut all, row));
        Columns {
            all,
            labels,
            claims,
            cpu: Resource::of(&clusters, "cpu"),
            memory: Resource::of(&clusters, "memory"),
            demo: demo(facts, &names),
            balance: balance(facts, &names),
            clusters,
            names,
        }
    }

    /// Words in a bitmap.
    pub fn words(&self) -> usize {
        self.all.len()
    }
}

impl Resource {
    fn of(clusters: &[Cluster], resource: &str) -> Resource {
        let amount = |cluster: &Cluster| {
            let found = cluster.allocatable.iter().find(|(name, _)| name == resource);
            found.and_then(|(_, quantity)| quantity.approximate()).unwrap_or_default()
        };
        let mut values: Vec<f64> = clusters.iter().map(amount).collect();
        let mut ascending: Vec<u32> = (0..).take(values.len()).collect();
        ascending.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
        values.resize(clusters.len().next_multiple_of(64), 0.0);
        Resource { values, ascending }
    }
}

/// Puts `row` into a set.
pub fn set(bits: &mut [u64], row: usize) {
    bits[row / 64] |= 1 << (row % 64);
}

/// Whether `row` is in a set.
pub fn has(bits: &[u64], row: usize) -> bool {
    bits[row / 64] >> (row % 64) & 1 == 1
}

fn cluster(fact: &Fact) -> Option<&Cluster> {
    if let Fact::Cluster(cluster) = fact { Some(cluster) } else { None }
}

fn slice(fact: &Fact) -> Option<&Slice> {
    if let Fact::Slice(slice) = fact { Some(slice) } else { None }
}

fn score(fact: &Fact) -> Option<&AddOnScore> {
    if let Fact::Score(score) = fact { Some(score) } else { None }
}

fn post(postings: &mut BTreeMap<(Symbol, Symbol), Bits>, pairs: &[(Symbol, Symbol)], row: usize, words: usize) {
    for pair in pairs {
        set(postings.entry(pair.clone()).or_insert_with(|| vec![0; words]), row);
    }
}

fn demo(facts: &[Fact], names: &[Symbol]) -> Vec<i16> {
    let mut column = vec![0; names.len().next_multiple_of(64)];
    for score in facts.iter().filter_map(score) {
        let value = score.scores.iter().find(|(name, _)| name == "demo").map_or(0, |(_, value)| *value);
        if let Ok(row) = names.binary_search(&score.cluster) {
            column[row] = i16::try_from(value).unwrap_or_default();
        }
    }
    column
}

fn balance(facts: &[Fact], names: &[Symbol]) -> Vec<i16> {
    let mut counts: BTreeMap<&Symbol, u32> = BTreeMap::new();
    for name in facts.iter().filter_map(slice).flat_map(|slice| &slice.clusters) {
        *counts.entry(name).or_default() += 1;
    }
    let max = f64::from(counts.values().copied().max().unwrap_or(1));
    let score = |count: u32| 2 * (100.0 * (0.5 - f64::from(count) / max)) as i16;
    let mut column: Vec<i16> = names.iter().map(|name| counts.get(name).map_or(100, |count| score(*count))).collect();
    column.resize(names.len().next_multiple_of(64), 0);
    column
}
