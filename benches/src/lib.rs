//! What the benches measure and what they measure it against: named workloads, the floor of the same work, the clock,
//! and the report.

pub mod clock;
pub mod columns;
pub mod fit;
pub mod floor;
pub mod instructions;
mod managed_fields;
pub mod measured;
pub mod report;
mod resident;
pub mod top;
pub mod upstream;
pub mod workload;
pub mod world;
