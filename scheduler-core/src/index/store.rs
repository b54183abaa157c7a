//! The fleet: rows in name order, and everything that is made of them and patched as they change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kube_text::Time;

use super::Reader;
use super::columns::{Column, Columns};
use super::interner::Interner;
use super::row::{ClusterRow, NameRow, ScoreRow};
use super::selectors::{SelectorId, Selectors};
use super::taints::Classes;
use crate::{AddOnScore, Cluster, ClusterId, ClusterSet, Source, Symbol};

/// Rows, columns, selectors, classes and counters of one index.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) interner: Interner,
    // INVARIANT: strictly ascending by name, so that ties need no rank and a row number is a place in that order.
    pub(crate) rows: Vec<NameRow>,
    /// Names seen since the last snapshot. They become rows in one batch: inserting shifts every column.
    pending: BTreeMap<Symbol, NameRow>,
    pub(crate) columns: Columns,
    pub(crate) selectors: Selectors,
    pub(crate) classes: Classes,
    /// Rows with a cluster.
    pub(crate) clusters: ClusterSet,
    pub(crate) counts: Counts,
    /// How many rows became vacant since the last numbering; some may be taken again.
    vacated: usize,
    /// The latest `now` seen; it never goes back.
    pub(crate) now: Option<Time>,
    /// Placements that hold a handle of something that changed.
    pub(crate) woken: BTreeSet<Reader>,
}

/// How often names are decided (PRIO-30).
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// How many names are decided so many times.
    names: Vec<u32>,
}

impl Store {
    pub(super) fn new() -> Self {
        Store {
            interner: Interner::new(),
            rows: Vec::new(),
            pending: BTreeMap::new(),
            columns: Columns::default(),
            selectors: Selectors::default(),
            classes: Classes::default(),
            clusters: ClusterSet::default(),
            counts: Counts::default(),
            vacated: 0,
            now: None,
            woken: BTreeSet::new(),
        }
    }

    /// The row of a name, if it has one by now. O(log rows).
    pub(crate) fn row_of(&self, name: &str) -> Option<usize> {
        self.rows.binary_search_by(|row| row.name.as_str().cmp(name)).ok()
    }

    pub(super) fn hold_column(&mut self, source: &Source) -> Column {
        self.columns.hold(source, &self.rows, &mut self.interner, self.now)
    }

    pub(super) fn release_column(&mut self, column: Column) {
        self.columns.release(column, &mut self.interner);
    }

    /// Changes what is known of a name, then everything that is made of it. `change` says whether there was any.
    fn change(&mut self, name: &Symbol, change: impl FnOnce(&mut NameRow, &mut Interner) -> bool) {
        match self.row_of(name) {
            Some(row) => {
                if change(&mut self.rows[row], &mut self.interner) {
                    self.vacated += usize::from(self.rows[row].is_vacant());
                    self.refresh(row, None);
                }
            }
            None => {
                let row = self.pending.entry(name.clone()).or_insert_with(|| NameRow::new(name.clone()));
                change(row, &mut self.interner);
                if row.is_vacant() {
                    self.pending.remove(name);
                }
            }
        }
    }

    /// A ManagedCluster. O(its size + live columns), and for each cell that changed the selectors that test it.
    pub(super) fn put_cluster(&mut self, cluster: &Cluster) {
        let mut new = None;
        let mut old = None;
        self.change(&cluster.name, |row, interner| {
            if row.cluster.as_ref().is_some_and(|known| known.says(cluster, interner)) {
                return false;
            }
            let row_now = Arc::new(ClusterRow::intern(cluster, interner));
            new = Some(row_now.clone());
            old = row.cluster.replace(row_now);
            true
        });
        self.replaced(old, new.as_deref());
    }

    pub(super) fn remove_cluster(&mut self, name: &Symbol) {
        let mut old = None;
        self.change(name, |row, _| {
            old = row.cluster.take();
            old.is_some()
        });
        self.replaced(old, None);
    }

