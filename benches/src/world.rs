//! The simulated fleet as facts, and the index that holds it.

use std::sync::LazyLock;

use serde_json::Value;
use testkit::{
    api::{
        facts,
        read::{InputFile, Options, read_with},
    },
    fleet::{Fleet, Mix, Shape},
    plugins,
    scheduler_core::{Fact, Index, Placement, PlacementKey, Symbol, Time, Want},
};

use crate::workload::{CLUSTERS, PLACEMENTS};

/// 2026-01-01T00:00:00Z: every bench looks at the fleet at this time.
pub const NOW: Time = Time::from_unix_seconds(1_767_225_600);

/// The seed of all figures.
pub const SEED: u64 = 1;

/// Objects that a stream holds at a time.
const STREAMED: usize = 1_000;

/// The fleet with recorded decisions and one Placement a shape, as JSON lines.
pub fn lines(clusters: u32, placements: u32) -> Vec<u8> {
    text(Fleet { clusters, placements, seed: SEED }.objects().chain(shapes().filter_map(shape_placement)))
}

/// Objects as JSON lines.
pub fn text(objects: impl Iterator<Item = Value>) -> Vec<u8> {
    objects.flat_map(|object| (object.to_string() + "\n").into_bytes()).collect()
}

/// The same as facts, through the one reader.
pub fn facts(clusters: u32, placements: u32) -> Vec<Fact> {
    parsed(lines(clusters, placements))
}

/// The fleet of all workloads but the series, made once: it takes longer than most of what is measured on it.
pub fn recorded() -> &'static [Fact] {
    static RECORDED: LazyLock<Vec<Fact>> = LazyLock::new(|| facts(CLUSTERS, PLACEMENTS));
    &RECORDED
}

/// JSON lines as facts.
pub fn parsed(data: Vec<u8>) -> Vec<Fact> {
    let file = InputFile { name: "fleet.jsonl".into(), data };
    read_with([file], &Options::default(), |object| facts::fact(&object.kind).0).objects
}

/// The Placements of a hub.
pub fn placements(clusters: u32, placements: u32, mix: Mix) -> Vec<Fact> {
    parsed(text(Fleet { clusters, placements, seed: SEED }.placements(mix)))
}

/// A hub that nobody has decided yet, some facts at a time: it is never held as a whole, so it may be of any size.
pub fn stream(clusters: u32, placements: u32, mix: Mix) -> impl Iterator<Item = Vec<Fact>> {
    let standing = Fleet { clusters, placements: 0, seed: SEED }.objects();
    let mut objects = standing.chain(Fleet { clusters, placements, seed: SEED }.placements(mix));
    std::iter::from_fn(move || Some(text(objects.by_ref().take(STREAMED))).filter(|data| !data.is_empty()).map(parsed))
}

/// An index that holds `facts`, in profile `upstream`.
pub fn index(facts: &[Fact]) -> Index {
    let mut index = empty();
    facts.iter().for_each(|fact| index.apply(fact.clone()));
    index
}

/// The same with all that is asked.
pub fn hub_of_shapes(facts: &[Fact]) -> (Index, Vec<Asked>) {
    let (mut index, asked) = (index(facts), asked());
    asked.iter().for_each(|asked| index.apply(Fact::Placement(Box::new(asked.placement.clone()))));
    (index, asked)
}

/// An index that holds nothing, in profile `upstream`.
pub fn empty() -> Index {
    let mut profiles = plugins::profiles();
    profiles.default = Symbol::from("upstream");
    Index::new(profiles)
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

/// The shapes that this version can decide: all but those of which nothing is left without CEL.
pub fn shapes() -> impl Iterator<Item = Shape> {
    Shape::ALL.into_iter().filter(|shape| shape.without_cel().is_some())
}

/// A shape's Placement without its CEL terms.
fn shape_placement(shape: Shape) -> Option<Value> {
    let mut placement = shape.placement();
    placement["spec"] = shape.without_cel()?;
    Some(placement)
}

/// A placement whose pass is measured.
pub struct Asked {
    /// What the figure goes by.
    pub name: String,
    /// What is asked for.
    pub placement: Placement,
    /// The shape that it is, but for the number of clusters.
    pub shape: Shape,
}

/// The shapes, `b` without a count (`ball`), and `a` with other counts (`a-100`, `a-1000`).
pub fn asked() -> Vec<Asked> {
    let facts = parsed(text(shapes().filter_map(shape_placement)));
    let of = |shape: Shape| placement(&facts, shape).cloned();
    let mut asked: Vec<Asked> =
        shapes().filter_map(|shape| Some(Asked { name: shape.name().into(), placement: of(shape)?, shape })).collect();
    let others = [
        ("ball", Shape::B, Want::All),
        ("a-100", Shape::A, Want::AtMost(100)),
        ("a-1000", Shape::A, Want::AtMost(1_000)),
    ];
    for (name, shape, want) in others {
        let Some(mut placement) = of(shape) else { continue };
        placement.key.name = format!("shape-{name}").into();
        placement.want = Ok(want);
        asked.push(Asked { name: name.into(), placement, shape });
    }
    asked
}
