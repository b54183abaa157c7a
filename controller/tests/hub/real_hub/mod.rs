//! Tests share one hub and one controller, each in a namespace with clusters of its own.

mod behaviours;
mod contract;
mod desk;
mod guests;
mod history;
#[path = "../../../../plugins/host/tests/made/mod.rs"]
mod made;
mod operations;
mod process;
mod processes;
mod proxy;
mod running;
mod stage;
mod state;
