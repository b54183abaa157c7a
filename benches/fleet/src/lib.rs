//! The simulated fleet and the named workloads.
