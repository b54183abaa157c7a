//! One collection, followed: listed, then watched; listed again where the server has forgotten what came since.
//!
//! Lists stream where the server can, and come in pages where not. A view older than what was seen before (a server
//! behind a stale cache) is not taken for news.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tracing::{debug, info, warn};

use super::backoff::Backoff;
use super::calls::{Calls, Failure, Lines, Said, failure};
use super::engine::Input;
use super::planted::{self, Planted};
use super::source::{Head, Headed, Id, Seen, Source, number};
use crate::metrics::Metrics;

/// How long one watch lasts, in seconds; the server ends it then.
const WATCH_SECONDS: u32 = 290;
/// How long a watch may be silent: bookmarks come every minute, and the server ends it after [`WATCH_SECONDS`].
const SILENCE_MAX: Duration = Duration::from_secs(300);
/// Objects of a page.
const PAGE: u32 = 500;
/// How often all versions are compared: an event that was lost is found within 5 minutes, the comparing included.
const AUDIT_EVERY: Duration = Duration::from_secs(4 * 60);
/// The longest wait after a failure.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// A watch that lasts so long works.
const SETTLED: Duration = Duration::from_secs(10);
/// What marks the bookmark behind the last initial object.
const INITIAL_END: &str = "k8s.io/initial-events-end";

/// What a watch tells the engine.
#[derive(Debug)]
pub(super) enum Change {
    /// All there is, at this version; what is not among it is gone.
    All { seen: Vec<Seen>, at: u64 },
    /// An object is there, or is another now.
    Put(Box<Seen>),
    /// An object is gone, as of this version.
    Gone { id: Id, at: u64 },
    /// Place and version of all there is, to compare with what is known.
    Audit { versions: Vec<(Id, u64)>, at: u64 },
}

/// A watch of one collection, to be run as a task.
#[derive(Debug)]
pub(super) struct Watch {
    source: Source,
    /// Its number among the watches.
    at: usize,
    calls: Calls,
    engine: mpsc::Sender<Input>,
    metrics: Arc<Metrics>,
    /// Asks for everything to be listed anew.
    again: Arc<Notify>,
    /// The server streams lists, as far as we know.
    streams: bool,
    /// The highest version that was seen.
    newest: u64,
}

/// The engine does not listen any more.
struct Over;

/// Why a watch has to list again.
enum Ended {
    Expired,
    Asked,
    Over,
}

impl Watch {
    pub fn new(
        source: Source,
        at: usize,
        calls: Calls,
        engine: mpsc::Sender<Input>,
        metrics: Arc<Metrics>,
        again: Arc<Notify>,
    ) -> Watch {
        Watch { source, at, calls, engine, metrics, again, streams: true, newest: 0 }
    }

    /// Follows the collection until nobody listens.
    pub async fn run(mut self) {
        let mut backoff = Backoff::new(WAIT_MAX);
        loop {
            let listed = if self.streams { self.stream().await } else { self.pages().await.map(|at| (at, None)) };
            match listed {
                Ok((at, lines)) => {
                    self.metrics.fresh(self.source.kind);
                    let since = Instant::now();
                    let reason = match self.follow(at, lines).await {
                        Ended::Over => return,
                        Ended::Expired => "expired",
                        Ended::Asked => "audit",
                    };
                    self.metrics.restarted(self.source.kind, reason);
                    // A server whose lists are older than what its watches still know sends us back at once.
                    if since.elapsed() < SETTLED {
                        sleep(backoff.next()).await;
                    } else {
                        backoff.reset();
                    }
                }
                Err(Failure::Refused { code, message }) if self.streams => {
                    info!(kind = self.source.kind, code, message, "lists are not streamed here, reading pages");
                    self.streams = false;
                }
                Err(failure) => {
                    self.metrics.restarted(self.source.kind, "failed");
                    self.wait(&failure, &mut backoff).await;
                }
            }
            if self.engine.is_closed() {
                return;
            }
        }
    }

    async fn wait(&self, failure: &Failure, backoff: &mut Backoff) {
        let asked = if let Failure::Busy { wait, .. } = failure { *wait } else { None };
        let wait = backoff.next().max(asked.unwrap_or_default());
        if wait >= Duration::from_millis(500) {
            warn!(kind = self.source.kind, %failure, ?wait, "cannot watch, trying again");
        }
        tokio::select! {
            biased;
            () = sleep(wait) => {}
            () = self.engine.closed() => {}
        }
    }

    fn uri(&self, parameters: &str) -> String {
        let Source { path, only, .. } = &self.source;
        let and = if only.is_empty() { "" } else { "&" };
        format!("{path}?{only}{and}{parameters}")
    }

