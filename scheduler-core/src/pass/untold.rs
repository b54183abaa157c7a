//! OUT-6: a cluster whose score is expired or missing counts as 0 and can outrank one whose valid score counts less.

use super::Run;
use super::trail::Scored;
use crate::{ClusterId, ClusterSet, Warning};

impl Run<'_> {
    /// One warning for each prioritizer that ranks so. O(rows / 64) where every candidate has a valid score.
    pub(super) fn warn_of_untold(&mut self) {
        let Some(candidates) = self.trail.candidates() else { return };
        let found = self.trail.scored.iter().filter_map(|scored| self.untold_above(scored, candidates));
        let found: Vec<Warning> = found.collect();
        self.warnings.extend(found);
    }

    fn untold_above(&self, scored: &Scored, candidates: &ClusterSet) -> Option<Warning> {
        let store = &self.snapshot.index.store;
        let told = store.selectors.bits(scored.scores.told_by()?);
        if candidates.is_subset(told) {
            return None;
        }
        let rank = |c: ClusterId| (std::cmp::Reverse(self.trail.total(c, store)), c);
        let product = |c: ClusterId| scored.scores.of(c, store).map_or(0, |s| i64::from(s) * i64::from(scored.weight));
        let untold = candidates.iter().filter(|c| !told.contains(*c)).min_by_key(|c| rank(*c))?;
        let outranked = |c: &ClusterId| told.contains(*c) && product(*c) < product(untold) && rank(untold) < rank(*c);
        let below = candidates.iter().find(outranked)?;
        let name = |c: ClusterId| store.rows[c.row()].name.clone();
        Some(Warning::UnscoredAbove { prioritizer: scored.name.clone(), cluster: name(untold), below: name(below) })
    }
}
