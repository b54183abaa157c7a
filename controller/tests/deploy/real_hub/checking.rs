//! FILE-6: the reader of files refuses what an API server with our definitions refuses, and puts the same defaults.

use api::{
    kinds::{ManagedCluster, ManagedClusterSet, ManagedClusterSetBinding, Placement, Resource},
    read::{InputFile, Kind, Options, Severity, read},
};
use kube::Client;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::hub;

/// The spec with its defaults, as the reader has it; nothing where it refuses the object.
fn from_file(manifest: &Value) -> Option<Value> {
    let input = InputFile { name: "object.json".into(), data: manifest.to_string().into_bytes() };
    let got = read([input], &Options::default());
    let is_refused = got.notices.iter().any(|notice| notice.severity == Severity::Error);
    let object = got.objects.into_iter().next().filter(|_| !is_refused)?;
    Some(match object.kind {
        Kind::Placement(object) => json!(object.spec),
        Kind::ManagedCluster(object) => json!(object.spec),
        Kind::ManagedClusterSet(object) => json!(object.spec),
        Kind::ManagedClusterSetBinding(object) => json!(object.spec),
        other => panic!("{other:?} has no spec"),
    })
}

/// The same of the server, which stores nothing of it.
async fn from_server<K: Resource + DeserializeOwned>(client: &Client, plural: &str, manifest: &Value) -> Option<Value> {
    let namespace = if K::NAMESPACED { "/namespaces/default" } else { "" };
    let uri = format!("/apis/{}{namespace}/{plural}?dryRun=All", K::API_VERSION);
    let request = http::Request::post(uri).header("content-type", "application/json");
    let answer = client.request::<Value>(request.body(manifest.to_string().into_bytes()).unwrap()).await;
    match answer {
        Ok(stored) => {
            // Absent and empty are one to our types.
            let object: K = serde_json::from_value(stored).unwrap();
            Some(json!(object)["spec"].take())
        }
        Err(kube::Error::Api(refused)) => {
            assert!([400, 422].contains(&refused.code), "{refused:?}");
            None
        }
        Err(other) => panic!("{other}"),
    }
}

async fn check<K: Resource + DeserializeOwned>(plural: &str, accepted: &[Value], refused: &[Value]) {
    let client = hub().await.client().await.unwrap();
    for (is_accepted, spec) in accepted.iter().map(|spec| (true, spec)).chain(refused.iter().map(|spec| (false, spec)))
    {
        let manifest = json!({
            "apiVersion": K::API_VERSION,
            "kind": K::KIND,
            "metadata": if K::NAMESPACED { json!({"name": "a", "namespace": "default"}) } else { json!({"name": "a"}) },
            "spec": spec,
        });
        let server = from_server::<K>(&client, plural, &manifest).await;
        assert_eq!(server.is_some(), is_accepted, "the server on {spec}");
        assert_eq!(from_file(&manifest), server, "{spec}");
    }
}

fn long(length: usize) -> String {
    "x".repeat(length)
}

