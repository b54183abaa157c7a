//! Who is answered what, beside a hub that is asked who they are and what they may.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::kinds::Placement;
use kube::Client;
use kube::client::Body as KubeBody;
use scheduler_core::{Index, Time};

use super::*;
use crate::serve::auth::{ClientCas, Reviews};

/// A hub that knows tokens by the user's name, and grants what is written here: `user verb what`.
#[derive(Default)]
struct Hub {
    grants: Vec<&'static str>,
    /// The kinds that were asked for, in order.
    asked: Arc<Mutex<Vec<&'static str>>>,
    fails: Arc<AtomicBool>,
}

impl Hub {
    fn client(&self) -> Client {
        let (grants, asked, fails) = (self.grants.clone(), self.asked.clone(), self.fails.clone());
        let service = tower::service_fn(move |request: Request<KubeBody>| {
            let (grants, asked, fails) = (grants.clone(), asked.clone(), fails.clone());
            async move {
                let path = request.uri().path().to_owned();
                let body = request.into_body().collect().await?.to_bytes();
                let review: Value = serde_json::from_slice(&body)?;
                let answered = match path.as_str() {
                    "/apis/authentication.k8s.io/v1/tokenreviews" => {
                        asked.lock().unwrap().push("token");
                        user_of(&review["spec"]["token"])
                    }
                    "/apis/authorization.k8s.io/v1/subjectaccessreviews" => {
                        asked.lock().unwrap().push("access");
                        access(&grants, &review["spec"])
                    }
                    path => panic!("{path}"),
                };
                let code = if fails.load(Ordering::Relaxed) { 500 } else { 201 };
                let answer = json!({"metadata": {}, "spec": {}, "status": answered}).to_string();
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(
                    Response::builder().status(code).body(Full::from(answer)).unwrap(),
                )
            }
        });
        Client::new(service, "default")
    }
}

fn user_of(token: &Value) -> Value {
    match token.as_str() {
        Some("bad") => json!({"authenticated": false, "error": "no such token"}),
        Some("root") => json!({"authenticated": true, "user": {"username": "root", "groups": ["system:masters"]}}),
        Some(name) => json!({"authenticated": true, "user": {"username": name, "uid": "7", "groups": ["g"],
            "extra": {"scope": ["a"]}}}),
        None => json!({}),
    }
}

fn access(grants: &[&str], spec: &Value) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let what = match &spec["resourceAttributes"] {
        Value::Null => {
            let path = &spec["nonResourceAttributes"];
            format!("{} {}", text(&path["verb"]), text(&path["path"]))
        }
        it => {
            let kind = [&it["group"], &it["version"], &it["resource"]].map(text).join("/");
            assert_eq!(kind, "cluster.open-cluster-management.io/v1beta1/placements");
            format!("{} placements in {}", text(&it["verb"]), text(&it["namespace"]))
        }
    };
    let allowed = grants.contains(&format!("{} {what}", text(&spec["user"])).as_str());
    json!({"allowed": allowed, "reason": if allowed { "" } else { "no grant" }})
}

/// One placement `ns1/p1`, no clusters.
struct Known {
    ready: AtomicBool,
}

impl Looks for Known {
    fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    fn look(&self, placement: Option<PlacementKey>) -> BoxFuture<'_, Option<View>> {
        let placement = placement.filter(|key| key.to_string() == "ns1/p1").map(|_| {
            let meta = r#"{"metadata":{"name":"p1","namespace":"ns1","uid":"u"}}"#;
            serde_json::from_str::<Placement>(meta).unwrap()
        });
        let index = Index::new(plugins::profiles());
        Box::pin(async { Some(View { index, placement, now: Time::from_unix_seconds(0) }) })
    }
}

fn app(hub: &Hub) -> App {
    let guard = Guard::new(Reviews(hub.client()), ClientCas::default(), true, true);
    App { metrics: Arc::default(), hub: Arc::new(Known { ready: AtomicBool::new(true) }), guard }
}

fn request(method: &str, path: &str, token: &str, body: &str) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Full::from(body.to_owned())).unwrap()
}

/// Code, content type and body.
async fn ask(app: &App, method: &str, path: &str, token: &str, body: &str) -> (u16, String, String) {
    let answer = app.answer(request(method, path, token, body), &[]).await;
    let (head, body) = answer.into_parts();
    let content = head.headers[CONTENT_TYPE].to_str().unwrap().to_owned();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status.as_u16(), content, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn health_is_open() {
    let hub = Hub::default();
    let known = Arc::new(Known { ready: AtomicBool::new(false) });
    let app = App { hub: known.clone(), ..app(&hub) };
    for path in ["/healthz", "/livez"] {
        assert_eq!(ask(&app, "GET", path, "", "").await, (200, TEXT.to_owned(), "ok".to_owned()));
    }
    let (code, _, text) = ask(&app, "GET", "/readyz", "", "").await;
    let want = "[+]ping ok\n[+]log ok\n[-]caches failed: not synced yet\nreadyz check failed\n";
    assert_eq!((code, text.as_str()), (500, want));
    known.ready.store(true, Ordering::Relaxed);
    assert_eq!(ask(&app, "GET", "/readyz", "", "").await.0, 200);
    let (_, _, text) = ask(&app, "GET", "/readyz?verbose", "", "").await;
    assert_eq!(text, "[+]ping ok\n[+]log ok\n[+]caches ok\nreadyz check passed\n");
    assert!(hub.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn anonymous_is_forbidden() {
    let hub = Hub::default();
    let (code, content, body) = ask(&app(&hub), "GET", "/metrics", "", "").await;
    assert_eq!((code, content.as_str()), (403, JSON));
    let want = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "Forbidden",
        "message": "forbidden: User \"system:anonymous\" cannot get path \"/metrics\": no grant", "details": {}, "code": 403});
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), want);
    let app = app(&hub);
    assert_eq!(ask(&app, "GET", "/nowhere", "", "").await.0, 403);
    assert_eq!(ask(&app, "GET", "/nowhere", "root", "").await.0, 404);
}

