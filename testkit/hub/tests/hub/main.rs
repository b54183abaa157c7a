//! The harness of the real hub, judged by itself.

/// `cargo xtask test --no-hub` leaves out what is in modules of this name.
mod real_hub;
