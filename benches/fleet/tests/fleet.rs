//! The simulated fleet is as it is told: the same every time, in the proportions of the workloads' table, and of the
//! same form as the recorded one.
#![expect(clippy::unwrap_used, reason = "a test that finds no data fails")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader},
    sync::LazyLock,
};

use fleet::{Fleet, Mix, Shape};
use serde_json::Value;

const FLEET: Fleet = Fleet { clusters: 10_000, placements: 200, seed: 1 };

static OBJECTS: LazyLock<Vec<Value>> = LazyLock::new(|| FLEET.objects().collect());

fn of_kind(kind: &str) -> Vec<&'static Value> {
    OBJECTS.iter().filter(|object| object["kind"] == kind).collect()
}

/// FNV-1a, so that a change of a single byte shows without keeping the bytes.
fn fingerprint(fleet: Fleet) -> u64 {
    let bytes = fleet.objects().chain(fleet.placements(Mix::Varied)).flat_map(|o| (o.to_string() + "\n").into_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn the_bytes_are_the_same_for_ever() {
    assert_eq!(fingerprint(Fleet { clusters: 100, placements: 30, seed: 1 }), 2_380_702_598_442_583_437);
}

#[test]
fn another_seed_is_another_fleet() {
    let of = |seed| fingerprint(Fleet { clusters: 10, placements: 3, seed });
    assert_ne!(of(1), of(2));
}

#[test]
fn a_cluster_is_the_same_in_a_fleet_of_any_size() {
    let find = |clusters| {
        Fleet { clusters, placements: 0, seed: 1 }.objects().find(|o| o["metadata"]["name"] == "cluster-000003")
    };
    assert_eq!(find(10), find(1000));
    assert!(find(10).is_some());
}

#[test]
fn every_object_is_there_once() {
    let mut counts = BTreeMap::new();
    let mut names = BTreeSet::new();
    for object in FLEET.objects() {
        let kind = object["kind"].as_str().unwrap().to_owned();
        let metadata = &object["metadata"];
        assert!(
            names.insert(format!("{kind} {} {}", metadata["namespace"], metadata["name"])),
            "{kind} {metadata} twice"
        );
        *counts.entry(kind).or_insert(0) += 1;
    }
    let want = [
        ("AddOnPlacementScore", 10_000),
        ("ManagedCluster", 10_000),
        ("ManagedClusterSet", 1),
        ("ManagedClusterSetBinding", 50),
        ("PlacementDecision", 200),
    ];
    assert_eq!(counts, want.map(|(kind, count)| (kind.to_owned(), count)).into());
}

#[test]
fn a_snapshot_holds_the_placements_and_what_is_decided_only_if_asked() {
    let fleet = Fleet { clusters: 20, placements: 5, seed: 1 };
    let kinds = |decided| {
        let mut counts = BTreeMap::new();
        for object in fleet.snapshot(Mix::Varied, decided) {
            *counts.entry(object["kind"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
        counts
    };
    let mut want = BTreeMap::from(
        [
            ("AddOnPlacementScore", 20),
            ("ManagedCluster", 20),
            ("ManagedClusterSet", 1),
            ("ManagedClusterSetBinding", 50),
            ("Placement", 5),
        ]
        .map(|(kind, count)| (kind.to_owned(), count)),
    );
    assert_eq!(kinds(false), want);
    want.insert("PlacementDecision".to_owned(), 5);
    assert_eq!(kinds(true), want);
}

/// How many clusters of a hundred have `value` at `pointer`, within one.
#[track_caller]
fn check_share(pointer: &str, value: &str, percent: f64) {
    let clusters = of_kind("ManagedCluster");
    let with = clusters.iter().filter(|c| c.pointer(pointer).is_some_and(|v| v == value)).count();
    let share = 100.0 * with as f64 / clusters.len() as f64;
    assert!((share - percent).abs() < 1.5, "{share} % of the clusters have {value} at {pointer}");
}

#[test]
fn half_is_production() {
    check_share("/metadata/labels/env", "prod", 50.0);
}
#[test]
fn a_quarter_has_gpus() {
    check_share("/metadata/labels/gpu", "true", 25.0);
}
#[test]
fn three_quarters_are_amd64() {
    check_share("/metadata/labels/arch", "amd64", 75.0);
}
#[test]
fn a_quarter_is_at_amazon() {
    check_share("/metadata/labels/cloud", "Amazon", 25.0);
}
#[test]
fn maintenance_bars_fifteen_percent() {
    check_share("/spec/taints/0/key", "maintenance", 15.0);
}
#[test]
fn ten_percent_are_dear() {
    check_share("/spec/taints/0/effect", "PreferNoSelect", 10.0);
}
#[test]
fn five_percent_are_reserved_and_dear() {
    check_share("/spec/taints/0/key", "gpu", 5.0);
    check_share("/spec/taints/1/effect", "NoSelectIfNew", 5.0);
}

/// How many different values a label has in the fleet.
#[track_caller]
fn check_values(label: &str, want: usize) {
    let clusters = of_kind("ManagedCluster");
    let values: BTreeSet<_> = clusters.iter().map(|c| c["metadata"]["labels"][label].to_string()).collect();
    assert_eq!(values.len(), want, "{label}");
}

#[test]
fn twenty_regions() {
    check_values("region", 20);
}
#[test]
fn fifty_teams() {
    check_values("team", 50);
}
#[test]
fn five_hundred_sites() {
    check_values("site", 500);
}
#[test]
fn a_hundred_and_twenty_versions() {
    check_values("version", 120);
}
#[test]
fn every_cluster_has_its_id() {
    check_values("clusterID", 10_000);
}

#[test]
fn scores_reach_both_ends() {
    let demo: BTreeSet<_> =
        of_kind("AddOnPlacementScore").iter().filter_map(|s| s["status"]["scores"][1]["value"].as_i64()).collect();
    assert_eq!((demo.first(), demo.last(), demo.len()), (Some(&-100), Some(&100), 201));
}

#[test]
fn slices_hold_ten_to_a_hundred_different_clusters() {
    let mut sizes = BTreeSet::new();
    for slice in of_kind("PlacementDecision") {
        let decisions = slice["status"]["decisions"].as_array().unwrap();
        let names: BTreeSet<_> = decisions.iter().map(|d| d["clusterName"].to_string()).collect();
        assert_eq!(names.len(), decisions.len(), "a cluster twice in {}", slice["metadata"]["name"]);
        sizes.insert(names.len());
    }
    assert!((10..=100).contains(sizes.first().unwrap()) && (10..=100).contains(sizes.last().unwrap()), "{sizes:?}");
    assert!(sizes.len() > 50, "{sizes:?}");
}

#[test]
fn a_placement_wants_what_its_slice_holds() {
    let slices = of_kind("PlacementDecision");
    for (placement, slice) in FLEET.placements(Mix::Plain).zip(&slices) {
        let wanted = placement["spec"]["numberOfClusters"].as_u64().unwrap();
        assert_eq!(wanted as usize, slice["status"]["decisions"].as_array().unwrap().len());
        assert_eq!(placement["metadata"]["namespace"], slice["metadata"]["namespace"]);
    }
}

#[test]
fn a_cluster_is_as_big_as_the_api_servers() {
    let mut lengths: Vec<_> = of_kind("ManagedCluster").iter().map(|c| c.to_string().len()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!((2000..2600).contains(&median), "{median} bytes");
}

/// Where the values are, without the values: `/metadata/labels/env`, list positions as `*`.
fn form(value: &Value, at: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| form(field, &format!("{at}/{name}"), into)),
        Value::Array(items) => items.iter().for_each(|item| form(item, &format!("{at}/*"), into)),
        // Absent and null are the same to whoever reads it.
        Value::Null => {}
        _ => {
            into.insert(at.to_owned());
        }
    }
}

/// The recorded fleet.
static RECORDED: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testkit/golden/fleet-10k.jsonl.gz");
    let lines = BufReader::new(flate2::read::MultiGzDecoder::new(File::open(path).unwrap())).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
});

fn recorded(kind: &str) -> Vec<&'static Value> {
    RECORDED.iter().filter(|object| object["kind"] == kind).collect()
}

#[track_caller]
fn check_form(kind: &str) {
    let mut forms = [BTreeSet::new(), BTreeSet::new()];
    for (objects, into) in [of_kind(kind), recorded(kind)].iter().zip(&mut forms) {
        objects.iter().for_each(|object| form(object, "", into));
    }
    let [ours, theirs] = forms;
    assert_eq!(ours, theirs);
}

#[test]
fn clusters_have_the_recorded_form() {
    check_form("ManagedCluster");
}
#[test]
fn scores_have_the_recorded_form() {
    check_form("AddOnPlacementScore");
}
#[test]
fn bindings_have_the_recorded_form() {
    check_form("ManagedClusterSetBinding");
}
#[test]
fn slices_have_the_recorded_form() {
    check_form("PlacementDecision");
}

/// Empty structs and zeros are how a Go client writes what is absent.
fn pruned(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().map(|(name, field)| (name.clone(), pruned(field)));
            let kept = kept.filter(|(_, field)| *field != serde_json::json!({}) && *field != 0);
            Value::Object(kept.collect())
        }
        Value::Array(items) => items.iter().map(pruned).collect(),
        other => other.clone(),
    }
}

#[test]
fn shapes_are_the_recorded_ones() {
    let recorded: BTreeMap<_, _> =
        recorded("Placement").iter().map(|p| (p["metadata"]["name"].to_string(), pruned(&p["spec"]))).collect();
    for shape in Shape::ALL {
        let ours = shape.placement();
        assert_eq!(recorded.get(&ours["metadata"]["name"].to_string()), Some(&ours["spec"]), "{shape:?}");
    }
    assert_eq!(recorded.len(), Shape::ALL.len());
}
