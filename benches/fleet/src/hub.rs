//! A whole simulated hub, object by object.

use serde_json::{Value, json};

use crate::{
    cluster::{self, name},
    random::{Random, Shuffle},
    shape::placement,
    vary::Mix,
};

/// Placements are spread over `ns-0` to `ns-49`.
pub const NAMESPACES: u32 = 50;

/// The stream of random numbers that slices draw from.
const SLICE: u64 = 3;

/// A simulated hub: so many clusters, so many placements with recorded decisions, and the seed that decides the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fleet {
    /// Clusters in the one set `global`.
    pub clusters: u32,
    /// Placements that already have a decision of 10 to 100 clusters each.
    pub placements: u32,
    /// The same seed gives the same bytes.
    pub seed: u64,
}

impl Fleet {
    /// What stands on the hub but the Placements: clusters in shuffled order of arrival, the set, its bindings, scores, slices.
    ///
    /// One object at a time; each has its keys in order, so its JSON is the same text everywhere.
    pub fn objects(self) -> impl Iterator<Item = Value> {
        self.clusters().chain(self.slices())
    }

    /// The whole hub in the same way: clusters and all about them, Placements, and their slices if they are decided.
    pub fn snapshot(self, mix: Mix, decided: bool) -> impl Iterator<Item = Value> {
        let slices = decided.then(|| self.slices());
        self.clusters().chain(self.placements(mix)).chain(slices.into_iter().flatten())
    }

    fn clusters(self) -> impl Iterator<Item = Value> {
        let Fleet { clusters, seed, .. } = self;
        let order = Shuffle::new(seed, clusters);
        (0..clusters)
            .map(move |at| cluster::object(seed, order.at(at)))
            .chain(std::iter::once_with(set))
            .chain((0..NAMESPACES).map(binding))
            .chain((0..clusters).map(move |number| cluster::score(seed, number)))
    }

    fn slices(self) -> impl Iterator<Item = Value> {
        (0..self.placements).map(move |index| self.slice(index))
    }

    /// The Placements that those slices belong to, each wanting as many clusters as its slice holds.
    pub fn placements(self, mix: Mix) -> impl Iterator<Item = Value> {
        (0..self.placements).map(move |index| {
            let (namespace, name) = (namespace(index), placement_name(index));
            placement(&namespace, &name, &mix.spec(index, self.wanted(index).0))
        })
    }

    fn slice(self, index: u32) -> Value {
        let (wanted, mut random) = self.wanted(index);
        let chosen = random.distinct(wanted, self.clusters);
        let decisions: Vec<Value> =
            chosen.into_iter().map(|c| json!({ "clusterName": name(c), "reason": "" })).collect();
        let placement = placement_name(index);
        json!({
            "apiVersion": "cluster.open-cluster-management.io/v1beta1",
            "kind": "PlacementDecision",
            "metadata": {
                "labels": {
                    "cluster.open-cluster-management.io/decision-group-index": "0",
                    "cluster.open-cluster-management.io/decision-group-name": "",
                    "cluster.open-cluster-management.io/placement": placement,
                },
                "name": format!("{placement}-decision-1"),
                "namespace": namespace(index),
            },
            "status": { "decisions": decisions },
        })
    }

    /// How many clusters placement `index` wants, and the stream to draw them from.
    fn wanted(self, index: u32) -> (u32, Random) {
        let mut random = Random::of(self.seed, SLICE, index);
        (random.between(10, 100), random)
    }
}

fn placement_name(index: u32) -> String {
    format!("placement-{index:06}")
}

fn namespace(index: u32) -> String {
    format!("ns-{}", index % NAMESPACES)
}

fn set() -> Value {
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1beta2",
        "kind": "ManagedClusterSet",
        "metadata": { "name": "global" },
        "spec": { "clusterSelector": { "labelSelector": {}, "selectorType": "LabelSelector" } },
    })
}

fn binding(index: u32) -> Value {
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1beta2",
        "kind": "ManagedClusterSetBinding",
        "metadata": { "name": "global", "namespace": namespace(index) },
        "spec": { "clusterSet": "global" },
    })
}
