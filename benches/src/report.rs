//! The report: every figure beside its floor, beside upstream's and beside its target, and a plot over the fleet's size.

mod guest;
pub mod plot;
mod table;
mod target;
pub mod text;
mod unit;

use serde::Deserialize;

/// What was seen of the shipped program from outside.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Outside {
    /// What it says of its memory.
    pub hubs: Vec<HubMemory>,
    /// `placewright schedule` on the recorded fleet of 10,000 clusters, start to end, each run.
    pub schedule_wall_ms: Vec<f64>,
}

/// The counted bytes of one hub.
#[derive(Clone, Debug, Deserialize)]
pub struct HubMemory {
    /// Clusters, placements and mix.
    pub hub: String,
    /// All that only the index holds.
    pub bytes: Option<f64>,
    /// A cluster's part of what counts against its target.
    pub bytes_per_cluster: Option<f64>,
}
