//! What each stage of one pass let through: the working memory of a pass, and what explanations are made of.

use std::sync::Arc;

use kube_text::Time;

use super::kept::Kept;
use super::scores::Scores;
use crate::index::{Index, Store};
use crate::{ClusterId, ClusterSet, PlacementKey, Reason, Stage, Symbol};

/// What each stage of one pass let through, and the totals. Working memory of one index, reused; never inside a `Decision`.
///
/// Speaks of the last pass it was used for, and only while the index does not change.
#[derive(Debug, Default)]
pub struct Trail {
    /// The index it has kept columns of.
    owner: Option<Arc<()>>,
    pub(super) placement: PlacementKey,
    /// `None`: the pass ended before it was known.
    pub(super) eligible: Option<ClusterSet>,
    pub(super) own: ClusterSet,
    pub(super) filters: Vec<Filtered>,
    pub(super) scored: Vec<Scored>,
    /// The selected with their totals, rows ascending.
    pub(super) selected: Vec<(i64, u32)>,
    /// The candidates whose totals a ScoreUpdate event shows.
    pub(super) shown: Vec<(i64, u32)>,
    /// Why nothing was ranked.
    pub(super) stop: Option<Stopped>,
    /// When to ask a plugin again that had no answer.
    pub(super) retry_at: Option<Time>,
    pub(super) kept: Kept,
    sets: Vec<ClusterSet>,
    scores: Vec<Scores>,
}

/// A filter that ran.
#[derive(Debug)]
pub(super) struct Filtered {
    pub(super) name: Symbol,
    /// Which of the compiled filters it is.
    pub(super) at: usize,
    pub(super) left: ClusterSet,
}

/// A prioritizer that ran.
#[derive(Debug)]
pub(crate) struct Scored {
    pub(super) name: Symbol,
    /// Which of the compiled prioritizers it is.
    pub(super) at: usize,
    pub(super) weight: i32,
    pub(super) scores: Scores,
}

/// A pass that ended before selection.
#[derive(Debug)]
pub(super) struct Stopped {
    pub(super) stage: Stage,
    pub(super) reason: Reason,
    /// What stands stays.
    pub(super) held: bool,
}

impl Stopped {
    /// Nothing was evaluated and nothing is written.
    pub(super) fn untouched(why: &str) -> Self {
        Stopped { stage: Stage::Score, reason: Reason::NotEvaluated(why.to_owned()), held: true }
    }
}

impl Trail {
    /// Forgets the last pass, keeps the memory; forgets kept columns of another index.
    pub(super) fn begin(&mut self, index: &Index, placement: &PlacementKey) {
        if !self.owner.as_ref().is_some_and(|owner| index.identity.is(owner)) {
            self.owner = Some(index.identity.token());
            self.kept = Kept::default();
        }
        self.placement = placement.clone();
        self.sets.extend(self.filters.drain(..).map(|f| f.left));
        self.sets.extend(self.eligible.take());
        self.scores.extend(self.scored.drain(..).map(|mut s| {
            s.scores.clear();
            s.scores
        }));
        self.own.reset(index.store.rows.len());
        self.selected.clear();
        self.shown.clear();
        self.stop = None;
        self.retry_at = None;
    }

    /// A set to fill, from memory if there is one.
    pub(super) fn spare_set(&mut self) -> ClusterSet {
        self.sets.pop().unwrap_or_default()
    }

    pub(super) fn keep_set(&mut self, set: ClusterSet) {
        self.sets.push(set);
    }

    pub(super) fn spare_scores(&mut self) -> Scores {
        self.scores.pop().unwrap_or_default()
    }

    pub(super) fn keep_scores(&mut self, mut scores: Scores) {
        scores.clear();
        self.scores.push(scores);
    }

    /// What passed every filter that ran; all that is eligible before the first.
    pub(super) fn candidates(&self) -> Option<&ClusterSet> {
        self.filters.last().map(|f| &f.left).or(self.eligible.as_ref())
    }

    pub(super) fn total(&self, cluster: ClusterId, store: &Store) -> i64 {
        super::weigh::total(&self.scored, cluster, store)
    }
}
