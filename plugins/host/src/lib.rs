//! Runs guests: WebAssembly components that filter and score. The only package that knows wasmtime.
//!
//! From bytes to an answer: [`Host::inspect`] looks without running, [`Host::compile`] makes a [`Guest`], [`Guest::describe`]
//! and [`Guest::plan`] ask it who it is and what it wants to be given, and [`Guest::evaluate`] makes the instance that
//! filters and scores. No instance serves twice.
//!
//! A guest can reach nothing but the columns its plan asks for, its settings, and a log with a budget: no clock, file,
//! socket, environment or randomness; where its document says so, a subset of WASI that says the same everywhere. Fuel bounds its work, so that what it does to a given input is the same on every
//! machine and under any load; the clock is only a backstop behind that.

mod answer;
mod ask;
mod batch;
mod cache;
mod columns;
mod contract;
mod evaluation;
mod failure;
mod guest;
mod host;
mod inspect;
mod limits;
mod loaded;
mod log;
mod meter;
mod normal;
mod plan;
mod plugin;
mod row_local;
mod settings;
mod spec;
mod tame;
mod ticker;
mod wasi;
mod whole;

pub use answer::{Scores, Verdicts};
pub use batch::{Batch, Column, NotOfThePlan};
pub use cache::Cache;
pub use columns::Columns;
pub use evaluation::{Evaluation, Usage};
pub use failure::{Call, Failure, Problem, Reason};
pub use guest::{About, Guest, Planned};
pub use host::{Host, Unavailable};
pub use inspect::{Digest, Export, Inspected, Refusal, SIZE_MAX};
pub use limits::{FuelBudget, Limits};
pub use loaded::{Document, Loaded, Unfit};
pub use log::{Level, Line, Log};
pub use meter::{Calls, Counted, Durations, SECONDS};
pub use plan::{Encoding, Input, Normalization, Plan, Source};
pub use settings::{NotJson, Settings};
pub use spec::{Imposed, Spec};
pub use wasi::Wasi;
