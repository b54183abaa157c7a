//! Decisions on their way to the hub: the latest of each placement, one writer a placement, what failed later again.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use scheduler_core::{Decision, PlacementKey};
use tokio::time::Instant;

use super::backoff::Backoff;
use crate::metrics::Metrics;

/// How many placements are written at the same time.
const WRITERS: usize = 32;
/// The longest wait of a placement whose writes fail.
const RETRY_MAX: Duration = Duration::from_secs(60);
/// The longest pause of all writes while the server does not answer.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// All decisions that are not yet written.
#[derive(Debug)]
pub(super) struct Queue {
    metrics: Arc<Metrics>,
    jobs: HashMap<PlacementKey, Job>,
    /// Those that a user waits for, then all others; each key of a job stands in one of them unless it is being written.
    first: VecDeque<PlacementKey>,
    later: VecDeque<PlacementKey>,
    writing: HashSet<PlacementKey>,
    failing: HashMap<PlacementKey, Backoff>,
    retries: BTreeSet<(Instant, PlacementKey)>,
    /// Whose they are: what is decided for them meanwhile waits as well.
    waiting: HashSet<PlacementKey>,
    pause: Backoff,
    paused_until: Option<Instant>,
}

/// A decision that is not being written yet.
#[derive(Debug)]
struct Job {
    decision: Decision,
    is_first: bool,
}

impl Queue {
    /// An empty one.
    pub fn new(metrics: Arc<Metrics>) -> Queue {
        Queue {
            metrics,
            jobs: HashMap::new(),
            first: VecDeque::new(),
            later: VecDeque::new(),
            writing: HashSet::new(),
            failing: HashMap::new(),
            retries: BTreeSet::new(),
            waiting: HashSet::new(),
            pause: Backoff::new(PAUSE_MAX),
            paused_until: None,
        }
    }

    /// Decisions that wait, and those that are being written.
    fn depth(&self) -> usize {
        self.jobs.len() + self.writing.len()
    }

    /// The latest decision of a placement; `is_first`: a user waits for it, who has just changed what may have been wrong.
    pub fn put(&mut self, decision: Decision, is_first: bool) {
        let key = decision.placement.clone();
        if is_first && self.waiting.contains(&key) {
            self.forget(&key);
        }
        let was = self.jobs.get(&key).map(|job| job.is_first);
        let job = Job { decision, is_first: is_first || was == Some(true) };
        let moves = job.is_first && was == Some(false);
        self.jobs.insert(key.clone(), job);
        self.metrics.queued(&key, self.depth());
        if self.writing.contains(&key) || self.waiting.contains(&key) {
            return;
        }
        if moves {
            self.later.retain(|later| *later != key);
        }
        if moves || was.is_none() {
            self.line(is_first).push_back(key);
        }
    }

    /// The next decision to write; from now on it is being written.
    pub fn next(&mut self, now: Instant) -> Option<Decision> {
        if self.writing.len() >= WRITERS || self.paused_until.is_some_and(|until| now < until) {
            return None;
        }
        let key = self.first.pop_front().or_else(|| self.later.pop_front())?;
        let job = self.jobs.remove(&key)?;
        self.metrics.began(&key);
        self.writing.insert(key);
        Some(job.decision)
    }

    /// The writes of a placement are made; or there were none, which says nothing about the server.
    pub fn done(&mut self, key: &PlacementKey, wrote: bool) {
        self.writing.remove(key);
        self.metrics.ended(key, self.depth());
        self.failing.remove(key);
        if wrote {
            self.pause.reset();
            self.paused_until = None;
        }
        if let Some(job) = self.jobs.get(key) {
            let is_first = job.is_first;
            self.line(is_first).push_back(key.clone());
        }
    }

    /// The writes of a placement failed: it is to be decided again after a while. What was decided meanwhile was decided
    /// from what does not stand.
    pub fn failed(&mut self, key: &PlacementKey, now: Instant) {
        self.writing.remove(key);
        self.jobs.remove(key);
        self.metrics.failed(key, self.depth());
        let wait = self.failing.entry(key.clone()).or_insert_with(|| Backoff::new(RETRY_MAX)).next();
        self.retries.insert((now + wait, key.clone()));
        self.waiting.insert(key.clone());
    }

    /// The server is gone, or asks to wait: nothing is written for a while.
    pub fn pause(&mut self, now: Instant, asked: Option<Duration>) {
        if self.paused_until.is_none_or(|until| until <= now) {
            let wait = self.pause.next().max(asked.unwrap_or_default());
            self.paused_until = Some(now + wait);
        }
    }

    /// Forgets a placement that is gone. Writes that are under way end by themselves.
    pub fn forget(&mut self, key: &PlacementKey) {
        self.jobs.remove(key);
        self.metrics.forgotten(key, self.depth());
        self.first.retain(|other| other != key);
        self.later.retain(|other| other != key);
        self.failing.remove(key);
        if self.waiting.remove(key) {
            self.retries.retain(|(_, other)| other != key);
        }
    }

    /// The placements whose wait is over.
    pub fn due(&mut self, now: Instant) -> Vec<PlacementKey> {
        let mut due = Vec::new();
        while let Some(entry) = self.retries.first().filter(|(at, _)| *at <= now).cloned() {
            self.retries.remove(&entry);
            self.waiting.remove(&entry.1);
            if let Some(job) = self.jobs.get(&entry.1) {
                let is_first = job.is_first;
                self.line(is_first).push_back(entry.1.clone());
            }
            due.push(entry.1);
        }
        due
    }

    /// When there is something to do though nothing happens.
    pub fn next_due(&self) -> Option<Instant> {
        let waiting = !self.first.is_empty() || !self.later.is_empty();
        let paused = self.paused_until.filter(|_| waiting && self.writing.len() < WRITERS);
        self.retries.first().map(|(at, _)| *at).into_iter().chain(paused).min()
    }

    fn line(&mut self, is_first: bool) -> &mut VecDeque<PlacementKey> {
        if is_first { &mut self.first } else { &mut self.later }
    }
}

#[cfg(test)]
mod tests;
