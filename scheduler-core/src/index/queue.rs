//! Who is awake, in the order in which they are decided.

use super::Reader;
use crate::cluster_set::Bits;

/// The awake among ranked placements. Ranks are handed in again after placements came, went or changed theirs.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    /// By rank.
    order: Vec<Reader>,
    /// By reader: its rank, and whether it is awake.
    places: Vec<(u32, bool)>,
    /// A bit a rank.
    awake: Vec<u64>,
    /// No word before this one has a bit.
    first: usize,
    /// Awake without a rank yet.
    unranked: Vec<Reader>,
    stale: bool,
}

impl Queue {
    /// Placements came, went or changed their order.
    pub(super) fn unrank(&mut self) {
        self.stale = true;
    }

    pub(super) fn is_stale(&self) -> bool {
        self.stale
    }

    pub(super) fn contains(&self, reader: Reader) -> bool {
        self.places.get(reader.0 as usize).is_some_and(|(_, awake)| *awake)
    }

    /// Wakes a placement. O(1).
    pub(super) fn insert(&mut self, reader: Reader) {
        let at = reader.0 as usize;
        if self.places.len() <= at {
            self.places.resize(at + 1, (0, false));
        }
        let (rank, awake) = &mut self.places[at];
        if std::mem::replace(awake, true) {
            return;
        }
        if self.stale {
            self.unranked.push(reader);
            return;
        }
        let rank = *rank as usize;
        self.awake[rank / 64] |= 1 << (rank % 64);
        self.first = self.first.min(rank / 64);
    }

    /// The placements in their new order. O(placements).
    pub(super) fn rank(&mut self, order: Vec<Reader>) {
        let mut awake: Vec<Reader> = self.iter().collect();
        awake.append(&mut self.unranked);
        const NOBODY: u32 = u32::MAX;
        self.places = vec![(NOBODY, false); order.iter().map(|r| r.0 as usize + 1).max().unwrap_or(0)];
        for (rank, reader) in (0..).zip(&order) {
            self.places[reader.0 as usize].0 = rank;
        }
        self.awake = vec![0; order.len().div_ceil(64)];
        self.first = self.awake.len();
        self.order = order;
        self.stale = false;
        // Who went is nobody now. His number may be another placement's, which then is new, and awake as well.
        awake.retain(|reader| self.places.get(reader.0 as usize).is_some_and(|(rank, _)| *rank != NOBODY));
        awake.into_iter().for_each(|reader| self.insert(reader));
    }

    /// The awake, by rank. O(placements / 64 + awake).
    pub(super) fn iter(&self) -> impl Iterator<Item = Reader> + '_ {
        let words = self.awake.iter().enumerate().skip(self.first);
        words.flat_map(move |(at, word)| Bits(*word).map(move |bit| self.order[at * 64 + bit]))
    }

    /// The first of the awake, who is awake no more.
    pub(super) fn pop(&mut self) -> Option<Reader> {
        self.first += self.awake.get(self.first..)?.iter().take_while(|word| **word == 0).count();
        let word = self.awake.get_mut(self.first)?;
        let bit = word.trailing_zeros() as usize;
        *word &= *word - 1;
        let reader = self.order[self.first * 64 + bit];
        self.places[reader.0 as usize].1 = false;
        Some(reader)
    }
}
