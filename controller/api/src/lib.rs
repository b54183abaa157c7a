//! The border, both ways and without IO: bytes to kinds to facts; a decision and what is recorded to writes, events, status.

pub mod bind;
pub mod crd;
pub mod facts;
pub mod kinds;
pub mod read;
mod schema;
