//! Which path is answered how, and for whom.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Body;
use rustls_pki_types::CertificateDer;
use scheduler_core::PlacementKey;
use serde_json::{Value, json};

use super::auth::{Guard, Shown, User, Wish};
use super::debug::{self, Refusal};
use crate::hub::{Handle, View};
use crate::metrics::Metrics;

/// What is known of the hub, to be asked.
pub(crate) trait Looks: Send + Sync {
    /// Whether all that was there when it began is known.
    fn is_ready(&self) -> bool;

    /// A copy to try things on; `None` once nobody answers any more.
    fn look(&self, placement: Option<PlacementKey>) -> BoxFuture<'_, Option<View>>;
}

impl Looks for Handle {
    fn is_ready(&self) -> bool {
        Handle::is_ready(self)
    }

    fn look(&self, placement: Option<PlacementKey>) -> BoxFuture<'_, Option<View>> {
        Box::pin(Handle::look(self, placement))
    }
}

/// Answers requests.
pub(crate) struct App {
    pub metrics: Arc<Metrics>,
    pub hub: Arc<dyn Looks>,
    pub guard: Guard,
}

type Answer = Response<Full<Bytes>>;

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
/// The format of `Metrics::text`.
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

impl App {
    /// Answers one request of a connection whose client showed these certificates.
    pub async fn answer<B>(&self, request: Request<B>, certificates: &[CertificateDer<'static>]) -> Answer
    where
        B: Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let path = request.uri().path().to_owned();
        if let "/healthz" | "/livez" | "/readyz" = path.as_str() {
            return self.health(&path, request.uri().query());
        }
        let user = match self.admit(&request, &path, certificates).await {
            Ok(user) => user,
            Err(refused) => return refused,
        };
        match path.as_str() {
            "/metrics" => answer(StatusCode::OK, METRICS, self.metrics.text()),
            "/version" => answer(StatusCode::OK, JSON, version().to_string()),
            _ => match path.strip_prefix(debug::PREFIX) {
                Some(rest) => self.debug(request, rest, &user).await.unwrap_or_else(refusal),
                None => answer(StatusCode::NOT_FOUND, TEXT, "404 page not found\n".to_owned()),
            },
        }
    }

    /// Who asks, if they may ask for this path at all.
    async fn admit<B>(
        &self,
        request: &Request<B>,
        path: &str,
        certificates: &[CertificateDer<'static>],
    ) -> Result<User, Answer> {
        let shown = Shown { certificates: certificates.to_vec(), token: token(request.headers()) };
        let user = self
            .guard
            .authenticate(&shown)
            .await
            .map_err(|_| status(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized"))?;
        let verb = request.method().as_str().to_lowercase();
        let wish = Wish::Path { path: path.to_owned(), verb: verb.clone() };
        match self.guard.authorize(&user, &wish).await {
            Ok(verdict) if verdict.allowed => Ok(user),
            Ok(verdict) => {
                let colon = if verdict.reason.is_empty() { "" } else { ": " };
                let text =
                    format!("forbidden: User {:?} cannot {verb} path {path:?}{colon}{}", user.name, verdict.reason);
                Err(status(StatusCode::FORBIDDEN, "Forbidden", &text))
            }
            Err(problem) => {
                let text = format!("Internal Server Error: {path:?}: {problem}");
                Err(answer(StatusCode::INTERNAL_SERVER_ERROR, TEXT, text))
            }
        }
    }

    /// Alive whenever it answers; ready when it knows the hub.
    fn health(&self, path: &str, query: Option<&str>) -> Answer {
        let mut checks = vec![("ping", true), ("log", true)];
        if path == "/readyz" {
            checks.push(("caches", self.hub.is_ready()));
        }
        let fails = checks.iter().any(|(_, ok)| !ok);
        let code = if fails { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
        let verbose =
            query.is_some_and(|query| query.split('&').any(|it| it == "verbose" || it.starts_with("verbose=")));
        if !fails && !verbose {
            return answer(code, TEXT, "ok".to_owned());
        }
        let mut text = String::new();
        for (name, ok) in checks {
            text += &if ok { format!("[+]{name} ok\n") } else { format!("[-]{name} failed: not synced yet\n") };
        }
        let name = path.trim_start_matches('/');
        text += &format!("{name} check {}\n", if fails { "failed" } else { "passed" });
        answer(code, TEXT, text)
    }

    /// §15, in its order: what is asked, whether it is there, whether that is allowed.
    async fn debug<B>(&self, request: Request<B>, rest: &str, user: &User) -> Result<Answer, Refusal>
    where
        B: Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let verb = debug::verb(request.method())?;
        let asked = match *request.method() {
            Method::GET => debug::asked_by_path(rest)?,
            _ => debug::asked_by_body(&body(request).await?)?,
        };
        let recorded = asked.posted.is_none().then(|| asked.key.clone());
        let namespace = asked.key.namespace.as_str().to_owned();
        let view = self.hub.look(recorded).await.ok_or_else(|| failed("the controller has ended"))?;
        let (placement, of) = asked.placement(&view)?;
        let wish = Wish::Placements { namespace: namespace.clone(), verb };
        let verdict = self.guard.authorize(user, &wish).await;
        let verdict = verdict.map_err(|problem| failed(format!("failed to check permissions: {problem}")))?;
        if !verdict.allowed {
            return Err(debug::denied(verb, &namespace, &verdict.reason));
        }
        let schedule = move || debug::schedule(view.index, view.now, &placement, of);
        // A pass that panics takes down no more than its own thread's task.
        let scheduled = tokio::task::spawn_blocking(schedule).await;
        let scheduled = scheduled.map_err(|problem| failed(format!("scheduling failed: {problem}")))??;
        let body = serde_json::to_string(&scheduled).map_err(|problem| failed(problem.to_string()))?;
        Ok(answer(StatusCode::OK, JSON, body))
    }
}

/// The whole body, which may not be longer than it may be.
async fn body<B>(request: Request<B>) -> Result<Bytes, Refusal>
where
    B: Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    debug::check_length(declared)?;
    let limit = usize::try_from(debug::BODY_MAX).unwrap_or(usize::MAX);
    match Limited::new(request.into_body(), limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(problem) if problem.is::<LengthLimitError>() => Err(debug::too_long()),
        Err(problem) => Err((StatusCode::BAD_REQUEST, format!("failed to read request body: {problem}"))),
    }
}

fn failed(text: impl Into<String>) -> Refusal {
    (StatusCode::INTERNAL_SERVER_ERROR, text.into())
}

fn refusal((code, text): Refusal) -> Answer {
    answer(code, JSON, json!({ "error": text }).to_string())
}

fn token(headers: &header::HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned())
}

/// A `Status`, as an API server refuses.
fn status(code: StatusCode, reason: &str, message: &str) -> Answer {
    let mut body = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code.as_u16(),
    });
    if code == StatusCode::FORBIDDEN {
        body["details"] = json!({});
    }
    answer(code, JSON, body.to_string())
}

fn answer(code: StatusCode, content: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = code;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, header::HeaderValue::from_static(content));
    headers.insert(CACHE_CONTROL, header::HeaderValue::from_static("no-cache, private"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    answer
}

/// The form of Kubernetes' own.
fn version() -> Value {
    json!({
        "major": env!("CARGO_PKG_VERSION_MAJOR"), "minor": env!("CARGO_PKG_VERSION_MINOR"),
        "gitVersion": concat!("v", env!("CARGO_PKG_VERSION")), "gitCommit": "", "gitTreeState": "", "buildDate": "",
        "goVersion": "", "compiler": "rustc",
        "platform": format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH),
    })
}

#[cfg(test)]
mod tests;
