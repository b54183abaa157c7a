//! The simulated fleet as facts, and the index that holds it.

use testkit::{
    api::{
        facts,
        read::{InputFile, Options, read},
    },
    fleet::{Fleet, Shape},
    plugins,
    scheduler_core::{Fact, Index, Placement, PlacementKey, Symbol, Time},
};

/// 2026-01-01T00:00:00Z: every bench looks at the fleet at this time.
pub const NOW: Time = Time::from_unix_seconds(1_767_225_600);

/// The seed of all figures.
pub const SEED: u64 = 1;

/// The fleet with one Placement a shape, as JSON lines.
pub fn lines(clusters: u32, placements: u32) -> Vec<u8> {
    let shapes = Shape::ALL.into_iter().map(Shape::placement);
    let objects = Fleet { clusters, placements, seed: SEED }.objects().chain(shapes);
    objects.flat_map(|object| (object.to_string() + "\n").into_bytes()).collect()
}

/// The same as facts, through the one reader.
pub fn facts(clusters: u32, placements: u32) -> Vec<Fact> {
    let file = InputFile { name: "fleet.jsonl".into(), data: lines(clusters, placements) };
    let objects = read([file], &Options::default()).objects;
    objects.iter().map(|object| facts::fact(&object.kind).0).collect()
}

/// An index that holds `facts`, in profile `upstream`.
pub fn index(facts: &[Fact]) -> Index {
    let mut profiles = plugins::profiles();
    profiles.default = Symbol::from("upstream");
    let mut index = Index::new(profiles);
    facts.iter().for_each(|fact| index.apply(fact.clone()));
    index
}

/// The key of a shape's Placement.
pub fn key(shape: Shape) -> PlacementKey {
    PlacementKey { namespace: "ns-0".into(), name: format!("shape-{}", shape.name()).into() }
}

/// The Placement of a shape among `facts`.
pub fn placement(facts: &[Fact], shape: Shape) -> Option<&Placement> {
    facts.iter().find_map(|fact| match fact {
        Fact::Placement(placement) if placement.key == key(shape) => Some(placement.as_ref()),
        _ => None,
    })
}

/// The shapes that this version can decide.
pub fn shapes() -> impl Iterator<Item = Shape> {
    Shape::ALL.into_iter().filter(|shape| !shape.needs_cel())
}
