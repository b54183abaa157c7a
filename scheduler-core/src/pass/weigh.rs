//! Stage weigh: `total(c) = Σ score(c) × weight` (PRIO-20), for 64 rows at a time.

use super::kept::Width;
use super::select::Top;
use super::trail::Scored;
use crate::cluster_set::Bits;
use crate::index::Store;
use crate::{ClusterId, ClusterSet};

/// The total of one cluster.
pub(super) fn total(scored: &[Scored], cluster: ClusterId, store: &Store) -> i64 {
    let product = |s: &Scored| i64::from(s.weight) * s.scores.of(cluster, store).map_or(0, i64::from);
    // Wraps like upstream's; far outside what the API admits (weights to 10, scores to 100).
    scored.iter().map(product).fold(0, i64::wrapping_add)
}

/// Offers every candidate with its total, rows ascending. O(candidates × prioritizers), 64 rows at a time but for exceptions.
pub(super) fn weigh(
    scored: &[Scored],
    candidates: &ClusterSet,
    exceptions: &mut ClusterSet,
    store: &Store,
    top: &mut Top<'_>,
) {
    exceptions.reset(store.rows.len());
    scored.iter().for_each(|s| s.scores.add_exceptions(candidates, store, exceptions));
    let bound: i64 =
        scored.iter().map(|s| i64::from(s.weight).abs().saturating_mul(s.scores.bound())).fold(0, i64::saturating_add);
    if bound > i64::from(i32::MAX) {
        // No block of 32-bit sums would be exact.
        candidates.iter().for_each(|c| top.offer(c.0, total(scored, c, store)));
        return;
    }
    let constant: i32 = scored.iter().map(|s| s.weight * s.scores.constant_part()).sum();
    for (at, word) in candidates.words().iter().enumerate().filter(|(_, word)| **word != 0) {
        let mut totals = [constant; 64];
        for s in scored {
            if let Some(kept) = s.scores.mapped_part() {
                match &kept.cells {
                    Width::Narrow(cells) => add(&mut totals, s.weight, &cells[at * 64..][..64]),
                    Width::Wide(cells) => add(&mut totals, s.weight, &cells[at * 64..][..64]),
                }
            }
        }
        let row = |bit: usize| ClusterId::at(at * 64 + bit);
        for bit in Bits(word & exceptions.words()[at]) {
            // Fits by the bound above.
            totals[bit] = total(scored, row(bit), store) as i32;
        }
        // Soon most blocks hold nobody who is good enough, and their maximum is found many rows at a time.
        let best = totals.iter().fold(i32::MIN, |best, total| best.max(*total));
        if !top.admits(i64::from(best)) {
            continue;
        }
        for bit in Bits(*word) {
            top.offer(row(bit).0, i64::from(totals[bit]));
        }
    }
}

fn add<S: Copy + Into<i32>>(totals: &mut [i32; 64], weight: i32, scores: &[S]) {
    for (total, score) in totals.iter_mut().zip(scores) {
        *total = total.wrapping_add(weight.wrapping_mul((*score).into()));
    }
}
