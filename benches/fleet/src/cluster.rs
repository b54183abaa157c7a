//! One cluster of the simulated fleet and its add-on score, as the API server stores them.

use serde_json::{Value, json};

use crate::random::Random;

const CLOUDS: &[&str] = &["Amazon", "Azure", "BareMetal", "Google"];
const VENDORS: &[&str] = &["AKS", "EKS", "GKE", "OpenShift"];
const PLATFORMS: &[&str] = &["AWS", "Azure", "BareMetal", "GCP"];
pub const TIERS: &[&str] = &["bronze", "gold", "silver"];
const COMPLIANCES: &[&str] = &["hipaa", "none", "pci"];
/// Half the fleet is production.
const ENVS: &[&str] = &["prod", "prod", "stage", "dev"];
const TOPOLOGIES: &[&str] = &["HighlyAvailable", "SingleReplica"];

pub const REGIONS: u32 = 20;
pub const TEAMS: u32 = 50;
pub const SITES: u32 = 500;
/// `1.24` to `1.33`, twelve patches each.
pub const MINORS: (u32, u32) = (24, 33);
pub const PATCHES: u32 = 12;

/// Streams of random numbers, so that a cluster more or a score more moves nobody else.
const CLUSTER: u64 = 1;
const SCORE: u64 = 2;

/// The name of cluster `number`.
pub fn name(number: u32) -> String {
    format!("cluster-{number:06}")
}

/// Cluster `number`: 15 labels, 10 claims, two resources, perhaps taints, four conditions.
pub fn object(seed: u64, number: u32) -> Value {
    let random = &mut Random::of(seed, CLUSTER, number);
    let (name, created, id) = (name(number), created(number), uuid(random));
    let (minor, patch) = (random.between(MINORS.0, MINORS.1), random.below(PATCHES));
    let version = format!("1.{minor}.{patch}");
    let (vendor, region) = (random.pick(VENDORS), format!("region-{:02}", random.below(REGIONS)));
    let labels = json!({
        "arch": if random.chance(75) { "amd64" } else { "arm64" },
        "cloud": random.pick(CLOUDS),
        "cluster.open-cluster-management.io/clusterset": "global",
        "clusterID": id,
        "compliance": random.pick(COMPLIANCES),
        "env": random.pick(ENVS),
        "feature.open-cluster-management.io/addon-work-manager": "available",
        "gpu": if random.chance(25) { "true" } else { "false" },
        "name": name,
        "region": region,
        "site": format!("site-{:03}", random.below(SITES)),
        "team": format!("team-{:02}", random.below(TEAMS)),
        "tier": random.pick(TIERS),
        "vendor": vendor,
        "version": version,
    });
    let claims = claims(random, &name, &id, vendor, &region, (minor, patch));
    let (allocatable, capacity) = resources(random);
    let mut spec = json!({ "hubAcceptsClient": true, "leaseDurationSeconds": 60 });
    if let Some(taints) = taints(random, &created) {
        spec["taints"] = taints;
    }
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1",
        "kind": "ManagedCluster",
        "metadata": {
            "creationTimestamp": created,
            "labels": labels,
            "name": name,
            "resourceVersion": (u64::from(number) + 1000).to_string(),
            "uid": format!("uid-{number}"),
        },
        "spec": spec,
        "status": {
            "allocatable": allocatable,
            "capacity": capacity,
            "clusterClaims": claims,
            "conditions": conditions(&created),
            "version": { "kubernetes": format!("v{version}") },
        },
    })
}

/// The add-on score of cluster `number`: `other` is 5 everywhere, `demo` anything from -100 to 100.
pub fn score(seed: u64, number: u32) -> Value {
    let demo = i64::from(Random::of(seed, SCORE, number).below(201)) - 100;
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1alpha1",
        "kind": "AddOnPlacementScore",
        "metadata": { "name": "demo", "namespace": name(number) },
        "status": {
            "scores": [{ "name": "other", "value": 5 }, { "name": "demo", "value": demo }],
            "validUntil": "2036-01-01T00:00:00Z",
        },
    })
}

fn claims(random: &mut Random, name: &str, id: &str, vendor: &str, region: &str, (minor, patch): (u32, u32)) -> Value {
    let list = [
        ("id.k8s.io", id.into()),
        ("kubeversion.open-cluster-management.io", format!("v1.{minor}.{patch}")),
        ("platform.open-cluster-management.io", random.pick(PLATFORMS).into()),
        ("product.open-cluster-management.io", vendor.into()),
        ("region.open-cluster-management.io", region.into()),
        ("version.openshift.io", format!("4.{}.{patch}", minor - 13)),
        ("controlplanetopology.openshift.io", random.pick(TOPOLOGIES).into()),
        ("consoleurl.cluster.open-cluster-management.io", format!("https://console.apps.{name}.example.com")),
        ("infrastructure.openshift.io", format!("{{\"infraName\":\"{name}-x7z\"}}")),
        ("nodecount", random.between(3, 202).to_string()),
    ];
    list.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

/// 4 to 511 cores and 16 to 2047 Gi; 20 to 94 % of each is allocatable, cores in thousandths, memory in Ki.
fn resources(random: &mut Random) -> (Value, Value) {
    let (cores, gibi) = (random.between(4, 511), random.between(16, 2047));
    let milli = u64::from(cores) * 10 * u64::from(random.between(20, 94));
    let kibi = u64::from(gibi) * 1024 * 1024 * u64::from(random.between(20, 94)) / 100;
    (
        json!({ "cpu": format!("{milli}m"), "memory": format!("{kibi}Ki") }),
        json!({ "cpu": cores.to_string(), "memory": format!("{gibi}Gi") }),
    )
}

/// None 70 %, maintenance 15 %, dear 10 %, reserved and dear 5 %.
fn taints(random: &mut Random, added: &str) -> Option<Value> {
    let taint = |key: &str, value: &str, effect: &str| json!({ "effect": effect, "key": key, "timeAdded": added, "value": value });
    match random.below(100) {
        0..70 => None,
        70..85 => Some(json!([taint("maintenance", "true", "NoSelect")])),
        85..95 => Some(json!([taint("cost", "high", "PreferNoSelect")])),
        _ => Some(json!([taint("gpu", "reserved", "NoSelect"), taint("cost", "high", "NoSelectIfNew")])),
    }
}

fn conditions(since: &str) -> Value {
    let list = [
        ("HubAcceptedManagedCluster", "HubClusterAdminAccepted", "Accepted by hub cluster admin"),
        ("ManagedClusterJoined", "ManagedClusterJoined", "Managed cluster joined"),
        ("ManagedClusterConditionAvailable", "ManagedClusterAvailable", "Managed cluster is available"),
        ("ManagedClusterConditionClockSynced", "ManagedClusterClockSynced", "The clock is synced with the hub"),
    ];
    let condition = |&(kind, reason, message): &(&str, &str, &str)| json!({ "lastTransitionTime": since, "message": message, "reason": reason, "status": "True", "type": kind });
    list.iter().map(condition).collect()
}

/// One second after the other through October 2025, and from the start again after 28 days.
fn created(number: u32) -> String {
    let (day, second) = (number / 86_400 % 28 + 1, number % 86_400);
    format!("2025-10-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// Version 4 as to its form.
fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.next(), random.next());
    let (time, middle, version) = (high >> 32, (high >> 16) & 0xffff, high & 0xfff);
    let (variant, node) = (((low >> 48) & 0x3fff) | 0x8000, low & 0xffff_ffff_ffff);
    format!("{time:08x}-{middle:04x}-4{version:03x}-{variant:04x}-{node:012x}")
}
