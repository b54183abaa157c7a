//! A sample of the scenarios on a real hub: those that no time has to pass for, played and judged as on the double.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use controller::hub::{Clock, Controller, SystemClock};
use controller::metrics::Metrics;
use futures::TryStreamExt;
use hub::double::{Change as Happened, Key, Resource, Stamp, Store, Version, merge, metadata};
use hub::real::{Hub, manifests};
use kube::api::{
    ApiResource, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams, WatchEvent, WatchParams,
};
use kube::core::GroupVersionKind;
use kube::{Api, Client};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::judge::{self, Phase};
use crate::run::{CLIENT, settings};
use crate::scenario::{Change, NAMESPACE, Scenario};
use crate::stage::{Stage, play};

/// Which: slices that grow, shrink and hand clusters over, sets, conditions, an object of the same name.
const SAMPLE: &[&str] = &[
    "deleted-and-created-anew",
    "labels-of-others-survive",
    "moves-across-slices",
    "row-2-no-intersection",
    "row-7-too-few",
    "sets-change-hands",
    "shrinks-from-three-slices-to-one",
    "two-full-groups-swapped",
];
/// What a scenario makes, in the order in which it is removed.
const MADE: &[Resource] = &[
    Resource::Placements,
    Resource::PlacementDecisions,
    Resource::AddOnPlacementScores,
    Resource::ManagedClusterSetBindings,
    Resource::ManagedClusterSets,
    Resource::ManagedClusters,
];
/// How long a phase may take to settle. Only a failing test takes that long.
const WITHIN: Duration = Duration::from_secs(60);

/// A scenario on a real hub.
struct Real<'a> {
    scenario: &'a Scenario,
    client: &'a Client,
}

#[tokio::test]
async fn scenarios_come_to_the_same_on_a_real_hub() {
    let client = Hub::shared().await.unwrap().client().await.unwrap();
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE } });
    manifests::apply(&client, &[namespace]).await.unwrap();
    let (metrics, clock) = (Arc::new(Metrics::new()), Arc::new(SystemClock));
    let (controller, _) = Controller::new(client.clone(), settings(CLIENT), metrics, clock);
    tokio::spawn(controller.run(CancellationToken::new()));
    let scenarios = Scenario::all();
    for name in SAMPLE {
        let scenario = scenarios.iter().find(|scenario| scenario.name == *name).unwrap();
        let problems = Real { scenario, client: &client }.judged().await;
        assert!(problems.is_empty(), "{name}: {problems:#?}");
    }
}

impl Real<'_> {
    async fn judged(mut self) -> Vec<String> {
        self.clear().await;
        let since = self.slices().list(&ListParams::default()).await.unwrap().metadata.resource_version.unwrap();
        for change in self.scenario.start() {
            self.apply(&change).await;
        }
        let phases = play(self.scenario, &mut self).await;
        let end = self.store().await;
        let mut problems = judge::expected(&end, self.scenario);
        let history = self.history(&since, &end).await;
        problems.extend(judge::absent(&history, &phases, true, |_, _| true));
        problems
    }

    /// What an earlier scenario left goes.
    async fn clear(&mut self) {
        let left: Vec<Key> = self.store().await.objects().map(|(key, _)| key.clone()).collect();
        for key in left {
            self.apply(&Change::Remove(key)).await;
        }
    }

    fn api(&self, resource: Resource, namespace: &str) -> Api<DynamicObject> {
        let served = resource.served();
        let kind = GroupVersionKind::gvk(served.group, served.version, served.kind);
        let resource = ApiResource::from_gvk_with_plural(&kind, served.plural);
        match namespace {
            "" => Api::all_with(self.client.clone(), &resource),
            namespace => Api::namespaced_with(self.client.clone(), namespace, &resource),
        }
    }

    fn slices(&self) -> Api<DynamicObject> {
        self.api(Resource::PlacementDecisions, NAMESPACE)
    }

    /// Everything that a scenario makes, as it stands.
    async fn store(&self) -> Store {
        let mut store = Store::default();
        for resource in MADE {
            let listed = self.api(*resource, "").list(&ListParams::default()).await.unwrap();
            listed.items.into_iter().for_each(|object| store.learn(version(*resource, Happened::Added, object)));
        }
        store
    }

    /// Every version of a slice after that one, until all stands as it does in the end.
    async fn history(&self, since: &str, end: &Store) -> Store {
        let numbers = end.objects().filter(|(key, _)| key.resource == Resource::PlacementDecisions);
        let last = numbers.map(|(_, slice)| number(slice)).max().unwrap_or(0);
        let mut history = Store::default();
        let slices = self.slices();
        let mut events = pin!(slices.watch(&WatchParams::default().timeout(60), since).await.unwrap());
        while history.log().last().is_none_or(|version| version.revision < last) {
            let (happened, object) = match events.try_next().await.unwrap().unwrap() {
                WatchEvent::Added(object) => (Happened::Added, object),
                WatchEvent::Modified(object) => (Happened::Modified, object),
                WatchEvent::Deleted(object) => (Happened::Deleted, object),
                other => panic!("{other:?}"),
            };
            history.learn(version(Resource::PlacementDecisions, happened, object));
        }
        history
    }
}

