//! Criterion benches of the named workloads.
