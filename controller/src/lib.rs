//! What the program `placewright` is made of, as a library so that tests can run the controller in their own process.

mod cli;
pub mod connect;
mod field;
pub mod hub;
pub mod metrics;
mod near;
pub mod preflight;
mod process;
mod profile_document;
mod serve;
pub mod sources;

pub use cli::main;
