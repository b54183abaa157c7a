//! Requests to the API server: what went wrong told apart by what it asks for, every write behind the fence.

use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde::Deserialize;
use tokio::time::timeout;
use tokio_util::codec::{FramedRead, LinesCodec};
use tokio_util::io::StreamReader;

use super::fence::Fence;
use super::rate::Rate;
use crate::connect::told;

/// How long an answer may take. What is slower is taken for lost: it may have happened.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// The longest line of a watch, in bytes: far above what etcd holds in one object.
const LINE_MAX: usize = 64 << 20;

/// Why a request did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    /// 409: another version stands, or the name is taken.
    #[error("{0}")]
    Conflict(String),
    /// 404.
    #[error("{0}")]
    NotFound(String),
    /// 410: the version is too old to go on from.
    #[error("{0}")]
    Expired(String),
    /// 429 or 503, and how long the server asks to wait.
    #[error("the server asks to wait: {message}")]
    Busy {
        /// From `Retry-After`.
        wait: Option<Duration>,
        /// What it said.
        message: String,
    },
    /// Any other 4xx: the same request will fail again.
    #[error("refused with {code}: {message}")]
    Refused {
        /// The status code.
        code: u16,
        /// What the server said.
        message: String,
    },
    /// No answer, or a 5xx: it may have happened.
    #[error("{0}")]
    Unknown(String),
    /// Not sent, because the lease is not held.
    #[error("not sent: the lease is not held")]
    Fenced,
}

/// The lines of a watch.
pub(super) type Lines = std::pin::Pin<Box<dyn futures::Stream<Item = Result<String, Failure>> + Send>>;

/// What requests go through; cheap to clone.
#[derive(Clone)]
pub(super) struct Calls {
    client: Client,
    fence: Fence,
    rate: Option<Rate>,
}

impl std::fmt::Debug for Calls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calls").field("fence", &self.fence).field("rate", &self.rate).finish_non_exhaustive()
    }
}

impl Calls {
    pub fn new(client: Client, fence: Fence, rate: Option<Rate>) -> Calls {
        Calls { client, fence, rate }
    }

    /// The body of a GET.
    ///
    /// # Errors
    /// As [`Failure`] tells them.
    pub async fn get(&self, uri: &str, accept: &str) -> Result<Bytes, Failure> {
        let request = Request::get(uri).header(ACCEPT, accept);
        self.answer(request, Bytes::new()).await
    }

    /// A write, sent only while the lease is held: the body it answers with.
    ///
    /// # Errors
    /// As [`Failure`] tells them.
    pub async fn write(&self, method: Method, uri: &str, content: &str, body: Bytes) -> Result<Bytes, Failure> {
        self.wait_turn().await;
        if !self.fence.is_held() {
            return Err(Failure::Fenced);
        }
        self.unfenced(method, uri, content, body).await
    }

    /// A write that needs no lease: that of the lease itself, and events.
    ///
    /// # Errors
    /// As [`Failure`] tells them.
    pub async fn unfenced(&self, method: Method, uri: &str, content: &str, body: Bytes) -> Result<Bytes, Failure> {
        let request = Request::builder().method(method).uri(uri);
        self.answer(request.header(ACCEPT, "application/json").header(CONTENT_TYPE, content), body).await
    }

    /// Whether writes may be sent.
    pub fn is_fenced(&self) -> bool {
        !self.fence.is_held()
    }

    /// A watch: its lines as they come. The end of the stream is no error.
    ///
    /// # Errors
    /// As [`Failure`] tells them, also later as an item.
    pub async fn lines(&self, uri: &str) -> Result<Lines, Failure> {
        // Not compressed: servers pack each event on its own, which readers of one stream stumble over.
        let request = Request::get(uri).header(ACCEPT, "application/json").header(ACCEPT_ENCODING, "identity");
        let answer = timeout(ANSWER_MAX, self.send(request, Bytes::new()));
        let answer = answer.await.unwrap_or_else(|_| Err(Failure::Unknown("no answer in time".to_owned())))?;
        let bytes = StreamReader::new(answer.into_body().into_data_stream().map_err(std::io::Error::other));
        let lines = FramedRead::new(bytes, LinesCodec::new_with_max_length(LINE_MAX));
        Ok(Box::pin(lines.map_err(|problem| Failure::Unknown(problem.to_string()))))
    }

    async fn wait_turn(&self) {
        if let Some(rate) = &self.rate {
            rate.wait_turn().await;
        }
    }

    async fn answer(&self, request: http::request::Builder, body: Bytes) -> Result<Bytes, Failure> {
        let whole = async {
            let answer = self.send(request, body).await?;
            let body = answer.into_body().collect().await;
            Ok(body.map_err(|problem| Failure::Unknown(problem.to_string()))?.to_bytes())
        };
        timeout(ANSWER_MAX, whole).await.unwrap_or_else(|_| Err(Failure::Unknown("no answer in time".to_owned())))
    }

    async fn send(&self, request: http::request::Builder, body: Bytes) -> Result<Response<Body>, Failure> {
        let request = request.body(Body::from(body)).map_err(|wrong| Failure::Refused {
            code: StatusCode::BAD_REQUEST.as_u16(),
            message: format!("no request can be made of it: {wrong}"),
        })?;
        let answer = self.client.send(request).await.map_err(|problem| Failure::Unknown(told(&problem).to_string()))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let (head, body) = answer.into_parts();
        let wait = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        Err(failure(head.status, wait.map(Duration::from_secs), &body))
    }
}

/// What a Status object says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    /// For people.
    pub message: String,
    /// The status code; 0 where none is told.
    pub code: u16,
}

impl Said {
    /// From the body of an answer, or an `ERROR` event.
    pub fn of(body: &[u8]) -> Said {
        serde_json::from_slice(body).unwrap_or_else(|_| Said {
            message: String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned(),
            code: 0,
        })
    }
}

/// What an answer other than 2xx means.
pub(super) fn failure(status: StatusCode, wait: Option<Duration>, body: &[u8]) -> Failure {
    let Said { message, .. } = Said::of(body);
    match status {
        StatusCode::CONFLICT => Failure::Conflict(message),
        StatusCode::NOT_FOUND => Failure::NotFound(message),
        StatusCode::GONE => Failure::Expired(message),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Failure::Busy { wait, message },
        status if status.is_client_error() => Failure::Refused { code: status.as_u16(), message },
        status => Failure::Unknown(format!("{status}: {message}")),
    }
}
