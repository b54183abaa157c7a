//! Watches: what is there, then what changes, with bookmarks, until the time is over or something breaks.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use hyper::body::Frame;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;
use tokio::time::Instant;

use super::Double;
use super::failure::Failure;
use super::list::shape;
use super::record::News;
use super::request::Request;
use super::state::State;
use super::store::Store;

/// How long a watch lasts that does not say.
const LASTS: u64 = 1800;
/// How often a bookmark comes while nothing else does.
const BOOKMARK_EVERY: Duration = Duration::from_secs(60);
/// A late event comes after the next one, or after this.
const LATE: Duration = Duration::from_secs(2);

/// How an open watch ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Between two lines, as when a proxy closes it.
    Clean,
    /// In the middle of a line.
    MidLine,
    /// With an `ERROR` event that says 410.
    Expired,
}

/// A line that is to be sent, and what the client knows then.
struct Line {
    text: Bytes,
    news: Option<News>,
}

/// What a watch begins with.
pub(super) struct Opening {
    lines: VecDeque<Line>,
    /// Versions up to this one are not sent.
    from: u64,
    over: bool,
}

/// One line of a watch.
fn line(kind: &str, object: &Value, news: Option<News>) -> Line {
    let mut text = json!({ "type": kind, "object": object }).to_string();
    text.push('\n');
    Line { text: text.into(), news }
}

fn bookmark(request: &Request, revision: u64, initial: bool) -> Line {
    let served = request.resource.served();
    let mut metadata = json!({ "resourceVersion": revision.to_string(), "creationTimestamp": null });
    if initial {
        metadata["annotations"] = json!({ "k8s.io/initial-events-end": "true" });
    }
    let object = json!({ "kind": served.kind, "apiVersion": served.api_version(), "metadata": metadata });
    line("BOOKMARK", &object, initial.then_some(News::All(revision)))
}

/// What a watch is opened with, by a server that has seen everything up to `seen`.
///
/// # Errors
/// The options do not go together, or what is asked for is gone or yet to come.
pub(super) fn open(request: &Request, state: &mut State, seen: u64) -> Result<Opening, Failure> {
    let matched = request.option("resourceVersionMatch");
    let from = request.number("resourceVersion")?;
    let streaming = match (request.option("sendInitialEvents"), matched) {
        (None, None) => None,
        (None, Some(_)) => {
            return Err(Failure::invalid_options(
                "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
            ));
        }
        (Some(_), _) if !state.streaming => {
            return Err(Failure::invalid_options(
                "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled",
            ));
        }
        (Some(initial), Some("NotOlderThan")) => Some(initial == "true"),
        (Some(_), _) => {
            return Err(Failure::invalid_options(
                "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
            ));
        }
    };
    if streaming == Some(true) && from.is_some_and(|from| from > seen) {
        return Err(Failure::too_large(from.unwrap_or(0), seen));
    }
    let wants_all = streaming.unwrap_or(from.unwrap_or(0) == 0);
    if wants_all {
        let mut lines = existing(request, &state.store, seen);
        if let Some(quarters) = state.cut_after_pages.take_if(|_| streaming == Some(true)) {
            lines.truncate(lines.len() * usize::try_from(quarters).unwrap_or(usize::MAX) / 4);
            return Ok(Opening { lines, from: seen, over: true });
        }
        if streaming == Some(true) && wants_bookmarks(request) {
            lines.push_back(bookmark(request, seen, true));
        }
        return Ok(Opening { lines, from: seen, over: false });
    }
    let from = from.filter(|from| *from > 0).unwrap_or(seen);
    // Whoever is behind has forgotten no more than it shows.
    let oldest = state.store.oldest().min(seen);
    if from >= oldest {
        return Ok(Opening { lines: VecDeque::new(), from, over: false });
    }
    // A real server answers either way, by which of its layers notices.
    let gone = Failure::watch_expired(from, oldest);
    if state.chance.below(2) == 0 {
        return Err(gone);
    }
    Ok(Opening { lines: [line("ERROR", &gone.body(), None)].into(), from, over: true })
}

fn existing(request: &Request, store: &Store, seen: u64) -> VecDeque<Line> {
    let view = store.view(request.resource, seen);
    let shown = view.iter().filter(|(key, object)| request.shows(key, object));
    shown.map(|(_, object)| line("ADDED", &shape(request, object), None)).collect()
}

fn wants_bookmarks(request: &Request) -> bool {
    request.option("allowWatchBookmarks") == Some("true")
}