#[tokio::test]
async fn who_may_reads_metrics_and_the_version() {
    let hub = Hub { grants: vec!["ann get /metrics", "system:anonymous get /version"], ..Hub::default() };
    let app = app(&hub);
    let (code, content, body) = ask(&app, "GET", "/metrics", "ann", "").await;
    assert_eq!((code, content.as_str()), (200, METRICS));
    assert!(body.contains("scheduling_bind_duration_seconds_bucket"));
    assert_eq!(ask(&app, "POST", "/metrics", "ann", "").await.0, 403);
    let (code, _, body) = ask(&app, "GET", "/version", "", "").await;
    assert_eq!((code, body.contains(env!("CARGO_PKG_VERSION"))), (200, true));
}

#[tokio::test(start_paused = true)]
async fn answers_of_the_hub_are_kept_for_a_while() {
    let hub = Hub { grants: vec!["ann get /metrics"], ..Hub::default() };
    let app = app(&hub);
    for _ in 0..3 {
        assert_eq!(ask(&app, "GET", "/metrics", "ann", "").await.0, 200);
        assert_eq!(ask(&app, "GET", "/metrics", "bad", "").await.0, 401);
    }
    assert_eq!(*hub.asked.lock().unwrap(), ["token", "access", "token"]);
    tokio::time::advance(Duration::from_secs(36)).await;
    assert_eq!(ask(&app, "GET", "/metrics", "ann", "").await.0, 200);
    assert_eq!(hub.asked.lock().unwrap().len(), 5);
}

#[tokio::test]
async fn some_need_no_grant() {
    let hub = Hub::default();
    let app = app(&hub);
    let prometheus = "system:serviceaccount:openshift-monitoring:prometheus-k8s";
    assert_eq!(ask(&app, "GET", "/metrics", prometheus, "").await.0, 200);
    assert_eq!(ask(&app, "GET", "/version", prometheus, "").await.0, 403);
    assert_eq!(ask(&app, "GET", "/version", "root", "").await.0, 200);
}

#[tokio::test]
async fn a_hub_that_does_not_say_lets_nobody_in() {
    let hub = Hub { grants: vec!["ann get /metrics", "system:anonymous get /metrics"], ..Hub::default() };
    hub.fails.store(true, Ordering::Relaxed);
    let app = app(&hub);
    assert_eq!(ask(&app, "GET", "/metrics", "ann", "").await.0, 401);
    assert_eq!(ask(&app, "GET", "/metrics", "", "").await.0, 500);
    hub.fails.store(false, Ordering::Relaxed);
    assert_eq!(ask(&app, "GET", "/metrics", "ann", "").await.0, 200, "a failure is not kept");
}

const PLACEMENT: &str = r#"{"metadata":{"name":"new","namespace":"ns2"}}"#;

#[tokio::test]
async fn a_placement_is_looked_at() {
    let path = "/debug/placements/ns1/p1";
    let hub = Hub { grants: vec!["ann get /debug/placements/ns1/p1", "ann get placements in ns1"], ..Hub::default() };
    let (code, content, body) = ask(&app(&hub), "GET", path, "ann", "").await;
    assert_eq!((code, content.as_str()), (200, JSON), "{body}");
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(answer["placement"]["metadata"], json!({"name": "p1", "namespace": "ns1"}));
    let hub = Hub { grants: vec!["ann get /debug/placements/ns1/p1"], ..Hub::default() };
    let want = r#"{"error":"user does not have permission to get placements in namespace ns1: no grant"}"#;
    assert_eq!(ask(&app(&hub), "GET", path, "ann", "").await, (403, JSON.to_owned(), want.to_owned()));
    let want = r#"{"error":"placement 'p2' not found"}"#;
    assert_eq!(ask(&app(&hub), "GET", "/debug/placements/ns1/p2", "root", "").await.2, want);
    assert_eq!(ask(&app(&hub), "GET", "/debug/placements/ns1", "root", "").await.0, 400);
    assert_eq!(ask(&app(&hub), "DELETE", path, "root", "").await.0, 405);
}

#[tokio::test]
async fn a_placement_is_tried() {
    let path = "/debug/placements/";
    let hub = Hub { grants: vec!["ann post /debug/placements/", "ann create placements in ns2"], ..Hub::default() };
    let app = app(&hub);
    let (code, _, body) = ask(&app, "POST", path, "ann", PLACEMENT).await;
    assert_eq!((code, body.contains(r#""name":"new""#)), (200, true), "{body}");
    let elsewhere = PLACEMENT.replace("ns2", "ns3");
    let (code, _, body) = ask(&app, "POST", path, "ann", &elsewhere).await;
    let want = r#"{"error":"user does not have permission to create placements in namespace ns3: no grant"}"#;
    assert_eq!((code, body.as_str()), (403, want));
    let long = " ".repeat(1 << 20) + PLACEMENT;
    let want = r#"{"error":"request body too large: exceeds maximum of 1048576 bytes"}"#;
    assert_eq!(ask(&app, "POST", path, "root", &long).await, (400, JSON.to_owned(), want.to_owned()));
}

#[tokio::test]
async fn switched_off_by_the_file_of_config() {
    let hub = Hub::default();
    let guard = Guard::new(Reviews(hub.client()), ClientCas::default(), false, false);
    let app = App { guard, ..app(&hub) };
    assert_eq!(ask(&app, "GET", "/metrics", "bad", "").await.0, 200);
    assert!(hub.asked.lock().unwrap().is_empty());
}
