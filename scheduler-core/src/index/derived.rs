//! Derived columns: row-local functions of other columns, asked only for rows whose inputs changed.
//!
//! A function that fails is not asked again before one of its inputs changes or its time has come; who reads the column is
//! told of the failure and of its end.

use std::fmt;
use std::sync::Arc;

use kube_text::Time;

use super::columns::{Column, Columns};
use super::fill::each;
use super::inputs::{Input, Rows};
use super::interner::Interner;
use super::readers::Readers;
use super::store::Store;
use crate::panic::catch_panic;
use crate::{ClusterId, ClusterSet, PluginError, Source, Symbol};

/// A row-local function of other columns: what it says of a row depends on that row alone. The index owns its results.
pub trait Derive: Send + Sync {
    /// One number for each of the rows, in their order; NaN where there is none.
    ///
    /// # Errors
    /// It has no answer for these rows. Asked again when their inputs change, or later.
    fn fill(&self, rows: &Rows<'_>, out: &mut [f64]) -> Result<(), PluginError>;
}

/// Handle of a derived column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    pub(super) column: Column,
    pub(super) key: Symbol,
}

impl Derived {
    /// Its cells, for `Reads::numbers` and `Reads::selector`.
    #[must_use]
    pub fn source(&self) -> Source {
        Source::Derived(self.key.clone())
    }

    pub(crate) fn column(&self) -> Column {
        self.column
    }
}

/// How the cells of one column are made.
#[derive(Clone)]
pub(crate) struct Deriving {
    inputs: Box<[Input]>,
    function: Arc<dyn Derive>,
    /// Rows whose inputs changed since they were last answered for.
    dirty: ClusterSet,
    /// Whether to ask for them now.
    pending: bool,
    failed: Option<Failed>,
    /// Placements that fail with it.
    pub(super) dependents: Readers,
}

/// Its last answer was none.
#[derive(Clone, Debug)]
struct Failed {
    error: PluginError,
    /// How often in a row.
    times: u32,
    /// When to ask again though nothing changed; `None`: as soon as there is a time.
    due: Option<Time>,
}

/// How long a plugin that failed so many times in a row is left alone, in seconds: 1, doubling up to 600.
#[must_use]
pub fn back_off(times: u32) -> i64 {
    const LONGEST: i64 = 600;
    1_i64.checked_shl(times.saturating_sub(1)).unwrap_or(LONGEST).clamp(1, LONGEST)
}

impl Deriving {
    pub(crate) fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// Why its cells are not to be read.
    pub(crate) fn failure(&self) -> Option<&PluginError> {
        self.failed.as_ref().map(|failed| &failed.error)
    }

    /// Makes room for new rows.
    pub(super) fn spread(&mut self, at: &[u32], rows: usize) {
        self.dirty.spread(at, rows);
    }

    fn touch(&mut self, row: usize) {
        self.dirty.set(ClusterId::at(row), true);
        self.pending = true;
    }
}

impl fmt::Debug for Deriving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deriving").field("inputs", &self.inputs).field("failed", &self.failed).finish_non_exhaustive()
    }
}

impl Columns {
    /// Notes that a cell changed of which others are made.
    pub(super) fn touch_feeds(&mut self, column: Column, row: usize) {
        for at in 0..self.slot(column).feeds.len() {
            let fed = self.slot(column).feeds[at];
            self.touch_derived(fed, row);
        }
    }

    /// Notes that a row came or went: what is made of absent values may be a number too.
    pub(super) fn touch_all_derived(&mut self, row: usize) {
        for column in self.derived().collect::<Vec<_>>() {
            self.touch_derived(column, row);
        }
    }

    fn touch_derived(&mut self, column: Column, row: usize) {
        if let Some(deriving) = &mut self.slot_mut(column).derived {
            deriving.touch(row);
        }
    }

    /// The derived columns, in the order of their keys.
    pub(super) fn derived(&self) -> impl Iterator<Item = Column> + '_ {
        self.from(Source::Derived(Symbol::default())).filter(|column| self.slot(*column).derived.is_some())
    }

    /// Gives back what a derived column was made of.
    pub(super) fn give_back(&mut self, column: Column, deriving: &Deriving, interner: &mut Interner) {
        for input in deriving.inputs.iter().flat_map(Input::columns) {
            self.slot_mut(input).feeds.retain(|fed| *fed != column);
            self.release(input, interner);
        }
    }
}

/// What one function answered.
#[derive(Debug)]
pub(super) struct Answered {
    column: Column,
    clusters: Vec<ClusterId>,
    answer: Result<Vec<f64>, PluginError>,
}

