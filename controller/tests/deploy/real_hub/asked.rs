//! What a controller asks of a hub is what its role allows: nothing is refused, and nothing is allowed that it never
//! asks for.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use controller::{
    hub::{Candidate, Controller, Mode, Settings, SystemClock, Timings},
    metrics::Metrics,
};
use http::{Method, Request, Response, StatusCode, Uri};
use hub::real::manifests;
use kube::{Client, Config, client::Body, config::Kubeconfig};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{apply, hub};
use crate::{objects, of_kind, role::allowed};

const ACCOUNT: &str = "system:serviceaccount:placewright:placewright";

/// Group, resource and verb, as roles name them.
type Asked = (String, String, String);

/// What was asked for, and which of it was refused.
#[derive(Clone, Debug, Default)]
struct Record {
    asked: Arc<Mutex<BTreeSet<Asked>>>,
    forbidden: Arc<Mutex<Vec<Asked>>>,
    /// Collections whose first patch has met a conflict.
    conflicts: Arc<Mutex<BTreeSet<String>>>,
}

impl Record {
    /// Sends a request on. The server is one that does not stream lists, and the first patch of each status comes too
    /// late, so that everything is asked for that is asked for at all.
    async fn send(self, server: Client, request: Request<Body>) -> kube::Result<Response<Body>> {
        // What the hub serves at all everybody may ask.
        if request.uri().path().starts_with("/openapi/") {
            return server.send(request).await;
        }
        let what = asked(request.method(), request.uri());
        self.asked.lock().unwrap().insert(what.clone());
        let (_, resource, verb) = &what;
        let streams = request.uri().query().is_some_and(|query| query.contains("sendInitialEvents"));
        let code = if streams {
            StatusCode::UNPROCESSABLE_ENTITY
        } else if verb == "patch"
            && resource.ends_with("/status")
            && self.conflicts.lock().unwrap().insert(resource.clone())
        {
            StatusCode::CONFLICT
        } else {
            let answer = server.send(request).await?;
            if answer.status() == StatusCode::FORBIDDEN {
                self.forbidden.lock().unwrap().push(what);
            }
            return Ok(answer);
        };
        let status =
            json!({"kind": "Status", "apiVersion": "v1", "code": code.as_u16(), "message": "as the test wants it"});
        Ok(Response::builder().status(code).body(Body::from(status.to_string().into_bytes())).unwrap())
    }
}

/// A request as the server's authoriser sees it.
fn asked(method: &Method, uri: &Uri) -> Asked {
    let path: Vec<&str> = uri.path().trim_start_matches('/').split('/').collect();
    let (group, rest) = if path[0] == "api" { ("", &path[2..]) } else { (path[1], &path[3..]) };
    let rest = if rest[0] == "namespaces" && rest.len() > 2 { &rest[2..] } else { rest };
    let resource = [&rest[..1], rest.get(2..).unwrap_or_default()].concat().join("/");
    let is_watch = uri.query().is_some_and(|query| query.contains("watch=true"));
    let verb = match (method.as_str(), rest.len() > 1) {
        ("GET", true) => "get",
        ("GET", false) if is_watch => "watch",
        ("GET", false) => "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", true) => "delete",
        other => panic!("{other:?} {uri}"),
    };
    (group.into(), resource, verb.into())
}

/// A client of the service account, whose requests are recorded.
async fn recorded(record: &Record) -> Client {
    let kubeconfig = Kubeconfig::read_from(hub().await.user(ACCOUNT, None).unwrap()).unwrap();
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
    config.default_retry = false;
    let server = Client::try_from(config).unwrap();
    let record = record.clone();
    Client::new(tower::service_fn(move |request| record.clone().send(server.clone(), request)), "default")
}

fn settings() -> Settings {
    let second = Duration::from_secs(1);
    let timings = Timings { lease: 15 * second, renew: 10 * second, retry: second };
    Settings {
        namespace: "placewright".into(),
        hostname: "here".into(),
        profiles: plugins::profiles(),
        mode: Mode::Control,
        candidate: Some(Candidate { lease: "placement-lock".into(), identity: "here_1".into(), timings }),
        rate: None,
    }
}

