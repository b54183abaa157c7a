//! Random changes: each is of one part of one cluster, of a part that changes in such a fleet, and every part comes up.

use std::{collections::BTreeSet, sync::LazyLock};

use api::{
    facts::{self, Cluster, Fact},
    read::{InputFile, Options, read},
};
use fleet::{Change, Churn, Fleet, Part};

static FACTS: LazyLock<Vec<Fact>> = LazyLock::new(|| {
    let lines = Fleet { clusters: 500, placements: 0, seed: 1 }.objects().map(|object| object.to_string() + "\n");
    let file = InputFile { name: "fleet.jsonl".into(), data: lines.collect::<String>().into_bytes() };
    read([file], &Options::default()).objects.iter().map(|object| facts::fact(&object.kind).0).collect()
});

fn churn(seed: u64) -> Churn {
    Churn::new(FACTS.iter(), seed)
}

/// The change with its part put back.
fn undone(change: &Change) -> Fact {
    match (&change.before, &change.after) {
        (Fact::Cluster(before), Fact::Cluster(after)) => {
            let mut undone = after.clone();
            let back = |own: &mut Vec<_>, other: &[(facts::Symbol, facts::Symbol)], key: &facts::Symbol| {
                own.retain(|(k, _)| k != key);
                own.extend(other.iter().filter(|(k, _)| k == key).cloned());
                own.sort();
            };
            match &change.part {
                Part::Label(key) => back(&mut undone.labels, &before.labels, key),
                Part::Claim(name) => back(&mut undone.claims, &before.claims, name),
                Part::Taints => undone.taints.clone_from(&before.taints),
                Part::Resources => {
                    undone.allocatable.clone_from(&before.allocatable);
                    undone.capacity.clone_from(&before.capacity);
                }
                Part::Score(_) | Part::Heartbeat => {}
            }
            Fact::Cluster(undone)
        }
        (Fact::Score(before), Fact::Score(after)) => {
            assert_eq!(change.part, Part::Score(before.name.clone()));
            let mut undone = after.clone();
            undone.scores.clone_from(&before.scores);
            Fact::Score(undone)
        }
        other => panic!("a change makes something else of a fact: {other:?}"),
    }
}

#[test]
fn one_part_of_one_cluster_changes() {
    for change in churn(1).take(1000) {
        assert_ne!(change.before, change.after, "{:?}", change.part);
        assert_eq!(undone(&change), change.before, "{:?}", change.part);
        assert!(FACTS.contains(&change.before), "{:?}", change.part);
    }
}

#[test]
fn every_part_comes_up() {
    let parts: BTreeSet<Part> = churn(1).parts().cloned().collect();
    let drawn: BTreeSet<Part> = churn(1).take(1000).map(|change| change.part).collect();
    assert_eq!(drawn, parts);
    for part in ["env", "site", "team", "region", "version", "tier"].map(|key| Part::Label(key.into())) {
        assert!(parts.contains(&part), "{part:?}");
    }
    for part in [Part::Claim("platform.open-cluster-management.io".into()), Part::Score("demo".into())] {
        assert!(parts.contains(&part), "{part:?}");
    }
}

#[test]
fn what_tells_a_cluster_from_others_and_what_all_share_stays() {
    let parts: Vec<Part> = churn(1).parts().cloned().collect();
    for key in ["name", "clusterID", "cluster.open-cluster-management.io/clusterset"] {
        assert!(!parts.contains(&Part::Label(key.into())), "{key}");
    }
    for name in ["id.k8s.io", "infrastructure.openshift.io"] {
        assert!(!parts.contains(&Part::Claim(name.into())), "{name}");
    }
}

#[test]
fn the_seed_decides() {
    let of = |seed| churn(seed).take(20).collect::<Vec<_>>();
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

#[test]
fn one_part_can_be_asked_for() {
    let mut churn = churn(1);
    let site = Part::Label("site".into());
    assert_eq!(churn.of(&site).unwrap().part, site);
    let heartbeat = churn.of(&Part::Heartbeat).unwrap();
    assert_eq!(heartbeat.before, heartbeat.after);
    assert_eq!(churn.of(&Part::Label("nobody-has-it".into())), None);
}

#[test]
fn a_label_that_some_lack_comes_and_goes() {
    let cluster = |name: &str, labels: &[(&str, &str)]| {
        let labels = labels.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        Fact::Cluster(Cluster { name: name.into(), labels, ..Cluster::default() })
    };
    let facts = [cluster("c1", &[("a", "1"), ("b", "x")]), cluster("c2", &[("b", "x")]), cluster("c3", &[("a", "1")])];
    let mut churn = Churn::new(&facts, 1);
    let (mut came, mut went) = (false, false);
    for _ in 0..100 {
        match churn.of(&Part::Label("a".into())).unwrap() {
            Change { after: Fact::Cluster(after), .. } if after.name == "c2" => {
                came = true;
                assert_eq!(after.labels, [("a".into(), "1".into()), ("b".into(), "x".into())]);
            }
            Change { after: Fact::Cluster(after), .. } => {
                went = true;
                assert!(after.labels.iter().all(|(key, _)| key != "a"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(came && went);
}

#[test]
fn where_all_are_alike_nothing_changes() {
    assert_eq!(Churn::new(FACTS.iter().take(1), 1).next(), None);
    assert_eq!(Churn::new([], 1).next(), None);
}
