//! Columns: one value a row, made from the rows while somebody holds a handle, dropped with the last.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use kube_text::{Quantity, Time};

use super::Reader;
use super::interner::{Code, Interner};
use super::keys::Pairs;
use super::room::spread;
use super::row::NameRow;
use super::selectors::SelectorId;
use super::slab::Slab;
use crate::Source;

/// Handle of a column of numbers: binary64 a row, NaN where there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column(pub(super) u32);

/// Handle of a column of texts: a dictionary code a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Texts(pub(super) Column);

impl Texts {
    pub(crate) fn column(self) -> Column {
        self.0
    }
}

/// How many changes a column remembers, so that what was computed from it can be patched instead of made anew.
const LOG_MAX: usize = 256;

#[derive(Clone, Debug)]
pub(crate) struct ColumnSlot {
    pub(super) source: Source,
    keys: (Code, Code),
    pub(crate) cells: Cells,
    holders: u32,
    /// Selectors that test this column.
    pub(super) tests: Vec<SelectorId>,
    /// Placements that hold a handle of it, and wake when a cell changes. None where changes wake nobody (Q15).
    pub(super) readers: BTreeSet<Reader>,
    /// Grows with every change of a cell, over all columns of one index.
    pub(crate) version: u64,
    /// What changed since `logged_since`, oldest first.
    log: VecDeque<(u64, u32)>,
    logged_since: u64,
    /// Of a column of times: the earliest that `now` has not passed.
    pub(super) next_expiry: Option<Time>,
}

/// A column's values. Shared between clones of an index until one of them changes.
#[derive(Clone, Debug)]
pub(crate) enum Cells {
    Texts(Arc<Vec<Code>>),
    Numbers(Arc<Vec<f64>>),
    Times(Arc<Vec<Option<Time>>>),
}

#[derive(Clone, Copy, Debug)]
enum Cell {
    Text(Code),
    Number(f64),
    Time(Option<Time>),
}

/// All columns of one index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    slots: Slab<ColumnSlot>,
    by_source: BTreeMap<Source, Column>,
    /// Held since the last `fill`: their cells are not made yet.
    pub(super) unbuilt: Vec<Column>,
    clock: u64,
}

impl Columns {
    pub(crate) fn slot(&self, column: Column) -> &ColumnSlot {
        match self.slots.get(column.0) {
            Some(slot) => slot,
            None => unreachable!("a handle keeps its column"),
        }
    }

    pub(super) fn slot_mut(&mut self, column: Column) -> &mut ColumnSlot {
        match self.slots.get_mut(column.0) {
            Some(slot) => slot,
            None => unreachable!("a handle keeps its column"),
        }
    }

