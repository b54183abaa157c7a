//! CPU time of one thread, and medians.

use std::hint::black_box;

use rustix::time::{ClockId, clock_gettime};

/// A batch takes at least this long, so that asking the clock does not show.
const BATCH_NS: u64 = 200_000;

/// CPU time of the calling thread in nanoseconds, from a start of its own.
pub(super) fn cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // A thread's time is never negative.
    time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs()
}

/// A clock that knows what asking it costs.
pub(in crate::cli) struct Clock {
    /// Between two answers, in nanoseconds.
    pub cost_ns: u64,
}

impl Clock {
    /// Finds out.
    pub fn new() -> Clock {
        let between = || {
            let start = cpu_ns();
            cpu_ns() - start
        };
        Clock { cost_ns: median((0..1001).map(|_| between()).collect()).unwrap_or(0) }
    }

    /// What work makes, and the CPU time of it in nanoseconds.
    pub fn time<T>(&self, work: impl FnOnce() -> T) -> (T, u64) {
        let start = cpu_ns();
        let made = black_box(work());
        let end = cpu_ns();
        (made, (end - start).saturating_sub(self.cost_ns))
    }

    /// The CPU time of something that is soon done, in nanoseconds: the median of so many batches of it.
    pub fn batches<T>(&self, rounds: usize, mut work: impl FnMut() -> T) -> Option<f64> {
        let mut batch = |times: u64| {
            self.time(|| {
                for _ in 0..times {
                    black_box(work());
                }
            })
            .1
        };
        let mut times = 1;
        while batch(times) < BATCH_NS {
            times *= 2;
        }
        median((0..rounds).map(|_| batch(times)).collect()).map(|ns| ns as f64 / times as f64)
    }
}

/// The middle one of the values, the upper of two.
pub(in crate::cli) fn median<T: Ord>(mut values: Vec<T>) -> Option<T> {
    values.sort_unstable();
    let middle = values.len() / 2;
    values.into_iter().nth(middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_whatever_the_order() {
        assert_eq!(median(vec![9, 1, 5]), Some(5));
        assert_eq!(median(vec![4, 1, 3, 2]), Some(3));
        assert_eq!(median(Vec::<u8>::new()), None);
    }

    #[test]
    fn every_round_is_a_batch_of_the_same_size() {
        let clock = Clock::new();
        let mut done = 0_u64;
        clock.batches(7, || done += 1);
        // Batches of 1, 2, 4 … until one is long enough, then seven of that size.
        assert_eq!((done + 1) % 9, 0);
        assert!(((done + 1) / 9).is_power_of_two());
    }
}
