//! Why a guest has no answer, told so that its author can mend it.

use std::fmt;

use wasmtime::{FrameInfo, Trap, WasmBacktrace};

use crate::limits::MemoryExceeded;
use crate::tame::tame;

/// How long what a guest says of its failure may be.
const MESSAGE_BYTES_MAX: usize = 1 << 10;
/// How long a function's name may be.
const FRAME_BYTES_MAX: usize = 256;

/// A call of a guest that has no answer. The instance is not asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was called.
    pub call: Call,
    /// What kind of failure it is.
    pub reason: Reason,
    /// What happened.
    pub message: String,
    /// What is wrong with the settings, where that is the reason.
    pub problems: Vec<Problem>,
    /// The guest's functions that were running, the innermost first, at most eight.
    pub frames: Vec<String>,
}

/// What a guest was called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// An instance was made: a guest's own start code runs then.
    Start,
    /// Who it is.
    Describe,
    /// Its settings.
    Init,
    /// Which clusters it takes out.
    Filter,
    /// How good it finds clusters.
    Score,
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It used up its fuel, and will again with the same input.
    Fuel,
    /// It met the clock behind the fuel.
    Backstop,
    /// It wanted more memory, tables or instances than it may have.
    Memory,
    /// It trapped.
    Trap,
    /// It said itself that it failed.
    Failed,
    /// Its settings or its plan cannot work: somebody has to change them.
    Settings,
    /// Its answer is none.
    Result,
}

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a JSON pointer; "" is the whole document.
    pub path: String,
    /// What.
    pub message: String,
}

impl Call {
    /// The word for metrics and messages.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Call::Start => "start",
            Call::Describe => "describe",
            Call::Init => "init",
            Call::Filter => "filter",
            Call::Score => "score",
        }
    }
}

impl Reason {
    /// The word for metrics.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Reason::Fuel => "fuel",
            Reason::Backstop => "backstop",
            Reason::Memory => "memory",
            Reason::Trap => "trap",
            Reason::Failed => "failed",
            Reason::Settings => "settings",
            Reason::Result => "result",
        }
    }
}

impl Problem {
    /// As a guest tells it.
    pub(crate) fn of(path: &str, message: &str) -> Problem {
        Problem { path: tame(path, MESSAGE_BYTES_MAX), message: tame(message, MESSAGE_BYTES_MAX) }
    }
}

impl Failure {
    /// A failure without frames: the guest was done, or told it itself.
    pub(crate) fn told(call: Call, reason: Reason, message: &str) -> Failure {
        let message = tame(message, MESSAGE_BYTES_MAX);
        Failure { call, reason, message, problems: Vec::new(), frames: Vec::new() }
    }

    /// Settings that a guest refuses.
    pub(crate) fn settings(call: Call, problems: Vec<Problem>) -> Failure {
        Failure { problems, ..Failure::told(call, Reason::Settings, "refuses its settings") }
    }

    /// What wasmtime says of a call that got so much fuel.
    pub(crate) fn of(call: Call, fuel: u64, error: &wasmtime::Error) -> Failure {
        let running = error.downcast_ref::<WasmBacktrace>().map_or(&[][..], WasmBacktrace::frames);
        let (reason, message) = match (error.downcast_ref::<Trap>(), error.downcast_ref::<MemoryExceeded>()) {
            (Some(Trap::OutOfFuel), _) => (Reason::Fuel, format!("used up its {fuel} units of fuel")),
            (Some(Trap::Interrupt), _) => {
                (Reason::Backstop, "was stopped by the clock before its fuel ended".to_owned())
            }
            (Some(trap), _) => {
                (Reason::Trap, format!("trapped: {}", trap.to_string().trim_start_matches("wasm trap: ")))
            }
            (None, Some(exceeded)) => (Reason::Memory, exceeded.to_string()),
            // A limit of instances, tables or memories: the guest itself has not run.
            (None, None) if call == Call::Start && running.is_empty() => {
                (Reason::Memory, format!("has no room: {}", error.root_cause()))
            }
            // What it gave the log cannot be read.
            (None, None) if !running.is_empty() => (Reason::Trap, format!("trapped: {}", error.root_cause())),
            (None, None) => (Reason::Result, format!("gave an answer that cannot be read: {}", error.root_cause())),
        };
        Failure { frames: running.iter().map(named).collect(), ..Failure::told(call, reason, &message) }
    }
}

/// A frame as the guest's author knows it.
fn named(frame: &FrameInfo) -> String {
    let symbol = frame.symbols().first();
    let name = symbol.and_then(|symbol| symbol.name()).or(frame.func_name());
    let name = name.map_or_else(
        || format!("function {}", frame.func_index()),
        // Without the hash at the end, which changes with every build.
        |name| format!("{:#}", rustc_demangle::demangle(name)),
    );
    let place = symbol.and_then(|symbol| Some(format!(" at {}:{}", symbol.file()?, symbol.line()?)));
    tame(&(name + &place.unwrap_or_default()), FRAME_BYTES_MAX)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.call.label(), self.message)?;
        for (i, problem) in self.problems.iter().enumerate() {
            let path = if problem.path.is_empty() { "the whole document" } else { &problem.path };
            write!(f, "{} {path}: {}", if i == 0 { ":" } else { ";" }, problem.message)?;
        }
        if !self.frames.is_empty() {
            write!(f, " (in {})", self.frames.join(" < "))?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
