//! What a plugin's calls came to, for metrics.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::evaluation::Usage;
use crate::failure::{Failure, Reason};

/// The counters of one plugin; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<Mutex<Counted>>);

/// What was counted since the plugin was loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many evaluations there were.
    pub evaluations: u64,
    /// How many rows they were about, together.
    pub rows: u64,
    /// How long they took, together.
    pub time: Duration,
    /// How much fuel they used up, together.
    pub fuel: u64,
    /// The most memory that one of them had, in bytes.
    pub memory_bytes_max: usize,
    /// How many of them failed, by reason.
    pub failures: BTreeMap<Reason, u64>,
}

impl Calls {
    /// What was counted by now.
    #[must_use]
    pub fn counted(&self) -> Counted {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts one evaluation.
    pub(crate) fn timed<T>(&self, rows: u32, run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        let began = Instant::now();
        let answer = run();
        self.count(|counted| {
            counted.evaluations += 1;
            counted.rows += u64::from(rows);
            counted.time += began.elapsed();
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

    fn count(&self, count: impl FnOnce(&mut Counted)) {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
