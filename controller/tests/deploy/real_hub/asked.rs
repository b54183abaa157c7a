//! What a controller asks of a hub is what its role allows: nothing is refused, and nothing is allowed that it never
//! asks for.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use controller::{
    hub::{Candidate, Controller, Files, Mode, Settings, SystemClock, Timings},
    metrics::Metrics,
    preflight,
};
use http::{Method, Request, Response, StatusCode};
use hub::real::{Crds, Hub, Options, manifests};
use kube::{Client, Config, client::Body, config::Kubeconfig};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::apply;
use crate::{objects, of_kind, role::allowed};

const ACCOUNT: &str = "system:serviceaccount:placewright:placewright";
/// How it serves, and what it says when it does.
const SERVING: &str = "serving HTTPS at=\"";

/// Passes requests on. Its server is one that does not stream lists, and the first patch of each status comes too late,
/// so that everything is asked for that is asked for at all.
async fn pass_on(
    server: Client,
    late: Arc<Mutex<BTreeSet<String>>>,
    request: Request<Body>,
) -> kube::Result<Response<Body>> {
    let path = request.uri().path();
    let streams = request.uri().query().is_some_and(|query| query.contains("sendInitialEvents"));
    let patches_status = request.method() == Method::PATCH && path.ends_with("/status");
    let collection = || path.split('/').nth_back(2).unwrap().to_owned();
    let code = if streams {
        StatusCode::UNPROCESSABLE_ENTITY
    } else if patches_status && late.lock().unwrap().insert(collection()) {
        StatusCode::CONFLICT
    } else {
        return server.send(request).await;
    };
    let status =
        json!({"kind": "Status", "apiVersion": "v1", "code": code.as_u16(), "message": "as the test wants it"});
    Ok(Response::builder().status(code).body(Body::from(status.to_string().into_bytes())).unwrap())
}

/// A client of a kubeconfig, as the controller has one.
async fn client_of(kubeconfig: Kubeconfig) -> Client {
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
    config.default_retry = false;
    Client::try_from(config).unwrap()
}

