//! What the program `placewright` is made of, as a library so that tests can run the controller in their own process.

mod cli;
pub mod hub;
pub mod metrics;
mod near;
mod profile_document;

pub use cli::main;
