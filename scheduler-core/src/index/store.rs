//! The fleet: rows in name order, and everything that is made of them and patched as they change.

use std::collections::BTreeMap;
use std::sync::Arc;

use kube_text::Time;

use super::Reader;
use super::columns::{Column, Columns, SourceKey};
use super::interner::Interner;
use super::names::Names;
use super::readers::{Gates, Woken};
use super::row::{ClusterRow, NameRow, ScoreRow, Touched};
use super::selectors::{SelectorId, Selectors};
use super::taints::Classes;
use crate::{AddOnScore, Cluster, ClusterId, ClusterSet, Entries, Source, Symbol};

/// Rows, columns, selectors, classes and counters of one index.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) interner: Interner,
    // INVARIANT: strictly ascending by name, so that ties need no rank and a row number is a place in that order.
    pub(crate) rows: Vec<NameRow>,
    /// The names of the rows, shared with decisions.
    row_names: Arc<Vec<Symbol>>,
    /// Names seen since the last snapshot. They become rows in one batch: inserting shifts every column.
    pending: Vec<NameRow>,
    /// A name's place among the rows and, behind them, what is pending.
    names: Names,
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
    pub(super) gates: Gates,
    /// Placements to which something matters that changed.
    pub(super) woken: Woken,
    pub(super) moved: Moved,
    /// What the change under way touches. Memory that is reused.
    touched: Touched,
}

