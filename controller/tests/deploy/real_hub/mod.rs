//! A real API server takes what `deploy` holds to the letter, and does with it what we say it does.

mod asked;
mod checking;

use hub::real::{Crds, Hub, Options, client, manifests};
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use kube::{
    Api, Client, ResourceExt,
    api::{DynamicObject, Patch, PatchParams, PostParams, ValidationDirective},
    core::GroupVersionKind,
    discovery::{Scope, pinned_kind},
};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::{folder, objects};

/// With our own definitions: they are what is tried.
async fn hub() -> &'static Hub {
    static HUB: OnceCell<Hub> = OnceCell::const_new();
    let options = Options { crds: Crds::Ours, garbage_collector: false };
    HUB.get_or_init(|| async { Hub::start(options).await.unwrap() }).await
}

/// Applies an object as `kubectl apply --server-side` does; an unknown field or one that stands there twice is an error.
async fn apply(client: &Client, object: &Value) -> DynamicObject {
    let parsed: DynamicObject = serde_json::from_value(object.clone()).unwrap();
    let kind = GroupVersionKind::try_from(parsed.types.as_ref().unwrap()).unwrap();
    let (resource, abilities) = pinned_kind(client, &kind).await.unwrap();
    let api: Api<DynamicObject> = match abilities.scope {
        Scope::Cluster => Api::all_with(client.clone(), &resource),
        Scope::Namespaced => Api::namespaced_with(client.clone(), &parsed.namespace().unwrap(), &resource),
    };
    let strict = PatchParams { field_validation: Some(ValidationDirective::Strict), ..PatchParams::apply("kubectl") };
    api.patch(&parsed.name_any(), &strict.force(), &Patch::Apply(&parsed)).await.unwrap()
}

#[tokio::test]
async fn everything_is_taken_to_the_letter() {
    let client = hub().await.client().await.unwrap();
    for object in objects().into_iter().chain(manifests::read(&folder().join("crds")).unwrap()) {
        let first = apply(&client, &object).await;
        let second = apply(&client, &object).await;
        assert_eq!(first.resource_version(), second.resource_version(), "{}", first.name_any());
    }
}

/// What the service account may do, asked of the server as that account.
#[tokio::test]
async fn the_role_is_as_small_as_it_says() {
    const GROUP: &str = "cluster.open-cluster-management.io";
    let hub = hub().await;
    let admin = hub.client().await.unwrap();
    for object in objects() {
        apply(&admin, &object).await;
    }
    let user = hub.user("system:serviceaccount:placewright:placewright", None).unwrap();
    let client = client(&user).await.unwrap();
    let cases = [
        (true, "list", GROUP, "managedclusters", "", ""),
        (true, "watch", GROUP, "addonplacementscores", "", ""),
        (true, "patch", GROUP, "placements", "status", "shop"),
        (false, "patch", GROUP, "placements", "", "shop"),
        (true, "delete", GROUP, "placementdecisions", "", "shop"),
        (false, "deletecollection", GROUP, "placementdecisions", "", "shop"),
        (false, "update", GROUP, "placementdecisions", "", "shop"),
        (false, "create", GROUP, "managedclusters", "", ""),
        (true, "create", "events.k8s.io", "events", "", "shop"),
        (false, "create", "", "events", "", "shop"),
        (true, "create", "authentication.k8s.io", "tokenreviews", "", ""),
        (true, "create", "authorization.k8s.io", "subjectaccessreviews", "", ""),
        (true, "create", "coordination.k8s.io", "leases", "", "placewright"),
        (false, "create", "coordination.k8s.io", "leases", "", "shop"),
        (true, "list", "", "configmaps", "", "placewright"),
        (false, "update", "", "configmaps", "", "placewright"),
        (false, "list", "", "configmaps", "", "shop"),
        (false, "list", "", "secrets", "", ""),
    ];
    let reviews: Api<SelfSubjectAccessReview> = Api::all(client.clone());
    for (want, verb, group, resource, subresource, namespace) in cases {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let asked = ResourceAttributes {
            verb: text(verb),
            group: text(group),
            resource: text(resource),
            subresource: text(subresource),
            namespace: text(namespace),
            ..ResourceAttributes::default()
        };
        let spec = SelfSubjectAccessReviewSpec { resource_attributes: Some(asked), ..Default::default() };
        let review = SelfSubjectAccessReview { spec, ..Default::default() };
        let answer = reviews.create(&PostParams::default(), &review).await.unwrap();
        assert_eq!(answer.status.unwrap().allowed, want, "{verb} {resource} {subresource} in {namespace:?}");
    }
    // Only by name.
    let cas = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";
    client.request_text(http::Request::get(cas).body(Vec::new()).unwrap()).await.unwrap();
}

/// The columns that `kubectl get` prints.
#[tokio::test]
async fn kubectl_shows_what_it_shows_of_upstreams() {
    let client = hub().await.client().await.unwrap();
    let cases = [
        ("v1beta1/placements", &["Name", "Succeeded", "Reason", "SelectedClusters"][..]),
        ("v1beta1/placementdecisions", &["Name", "Age"]),
        ("v1/managedclusters", &["Name", "Hub Accepted", "Managed Cluster URLs", "Joined", "Available", "Age"]),
        ("v1beta2/managedclustersets", &["Name", "Empty", "Age"]),
        ("v1beta2/managedclustersetbindings", &["Name", "Age"]),
        ("v1alpha1/addonplacementscores", &["Name", "Age"]),
    ];
    for (path, want) in cases {
        let request = http::Request::get(format!("/apis/cluster.open-cluster-management.io/{path}"));
        let request = request.header("accept", "application/json;as=Table;v=v1;g=meta.k8s.io").body(Vec::new());
        let table: Value = client.request(request.unwrap()).await.unwrap();
        let columns =
            table["columnDefinitions"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap());
        assert_eq!(columns.collect::<Vec<_>>(), want, "{path}");
    }
}

/// What a controller looks up to know what an older hub would drop.
#[tokio::test]
async fn the_server_tells_what_its_definitions_have() {
    let client = hub().await.client().await.unwrap();
    let request = http::Request::get("/openapi/v3/apis/cluster.open-cluster-management.io/v1beta1");
    let document = client.request_text(request.body(Vec::new()).unwrap()).await.unwrap();
    assert_eq!(api::bind::Pruned::read(document.as_bytes()), Some(api::bind::Pruned::default()));
}
