//! Lists: whole, in pages, of a version, of metadata.

use super::*;

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| metadata(item, "name")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_list_says_its_version() {
    let double = fleet(&["b", "a"]);
    let (_, list) = Caller::of(&double).get(CLUSTERS).await;
    assert_eq!(
        (&list["kind"], &list["apiVersion"]),
        (&json!("ManagedClusterList"), &json!("cluster.open-cluster-management.io/v1"))
    );
    assert_eq!(names(&list), ["a", "b"]);
    assert_eq!(version(&list), FIRST + 2);
    assert_eq!(version(&list["items"][0]), FIRST + 2);
}

#[tokio::test(start_paused = true)]
async fn pages_are_of_one_version() {
    let double = fleet(&["a", "b", "c"]);
    let caller = Caller::of(&double);
    let (_, first) = caller.get(&format!("{CLUSTERS}?limit=2")).await;
    assert_eq!(names(&first), ["a", "b"]);
    assert_eq!(first["metadata"]["remainingItemCount"], 1);
    double.put("user", &cluster("b2")).unwrap();
    double.remove("user", &Key::new(Resource::ManagedClusters, "", "c")).unwrap();
    let token = metadata(&first, "continue");
    let (_, second) = caller.get(&format!("{CLUSTERS}?limit=2&continue={token}")).await;
    assert_eq!(names(&second), ["c"]);
    assert_eq!((version(&second), second["metadata"].get("continue")), (version(&first), None));
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_forgotten_version_is_gone_and_can_be_resumed_inconsistently() {
    let double = fleet(&["a", "b", "c"]);
    let caller = Caller::of(&double);
    let (_, first) = caller.get(&format!("{CLUSTERS}?limit=1")).await;
    double.put("user", &cluster("d")).unwrap();
    double.compact();
    let (code, gone) = caller.get(&format!("{CLUSTERS}?limit=1&continue={}", metadata(&first, "continue"))).await;
    assert_eq!((code, &gone["reason"]), (410, &json!("Expired")));
    let (code, rest) = caller.get(&format!("{CLUSTERS}?limit=9&continue={}", metadata(&gone, "continue"))).await;
    assert_eq!((code, names(&rest)), (200, vec!["b", "c", "d"]));
    assert_eq!(caller.get(&format!("{CLUSTERS}?continue=xyz")).await.0, 400);
}

#[tokio::test(start_paused = true)]
async fn versions_can_be_asked_for() {
    let double = fleet(&["a", "b"]);
    let caller = Caller::of(&double);
    let at = |rv: u64, how: &str| format!("{CLUSTERS}?resourceVersion={rv}&resourceVersionMatch={how}");
    assert_eq!(names(&caller.get(&at(FIRST + 1, "Exact")).await.1), ["a"]);
    assert_eq!(names(&caller.get(&at(FIRST + 1, "NotOlderThan")).await.1), ["a", "b"]);
    let (code, early) = caller.get(&at(FIRST + 9, "NotOlderThan")).await;
    assert_eq!((code, &early["reason"]), (504, &json!("Timeout")));
    assert_eq!(early["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
    let (code, _) = caller.get(&format!("{CLUSTERS}?resourceVersionMatch=Exact")).await;
    assert_eq!(code, 422);
    double.compact();
    assert_eq!(caller.get(&at(FIRST + 1, "Exact")).await.0, 410);
}

#[tokio::test(start_paused = true)]
async fn one_namespace_or_one_name() {
    let double = fleet(&["a"]);
    let caller = Caller::of(&double);
    let mut elsewhere = slice("there");
    elsewhere["metadata"]["namespace"] = "other".into();
    for object in [slice("x"), slice("y"), elsewhere] {
        double.put("user", &object).unwrap();
    }
    assert_eq!(names(&caller.get(SLICES).await.1), ["x", "y"]);
    let everywhere = SLICES.replace("/namespaces/ns", "");
    assert_eq!(names(&caller.get(&everywhere).await.1), ["x", "y", "there"].map(|n| n).into_iter().collect::<Vec<_>>());
    assert_eq!(names(&caller.get(&format!("{SLICES}?fieldSelector=metadata.name%3Dy")).await.1), ["y"]);
}

#[tokio::test(start_paused = true)]
async fn metadata_alone() {
    let double = fleet(&["a"]);
    let accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    let answer = Caller::of(&double).send(Method::GET, CLUSTERS, accept, Value::Null).await.unwrap();
    let list: Value = serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!((&list["kind"], &list["apiVersion"]), (&json!("PartialObjectMetadataList"), &json!("meta.k8s.io/v1")));
    assert_eq!(list["items"][0]["kind"], "PartialObjectMetadata");
    assert_eq!((metadata(&list["items"][0], "name"), list["items"][0].get("spec")), ("a", None));
}
