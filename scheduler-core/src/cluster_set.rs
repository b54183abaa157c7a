//! Sets of clusters as bitmaps over the rows of one index.

use crate::index::grow;
use crate::wide::{self, Kernel};

/// A cluster's row number. Minted by the index, valid inside one pass, never seen outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub(crate) u32);

impl ClusterId {
    pub(crate) fn at(row: usize) -> Self {
        // INVARIANT: the index refuses to grow beyond u32 rows, so the number fits.
        ClusterId(row as u32)
    }

    pub(crate) fn row(self) -> usize {
        self.0 as usize
    }
}

/// A set of clusters. Rows are in name order, so iteration is by name. 64 rows a word; every operation is
/// O(rows / 64) unless told otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterSet {
    words: Vec<u64>,
}

impl ClusterSet {
    /// How many words hold `rows` rows.
    pub(crate) fn words_for(rows: usize) -> usize {
        rows.div_ceil(64)
    }

    pub(crate) fn empty(rows: usize) -> Self {
        ClusterSet { words: vec![0; Self::words_for(rows)] }
    }

    /// Empties it and makes it as long as `rows` asks; allocates only when it never was that long.
    pub(crate) fn reset(&mut self, rows: usize) {
        self.words.clear();
        self.words.resize(Self::words_for(rows), 0);
    }

    pub(crate) fn copy_from(&mut self, other: &ClusterSet) {
        self.words.clear();
        self.words.extend_from_slice(&other.words);
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Whether the cluster is in the set. O(1).
    #[must_use]
    pub fn contains(&self, cluster: ClusterId) -> bool {
        self.words.get(cluster.row() / 64).is_some_and(|w| w >> (cluster.row() % 64) & 1 == 1)
    }

    pub(crate) fn set(&mut self, cluster: ClusterId, present: bool) {
        let bit = 1 << (cluster.row() % 64);
        if let Some(word) = self.words.get_mut(cluster.row() / 64) {
            *word = if present { *word | bit } else { *word & !bit };
        }
    }

    /// How many clusters are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        wide::run(Count(&self.words, None))
    }

    /// How many clusters are in both sets.
    #[must_use]
    pub fn common_len(&self, other: &ClusterSet) -> usize {
        wide::run(Count(&self.words, Some(&other.words)))
    }

    /// Whether no cluster is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    /// The clusters, by name. O(rows / 64 + clusters).
    pub fn iter(&self) -> impl Iterator<Item = ClusterId> + '_ {
        rows_of(self.words.iter().copied())
    }

    /// The clusters that are in both sets, by name. O(rows / 64 + clusters).
    pub fn common<'a>(&'a self, other: &'a ClusterSet) -> impl Iterator<Item = ClusterId> + 'a {
        rows_of(self.words.iter().zip(&other.words).map(|(a, b)| a & b))
    }

    /// Whether the two share a cluster.
    #[must_use]
    pub fn intersects(&self, other: &ClusterSet) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    /// Whether every cluster of this set is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &ClusterSet) -> bool {
        self.words.iter().enumerate().all(|(i, a)| a & !other.words.get(i).copied().unwrap_or(0) == 0)
    }

    pub(crate) fn intersect(&mut self, other: &ClusterSet) {
        for (i, word) in self.words.iter_mut().enumerate() {
            *word &= other.words.get(i).copied().unwrap_or(0);
        }
    }

    pub(crate) fn subtract(&mut self, other: &ClusterSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    pub(crate) fn unite(&mut self, other: &ClusterSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Takes out what is in `other` and not in `but`.
    pub(crate) fn subtract_but(&mut self, other: &ClusterSet, but: &ClusterSet) {
        for ((word, other), but) in self.words.iter_mut().zip(&other.words).zip(&but.words) {
            *word &= !other | but;
        }
    }

    /// Makes room for rows that are new at the ascending positions `at` of the new numbering, which has `rows` rows.
    /// The new rows are not in the set. In place; O(words behind the first + positions).
    pub(crate) fn spread(&mut self, at: &[u32], rows: usize) {
        let words = Self::words_for(rows);
        let more = words.saturating_sub(self.words.len());
        grow(&mut self.words, more);
        self.words.resize(words, 0);
        let mut end = rows - at.len();
        // From behind, so that nothing is overwritten before it was moved.
        for (before, position) in at.iter().enumerate().rev() {
            let start = *position as usize - before;
            move_up(&mut self.words, start, end, before + 1);
            self.set(ClusterId(*position), false);
            end = start;
        }
    }
}

/// Moves the bits from `start` to `end` up by `by`, the last ones first. What lies outside of where they go stays.
fn move_up(words: &mut [u64], start: usize, end: usize, by: usize) {
    let first = start + by;
    let mut to = end + by;
    while to > first {
        let from = if to.is_multiple_of(64) && to - first >= 64 {
            move_words(words, first.div_ceil(64), to / 64, by);
            first.next_multiple_of(64)
        } else {
            let from = first.max((to - 1) / 64 * 64);
            let (at, bit) = ((from - by) / 64, (from - by) % 64);
            let above = words.get(at + 1).filter(|_| bit > 0).map_or(0, |word| word << (64 - bit));
            let bits = words[at] >> bit | above;
            let mask = u64::MAX >> (64 - (to - from)) << (from % 64);
            let word = &mut words[from / 64];
            *word = *word & !mask | bits << (from % 64) & mask;
            from
        };
        to = from;
    }
}

/// Fills whole words, from `first` to before `last`, with what lies `by` bits below.
fn move_words(words: &mut [u64], first: usize, last: usize, by: usize) {
    let (skip, shift) = (by / 64, by % 64);
    if shift == 0 {
        words.copy_within(first - skip..last - skip, first);
        return;
    }
    for at in (first..last).rev() {
        words[at] = words[at - skip] << shift | words[at - skip - 1] >> (64 - shift);
    }
}

fn rows_of(words: impl Iterator<Item = u64>) -> impl Iterator<Item = ClusterId> {
    words.enumerate().flat_map(|(at, word)| Bits(word).map(move |bit| ClusterId::at(at * 64 + bit)))
}

/// How many bits are set in the words, or in both words of each pair.
struct Count<'a>(&'a [u64], Option<&'a [u64]>);

impl Kernel for Count<'_> {
    type Answer = usize;

    #[inline(always)]
    fn run(self) -> usize {
        // No index has 2^32 rows.
        let count = match self.1 {
            None => self.0.iter().map(|word| word.count_ones()).sum::<u32>(),
            Some(other) => self.0.iter().zip(other).map(|(a, b)| (a & b).count_ones()).sum(),
        };
        count as usize
    }
}

