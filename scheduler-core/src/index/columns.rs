//! Columns: one value a row, made from the rows while somebody holds a handle, dropped with the last.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use hashbrown::HashMap;
use kube_text::{Quantity, Time};

use super::derived::Deriving;
use super::interner::{Code, Interner};
use super::readers::Readers;
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

/// A source by the codes of its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SourceKey {
    Name,
    Label(Code),
    Annotation(Code),
    Claim(Code),
    Allocatable(Code),
    Capacity(Code),
    Taint(Code),
    Condition(Code),
    Score(Code, Code),
    Expired(Code),
    Decisions,
    Derived(Code),
}

#[derive(Clone, Debug)]
pub(crate) struct ColumnSlot {
    source: Source,
    key: SourceKey,
    pub(crate) cells: Cells,
    holders: u32,
    /// Selectors that test this column.
    pub(super) tests: Tests,
    /// Placements that hold a handle of it, and wake when a cell changes. None where changes wake nobody (Q15).
    pub(super) readers: Readers,
    /// Grows with every change of a cell, over all columns of one index.
    pub(crate) version: u64,
    /// What changed since `logged_since`, oldest first.
    log: VecDeque<(u64, u32)>,
    logged_since: u64,
    /// Columns that are made of this one.
    pub(super) feeds: Vec<Column>,
    /// What makes the cells, where they are no value of the rows themselves.
    pub(crate) derived: Option<Box<Deriving>>,
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

/// The selectors that test one column, by what they ask, so that a change costs those that name the old or the new value.
#[derive(Clone, Debug, Default)]
pub(super) struct Tests {
    /// Whether there is a value.
    pub(super) presence: Vec<SelectorId>,
    /// Whether the value is among some: each selector under every value it names. Looked up, never iterated.
    values: HashMap<Code, Vec<SelectorId>>,
}

impl Tests {
    pub(super) fn insert(&mut self, values: Option<&[Code]>, id: SelectorId) {
        match values {
            None => self.presence.push(id),
            Some(values) => values.iter().for_each(|code| self.values.entry(*code).or_default().push(id)),
        }
    }

    pub(super) fn remove(&mut self, values: Option<&[Code]>, id: SelectorId) {
        let Some(values) = values else { return self.presence.retain(|other| *other != id) };
        for code in values {
            if let Some(selectors) = self.values.get_mut(code) {
                selectors.retain(|other| *other != id);
                if selectors.is_empty() {
                    self.values.remove(code);
                }
            }
        }
    }
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
    // Looked up, never iterated: hash order cannot leak.
    by_key: HashMap<SourceKey, Column>,
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

    /// The live columns of this source and of those behind it in order.
    pub(super) fn from(&self, source: Source) -> impl Iterator<Item = Column> + '_ {
        self.by_source.range(source..).map(|(_, column)| *column)
    }

    /// The column of a source, where somebody holds it.
    pub(super) fn of(&self, key: SourceKey) -> Option<Column> {
        self.by_key.get(&key).copied()
    }

    /// The column of a source, held once more; `Store::fill` makes it where nobody held it.
    pub(super) fn hold(&mut self, source: &Source, interner: &mut Interner) -> Column {
        if let Some(column) = self.by_source.get(source).copied() {
            self.slot_mut(column).holders += 1;
            return column;
        }
        let key = SourceKey::intern(source, interner);
        self.clock += 1;
        let slot = ColumnSlot {
            source: source.clone(),
            key,
            cells: build(key, &[]),
            holders: 1,
            tests: Tests::default(),
            readers: Readers::default(),
            version: self.clock,
            log: VecDeque::new(),
            logged_since: self.clock,
            feeds: Vec::new(),
            derived: None,
            next_expiry: None,
        };
        let column = Column(self.slots.insert(slot));
        self.unbuilt.push(column);
        self.by_source.insert(source.clone(), column);
        self.by_key.insert(key, column);
        column
    }

