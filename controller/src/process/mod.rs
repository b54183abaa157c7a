//! The process of `controller` and `debug` (§17): its flags, how it starts, and how it ends.

mod config;
mod files;
mod flags;
mod logs;
mod plan;
mod run;
mod tls_names;

pub(crate) use flags::{Flags, dashed};
pub(crate) use plan::Role;
pub(crate) use run::run;
pub(crate) use tls_names::Spoken;
#[cfg(test)]
pub(crate) use tls_names::spoken;
