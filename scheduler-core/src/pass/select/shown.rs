//! The totals that the ScoreUpdate event shows.

use crate::index::Store;

/// The event's note shows no more bytes (§13).
pub(crate) const NOTE_MAX: usize = 1000;

/// Collects totals in name order: as many as the note shows, and the one that it has no room for.
pub(crate) struct Shown<'a> {
    totals: &'a mut Vec<(i64, u32)>,
    store: &'a Store,
    length: usize,
}

impl<'a> Shown<'a> {
    /// Collects into `totals`, which is empty.
    pub(crate) fn new(totals: &'a mut Vec<(i64, u32)>, store: &'a Store) -> Self {
        Shown { totals, store, length: 0 }
    }

    /// Whether there is room for more.
    pub(crate) fn is_open(&self) -> bool {
        self.length <= NOTE_MAX
    }

    /// Takes the next row's total if there is room.
    #[inline]
    pub(crate) fn offer(&mut self, row: u32, total: i64) {
        if self.is_open() {
            self.take(row, total);
        }
    }

    fn take(&mut self, row: u32, total: i64) {
        self.length += self.store.name(row as usize).len() + digits(total) + 2;
        self.totals.push((total, row));
    }
}

/// How long a number is in decimal, its sign included.
fn digits(number: i64) -> usize {
    let digits = number.unsigned_abs().checked_ilog10().map_or(1, |log| log as usize + 1);
    digits + usize::from(number < 0)
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn digits_are_those_written() {
        for number in [0, 1, 9, 10, 99, 100, -1, -9, -10, -100, i64::MAX, i64::MIN] {
            assert_eq!(digits(number), number.to_string().len(), "{number}");
        }
    }
}
