//! Creates, updates, patches, deletes.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_new_object_gets_an_identity_and_loses_its_status() {
    let double = Double::new(1);
    let mut body = slice("s");
    body["status"] = json!({ "decisions": [] });
    let (code, made) = Caller::of(&double).post(SLICES, body).await;
    assert_eq!(code, 201);
    assert_eq!(made.get("status"), None);
    assert_eq!(
        made["metadata"],
        json!({
            "name": "s", "namespace": "ns", "labels": { "a": "b" }, "generation": 1, "resourceVersion": "1001",
            "uid": "00000000-0000-4000-8000-000000000001", "creationTimestamp": "2026-01-01T00:00:00Z",
        })
    );
}

#[tokio::test(start_paused = true)]
async fn refusals_are_worded_as_kubernetes_words_them() {
    let double = Double::new(1);
    let caller = Caller::of(&double);
    let (code, missing) = caller.get(&format!("{SLICES}/s")).await;
    assert_eq!(code, 404);
    assert_eq!(
        missing,
        json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "NotFound", "code": 404,
            "message": "placementdecisions.cluster.open-cluster-management.io \"s\" not found",
            "details": { "name": "s", "group": "cluster.open-cluster-management.io", "kind": "placementdecisions" },
        })
    );
    caller.post(SLICES, slice("s")).await;
    let (code, twice) = caller.post(SLICES, slice("s")).await;
    assert_eq!((code, &twice["reason"]), (409, &json!("AlreadyExists")));
    let (code, nothing) = caller.get("/apis/apps/v1/deployments").await;
    assert_eq!((code, &nothing["reason"]), (404, &json!("NotFound")));
    let (code, other) = caller.post(SLICES, cluster("c")).await;
    assert_eq!((code, &other["reason"]), (400, &json!("BadRequest")));
}

