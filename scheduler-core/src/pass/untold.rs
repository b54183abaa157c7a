//! OUT-6: a cluster whose score is expired or missing counts as 0 and can outrank one whose valid score counts less.

use std::cmp::Reverse;

use super::Run;
use super::layer::{self, Layer};
use super::select::Top;
use super::trail::Scored;
use super::weigh::weigh;
use crate::wide::{self, Kernel};
use crate::{ClusterId, ClusterSet, Warning};

impl Run<'_> {
    /// One warning for each prioritizer that ranks so. O(rows / 64) where every candidate has a valid score.
    pub(super) fn warn_of_untold(&mut self) {
        let store = &self.snapshot.index.store;
        for at in 0..self.trail.scored.len() {
            let Some(told) = self.trail.scored[at].scores.told_by() else { continue };
            let mut untold = self.trail.spare_set();
            if let Some(candidates) = self.trail.candidates() {
                untold.copy_from(candidates);
                untold.subtract(store.selectors.bits(told));
                if !untold.is_empty() {
                    let warning = self.untold_above(&self.trail.scored[at], candidates, &untold);
                    self.warnings.extend(warning);
                }
            }
            self.trail.keep_set(untold);
        }
    }

    /// O(candidates × prioritizers), most of it 64 rows at a time.
    fn untold_above(&self, scored: &Scored, candidates: &ClusterSet, untold: &ClusterSet) -> Option<Warning> {
        let store = &self.snapshot.index.store;
        let mut best = Vec::new();
        let mut top = Top::new(1, &mut best);
        weigh(&self.trail.scored, untold, store, &mut top);
        top.finish();
        let (total, row) = *best.first()?;
        let above = ClusterId(row);
        let score = scored.scores.of(above, store).unwrap_or(0);
        let layer = scored.scores.layer(scored.weight, store);
        // A product is less where the score is on that side; with a weight of 0 nothing is weighed at all.
        let more = scored.weight < 0;
        let outranked = |c: ClusterId| (Reverse(total), above) < (Reverse(self.trail.total(c, store)), c);
        let below = wide::run(FirstLess { layer, candidates, untold, score, more, outranked })?;
        let name = |c: ClusterId| store.name(c.row()).clone();
        Some(Warning::UnscoredAbove { prioritizer: scored.name.clone(), cluster: name(above), below: name(below) })
    }
}

/// Finds the first candidate that is told a score less than one, or more than it, and that satisfies the rest.
struct FirstLess<'a, F> {
    layer: Layer<'a>,
    candidates: &'a ClusterSet,
    untold: &'a ClusterSet,
    score: i32,
    more: bool,
    outranked: F,
}

impl<F: Fn(ClusterId) -> bool> Kernel for FirstLess<'_, F> {
    type Answer = Option<ClusterId>;

    #[inline(always)]
    fn run(mut self) -> Option<ClusterId> {
        let FirstLess { score, more, .. } = self;
        let less = |of: i32| (of < score) & !more | (of > score) & more;
        let words = self.candidates.words().iter().zip(self.untold.words());
        for (at, word) in words.map(|(all, untold)| all & !untold).enumerate().filter(|(_, word)| *word != 0) {
            let scores = self.layer.scores::<i32>(at);
            if !scores.iter().fold(false, |any, of| any | less(*of)) {
                continue;
            }
            let mut rows = layer::rows(at, word, &scores);
            if let Some((below, _)) = rows.find(|(c, _)| less(scores[c.row() % 64]) && (self.outranked)(*c)) {
                return Some(below);
            }
        }
        None
    }
}
