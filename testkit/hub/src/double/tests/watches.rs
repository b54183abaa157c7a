//! Watches: from what is there, from a version, until they end.

use super::*;

const FROM_ALL: &str = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

fn change(double: &Double, name: &str) {
    let label =
        metadata(&double.get(&Key::new(Resource::ManagedClusters, "", name)).unwrap(), "resourceVersion").to_owned();
    let mut next = cluster(name);
    next["metadata"]["labels"] = json!({ "was": label });
    double.put("user", &next).unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_there_then_a_mark_then_what_changes() {
    let double = fleet(&["a", "b"]);
    let mut lines = Caller::of(&double).watch(&format!("{CLUSTERS}?{FROM_ALL}")).await.unwrap();
    for name in ["a", "b"] {
        let event = lines.next().await.unwrap();
        assert_eq!((&event["type"], metadata(&event["object"], "name")), (&json!("ADDED"), name));
    }
    let mark = lines.next().await.unwrap();
    assert_eq!(
        mark,
        json!({ "type": "BOOKMARK", "object": {
            "kind": "ManagedCluster", "apiVersion": "cluster.open-cluster-management.io/v1",
            "metadata": {
                "resourceVersion": "1002", "creationTimestamp": null, "annotations": { "k8s.io/initial-events-end": "true" },
            },
        }})
    );
    change(&double, "a");
    double.put("user", &cluster("c")).unwrap();
    double.remove("user", &Key::new(Resource::ManagedClusters, "", "b")).unwrap();
    let gone = [lines.next().await.unwrap(), lines.next().await.unwrap(), lines.next().await.unwrap()];
    assert_eq!(gone.each_ref().map(|e| e["type"].as_str().unwrap()), ["MODIFIED", "ADDED", "DELETED"]);
    assert_eq!(version(&gone[2]["object"]), FIRST + 5, "a tombstone has the version of the deletion");
}

#[tokio::test(start_paused = true)]
async fn from_a_version_on() {
    let double = fleet(&["a", "b", "c"]);
    let caller = Caller::of(&double);
    let watch = |rv: u64| format!("{CLUSTERS}?watch=true&resourceVersion={rv}");
    assert_eq!(caller.watch(&watch(FIRST + 1)).await.unwrap().all().await, ["ADDED b", "ADDED c"]);
    let mut newest = caller.watch(&watch(FIRST + 3)).await.unwrap();
    change(&double, "b");
    assert_eq!(newest.all().await, ["MODIFIED b"]);
    assert_eq!(caller.watch(&watch(0)).await.unwrap().all().await.len(), 3, "0 begins with what is there");
}

#[tokio::test(start_paused = true)]
async fn others_do_not_show() {
    let double = fleet(&["a"]);
    let caller = Caller::of(&double);
    let mut lines =
        caller.watch(&format!("{SLICES}?watch=true&resourceVersion=1&fieldSelector=metadata.name%3Dy")).await.unwrap();
    for object in [slice("x"), slice("y"), cluster("y")] {
        double.put("user", &object).unwrap();
    }
    assert_eq!(lines.all().await, ["ADDED y"]);
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_version_is_gone_one_way_or_the_other() {
    let double = fleet(&["a", "b"]);
    double.compact();
    let caller = Caller::of(&double);
    let mut ways = [0, 0];
    for _ in 0..20 {
        match caller.watch(&format!("{CLUSTERS}?watch=true&resourceVersion={}", FIRST + 1)).await {
            Err((code, body)) => {
                assert_eq!((code, &body["reason"]), (410, &json!("Expired")));
                ways[0] += 1;
            }
            Ok(mut lines) => {
                let event = lines.next().await.unwrap();
                assert_eq!((&event["type"], &event["object"]["code"]), (&json!("ERROR"), &json!(410)));
                assert_eq!(lines.next().await, None);
                ways[1] += 1;
            }
        }
    }
    assert!(ways[0] > 0 && ways[1] > 0, "{ways:?}");
}

#[tokio::test(start_paused = true)]
async fn options_that_do_not_go_together_are_refused() {
    let double = fleet(&[]);
    let caller = Caller::of(&double);
    let mut codes = Vec::new();
    for options in ["watch=true&sendInitialEvents=true", "watch=true&resourceVersionMatch=NotOlderThan"] {
        codes.push(caller.watch(&format!("{CLUSTERS}?{options}")).await.err().unwrap().0);
    }
    double.set_streaming(false);
    let (code, body) = caller.watch(&format!("{CLUSTERS}?{FROM_ALL}")).await.err().unwrap();
    codes.push(code);
    assert_eq!(codes, [422, 422, 422]);
    assert!(body["message"].as_str().unwrap().contains("sendInitialEvents is forbidden for watch unless"));
}

#[tokio::test(start_paused = true)]
async fn bookmarks_come_while_nothing_else_does_and_the_time_is_over_when_it_is() {
    let double = fleet(&["a"]);
    let caller = Caller::of(&double);
    let path =
        format!("{CLUSTERS}?watch=true&resourceVersion={}&allowWatchBookmarks=true&timeoutSeconds=150", FIRST + 1);
    let mut lines = caller.watch(&path).await.unwrap();
    let began = tokio::time::Instant::now();
    let mut marks = Vec::new();
    double.put("user", &slice("s")).unwrap();
    while let Some(event) = lines.next().await {
        marks.push((event["type"].clone(), version(&event["object"])));
    }
    assert_eq!(marks, vec![(json!("BOOKMARK"), FIRST + 2); 2], "a bookmark moves on with what is not shown");
    assert_eq!(began.elapsed().as_secs(), 150);
    assert_eq!(double.open_watches(), 0);
}

#[tokio::test(start_paused = true)]
async fn metadata_alone_can_be_watched() {
    let double = fleet(&["a"]);
    let accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    let path = format!("{CLUSTERS}?watch=true");
    let answer = Caller::of(&double).send(Method::GET, &path, accept, Value::Null).await.unwrap();
    let mut lines = Lines { body: answer.into_body(), text: Vec::new() };
    assert_eq!(lines.next().await.unwrap()["object"]["kind"], "PartialObjectMetadata");
}

#[tokio::test(start_paused = true)]
async fn what_a_client_was_told_is_kept() {
    let double = fleet(&["a", "b"]);
    let caller = Caller::of(&double);
    let mut lines = caller.watch(&format!("{CLUSTERS}?{FROM_ALL}")).await.unwrap();
    change(&double, "a");
    for _ in 0..4 {
        lines.next().await.unwrap();
    }
    caller.get(&format!("{CLUSTERS}?limit=1")).await;
    assert_eq!(double.told().len(), 2, "a page is not all there is");
    caller.get(CLUSTERS).await;
    let told: Vec<News> = double.told().into_iter().map(|told| told.news).collect();
    assert_eq!(told, [News::All(FIRST + 2), News::Change(FIRST + 3), News::All(FIRST + 3)]);
    assert!(double.told().iter().all(|told| &*told.client == "caller" && told.resource == Resource::ManagedClusters));
}