    /// Undoes one `hold`.
    pub(super) fn release(&mut self, column: Column, interner: &mut Interner) {
        let slot = self.slot_mut(column);
        slot.holders -= 1;
        if slot.holders == 0 {
            let key = slot.key;
            let source = slot.source.clone();
            let derived = slot.derived.take();
            self.by_source.remove(&source);
            self.by_key.remove(&key);
            self.slots.remove(column.0);
            self.unbuilt.retain(|unbuilt| *unbuilt != column);
            key.release(interner);
            if let Some(deriving) = derived {
                self.give_back(column, &deriving, interner);
            }
        }
    }

    /// Makes one row's cell anew. Whether it changed; then adds the selectors that may see it.
    pub(super) fn refresh(
        &mut self,
        column: Column,
        row: usize,
        rows: &[NameRow],
        now: Option<Time>,
        touched: &mut Vec<SelectorId>,
    ) -> bool {
        self.clock += 1;
        let clock = self.clock;
        let slot = self.slot_mut(column);
        if slot.derived.is_some() {
            // Made by `Store::derive`, of what is refreshed here.
            return false;
        }
        let expiry = slot.time(row);
        let (code, present) = (slot.code(row), slot.has(row, now));
        let changed = slot.put(row, slot.cell(&rows[row]));
        if present != slot.has(row, now) {
            touched.extend_from_slice(&slot.tests.presence);
        }
        if code != slot.code(row) {
            let naming = [code, slot.code(row)].into_iter().filter_map(|code| slot.tests.values.get(&code));
            naming.for_each(|selectors| touched.extend_from_slice(selectors));
        }
        if changed {
            slot.log(clock, row);
            if expiry.is_some() && expiry == slot.next_expiry {
                slot.find_next_expiry(now);
            } else if let Some(until) = slot.time(row).filter(|until| now.is_none_or(|now| *until >= now)) {
                slot.next_expiry = slot.next_expiry.into_iter().chain([until]).min();
            }
            self.touch_feeds(column, row);
        }
        changed
    }

