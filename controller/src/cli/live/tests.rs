//! Objects of a hub as a reader of files takes them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

use super::{KINDS, escaped, list_all};

/// A hub that answers each request with the next of these, and notes what it was asked for.
struct Hub {
    runtime: tokio::runtime::Runtime,
    client: Client,
    asked: Arc<Mutex<Vec<String>>>,
}

fn hub(answers: impl IntoIterator<Item = (u16, Value)>) -> Hub {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let answers: Mutex<VecDeque<(u16, Value)>> = Mutex::new(answers.into_iter().collect());
    let noted = asked.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        noted.lock().unwrap().push(request.uri().to_string());
        let (code, body) = answers.lock().unwrap().pop_front().unwrap_or((200, json!({"items": []})));
        let answer = Response::builder().status(code).body(Body::from(body.to_string().into_bytes()));
        async move { answer }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = runtime.block_on(async { Client::new(service, "default") });
    Hub { runtime, client, asked }
}

impl Hub {
    fn read(&self) -> Result<Vec<String>, Vec<String>> {
        self.runtime.block_on(list_all(&self.client))
    }

    /// What comes behind the path of each request, from the given one on.
    fn queries(&self, from: usize) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().skip(from).map(|uri| uri.split_once("?limit=500").unwrap().1.to_owned()).collect()
    }
}

fn page(version: &str, next: &str, names: &[&str]) -> (u16, Value) {
    let items: Vec<Value> = names.iter().map(|name| json!({"metadata": {"name": name}})).collect();
    (200, json!({"metadata": {"resourceVersion": version, "continue": next}, "items": items}))
}

fn status(code: u16, message: &str) -> (u16, Value) {
    (code, json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}))
}

fn name(line: &str) -> String {
    serde_json::from_str::<Value>(line).unwrap()["metadata"]["name"].as_str().unwrap().to_owned()
}

#[test]
fn every_page_and_all_kinds_at_one_moment() {
    let hub = hub([page("7", "a/b=", &["b", "c"]), page("7", "", &["a"])]);
    let names: Vec<String> = hub.read().unwrap().iter().map(|line| name(line)).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let exact = "&resourceVersion=7&resourceVersionMatch=Exact";
    assert_eq!(hub.queries(0), ["", "&continue=a%2Fb%3D", exact, exact, exact, exact, exact]);
}

#[test]
fn what_the_server_forgot_is_listed_anew() {
    let gone = || status(410, "too old");
    let hub = hub([page("7", "x", &["half"]), gone(), page("9", "", &["whole"]), gone()]);
    let names: Vec<String> = hub.read().unwrap().iter().map(|line| name(line)).collect();
    assert_eq!(names, ["whole"]);
    let exact = "&resourceVersion=9&resourceVersionMatch=Exact";
    assert_eq!(hub.queries(0)[..5], ["", "&continue=x", "", exact, ""]);
}

#[test]
fn a_server_that_always_forgets() {
    let hub = hub((0..100).map(|_| status(410, "too old")));
    let want = KINDS.map(|kind| format!("{}: the list broke off again and again", kind.plural()));
    assert_eq!(hub.read().unwrap_err(), want);
}

#[test]
fn objects_as_they_are_kept() {
    let object = json!({"metadata": {"name": "c", "managedFields": [{}], "labels": {"b": "1", "a": "2"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}}, "spec": {"what": [1.5, null]}});
    let hub = hub([page("7", "", &[]), (200, json!({"items": [object]}))]);
    let want = r#"{"apiVersion":"cluster.open-cluster-management.io/v1","kind":"ManagedCluster","metadata":{"labels":{"a":"2","b":"1"},"name":"c"},"spec":{"what":[1.5,null]}}"#;
    assert_eq!(hub.read().unwrap(), [want]);
}

#[test]
fn every_kind_that_cannot_be_listed_is_named() {
    let forbidden = r#"addonplacementscores.cluster.open-cluster-management.io is forbidden: User "x" cannot list"#;
    let hub = hub([status(403, forbidden), page("7", "", &["c"]), status(404, "not found")]);
    let want = [
        format!("addonplacementscores may not be listed: {forbidden}; what is needed is `list` on `addonplacementscores.cluster.open-cluster-management.io` in a ClusterRole"),
        "managedclustersets are not served in cluster.open-cluster-management.io/v1beta2: is Open Cluster Management installed on this hub?".to_owned(),
    ];
    assert_eq!(hub.read().unwrap_err(), want);
}

#[test]
fn what_goes_for_the_whole_hub_is_said_once() {
    for (answer, want) in [
        (status(401, "Unauthorized"), "the hub does not know these credentials: Unauthorized"),
        (status(418, "no"), "addonplacementscores cannot be listed: 418: no"),
    ] {
        let hub = hub([answer]);
        assert_eq!(hub.read().unwrap_err(), [want]);
        assert_eq!(hub.asked.lock().unwrap().len(), 1);
    }
}

#[test]
fn tokens_are_escaped() {
    assert_eq!(escaped("aZ9-._~+/=%ü"), "aZ9-._~%2B%2F%3D%25%C3%BC");
}