#[tokio::test]
async fn placements() {
    let prioritizer = |config: Value| json!({"prioritizerPolicy": {"configurations": [config]}});
    let spread = |constraint: Value| json!({"spreadPolicy": {"spreadConstraints": [constraint]}});
    let toleration = |toleration: Value| json!({"tolerations": [toleration]});
    let size = |size: Value| json!({"decisionStrategy": {"groupStrategy": {"clustersPerDecisionGroup": size}}});
    let group = |group: Value| json!({"decisionStrategy": {"groupStrategy": {"decisionGroups": [group]}}});
    let labels = |selector: Value| json!({"predicates": [{"requiredClusterSelector": {"labelSelector": selector}}]});
    let key = json!({"topologyKey": "zone", "topologyKeyType": "Label"});
    let accepted = [
        json!({}),
        json!({"numberOfClusters": -1, "clusterSets": null}),
        json!({"numberOfClusters": null, "sortBy": null, "scoreRateLimit": "90s"}),
        json!({"prioritizerPolicy": {}}),
        json!({"prioritizerPolicy": {"mode": "Whatever"}}),
        prioritizer(json!({"scoreCoordinate": {}})),
        prioritizer(json!({"scoreCoordinate": {"builtIn": "Steady"}, "weight": 0})),
        prioritizer(json!({"scoreCoordinate": {"type": "AddOn", "addOn": null}, "weight": -10})),
        json!({"spreadPolicy": {}}),
        spread(key.clone()),
        spread(json!({"topologyKey": "a.b/c_D", "topologyKeyType": "Claim", "maxSkew": 2})),
        toleration(json!({})),
        toleration(json!({"operator": "Whatever", "tolerationSeconds": i64::MAX})),
        toleration(json!({"key": "a/b", "value": long(1024), "tolerationSeconds": -1})),
        json!({"decisionStrategy": {"groupStrategy": {}}}),
        size(json!(0)),
        size(json!(-3)),
        size(json!("10")),
        size(json!("99%")),
        group(json!({"groupName": "ab", "groupClusterSelector": {}})),
        json!({"sortBy": "Score"}),
        labels(json!({"matchExpressions": [{"key": "a b", "operator": "Whatever"}]})),
        labels(json!({"matchLabels": {"a": ""}})),
    ];
    let refused = [
        json!(null),
        json!({"numberOfClusters": 1_i64 << 31}),
        json!({"numberOfClusters": "3"}),
        json!({"numberOfClusters": 1.5}),
        json!({"clusterSets": [1]}),
        json!({"clusterSets": "a"}),
        json!({"sortBy": "score"}),
        json!({"scoreRateLimit": "1d"}),
        prioritizer(json!({})),
        prioritizer(json!({"scoreCoordinate": {}, "weight": 11})),
        prioritizer(json!({"scoreCoordinate": {"type": "Other"}})),
        prioritizer(json!({"scoreCoordinate": {"type": "AddOn", "addOn": {"resourceName": "a"}}})),
        spread(json!({"topologyKey": "zone"})),
        spread(json!({"topologyKey": "a b", "topologyKeyType": "Label"})),
        spread(json!({"topologyKey": "zone", "topologyKeyType": "Label", "maxSkew": 0})),
        json!({"spreadPolicy": {"spreadConstraints": vec![key; 9]}}),
        toleration(json!({"key": ""})),
        toleration(json!({"key": "-a"})),
        toleration(json!({"key": long(317)})),
        toleration(json!({"value": long(1025)})),
        toleration(json!({"effect": "Never"})),
        size(json!("0%")),
        size(json!("101%")),
        size(json!("1.5%")),
        group(json!({"groupName": "a", "groupClusterSelector": {}})),
        group(json!({"groupName": "ab"})),
        labels(json!({"matchExpressions": [{"key": "a"}]})),
        labels(json!({"matchLabels": {"a": 1}})),
    ];
    check::<Placement>("placements", &accepted, &refused).await;
}

#[tokio::test]
async fn clusters() {
    let taint = |taint: Value| json!({"taints": [taint]});
    let accepted = [
        json!({}),
        json!({"hubAcceptsClient": true, "leaseDurationSeconds": 5}),
        taint(json!({"key": "a", "effect": "NoSelect", "timeAdded": null})),
        taint(json!({"key": "a", "effect": "NoSelectIfNew", "timeAdded": "2026-01-01T00:00:00Z"})),
        json!({"managedClusterClientConfigs": [{"url": "", "caBundle": "YWJj"}]}),
    ];
    let refused = [
        json!({"hubAcceptsClient": "true"}),
        taint(json!({"key": "a"})),
        taint(json!({"key": "", "effect": "NoSelect"})),
        taint(json!({"key": "a", "effect": "Never"})),
        taint(json!({"key": "a", "effect": "NoSelect", "timeAdded": "yesterday"})),
        json!({"managedClusterClientConfigs": [{}]}),
    ];
    check::<ManagedCluster>("managedclusters", &accepted, &refused).await;
}

#[tokio::test]
async fn sets_and_bindings() {
    let selector = |selector: Value| json!({"clusterSelector": selector});
    let namespaces = |names: &[&str]| json!({"managedNamespaces": names.iter().map(|name| json!({"name": name})).collect::<Vec<_>>()});
    let accepted = [
        json!({}),
        json!(null),
        selector(json!({})),
        selector(json!({"selectorType": "LabelSelector", "labelSelector": {}})),
        namespaces(&["a", "b-1"]),
    ];
    let refused = [
        selector(json!({"selectorType": "Other"})),
        namespaces(&["A"]),
        namespaces(&["a", "a"]),
        namespaces(&[&long(64)]),
    ];
    check::<ManagedClusterSet>("managedclustersets", &accepted, &refused).await;
    let bound = [json!({"clusterSet": "a"}), json!({})];
    check::<ManagedClusterSetBinding>("managedclustersetbindings", &bound, &[json!({"clusterSet": ""})]).await;
}
