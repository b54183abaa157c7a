//! When time alone may change a placement's answer.

use std::collections::BTreeSet;

use kube_text::Time;

use super::Reader;

/// Due times of the placements of one index.
#[derive(Clone, Debug, Default)]
pub(super) struct Due {
    by_time: BTreeSet<(Time, Reader)>,
    by_reader: Vec<Option<Time>>,
}

impl Due {
    pub(super) fn set(&mut self, reader: Reader, due: Option<Time>) {
        let at = reader.0 as usize;
        if self.by_reader.len() <= at {
            self.by_reader.resize(at + 1, None);
        }
        if let Some(old) = std::mem::replace(&mut self.by_reader[at], due) {
            self.by_time.remove(&(old, reader));
        }
        if let Some(due) = due {
            self.by_time.insert((due, reader));
        }
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes out what is due at `now`.
    pub(super) fn take(&mut self, now: Time) -> Vec<Reader> {
        let mut due = Vec::new();
        while let Some((_, reader)) = self.by_time.first().filter(|(at, _)| *at <= now).copied() {
            self.set(reader, None);
            due.push(reader);
        }
        due
    }
}