/// An open watch.
pub(super) struct Feed {
    double: Double,
    client: Arc<str>,
    id: u64,
    request: Request,
    changed: Receiver<()>,
    /// The last version that was looked at.
    seen: u64,
    lines: VecDeque<Line>,
    /// Comes after the next event, or at this time.
    late: Option<(Line, Instant)>,
    ends: Instant,
    bookmark_at: Instant,
    over: bool,
}

impl Feed {
    pub(super) fn new(double: &Double, client: &Arc<str>, request: Request, opening: Opening) -> Result<Feed, Failure> {
        let lasts = Duration::from_secs(request.number("timeoutSeconds")?.filter(|s| *s > 0).unwrap_or(LASTS));
        let now = Instant::now();
        let id = double.state().admit();
        Ok(Feed {
            double: double.clone(),
            client: Arc::clone(client),
            id,
            changed: double.subscribe(),
            seen: opening.from,
            lines: opening.lines,
            late: None,
            ends: now + lasts,
            bookmark_at: now + BOOKMARK_EVERY,
            over: opening.over,
            request,
        })
    }

    /// The lines as the frames of a body. Some lines come in two pieces.
    pub(super) fn frames(self) -> impl Stream<Item = Result<Frame<Bytes>, io::Error>> + Send {
        futures::stream::unfold(self, |mut feed| async move {
            let item = feed.next().await?;
            Some((item.map(Frame::data), feed))
        })
    }

    async fn next(&mut self) -> Option<Result<Bytes, io::Error>> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Some(Ok(self.piece(line)));
            }
            if self.over {
                return None;
            }
            // Seen now, so that what is written from here on is noticed below.
            self.changed.mark_unchanged();
            if let Some(broken) = self.read() {
                return broken;
            }
            if !self.lines.is_empty() {
                continue;
            }
            let now = Instant::now();
            if now >= self.ends {
                return None;
            }
            if wants_bookmarks(&self.request) && now >= self.bookmark_at {
                self.bookmark_at = now + BOOKMARK_EVERY;
                return Some(Ok(bookmark(&self.request, self.seen, false).text));
            }
            let late = self.late.as_ref().map_or(self.ends, |(_, at)| *at);
            let due = self.ends.min(self.bookmark_at).min(late).min(self.double.state().catches_up());
            tokio::select! {
                biased;
                _ = self.changed.changed() => {
                    let wait = Duration::from_micros(self.double.state().chance.below(4000));
                    tokio::time::sleep(wait).await;
                }
                () = tokio::time::sleep_until(due) => {}
            }
        }
    }

    fn piece(&mut self, line: Line) -> Bytes {
        let Line { mut text, news } = line;
        let mut state = self.double.state();
        if state.chance.below(8) != 0 {
            if let Some(news) = news {
                state.tell(&self.client, self.request.resource, news);
            }
            return text;
        }
        drop(state);
        self.lines.push_front(Line { text: text.split_off(text.len() / 2), news });
        text
    }

    /// Takes in what is new. `Some` where the watch is cut.
    fn read(&mut self) -> Option<Option<Result<Bytes, io::Error>>> {
        let double = self.double.clone();
        let mut state = double.state();
        if let Some(cut) = state.cut(self.id) {
            self.over = true;
            return Some(match cut {
                Cut::Clean => None,
                Cut::MidLine => Some(Ok(Bytes::from_static(b"{\"type\":\"MODIFIED\",\"object\":{\"kind\":"))),
                Cut::Expired => {
                    let gone = Failure::watch_expired(self.seen, state.store.oldest());
                    Some(Ok(line("ERROR", &gone.body(), None).text))
                }
            });
        }
        let seen = state.seen();
        for version in state.store.since(self.seen).iter().take_while(|v| v.revision <= seen) {
            self.seen = version.revision;
            if !self.request.shows(&version.key, &version.object) || state.lost_events.contains(&version.revision) {
                continue;
            }
            let line = || {
                let news = Some(News::Change(version.revision));
                line(version.change.as_str(), &shape(&self.request, &version.object), news)
            };
            if state.late_events.contains(&version.revision) {
                self.late = Some((line(), Instant::now() + LATE));
                continue;
            }
            if state.doubled_events.contains(&version.revision) {
                self.lines.push_back(line());
            }
            self.lines.push_back(line());
            self.lines.extend(self.late.take().map(|(line, _)| line));
        }
        if self.late.as_ref().is_some_and(|(_, at)| Instant::now() >= *at) {
            self.lines.extend(self.late.take().map(|(line, _)| line));
        }
        None
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.double.state().dismiss(self.id);
    }
}
