//! The hub of the tests: the real one, started from its own programs, and its double in the process.

pub mod double;
pub mod real;
