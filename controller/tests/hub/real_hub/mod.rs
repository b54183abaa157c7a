//! Tests share one hub and one controller, each in a namespace with clusters of its own.

mod behaviours;
mod contract;
mod desk;
mod history;
mod operations;
mod process;
mod processes;
mod proxy;
mod running;
mod stage;
mod state;