/// Numbers of one row that moved, and who reads them.
#[derive(Clone, Debug, Default)]
pub(super) struct Moved {
    pub(super) row: usize,
    /// What they were.
    pub(super) was: Vec<(Column, f64)>,
    pub(super) readers: Vec<Reader>,
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
            row_names: Arc::default(),
            pending: Vec::new(),
            names: Names::default(),
            columns: Columns::default(),
            selectors: Selectors::default(),
            classes: Classes::default(),
            clusters: ClusterSet::default(),
            counts: Counts::default(),
            vacated: 0,
            now: None,
            gates: Gates::default(),
            woken: Woken::default(),
            moved: Moved::default(),
            touched: Touched::default(),
        }
    }

    /// The row of a name, if it has one by now. O(its length).
    pub(crate) fn row_of(&self, name: &str) -> Option<usize> {
        self.place_of(name).filter(|place| *place < self.rows.len())
    }

    /// As `row_of`; what is pending has a place behind the rows.
    fn place_of(&self, name: &str) -> Option<usize> {
        self.names.place(self.interner.get(name))
    }

    fn place_or_new(&mut self, name: &Symbol) -> usize {
        self.place_of(name).unwrap_or_else(|| {
            let place = self.rows.len() + self.pending.len();
            let row = NameRow::new(name, &mut self.interner);
            self.names.put(row.code, place);
            self.pending.push(row);
            place
        })
    }

    /// Rows ascending, with totals, as they go into a decision. O(1).
    pub(crate) fn entries(&self, totals: Vec<(i64, u32)>) -> Entries {
        Entries::new(&self.row_names, totals)
    }

    /// The name of a row.
    pub(crate) fn name(&self, row: usize) -> &Symbol {
        &self.row_names[row]
    }

    pub(super) fn hold_column(&mut self, source: &Source) -> Column {
        self.columns.hold(source, &mut self.interner)
    }

    pub(super) fn release_column(&mut self, column: Column) {
        self.columns.release(column, &mut self.interner);
    }

    /// Changes what is known of a name, then everything that is made of it. `change` says whether there was any, and lists
    /// what it touched.
    fn change(&mut self, place: usize, change: impl FnOnce(&mut NameRow, &mut Interner, &mut Touched) -> bool) {
        self.touched.clear();
        match place.checked_sub(self.rows.len()) {
            Some(pending) => {
                change(&mut self.pending[pending], &mut self.interner, &mut self.touched);
            }
            None if change(&mut self.rows[place], &mut self.interner, &mut self.touched) => {
                self.vacated += usize::from(self.rows[place].is_vacant());
                self.refresh(place);
            }
            None => {}
        }
    }

    /// A ManagedCluster. O(its size), and for each cell that changed the selectors that name its old or its new value and
    /// what is made of them.
    pub(super) fn put_cluster(&mut self, cluster: &Cluster) {
        let mut old = None;
        let place = self.place_or_new(&cluster.name);
        self.change(place, |row, interner, touched| {
            if row.cluster.as_ref().is_some_and(|known| known.says(cluster, interner)) {
                return false;
            }
            let new = Arc::new(ClusterRow::intern(cluster, row.cluster.as_deref(), interner));
            ClusterRow::differing(row.cluster.as_deref(), Some(&new), touched);
            old = row.cluster.replace(new);
            true
        });
        self.release_row(old);
    }

    pub(super) fn remove_cluster(&mut self, name: &Symbol) {
        let mut old = None;
        let Some(place) = self.place_of(name) else { return };
        self.change(place, |row, _, touched| {
            old = row.cluster.take();
            ClusterRow::differing(old.as_deref(), None, touched);
            old.is_some()
        });
        self.release_row(old);
    }

    // Only after the change, so that no code that the new row shares with the old was given to another text in between.
    fn release_row(&mut self, old: Option<Arc<ClusterRow>>) {
        if let Some(old) = old {
            old.release(&mut self.interner);
        }
    }

    /// An AddOnPlacementScore.
    pub(super) fn put_score(&mut self, score: &AddOnScore) {
        let mut old = None;
        let place = self.place_or_new(&score.cluster);
        self.change(place, |row, interner, touched| {
            let resource = interner.get(&score.name);
            let known = row.scores.iter_mut().find(|s| s.resource == resource);
            if known.as_ref().is_some_and(|known| known.says(score, interner)) {
                return false;
            }
            let new = ScoreRow::intern(score, interner);
            ScoreRow::differing(known.as_deref(), Some(&new), touched);
            match known {
                Some(known) => old = Some(std::mem::replace(known, new)),
                None => {
                    let known = std::mem::take(&mut row.scores);
                    row.scores = known.into_iter().chain([new]).collect();
                }
            }
            true
        });
        if let Some(old) = old {
            old.release(&mut self.interner);
        }
    }

    pub(super) fn remove_score(&mut self, cluster: &Symbol, name: &Symbol) {
        let mut old = None;
        let Some(place) = self.place_of(cluster) else { return };
        let resource = self.interner.get(name);
        self.change(place, |row, _, touched| {
            let scores = std::mem::take(&mut row.scores).into_iter();
            let (mut gone, left): (Vec<_>, Vec<_>) = scores.partition(|score| score.resource == resource);
            row.scores = left.into();
            old = gone.pop();
            ScoreRow::differing(old.as_ref(), None, touched);
            old.is_some()
        });
        if let Some(old) = old {
            old.release(&mut self.interner);
        }
    }

    /// A name stands once more; it gets its row with the next merge at the latest.
    pub(super) fn count_name(&mut self, name: &Symbol) {
        let place = self.place_or_new(name);
        match place.checked_sub(self.rows.len()) {
            None => self.count([(place as u32, 1)].into_iter()),
            Some(pending) => {
                let decided = &mut self.pending[pending].decided;
                self.counts.shift(*decided, *decided + 1);
                *decided += 1;
            }
        }
    }

    /// The names of rows stand so many times more, or less. Wakes nobody (Q15).
    pub(super) fn count(&mut self, changes: impl Iterator<Item = (u32, i32)>) {
        let Store { rows, columns, counts, vacated, .. } = self;
        let counted = changes.map(|(row, by)| {
            let known = &mut rows[row as usize];
            let before = known.decided;
            known.decided = before.strict_add_signed(by);
            *vacated += usize::from(known.is_vacant());
            counts.shift(before, known.decided);
            (row as usize, f64::from(known.decided))
        });
        match columns.of(SourceKey::Decisions) {
            Some(column) => columns.put_numbers(column, counted),
            None => counted.for_each(drop),
        }
    }

    /// Makes anew what is made of the sources that were touched in one row, and of whether it has a cluster.
    fn refresh(&mut self, row: usize) {
        let is_cluster = self.rows[row].cluster.is_some();
        let came_or_went = self.clusters.contains(ClusterId::at(row)) != is_cluster;
        self.clusters.set(ClusterId::at(row), is_cluster);
        let mut tests: Vec<_> = self.selectors.live().into_iter().collect();
        let touched = std::mem::take(&mut self.touched);
        for source in &touched.sources {
            if let Some(column) = self.columns.of(*source) {
                let was = self.columns.slot(column).number(row);
                if self.columns.refresh(column, row, &self.rows, self.now, &mut tests) {
                    self.wake_readers(column, row, was);
                }
            }
        }
        if touched.taints {
            self.refresh_taints(row);
        }
        self.touched = touched;
        if came_or_went {
            self.columns.touch_all_derived(row);
            self.patch_all(row, None);
        } else {
            self.patch(&tests, row);
        }
    }

    /// Makes anew everything that is made of one row, which is new or newly numbered; `selectors` are all, bottom-up.
    fn refresh_all(&mut self, row: usize, selectors: &[SelectorId]) {
        let is_cluster = self.rows[row].cluster.is_some();
        self.clusters.set(ClusterId::at(row), is_cluster);
        let live: Vec<Column> = self.columns.live().collect();
        for column in live {
            if self.columns.refresh(column, row, &self.rows, self.now, &mut Vec::new()) {
                self.wake_readers(column, row, None);
            }
        }
        self.columns.touch_all_derived(row);
        self.refresh_taints(row);
        self.patch_all(row, Some(selectors));
    }

    /// A cell changed: wakes who reads it, or, where it was this number, leaves them to be asked whether it matters.
    pub(super) fn wake_readers(&mut self, column: Column, row: usize, was: Option<f64>) {
        let readers = self.columns.slot(column).readers.of_row(row, &self.gates, &self.selectors);
        let readers = readers.filter(|(_, let_in)| *let_in).map(|(reader, _)| reader);
        match was {
            None => readers.for_each(|reader| self.woken.insert(reader)),
            Some(was) => {
                self.moved.row = row;
                self.moved.was.push((column, was));
                self.moved.readers.extend(readers);
            }
        }
    }

    /// Puts a row into the class of its taints, and wakes those to whom the change of class or of times matters.
    fn refresh_taints(&mut self, row: usize) {
        let before = self.classes.of(row);
        self.classes.put(row, self.rows[row].cluster.as_deref(), &self.interner);
        self.classes.wake(row, &before, &self.gates, &self.selectors, &mut self.woken);
    }

    /// Gives the names seen since the last time their rows. The ascending positions of the new ones in the new numbering.
    /// O(rows + columns) where there are any.
    pub(super) fn merge(&mut self) -> Vec<u32> {
        let mut new = std::mem::take(&mut self.pending);
        new.retain(|row| !row.is_vacant() || self.forget(row));
        if new.is_empty() {
            return Vec::new();
        }
        let name = |row: NameRow| (self.interner.text(row.code).clone(), row);
        let mut new: Vec<(Symbol, NameRow)> = new.into_iter().map(name).collect();
        new.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let at = self.insert_rows(new);
        let rows = self.rows.len();
        self.columns.spread(&at, rows);
        self.selectors.spread(&at, rows);
        self.classes.spread(&at, rows);
        self.clusters.spread(&at, rows);
        let selectors = self.selectors.bottom_up();
        for row in &at {
            self.refresh_all(*row as usize, &selectors);
        }
        at
    }

    /// Puts new rows, ascending by name, among the others: their positions in the new numbering.
    fn insert_rows(&mut self, new: Vec<(Symbol, NameRow)>) -> Vec<u32> {
        let count = self.rows.len() + new.len();
        assert!(u32::try_from(count).is_ok(), "more names than a row number can count");
        let mut at = Vec::with_capacity(new.len());
        // Copied only where a decision still shares them.
        let names = Arc::make_mut(&mut self.row_names);
        let mut old = std::mem::replace(&mut self.rows, Vec::with_capacity(count)).into_iter();
        let mut old_names = std::mem::replace(names, Vec::with_capacity(count)).into_iter();
        for (name, row) in new {
            let before = old_names.as_slice().partition_point(|other| *other < name);
            self.rows.extend(old.by_ref().take(before));
            names.extend(old_names.by_ref().take(before));
            at.push(self.rows.len() as u32);
            self.rows.push(row);
            names.push(name);
        }
        self.rows.extend(old);
        names.extend(old_names);
        self.number(at[0] as usize);
        at
    }

    /// Tells the names from `first` on where their rows are.
    fn number(&mut self, first: usize) {
        for (place, row) in self.rows.iter().enumerate().skip(first) {
            self.names.put(row.code, place);
        }
    }

    /// Forgets the name of a row that is dropped; `false`, so that it can be said in a `retain`.
    fn forget(&mut self, row: &NameRow) -> bool {
        self.names.forget(row.code);
        self.interner.release(row.code);
        false
    }

    /// Lets time pass: scores whose time is over flip their bit (PRIO-61). O(rows) when one expires, else O(columns).
    pub(super) fn advance(&mut self, now: Time) {
        let before = self.now;
        let now = before.map_or(now, |before| before.max(now));
        if before == Some(now) {
            return;
        }
        self.now = Some(now);
        self.retry_derived(now);
        let live: Vec<Column> = self.columns.live().collect();
        for column in live {
            if self.columns.slot(column).next_expiry.is_none_or(|next| now <= next) {
                continue;
            }
            let slot = self.columns.slot(column);
            let expired = |row: &usize| slot.has(*row, self.now) && !slot.has(*row, before);
            let expired: Vec<usize> = (0..self.rows.len()).filter(expired).collect();
            let tests = slot.tests.presence.clone();
            for row in expired {
                self.columns.touch_feeds(column, row);
                self.patch(&tests, row);
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

    /// Drops vacant rows. Nobody may hold a handle. The new number of each row that is left, by its old one.
    pub(super) fn compact(&mut self) -> Vec<u32> {
        let mut left = 0;
        let mut number = |row: &NameRow| {
            left += u32::from(!row.is_vacant());
            left.saturating_sub(1)
        };
        let numbers = self.rows.iter().map(&mut number).collect();
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain(|row| !row.is_vacant() || self.forget(row));
        self.rows = rows;
        self.number(0);
        self.row_names = Arc::new(self.rows.iter().map(|row| self.interner.text(row.code).clone()).collect());
        self.vacated = 0;
        self.clusters = ClusterSet::default();
        self.classes = Classes::default();
        let all: Vec<u32> = (0..self.rows.len() as u32).collect();
        self.classes.spread(&all, self.rows.len());
        self.clusters.spread(&all, self.rows.len());
        for row in 0..self.rows.len() {
            self.refresh_all(row, &[]);
        }
        numbers
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
