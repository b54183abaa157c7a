//! First builds: columns and selectors that were held while nobody had them, made of the rows on all cores.
//!
//! Holding only gives out numbers, in the order of the asking; what a number stands for is made here, so that the same bytes
//! come out on any number of threads.

use std::sync::Arc;

use rayon::prelude::*;

use super::columns::{Cells, ColumnSlot};
use super::interner::Code;
use super::selectors::{Node, SelectorId};
use super::store::Store;
use crate::ClusterSet;

/// Fewer cells than these are made sooner by one core than handed to others.
const PARALLEL_MIN: usize = 1 << 16;

/// No more values than these are compared one by one sooner than searched for.
const FEW: usize = 16;

impl Store {
    /// Makes what was held since the last time. O(rows) for a column and for a test of one, O(rows / 64) for a combination.
    pub(super) fn fill(&mut self) {
        let columns = std::mem::take(&mut self.columns.unbuilt);
        let cells = each(&columns, self.rows.len(), |column| self.columns.slot(*column).build(&self.rows));
        for (column, cells) in columns.into_iter().zip(cells) {
            self.columns.slot_mut(column).put_all(cells, self.now);
        }
        let mut selectors = std::mem::take(&mut self.selectors.unbuilt);
        let depth = |id: &SelectorId| self.selectors.slot(*id).depth;
        selectors.sort_by_key(depth);
        // Parts before what is made of them.
        let levels: Vec<usize> = selectors.chunk_by(|a, b| depth(a) == depth(b)).map(<[_]>::len).collect();
        let mut rest = selectors.as_slice();
        for length in levels {
            let (level, deeper) = rest.split_at(length);
            rest = deeper;
            let bits = each(level, self.rows.len() / 8, |id| self.build(&self.selectors.slot(*id).node));
            for (id, bits) in level.iter().zip(bits) {
                self.selectors.slot_mut(*id).bits = Arc::new(bits);
            }
        }
    }

    fn build(&self, node: &Node) -> ClusterSet {
        let mut bits = self.clusters.clone();
        match node {
            Node::All => {}
            Node::Live => retain(&mut bits, &self.rows, |row| row.cluster.as_ref().is_some_and(|c| !c.deleting)),
            Node::Has(column) => self.retain_present(&mut bits, &self.columns.slot(*column).cells),
            Node::In(column, codes) => retain_among(&mut bits, &self.columns.slot(*column).cells, codes),
            Node::Not(part) => bits.subtract(self.selectors.bits(*part)),
            Node::And(parts) => parts.iter().for_each(|part| bits.intersect(self.selectors.bits(*part))),
            Node::Or(parts) => {
                bits.reset(self.rows.len());
                parts.iter().for_each(|part| bits.unite(self.selectors.bits(*part)));
            }
        }
        bits
    }

    /// Takes out the rows without a value in the column.
    fn retain_present(&self, bits: &mut ClusterSet, cells: &Cells) {
        match cells {
            Cells::Texts(cells) => retain(bits, cells, |code| code.is_present()),
            Cells::Numbers(cells) => retain(bits, cells, |number| !number.is_nan()),
            Cells::Times(cells) => retain(bits, cells, |time| ColumnSlot::is_past(*time, self.now)),
        }
    }
}

/// What `make` makes of each item, in their order; each costs so many cells.
fn each<T: Sync, R: Send>(items: &[T], cells: usize, make: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    if items.len().saturating_mul(cells) < PARALLEL_MIN {
        items.iter().map(make).collect()
    } else {
        items.par_iter().map(make).collect()
    }
}

/// Takes out the rows whose cell does not pass, 64 rows at a time.
fn retain<T>(bits: &mut ClusterSet, cells: &[T], passes: impl Fn(&T) -> bool) {
    // Rows without a cell have nothing that could pass.
    let words = cells.chunks(64).chain(std::iter::repeat(&[][..]));
    for (word, cells) in bits.words_mut().iter_mut().zip(words) {
        let mut passing = 0;
        for (at, cell) in cells.iter().enumerate() {
            passing |= u64::from(passes(cell)) << at;
        }
        *word &= passing;
    }
}

/// Takes out the rows whose text is none of `codes`, which ascend.
fn retain_among(bits: &mut ClusterSet, cells: &Cells, codes: &[Code]) {
    let cells = match cells {
        Cells::Texts(cells) => cells.as_slice(),
        // No number is a text.
        Cells::Numbers(_) | Cells::Times(_) => &[],
    };
    match *codes {
        [one] => retain(bits, cells, |code| *code == one),
        [one, other] => retain(bits, cells, |code| (*code == one) | (*code == other)),
        // Comparing with every one has no branch to guess wrong.
        _ if codes.len() <= FEW => retain(bits, cells, |code| codes.iter().fold(false, |any, one| any | (code == one))),
        _ => retain(bits, cells, |code| codes.binary_search(code).is_ok()),
    }
}