    /// A watch that begins with all there is: the version it stands at then, and what follows.
    async fn stream(&mut self) -> Result<(u64, Option<Lines>), Failure> {
        let since = if self.newest == 0 { String::new() } else { self.newest.to_string() };
        let uri = self.uri(&format!(
            "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion={since}\
             &allowWatchBookmarks=true&timeoutSeconds={WATCH_SECONDS}"
        ));
        let mut lines = self.calls.lines(&uri).await?;
        let mut all = Vec::new();
        while let Some(line) = next(&mut lines).await {
            let line = line?;
            match Event::of(&line)? {
                Event { kind: "ADDED" | "MODIFIED", object } => all.extend(Seen::read(&self.source, object)),
                Event { kind: "BOOKMARK", object } => {
                    let head = head(object)?;
                    if head.annotations.get(INITIAL_END).is_some_and(|end| end == "true") {
                        let at = self.take_all(all, &head.resource_version).await?;
                        return Ok((at, Some(lines)));
                    }
                }
                Event { kind: "DELETED", object } => {
                    let gone = head(object)?.split().0;
                    all.retain(|seen| seen.id != gone);
                }
                Event { object, .. } => return Err(event_failure(object)),
            }
        }
        Err(Failure::Unknown("the list ended before it was complete".to_owned()))
    }

    /// All there is, page by page: the version it was read at.
    async fn pages(&mut self) -> Result<u64, Failure> {
        let mut all = Vec::new();
        let (mut next, mut resource_version) = (String::new(), String::new());
        loop {
            let page = match self.calls.get(&self.uri(&page_parameters(&next)), "application/json").await {
                Err(_) if planted::is(Planted::HalfList) && !next.is_empty() => {
                    return self.take_all(all, &resource_version).await;
                }
                page => page?,
            };
            let List { metadata, items } = list(&page)?;
            all.extend(items.iter().flatten().filter_map(|item| Seen::read(&self.source, item.get())));
            if metadata.next.is_empty() {
                return self.take_all(all, &metadata.resource_version).await;
            }
            next = metadata.next;
            resource_version = metadata.resource_version;
        }
    }

    /// Hands over all there is, unless it is older than what was seen before.
    async fn take_all(&mut self, mut seen: Vec<Seen>, resource_version: &str) -> Result<u64, Failure> {
        let at = number(resource_version);
        if at < self.newest {
            return Err(Failure::Unknown(format!("the list is of version {at}, older than {}", self.newest)));
        }
        // An object may come twice while pages are read or a stream begins; the newer one counts.
        seen.sort_by_key(|seen| number(&seen.version.resource_version));
        self.newest = at;
        debug!(kind = self.source.kind, objects = seen.len(), at, "listed");
        let told = self.tell(Change::All { seen, at }).await;
        told.map_err(|Over| Failure::Unknown("nobody listens".to_owned()))?;
        Ok(at)
    }

    /// What happens after a list, watch upon watch, until the server has forgotten where we are.
    async fn follow(&mut self, mut at: u64, mut lines: Option<Lines>) -> Ended {
        let mut backoff = Backoff::new(WAIT_MAX);
        let mut audit = Instant::now() + AUDIT_EVERY;
        let again = Arc::clone(&self.again);
        let engine = self.engine.clone();
        loop {
            let opened = Instant::now();
            let failed = match lines.take() {
                Some(lines) => {
                    tokio::select! {
                        biased;
                        ended = self.events(lines, &mut at) => ended,
                        () = again.notified() => return Ended::Asked,
                        () = sleep_until(audit) => {
                            audit = Instant::now() + AUDIT_EVERY;
                            // The stream is dropped and opened anew: nothing between is missed, `at` is where it was.
                            if self.audit().await.is_err() { return Ended::Over }
                            None
                        }
                        () = engine.closed() => return Ended::Over,
                    }
                }
                None => match self.calls.lines(&self.watch_uri(at)).await {
                    Ok(opened) => {
                        lines = Some(opened);
                        continue;
                    }
                    Err(failure) => Some(failure),
                },
            };
            match failed {
                Some(Failure::Expired(_)) => return Ended::Expired,
                Some(failure) => self.wait(&failure, &mut backoff).await,
                None if opened.elapsed() < Duration::from_secs(1) => sleep(backoff.next()).await,
                None => backoff.reset(),
            }
            if self.engine.is_closed() {
                return Ended::Over;
            }
        }
    }

    fn watch_uri(&self, at: u64) -> String {
        self.uri(&format!("watch=true&resourceVersion={at}&allowWatchBookmarks=true&timeoutSeconds={WATCH_SECONDS}"))
    }

    /// The events of one watch, to its end: what ended it, if it was a failure.
    async fn events(&mut self, mut lines: Lines, at: &mut u64) -> Option<Failure> {
        while let Some(line) = next(&mut lines).await {
            let told = match line {
                Ok(line) => self.event(&line, at).await,
                Err(failure) => Err(failure),
            };
            if let Err(failure) = told {
                return Some(failure);
            }
        }
        None
    }

