//! Requests to the API server, under the names that Go's client has for them.

use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Method, Request, Response, StatusCode};
use prometheus_client::registry::Registry;
use tokio::time::Instant;
use tower::{Layer, Service};

use super::{Counters, Histograms, label};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

/// Bounds in seconds, as Go's client has them.
const SECONDS: [f64; 12] = [0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0];

/// Counts and times what passes through it. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    total: Counters<3>,
    seconds: Histograms<2>,
    /// The server's name and port.
    host: String,
}

impl Requests {
    pub(super) fn new(registry: &mut Registry) -> Requests {
        let total: Counters<3> = Family::default();
        let help = "[ALPHA] Requests to the API server, by status code, method and host";
        registry.register("rest_client_requests", help, total.clone());
        let seconds: Histograms<2> = Family::new_with_constructor(|| Histogram::new(SECONDS));
        let help = "[ALPHA] How long the API server took to answer, until its headers, by method and host";
        registry.register("rest_client_request_duration_seconds", help, seconds.clone());
        Requests { total, seconds, host: String::new() }
    }

    /// The same, for the requests to one server.
    pub(super) fn to(&self, host: String) -> Requests {
        Requests { host, ..self.clone() }
    }

    fn note(&self, method: &Method, status: Option<StatusCode>, since: Instant) {
        // What came to nothing, in the words of Go's client.
        let code = status.map_or("<error>".to_owned(), |status| status.as_u16().to_string());
        let [by, host] = [("method", method.to_string()), ("host", self.host.clone())].map(label);
        self.total.get_or_create_owned(&[label(("code", code)), by, host.clone()]).inc();
        let verb = label(("verb", method.to_string()));
        self.seconds.get_or_create_owned(&[verb, host]).observe(since.elapsed().as_secs_f64());
    }
}

impl<S> Layer<S> for Requests {
    type Service = Counted<S>;

    fn layer(&self, inner: S) -> Counted<S> {
        Counted { inner, requests: self.clone() }
    }
}

/// A client whose requests are counted.
#[derive(Clone, Debug)]
pub(crate) struct Counted<S> {
    inner: S,
    requests: Requests,
}

impl<S, B, A> Service<Request<B>> for Counted<S>
where
    S: Service<Request<B>, Response = Response<A>>,
    S::Future: Send + 'static,
    S::Error: Send,
    A: Send,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (method, since, requests) = (request.method().clone(), Instant::now(), self.requests.clone());
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await;
            requests.note(&method, answer.as_ref().ok().map(Response::status), since);
            answer
        })
    }
}
