//! Where plugins come from: documents of kind `WasmPlugin` and the components that they name, found and read. What is made
//! of a component's bytes is the host's business.

mod carried;
mod component;
mod document;
mod filed;
mod folder;
mod made;
mod offered;
mod text;

pub use carried::{Carried, LABEL};
pub use component::read;
pub use document::{Document, KIND, Pin, Source};
pub use filed::{Filed, fetch, load};
pub use folder::{Placed, Problem, documents};
pub use offered::Offered;
