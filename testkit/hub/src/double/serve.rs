//! The service behind a client: one request in, one answer, a stream, or a broken connection out.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::{Request as HttpRequest, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use kube::client::Body;
use serde_json::{Value, json};
use tower::{BoxError, Service};

use super::failure::Failure;
use super::fault::Answer;
use super::list::{list, shape};
use super::record::{Exchange, News, Outcome};
use super::request::{Request, Verb};
use super::watch::{Feed, open};
use super::write::metadata;
use super::{Change, Double};

/// A body of an answer.
pub(super) type Reply = UnsyncBoxBody<Bytes, io::Error>;

/// One client's way in.
#[derive(Clone)]
pub(super) struct Port {
    double: Double,
    client: Arc<str>,
}

impl Port {
    pub(super) fn new(double: &Double, client: &str) -> Port {
        Port { double: double.clone(), client: client.into() }
    }
}

impl Service<HttpRequest<Body>> for Port {
    type Response = Response<Reply>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Reply>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Self::Future {
        let port = self.clone();
        let at = self.double.state().clock.elapsed();
        Box::pin(async move { port.answer(request, at).await })
    }
}

fn broken(what: &str) -> BoxError {
    io::Error::new(io::ErrorKind::ConnectionReset, what).into()
}

impl Port {
    async fn answer(self, request: HttpRequest<Body>, at: Duration) -> Result<Response<Reply>, BoxError> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let request = match Request::read(&parts, &body) {
            Ok(request) => request,
            Err(failure) => return refused(&failure),
        };
        let (number, wait) = {
            let mut state = self.double.state();
            let newest = state.store.revision();
            state.exchanges.push(Exchange::new(&request, at, Arc::clone(&self.client), newest));
            (state.exchanges.len() - 1, Duration::from_micros(500 + state.chance.below(3000)))
        };
        tokio::time::sleep(wait).await;
        let answered = self.met(&request, number).await;
        if self.double.state().dead.contains(&self.client) {
            return std::future::pending().await;
        }
        let outcome = answered.as_ref().map_or(Outcome::Broken, |r| Outcome::Answer(r.status().as_u16()));
        self.double.state().note(number, outcome);
        answered
    }

    /// The answer, with the faults that the request meets on its way.
    async fn met(&self, request: &Request, number: usize) -> Result<Response<Reply>, BoxError> {
        if self.double.state().dead.contains(&self.client) {
            return std::future::pending().await;
        }
        if self.double.state().is_down() {
            return Err(broken("connection refused"));
        }
        let strike = self.double.state().strike(&self.client, request);
        self.double.happen(&strike.before, request, &self.client).await;
        if self.double.state().dead.contains(&self.client) {
            return std::future::pending().await;
        }
        let failure = match strike.answer {
            Some(Answer::TooMany(seconds)) => Some(Failure::too_many(seconds)),
            Some(Answer::Conflict) => Some(Failure::modified(&request.key())),
            Some(Answer::Internal) => Some(Failure::internal()),
            Some(Answer::Unavailable) => Some(Failure::unavailable()),
            Some(Answer::LostRequest) => return Err(broken("connection reset before the request was read")),
            Some(Answer::Slow(by)) => {
                tokio::time::sleep(by).await;
                None
            }
            Some(Answer::LostResponse | Answer::Late(_)) | None => None,
        };
        let answered = match failure {
            Some(failure) => refused(&failure),
            None => self.done(request, number).await,
        };
        self.double.happen(&strike.after, request, &self.client).await;
        match strike.answer {
            Some(Answer::LostResponse) => Err(broken("connection reset before the response")),
            Some(Answer::Late(by)) => {
                tokio::time::sleep(by).await;
                answered
            }
            _ => answered,
        }
    }

    async fn done(&self, request: &Request, number: usize) -> Result<Response<Reply>, BoxError> {
        match request.verb {
            Verb::List => self.list(request).await,
            Verb::Watch => self.watch(request).await,
            Verb::Get => {
                let found = self.double.get(&request.key()).ok_or_else(|| Failure::not_found(&request.key()));
                found.map_or_else(|failure| refused(&failure), |object| reply(200, &shape(request, &object)))
            }
            Verb::Create | Verb::Update | Verb::Patch | Verb::Delete => match self.write(request, number) {
                Ok((code, body)) => reply(code, &body),
                Err(failure) => refused(&failure),
            },
        }
    }

    async fn list(&self, request: &Request) -> Result<Response<Reply>, BoxError> {
        let takes = self.double.state().list_takes();
        tokio::time::sleep(takes).await;
        let (answer, cut) = {
            let mut state = self.double.state();
            let seen = state.seen();
            let answer = list(request, &state.store, seen, state.page_max);
            let left = state.cut_after_pages.filter(|_| request.option("limit").is_some());
            if let Some(pages) = left {
                state.cut_after_pages = pages.checked_sub(1);
            }
            (answer, left == Some(0))
        };
        match answer {
            Ok(list) if cut => half(&list),
            Ok(list) => {
                let is_last = list["metadata"]["continue"].is_null();
                if let (true, Ok(at)) = (is_last && !request.metadata_only, metadata(&list, "resourceVersion").parse())
                {
                    self.double.state().tell(&self.client, request.resource, News::All(at));
                }
                reply(200, &list)
            }
            Err(failure) => refused(&failure),
        }
    }

    async fn watch(&self, request: &Request) -> Result<Response<Reply>, BoxError> {
        if request.option("sendInitialEvents").is_some() {
            let takes = self.double.state().list_takes();
            tokio::time::sleep(takes).await;
        }
        let opening = {
            let mut state = self.double.state();
            let seen = state.seen();
            open(request, &mut state, seen)
        };
        let feed = opening.and_then(|opening| Feed::new(&self.double, &self.client, request.clone(), opening));
        match feed {
            Ok(feed) => Ok(response(200, StreamBody::new(feed.frames()).boxed_unsync())),
            Err(failure) => refused(&failure),
        }
    }

    /// The HTTP status and body of a write.
    fn write(&self, request: &Request, number: usize) -> Result<(u16, Value), Failure> {
        let key = request.key();
        let only = request.preconditions();
        let mut state = self.double.state();
        let stamp = state.stamp(&self.client);
        let before = state.store.revision();
        let body = request.body.clone();
        let object = match request.verb {
            Verb::Create => state.store.create(&key, body, stamp),
            Verb::Update => state.store.replace(&key, request.status, body, stamp),
            Verb::Patch => state.store.patch(&key, request.status, &body, stamp),
            _ => state.store.delete(&key, &only, stamp),
        }?;
        let made = state.store.since(before).last().map(|version| (version.revision, version.change));
        if let Some(exchange) = state.exchanges.get_mut(number) {
            exchange.made = made.map(|(revision, _)| revision);
        }
        drop(state);
        self.double.announce();
        if made.is_some_and(|(_, change)| change == Change::Deleted) {
            self.double.collect(&object);
        }
        Ok(match request.verb {
            Verb::Create => (201, shape(request, &object)),
            Verb::Delete => (200, deleted(request, &object)),
            _ => (200, shape(request, &object)),
        })
    }
}

fn deleted(request: &Request, object: &Value) -> Value {
    let served = request.resource.served();
    let details = json!({
        "name": request.name, "group": served.group, "kind": served.plural, "uid": object["metadata"]["uid"],
    });
    json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details })
}

fn response(code: u16, body: Reply) -> Response<Reply> {
    let mut response = Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
    response
}

fn reply(code: u16, body: &Value) -> Result<Response<Reply>, BoxError> {
    let full = Full::new(Bytes::from(body.to_string()));
    Ok(response(code, full.map_err(|never| match never {}).boxed_unsync()))
}

fn refused(failure: &Failure) -> Result<Response<Reply>, BoxError> {
    let mut response = reply(failure.code, &failure.body())?;
    if let Some(seconds) = failure.retry_after {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    Ok(response)
}

/// The first half of a body, and then the connection breaks.
fn half(body: &Value) -> Result<Response<Reply>, BoxError> {
    let mut text = body.to_string().into_bytes();
    text.truncate(text.len() / 2);
    let frames = [Ok(Frame::data(text.into())), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    Ok(response(200, StreamBody::new(stream::iter(frames)).boxed_unsync()))
}
