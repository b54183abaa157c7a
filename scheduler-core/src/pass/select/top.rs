//! The `k` best of many, without sorting the many.

/// Collects the best `k` of what it is offered: by total descending, ties by row, which is by name (SELECT-1).
///
/// O(n + k log k) time for `n` offers in random order, O(n log k) at worst; at most `2k` kept at a time.
#[derive(Debug)]
pub(crate) struct Top<'a> {
    k: usize,
    best: &'a mut Vec<(i64, u32)>,
    /// The last that was good enough when the surplus was last cut; only better ones can still enter.
    threshold: Option<i64>,
}

fn order(a: &(i64, u32), b: &(i64, u32)) -> std::cmp::Ordering {
    b.0.cmp(&a.0).then(a.1.cmp(&b.1))
}

impl<'a> Top<'a> {
    /// Collects into `best`, which is emptied first.
    pub(crate) fn new(k: usize, best: &'a mut Vec<(i64, u32)>) -> Self {
        best.clear();
        Top { k, best, threshold: None }
    }

    /// Only rows with a total above this one can still enter; `None`: any.
    pub(crate) fn threshold(&self) -> Option<i64> {
        self.threshold
    }

    /// Takes a row if it is good enough. Rows must be offered in ascending order: one that only ties with the threshold then loses by name.
    #[inline]
    pub(crate) fn offer(&mut self, row: u32, total: i64) {
        if self.threshold.is_some_and(|threshold| total <= threshold) || self.k == 0 {
            return;
        }
        self.best.push((total, row));
        if self.best.len() >= self.k.saturating_mul(2) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.best.len() >= self.k {
            let (_, last, _) = self.best.select_nth_unstable_by(self.k - 1, order);
            self.threshold = Some(last.0);
            self.best.truncate(self.k);
        }
    }

    /// Leaves the best, rows ascending: a rank is nobody's business but an explanation's.
    pub(crate) fn finish(mut self) {
        if self.best.len() > self.k {
            self.cut();
        }
        if self.threshold.is_some() {
            self.best.sort_unstable_by_key(|(_, row)| *row);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_the_head_of_the_sorted_list(totals in proptest::collection::vec(-3i64..3, 0..200), k in 0usize..20) {
            let mut best = vec![(9, 9)];
            let mut top = Top::new(k, &mut best);
            totals.iter().enumerate().for_each(|(row, total)| top.offer(row as u32, *total));
            top.finish();
            let mut all: Vec<(i64, u32)> = totals.iter().enumerate().map(|(row, total)| (*total, row as u32)).collect();
            all.sort_by(order);
            all.truncate(k);
            all.sort_by_key(|(_, row)| *row);
            prop_assert_eq!(best, all);
        }
    }
}
