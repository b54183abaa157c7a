//! What the benches measure and what they measure it against: named workloads, and the floor of the same work.

pub mod columns;
pub mod floor;
pub mod top;
pub mod world;
