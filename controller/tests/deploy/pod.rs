//! The pod is as restricted as a hub may ask for, and finds its program as upstream's operator starts it.

use serde_json::{Value, json};

use super::of_kind;

fn pod() -> Value {
    of_kind("Deployment").remove(0)["spec"]["template"].take()
}

#[test]
fn the_program_is_named_by_its_arguments() {
    let container = &pod()["spec"]["containers"][0];
    assert_eq!(container["args"], json!(["/placement", "controller"]));
    assert_eq!(container.get("command"), None);
}

/// Pod security level `restricted`, and nothing that can be written but what is gone with the pod.
#[test]
fn it_may_do_nothing_to_its_node() {
    let spec = &pod()["spec"];
    let of_pod = &spec["securityContext"];
    assert_eq!((&of_pod["runAsNonRoot"], &of_pod["runAsUser"]), (&json!(true), &json!(10_001)));
    assert_eq!(of_pod["seccompProfile"]["type"], "RuntimeDefault");
    let container = &spec["containers"][0];
    let want = json!({
        "allowPrivilegeEscalation": false,
        "readOnlyRootFilesystem": true,
        "capabilities": {"drop": ["ALL"]},
    });
    assert_eq!(container["securityContext"], want);
    assert_eq!(container["volumeMounts"], json!([{"name": "tmp", "mountPath": "/tmp"}]));
    assert_eq!(spec["volumes"], json!([{"name": "tmp", "emptyDir": {}}]));
}

#[test]
fn probes_and_service_ask_where_it_serves() {
    let container = &pod()["spec"]["containers"][0];
    assert_eq!(container["ports"], json!([{"name": "https", "containerPort": 8443}]));
    for (probe, path) in [("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")] {
        let want = json!({"path": path, "port": "https", "scheme": "HTTPS"});
        assert_eq!(container[probe]["httpGet"], want);
    }
    let service = &of_kind("Service")[0]["spec"];
    assert_eq!(service["ports"][0]["targetPort"], "https");
    let labels = &pod()["metadata"]["labels"];
    assert_eq!((&service["selector"], labels), (labels, &of_kind("Deployment")[0]["spec"]["selector"]["matchLabels"]));
}
