//! What is written on the hub, seen from outside: when, by a watch; how often, by the API server's own count.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use futures::StreamExt;
use kube::api::{DynamicObject, ListParams, WatchEvent, WatchParams};
use kube::{Api, Client};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::stage::Stage;

/// Nothing for so long: whoever wrote has finished.
const QUIET: Duration = Duration::from_secs(3);
/// How long the first write may take: a lease has to run out before another process may write.
const PATIENCE: Duration = Duration::from_secs(300);

/// A watch of placements and slices, and the API server's counters at its beginning.
pub struct Traffic {
    client: Client,
    before: Count,
    seen: Arc<Mutex<Vec<Instant>>>,
    watches: Vec<JoinHandle<anyhow::Error>>,
}

/// Successful and refused writes of clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Of placements and slices.
    pub decisions: u64,
    /// Of events.
    pub events: u64,
}

/// What was written, and when.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub first: Instant,
    pub last: Instant,
    pub writes: Count,
}

impl Traffic {
    /// Begins to look.
    pub async fn watch(stage: &Stage) -> Result<Traffic> {
        let seen: Arc<Mutex<Vec<Instant>>> = Arc::default();
        let mut watches = Vec::new();
        for kind in ["Placement", "PlacementDecision"] {
            let api = stage.all(kind);
            let from = api.list_metadata(&ListParams::default().limit(1)).await?.metadata.resource_version;
            watches.push(tokio::spawn(note(api, from.unwrap_or_default(), seen.clone())));
        }
        let client = stage.client.clone();
        Ok(Traffic { before: count(&client).await?, client, seen, watches })
    }

    /// Waits until something was written, then until nothing is any more. `None`: nothing was written within `patience`.
    pub async fn until_quiet_or(mut self, patience: Duration) -> Result<Option<Seen>> {
        let began = Instant::now();
        let (first, last) = loop {
            sleep(Duration::from_millis(20)).await;
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            match (seen.first(), seen.last()) {
                (Some(first), Some(last)) if last.elapsed() > QUIET => break (*first, *last),
                (None, _) if began.elapsed() > patience => return Ok(None),
                _ => {}
            }
        };
        for watch in &mut self.watches {
            if watch.is_finished() {
                return Err(watch.await?.context("a watch ended"));
            }
        }
        let after = count(&self.client).await?;
        let writes =
            Count { decisions: after.decisions - self.before.decisions, events: after.events - self.before.events };
        Ok(Some(Seen { first, last, writes }))
    }

    /// The same, where something must be written.
    pub async fn until_quiet(self) -> Result<Seen> {
        self.until_quiet_or(PATIENCE).await?.context("nothing was written")
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        self.watches.iter().for_each(JoinHandle::abort);
    }
}

/// Notes when each change was heard of. Ends only with what went wrong.
async fn note(api: Api<DynamicObject>, mut from: String, seen: Arc<Mutex<Vec<Instant>>>) -> anyhow::Error {
    loop {
        let mut events = match api.watch_metadata(&WatchParams::default(), &from).await {
            Ok(events) => Box::pin(events),
            Err(problem) => return problem.into(),
        };
        while let Some(event) = events.next().await {
            match event {
                Ok(WatchEvent::Added(object) | WatchEvent::Modified(object) | WatchEvent::Deleted(object)) => {
                    from = object.metadata.resource_version.unwrap_or(from);
                    seen.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
                }
                Ok(WatchEvent::Bookmark(bookmark)) => from = bookmark.metadata.resource_version,
                Ok(WatchEvent::Error(status)) => return anyhow!("{}", status.message),
                Err(problem) => return problem.into(),
            }
        }
    }
}

/// The API server's count of writes until now.
async fn count(client: &Client) -> Result<Count> {
    let text = client.request_text(http::Request::get("/metrics").body(Vec::new())?).await?;
    let mut count = Count::default();
    for line in text.lines() {
        let Some((labels, number)) =
            line.strip_prefix("apiserver_request_total{").and_then(|line| line.split_once("} "))
        else {
            continue;
        };
        let is =
            |label: &str, values: &[&str]| values.iter().any(|value| labels.contains(&format!("{label}=\"{value}\"")));
        if !is("verb", &["POST", "PUT", "PATCH", "DELETE"]) {
            continue;
        }
        // Written as a float, in powers of ten where it is large.
        let number = number.parse::<f64>()? as u64;
        if is("resource", &["placements", "placementdecisions"]) {
            count.decisions += number;
        } else if is("resource", &["events"]) {
            count.events += number;
        }
    }
    Ok(count)
}
