//! All that is known of one name, compact: codes instead of texts.

use std::sync::Arc;

use kube_text::{Quantity, Time};

use super::columns::SourceKey;
use super::interner::{Code, Interner};
use super::keys::{Half, Halves, Pairs};
use crate::{AddOnScore, Cluster, Effect, Symbol, Taint};

/// What is known of a name: of a cluster, of a slice's entry, of a score.
#[derive(Clone, Debug)]
pub(crate) struct NameRow {
    /// The name, interned.
    pub(super) code: Code,
    /// How often slices name it (PRIO-30).
    pub(crate) decided: u32,
    pub(crate) cluster: Option<Arc<ClusterRow>>,
    /// Each resource once, in no order; few.
    pub(crate) scores: Box<[ScoreRow]>,
}

impl NameRow {
    pub(super) fn new(name: &Symbol, interner: &mut Interner) -> Self {
        NameRow { code: interner.intern(name), decided: 0, cluster: None, scores: Box::default() }
    }

    /// Nothing is known of the name any more.
    pub(crate) fn is_vacant(&self) -> bool {
        self.cluster.is_none() && self.scores.is_empty() && self.decided == 0
    }

    pub(crate) fn score(&self, resource: Code) -> Option<&ScoreRow> {
        self.scores.iter().find(|s| s.resource == resource)
    }
}

/// What a change touches of a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched {
    /// Sources of columns.
    pub(super) sources: Vec<SourceKey>,
    /// The taints, which are in no column: the classes are made of them.
    pub(super) taints: bool,
}

impl Touched {
    pub(super) fn clear(&mut self) {
        self.sources.clear();
        self.taints = false;
    }
}

/// A cluster's values by code.
#[derive(Clone, Debug)]
pub(crate) struct ClusterRow {
    pub(crate) deleting: bool,
    /// Labels and claims.
    texts: Pairs<Code>,
    /// Allocatable and capacity.
    quantities: Pairs<Quantity>,
    /// Annotations and conditions, which only plugins from outside read.
    notes: Pairs<Code>,
    pub(crate) taints: Box<[TaintRow]>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TaintRow {
    pub(crate) key: Code,
    pub(crate) value: Code,
    pub(crate) effect: Code,
    /// Value and effect as `value:Effect`, as a column tells them.
    told: Code,
    pub(crate) time_added: Option<Time>,
}

#[derive(Clone, Debug)]
pub(crate) struct ScoreRow {
    pub(crate) resource: Code,
    pub(crate) valid_until: Option<Time>,
    /// The second map is empty.
    scores: Pairs<i32>,
}

fn texts(cluster: &Cluster) -> Halves<'_, Symbol> {
    [&cluster.labels, &cluster.claims]
}

fn quantities(cluster: &Cluster) -> Halves<'_, Quantity> {
    [&cluster.allocatable, &cluster.capacity]
}

fn notes(cluster: &Cluster) -> Halves<'_, Symbol> {
    [&cluster.annotations, &cluster.conditions]
}

impl ClusterRow {
    pub(crate) fn label(&self, key: Code) -> Option<Code> {
        self.texts.get(Half::First, key).copied()
    }

    pub(crate) fn claim(&self, name: Code) -> Option<Code> {
        self.texts.get(Half::Second, name).copied()
    }

    pub(crate) fn allocatable(&self, resource: Code) -> Option<&Quantity> {
        self.quantities.get(Half::First, resource)
    }

    pub(crate) fn capacity(&self, resource: Code) -> Option<&Quantity> {
        self.quantities.get(Half::Second, resource)
    }

    pub(crate) fn annotation(&self, name: Code) -> Option<Code> {
        self.notes.get(Half::First, name).copied()
    }

    pub(crate) fn condition(&self, kind: Code) -> Option<Code> {
        self.notes.get(Half::Second, kind).copied()
    }

    /// `value:Effect` of the first taint with this key.
    pub(crate) fn taint(&self, key: Code) -> Option<Code> {
        self.taints.iter().find(|taint| taint.key == key).map(|taint| taint.told)
    }

    /// Every text counted once more. Of what `old` says too, only the count is touched.
    pub(crate) fn intern(cluster: &Cluster, old: Option<&ClusterRow>, interner: &mut Interner) -> Self {
        let text =
            |text: &Symbol, old: Option<&Code>, interner: &mut Interner| interner.intern_again(old.copied(), text);
        let quantity = |quantity: &Quantity, _: Option<&Quantity>, _: &mut Interner| quantity.clone();
        let taint = |t: &Taint| TaintRow {
            key: interner.intern(&t.key),
            value: interner.intern(&t.value),
            effect: interner.intern_str(t.effect.as_str()),
            told: interner.intern_str(&format!("{}:{}", t.value, t.effect.as_str())),
            time_added: t.time_added,
        };
        let taints = cluster.taints.iter().map(taint).collect();
        ClusterRow {
            deleting: cluster.deleting,
            texts: Pairs::intern(texts(cluster), old.map(|old| &old.texts), interner, text),
            quantities: Pairs::intern(quantities(cluster), None, interner, quantity),
            notes: Pairs::intern(notes(cluster), old.map(|old| &old.notes), interner, text),
            taints,
        }
    }

