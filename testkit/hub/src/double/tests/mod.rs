//! The double against the API conventions: what it answers, byte for byte where clients read it.

mod faults;
mod lists;
mod watches;
mod writes;

use std::time::Duration;

use http::{Method, Request};
use http_body_util::BodyExt;
use kube::client::Body;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::*;

/// Where slices of namespace `ns` are served.
const SLICES: &str = "/apis/cluster.open-cluster-management.io/v1beta1/namespaces/ns/placementdecisions";
/// Where clusters are served.
const CLUSTERS: &str = "/apis/cluster.open-cluster-management.io/v1/managedclusters";

/// A client that shows what it gets.
struct Caller(kube::Client);

/// A status and a body.
type Got = (u16, Value);

impl Caller {
    fn of(double: &Double) -> Caller {
        Caller(double.client("caller"))
    }

    async fn send(&self, method: Method, path: &str, accept: &str, body: Value) -> Option<http::Response<Body>> {
        let media = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
        let request =
            Request::builder().method(method).uri(path).header("content-type", media).header("accept", accept);
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.0.send(request.body(Body::from(body)).unwrap()).await.ok()
    }

    /// `None` where the connection breaks.
    async fn ask(&self, method: Method, path: &str, body: Value) -> Option<Got> {
        let response = self.send(method, path, "application/json", body).await?;
        let code = response.status().as_u16();
        let bytes = response.into_body().collect().await.ok()?.to_bytes();
        Some((code, serde_json::from_slice(&bytes).ok()?))
    }

    async fn get(&self, path: &str) -> Got {
        self.ask(Method::GET, path, Value::Null).await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Got {
        self.ask(Method::POST, path, body).await.unwrap()
    }

    async fn put(&self, path: &str, body: Value) -> Got {
        self.ask(Method::PUT, path, body).await.unwrap()
    }

    async fn patch(&self, path: &str, body: Value) -> Got {
        self.ask(Method::PATCH, path, body).await.unwrap()
    }

    async fn delete(&self, path: &str, body: Value) -> Got {
        self.ask(Method::DELETE, path, body).await.unwrap()
    }

    /// An open watch, or what was answered instead.
    async fn watch(&self, path: &str) -> Result<Lines, Got> {
        let response = self.send(Method::GET, path, "application/json", Value::Null).await.unwrap();
        let code = response.status().as_u16();
        if code == 200 {
            return Ok(Lines { body: response.into_body(), text: Vec::new() });
        }
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Err((code, serde_json::from_slice(&bytes).unwrap()))
    }
}

/// A watch, line by line.
struct Lines {
    body: Body,
    text: Vec<u8>,
}

impl Lines {
    /// The next event, `None` where the stream ends. What is left of a line is in `text`.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.text.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).unwrap());
            }
            let frame = self.body.frame().await?.ok()?;
            self.text.extend_from_slice(&frame.into_data().unwrap());
        }
    }

    /// The types and names of all events that come within 10 s, as `ADDED a`.
    async fn all(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Ok(Some(event)) = timeout(Duration::from_secs(10), self.next()).await {
            let word = event["type"].as_str().unwrap();
            all.push(format!("{word} {}", event["object"]["metadata"]["name"].as_str().unwrap_or("-")));
        }
        all
    }
}

fn slice(name: &str) -> Value {
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1beta1", "kind": "PlacementDecision",
        "metadata": { "name": name, "namespace": "ns", "labels": { "a": "b" } },
    })
}

fn cluster(name: &str) -> Value {
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1", "kind": "ManagedCluster", "metadata": { "name": name },
        "spec": { "hubAcceptsClient": true },
    })
}

/// A double with these clusters.
fn fleet(names: &[&str]) -> Double {
    let double = Double::new(1);
    names.iter().for_each(|name| drop(double.put("user", &cluster(name)).unwrap()));
    double
}

fn version(object: &Value) -> u64 {
    metadata(object, "resourceVersion").parse().unwrap()
}
