//! What became of every cluster in the last pass: made on demand, while the trail stands.

use std::cmp::Reverse;

use kube_text::Time;

use super::Pass;
use super::trail::Trail;
use crate::index::{Compiled, CompiledFilter, Snapshot, Standing};
use crate::{Absence, ClusterId, ClusterSet, Differences, Fate, Guard, Part, Placement, Reason, Stage, Verdict};

impl<'a> Snapshot<'a> {
    /// What plugins see over what a trail has left.
    pub(super) fn view<'v>(
        &self,
        placement: &'v Placement,
        differences: Differences,
        trail: &'v Trail,
        standing: Option<&'v Standing>,
    ) -> Pass<'v>
    where
        'a: 'v,
    {
        let candidates = trail.candidates().unwrap_or(&trail.own);
        Pass { snapshot: *self, placement, differences, candidates, own: &trail.own, standing }
    }
}

impl Snapshot<'_> {
    /// When time alone may change the next answer after the pass of this trail: for what stands now and for every candidate,
    /// since one that leaves may move another's score (Q34 admits more triggers than TAINT-9); or when to ask a plugin again
    /// that had no answer.
    pub(crate) fn due_after(&self, trail: &Trail) -> Option<Time> {
        let (pass, compiled) = trail.pass(self)?;
        // What a filter let in is told as taken out by another one once it does not, though that one took it out before.
        let left = |at: usize| trail.filters.iter().find(|f| f.at == at).map(|f| &f.left).or(trail.candidates());
        let ends = |(at, filter): (usize, &CompiledFilter)| {
            let filter = filter.filter.as_deref().ok()?;
            [Some(&trail.own), left(at)].into_iter().flatten().filter_map(|set| filter.holds_until(&pass, set)).min()
        };
        compiled.filters.iter().enumerate().filter_map(ends).chain(trail.retry_at).min()
    }
}

/// The ranks of one pass: every candidate with its total, best first.
struct Ranks {
    order: Vec<(i64, ClusterId)>,
    selected: usize,
}

impl Ranks {
    fn of(trail: &Trail, snapshot: &Snapshot<'_>) -> Self {
        let store = &snapshot.index.store;
        let candidates = trail.candidates().into_iter().flat_map(ClusterSet::iter);
        let mut order: Vec<(i64, ClusterId)> = candidates.map(|c| (trail.total(c, store), c)).collect();
        order.sort_unstable_by_key(|(total, cluster)| (Reverse(*total), *cluster));
        Ranks { order, selected: trail.selected.len() }
    }

    /// Rank from 1, and distance to the cut-off.
    fn place(&self, total: i64, cluster: ClusterId) -> (u32, i64) {
        let before = self.order.partition_point(|(t, c)| (Reverse(*t), *c) < (Reverse(total), cluster));
        let cut = if before < self.selected {
            self.order.get(self.selected)
        } else {
            self.order.get(self.selected.wrapping_sub(1))
        };
        (before as u32 + 1, cut.map_or(0, |(cut, _)| total.saturating_sub(*cut)))
    }
}

impl Trail {
    /// From now on these rows stand, for `Snapshot::due_after`.
    pub(crate) fn stand(&mut self, snapshot: &Snapshot<'_>, rows: &[u32]) {
        self.own.reset(snapshot.index.store.rows.len());
        rows.iter().for_each(|row| self.own.set(ClusterId(*row), true));
    }

    /// What became of one cluster. O(candidates) for its rank.
    #[must_use]
    pub fn fate(&self, snapshot: &Snapshot<'_>, cluster: &str) -> Fate {
        match snapshot.index.store.row_of(cluster) {
            Some(row) => self.fate_at(snapshot, ClusterId::at(row), &Ranks::of(self, snapshot)),
            None => Fate::NotMember(Absence::Gone),
        }
    }

    /// What became of every cluster and of every name that stands or has a score, in name order.
    pub fn fates(&self, snapshot: &Snapshot<'_>, each: &mut dyn FnMut(&str, Fate)) {
        let ranks = Ranks::of(self, snapshot);
        let store = &snapshot.index.store;
        for (row, _) in store.rows.iter().enumerate().filter(|(_, row)| !row.is_vacant()) {
            each(store.name(row), self.fate_at(snapshot, ClusterId::at(row), &ranks));
        }
    }

