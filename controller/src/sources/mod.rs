//! Where plugins come from: documents of kind `WasmPlugin` and the components that they name, found and read. What is made
//! of a component's bytes is the host's business.

mod carried;
mod component;
mod document;
mod fetch;
mod folder;
mod text;

pub use carried::{Carried, LABEL};
pub use component::read;
pub use document::{Document, KIND, Pin, Source};
pub use fetch::{fetch, load};
pub use folder::{Placed, Problem, documents};