fn settings() -> Settings {
    let second = Duration::from_secs(1);
    let timings = Timings { lease: 15 * second, renew: 10 * second, retry: second };
    Settings {
        namespace: "placewright".into(),
        hostname: "here".into(),
        profiles: plugins::profiles(),
        files: Files::default(),
        budget: preflight::BUDGET,
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

/// Runs a controller in this process until it has asked for all that deciding needs.
async fn decide(hub: &Hub, admin: &Client) {
    let server = client_of(Kubeconfig::read_from(hub.user(ACCOUNT, None).unwrap()).unwrap()).await;
    let late = Arc::default();
    let service = tower::service_fn(move |request| pass_on(server.clone(), Arc::clone(&late), request));
    let client = Client::new(service, "default");
    let (controller, _handle) = Controller::new(client, settings(), Arc::new(Metrics::new()), Arc::new(SystemClock));
    let stop = CancellationToken::new();
    let running = tokio::spawn(controller.run(stop.clone()));
    slices(admin, 3).await;
    take_label(admin).await;
    slices(admin, 3).await;
    manifests::apply(admin, &world(&json!("100%"))).await.unwrap();
    slices(admin, 1).await;
    stop.cancel();
    running.await.unwrap().unwrap();
}

/// Runs one as a process, and asks it for metrics and for a placement: as nobody, with a token that nobody gave, and as
/// a service account that may.
async fn be_asked(hub: &Hub, admin: &Client) {
    let version = "rbac.authorization.k8s.io/v1";
    let metadata = json!({"name": "scraper", "namespace": "placewright"});
    let rules = json!([
        {"nonResourceURLs": ["/metrics", "/debug/placements/*"], "verbs": ["get"]},
        {"apiGroups": ["cluster.open-cluster-management.io"], "resources": ["placements"], "verbs": ["get"]},
    ]);
    let all = [
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        json!({"apiVersion": version, "kind": "ClusterRole", "metadata": {"name": "scraper"}, "rules": rules}),
        json!({"apiVersion": version, "kind": "ClusterRoleBinding", "metadata": {"name": "scraper"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "scraper"},
            "subjects": [{"kind": "ServiceAccount", "name": "scraper", "namespace": "placewright"}]}),
    ];
    manifests::apply(admin, &all).await.unwrap();
    let asks = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"audiences": []}});
    let asks = Request::post("/api/v1/namespaces/placewright/serviceaccounts/scraper/token")
        .header("content-type", "application/json")
        .body(asks.to_string().into_bytes());
    let given: Value = admin.request(asks.unwrap()).await.unwrap();

    let kubeconfig = hub.user(ACCOUNT, None).unwrap().display().to_string();
    let flags = ["controller", "--namespace=placewright", "--listen=127.0.0.1:0", "--kubeconfig", &kubeconfig];
    let program = Path::new(env!("CARGO_BIN_EXE_placewright"));
    let mut process = hub.run("placewright", program, flags.map(str::to_owned).to_vec()).unwrap();
    let line = process.says(SERVING).await.unwrap();
    let at = line.split(SERVING).nth(1).unwrap().trim_end_matches('"');
    process.says("all watches are complete").await.unwrap();
    let ask = async |token: Option<&str>, path: &str| {
        let kubeconfig = json!({
            "clusters": [{"name": "c", "cluster": {"server": format!("https://{at}"), "insecure-skip-tls-verify": true}}],
            "users": [{"name": "u", "user": {"token": token}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}], "current-context": "c",
        });
        let client = client_of(serde_json::from_value(kubeconfig).unwrap()).await;
        match client.request_text(Request::get(path).body(Vec::new()).unwrap()).await {
            Ok(text) => (200, text),
            Err(kube::Error::Api(status)) => (status.code, status.message.clone()),
            Err(other) => panic!("{other}"),
        }
    };
    let token = given["status"]["token"].as_str().unwrap();
    for (path, want) in [("/metrics", "scheduling_scheduling_duration_seconds"), ("/debug/placements/asked/web", "c1")]
    {
        assert_eq!(ask(None, path).await.0, 403);
        assert_eq!(ask(Some("made-up"), path).await.0, 401);
        let (code, text) = ask(Some(token), path).await;
        assert!(code == 200 && text.contains(want), "{code}: {text}");
    }
    process.terminate().unwrap();
    assert_eq!(process.ended().await.unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_controller_asks_for_its_role_and_nothing_else() {
    // A hub where nobody else acts as the account.
    let hub = Hub::start(Options { crds: Crds::Ours, garbage_collector: false }).await.unwrap();
    let admin = hub.client().await.unwrap();
    for object in objects() {
        apply(&admin, &object).await;
    }
    manifests::apply(&admin, &world(&json!(1))).await.unwrap();
    decide(&hub, &admin).await;
    be_asked(&hub, &admin).await;

    let mut asked = hub.asked().unwrap();
    // What the hub serves at all everybody may ask.
    asked.retain(|asked| !asked.resource.is_empty());
    let refused: Vec<_> = asked.iter().filter(|asked| asked.code == 403).collect();
    assert!(refused.is_empty(), "{refused:?}");
    let asked: BTreeSet<_> =
        asked.iter().map(|asked| (asked.group.as_str(), asked.resource.as_str(), asked.verb.as_str())).collect();
    let roles = [of_kind("ClusterRole"), of_kind("Role")].concat();
    let mut role: BTreeSet<_> =
        roles.iter().flat_map(|role| role["rules"].as_array().unwrap()).flat_map(allowed).collect();
    // Asked for by the server itself when a slice is created.
    role.retain(|(_, resource, _)| *resource != "placements/finalizers");
    // By the role of every hub that shows which certificates it trusts.
    role.insert(("", "configmaps", "get"));
    assert_eq!(asked, role);
}