    pub(crate) fn release(&self, interner: &mut Interner) {
        self.texts.values().for_each(|value| interner.release(*value));
        self.texts.release_keys(interner);
        self.quantities.release_keys(interner);
        self.notes.values().for_each(|value| interner.release(*value));
        self.notes.release_keys(interner);
        for taint in &self.taints {
            interner.release(taint.key);
            interner.release(taint.value);
            interner.release(taint.effect);
            interner.release(taint.told);
        }
    }

    /// Adds in what two rows differ. O(size of the rows).
    pub(super) fn differing(old: Option<&Self>, new: Option<&Self>, touched: &mut Touched) {
        let mut each = |source| touched.sources.push(source);
        let texts = [old, new].map(|row| row.map(|r| &r.texts));
        Pairs::differing(texts, |half, key| {
            each(match half {
                Half::First => SourceKey::Label(key),
                Half::Second => SourceKey::Claim(key),
            });
        });
        let quantities = [old, new].map(|row| row.map(|r| &r.quantities));
        Pairs::differing(quantities, |half, resource| {
            each(match half {
                Half::First => SourceKey::Allocatable(resource),
                Half::Second => SourceKey::Capacity(resource),
            });
        });
        let notes = [old, new].map(|row| row.map(|r| &r.notes));
        Pairs::differing(notes, |half, key| {
            each(match half {
                Half::First => SourceKey::Annotation(key),
                Half::Second => SourceKey::Condition(key),
            });
        });
        if old.is_some() != new.is_some() {
            each(SourceKey::Name);
        }
        let [before, after] = [old, new].map(|row| row.map_or(&[][..], |r| &r.taints));
        if before != after {
            before.iter().chain(after).for_each(|taint| each(SourceKey::Taint(taint.key)));
            touched.taints = true;
        }
    }

    /// Whether the row says what the fact says, so that a heartbeat is dropped before anything is interned.
    pub(crate) fn says(&self, cluster: &Cluster, interner: &Interner) -> bool {
        let text = |code: &Code, text: &Symbol| interner.text(*code) == text;
        let taints = |row: &[TaintRow], fact: &[Taint]| {
            row.len() == fact.len() && row.iter().zip(fact).all(|(r, f)| r.says(f, interner))
        };
        self.deleting == cluster.deleting
            && self.texts.says(texts(cluster), interner, text)
            && self.quantities.says(quantities(cluster), interner, Quantity::eq)
            && self.notes.says(notes(cluster), interner, text)
            && taints(&self.taints, &cluster.taints)
    }
}

impl TaintRow {
    fn says(&self, taint: &Taint, interner: &Interner) -> bool {
        self.time_added == taint.time_added
            && *interner.text(self.key) == taint.key
            && *interner.text(self.value) == taint.value
            && *interner.text(self.effect) == taint.effect.as_str()
    }

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
        let scores = Pairs::intern([&score.scores, &[]], None, interner, |value, _, _| *value);
        ScoreRow { resource, valid_until: score.valid_until, scores }
    }

    pub(crate) fn value(&self, name: Code) -> Option<i32> {
        self.scores.get(Half::First, name).copied()
    }

    /// Adds in what two scores of one resource differ.
    pub(super) fn differing(old: Option<&Self>, new: Option<&Self>, touched: &mut Touched) {
        let mut each = |source| touched.sources.push(source);
        let Some(resource) = old.or(new).map(|s| s.resource) else { return };
        let scores = [old, new].map(|score| score.map(|s| &s.scores));
        Pairs::differing(scores, |_, name| each(SourceKey::Score(resource, name)));
        if old.map(|s| s.valid_until) != new.map(|s| s.valid_until) {
            each(SourceKey::Expired(resource));
        }
    }

    pub(crate) fn release(&self, interner: &mut Interner) {
        interner.release(self.resource);
        self.scores.release_keys(interner);
    }

    /// Whether the row says what the fact of its resource says.
    pub(crate) fn says(&self, score: &AddOnScore, interner: &Interner) -> bool {
        self.valid_until == score.valid_until && self.scores.says([&score.scores, &[]], interner, i32::eq)
    }
}
