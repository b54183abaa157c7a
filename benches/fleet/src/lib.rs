//! The simulated fleet and the named workloads: what benches, scenarios at scale and `simulate` run on.
//!
//! Everything is a function of a size and a seed: the same bytes every time, on every machine, and nothing is held in
//! memory, so a fleet of a million clusters streams as well as one of ten.

mod change;
mod cluster;
mod hub;
mod random;
mod shape;
mod vary;

pub use change::{Change, Churn, Part};
pub use hub::{Fleet, NAMESPACES};
pub use shape::Shape;
pub use vary::Mix;
