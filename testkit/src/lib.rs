//! Generators, the naive oracle, laws, scenarios and recorded answers: what judges the engine.

pub mod carbon;
pub mod churn;
pub mod engine;
pub mod generate;
pub mod golden;
pub mod laws;
pub mod naive;
pub mod outsider;
pub mod scenario;
pub mod simulated;

// What is judged here is reached from here: benches and fuzz targets depend on this package alone.
pub use {api, fleet, kube_text, plugins, scheduler_core};
