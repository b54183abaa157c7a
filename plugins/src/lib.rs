//! The built-in filters and prioritizers, and the two named profiles. As pure as the core: no clock, no IO.

mod add_on;
mod balance;
mod guests;
mod predicate;
mod profiles;
mod resource;
mod steady;
mod taint_toleration;

pub use add_on::AddOn;
pub use balance::Balance;
pub use guests::with_guests;
pub use predicate::PredicateFilter;
pub use profiles::{DEFAULT, UPSTREAM, profiles};
pub use resource::ResourceAllocatable;
pub use steady::Steady;
pub use taint_toleration::TaintToleration;
