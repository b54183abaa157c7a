//! One prioritizer's share of the totals, for 64 rows at a time.

use super::kept::KeptCells;
use crate::cluster_set::Bits;
use crate::{ClusterId, ClusterSet};

/// What totals are counted in: as narrow as they fit, so that more of them go into one vector.
pub(super) trait Total: Copy + Ord {
    const LEAST: Self;
    /// Cut to the width. Sums wrap, so they are right where the total fits, whatever was cut on the way.
    fn of(number: i32) -> Self;
    fn wide(self) -> i64;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
}

macro_rules! total {
    ($width:ty) => {
        impl Total for $width {
            const LEAST: Self = <$width>::MIN;

            #[inline(always)]
            fn of(number: i32) -> Self {
                number as $width
            }

            #[inline(always)]
            fn wide(self) -> i64 {
                i64::from(self)
            }

            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }

            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
        }
    };
}

total!(i16);
total!(i32);

/// A number for each of 64 rows.
pub(super) type Block<T> = [T; 64];

/// One prioritizer's scores, to be asked block by block, ascending.
#[derive(Clone, Copy)]
pub(super) struct Layer<'a> {
    pub(super) weight: i32,
    /// The score of rows that nothing below speaks of.
    pub(super) constant: i32,
    pub(super) mapped: Option<&'a KeptCells>,
    pub(super) members: &'a [(ClusterSet, i32)],
    /// Ascending; those of earlier blocks are dropped on the way.
    pub(super) cells: &'a [(ClusterId, i32)],
    /// The others count as 0.
    pub(super) only: Option<&'a ClusterSet>,
}

impl<'a> Layer<'a> {
    /// The same for these clusters, without what speaks of none of them.
    pub(super) fn among(mut self, candidates: &ClusterSet) -> Self {
        if !self.members.iter().any(|(set, _)| set.intersects(candidates)) {
            self.members = &[];
        }
        self.only = self.only.filter(|only| !candidates.is_subset(only));
        self
    }

    /// What every row has, before `add` adds the rest.
    pub(super) fn start(&self) -> i32 {
        if self.mapped.is_some() { 0 } else { self.constant }
    }

    /// Whether every row has its number of the column, or the constant.
    pub(super) fn is_plain(&self) -> bool {
        self.members.is_empty() && self.cells.is_empty() && self.only.is_none()
    }

    /// Adds this share to totals that have the `start` of every layer already. Rows outside `word` may get anything.
    #[inline(always)]
    pub(super) fn add<T: Total>(&mut self, at: usize, word: u64, totals: &mut Block<T>) {
        let cells = self.cells_of(at);
        if cells.is_empty() && !self.speaks_of(at, word) {
            self.add_plain(at, totals);
            return;
        }
        let (weight, start) = (T::of(self.weight), T::of(self.start()));
        let scores: Block<T> = self.scores_with(at, cells);
        for (total, score) in totals.iter_mut().zip(scores) {
            *total = total.plus(weight.times(score.minus(start)));
        }
    }

    /// The same where only the column speaks.
    #[inline(always)]
    pub(super) fn add_plain<T: Total>(&self, at: usize, totals: &mut Block<T>) {
        if let Some(kept) = self.mapped {
            let weight = T::of(self.weight);
            kept.each(at, |row, score| totals[row] = totals[row].plus(weight.times(T::of(score))));
        }
    }

    /// The scores of one block; 0 for a row without one.
    #[inline(always)]
    pub(super) fn scores<T: Total>(&mut self, at: usize) -> Block<T> {
        let cells = self.cells_of(at);
        self.scores_with(at, cells)
    }

    #[inline(always)]
    fn scores_with<T: Total>(&self, at: usize, cells: &[(ClusterId, i32)]) -> Block<T> {
        let mut scores = [T::of(self.constant); 64];
        if let Some(kept) = self.mapped {
            kept.each(at, |row, score| scores[row] = T::of(score));
        }
        for (set, score) in self.members {
            blend(&mut scores, set.words()[at], T::of(*score));
        }
        for (cluster, score) in cells {
            scores[cluster.row() % 64] = T::of(*score);
        }
        if let Some(only) = self.only {
            blend(&mut scores, !only.words()[at], T::of(0));
        }
        scores
    }

    /// Whether anything but the constant and the column decides over these rows of a block, single cells apart.
    #[inline(always)]
    fn speaks_of(&self, at: usize, word: u64) -> bool {
        self.members.iter().any(|(set, _)| set.words()[at] & word != 0)
            || self.only.is_some_and(|only| word & !only.words()[at] != 0)
    }

    /// The single cells in a block.
    #[inline(always)]
    fn cells_of(&mut self, at: usize) -> &'a [(ClusterId, i32)] {
        let place = |(cluster, _): &(ClusterId, i32)| cluster.row() / 64;
        while self.cells.first().is_some_and(|cell| place(cell) < at) {
            self.cells = &self.cells[1..];
        }
        let here = self.cells.iter().take_while(|cell| place(cell) == at).count();
        &self.cells[..here]
    }
}

/// Gives the rows of a mask one score.
#[inline(always)]
fn blend<T: Total>(scores: &mut Block<T>, mask: u64, score: T) {
    for (bit, to) in scores.iter_mut().enumerate() {
        *to = if mask & (1 << bit) != 0 { score } else { *to };
    }
}

/// Whether any total of a block is above a limit.
#[inline(always)]
pub(super) fn any_above<T: Total>(totals: &Block<T>, limit: T) -> bool {
    // First the best of each place of a vector, then one comparison: all of it whole vectors.
    let mut best = [T::LEAST; 16];
    for totals in totals.as_chunks::<16>().0 {
        for (best, total) in best.iter_mut().zip(totals) {
            *best = (*best).max(*total);
        }
    }
    best.iter().fold(false, |any, best| any | (*best > limit))
}

/// Which totals of a block are above a limit.
#[inline(always)]
pub(super) fn above<T: Total>(totals: &Block<T>, limit: T) -> u64 {
    let bits = totals.iter().enumerate().map(|(bit, total)| if *total > limit { 1 << bit } else { 0 });
    bits.fold(0, |word, bit| word | bit)
}

/// The rows of a word with their numbers, ascending.
#[inline(always)]
pub(super) fn rows<T: Total>(at: usize, word: u64, numbers: &Block<T>) -> impl Iterator<Item = (ClusterId, i64)> {
    Bits(word).map(move |bit| (ClusterId::at(at * 64 + bit), numbers[bit].wide()))
}
