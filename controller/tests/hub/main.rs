//! The controller on a real hub: its contract with those who read its objects, what it does from end to end, and how
//! it goes through what happens to processes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod guests;
mod overtaken;
mod simulated;
mod stopping;

/// `cargo xtask test --no-hub` leaves out what is in modules of this name.
mod real_hub;
