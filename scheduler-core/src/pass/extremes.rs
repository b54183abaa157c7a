//! The smallest and the largest number of each block of 64 rows of a column, kept between passes: the extremes over any set
//! of clusters are found without looking at most of its clusters.

use super::Pass;
use crate::ClusterSet;
use crate::cluster_set::Bits;
use crate::index::Column;

/// The blocks of the columns that somebody asked the range of, patched where cells changed.
#[derive(Debug, Default)]
pub(super) struct Extremes {
    slots: Vec<Blocks>,
}

#[derive(Debug)]
struct Blocks {
    column: Column,
    version: u64,
    /// Smallest and largest; a block without a number has `NOTHING`.
    ends: Vec<(f64, f64)>,
}

/// Beyond every number, so that nothing is beyond it.
const NOTHING: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

fn ends(numbers: &[f64]) -> (f64, f64) {
    // NaN, which is no number, is never taken.
    numbers.iter().fold(NOTHING, |(low, high), x| (low.min(*x), high.max(*x)))
}

impl Extremes {
    /// The smallest and the largest number over the clusters that are in all of these sets.
    pub(super) fn range(&mut self, pass: &Pass<'_>, column: Column, within: &[&ClusterSet]) -> Option<(f64, f64)> {
        let numbers = pass.numbers(column);
        let (mut low, mut high) = NOTHING;
        for (at, (least, most)) in self.blocks(pass, column).iter().enumerate() {
            // After a few blocks hardly any has a number that is further out, be it a candidate's or not.
            if *least >= low && *most <= high {
                continue;
            }
            let word = within.iter().fold(u64::MAX, |word, set| word & set.words().get(at).copied().unwrap_or(0));
            for x in Bits(word).filter_map(|bit| numbers.get(at * 64 + bit)) {
                low = low.min(*x);
                high = high.max(*x);
            }
        }
        (low <= high).then_some((low, high))
    }

    /// The blocks as they are now: O(rows) the first time, later O(cells that changed).
    fn blocks(&mut self, pass: &Pass<'_>, column: Column) -> &[(f64, f64)] {
        let source = pass.snapshot.index.store.columns.slot(column);
        let numbers = pass.numbers(column);
        let all = || numbers.chunks(64).map(ends).collect();
        let at = self.slots.iter().position(|slot| slot.column == column).unwrap_or_else(|| {
            self.slots.push(Blocks { column, version: source.version, ends: all() });
            self.slots.len() - 1
        });
        let slot = &mut self.slots[at];
        if slot.version != source.version {
            match source.changed_since(slot.version) {
                Some(rows) => rows.for_each(|row| {
                    let block = row / 64 * 64;
                    slot.ends[row / 64] = ends(&numbers[block..numbers.len().min(block + 64)]);
                }),
                None => slot.ends = all(),
            }
            slot.version = source.version;
        }
        &slot.ends
    }
}