    /// The live columns.
    pub(super) fn live(&self) -> impl Iterator<Item = Column> + '_ {
        self.by_source.values().copied()
    }

    /// The column of a source, where somebody holds it.
    pub(super) fn of(&self, source: &Source) -> Option<Column> {
        self.by_source.get(source).copied()
    }

    /// The column of a source, held once more; `Store::fill` makes it where nobody held it.
    pub(super) fn hold(&mut self, source: &Source, interner: &mut Interner) -> Column {
        if let Some(column) = self.by_source.get(source).copied() {
            self.slot_mut(column).holders += 1;
            return column;
        }
        let keys = intern_keys(source, interner);
        self.clock += 1;
        let slot = ColumnSlot {
            source: source.clone(),
            keys,
            cells: build(source, keys, &[]),
            holders: 1,
            tests: Vec::new(),
            readers: BTreeSet::new(),
            version: self.clock,
            log: VecDeque::new(),
            logged_since: self.clock,
            next_expiry: None,
        };
        let column = Column(self.slots.insert(slot));
        self.unbuilt.push(column);
        self.by_source.insert(source.clone(), column);
        column
    }

    /// Undoes one `hold`.
    pub(super) fn release(&mut self, column: Column, interner: &mut Interner) {
        let slot = self.slot_mut(column);
        slot.holders -= 1;
        if slot.holders == 0 {
            let keys = slot.keys;
            let source = slot.source.clone();
            self.by_source.remove(&source);
            self.slots.remove(column.0);
            self.unbuilt.retain(|unbuilt| *unbuilt != column);
            interner.release(keys.0);
            interner.release(keys.1);
        }
    }

    /// Makes one row's cell anew. Whether it changed.
    pub(super) fn refresh(&mut self, column: Column, row: usize, rows: &[NameRow], now: Option<Time>) -> bool {
        self.clock += 1;
        let clock = self.clock;
        let slot = self.slot_mut(column);
        let expiry = slot.time(row);
        let changed = slot.put(row, slot.cell(&rows[row]));
        if changed {
            slot.log(clock, row);
            if expiry.is_some() && expiry == slot.next_expiry {
                slot.find_next_expiry(now);
            } else if let Some(until) = slot.time(row).filter(|until| now.is_none_or(|now| *until >= now)) {
                slot.next_expiry = slot.next_expiry.into_iter().chain([until]).min();
            }
        }
        changed
    }

    /// Changes cells of a column of numbers that no selector tests.
    pub(super) fn put_numbers(&mut self, column: Column, numbers: impl Iterator<Item = (usize, f64)>) {
        self.clock += 1;
        let clock = self.clock;
        let slot = self.slot_mut(column);
        for (row, number) in numbers {
            if slot.put(row, Cell::Number(number)) {
                slot.log(clock, row);
            }
        }
    }

    /// Makes room for new rows; the caller refreshes them.
    pub(super) fn spread(&mut self, at: &[u32]) {
        self.clock += 1;
        let clock = self.clock;
        for slot in self.slots.values_mut() {
            match &mut slot.cells {
                Cells::Texts(cells) => spread(Arc::make_mut(cells), at, Code::ABSENT),
                Cells::Numbers(cells) => spread(Arc::make_mut(cells), at, f64::NAN),
                Cells::Times(cells) => spread(Arc::make_mut(cells), at, None),
            }
            slot.version = clock;
            slot.log.clear();
            slot.logged_since = clock;
        }
    }
}

impl ColumnSlot {
    /// All cells, from the rows.
    pub(super) fn build(&self, rows: &[NameRow]) -> Cells {
        build(&self.source, self.keys, rows)
    }

    pub(super) fn put_all(&mut self, cells: Cells, now: Option<Time>) {
        self.cells = cells;
        self.find_next_expiry(now);
    }

    /// PRIO-61: strictly.
    pub(super) fn is_past(until: Option<Time>, now: Option<Time>) -> bool {
        until.is_some_and(|until| now.is_some_and(|now| now > until))
    }

    /// Whether the row has a value. Of an expiring column: whether its time has passed.
    pub(super) fn has(&self, row: usize, now: Option<Time>) -> bool {
        match &self.cells {
            Cells::Texts(cells) => cells[row].is_present(),
            Cells::Numbers(cells) => !cells[row].is_nan(),
            Cells::Times(cells) => Self::is_past(cells[row], now),
        }
    }

    /// Whether a column of numbers has one in the row.
    pub(crate) fn has_number(&self, row: usize) -> bool {
        matches!(&self.cells, Cells::Numbers(cells) if !cells[row].is_nan())
    }

    pub(super) fn code(&self, row: usize) -> Code {
        match &self.cells {
            Cells::Texts(cells) => cells[row],
            Cells::Numbers(_) | Cells::Times(_) => Code::ABSENT,
        }
    }

    fn time(&self, row: usize) -> Option<Time> {
        match &self.cells {
            Cells::Times(cells) => cells[row],
            Cells::Texts(_) | Cells::Numbers(_) => None,
        }
    }

    fn log(&mut self, version: u64, row: usize) {
        self.version = version;
        if self.log.len() == LOG_MAX
            && let Some((version, _)) = self.log.pop_front()
        {
            self.logged_since = version;
        }
        self.log.push_back((version, row as u32));
    }

