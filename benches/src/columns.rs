//! The same fleet as plain columns, built once by the obvious loops: what the floor runs on.

use std::collections::BTreeMap;

use testkit::scheduler_core::{AddOnScore, Cluster, Fact, Slice, Symbol, Taint};

/// A set of rows, 64 a word.
pub type Bits = Vec<u64>;

/// The labels and claims that a shape reads. Others need no postings, and some have a value a cluster.
const READ: [&str; 6] =
    ["env", "region", "gpu", "cloud", "platform.open-cluster-management.io", "product.open-cluster-management.io"];

/// Rows are clusters in name order, so that ties need no second key.
pub struct Columns {
    /// Cluster names, ascending.
    pub names: Vec<Symbol>,
    /// The taints of each.
    pub taints: Vec<Vec<Taint>>,
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
    pub fn of<'f>(facts: impl IntoIterator<Item = &'f Fact>) -> Columns {
        let mut builder = Builder::default();
        facts.into_iter().for_each(|fact| builder.add(fact));
        builder.build()
    }

    /// Words in a bitmap.
    pub fn words(&self) -> usize {
        self.all.len()
    }
}

/// Takes facts one by one and keeps what the columns are made of.
#[derive(Default)]
pub struct Builder {
    clusters: BTreeMap<Symbol, Kept>,
    demo: BTreeMap<Symbol, i32>,
    counts: BTreeMap<Symbol, u32>,
}

/// What is read of a cluster.
struct Kept {
    labels: Vec<(Symbol, Symbol)>,
    claims: Vec<(Symbol, Symbol)>,
    taints: Vec<Taint>,
    cpu: f64,
    memory: f64,
}

impl Builder {
    /// Clusters, slices, scores; other facts are not for the columns.
    pub fn add(&mut self, fact: &Fact) {
        match fact {
            Fact::Cluster(cluster) => drop(self.clusters.insert(cluster.name.clone(), Kept::of(cluster))),
            Fact::Slice(slice) => self.count(slice),
            Fact::Score(score) => self.score(score),
            _ => {}
        }
    }

    fn score(&mut self, score: &AddOnScore) {
        let value = score.scores.iter().find(|(name, _)| name == "demo").map_or(0, |(_, value)| *value);
        self.demo.insert(score.cluster.clone(), value);
    }

    fn count(&mut self, slice: &Slice) {
        slice.clusters.iter().for_each(|name| *self.counts.entry(name.clone()).or_default() += 1);
    }

    /// O(clusters · log clusters).
    pub fn build(self) -> Columns {
        let Builder { clusters, demo, counts } = self;
        let (names, kept): (Vec<Symbol>, Vec<Kept>) = clusters.into_iter().unzip();
        let words = names.len().div_ceil(64);
        let (mut labels, mut claims) = (BTreeMap::new(), BTreeMap::new());
        for (row, cluster) in kept.iter().enumerate() {
            post(&mut labels, &cluster.labels, row, words);
            post(&mut claims, &cluster.claims, row, words);
        }
        let mut all = vec![0; words];
        (0..names.len()).for_each(|row| set(&mut all, row));
        let scores = names.iter().map(|name| demo.get(name).map_or(0, |score| *score as i16));
        Columns {
            all,
            labels,
            claims,
            cpu: Resource::of(kept.iter().map(|cluster| cluster.cpu)),
            memory: Resource::of(kept.iter().map(|cluster| cluster.memory)),
            demo: padded(scores),
            balance: balance(&counts, &names),
            taints: kept.into_iter().map(|cluster| cluster.taints).collect(),
            names,
        }
    }
}

impl Kept {
    fn of(cluster: &Cluster) -> Kept {
        let read = |pairs: &[(Symbol, Symbol)]| {
            pairs.iter().filter(|(key, _)| READ.contains(&key.as_str())).cloned().collect::<Vec<_>>()
        };
        let amount = |resource: &str| {
            let found = cluster.allocatable.iter().find(|(name, _)| name == resource);
            found.and_then(|(_, quantity)| quantity.approximate()).unwrap_or_default()
        };
        Kept {
            labels: read(&cluster.labels),
            claims: read(&cluster.claims),
            taints: cluster.taints.clone(),
            cpu: amount("cpu"),
            memory: amount("memory"),
        }
    }
}

impl Resource {
    fn of(values: impl Iterator<Item = f64>) -> Resource {
        let mut values: Vec<f64> = values.collect();
        let mut ascending: Vec<u32> = (0..).take(values.len()).collect();
        ascending.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
        values.resize(values.len().next_multiple_of(64), 0.0);
        Resource { values, ascending }
    }

    /// The lowest and the highest of `rows`; found soon where these are many, as one row after the other is asked.
    pub fn extremes(&self, rows: &[u64]) -> Option<(f64, f64)> {
        let inside = |row: &&u32| has(rows, **row as usize);
        let (lowest, highest) = (self.ascending.iter().find(inside)?, self.ascending.iter().rev().find(inside)?);
        Some((self.values[*lowest as usize], self.values[*highest as usize]))
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

fn post(postings: &mut BTreeMap<(Symbol, Symbol), Bits>, pairs: &[(Symbol, Symbol)], row: usize, words: usize) {
    for pair in pairs {
        set(postings.entry(pair.clone()).or_insert_with(|| vec![0; words]), row);
    }
}

fn balance(counts: &BTreeMap<Symbol, u32>, names: &[Symbol]) -> Vec<i16> {
    let max = f64::from(counts.values().copied().max().unwrap_or(1));
    let score = |count: u32| 2 * (100.0 * (0.5 - f64::from(count) / max)) as i16;
    padded(names.iter().map(|name| counts.get(name).map_or(100, |count| score(*count))))
}

fn padded(cells: impl Iterator<Item = i16>) -> Vec<i16> {
    let mut column: Vec<i16> = cells.collect();
    column.resize(column.len().next_multiple_of(64), 0);
    column
}
