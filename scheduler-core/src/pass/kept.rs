//! Score columns kept between passes: by far the dearest thing in a pass to make anew.

use std::sync::Arc;

use super::Pass;
use super::extremes::Extremes;
use crate::index::Column;
use crate::wide::{self, Kernel};

/// Names a function of one column and few parameters. Equal keys over one column mean equal functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapKey {
    /// Which function; unique among all prioritizers.
    pub function: &'static str,
    /// Its parameters, a number's bits for a number.
    pub parameters: [u64; 2],
}

/// How many kept columns one working memory holds. A hub's placements share most of theirs; what is used least goes.
const KEPT_MAX: usize = 16;

/// One score a row, as narrow as they fit. Rows without a value hold `fill`.
#[derive(Clone, Debug)]
pub(super) struct KeptCells {
    pub(super) cells: Width,
    /// No score is further from 0.
    pub(super) bound: i64,
}

/// A multiple of 64 scores, so that a word of rows is a whole block.
#[derive(Clone, Debug)]
pub(super) enum Width {
    Narrow(Vec<i16>),
    Wide(Vec<i32>),
}

#[derive(Debug)]
struct KeptSlot {
    column: Column,
    key: MapKey,
    fill: i32,
    version: u64,
    cells: Arc<KeptCells>,
    used: u64,
}

/// The kept score columns of one index, and the extremes of the columns that they are made of.
#[derive(Debug, Default)]
pub(super) struct Kept {
    slots: Vec<KeptSlot>,
    uses: u64,
    pub(super) extremes: Extremes,
}

impl KeptCells {
    fn of(numbers: &[f64], fill: i32, f: &impl Fn(f64) -> i32) -> Self {
        let score = |x: f64| if x.is_nan() { fill } else { f(x) };
        let padded = numbers.len().next_multiple_of(64);
        let mut narrow = vec![0; padded];
        if wide::run(Narrow { numbers, to: &mut narrow, score }) {
            let bound = narrow.iter().map(|score| score.unsigned_abs()).max().unwrap_or(0);
            return KeptCells { cells: Width::Narrow(narrow), bound: i64::from(bound) };
        }
        let mut wide: Vec<i32> = numbers.iter().map(|x| score(*x)).collect();
        wide.resize(padded, 0);
        let bound = wide.iter().map(|score| score.unsigned_abs()).max().unwrap_or(0);
        KeptCells { cells: Width::Wide(wide), bound: i64::from(bound) }
    }

    pub(super) fn get(&self, row: usize) -> i32 {
        match &self.cells {
            Width::Narrow(cells) => i32::from(cells[row]),
            Width::Wide(cells) => cells[row],
        }
    }

    /// Tells the scores of a block of 64 rows, each with its place in the block.
    #[inline(always)]
    pub(super) fn each(&self, block: usize, mut tell: impl FnMut(usize, i32)) {
        match &self.cells {
            Width::Narrow(cells) => {
                (0..).zip(&cells.as_chunks::<64>().0[block]).for_each(|(at, s)| tell(at, (*s).into()));
            }
            Width::Wide(cells) => (0..).zip(&cells.as_chunks::<64>().0[block]).for_each(|(at, s)| tell(at, *s)),
        }
    }

    /// Whether the score fits the width.
    fn put(&mut self, row: usize, score: i32) -> bool {
        self.bound = self.bound.max(i64::from(score).abs());
        match &mut self.cells {
            Width::Narrow(cells) => match i16::try_from(score) {
                Ok(score) => cells[row] = score,
                Err(_) => return false,
            },
            Width::Wide(cells) => cells[row] = score,
        }
        true
    }
}

/// Scores numbers into as many narrow cells, a block at a time. Whether they all fit.
struct Narrow<'a, F> {
    numbers: &'a [f64],
    to: &'a mut [i16],
    score: F,
}

impl<F: Fn(f64) -> i32> Kernel for Narrow<'_, F> {
    type Answer = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let mut cut = 0;
        for (to, from) in self.to.chunks_mut(64).zip(self.numbers.chunks(64)) {
            let mut scores = [0; 64];
            match from.as_array::<64>() {
                // The same loop, but of a length that the compiler knows.
                Some(block) => scores.iter_mut().zip(block).for_each(|(to, x)| *to = (self.score)(*x)),
                None => scores.iter_mut().zip(from).for_each(|(to, x)| *to = (self.score)(*x)),
            }
            for (to, score) in to.iter_mut().zip(scores) {
                *to = score as i16;
                cut |= score ^ i32::from(*to);
            }
        }
        cut == 0
    }
}

impl Kept {
    /// The scores that `f` makes of a column: O(rows) the first time, later O(cells that changed).
    pub(super) fn get(
        &mut self,
        pass: &Pass<'_>,
        column: Column,
        key: MapKey,
        fill: i32,
        f: &impl Fn(f64) -> i32,
    ) -> Arc<KeptCells> {
        self.uses += 1;
        let source = pass.snapshot.index.store.columns.slot(column);
        let numbers = pass.numbers(column);
        let known = self.slots.iter_mut().find(|s| s.column == column && s.key == key && s.fill == fill);
        if let Some(slot) = known {
            slot.used = self.uses;
            if slot.version != source.version {
                let patched = source.changed_since(slot.version).is_some_and(|mut rows| {
                    let cells = Arc::make_mut(&mut slot.cells);
                    rows.all(|row| cells.put(row, if numbers[row].is_nan() { fill } else { f(numbers[row]) }))
                });
                if !patched {
                    slot.cells = Arc::new(KeptCells::of(numbers, fill, f));
                }
                slot.version = source.version;
            }
            return slot.cells.clone();
        }
        let cells = Arc::new(KeptCells::of(numbers, fill, f));
        if self.slots.len() == KEPT_MAX
            && let Some(oldest) = (0..KEPT_MAX).min_by_key(|at| self.slots[*at].used)
        {
            self.slots.swap_remove(oldest);
        }
        let slot = KeptSlot { column, key, fill, version: source.version, cells: cells.clone(), used: self.uses };
        self.slots.push(slot);
        cells
    }
}