    /// The rows that changed after `version`, or `None` where that is no longer known.
    pub(crate) fn changed_since(&self, version: u64) -> Option<impl Iterator<Item = usize> + '_> {
        let known = version >= self.logged_since;
        known.then(|| self.log.iter().rev().take_while(move |(v, _)| *v > version).map(|(_, row)| *row as usize))
    }

    pub(super) fn find_next_expiry(&mut self, now: Option<Time>) {
        if let Cells::Times(cells) = &self.cells {
            self.next_expiry =
                cells.iter().flatten().filter(|until| now.is_none_or(|now| **until >= now)).min().copied();
        }
    }

    fn cell(&self, row: &NameRow) -> Cell {
        match self.cells {
            Cells::Texts(_) => Cell::Text(text_of(&self.source, self.keys, row)),
            Cells::Numbers(_) => Cell::Number(number_of(&self.source, self.keys, row)),
            Cells::Times(_) => Cell::Time(row.score(self.keys.0).and_then(|s| s.valid_until)),
        }
    }

    fn put(&mut self, row: usize, cell: Cell) -> bool {
        match (&mut self.cells, cell) {
            (Cells::Texts(cells), Cell::Text(code)) => replace(cells, row, code, |a, b| a == b),
            (Cells::Numbers(cells), Cell::Number(x)) => replace(cells, row, x, |a, b| a.to_bits() == b.to_bits()),
            (Cells::Times(cells), Cell::Time(t)) => replace(cells, row, t, |a, b| a == b),
            _ => unreachable!("a cell is of its column's kind"),
        }
    }
}

fn replace<T: Clone>(cells: &mut Arc<Vec<T>>, row: usize, value: T, same: impl Fn(&T, &T) -> bool) -> bool {
    if same(&cells[row], &value) {
        return false;
    }
    Arc::make_mut(cells)[row] = value;
    true
}

fn intern_keys(source: &Source, interner: &mut Interner) -> (Code, Code) {
    match source {
        Source::Decisions => (Code::ABSENT, Code::ABSENT),
        Source::Label(key)
        | Source::Claim(key)
        | Source::Allocatable(key)
        | Source::Capacity(key)
        | Source::Expired(key) => (interner.intern(key), Code::ABSENT),
        Source::Score(resource, score) => (interner.intern(resource), interner.intern(score)),
    }
}

fn build(source: &Source, keys: (Code, Code), rows: &[NameRow]) -> Cells {
    match source {
        Source::Label(_) | Source::Claim(_) => {
            Cells::Texts(Arc::new(rows.iter().map(|row| text_of(source, keys, row)).collect()))
        }
        Source::Allocatable(_) | Source::Capacity(_) | Source::Score(..) | Source::Decisions => {
            Cells::Numbers(Arc::new(rows.iter().map(|row| number_of(source, keys, row)).collect()))
        }
        Source::Expired(_) => {
            Cells::Times(Arc::new(rows.iter().map(|row| row.score(keys.0).and_then(|s| s.valid_until)).collect()))
        }
    }
}

fn text_of(source: &Source, keys: (Code, Code), row: &NameRow) -> Code {
    let Some(cluster) = &row.cluster else { return Code::ABSENT };
    let pairs = if matches!(source, Source::Label(_)) { &cluster.labels } else { &cluster.claims };
    pairs.get(keys.0).copied().unwrap_or(Code::ABSENT)
}

fn number_of(source: &Source, keys: (Code, Code), row: &NameRow) -> f64 {
    let quantity = |pairs: &Pairs<Quantity>| pairs.get(keys.0).and_then(Quantity::approximate);
    let number = match (source, &row.cluster) {
        (Source::Decisions, _) => Some(f64::from(row.decided)),
        (Source::Score(..), _) => row.score(keys.0).and_then(|s| s.scores.get(keys.1)).map(|value| f64::from(*value)),
        (Source::Allocatable(_), Some(cluster)) => quantity(&cluster.allocatable),
        (Source::Capacity(_), Some(cluster)) => quantity(&cluster.capacity),
        _ => None,
    };
    number.unwrap_or(f64::NAN)
}
