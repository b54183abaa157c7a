//! Whether a change of one cluster's numbers can move an answer that stands (early cut-off, design §3).
//!
//! A placement that reads numbers of thousands of clusters would wake at every change of one, though few are selected or
//! near it. What is kept here of an answer is small, and holds whatever decision counts become (Q15).

use super::Pass;
use super::select::NOTE_MAX;
use super::trail::Trail;
use crate::index::{Column, Compiled, Snapshot, Standing};
use crate::{ClusterId, ClusterSet, Verdict, Want};

/// What is kept of an answer that stands.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    /// By prioritizer: the extremes of its column over the candidates, where it asked for them.
    ranges: Box<[Option<(f64, f64)>]>,
    /// The last row whose total may be told (§13).
    told: u32,
    /// Each of the selected has at least this total, whatever decision counts are.
    least: i64,
}

/// A cell that changed: what it was.
pub(crate) type Was = (Column, f64);

impl Snapshot<'_> {
    /// What to keep of the pass of this trail once its selection stands (`Trail::stand`). `None` where any change of a number
    /// may matter: everybody is selected, somebody's candidacy hangs on what stood, a prioritizer does not tell its bounds.
    /// O(selected × prioritizers + rows / 64).
    pub(crate) fn watch(&self, trail: &Trail) -> Option<Box<Watch>> {
        let (pass, compiled) = trail.pass(self)?;
        let prioritizers = compiled.prioritizers.as_ref().ok()?;
        let Ok(Want::AtMost(wanted)) = &pass.placement().want else { return None };
        let wanted = *wanted as usize;
        if compiled.filters_read || !prioritizers.iter().any(|p| p.prioritizer.numbers().is_some()) {
            return None;
        }
        let candidates = trail.candidates()?;
        let ran = trail.stop.is_none() && trail.scored.len() == prioritizers.len();
        let selected = || trail.selected.iter().map(|(_, row)| ClusterId(*row));
        let stand = trail.own.len() == wanted && selected().filter(|c| trail.own.contains(*c)).count() == wanted;
        // A score that is missing lets totals into warnings (OUT-6).
        let told = trail.scored.iter().filter_map(|s| s.scores.told_by());
        let all_told = told.map(|told| pass.clusters(told)).all(|told| candidates.is_subset(told));
        if !ran || !stand || !all_told || !self.candidates_stay(trail, &pass, compiled) {
            return None;
        }
        let ranges = trail.scored.iter().map(|s| s.scores.ranged()).collect();
        let mut watch = Watch { ranges, told: self.last_told(candidates), least: i64::MAX };
        for cluster in selected() {
            watch.least = watch.least.min(watch.total(&pass, compiled, cluster, &[], false)?);
        }
        Some(Box::new(watch))
    }

    /// Whether all that stood and stands no more is a candidate, or not, as it was (TAINT-5).
    fn candidates_stay(&self, trail: &Trail, pass: &Pass<'_>, compiled: &Compiled) -> bool {
        let stood = pass.standing.into_iter().flat_map(Standing::rows).map(|(row, _)| ClusterId(row));
        stood.filter(|c| !trail.own.contains(*c)).all(|cluster| {
            let passes = |filter: &dyn crate::Filter| filter.verdict(pass, pass.row(cluster)) == Verdict::Feasible;
            let eligible = trail.eligible.as_ref().is_some_and(|set| set.contains(cluster));
            let is_candidate = trail.candidates().is_some_and(|set| set.contains(cluster));
            (eligible && compiled.valid_filters().all(passes)) == is_candidate
        })
    }

    /// The last row whose total is told if all totals have one digit: no later one ever is.
    fn last_told(&self, candidates: &ClusterSet) -> u32 {
        let mut length = 0;
        let fits = |cluster: &ClusterId| {
            let before = length;
            length += self.index.store.name(cluster.row()).len() + 3;
            before <= NOTE_MAX
        };
        candidates.iter().take_while(fits).last().map_or(0, |cluster| cluster.0)
    }
}

impl Watch {
    /// Whether the answer may move now that these cells of one row were something else. The row does not stand, and may be a
    /// candidate or not.
    pub(crate) fn sees(&self, pass: &Pass<'_>, compiled: &Compiled, row: usize, was: &[Was]) -> bool {
        let cluster = ClusterId::at(row);
        if cluster.0 <= self.told {
            return true;
        }
        let Ok(prioritizers) = &compiled.prioritizers else { return true };
        let known = |column: &Column| prioritizers.iter().any(|p| p.prioritizer.numbers() == Some(*column));
        if !was.iter().all(|(column, _)| known(column)) {
            return true;
        }
        let moved = prioritizers.iter().zip(&self.ranges).any(|(compiled, range)| {
            let Some(column) = compiled.prioritizer.numbers() else { return false };
            let Some((_, was)) = was.iter().find(|(changed, _)| *changed == column) else { return false };
            let is = pass.number(column, cluster);
            let inside = |x: f64| range.is_none_or(|(low, high)| low < x && x < high);
            // A number that comes or goes is for those who read whether there is one.
            !is.is_some_and(|is| inside(is) && inside(*was))
        });
        moved || self.total(pass, compiled, cluster, was, true).is_none_or(|total| total >= self.least)
    }

    /// The most or the least that a cluster's total can be, whatever decision counts are, now or as it was.
    fn total(&self, pass: &Pass<'_>, compiled: &Compiled, cluster: ClusterId, was: &[Was], most: bool) -> Option<i64> {
        let prioritizers = compiled.prioritizers.as_ref().ok()?;
        let mut total = 0_i64;
        for (compiled, range) in prioritizers.iter().zip(&self.ranges) {
            let column = compiled.prioritizer.numbers();
            let is = column.and_then(|column| pass.number(column, cluster));
            let was = was.iter().filter(|(changed, _)| Some(*changed) == column).map(|(_, was)| Some(*was));
            let mut bound: Option<i64> = None;
            for number in std::iter::once(is).chain(was) {
                let (low, high) = compiled.prioritizer.bounds(pass, cluster, number, *range)?;
                let (a, b) =
                    (i64::from(low) * i64::from(compiled.weight), i64::from(high) * i64::from(compiled.weight));
                let end = if most { a.max(b) } else { a.min(b) };
                bound = Some(bound.map_or(end, |bound| if most { bound.max(end) } else { bound.min(end) }));
            }
            total = total.checked_add(bound?)?;
        }
        Some(total)
    }
}
