//! The slow, obvious scheduler for contrast, at a size at which it ends.

use std::hint::black_box;

use testkit::{fleet::Shape, naive, scheduler_core::Trail};

use super::{CLUSTERS, Observer, PLACEMENTS};
use crate::world::{self, NOW};

/// A tenth of the clusters, a tenth of the placements; the oracle stands where the floor does elsewhere.
pub fn all(observer: &mut dyn Observer) {
    let facts = world::facts(CLUSTERS / 10, PLACEMENTS / 10);
    let mut index = world::index(&facts);
    let snapshot = index.snapshot(NOW);
    let (oracle, hub) = (naive::World::of(&facts), naive::Hub::new("upstream"));
    for shape in [Shape::B, Shape::U] {
        let key = world::key(shape);
        let mut trail = Trail::default();
        let mut ours = || _ = black_box(snapshot.schedule(&key, &mut trail));
        let mut theirs = || _ = black_box(naive::schedule(&oracle, &hub, &key, NOW));
        observer.see(&format!("oracle/{}/engine", shape.name()), &mut ours, None);
        observer.see(&format!("oracle/{}/oracle", shape.name()), &mut theirs, None);
    }
}
