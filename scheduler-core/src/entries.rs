//! The clusters of a group with their totals, without a copy of any name.

use std::fmt;
use std::sync::Arc;

use crate::Symbol;

/// Clusters with their totals, ascending by name. All decisions of a fleet share its names: a name costs four bytes here, and
/// writing 8,000 of them out no more than a sum each.
#[derive(Clone, Default)]
pub struct Entries {
    names: Arc<Vec<Symbol>>,
    /// Totals, and whose: a place among the names.
    totals: Vec<(i64, u32)>,
}

/// One selected cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name.
    pub cluster: &'a Symbol,
    /// Its total (PRIO-20).
    pub score: i64,
}

/// Some entries that follow one another.
#[derive(Clone, Copy, Debug)]
pub struct EntrySlice<'a> {
    names: &'a [Symbol],
    totals: &'a [(i64, u32)],
}

impl Entries {
    pub(crate) fn new(names: &Arc<Vec<Symbol>>, totals: Vec<(i64, u32)>) -> Self {
        Entries { names: names.clone(), totals }
    }

    /// The entries, ascending by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Entry<'_>> {
        self.all().iter()
    }

    /// Where each stands among the shared names.
    pub(crate) fn places(&self) -> impl Iterator<Item = u32> {
        self.totals.iter().map(|(_, at)| *at)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.totals.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.totals.is_empty()
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> EntrySlice<'_> {
        EntrySlice { names: &self.names, totals: &self.totals }
    }

    /// At most so many at a time; nothing of nothing. `length` is at least 1.
    pub fn chunks(&self, length: usize) -> impl Iterator<Item = EntrySlice<'_>> {
        self.totals.chunks(length).map(|totals| EntrySlice { names: &self.names, totals })
    }
}

impl<'a> EntrySlice<'a> {
    /// The entries, ascending by name.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Entry<'a>> {
        self.totals.iter().map(move |(score, at)| Entry { cluster: &self.names[*at as usize], score: *score })
    }

    /// How many there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.totals.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.totals.is_empty()
    }
}

/// Of names and totals, ascending by name.
impl FromIterator<(Symbol, i64)> for Entries {
    fn from_iter<I: IntoIterator<Item = (Symbol, i64)>>(entries: I) -> Self {
        let (names, totals): (Vec<Symbol>, Vec<(i64, u32)>) =
            (0..).zip(entries).map(|(at, (name, total))| (name, (total, at))).unzip();
        Entries { names: Arc::new(names), totals }
    }
}

impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Entries {}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|entry| (entry.cluster, entry.score))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(of: &[(&str, i64)]) -> Entries {
        of.iter().map(|(name, total)| (Symbol::from(*name), *total)).collect()
    }

    #[test]
    fn equal_is_what_says_the_same_whatever_names_it_shares() {
        let names = Arc::new(["a", "b", "c"].map(Symbol::from).to_vec());
        let shared = Entries::new(&names, vec![(1, 0), (2, 2)]);
        assert_eq!(shared, entries(&[("a", 1), ("c", 2)]));
        assert_ne!(shared, entries(&[("a", 1), ("b", 2)]));
        assert_ne!(shared, entries(&[("a", 1), ("c", 3)]));
        assert_ne!(shared, entries(&[("a", 1)]));
        assert_eq!(format!("{shared:?}"), r#"{"a": 1, "c": 2}"#);
    }

    #[test]
    fn chunks_follow_one_another() {
        let five = entries(&[("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)]);
        let lengths: Vec<usize> = five.chunks(2).map(EntrySlice::len).collect();
        assert_eq!(lengths, [2, 2, 1]);
        let scores: Vec<i64> = five.chunks(2).flat_map(EntrySlice::iter).map(|entry| entry.score).collect();
        assert_eq!(scores, [1, 2, 3, 4, 5]);
        assert_eq!(Entries::default().chunks(2).count(), 0);
    }
}
