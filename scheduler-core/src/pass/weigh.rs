//! Stage weigh: `total(c) = Σ score(c) × weight` (PRIO-20), for 64 rows at a time.

use super::layer::{self, Layer, Total};
use super::trail::Scored;
use crate::index::Store;
use crate::wide::{self, Kernel};
use crate::{ClusterId, ClusterSet};

/// The total of one cluster.
pub(super) fn total(scored: &[Scored], cluster: ClusterId, store: &Store) -> i64 {
    let product = |s: &Scored| i64::from(s.weight) * s.scores.of(cluster, store).map_or(0, i64::from);
    // Wraps like upstream's; far outside what the API admits (weights to 10, scores to 100).
    scored.iter().map(product).fold(0, i64::wrapping_add)
}

/// Who is told the totals of one pass.
pub(super) trait Totals {
    /// Totals that are not above this one are of no use any more; `None`: all are of use.
    fn limit(&self) -> Option<i64>;
    /// Rows come ascending, each once, most of those that are of no use left out.
    fn offer(&mut self, cluster: ClusterId, total: i64);
}

/// Tells the totals of candidates, rows ascending. O(candidates × prioritizers), 64 rows at a time.
pub(super) fn weigh(scored: &[Scored], candidates: &ClusterSet, store: &Store, to: &mut impl Totals) {
    let bound: i64 =
        scored.iter().map(|s| i64::from(s.weight).abs().saturating_mul(s.scores.bound())).fold(0, i64::saturating_add);
    let layers = || scored.iter().map(|s| s.scores.layer(s.weight, store).among(candidates)).collect();
    if bound <= i64::from(i16::MAX) {
        wide::run(Weigh::<i16, _>::new(layers(), candidates, to));
    } else if bound <= i64::from(i32::MAX) {
        wide::run(Weigh::<i32, _>::new(layers(), candidates, to));
    } else {
        candidates.iter().for_each(|c| to.offer(c, total(scored, c, store)));
    }
}

struct Weigh<'a, T, O> {
    /// What every row has.
    start: T,
    plain: Vec<Layer<'a>>,
    others: Vec<Layer<'a>>,
    candidates: &'a ClusterSet,
    to: &'a mut O,
}

impl<'a, T: Total, O> Weigh<'a, T, O> {
    fn new(layers: Vec<Layer<'a>>, candidates: &'a ClusterSet, to: &'a mut O) -> Self {
        let start = layers.iter().map(|l| l.weight.wrapping_mul(l.start())).fold(0, i32::wrapping_add);
        let (mut plain, others): (Vec<Layer<'_>>, _) = layers.into_iter().partition(Layer::is_plain);
        plain.retain(|layer| layer.mapped.is_some());
        Weigh { start: T::of(start), plain, others, candidates, to }
    }
}

impl<T: Total, O: Totals> Kernel for Weigh<'_, T, O> {
    type Answer = ();

