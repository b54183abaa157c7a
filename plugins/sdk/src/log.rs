//! What a plugin can say besides its answers, to whoever looks after it. The host keeps 64 messages of one call.

use crate::bindings::placewright::placement::log::{Level, log};

/// For the author.
pub fn debug(message: &str) {
    log(Level::Debug, message);
}

/// Worth knowing.
pub fn info(message: &str) {
    log(Level::Info, message);
}

/// Not as it should be.
pub fn warn(message: &str) {
    log(Level::Warn, message);
}

/// Wrong.
pub fn error(message: &str) {
    log(Level::Error, message);
}
