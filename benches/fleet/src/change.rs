//! Random changes of one cluster, such as any fleet sees: a part of it becomes what it is in another cluster.

use std::collections::{BTreeMap, BTreeSet};

use api::facts::{AddOnScore, Cluster, Fact, Symbol};

use crate::random::Random;

/// The stream of random numbers that changes draw from.
const CHANGE: u64 = 4;
/// How often another cluster is looked for that differs in the part.
const TRIES: u32 = 64;

/// What changes of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The label of this key: its value, or whether it is there.
    Label(Symbol),
    /// The claim of this name: its value, or whether it is there.
    Claim(Symbol),
    /// All taints.
    Taints,
    /// What is allocatable, and the capacity.
    Resources,
    /// The scores of the resource of this name.
    Score(Symbol),
    /// Nothing: the cluster reports that it is still there.
    Heartbeat,
}

/// One cluster changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What of it.
    pub part: Part,
    /// The cluster, or its score, as it was: what undoes the change.
    pub before: Fact,
    /// As it is now. It differs from `before`, but for a heartbeat.
    pub after: Fact,
}

/// An endless row of random changes of one fleet, each of the fleet as it was in the beginning.
///
/// The same facts in the same order and the same seed give the same changes.
#[derive(Clone)]
pub struct Churn {
    clusters: Vec<Cluster>,
    scores: BTreeMap<Symbol, Vec<AddOnScore>>,
    /// The parts that change, by sort: first a sort is drawn, then one of it.
    sorts: Vec<Vec<Part>>,
    random: Random,
}

impl Churn {
    /// Changes of the clusters and scores among `facts`. O(facts).
    pub fn new<'f>(facts: impl IntoIterator<Item = &'f Fact>, seed: u64) -> Churn {
        let (mut clusters, mut scores) = (Vec::new(), BTreeMap::<_, Vec<_>>::new());
        for fact in facts {
            match fact {
                Fact::Cluster(cluster) => clusters.push(cluster.clone()),
                Fact::Score(score) => scores.entry(score.name.clone()).or_default().push(score.clone()),
                _ => {}
            }
        }
        let labels = shared(clusters.iter().map(|cluster| &cluster.labels)).map(Part::Label).collect();
        let claims = shared(clusters.iter().map(|cluster| &cluster.claims)).map(Part::Claim).collect();
        let scored = scores.keys().cloned().map(Part::Score).collect();
        let mut sorts = vec![labels, claims, vec![Part::Taints], vec![Part::Resources], scored];
        sorts.retain(|sort: &Vec<Part>| !sort.is_empty());
        Churn { clusters, scores, sorts, random: Random::of(seed, CHANGE, 0) }
    }

    /// The parts that random changes are of: labels and claims whose values several clusters share, as those that tell one
    /// cluster from all others never change, taints, resources, scores. No heartbeat.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.sorts.iter().flatten()
    }

    /// A random change of this part; nothing where all clusters are alike in it, or nearly all.
    pub fn of(&mut self, part: &Part) -> Option<Change> {
        (0..TRIES).find_map(|_| self.draw(part)).map(|(before, after)| Change { part: part.clone(), before, after })
    }

    fn draw(&mut self, part: &Part) -> Option<(Fact, Fact)> {
        if let Part::Score(name) = part {
            let scores = self.scores.get(name)?;
            let (own, other) = (one_of(&mut self.random, scores)?, one_of(&mut self.random, scores)?);
            let changed = AddOnScore { scores: other.scores.clone(), ..own.clone() };
            return (changed != *own).then(|| (Fact::Score(own.clone()), Fact::Score(changed)));
        }
        let (own, other) = (one_of(&mut self.random, &self.clusters)?, one_of(&mut self.random, &self.clusters)?);
        let mut changed = own.clone();
        match part {
            Part::Label(key) => take_over(&mut changed.labels, &other.labels, key),
            Part::Claim(name) => take_over(&mut changed.claims, &other.claims, name),
            Part::Taints => changed.taints.clone_from(&other.taints),
            Part::Resources => {
                changed.allocatable.clone_from(&other.allocatable);
                changed.capacity.clone_from(&other.capacity);
            }
            Part::Score(_) | Part::Heartbeat => {}
        }
        (changed != *own || *part == Part::Heartbeat).then(|| (Fact::Cluster(own.clone()), Fact::Cluster(changed)))
    }
}

impl Iterator for Churn {
    type Item = Change;

    /// A change of a random part: labels, claims, taints, resources and scores are equally likely, and so are the keys of
    /// each. None only where all clusters are alike, or nearly.
    fn next(&mut self) -> Option<Change> {
        (0..TRIES).find_map(|_| {
            let sort = one_of(&mut self.random, &self.sorts)?;
            let part = one_of(&mut self.random, sort)?.clone();
            self.of(&part)
        })
    }
}

/// The keys with a value that several of the lists share, but not all.
fn shared<'f>(lists: impl Iterator<Item = &'f Vec<(Symbol, Symbol)>>) -> impl Iterator<Item = Symbol> {
    let (mut clusters, mut values) = (0, BTreeMap::<&Symbol, (usize, BTreeSet<&Symbol>)>::new());
    for list in lists {
        clusters += 1;
        for (key, value) in list {
            let (count, values) = values.entry(key).or_default();
            *count += 1;
            values.insert(value);
        }
    }
    let changes = move |count, different| different < count && (different > 1 || count < clusters);
    let keys = values.into_iter().filter(move |(_, (count, values))| changes(*count, values.len()));
    keys.map(|(key, _)| key.clone()).collect::<Vec<_>>().into_iter()
}

fn one_of<'v, T>(random: &mut Random, values: &'v [T]) -> Option<&'v T> {
    values.get(random.below(u32::try_from(values.len()).ok()?) as usize)
}

/// The entry of this key becomes what it is in the other list. Both are ascending by key, and stay so.
fn take_over(own: &mut Vec<(Symbol, Symbol)>, other: &[(Symbol, Symbol)], key: &Symbol) {
    let entry = |list: &[(Symbol, Symbol)]| list.binary_search_by(|(k, _)| k.cmp(key));
    let value = entry(other).ok().map(|at| other[at].1.clone());
    match (entry(own), value) {
        (Ok(at), Some(value)) => own[at].1 = value,
        (Ok(at), None) => drop(own.remove(at)),
        (Err(at), Some(value)) => own.insert(at, (key.clone(), value)),
        (Err(_), None) => {}
    }
}
