//! How precisely changes wake, on hubs of placements that do not share selectors.

use std::collections::BTreeMap;

use testkit::{
    churn::{self, Woken},
    fleet::Mix,
    scheduler_core::Fact,
};

use super::CLUSTERS;
use crate::world::{self, NOW, SEED};

/// Random changes of one cluster, by their sort.
pub fn count(placements: u32, changes: usize) -> BTreeMap<String, Woken> {
    let fleet = world::facts(CLUSTERS, 0).into_iter().filter(|fact| !matches!(fact, Fact::Placement(_)));
    let facts: Vec<Fact> = fleet.chain(world::placements(CLUSTERS, placements, Mix::Varied)).collect();
    churn::woken(&facts, "upstream", NOW, changes, SEED)
}
