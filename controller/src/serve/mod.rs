//! What the process answers over HTTPS: its health, its metrics, and what would be decided (§15 to §17.3).

mod answers;
mod auth;
mod debug;
mod listener;
mod tls;

pub(crate) use answers::App;
pub(crate) use auth::{ClientCas, Guard, Reviews};
pub(crate) use listener::serve;
pub(crate) use tls::{Certificate, Source, Tls};