#[tokio::test(start_paused = true)]
async fn the_status_is_a_resource_of_its_own() {
    let double = Double::new(1);
    let caller = Caller::of(&double);
    let path = format!("{SLICES}/s");
    caller.post(SLICES, slice("s")).await;
    let both = json!({ "metadata": { "labels": { "a": "c" } }, "status": { "decisions": [] } });
    let (_, main) = caller.patch(&path, both.clone()).await;
    assert_eq!((main.get("status"), &main["metadata"]["labels"]["a"]), (None, &json!("c")));
    let more = json!({ "metadata": { "labels": { "a": "d" } }, "status": { "decisions": [{ "clusterName": "c" }] } });
    let (_, status) = caller.patch(&format!("{path}/status"), more).await;
    assert_eq!(status["metadata"]["labels"]["a"], "c");
    assert_eq!(status["status"]["decisions"][0]["clusterName"], "c");
    assert_eq!(status["metadata"]["generation"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_changed_spec_counts_a_generation_and_nothing_else_does() {
    let double = fleet(&["c"]);
    let caller = Caller::of(&double);
    let path = format!("{CLUSTERS}/c");
    let (_, labelled) = caller.patch(&path, json!({ "metadata": { "labels": { "a": "b" } } })).await;
    assert_eq!(labelled["metadata"]["generation"], 1);
    let (_, changed) = caller.patch(&path, json!({ "spec": { "leaseDurationSeconds": 60 } })).await;
    assert_eq!(changed["metadata"]["generation"], 2);
    let (_, same) = caller.patch(&path, json!({ "spec": { "leaseDurationSeconds": 60 } })).await;
    assert_eq!(same, changed, "what changes nothing makes no version");
}

#[tokio::test(start_paused = true)]
async fn a_patch_for_another_version_or_object_loses() {
    let double = fleet(&["c"]);
    let caller = Caller::of(&double);
    let path = format!("{CLUSTERS}/c");
    let (_, before) = caller.get(&path).await;
    let aimed = |rv: u64, uid: &str| json!({ "metadata": { "resourceVersion": rv.to_string(), "uid": uid, "labels": { "a": "b" } } });
    let uid = metadata(&before, "uid");
    let (code, stale) = caller.patch(&path, aimed(version(&before) - 1, uid)).await;
    assert_eq!((code, &stale["reason"]), (409, &json!("Conflict")));
    assert_eq!(
        stale["message"],
        "Operation cannot be fulfilled on managedclusters.cluster.open-cluster-management.io \"c\": the object has been \
         modified; please apply your changes to the latest version and try again"
    );
    let (code, other) = caller.patch(&path, aimed(version(&before), "another")).await;
    assert_eq!((code, &other["reason"]), (422, &json!("Invalid")));
    let (code, after) = caller.patch(&path, aimed(version(&before), uid)).await;
    assert_eq!((code, version(&after)), (200, version(&before) + 1));
}

#[tokio::test(start_paused = true)]
async fn only_merge_patches_are_taken() {
    let double = fleet(&["c"]);
    let caller = Caller::of(&double);
    let request = Request::patch(format!("{CLUSTERS}/c")).header("content-type", "application/json-patch+json");
    let answer = caller.0.send(request.body(Body::from(b"[]".to_vec())).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 415);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_names_its_version() {
    let double = Double::new(1);
    let caller = Caller::of(&double);
    let leases = "/apis/coordination.k8s.io/v1/namespaces/ns/leases";
    let path = format!("{leases}/l");
    let lease = json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "l" } });
    let (_, mut mine) = caller.post(leases, lease).await;
    let mut theirs = mine.clone();
    mine["spec"] = json!({ "holderIdentity": "me" });
    let (code, _) = caller.put(&path, mine).await;
    assert_eq!(code, 200);
    theirs["spec"] = json!({ "holderIdentity": "they" });
    let (code, lost) = caller.put(&path, theirs).await;
    assert_eq!((code, &lost["reason"]), (409, &json!("Conflict")));
    let (_, slice) = caller.post(SLICES, slice("s")).await;
    let mut unversioned = slice.clone();
    unversioned["metadata"]["resourceVersion"] = Value::Null;
    let (code, _) = caller.put(&format!("{SLICES}/s"), unversioned).await;
    assert_eq!(code, 422);
}

#[tokio::test(start_paused = true)]
async fn a_delete_for_another_version_or_object_loses() {
    let double = Double::new(1);
    let caller = Caller::of(&double);
    let path = format!("{SLICES}/s");
    let (_, made) = caller.post(SLICES, slice("s")).await;
    let only = |uid: &str, rv: &str| json!({ "preconditions": { "uid": uid, "resourceVersion": rv } });
    let (uid, rv) = (metadata(&made, "uid"), metadata(&made, "resourceVersion"));
    for wrong in [only("another", rv), only(uid, "7")] {
        let (code, lost) = caller.delete(&path, wrong).await;
        assert_eq!((code, &lost["reason"]), (409, &json!("Conflict")));
    }
    let (code, gone) = caller.delete(&path, only(uid, rv)).await;
    assert_eq!((code, &gone["status"], &gone["details"]["uid"]), (200, &json!("Success"), &json!(uid)));
    assert_eq!(caller.delete(&path, only(uid, rv)).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn what_has_finalizers_goes_with_the_last_of_them() {
    let double = fleet(&[]);
    let mut held = cluster("c");
    held["metadata"]["finalizers"] = json!(["hold"]);
    double.put("user", &held).unwrap();
    let key = Key::new(Resource::ManagedClusters, "", "c");
    double.remove("user", &key).unwrap();
    let marked = double.get(&key).unwrap();
    assert_eq!(metadata(&marked, "deletionTimestamp"), "2026-01-01T00:00:00Z");
    assert_eq!(marked["metadata"]["generation"], 2);
    Caller::of(&double).patch(&format!("{CLUSTERS}/c"), json!({ "metadata": { "finalizers": null } })).await;
    assert_eq!(double.get(&key), None);
    assert_eq!(double.look(|store| store.log().last().unwrap().change), Change::Deleted);
}

#[tokio::test(start_paused = true)]
async fn a_note_is_at_most_1024_bytes_long() {
    let double = Double::new(1);
    let caller = Caller::of(&double);
    let path = "/apis/events.k8s.io/v1/namespaces/ns/events";
    let event = |name: &str, length: usize| {
        json!({
            "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": { "name": name }, "note": "x".repeat(length),
        })
    };
    assert_eq!(caller.post(path, event("a", 1024)).await.0, 201);
    assert_eq!(caller.post(path, event("b", 1025)).await.0, 422);
}

#[tokio::test(start_paused = true)]
async fn what_only_dead_owners_own_is_collected() {
    let double = Double::new(1);
    double.set_collects(true);
    let owner = double.put("user", &cluster("c")).unwrap();
    let own = |owner: &Value| json!({ "kind": "ManagedCluster", "name": "c", "uid": owner["metadata"]["uid"] });
    let mut owned = slice("owned");
    owned["metadata"]["ownerReferences"] = json!([own(&owner)]);
    let other = double.put("user", &cluster("d")).unwrap();
    let mut shared = slice("shared");
    shared["metadata"]["ownerReferences"] = json!([own(&owner), own(&other)]);
    double.put("user", &owned).unwrap();
    double.put("user", &shared).unwrap();
    double.remove("user", &Key::new(Resource::ManagedClusters, "", "c")).unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(double.get(&Key::new(Resource::PlacementDecisions, "ns", "owned")), None);
    assert!(double.get(&Key::new(Resource::PlacementDecisions, "ns", "shared")).is_some());
}

#[tokio::test(start_paused = true)]
async fn the_record_tells_what_was_asked() {
    let double = Double::new(1);
    let caller = Caller::of(&double);
    caller.post(SLICES, slice("s")).await;
    caller.delete(&format!("{SLICES}/s"), json!({ "preconditions": { "uid": "u" } })).await;
    let record = double.exchanges();
    assert_eq!((record[0].verb, &*record[0].name, record[0].made), (Verb::Create, "s", Some(FIRST + 1)));
    assert!(record[0].is_decision() && record[0].is_success());
    assert_eq!((record[1].verb, record[1].outcome), (Verb::Delete, Some(Outcome::Answer(409))));
    assert!(!record[1].preconditions.is_full() && record[1].made.is_none());
    assert!(record[0].at < record[1].at);
}
