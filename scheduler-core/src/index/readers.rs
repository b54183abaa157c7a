//! Who reads what, and whom a change wakes.

use super::Reader;
use super::selectors::{SelectorId, Selectors};
use crate::ClusterId;

/// The placements that hold a handle of one thing. A change of a row there wakes those to whom the row matters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readers {
    /// Ascending; with how many gates of the reader lie before the handle.
    list: Vec<(Reader, u32)>,
}

impl Readers {
    /// O(readers) where others follow, else O(log readers).
    pub(super) fn insert(&mut self, reader: Reader, gates: u32) {
        match self.list.binary_search_by_key(&reader, |(r, _)| *r) {
            // Held twice: what lies behind fewer gates matters more.
            Ok(at) => self.list[at].1 = self.list[at].1.min(gates),
            Err(at) => self.list.insert(at, (reader, gates)),
        }
    }

    pub(super) fn remove(&mut self, reader: Reader) {
        if let Ok(at) = self.list.binary_search_by_key(&reader, |(r, _)| *r) {
            self.list.remove(at);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them, ascending.
    pub(super) fn all(&self) -> impl Iterator<Item = Reader> + '_ {
        self.list.iter().map(|(reader, _)| *reader)
    }

    /// Those for whom a row has passed the gates before their handle, and the others.
    pub(super) fn of_row<'a>(
        &'a self,
        row: usize,
        gates: &'a Gates,
        selectors: &'a Selectors,
    ) -> impl Iterator<Item = (Reader, bool)> + 'a {
        self.list.iter().map(move |(reader, count)| (*reader, gates.let_in(*reader, *count, row, selectors)))
    }
}

/// By reader, the selectors a row has to be in for what was asked for after them to matter (`Reads::within`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Gates {
    of: Vec<Vec<SelectorId>>,
}

impl Gates {
    pub(super) fn push(&mut self, reader: Reader, gate: SelectorId) {
        let at = reader.0 as usize;
        if self.of.len() <= at {
            self.of.resize_with(at + 1, Vec::new);
        }
        self.of[at].push(gate);
    }

    /// How many there are by now.
    pub(super) fn count(&self, reader: Reader) -> u32 {
        self.of.get(reader.0 as usize).map_or(0, Vec::len) as u32
    }

    pub(super) fn clear(&mut self, reader: Reader) {
        if let Some(gates) = self.of.get_mut(reader.0 as usize) {
            *gates = Vec::new();
        }
    }

    // A gate that changes in the same moment needs no care: its own readers wake if the gates before it let the row in.
    fn let_in(&self, reader: Reader, count: u32, row: usize, selectors: &Selectors) -> bool {
        let gates = self.of.get(reader.0 as usize).map_or(&[][..], Vec::as_slice);
        gates.iter().take(count as usize).all(|gate| selectors.bits(*gate).contains(ClusterId::at(row)))
    }
}

/// Placements that were woken, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Woken {
    list: Vec<Reader>,
    /// A bit a reader.
    bits: Vec<u64>,
    /// Woken if the row stands for them (true), or if it does not: decided where it is known what stands.
    depending: Vec<(Reader, u32, bool)>,
}

impl Woken {
    pub(super) fn insert(&mut self, reader: Reader) {
        let (word, bit) = (reader.0 as usize / 64, 1 << (reader.0 % 64));
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        if self.bits[word] & bit == 0 {
            self.bits[word] |= bit;
            self.list.push(reader);
        }
    }

    /// Wakes a placement for which the row stands, or one for which it does not, or either.
    pub(super) fn insert_where(&mut self, reader: Reader, row: usize, standing: bool, new: bool) {
        match (standing, new) {
            (true, true) => self.insert(reader),
            (false, false) => {}
            (standing, _) => self.depending.push((reader, row as u32, standing)),
        }
    }

    /// Takes all out; `stands` says whether a row stands for a reader, `None` where that is not known yet. O(woken).
    pub(super) fn take(&mut self, stands: impl Fn(Reader, u32) -> Option<bool>) -> Vec<Reader> {
        for (reader, row, standing) in std::mem::take(&mut self.depending) {
            if stands(reader, row).is_none_or(|stands| stands == standing) {
                self.insert(reader);
            }
        }
        for reader in &self.list {
            self.bits[reader.0 as usize / 64] = 0;
        }
        std::mem::take(&mut self.list)
    }
}
