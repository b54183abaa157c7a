//! A plugin that would take too much away waits to be released, over a restart too, on simulated time.

use std::time::Duration;

use controller::hub::Ended;
use controller::sources::Carried;
use hub::double::Double;
use k8s_openapi::ByteString;
use serde_json::{Value, json};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::simulated::{NAMESPACE, slice, start, undecided};

const GPU_BINPACK: &[u8] = include_bytes!("../../../examples/plugins/gpu-binpack/gpu-binpack.wasm");

/// Takes out, for every placement, what has less than so many GPUs.
fn imposed(least: u32) -> Value {
    let document = format!(
        "apiVersion: placewright.io/v1alpha1\nkind: WasmPlugin\nmetadata: {{name: least}}\n\
         spec:\n  source: {{configMap: {{name: least, key: plugin.wasm}}}}\n  settings: {{default: {{atLeast: {least}}}}}\n  \
         filter: {{placements: {{namespaces: ['*']}}}}\n"
    );
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "least", "namespace": NAMESPACE, "labels": { "placewright.io/plugin": "true" } },
        "data": { "plugin.yaml": document },
        "binaryData": { "plugin.wasm": ByteString(GPU_BINPACK.to_vec()) },
    })
}

/// The clusters of the placement's slice after a minute.
async fn decided(double: &Double) -> Vec<String> {
    sleep(Duration::from_secs(60)).await;
    let slice = double.get(&slice()).unwrap();
    let decisions = slice["status"]["decisions"].as_array().cloned().unwrap_or_default();
    decisions.iter().map(|decision| decision["clusterName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_held_stays_so_over_a_restart() {
    let double = undecided();
    let run = || {
        let stop = CancellationToken::new();
        (start(&double, &stop), stop)
    };
    let (running, stop) = run();
    assert_eq!(decided(&double).await, ["a"]);
    let mut map = imposed(100);
    double.put("user", &map).unwrap();
    assert_eq!(decided(&double).await, ["a"], "it would leave nobody");
    stop.cancel();
    assert_eq!(running.await.unwrap().unwrap(), Ended::Stopped);

    let (running, stop) = run();
    assert_eq!(decided(&double).await, ["a"], "nobody has released it");
    let digest = Carried::of(serde_json::from_value(map.clone()).unwrap()).digest().to_string();
    map["metadata"]["annotations"] = json!({ "placewright.io/release": digest });
    double.put("user", &map).unwrap();
    assert_eq!(decided(&double).await, Vec::<String>::new());
    double.put("user", &imposed(0)).unwrap();
    assert_eq!(decided(&double).await, ["a"]);
    stop.cancel();
    assert_eq!(running.await.unwrap().unwrap(), Ended::Stopped);
}
