//! The simulated fleet through the one reader: objects as users have them, and the facts that are made of them.

use api::facts;
use api::read::{InputFile, Object, Options, read};
use fleet::{Fleet, Mix};
use scheduler_core::Fact;

/// A whole hub as JSON lines.
#[must_use]
pub fn lines(fleet: Fleet, mix: Mix, decided: bool) -> Vec<u8> {
    fleet.snapshot(mix, decided).flat_map(|object| (object.to_string() + "\n").into_bytes()).collect()
}

/// The objects of such lines.
#[must_use]
pub fn objects(lines: &[u8]) -> Vec<Object> {
    let file = InputFile { name: "fleet.jsonl".into(), data: lines.to_vec() };
    read([file], &Options::default()).objects
}

/// What the engine is told of them.
#[must_use]
pub fn facts(objects: &[Object]) -> Vec<Fact> {
    objects.iter().map(|object| facts::fact(&object.kind).0).collect()
}
