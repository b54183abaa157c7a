//! What is told under which name.

use super::*;

#[track_caller]
fn check(metrics: &Metrics, line: &str) {
    let text = metrics.text();
    assert!(text.lines().any(|it| it == line), "{line}\nnot in:\n{text}");
}

#[test]
fn upstreams_histograms_to_the_letter() {
    let metrics = Metrics::new();
    metrics.scheduled(Duration::from_millis(5));
    metrics.bound(Duration::from_secs(2));
    let name = "scheduling_scheduling_duration_seconds";
    let help = "[ALPHA] How long in seconds it takes to schedule a placement.";
    check(&metrics, &format!("# HELP {name} {help}"));
    check(&metrics, &format!("# TYPE {name} histogram"));
    let bounds = [
        "1e-06",
        "9.999999999999999e-06",
        "9.999999999999999e-05",
        "0.001",
        "0.01",
        "0.1",
        "1",
        "10",
        "100",
        "1000",
        "+Inf",
    ];
    let text = metrics.text();
    let got: Vec<&str> = text.lines().filter(|line| line.starts_with(&format!("{name}_bucket"))).collect();
    let want = |(i, bound): (usize, &&str)| {
        let count = u8::from(i >= 4);
        format!(r#"{name}_bucket{{name="placement_scheduling",le="{bound}"}} {count}"#)
    };
    assert_eq!(got, bounds.iter().enumerate().map(want).collect::<Vec<_>>());
    check(&metrics, &format!(r#"{name}_sum{{name="placement_scheduling"}} 0.005"#));
    check(&metrics, r#"scheduling_bind_duration_seconds_count{name="placement_scheduling"} 1"#);
    check(&metrics, r#"scheduling_cel_runtime_duration_seconds_count{name="placement_scheduling"} 0"#);
}

#[test]
fn what_else_upstream_has() {
    let metrics = Metrics::new();
    check(&metrics, r#"leader_election_master_status{name=""} 0"#);
    metrics.leading(true);
    check(&metrics, r#"leader_election_master_status{name=""} 1"#);
}

#[tokio::test(start_paused = true)]
async fn a_queue_as_gos_are() {
    let (metrics, queue) = (Metrics::new(), r#"{name="SchedulingController"}"#);
    let [one, two] = ["one", "two"].map(|name| PlacementKey { namespace: "ns".into(), name: name.into() });
    check(&metrics, &format!("workqueue_unfinished_work_seconds{queue} 0.0"));
    metrics.queued(&one, 1);
    metrics.queued(&two, 2);
    metrics.queued(&one, 2);
    tokio::time::advance(Duration::from_secs(3)).await;
    metrics.began(&one);
    metrics.began(&two);
    tokio::time::advance(Duration::from_secs(2)).await;
    check(&metrics, &format!("workqueue_adds_total{queue} 2"));
    check(&metrics, &format!("workqueue_depth{queue} 2"));
    check(&metrics, "placewright_queue_depth 2");
    check(&metrics, &format!("workqueue_unfinished_work_seconds{queue} 4.0"));
    metrics.failed(&one, 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    check(&metrics, &format!("workqueue_longest_running_processor_seconds{queue} 3.0"));
    metrics.ended(&two, 0);
    check(&metrics, &format!("workqueue_retries_total{queue} 1"));
    check(&metrics, &format!("workqueue_queue_duration_seconds_sum{queue} 6.0"));
    check(&metrics, &format!("workqueue_work_duration_seconds_sum{queue} 5.0"));
    check(&metrics, &format!("workqueue_depth{queue} 0"));
    metrics.queued(&one, 1);
    metrics.forgotten(&one, 0);
    metrics.began(&one);
    check(&metrics, &format!("workqueue_queue_duration_seconds_count{queue} 2"));
}

#[test]
fn the_process() {
    let text = Metrics::new().text();
    let value = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in:\n{text}")).parse().unwrap()
    };
    assert!(value("process_cpu_seconds_total") >= 0.0);
    assert!(value("process_open_fds") >= 3.0 && value("process_open_fds") <= value("process_max_fds"));
    let in_ram = value("process_resident_memory_bytes");
    assert!(in_ram > 1e6 && in_ram < value("process_virtual_memory_bytes"));
    // After 2020: it is told in seconds.
    assert!(value("process_start_time_seconds") > 1.577e9);
}

#[tokio::test(start_paused = true)]
async fn requests_by_how_they_ended() {
    let metrics = Metrics::new();
    let service = tower::service_fn(|request: http::Request<u16>| async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let answer = http::Response::builder().status(*request.body()).body(());
        answer.map_err(|wrong| wrong.to_string())
    });
    let client = tower::Layer::layer(&metrics.requests("hub:6443".to_owned()), service);
    for (method, status) in [("GET", 200), ("PATCH", 409), ("PATCH", 409), ("POST", 0)] {
        let request = http::Request::builder().method(method).body(status).unwrap();
        let answer = tower::ServiceExt::oneshot(client.clone(), request).await;
        assert_eq!(answer.is_ok(), status != 0);
    }
    let count = |code: &str, method: &str, count: u8| {
        let labels = format!(r#"code="{code}",method="{method}",host="hub:6443""#);
        check(&metrics, &format!("rest_client_requests_total{{{labels}}} {count}"));
    };
    count("200", "GET", 1);
    count("409", "PATCH", 2);
    count("<error>", "POST", 1);
    let labels = r#"verb="PATCH",host="hub:6443""#;
    check(&metrics, &format!("rest_client_request_duration_seconds_sum{{{labels}}} 0.4"));
    check(&metrics, &format!(r#"rest_client_request_duration_seconds_bucket{{{labels},le="0.1"}} 0"#));
    check(&metrics, &format!(r#"rest_client_request_duration_seconds_bucket{{{labels},le="0.25"}} 2"#));
}

#[test]
fn counters_of_ours() {
    let metrics = Metrics::new();
    metrics.wrote("create_decision", true);
    metrics.wrote("create_decision", true);
    metrics.wrote("create_decision", false);
    metrics.repaired("ManagedCluster", 3);
    metrics.restarted("Placement", "gone");
    metrics.skipped("Placement");
    metrics.event("sent");
    metrics.panicked();
    metrics.sizes(2000, 1000);
    check(&metrics, r#"placewright_writes_total{call="create_decision",result="success"} 2"#);
    check(&metrics, r#"placewright_writes_total{call="create_decision",result="error"} 1"#);
    check(&metrics, r#"placewright_events_repaired_total{kind="ManagedCluster"} 3"#);
    check(&metrics, r#"placewright_watch_restarts_total{kind="Placement",reason="gone"} 1"#);
    check(&metrics, r#"placewright_objects_skipped_total{kind="Placement"} 1"#);
    check(&metrics, r#"placewright_events_total{result="sent"} 1"#);
    check(&metrics, "placewright_panics_total 1");
    check(&metrics, "placewright_clusters 2000");
    check(&metrics, "placewright_placements 1000");
    check(&metrics, &format!(r#"placewright_build_info{{version="{}"}} 1"#, env!("CARGO_PKG_VERSION")));
}

#[tokio::test(start_paused = true)]
async fn staleness_is_told_when_asked() {
    let metrics = Metrics::new();
    metrics.fresh("Placement");
    tokio::time::advance(Duration::from_secs(20)).await;
    metrics.fresh("ManagedCluster");
    tokio::time::advance(Duration::from_millis(500)).await;
    check(&metrics, r#"placewright_watch_staleness_seconds{kind="Placement"} 20.5"#);
    check(&metrics, r#"placewright_watch_staleness_seconds{kind="ManagedCluster"} 0.5"#);
}

/// A plugin that is asked once, and what is told of it.
#[test]
fn what_plugins_use_up() {
    let host = plugin_host::Host::new(false).unwrap();
    let bytes = include_bytes!("../../../examples/plugins/gpu-binpack/gpu-binpack.wasm");
    let guest = host.compile(&host.inspect(bytes).unwrap(), plugin_host::Limits::default()).unwrap();
    let spec = plugin_host::Spec::new("gpu-binpack".into());
    let loaded = Arc::new(Loaded::probe(spec, guest).unwrap());
    let metrics = Metrics::new();
    metrics.plugins(vec![loaded.clone()]);
    check(&metrics, r#"wasm_rows_total{plugin="gpu-binpack"} 0.0"#);

    let mut index = scheduler_core::Index::new(plugins::with_guests(&plugins::profiles(), &loaded.plugins()));
    let hub = include_str!("../../../examples/plugins/gpu-binpack/hub.yaml");
    let file = api::read::InputFile { name: "hub.yaml".into(), data: hub.into() };
    let objects = api::read::read([file], &api::read::Options::default()).objects;
    objects.iter().for_each(|object| index.apply(api::facts::fact(&object.kind).0));
    index.step(kube_text::Time::from_unix_seconds(0), usize::MAX, &mut |_, _, _| {});

    let asked = loaded.calls().counted();
    assert!(asked.rows > 0 && asked.fuel > 0 && asked.ended() == 2, "{asked:?}");
    check(&metrics, &format!("wasm_rows_total{{plugin=\"gpu-binpack\"}} {}.0", asked.rows));
    check(&metrics, &format!("wasm_fuel_total{{plugin=\"gpu-binpack\"}} {}.0", asked.fuel));
    check(&metrics, r#"wasm_instances{plugin="gpu-binpack"} 0.0"#);
    check(&metrics, "# TYPE wasm_call_seconds histogram");
    for function in ["filter", "score"] {
        check(&metrics, &format!("wasm_call_seconds_count{{plugin=\"gpu-binpack\",fn=\"{function}\"}} 1"));
        let all = format!("wasm_call_seconds_bucket{{plugin=\"gpu-binpack\",fn=\"{function}\",le=\"+Inf\"}} 1");
        check(&metrics, &all);
    }
}
