//! All that is known of one name, compact: codes instead of texts.

use std::sync::Arc;

use kube_text::{Quantity, Time};

use super::interner::{Code, Interner};
use crate::{AddOnScore, Cluster, Effect, Symbol, Taint};

/// What is known of a name: of a cluster, of a slice's entry, of a score.
#[derive(Clone, Debug)]
pub(crate) struct NameRow {
    pub(crate) name: Symbol,
    /// The name once more, interned.
    pub(super) code: Code,
    pub(crate) cluster: Option<Arc<ClusterRow>>,
    /// Each resource once, in no order; few.
    pub(crate) scores: Vec<ScoreRow>,
    /// How often slices name it (PRIO-30).
    pub(crate) decided: u32,
}

impl NameRow {
    pub(super) fn new(name: &Symbol, interner: &mut Interner) -> Self {
        let code = interner.intern(name);
        NameRow { name: interner.text(code).clone(), code, cluster: None, scores: Vec::new(), decided: 0 }
    }

    /// Nothing is known of the name any more.
    pub(crate) fn is_vacant(&self) -> bool {
        self.cluster.is_none() && self.scores.is_empty() && self.decided == 0
    }

    pub(crate) fn score(&self, resource: Code) -> Option<&ScoreRow> {
        self.scores.iter().find(|s| s.resource == resource)
    }
}

/// A cluster's values by code, each list ascending by code.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ClusterRow {
    pub(crate) deleting: bool,
    pub(crate) labels: Box<[(Code, Code)]>,
    pub(crate) claims: Box<[(Code, Code)]>,
    pub(crate) taints: Box<[TaintRow]>,
    pub(crate) allocatable: Box<[(Code, Quantity)]>,
    pub(crate) capacity: Box<[(Code, Quantity)]>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TaintRow {
    pub(crate) key: Code,
    pub(crate) value: Code,
    pub(crate) effect: Code,
    pub(crate) time_added: Option<Time>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ScoreRow {
    pub(crate) resource: Code,
    pub(crate) valid_until: Option<Time>,
    pub(crate) scores: Box<[(Code, i32)]>,
}

pub(crate) fn value_of<V>(pairs: &[(Code, V)], key: Code) -> Option<&V> {
    pairs.binary_search_by_key(&key, |(k, _)| *k).ok().map(|i| &pairs[i].1)
}

impl ClusterRow {
    pub(crate) fn intern(cluster: &Cluster, interner: &mut Interner) -> Self {
        let mut texts =
            |pairs: &[(Symbol, Symbol)]| sorted(pairs.iter().map(|(k, v)| (interner.intern(k), interner.intern(v))));
        let labels = texts(&cluster.labels);
        let claims = texts(&cluster.claims);
        let mut quantities =
            |pairs: &[(Symbol, Quantity)]| sorted(pairs.iter().map(|(k, q)| (interner.intern(k), q.clone())));
        let allocatable = quantities(&cluster.allocatable);
        let capacity = quantities(&cluster.capacity);
        let taints = cluster.taints.iter().map(|t| TaintRow {
            key: interner.intern(&t.key),
            value: interner.intern(&t.value),
            effect: interner.intern_str(t.effect.as_str()),
            time_added: t.time_added,
        });
        ClusterRow { deleting: cluster.deleting, labels, claims, taints: taints.collect(), allocatable, capacity }
    }

    pub(crate) fn release(&self, interner: &mut Interner) {
        for (key, value) in self.labels.iter().chain(&self.claims) {
            interner.release(*key);
            interner.release(*value);
        }
        self.allocatable.iter().chain(&self.capacity).for_each(|(key, _)| interner.release(*key));
        for taint in &self.taints {
            interner.release(taint.key);
            interner.release(taint.value);
            interner.release(taint.effect);
        }
    }

    /// Whether the row says what the fact says, so that a heartbeat is dropped before anything is interned.
    pub(crate) fn says(&self, cluster: &Cluster, interner: &Interner) -> bool {
        let texts = |row: &[(Code, Code)], fact: &[(Symbol, Symbol)]| {
            row.len() == fact.len()
                && fact.iter().all(|(k, v)| value_of(row, interner.get(k)).is_some_and(|c| interner.text(*c) == v))
        };
        let quantities = |row: &[(Code, Quantity)], fact: &[(Symbol, Quantity)]| {
            row.len() == fact.len() && fact.iter().all(|(k, q)| value_of(row, interner.get(k)) == Some(q))
        };
        let taints = |row: &[TaintRow], fact: &[Taint]| {
            row.len() == fact.len() && row.iter().zip(fact).all(|(r, f)| r.taint(interner) == *f)
        };
        self.deleting == cluster.deleting
            && texts(&self.labels, &cluster.labels)
            && texts(&self.claims, &cluster.claims)
            && quantities(&self.allocatable, &cluster.allocatable)
            && quantities(&self.capacity, &cluster.capacity)
            && taints(&self.taints, &cluster.taints)
    }
}

impl TaintRow {
    pub(crate) fn taint(&self, interner: &Interner) -> Taint {
        Taint {
            key: interner.text(self.key).clone(),
            value: interner.text(self.value).clone(),
            effect: Effect::from(interner.text(self.effect).as_str()),
            time_added: self.time_added,
        }
    }
}

impl ScoreRow {
    pub(crate) fn intern(score: &AddOnScore, interner: &mut Interner) -> Self {
        let resource = interner.intern(&score.name);
        let scores = sorted(score.scores.iter().map(|(name, value)| (interner.intern(name), *value)));
        ScoreRow { resource, valid_until: score.valid_until, scores }
    }

    pub(crate) fn release(&self, interner: &mut Interner) {
        interner.release(self.resource);
        self.scores.iter().for_each(|(name, _)| interner.release(*name));
    }
}

fn sorted<V>(pairs: impl Iterator<Item = (Code, V)>) -> Box<[(Code, V)]> {
    let mut pairs: Box<[(Code, V)]> = pairs.collect();
    pairs.sort_unstable_by_key(|(key, _)| *key);
    pairs
}
