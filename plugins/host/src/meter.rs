//! What a plugin's calls came to, for metrics.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::evaluation::Usage;
use crate::failure::{Failure, Reason};
use crate::inspect::Export;

/// The counters of one plugin; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<Mutex<Counted>>);

/// Upper ends of what evaluations are sorted by, seconds. What took longer than the last was stopped by the clock, or nearly.
pub const SECONDS: [f64; 12] = [1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 1e-1, 1.0, 10.0];

/// What was counted since the plugin was loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// Evaluations, by what they were asked for.
    pub evaluations: BTreeMap<Export, Durations>,
    /// How many of them are under way.
    pub running: u64,
    /// How many answers of guests that are asked for all clusters were known already.
    pub remembered: u64,
    /// How many rows the evaluations were about, together.
    pub rows: u64,
    /// How much fuel they used up, together.
    pub fuel: u64,
    /// The most memory that one of them had, in bytes.
    pub memory_bytes_max: usize,
    /// How many of them failed, by reason.
    pub failures: BTreeMap<Reason, u64>,
}

/// How long evaluations took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Durations {
    /// How many took no longer than each of [`SECONDS`] and longer than the one before; then those that took longer than all.
    pub counts: [u64; SECONDS.len() + 1],
    /// How long they took, together, in seconds.
    pub seconds: f64,
}

impl Durations {
    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    fn add(&mut self, seconds: f64) {
        self.counts[SECONDS.partition_point(|end| *end < seconds)] += 1;
        self.seconds += seconds;
    }
}

impl Counted {
    /// How many evaluations have ended.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.evaluations.values().map(Durations::count).sum()
    }
}

impl Calls {
    /// What was counted by now.
    #[must_use]
    pub fn counted(&self) -> Counted {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts one evaluation.
    pub(crate) fn timed<T>(
        &self,
        of: Export,
        rows: u32,
        run: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.count(|counted| counted.running += 1);
        let began = Instant::now();
        let answer = run();
        let took = began.elapsed().as_secs_f64();
        self.count(|counted| {
            counted.running -= 1;
            counted.rows += u64::from(rows);
            counted.evaluations.entry(of).or_default().add(took);
            if let Err(failure) = &answer {
                *counted.failures.entry(failure.reason).or_default() += 1;
            }
        });
        answer
    }

    /// Counts what an evaluation used up.
    pub(crate) fn used(&self, usage: Usage) {
        self.count(|counted| {
            counted.fuel = counted.fuel.saturating_add(usage.fuel);
            counted.memory_bytes_max = counted.memory_bytes_max.max(usage.memory_bytes);
        });
    }

    /// Counts an answer that was known.
    pub(crate) fn remembered(&self) {
        self.count(|counted| counted.remembered += 1);
    }

    fn count(&self, count: impl FnOnce(&mut Counted)) {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_counted_where_it_ends() {
        let mut durations = Durations::default();
        for seconds in [0.0, 1e-4, 1.1e-4, 10.0, 11.0] {
            durations.add(seconds);
        }
        assert_eq!(durations.counts, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(durations.count(), 5);
    }
}
