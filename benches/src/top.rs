//! The weighted sum of columns and the best `k` of it in one loop over 64 rows at a time.

/// A total and the row it belongs to.
pub type Ranked = (i32, u32);

/// The best rows so far. Rows come in ascending order, so of equal totals the earlier row stays.
pub struct Top {
    kept: Vec<Ranked>,
    k: usize,
    /// A row must be above this to matter.
    bar: i16,
}

impl Top {
    /// Room for the best `k`; allocates once.
    pub fn new(k: usize) -> Top {
        Top { kept: Vec::with_capacity(2 * k.max(32)), k, bar: i16::MIN }
    }

    /// The best `k` of `feasible` by the sum of `columns` times `weights`, best first; `own` rows get `extra` on top.
    ///
    /// O(rows + k log k). Sums must fit 16 bits. Columns are padded to whole words.
    #[inline(always)]
    pub fn of<const N: usize>(
        &mut self,
        feasible: &[u64],
        columns: [&[i16]; N],
        weights: [i16; N],
        own: &[u64],
        extra: i16,
    ) -> &[Ranked] {
        self.kept.clear();
        self.bar = i16::MIN;
        for (word, (&mask, &own)) in feasible.iter().zip(own).enumerate() {
            if mask == 0 {
                continue;
            }
            let mut sums = [0_i16; 64];
            for (column, weight) in columns.iter().zip(weights) {
                for (sum, value) in sums.iter_mut().zip(&column[word * 64..word * 64 + 64]) {
                    *sum += *value * weight;
                }
            }
            // Own rows are few: one bit at a time.
            for row in Ones(own) {
                sums[row] += extra;
            }
            let best = sums.iter().fold(i16::MIN, |best, sum| best.max(*sum));
            if best > self.bar || self.kept.len() < self.k {
                self.take(mask, &sums, word);
            }
        }
        self.prune();
        self.kept.sort_unstable_by_key(|&(total, row)| (std::cmp::Reverse(total), row));
        &self.kept
    }

    #[inline(always)]
    fn take(&mut self, mask: u64, sums: &[i16; 64], word: usize) {
        for bit in Ones(mask) {
            if sums[bit] > self.bar {
                if self.kept.len() == self.kept.capacity() {
                    self.prune();
                }
                self.kept.push((i32::from(sums[bit]), (word * 64 + bit) as u32));
            }
        }
    }

    /// Drops all but the best `k`, and raises the bar to the worst of them.
    fn prune(&mut self) {
        if self.kept.len() <= self.k || self.k == 0 {
            self.kept.truncate(self.k);
            return;
        }
        self.kept.select_nth_unstable_by_key(self.k - 1, |&(total, row)| (std::cmp::Reverse(total), row));
        self.kept.truncate(self.k);
        self.bar = self.kept.iter().map(|&(total, _)| total).min().map_or(i16::MIN, |worst| worst as i16);
    }
}

/// Positions of the ones of a word, ascending.
pub struct Ones(pub u64);

impl Iterator for Ones {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        let at = self.0.trailing_zeros();
        self.0 &= self.0.wrapping_sub(1);
        (at < 64).then_some(at as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::Top;

    #[track_caller]
    fn check(column: &[i16], feasible: &[usize], k: usize, want: &[(i32, u32)]) {
        let words = column.len().div_ceil(64);
        let (mut padded, mut mask) = (column.to_vec(), vec![0; words]);
        padded.resize(words * 64, 0);
        feasible.iter().for_each(|row| crate::columns::set(&mut mask, *row));
        assert_eq!(Top::new(k).of(&mask, [&padded], [1], &vec![0; words], 0), want);
    }

    #[test]
    fn best_first() {
        check(&[1, 3, 2], &[0, 1, 2], 2, &[(3, 1), (2, 2)]);
    }
    #[test]
    fn ties_go_by_row() {
        check(&[7, 7, 7], &[0, 1, 2], 2, &[(7, 0), (7, 1)]);
    }
    #[test]
    fn the_infeasible_take_no_part() {
        check(&[9, 3, 2], &[1, 2], 1, &[(3, 1)]);
    }
    #[test]
    fn fewer_than_wanted_is_all() {
        check(&[1, 2], &[0, 1], 5, &[(2, 1), (1, 0)]);
    }
    #[test]
    fn nobody_wanted_is_nobody() {
        check(&[1, 2], &[0, 1], 0, &[]);
    }
    #[test]
    fn a_long_column_agrees_with_sorting() {
        let column: Vec<i16> = (0..1000_i32).map(|row| (row * 37 % 201 - 100) as i16).collect();
        let rows: Vec<usize> = (0..1000).filter(|row| row % 3 != 0).collect();
        let mut sorted: Vec<_> = rows.iter().map(|&row| (i32::from(column[row]), row as u32)).collect();
        sorted.sort_by_key(|&(total, row)| (-total, row));
        check(&column, &rows, 10, &sorted[..10]);
    }
}