    #[inline(always)]
    fn run(mut self) {
        for (at, word) in self.candidates.words().iter().enumerate().filter(|(_, word)| **word != 0) {
            let mut totals = [self.start; 64];
            for layer in &self.plain {
                layer.add_plain(at, &mut totals);
            }
            for layer in &mut self.others {
                layer.add(at, *word, &mut totals);
            }
            let useful = match self.to.limit() {
                None => *word,
                // A limit is a total that was offered, so it fits.
                Some(limit) => {
                    let limit = T::of(limit as i32);
                    // Soon most blocks hold nobody who is good enough.
                    if !layer::any_above(&totals, limit) {
                        continue;
                    }
                    word & layer::above(&totals, limit)
                }
            };
            layer::rows(at, useful, &totals).for_each(|(cluster, total)| self.to.offer(cluster, total));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pass::kept::{KeptCells, Width};

    const ROWS: usize = 200;

    /// Everything a prioritizer can say, by row.
    #[derive(Clone, Debug)]
    struct Said {
        weight: i32,
        constant: i32,
        mapped: Option<KeptCells>,
        members: Vec<(ClusterSet, i32)>,
        cells: Vec<(ClusterId, i32)>,
        only: Option<ClusterSet>,
    }

    impl Said {
        fn layer(&self) -> Layer<'_> {
            Layer {
                weight: self.weight,
                constant: self.constant,
                mapped: self.mapped.as_ref(),
                members: &self.members,
                cells: &self.cells,
                only: self.only.as_ref(),
            }
        }

        /// The score of one row, from strong to weak.
        fn score(&self, cluster: ClusterId) -> i32 {
            let cell = self.cells.iter().find(|(c, _)| *c == cluster).map(|(_, score)| *score);
            let member = self.members.iter().rev().find(|(set, _)| set.contains(cluster)).map(|(_, score)| *score);
            let mapped = self.mapped.as_ref().map(|kept| kept.get(cluster.row()));
            if self.only.as_ref().is_some_and(|only| !only.contains(cluster)) {
                return 0;
            }
            cell.or(member).or(mapped).unwrap_or(self.constant)
        }
    }

    /// Is told every total, or those above a limit.
    struct Told(Vec<(ClusterId, i64)>, Option<i64>);

    impl Totals for Told {
        fn limit(&self) -> Option<i64> {
            self.1
        }

        fn offer(&mut self, cluster: ClusterId, total: i64) {
            self.0.push((cluster, total));
        }
    }

    fn set() -> impl Strategy<Value = ClusterSet> {
        // Blocks without a member and blocks full of them are likely.
        let word = prop_oneof![Just(0), Just(u64::MAX), any::<u64>(), (0u32..64).prop_map(|bit| 1 << bit)];
        proptest::collection::vec(word, ROWS.div_ceil(64)).prop_map(|words| {
            let mut set = ClusterSet::empty(ROWS);
            let rows = (0..ROWS).filter(|row| words[row / 64] >> (row % 64) & 1 == 1);
            rows.for_each(|row| set.set(ClusterId::at(row), true));
            set
        })
    }

    fn said(limit: i32) -> impl Strategy<Value = Said> {
        let score = -limit..=limit;
        let padded = ROWS.next_multiple_of(64);
        let narrow = proptest::collection::vec(-limit as i16..=limit as i16, padded).prop_map(Width::Narrow);
        let wide = proptest::collection::vec(score.clone(), padded).prop_map(Width::Wide);
        let mapped = prop_oneof![narrow, wide].prop_map(|cells| KeptCells { cells, bound: 0 });
        let members = proptest::collection::vec((set(), score.clone()), 0..3);
        let cells = proptest::collection::btree_map(0..ROWS, score.clone(), 0..20);
        (-10..=10, score, proptest::option::of(mapped), members, cells, proptest::option::of(set())).prop_map(
            |(weight, constant, mapped, members, cells, only)| {
                let cells = cells.into_iter().map(|(row, score)| (ClusterId::at(row), score)).collect();
                Said { weight, constant, mapped, members, cells, only }
            },
        )
    }

    fn sums<T: Total>(
        said: &[Said],
        candidates: &ClusterSet,
        limit: Option<i64>,
        widest: bool,
    ) -> Vec<(ClusterId, i64)> {
        let mut told = Told(Vec::new(), limit);
        let layers = said.iter().map(|said| said.layer().among(candidates)).collect();
        let kernel = Weigh::<T, _>::new(layers, candidates, &mut told);
        if widest {
            wide::run(kernel);
        } else {
            kernel.run();
        }
        told.0
    }

    proptest! {
        #[test]
        fn blocks_sum_as_rows_do_on_every_cpu(
            said in proptest::collection::vec(said(1000), 0..4),
            candidates in set(),
            limit in proptest::option::of(-3000i64..3000),
        ) {
            let total = |c| said.iter().map(|s| i64::from(s.weight) * i64::from(s.score(c))).sum::<i64>();
            let all: Vec<_> = candidates.iter().map(|c| (c, total(c))).collect();
            let narrow = all.iter().all(|(_, total)| i16::try_from(*total).is_ok());
            let want: Vec<_> = all.into_iter().filter(|(_, total)| limit.is_none_or(|limit| *total > limit)).collect();
            for widest in [false, true] {
                prop_assert_eq!(&sums::<i32>(&said, &candidates, limit, widest), &want);
                if narrow {
                    prop_assert_eq!(&sums::<i16>(&said, &candidates, limit, widest), &want);
                }
            }
        }
    }
}
