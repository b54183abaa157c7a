//! One prioritizer's answer in one pass.

use std::sync::Arc;

use super::Pass;
use super::kept::{Kept, KeptCells, MapKey};
use super::layer::Layer;
use crate::index::{Column, SelectorId, Store};
use crate::{ClusterId, ClusterSet, Warning};

/// One prioritizer's scores. A cluster without one takes no part, which is not 0 in an explanation though it is in a total.
///
/// From weak to strong: `constant`, `map`, `members`, `set`; `only` masks them all. Memory is reused between passes.
#[derive(Debug, Default)]
pub struct Scores {
    base: Option<i32>,
    mapped: Option<(Column, Arc<KeptCells>)>,
    members: Vec<(ClusterSet, i32)>,
    /// Bitmaps of earlier passes, to be filled again.
    spare: Vec<ClusterSet>,
    /// Ascending by cluster.
    cells: Vec<(ClusterId, i32)>,
    only: Option<SelectorId>,
    ranged: Option<(f64, f64)>,
    told: Option<SelectorId>,
    warnings: Vec<Warning>,
    pub(super) kept: Kept,
}

impl Scores {
    /// Every cluster has this score, unless something stronger says otherwise. Say it before `map`. O(1).
    pub fn constant(&mut self, score: i32) {
        self.base = Some(score);
    }

    /// The score is a function of one column: kept between passes under its key and patched where cells changed. Clusters
    /// without a value have the constant, or none. O(1) mostly, O(rows) the first time.
    pub fn map(&mut self, pass: &Pass<'_>, of: Column, key: MapKey, f: impl Fn(f64) -> i32) {
        let cells = self.kept.get(pass, of, key, self.base.unwrap_or(0), &f);
        self.mapped = Some((of, cells));
    }

    /// The smallest and the largest number of a column over the clusters that are in all of these sets (PRIO-52), for `map`.
    /// O(rows / 64) mostly: the extremes of each block are kept between passes.
    pub fn range(&mut self, pass: &Pass<'_>, of: Column, within: &[&ClusterSet]) -> Option<(f64, f64)> {
        self.ranged = self.kept.extremes.range(pass, of, within);
        self.ranged
    }

    /// What `range` said.
    pub(super) fn ranged(&self) -> Option<(f64, f64)> {
        self.ranged
    }

    /// These clusters have this score. O(rows / 64); a block that holds one of them costs a little more in the sum.
    pub fn members(&mut self, set: &ClusterSet, score: i32) {
        let mut members = self.spare.pop().unwrap_or_default();
        members.copy_from(set);
        self.members.push((members, score));
    }

    /// One cluster's score. O(1) for ascending clusters.
    pub fn set(&mut self, cluster: ClusterId, score: i32) {
        if self.cells.last().is_none_or(|(last, _)| *last < cluster) {
            self.cells.push((cluster, score));
            return;
        }
        match self.cells.binary_search_by_key(&cluster, |(c, _)| *c) {
            Ok(at) => self.cells[at].1 = score,
            Err(at) => self.cells.insert(at, (cluster, score)),
        }
    }

    /// The others take no part.
    pub fn only(&mut self, which: SelectorId) {
        self.only = Some(which);
    }

    /// The others have their score for want of one that is valid: an answer in which one of them ranks above one of these on
    /// that ground is warned of (OUT-6).
    pub fn told(&mut self, which: SelectorId) {
        self.told = Some(which);
    }

    pub(super) fn told_by(&self) -> Option<SelectorId> {
        self.told
    }

    /// Tells something that does not stop the decision.
    pub fn warn(&mut self, what: Warning) {
        self.warnings.push(what);
    }

    pub(super) fn clear(&mut self) {
        self.base = None;
        self.mapped = None;
        self.spare.extend(self.members.drain(..).map(|(set, _)| set));
        self.cells.clear();
        self.only = None;
        self.ranged = None;
        self.told = None;
        self.warnings.clear();
    }

    pub(super) fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// The score of one cluster.
    pub(super) fn of(&self, cluster: ClusterId, store: &Store) -> Option<i32> {
        if self.only.is_some_and(|only| !store.selectors.bits(only).contains(cluster)) {
            return None;
        }
        if let Ok(at) = self.cells.binary_search_by_key(&cluster, |(c, _)| *c) {
            return Some(self.cells[at].1);
        }
        if let Some((_, score)) = self.members.iter().rev().find(|(set, _)| set.contains(cluster)) {
            return Some(*score);
        }
        let mapped =
            self.mapped.as_ref().filter(|(column, _)| store.columns.slot(*column).number(cluster.row()).is_some());
        mapped.map(|(_, cells)| cells.get(cluster.row())).or(self.base)
    }

    /// The scores for sums of whole blocks.
    pub(super) fn layer<'a>(&'a self, weight: i32, store: &'a Store) -> Layer<'a> {
        Layer {
            weight,
            constant: self.base.unwrap_or(0),
            mapped: self.mapped.as_ref().map(|(_, cells)| &**cells),
            members: &self.members,
            cells: &self.cells,
            only: self.only.map(|only| store.selectors.bits(only)),
        }
    }

    /// No score is further from 0.
    pub(super) fn bound(&self) -> i64 {
        let base = self.base.map_or(0, |s| i64::from(s).abs());
        let mapped = self.mapped.as_ref().map_or(0, |(_, cells)| cells.bound);
        let members = self.members.iter().map(|(_, s)| i64::from(*s).abs()).max().unwrap_or(0);
        let cells = self.cells.iter().map(|(_, s)| i64::from(*s).abs()).max().unwrap_or(0);
        base.max(mapped).max(members).max(cells)
    }
}
