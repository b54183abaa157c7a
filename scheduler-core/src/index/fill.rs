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
pub(super) fn each<T: Sync, R: Send>(items: &[T], cells: usize, make: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
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
        // A byte a row first: that compares many rows at a time.
        let mut passing = [0; 64];
        passing.iter_mut().zip(cells).for_each(|(byte, cell)| *byte = u8::from(passes(cell)));
        *word &= packed(&passing);
    }
}

/// The word whose bits are these bytes, each 0 or 1.
fn packed(bytes: &[u8; 64]) -> u64 {
    let (eights, _) = bytes.as_chunks();
    // The product has the lowest bit of each byte, the first one lowest, side by side in its highest byte.
    let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |word, eight| word << 8 | bits(eight))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{AddOnScore, Cluster, ClusterId, Selector, Source, Symbol, Time};

    /// A value of a label, whether the cluster is being deleted, a score and until when it is valid; a row without a cluster
    /// has the score alone.
    type Fact = (Option<usize>, bool, Option<i64>, bool);

    fn text(value: usize) -> Symbol {
        format!("v{value:02}").into()
    }

    fn store(facts: &[Fact]) -> Store {
        let mut store = Store::new();
        for (at, (label, deleting, valid_until, is_cluster)) in facts.iter().enumerate() {
            let name: Symbol = format!("c{at:03}").into();
            if *is_cluster {
                let labels = label.map(|value| ("key".into(), text(value))).into_iter().collect();
                let deleting = *deleting;
                store.put_cluster(&Cluster { name: name.clone(), labels, deleting, ..Cluster::default() });
            }
            if let Some(seconds) = valid_until {
                let valid_until = Some(Time::from_unix_seconds(*seconds));
                let scores = vec![("score".into(), 1)];
                store.put_score(&AddOnScore { cluster: name, name: "resource".into(), scores, valid_until });
            }
        }
        store.merge();
        store
    }

    fn selector() -> impl Strategy<Value = Selector> {
        let label = || Source::Label("key".into());
        let leaf = prop_oneof![
            Just(Selector::All),
            Just(Selector::Has(label())),
            Just(Selector::Has(Source::Score("resource".into(), "score".into()))),
            Just(Selector::Has(Source::Expired("resource".into()))),
            proptest::collection::btree_set(0..30usize, 0..25)
                .prop_map(move |values| Selector::In(label(), values.into_iter().map(text).collect())),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|part| Selector::Not(Box::new(part))),
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Selector::And),
                proptest::collection::vec(inner, 0..3).prop_map(Selector::Or),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_built_at_once_is_what_holds_row_by_row(
            facts in proptest::collection::vec(
                (proptest::option::of(0..30usize), proptest::bool::weighted(0.2), proptest::option::of(0..20i64), any::<bool>()),
                0..150,
            ),
            selectors in proptest::collection::vec(selector(), 1..6),
        ) {
            let mut store = store(&facts);
            store.advance(Time::from_unix_seconds(10));
            let mut ids: Vec<SelectorId> = selectors.iter().map(|selector| store.hold_selector(selector)).collect();
            ids.push(store.hold_eligible(&[&selectors[0]]));
            store.fill();
            ids.extend(store.selectors.bottom_up());
            for id in ids {
                let slot = store.selectors.slot(id);
                for row in 0..store.rows.len() {
                    prop_assert_eq!(slot.bits.contains(ClusterId::at(row)), store.holds(&slot.node, row), "{:?}", slot.node);
                }
            }
        }
    }

    #[test]
    fn many_are_made_in_their_order() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(each(&items, PARALLEL_MIN, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
    }
}