/// A namespace with a placement over three clusters, in groups of this size.
fn world(size: &Value) -> Vec<Value> {
    const GROUP: &str = "cluster.open-cluster-management.io";
    let object = |version: &str, kind: &str, name: &str, spec: Value| json!({"apiVersion": format!("{GROUP}/{version}"), "kind": kind, "metadata": {"name": name, "namespace": "asked"}, "spec": spec});
    let mut all = vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "asked"}}),
        json!({"apiVersion": format!("{GROUP}/v1beta2"), "kind": "ManagedClusterSet", "metadata": {"name": "all"}, "spec": {
            "clusterSelector": {"selectorType": "LabelSelector", "labelSelector": {}}}}),
        object("v1beta2", "ManagedClusterSetBinding", "all", json!({"clusterSet": "all"})),
    ];
    for name in ["c1", "c2", "c3"] {
        all.push(json!({"apiVersion": format!("{GROUP}/v1"), "kind": "ManagedCluster", "metadata": {"name": name}, "spec": {}}));
    }
    let strategy = json!({"groupStrategy": {"clustersPerDecisionGroup": size}});
    all.push(object("v1beta1", "Placement", "web", json!({"decisionStrategy": strategy})));
    all
}

/// Waits until the hub has so many slices with our labels, and the placement's status says the same.
async fn slices(client: &Client, want: usize) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let get = async |what: &str| -> Value {
            let uri = format!("/apis/cluster.open-cluster-management.io/v1beta1/namespaces/asked/{what}");
            match client.request(Request::get(uri).body(Vec::new()).unwrap()).await {
                // A kind that was defined a moment ago asks its readers to wait.
                Err(kube::Error::Api(status)) if status.code == 429 => Value::Null,
                answer => answer.unwrap(),
            }
        };
        let label = "labelSelector=cluster.open-cluster-management.io/decision-group-index";
        let found = get(&format!("placementdecisions?{label}")).await["items"].as_array().map_or(0, Vec::len);
        let told = get("placements/web").await["status"]["decisionGroups"].as_array().map_or(0, Vec::len);
        if (found, told) == (want, want) {
            return;
        }
        assert!(Instant::now() < deadline, "{found} slices, {told} in the status, {want} wanted");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Somebody takes a label of ours away.
async fn take_label(client: &Client) {
    let uri = "/apis/cluster.open-cluster-management.io/v1beta1/namespaces/asked/placementdecisions/web-decision-1";
    let patch = json!({"metadata": {"labels": {"cluster.open-cluster-management.io/decision-group-index": null}}});
    let request = Request::patch(uri).header("content-type", "application/merge-patch+json");
    client.request::<Value>(request.body(patch.to_string().into_bytes()).unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_controller_asks_for_its_role_and_nothing_else() {
    let admin = hub().await.client().await.unwrap();
    for object in objects() {
        apply(&admin, &object).await;
    }
    manifests::apply(&admin, &world(&json!(1))).await.unwrap();
    let record = Record::default();
    let client = recorded(&record).await;
    let (controller, _handle) = Controller::new(client, settings(), Arc::new(Metrics::new()), Arc::new(SystemClock));
    let stop = CancellationToken::new();
    let running = tokio::spawn(controller.run(stop.clone()));
    slices(&admin, 3).await;
    take_label(&admin).await;
    slices(&admin, 3).await;
    manifests::apply(&admin, &world(&json!("100%"))).await.unwrap();
    slices(&admin, 1).await;
    stop.cancel();
    running.await.unwrap().unwrap();

    assert_eq!(*record.forbidden.lock().unwrap(), [], "refused");
    let roles = [of_kind("ClusterRole"), of_kind("Role")].concat();
    let rules = roles.iter().flat_map(|role| role["rules"].as_array().unwrap()).flat_map(allowed);
    let mut role: BTreeSet<Asked> =
        rules.map(|(group, resource, verb)| (group.into(), resource.into(), verb.into())).collect();
    // Asked for by others: by what serves /metrics and /debug, and by the server itself when a slice is created.
    role.retain(|(_, resource, _)| {
        !["tokenreviews", "subjectaccessreviews", "placements/finalizers"].contains(&resource.as_str())
    });
    assert_eq!(*record.asked.lock().unwrap(), role);
}
