//! Kubernetes texts by value: quantities, label syntax, times and durations, with upstream's error texts.
//!
//! A leaf: no clock, no IO, no serde. Every function costs time and memory in proportion to the
//! length of the texts it is given.

mod duration;
mod go_quote;
mod label;
mod name;
mod quantity;
mod requirement;
mod time;

pub use duration::{Duration, DurationError};
pub use go_quote::quote;
pub use label::{Reasons, check_key, check_value};
pub use name::{
    TAINT_KEY_MAX, TAINT_KEY_PATTERN, check_annotation_key, check_dns_label, check_dns_subdomain, is_taint_key,
};
pub use quantity::{Quantity, QuantityError};
pub use requirement::{Operator, check_equality, check_requirement};
pub use time::{Time, TimeError};