    /// Tells one event, then moves on: an event that is interrupted here comes again.
    async fn event(&mut self, line: &str, at: &mut u64) -> Result<(), Failure> {
        let Event { kind, object } = Event::of(line)?;
        let (change, version) = match kind {
            "ADDED" | "MODIFIED" => {
                let Some(seen) = Seen::read(&self.source, object) else {
                    return Err(Failure::Unknown("an event without an object".to_owned()));
                };
                let version = number(&seen.version.resource_version);
                (Some(Change::Put(Box::new(seen))), version)
            }
            "DELETED" => {
                let (id, version) = head(object)?.split();
                let version = number(&version.resource_version);
                (Some(Change::Gone { id, at: version }), version)
            }
            "BOOKMARK" => (None, number(&head(object)?.resource_version)),
            _ => return Err(event_failure(object)),
        };
        if let Some(change) = change {
            self.tell(change).await.map_err(|Over| Failure::Unknown("nobody listens".to_owned()))?;
        }
        self.metrics.fresh(self.source.kind);
        // Events come in order; one that does not is told all the same, and moves nothing back.
        *at = version.max(*at);
        self.newest = self.newest.max(*at);
        Ok(())
    }

    /// Lists places and versions, for the engine to compare with what it knows.
    async fn audit(&mut self) -> Result<(), Over> {
        const METADATA: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
        let mut versions = Vec::new();
        let mut next = String::new();
        loop {
            let page = self.calls.get(&self.uri(&page_parameters(&next)), METADATA).await;
            let list: Listed = match page.and_then(|page| list(&page).map(Listed::from)) {
                Ok(list) => list,
                Err(failure) => {
                    // The next one is due soon; the watch itself says what is wrong.
                    debug!(kind = self.source.kind, %failure, "cannot compare versions");
                    return Ok(());
                }
            };
            versions.extend(list.versions);
            if list.next.is_empty() {
                let at = list.at;
                if at < self.newest {
                    return Ok(()); // An old view proves nothing.
                }
                self.metrics.fresh(self.source.kind);
                return self.tell(Change::Audit { versions, at }).await;
            }
            next = list.next;
        }
    }

    async fn tell(&self, change: Change) -> Result<(), Over> {
        self.engine.send(Input::Watched { watch: self.at, change }).await.map_err(|_| Over)
    }
}

/// The next line, unless the watch is silent for too long.
async fn next(lines: &mut Lines) -> Option<Result<String, Failure>> {
    let silent = |_| Some(Err(Failure::Unknown("the watch fell silent".to_owned())));
    timeout(SILENCE_MAX, lines.next()).await.unwrap_or_else(silent)
}

fn page_parameters(next: &str) -> String {
    // The token is base64 with `=` at its end at most.
    let next = next.replace('=', "%3D").replace('+', "%2B").replace('/', "%2F");
    if next.is_empty() { format!("limit={PAGE}") } else { format!("limit={PAGE}&continue={next}") }
}

/// One line of a watch: `{"type":"…","object":…}`, the object as it is written.
struct Event<'a> {
    kind: &'a str,
    object: &'a str,
}

impl<'a> Event<'a> {
    /// API servers write the type first and nothing else, so that the object need not be read twice.
    fn of(line: &'a str) -> Result<Event<'a>, Failure> {
        #[derive(Deserialize)]
        struct Any<'a> {
            #[serde(rename = "type")]
            kind: &'a str,
            #[serde(borrow)]
            object: &'a RawValue,
        }
        let short = || {
            let (kind, object) = line.trim_end().strip_prefix(r#"{"type":""#)?.split_once(r#"","object":"#)?;
            Some(Event { kind, object: object.strip_suffix('}')? })
        };
        let long = || serde_json::from_str(line).map(|Any { kind, object }| Event { kind, object: object.get() });
        match short() {
            Some(event) => Ok(event),
            None => long().map_err(|wrong| Failure::Unknown(format!("not an event: {wrong}"))),
        }
    }
}

fn head(object: &str) -> Result<Head, Failure> {
    let head = serde_json::from_str(object).map(|Headed { metadata }| metadata);
    head.map_err(|wrong| Failure::Unknown(format!("not an object: {wrong}")))
}

/// What an `ERROR` event means.
fn event_failure(object: &str) -> Failure {
    let code = Said::of(object.as_bytes()).code;
    failure(StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), None, object.as_bytes())
}

/// A page of a list, each item as it is written.
#[derive(Deserialize)]
struct List<'a> {
    metadata: Head,
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

fn list(page: &[u8]) -> Result<List<'_>, Failure> {
    serde_json::from_slice(page).map_err(|wrong| Failure::Unknown(format!("not a list: {wrong}")))
}

/// A page of which only places and versions count.
struct Listed {
    versions: Vec<(Id, u64)>,
    at: u64,
    next: String,
}

impl From<List<'_>> for Listed {
    fn from(list: List<'_>) -> Listed {
        let items = list.items.unwrap_or_default();
        let heads = items.iter().filter_map(|item| head(item.get()).ok());
        let versions = heads.map(|head| {
            let (id, version) = head.split();
            (id, number(&version.resource_version))
        });
        Listed { versions: versions.collect(), at: number(&list.metadata.resource_version), next: list.metadata.next }
    }
}