impl Store {
    /// The derived column of a key, held once more. `fill` and `derive` make it where nobody held it.
    pub(super) fn hold_derived(
        &mut self,
        key: &Symbol,
        inputs: &[Source],
        function: impl FnOnce() -> Arc<dyn Derive>,
    ) -> Derived {
        let column = self.hold_column(&Source::Derived(key.clone()));
        if self.columns.slot(column).derived.is_none() {
            let inputs: Box<[Input]> = inputs.iter().map(|source| self.hold_input(source)).collect();
            for input in inputs.iter().flat_map(Input::columns) {
                self.columns.slot_mut(input).feeds.push(column);
            }
            self.columns.slot_mut(column).derived = Some(Box::new(Deriving {
                inputs,
                function: function(),
                dirty: self.clusters.clone(),
                pending: true,
                failed: None,
                dependents: Readers::default(),
            }));
        }
        Derived { column, key: key.clone() }
    }

    /// Asks the functions for the rows whose inputs changed.
    pub(super) fn derive(&self) -> Vec<Answered> {
        let pending = |column: &Column| self.columns.slot(*column).derived.as_ref().is_some_and(|d| d.pending);
        let columns: Vec<Column> = self.columns.derived().filter(pending).collect();
        each(&columns, self.rows.len(), |column| self.ask(*column)).into_iter().flatten().collect()
    }

    /// Asks one function for its dirty rows.
    fn ask(&self, column: Column) -> Option<Answered> {
        let deriving = self.columns.slot(column).derived.as_ref()?;
        let clusters: Vec<ClusterId> = deriving.dirty.common(&self.clusters).collect();
        let mut numbers = vec![f64::NAN; clusters.len()];
        let rows = Rows::new(self, &deriving.inputs, &clusters);
        let filled = match clusters.is_empty() {
            true => Ok(Ok(())),
            false => catch_panic(|| deriving.function.fill(&rows, &mut numbers)),
        };
        let answer = match filled {
            Ok(answer) => answer.map(|()| numbers),
            Err(panic) => Err(PluginError::broken(format!("panicked: {panic}"))),
        };
        Some(Answered { column, clusters, answer })
    }

    /// Takes an answer, and wakes who depends on there being one. What is to be put into which rows.
    pub(super) fn take_answer(&mut self, answered: Answered) -> Vec<(Column, usize, f64)> {
        let Answered { column, clusters, answer } = answered;
        let now = self.now;
        let Some(deriving) = &mut self.columns.slot_mut(column).derived else { return Vec::new() };
        deriving.pending = false;
        let (was, numbers) = match answer {
            Ok(numbers) => (deriving.failed.take(), numbers),
            Err(error) => {
                let times = deriving.failed.as_ref().map_or(0, |failed| failed.times).saturating_add(1);
                let due = now.map(|now| now.plus_seconds_saturating(back_off(times)));
                let was = deriving.failed.replace(Failed { error, times, due });
                if was.is_none_or(|was| Some(&was.error) != deriving.failure()) {
                    self.wake_dependents(column);
                }
                return Vec::new();
            }
        };
        // Rows that lost their cluster have no value any more.
        let gone = deriving.dirty.iter().filter(|cluster| !self.clusters.contains(*cluster));
        let gone = gone.map(|cluster| (column, cluster.row(), f64::NAN));
        let changed = gone.chain(clusters.iter().zip(numbers).map(|(cluster, number)| (column, cluster.row(), number)));
        let changed = changed.collect();
        deriving.dirty.reset(self.rows.len());
        if was.is_some() {
            self.wake_dependents(column);
        }
        changed
    }

    /// Puts a number into a row of a derived column, and wakes who sees that it is another one.
    pub(super) fn put_derived(&mut self, column: Column, row: usize, number: f64) {
        let was = self.columns.slot(column).number(row);
        let mut tests = Vec::new();
        if self.columns.put_derived(column, row, number, &mut tests) {
            self.wake_readers(column, row, was);
            self.patch(&tests, row);
        }
    }

    fn wake_dependents(&mut self, column: Column) {
        let Some(deriving) = &self.columns.slot(column).derived else { return };
        deriving.dependents.all().for_each(|reader| self.woken.insert(reader));
    }

    /// Lets functions that failed be asked again whose time has come.
    pub(super) fn retry_derived(&mut self, now: Time) {
        for column in self.columns.derived().collect::<Vec<_>>() {
            if let Some(deriving) = &mut self.columns.slot_mut(column).derived
                && deriving.failed.as_ref().is_some_and(|failed| failed.due.is_none_or(|due| due <= now))
            {
                deriving.pending = true;
            }
        }
    }

    /// When the next function that failed is asked again.
    pub(super) fn next_retry(&self) -> Option<Time> {
        let failed = |column: Column| self.columns.slot(column).derived.as_ref()?.failed.as_ref()?.due;
        self.columns.derived().filter_map(failed).min()
    }
}
