//! Generators, the naive oracle, laws, scenarios and recorded answers: what judges the engine.

// What is judged here is reached from here: benches and fuzz targets depend on this package alone.
pub use {api, fleet, kube_text, plugins, scheduler_core};
