//! One prioritizer's share of the totals, for 64 rows at a time.

use super::kept::{KeptCells, Width};
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
    /// What every row has, before `add` adds the rest.
    pub(super) fn start(&self) -> i32 {
        if self.mapped.is_some() { 0 } else { self.constant }
    }

    /// Adds this share to totals that have the `start` of every layer already. Rows outside `word` may get anything.
    #[inline(always)]
    pub(super) fn add<T: Total>(&mut self, at: usize, word: u64, totals: &mut Block<T>) {
        let weight = T::of(self.weight);
        let cells = self.cells_of(at);
        if !self.speaks_of(at, word) && cells.is_empty() {
            match self.mapped.map(|kept| &kept.cells) {
                None => {}
                Some(Width::Narrow(scores)) => add(totals, weight, &scores[at * 64..][..64], |s| T::of((*s).into())),
                Some(Width::Wide(scores)) => add(totals, weight, &scores[at * 64..][..64], |s| T::of(*s)),
            }
            return;
        }
        let start = T::of(self.start());
        let scores: Block<T> = self.scores_with(at, cells);
        add(totals, weight, &scores, |s| s.minus(start));
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
        match self.mapped.map(|kept| &kept.cells) {
            None => {}
            Some(Width::Narrow(from)) => copy(&mut scores, &from[at * 64..][..64], |s| T::of((*s).into())),
            Some(Width::Wide(from)) => copy(&mut scores, &from[at * 64..][..64], |s| T::of(*s)),
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
        while self.cells.first().is_some_and(|(cluster, _)| cluster.row() / 64 < at) {
            self.cells = &self.cells[1..];
        }
        let here = self.cells.iter().take_while(|(cluster, _)| cluster.row() / 64 == at).count();
        &self.cells[..here]
    }
}

#[inline(always)]
fn add<S, T: Total>(totals: &mut Block<T>, weight: T, scores: &[S], of: impl Fn(&S) -> T) {
    for (total, score) in totals.iter_mut().zip(scores) {
        *total = total.plus(weight.times(of(score)));
    }
}

#[inline(always)]
fn copy<S, T: Total>(scores: &mut Block<T>, from: &[S], of: impl Fn(&S) -> T) {
    for (score, from) in scores.iter_mut().zip(from) {
        *score = of(from);
    }
}

/// Gives the rows of a mask one score. A byte at a time, which becomes a comparison of vectors.
#[inline(always)]
fn blend<T: Total>(scores: &mut Block<T>, mask: u64, score: T) {
    for (byte, scores) in mask.to_le_bytes().into_iter().zip(scores.as_chunks_mut::<8>().0) {
        for (bit, to) in scores.iter_mut().enumerate() {
            if byte & (1 << bit) != 0 {
                *to = score;
            }
        }
    }
}

/// The best of the rows of a block that are in `word`, and maybe of others.
#[inline(always)]
pub(super) fn best<T: Total>(totals: &Block<T>) -> T {
    totals.iter().fold(T::LEAST, |best, total| best.max(*total))
}

/// The rows of a word with their numbers, ascending.
#[inline(always)]
pub(super) fn rows<'b, T: Total>(
    at: usize,
    word: u64,
    numbers: &'b Block<T>,
) -> impl Iterator<Item = (ClusterId, i64)> + 'b {
    Bits(word).map(move |bit| (ClusterId::at(at * 64 + bit), numbers[bit].wide()))
}
