//! Tests share one hub and one controller, each in a namespace with clusters of its own.

mod behaviours;
mod contract;
mod history;
mod operations;
mod running;
mod stage;
mod state;
