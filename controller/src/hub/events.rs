//! Events (§13): told after a write has succeeded, sent aside with a budget of their own, never in the way of a write.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use api::bind::{Event, EventKind, Version};
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tracing::debug;

use super::calls::Calls;
use super::clock::{Clock, micro_time};
use super::rate::Rate;
use crate::metrics::Metrics;

/// Events that wait, at most; then the oldest are dropped, and counted.
const WAITING_MAX: usize = 1000;
/// Events a second.
const PER_SECOND: f64 = 20.0;
/// Events at once.
const BURST: u32 = 50;

/// An object that an event is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Regarding {
    pub api_version: &'static str,
    pub kind: &'static str,
    /// Empty for kinds without namespaces; their events are in `default`.
    pub namespace: String,
    pub name: String,
    pub version: Version,
}

/// Where events are told; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Events {
    waiting: Arc<Mutex<VecDeque<Waiting>>>,
    dropped: Arc<std::sync::atomic::AtomicU64>,
    more: Arc<Notify>,
}

#[derive(Clone, Debug)]
struct Waiting {
    regarding: Regarding,
    related: Option<Version>,
    event: Event,
}

impl Events {
    /// Tells an event about a placement; `related` is the version of the slice it names. One that says the same of the
    /// same objects and still waits is replaced: the last one counts.
    pub fn tell(&self, regarding: &Regarding, event: Event, related: Version) {
        self.put(Waiting { regarding: regarding.clone(), related: Some(related), event });
    }

    /// Warns about an object of any kind.
    pub fn warn(&self, regarding: Regarding, reason: &'static str, action: &'static str, note: String) {
        self.say(EventKind::Warning, regarding, reason, action, note);
    }

    /// Tells what went well with an object of any kind.
    pub fn note(&self, regarding: Regarding, reason: &'static str, action: &'static str, note: String) {
        self.say(EventKind::Normal, regarding, reason, action, note);
    }

    fn say(&self, kind: EventKind, regarding: Regarding, reason: &'static str, action: &'static str, mut note: String) {
        note.truncate(note.floor_char_boundary(1024));
        let event = Event { reason, action, kind, note, related: String::new() };
        self.put(Waiting { regarding, related: None, event });
    }

    fn put(&self, new: Waiting) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |old: &Waiting| {
            old.regarding.name == new.regarding.name
                && old.regarding.namespace == new.regarding.namespace
                && old.event.reason == new.event.reason
                && old.event.related == new.event.related
        };
        if let Some(old) = waiting.iter().position(is_same) {
            waiting.remove(old);
        } else if waiting.len() >= WAITING_MAX {
            waiting.pop_front();
            self.dropped.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        waiting.push_back(new);
        self.more.notify_one();
    }

    /// Sends what is told, until it is dropped.
    pub async fn send(self, calls: Calls, reporter: Reporter, metrics: Arc<Metrics>) {
        let budget = Rate::new(PER_SECOND, BURST);
        loop {
            let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some(next) = next else {
                self.more.notified().await;
                continue;
            };
            budget.wait_turn().await;
            for _ in 0..self.dropped.swap(0, std::sync::atomic::Ordering::Relaxed) {
                metrics.event("dropped");
            }
            if calls.is_fenced() {
                metrics.event("dropped");
                continue;
            }
            let (uri, body) = reporter.request(next);
            match calls.unfenced(Method::POST, &uri, "application/json", Bytes::from(body.to_string())).await {
                Ok(_) => metrics.event("sent"),
                Err(failure) => {
                    debug!(%failure, "an event was not taken");
                    metrics.event("rejected");
                }
            }
        }
    }
}

/// Who reports.
#[derive(Clone, Debug)]
pub(super) struct Reporter {
    /// The host's name.
    pub hostname: String,
    pub clock: Arc<dyn Clock>,
}

impl Reporter {
    fn request(&self, waiting: Waiting) -> (String, Value) {
        let Waiting { regarding, related, event } = waiting;
        let Event { reason, action, kind, note, related: slice } = event;
        let now = self.clock.now();
        let namespace = if regarding.namespace.is_empty() { "default" } else { &regarding.namespace };
        let reference = |api_version: &str, kind: &str, name: &str, version: &Version| {
            json!({
                "apiVersion": api_version, "kind": kind, "namespace": regarding.namespace, "name": name,
                "uid": version.uid, "resourceVersion": version.resource_version,
            })
        };
        let mut body = json!({
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {
                "name": format!("{}.{:x}", regarding.name, now.unix_nanos()),
                "namespace": namespace,
            },
            "eventTime": micro_time(now),
            "reportingController": "placement-controller",
            "reportingInstance": format!("placement-controller-{}", self.hostname),
            "action": action,
            "reason": reason,
            "type": kind.as_str(),
            "note": note,
            "regarding": reference(regarding.api_version, regarding.kind, &regarding.name, &regarding.version),
        });
        if let Some(version) = related {
            let group = regarding.api_version;
            body["related"] = reference(group, "PlacementDecision", &slice, &version);
        }
        (format!("/apis/events.k8s.io/v1/namespaces/{namespace}/events"), body)
    }
}