    /// Puts a number into a derived column. Whether it is another one; then adds the selectors that may see it.
    pub(super) fn put_derived(
        &mut self,
        column: Column,
        row: usize,
        number: f64,
        touched: &mut Vec<SelectorId>,
    ) -> bool {
        self.clock += 1;
        let clock = self.clock;
        let slot = self.slot_mut(column);
        let was = slot.number(row);
        if !slot.put(row, Cell::Number(number)) {
            return false;
        }
        if was.is_some() == number.is_nan() {
            touched.extend_from_slice(&slot.tests.presence);
        }
        slot.log(clock, row);
        true
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
    pub(super) fn spread(&mut self, at: &[u32], rows: usize) {
        self.clock += 1;
        let clock = self.clock;
        for slot in self.slots.values_mut() {
            match &mut slot.cells {
                Cells::Texts(cells) => spread(Arc::make_mut(cells), at, Code::ABSENT),
                Cells::Numbers(cells) => spread(Arc::make_mut(cells), at, f64::NAN),
                Cells::Times(cells) => spread(Arc::make_mut(cells), at, None),
            }
            if let Some(deriving) = &mut slot.derived {
                deriving.spread(at, rows);
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
        build(self.key, rows)
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

    /// The row's number, if it has one.
    pub(crate) fn number(&self, row: usize) -> Option<f64> {
        match &self.cells {
            Cells::Numbers(cells) => Some(cells[row]).filter(|x| !x.is_nan()),
            Cells::Texts(_) | Cells::Times(_) => None,
        }
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
            Cells::Texts(_) => Cell::Text(text_of(self.key, row)),
            Cells::Numbers(_) => Cell::Number(number_of(self.key, row)),
            Cells::Times(_) => Cell::Time(time_of(self.key, row)),
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

impl SourceKey {
    fn intern(source: &Source, interner: &mut Interner) -> SourceKey {
        match source {
            Source::Name => SourceKey::Name,
            Source::Label(key) => SourceKey::Label(interner.intern(key)),
            Source::Annotation(name) => SourceKey::Annotation(interner.intern(name)),
            Source::Claim(name) => SourceKey::Claim(interner.intern(name)),
            Source::Allocatable(resource) => SourceKey::Allocatable(interner.intern(resource)),
            Source::Capacity(resource) => SourceKey::Capacity(interner.intern(resource)),
            Source::Taint(key) => SourceKey::Taint(interner.intern(key)),
            Source::Condition(kind) => SourceKey::Condition(interner.intern(kind)),
            Source::Score(resource, score) => SourceKey::Score(interner.intern(resource), interner.intern(score)),
            Source::Expired(resource) => SourceKey::Expired(interner.intern(resource)),
            Source::Decisions => SourceKey::Decisions,
            Source::Derived(key) => SourceKey::Derived(interner.intern(key)),
        }
    }

    fn release(self, interner: &mut Interner) {
        match self {
            SourceKey::Label(a)
            | SourceKey::Annotation(a)
            | SourceKey::Claim(a)
            | SourceKey::Allocatable(a)
            | SourceKey::Capacity(a)
            | SourceKey::Taint(a)
            | SourceKey::Condition(a)
            | SourceKey::Expired(a)
            | SourceKey::Derived(a) => {
                interner.release(a);
            }
            SourceKey::Score(a, b) => {
                interner.release(a);
                interner.release(b);
            }
            SourceKey::Name | SourceKey::Decisions => {}
        }
    }
}

fn build(key: SourceKey, rows: &[NameRow]) -> Cells {
    match key {
        SourceKey::Name
        | SourceKey::Label(_)
        | SourceKey::Annotation(_)
        | SourceKey::Claim(_)
        | SourceKey::Taint(_)
        | SourceKey::Condition(_) => Cells::Texts(Arc::new(rows.iter().map(|row| text_of(key, row)).collect())),
        SourceKey::Allocatable(_)
        | SourceKey::Capacity(_)
        | SourceKey::Score(..)
        | SourceKey::Decisions
        | SourceKey::Derived(_) => Cells::Numbers(Arc::new(rows.iter().map(|row| number_of(key, row)).collect())),
        SourceKey::Expired(_) => Cells::Times(Arc::new(rows.iter().map(|row| time_of(key, row)).collect())),
    }
}

fn text_of(key: SourceKey, row: &NameRow) -> Code {
    let text = row.cluster.as_ref().and_then(|cluster| match key {
        SourceKey::Name => Some(row.code),
        SourceKey::Label(key) => cluster.label(key),
        SourceKey::Annotation(name) => cluster.annotation(name),
        SourceKey::Claim(name) => cluster.claim(name),
        SourceKey::Taint(key) => cluster.taint(key),
        SourceKey::Condition(kind) => cluster.condition(kind),
        _ => None,
    });
    text.unwrap_or(Code::ABSENT)
}

fn number_of(key: SourceKey, row: &NameRow) -> f64 {
    let number = match (key, &row.cluster) {
        (SourceKey::Decisions, _) => Some(f64::from(row.decided)),
        (SourceKey::Score(resource, score), _) => row.score(resource).and_then(|s| s.value(score)).map(f64::from),
        (SourceKey::Allocatable(resource), Some(cluster)) => {
            cluster.allocatable(resource).and_then(Quantity::approximate)
        }
        (SourceKey::Capacity(resource), Some(cluster)) => cluster.capacity(resource).and_then(Quantity::approximate),
        _ => None,
    };
    number.unwrap_or(f64::NAN)
}

fn time_of(key: SourceKey, row: &NameRow) -> Option<Time> {
    match key {
        SourceKey::Expired(resource) => row.score(resource)?.valid_until,
        _ => None,
    }
}