    fn replaced(&mut self, old: Option<Arc<ClusterRow>>, new: Option<&ClusterRow>) {
        let taints = |row: Option<&ClusterRow>| row.map_or(&[][..], |r| &r.taints).to_vec();
        // Their times too, which are in no class: a toleration may end with them.
        if taints(old.as_deref()) != taints(new) {
            self.woken.extend(&self.classes.readers);
        }
        // Only now, so that no code that the new row shares with the old was given to another text in between.
        if let Some(old) = old {
            old.release(&mut self.interner);
        }
    }

    /// An AddOnPlacementScore.
    pub(super) fn put_score(&mut self, score: &AddOnScore) {
        let mut old = None;
        self.change(&score.cluster, |row, interner| {
            let new = ScoreRow::intern(score, interner);
            match row.scores.iter_mut().find(|s| s.resource == new.resource) {
                Some(known) => old = Some(std::mem::replace(known, new.clone())),
                None => row.scores.push(new.clone()),
            }
            old.as_ref() != Some(&new)
        });
        if let Some(old) = old {
            old.release(&mut self.interner);
        }
    }

    pub(super) fn remove_score(&mut self, cluster: &Symbol, name: &Symbol) {
        let mut old = None;
        let resource = self.interner.get(name);
        self.change(cluster, |row, _| {
            old = row.scores.iter().position(|s| s.resource == resource).map(|at| row.scores.remove(at));
            old.is_some()
        });
        if let Some(old) = old {
            old.release(&mut self.interner);
        }
    }

    /// A name stands in a slice once more, or once less. Wakes nobody (Q15).
    pub(super) fn count(&mut self, name: &Symbol, more: bool) {
        let step = |level: u32| if more { level + 1 } else { level - 1 };
        let level = match self.row_of(name) {
            Some(row) => {
                let level = self.rows[row].decided;
                self.rows[row].decided = step(level);
                self.vacated += usize::from(self.rows[row].is_vacant());
                if let Some(column) = self.columns.of(&Source::Decisions) {
                    self.columns.refresh(column, row, &self.rows, self.now);
                }
                level
            }
            None => {
                let mut level = 0;
                self.change(name, |row, _| {
                    level = row.decided;
                    row.decided = step(level);
                    true
                });
                level
            }
        };
        self.counts.shift(level, step(level));
    }

    /// Makes anew what one row's cells are in every live column, in the classes and in the selectors; `selectors` are all of
    /// them bottom-up, where the caller knows them.
    fn refresh(&mut self, row: usize, selectors: Option<&[SelectorId]>) {
        let cluster = self.rows[row].cluster.clone();
        let came_or_went = self.clusters.contains(ClusterId::at(row)) != cluster.is_some();
        self.clusters.set(ClusterId::at(row), cluster.is_some());
        let mut tests: Vec<_> = self.selectors.live().into_iter().collect();
        let live: Vec<Column> = self.columns.live().collect();
        for column in live {
            if self.columns.refresh(column, row, &self.rows, self.now) {
                let slot = self.columns.slot(column);
                tests.extend_from_slice(&slot.tests);
                self.woken.extend(&slot.readers);
            }
        }
        self.classes.put(row, cluster.as_deref(), &self.interner);
        if came_or_went {
            self.patch_all(row, selectors);
        } else {
            self.patch(tests, row);
        }
    }

