//! What a guest is given of WASI where its document says `wasi: Deterministic`: for toolchains that cannot do without,
//! such as stock Go's.
//!
//! It is enough to start and to say something, and it says the same everywhere: clocks stand still, randomness has the
//! component's digest for its seed, there is no environment and no file, and standard output and error go into the log.
//! Whatever else these interfaces have traps, by its name; and there is nothing in them that a call could wait for.

mod clocks;
mod output;
mod random;
mod still;

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker};
use wasmtime::{StoreContextMut, Trap};

use crate::evaluation::Room;
use crate::inspect::Digest;
use crate::log::{Level, Log};

use output::Lines;
use random::Random;

/// Whether a guest gets anything of WASI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wasi {
    /// Nothing: a component that imports any of it is refused.
    #[default]
    None,
    /// The subset that says the same everywhere.
    Deterministic,
}

/// The interfaces of the subset, those that stock Go's components import.
const INTERFACES: [&str; 18] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/random",
];
/// The version under which they are linked: a component gets it for any 0.2, as all of them go on in the same way.
const VERSION: &str = "0.2.12";

/// What one instance keeps of it.
pub(crate) struct State {
    random: Random,
    out: Lines,
    err: Lines,
}

/// Whether an import is of the subset.
pub(crate) fn has(import: &str) -> bool {
    named(import).is_some()
}

/// The interface of the subset that is imported, without its version.
fn named(import: &str) -> Option<&str> {
    let (name, version) = import.split_once('@').filter(|(name, _)| INTERFACES.contains(name))?;
    version.strip_prefix("0.2.")?.parse::<u32>().ok().map(|_| name)
}

impl State {
    /// That of an instance of this component: each begins with the same randomness.
    pub fn new(digest: Digest) -> State {
        State { random: Random::new(digest), out: Lines::new(Level::Info), err: Lines::new(Level::Warn) }
    }

    /// Writes to the log what does not end with the end of a line.
    pub fn flush(&mut self, log: &mut Log) {
        self.out.flush(log);
        self.err.flush(log);
    }
}

/// Gives guests the subset.
///
/// # Errors
/// The linker has some of it already.
pub(crate) fn link(linker: &mut Linker<Room>) -> wasmtime::Result<()> {
    clocks::link(linker)?;
    output::link(linker)?;
    random::link(linker)?;
    still::link(linker)
}

/// Lets trap whatever else a component imports of these interfaces.
///
/// # Errors
/// An import is of no kind that can be linked.
pub(crate) fn link_traps(linker: &mut Linker<Room>, component: &Component) -> wasmtime::Result<()> {
    // A component may import two versions of an interface; both get what is linked under ours.
    linker.allow_shadowing(true);
    for (interface, import) in component.component_type().imports(component.engine()) {
        let ComponentItem::ComponentInstance(instance) = import.ty else { continue };
        let Some(name) = named(interface) else { continue };
        let mut linked = linker.instance(&versioned(name))?;
        for (function, export) in instance.exports(component.engine()) {
            if matches!(export.ty, ComponentItem::ComponentFunc(_)) && !is_linked(name, function) {
                let text = format!("calls `{function}` of `{interface}`, which `wasi: Deterministic` does not have");
                linked.func_new(function, move |_, _, _, _| Err(wasmtime::Error::msg(text.clone())))?;
            }
        }
    }
    Ok(())
}

/// Whether a function does something else than to trap.
fn is_linked(interface: &str, function: &str) -> bool {
    [clocks::LINKED, output::LINKED, random::LINKED, still::LINKED].concat().contains(&(interface, function))
}

/// Takes a unit of fuel for each byte that the host draws or writes: it is work as any other.
fn charge(store: &mut StoreContextMut<'_, Room>, bytes: u64) -> wasmtime::Result<()> {
    let left = store.get_fuel()?.checked_sub(bytes).ok_or(Trap::OutOfFuel)?;
    store.set_fuel(left)
}

/// An interface as it is linked.
fn versioned(interface: &str) -> String {
    format!("{interface}@{VERSION}")
}