impl Stage for Real<'_> {
    async fn apply(&mut self, change: &Change) {
        match change {
            Change::Put(object) => self.put(object).await,
            Change::Remove(key) => {
                let gone = self.api(key.resource, &key.namespace).delete(&key.name, &DeleteParams::default()).await;
                // What an owner owned may have gone with it.
                assert!(gone.is_ok() || is_not_found(&gone), "{key:?}: {gone:?}");
            }
        }
    }

    /// No time is made to pass here: it has settled when a fresh evaluation finds nothing to write.
    async fn settle(&mut self, _more: Duration) -> Phase {
        let deadline = Instant::now() + WITHIN;
        loop {
            let store = self.store().await;
            let due = judge::end(&store, self.scenario, SystemClock.now());
            if due.is_empty() {
                return judge::phase(&store);
            }
            assert!(Instant::now() < deadline, "{}: {due:#?}", self.scenario.name);
            sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Real<'_> {
    /// A merge patch of an object and of its status, or a new object.
    async fn put(&self, patch: &Value) {
        let resource = Resource::of_kind(patch["kind"].as_str().unwrap()).unwrap();
        let api = self.api(resource, metadata(patch, "namespace"));
        let name = metadata(patch, "name");
        let patched = api.patch(name, &PatchParams::default(), &Patch::Merge(patch)).await;
        if is_not_found(&patched) {
            let mut object = json!({ "spec": {} });
            if resource == Resource::ManagedClusters {
                object["spec"]["hubAcceptsClient"] = true.into();
            }
            merge(&mut object, patch);
            api.create(&PostParams::default(), &serde_json::from_value(object).unwrap()).await.unwrap();
        } else {
            patched.unwrap();
        }
        if let Some(status) = patch.get("status") {
            let status = Patch::Merge(json!({ "status": status }));
            api.patch_status(name, &PatchParams::default(), &status).await.unwrap();
        }
    }
}

fn is_not_found<T>(answer: &kube::Result<T>) -> bool {
    matches!(answer, Err(kube::Error::Api(status)) if status.code == 404)
}

/// A version as it was told. All slices are the controller's.
fn version(resource: Resource, change: Happened, object: DynamicObject) -> Version {
    let object = serde_json::to_value(object).unwrap();
    Version {
        revision: number(&object),
        change,
        key: Key::new(resource, metadata(&object, "namespace"), metadata(&object, "name")),
        object: Arc::new(object),
        stamp: Stamp { at: Duration::ZERO, time: String::new(), by: CLIENT.into() },
    }
}

fn number(object: &Value) -> u64 {
    metadata(object, "resourceVersion").parse().unwrap()
}
