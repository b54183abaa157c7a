//! What there is none of: environment, arguments, terminals, folders; and an end of the process, which traps.

use wasmtime::component::{Linker, Resource, ResourceType};

use super::versioned;
use crate::evaluation::Room;

/// What is done here.
pub(super) const LINKED: &[(&str, &str)] = &[
    ("wasi:cli/environment", "get-environment"),
    ("wasi:cli/environment", "get-arguments"),
    ("wasi:cli/environment", "initial-cwd"),
    ("wasi:cli/exit", "exit"),
    ("wasi:cli/terminal-stdin", "get-terminal-stdin"),
    ("wasi:cli/terminal-stdout", "get-terminal-stdout"),
    ("wasi:cli/terminal-stderr", "get-terminal-stderr"),
    ("wasi:filesystem/preopens", "get-directories"),
];

/// Kinds of what no guest ever gets hold of.
struct Pollable;
struct TerminalInput;
struct TerminalOutput;
struct Descriptor;
struct DirectoryEntryStream;

pub(super) fn link(linker: &mut Linker<Room>) -> wasmtime::Result<()> {
    let mut environment = linker.instance(&versioned("wasi:cli/environment"))?;
    environment.func_wrap("get-environment", |_, (): ()| Ok((Vec::<(String, String)>::new(),)))?;
    environment.func_wrap("get-arguments", |_, (): ()| Ok((Vec::<String>::new(),)))?;
    environment.func_wrap("initial-cwd", |_, (): ()| Ok((None::<String>,)))?;
    linker.instance(&versioned("wasi:cli/exit"))?.func_wrap("exit", |_, (status,): (Result<(), ()>,)| {
        let how = if status.is_ok() { "as if all were well" } else { "with an error" };
        Err::<(), _>(wasmtime::Error::msg(format!("ends its own process {how}")))
    })?;
    let mut kind = |interface: &str, name: &str, kind: ResourceType| {
        linker.instance(&versioned(interface))?.resource(name, kind, |_, _| Ok(()))
    };
    kind("wasi:io/poll", "pollable", ResourceType::host::<Pollable>())?;
    kind("wasi:cli/terminal-input", "terminal-input", ResourceType::host::<TerminalInput>())?;
    kind("wasi:cli/terminal-output", "terminal-output", ResourceType::host::<TerminalOutput>())?;
    kind("wasi:filesystem/types", "descriptor", ResourceType::host::<Descriptor>())?;
    kind("wasi:filesystem/types", "directory-entry-stream", ResourceType::host::<DirectoryEntryStream>())?;
    linker
        .instance(&versioned("wasi:cli/terminal-stdin"))?
        .func_wrap("get-terminal-stdin", |_, (): ()| Ok((None::<Resource<TerminalInput>>,)))?;
    linker
        .instance(&versioned("wasi:cli/terminal-stdout"))?
        .func_wrap("get-terminal-stdout", |_, (): ()| Ok((None::<Resource<TerminalOutput>>,)))?;
    linker
        .instance(&versioned("wasi:cli/terminal-stderr"))?
        .func_wrap("get-terminal-stderr", |_, (): ()| Ok((None::<Resource<TerminalOutput>>,)))?;
    linker
        .instance(&versioned("wasi:filesystem/preopens"))?
        .func_wrap("get-directories", |_, (): ()| Ok((Vec::<(Resource<Descriptor>, String)>::new(),)))
}