    /// Until when a cluster that passed the filters passes them if nothing but time changes, and what rejects it then.
    #[must_use]
    pub fn leaves(&self, snapshot: &Snapshot<'_>, cluster: &str) -> Option<(Time, Reason)> {
        let (pass, compiled) = self.pass(snapshot)?;
        let cluster = ClusterId::at(snapshot.index.store.row_of(cluster)?);
        if !self.candidates()?.contains(cluster) {
            return None;
        }
        let mut alone = ClusterSet::empty(snapshot.index.store.rows.len());
        alone.set(cluster, true);
        // What is selected here stands from now on, and some taints bar only what does not (TAINT-5).
        let mut own = self.own.clone();
        if self.selected.iter().any(|(_, row)| *row == cluster.0) {
            own.set(cluster, true);
        }
        let mut then = Pass { own: &own, ..pass };
        loop {
            let until = compiled.valid_filters().filter_map(|filter| filter.holds_until(&then, &alone)).min()?;
            if until <= then.now() {
                return None;
            }
            then.snapshot.now = until;
            // Another toleration may take over where one ends (TAINT-8): then ask for its end.
            let rejected = compiled.valid_filters().find_map(|filter| match filter.verdict(&then, then.row(cluster)) {
                Verdict::Infeasible(reason) => Some(reason),
                Verdict::Feasible => None,
            });
            if let Some(reason) = rejected {
                return Some((until, reason));
            }
        }
    }

    /// What plugins see over what is left now, and the plugins.
    pub(super) fn pass<'a>(&'a self, snapshot: &Snapshot<'a>) -> Option<(Pass<'a>, &'a Compiled)> {
        let slot = snapshot.index.slot(&self.placement)?;
        let compiled = slot.compiled.as_ref()?.as_deref().ok()?;
        let standing = snapshot.index.decided.standing(&self.placement);
        Some((snapshot.view(&slot.fact, compiled.differences, self, standing), compiled))
    }

    fn fate_at(&self, snapshot: &Snapshot<'_>, cluster: ClusterId, ranks: &Ranks) -> Fate {
        let store = &snapshot.index.store;
        let row = &store.rows[cluster.row()];
        let Some(facts) = &row.cluster else { return Fate::NotMember(Absence::Gone) };
        if facts.deleting {
            return Fate::NotMember(Absence::Deleting);
        }
        let standing = snapshot.index.decided.standing(&self.placement);
        let stands = standing.is_some_and(|standing| standing.times(cluster.row()) > 0);
        if let Some(stop) = self.stop.as_ref().filter(|stop| stop.held && stands) {
            return Fate::Kept { by: Guard::FailStatic, would: stop.reason.clone() };
        }
        if self.eligible.as_ref().is_some_and(|set| !set.contains(cluster)) {
            return Fate::NotMember(Absence::NoEligibleSet);
        }
        if let Some(filtered) = self.filters.iter().find(|f| !f.left.contains(cluster)) {
            let stage = Stage::Filter(filtered.name.clone());
            return Fate::Rejected { stage, reason: self.why(snapshot, filtered.at, cluster) };
        }
        if let Some(stop) = &self.stop {
            return Fate::Rejected { stage: stop.stage.clone(), reason: stop.reason.clone() };
        }
        let parts = self.scored.iter().map(|s| Part {
            prioritizer: s.name.clone(),
            weight: s.weight,
            score: s.scores.of(cluster, store),
            told: self.told(snapshot, s.at, cluster),
        });
        let (rank, margin) = ranks.place(self.total(cluster, store), cluster);
        let selected = rank as usize <= ranks.selected;
        Fate::Ranked { selected, rank, margin, parts: parts.collect() }
    }

    fn told(&self, snapshot: &Snapshot<'_>, prioritizer: usize, cluster: ClusterId) -> Option<String> {
        let (pass, compiled) = self.pass(snapshot)?;
        compiled.prioritizers.as_ref().ok()?.get(prioritizer)?.prioritizer.told(&pass, cluster)
    }

    fn why(&self, snapshot: &Snapshot<'_>, filter: usize, cluster: ClusterId) -> Reason {
        let verdict = self.pass(snapshot).and_then(|(pass, compiled)| {
            let filter = compiled.filters[filter].filter.as_ref().ok()?;
            Some(filter.verdict(&pass, pass.row(cluster)))
        });
        match verdict {
            Some(Verdict::Infeasible(reason)) => reason,
            // The trail outlived its placement, or the filter contradicts itself; the law that reasons are true finds the latter.
            Some(Verdict::Feasible) | None => Reason::NotEvaluated("the filter gives no reason".to_owned()),
        }
    }
}