    /// Gives the names seen since the last time their rows. The ascending positions of the new ones in the new numbering.
    /// O(rows + columns) where there are any.
    pub(super) fn merge(&mut self) -> Vec<u32> {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return Vec::new();
        }
        let mut at = Vec::with_capacity(pending.len());
        let mut old = std::mem::take(&mut self.rows).into_iter().peekable();
        for (name, row) in pending {
            while let Some(before) = old.next_if(|r| r.name < name) {
                self.rows.push(before);
            }
            at.push(self.rows.len() as u32);
            self.rows.push(row);
        }
        self.rows.extend(old);
        assert!(u32::try_from(self.rows.len()).is_ok(), "more names than a row number can count");
        let rows = self.rows.len();
        self.columns.spread(&at);
        self.selectors.spread(&at, rows);
        self.classes.spread(&at, rows);
        self.clusters.spread(&at, rows);
        let selectors = self.selectors.bottom_up();
        for row in &at {
            self.refresh(*row as usize, Some(&selectors));
        }
        at
    }

    /// Lets time pass: scores whose time is over flip their bit (PRIO-61). O(rows) when one expires, else O(columns).
    pub(super) fn advance(&mut self, now: Time) {
        let before = self.now;
        let now = before.map_or(now, |before| before.max(now));
        self.now = Some(now);
        let live: Vec<Column> = self.columns.live().collect();
        for column in live {
            if self.columns.slot(column).next_expiry.is_none_or(|next| now <= next) {
                continue;
            }
            let slot = self.columns.slot(column);
            let expired: Vec<usize> = (0..self.rows.len()).filter(|row| slot.has(*row, self.now)).collect();
            let tests = slot.tests.clone();
            for row in expired {
                self.patch(tests.clone(), row);
            }
            self.columns.slot_mut(column).find_next_expiry(Some(now));
        }
    }

    /// When the next score that somebody reads expires: the first moment after its `validUntil` (Q14).
    pub(super) fn next_expiry(&self) -> Option<Time> {
        let next = self.columns.live().filter_map(|c| self.columns.slot(c).next_expiry).min()?;
        Some(Time::from_unix_nanos(next.unix_nanos() + 1))
    }

    /// Whether rows of which nothing is known any more may be many enough to be worth a new numbering. O(1) mostly.
    pub(super) fn is_worn(&mut self) -> bool {
        let many = |vacant: usize, rows: usize| vacant > 64 && vacant * 2 > rows;
        if !many(self.vacated, self.rows.len()) {
            return false;
        }
        self.vacated = self.rows.iter().filter(|row| row.is_vacant()).count();
        many(self.vacated, self.rows.len())
    }

    /// Drops vacant rows. Nobody may hold a handle.
    pub(super) fn compact(&mut self) {
        self.rows.retain(|row| !row.is_vacant());
        self.vacated = 0;
        self.clusters = ClusterSet::default();
        self.classes = Classes::default();
        let all: Vec<u32> = (0..self.rows.len() as u32).collect();
        self.classes.spread(&all, self.rows.len());
        self.clusters.spread(&all, self.rows.len());
        for row in 0..self.rows.len() {
            self.refresh(row, None);
        }
    }
}

impl Counts {
    fn shift(&mut self, from: u32, to: u32) {
        let top = from.max(to) as usize;
        if self.names.len() <= top {
            self.names.resize(top + 1, 0);
        }
        if from > 0 {
            self.names[from as usize] -= 1;
        }
        if to > 0 {
            self.names[to as usize] += 1;
        }
        // The highest level has a name, so that a look-up does not depend on what was long ago.
        while self.names.pop_if(|names| *names == 0).is_some() {}
    }

    /// The highest count of any name when what stands in `own` is left out (PRIO-30): a name's count, and how many of it are
    /// own. O(own) mostly; O(own log own + levels) where all names at the highest level are own.
    pub(crate) fn most(&self, own: &(impl Iterator<Item = (u32, u32)> + Clone)) -> u32 {
        let Some(names) = self.names.last() else { return 0 };
        let top = self.names.len() as u32 - 1;
        if own.clone().filter(|(count, _)| *count == top).count() < *names as usize {
            return top;
        }
        let mut moved: BTreeMap<u32, i64> = BTreeMap::new();
        for (count, times) in own.clone() {
            *moved.entry(count).or_default() -= 1;
            *moved.entry(count - times).or_default() += 1;
        }
        let at = |level: &u32| i64::from(self.names[*level as usize]) + moved.get(level).copied().unwrap_or(0);
        (1..=top).rev().find(|level| at(level) > 0).unwrap_or(0)
    }
}