/// The positions of the bits set in a word, ascending.
pub(crate) struct Bits(pub(crate) u64);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(bit)
    }
}

/// What a filter narrows: a set that can only shrink.
#[derive(Debug, Default)]
pub struct Feasible {
    left: ClusterSet,
}

impl Feasible {
    pub(crate) fn of(left: ClusterSet) -> Self {
        Feasible { left }
    }

    pub(crate) fn into_set(self) -> ClusterSet {
        self.left
    }

    /// What is left.
    #[must_use]
    pub fn left(&self) -> &ClusterSet {
        &self.left
    }

    /// Takes out what is not in `clusters`.
    pub fn retain(&mut self, clusters: &ClusterSet) {
        self.left.intersect(clusters);
    }

    /// Takes out what is in `clusters`.
    pub fn subtract(&mut self, clusters: &ClusterSet) {
        self.left.subtract(clusters);
    }

    /// Takes out what is in `clusters` and not in `but`.
    pub fn subtract_but(&mut self, clusters: &ClusterSet, but: &ClusterSet) {
        self.left.subtract_but(clusters, but);
    }

    /// Takes out one cluster. O(1).
    pub fn remove(&mut self, cluster: ClusterId) {
        self.left.set(cluster, false);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(rows: usize, members: &[usize]) -> ClusterSet {
        let mut set = ClusterSet::empty(rows);
        members.iter().for_each(|m| set.set(ClusterId::at(*m), true));
        set
    }

    proptest! {
        #[test]
        fn spreading_keeps_members_and_adds_none(
            members in proptest::collection::btree_set(0usize..700, 0..300),
            at in proptest::collection::btree_set(0u32..700, 0..130),
        ) {
            let at: Vec<u32> = at.into_iter().collect();
            let rows = 700 + at.len();
            let mut spread = set(700, &members.iter().copied().collect::<Vec<_>>());
            spread.spread(&at, rows);
            let mut old = 0;
            for row in 0..rows {
                if at.contains(&(row as u32)) {
                    prop_assert!(!spread.contains(ClusterId::at(row)));
                } else {
                    prop_assert_eq!(spread.contains(ClusterId::at(row)), members.contains(&old));
                    old += 1;
                }
            }
        }
    }

    proptest! {
        #[test]
        fn counts_and_meets_like_lists(
            a in proptest::collection::btree_set(0usize..700, 0..300),
            b in proptest::collection::btree_set(0usize..700, 0..300),
            own in proptest::collection::btree_set(0usize..700, 0..300),
        ) {
            let [first, second, but] =
                [&a, &b, &own].map(|rows| set(700, &rows.iter().copied().collect::<Vec<_>>()));
            prop_assert_eq!(first.len(), a.len());
            prop_assert_eq!(Count(&first.words, None).run(), a.len());
            let both: Vec<usize> = a.intersection(&b).copied().collect();
            prop_assert_eq!(first.common_len(&second), both.len());
            prop_assert_eq!(Count(&first.words, Some(&second.words)).run(), both.len());
            prop_assert_eq!(first.common(&second).map(ClusterId::row).collect::<Vec<_>>(), both);
            let mut left = Feasible::of(first);
            left.subtract_but(&second, &but);
            let kept: Vec<usize> = a.into_iter().filter(|row| !b.contains(row) || own.contains(row)).collect();
            prop_assert_eq!(left.left().iter().map(ClusterId::row).collect::<Vec<_>>(), kept);
        }
    }

    #[test]
    fn iterates_in_row_order() {
        let rows: Vec<usize> = set(130, &[129, 0, 64, 63]).iter().map(ClusterId::row).collect();
        assert_eq!(rows, [0, 63, 64, 129]);
    }
}
