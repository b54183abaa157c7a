//! What guests say while they work: the only thing they can call.

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, WasmStr};

use crate::contract::{LOG, wit};
use crate::evaluation::Room;
use crate::tame::tame;

/// How long a message may be; a longer one is cut.
const MESSAGE_BYTES_MAX: usize = 4 << 10;
/// How many of one call are kept; the others are counted.
const MESSAGES_MAX: usize = 64;

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For the plugin's author.
    Debug,
    /// For who looks after the plugin.
    Info,
    /// Something to mend.
    Warn,
    /// Something broken.
    Error,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How much it matters.
    pub level: Level,
    /// What was said, without control characters.
    pub message: String,
}

/// What an instance said, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// What was kept.
    pub lines: Vec<Line>,
    /// How many messages were dropped, because one call said more than 64.
    pub dropped: u64,
    /// How many of `lines` are of the call that is under way.
    of_this_call: usize,
}

impl Log {
    /// A call begins, with a budget of its own.
    pub(crate) fn next_call(&mut self) {
        self.of_this_call = 0;
    }

    /// Takes all that was said so far.
    pub(crate) fn take(&mut self) -> Log {
        std::mem::take(self)
    }

    /// Keeps a message if there is room for it.
    pub(crate) fn say(&mut self, level: Level, message: &str) {
        if self.has_room() {
            self.lines.push(Line { level, message: tame(message, MESSAGE_BYTES_MAX) });
        }
    }

    /// Whether another message is kept; if not it is counted.
    fn has_room(&mut self) -> bool {
        let room = self.of_this_call < MESSAGES_MAX;
        if room {
            self.of_this_call += 1;
        } else {
            self.dropped += 1;
        }
        room
    }
}

/// Gives guests their log.
///
/// # Errors
/// The linker has one already.
pub(crate) fn link(linker: &mut Linker<Room>) -> wasmtime::Result<()> {
    linker.instance(LOG)?.func_wrap(
        "log",
        |mut store: StoreContextMut<'_, Room>, (level, message): (wit::placewright::placement::log::Level, WasmStr)| {
            if store.data_mut().log.has_room() {
                let message = tame(&message.to_str(&store)?, MESSAGE_BYTES_MAX);
                store.data_mut().log.lines.push(Line { level: level.into(), message });
            }
            Ok(())
        },
    )
}

impl From<wit::placewright::placement::log::Level> for Level {
    fn from(level: wit::placewright::placement::log::Level) -> Self {
        use wit::placewright::placement::log::Level as Said;
        match level {
            Said::Debug => Level::Debug,
            Said::Info => Level::Info,
            Said::Warn => Level::Warn,
            Said::Error => Level::Error,
        }
    }
}
