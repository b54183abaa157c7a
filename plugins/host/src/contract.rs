//! The interface that guests are built against, as `plugins/wit` has it, and the names of its parts.

/// What guests say, generated from the one copy of the interface.
pub(crate) mod wit {
    #![allow(missing_docs, unused_qualifications, clippy::all, reason = "generated")]
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "plugin",
        // Columns are lent: a batch is as large as the fleet.
        ownership: Borrowing { duplicate_if_necessary: false },
    });
}

/// What a guest must export. The versions that the host knows; there is one.
pub(crate) const LIFECYCLE: &str = "placewright:placement/lifecycle@0.1.0";
/// What a guest exports that takes clusters out.
pub(crate) const FILTER: &str = "placewright:placement/filter@0.1.0";
/// What a guest exports that ranks clusters.
pub(crate) const SCORE: &str = "placewright:placement/score@0.1.0";
/// All that a guest can call.
pub(crate) const LOG: &str = "placewright:placement/log@0.1.0";
/// Names of types, no code: every guest imports it.
pub(crate) const TYPES: &str = "placewright:placement/types@0.1.0";
