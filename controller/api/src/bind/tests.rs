//! What is written, call by call and byte by byte.

mod calls;
mod contract;
mod laws;
pub(super) mod world;
