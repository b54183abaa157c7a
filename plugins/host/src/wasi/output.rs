//! Standard output and error: lines of the log, within its budget. Standard input is at its end.

use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, Linker, Lower, Resource, ResourceType, WasmList};

use super::{charge, versioned};
use crate::evaluation::Room;
use crate::log::{Level, Log};

/// What is done here.
pub(super) const LINKED: &[(&str, &str)] = &[
    ("wasi:cli/stdin", "get-stdin"),
    ("wasi:cli/stdout", "get-stdout"),
    ("wasi:cli/stderr", "get-stderr"),
    ("wasi:io/streams", "[method]input-stream.read"),
    ("wasi:io/streams", "[method]input-stream.blocking-read"),
    ("wasi:io/streams", "[method]output-stream.check-write"),
    ("wasi:io/streams", "[method]output-stream.write"),
    ("wasi:io/streams", "[method]output-stream.blocking-write-and-flush"),
    ("wasi:io/streams", "[method]output-stream.flush"),
    ("wasi:io/streams", "[method]output-stream.blocking-flush"),
];

/// How much of a line is kept, and how much may be written at once: as long as a message of the log.
const BYTES_MAX: usize = 4 << 10;

/// What standard input is.
pub(super) struct InputStream;
/// What standard output and error are.
pub(super) struct OutputStream;
/// What went wrong with a stream; there is none.
pub(super) struct IoError;

/// The numbers of the streams.
const STDIN: u32 = 0;
const STDOUT: u32 = 1;
const STDERR: u32 = 2;

/// Why a stream says no more.
#[derive(ComponentType, Lift, Lower)]
#[component(variant)]
enum StreamError {
    #[component(name = "last-operation-failed")]
    LastOperationFailed(Resource<IoError>),
    #[component(name = "closed")]
    Closed,
}

/// The line that an instance is writing.
pub(super) struct Lines {
    level: Level,
    open: Vec<u8>,
}

impl Lines {
    pub fn new(level: Level) -> Lines {
        Lines { level, open: Vec::new() }
    }

    /// Writes on; each line that ends goes to the log.
    fn write(&mut self, bytes: &[u8], log: &mut Log) {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        self.extend(lines.next().unwrap_or_default());
        for line in lines {
            self.end(log);
            self.extend(line);
        }
    }

    fn extend(&mut self, bytes: &[u8]) {
        // One byte more than a message has, so that it is seen to be cut.
        let room = (BYTES_MAX + 1).saturating_sub(self.open.len());
        self.open.extend(bytes.iter().take(room));
    }

    fn end(&mut self, log: &mut Log) {
        log.say(self.level, &String::from_utf8_lossy(&self.open));
        self.open.clear();
    }

    /// Ends a line that was begun.
    pub fn flush(&mut self, log: &mut Log) {
        if !self.open.is_empty() {
            self.end(log);
        }
    }
}

pub(super) fn link(linker: &mut Linker<Room>) -> wasmtime::Result<()> {
    linker.instance(&versioned("wasi:io/error"))?.resource("error", ResourceType::host::<IoError>(), |_, _| Ok(()))?;
    linker
        .instance(&versioned("wasi:cli/stdin"))?
        .func_wrap("get-stdin", |_, (): ()| Ok((Resource::<InputStream>::new_own(STDIN),)))?;
    linker
        .instance(&versioned("wasi:cli/stdout"))?
        .func_wrap("get-stdout", |_, (): ()| Ok((Resource::<OutputStream>::new_own(STDOUT),)))?;
    linker
        .instance(&versioned("wasi:cli/stderr"))?
        .func_wrap("get-stderr", |_, (): ()| Ok((Resource::<OutputStream>::new_own(STDERR),)))?;

    let mut streams = linker.instance(&versioned("wasi:io/streams"))?;
    streams.resource("input-stream", ResourceType::host::<InputStream>(), |_, _| Ok(()))?;
    streams.resource("output-stream", ResourceType::host::<OutputStream>(), |_, _| Ok(()))?;
    for read in ["[method]input-stream.read", "[method]input-stream.blocking-read"] {
        streams
            .func_wrap(read, |_, (_, _): (Resource<InputStream>, u64)| Ok((Err::<Vec<u8>, _>(StreamError::Closed),)))?;
    }
    streams.func_wrap("[method]output-stream.check-write", |_, (_,): (Resource<OutputStream>,)| {
        Ok((Ok::<_, StreamError>(BYTES_MAX as u64),))
    })?;
    for write in ["[method]output-stream.write", "[method]output-stream.blocking-write-and-flush"] {
        streams.func_wrap(write, |store, (stream, bytes)| written(store, &stream, &bytes))?;
    }
    for flush in ["[method]output-stream.flush", "[method]output-stream.blocking-flush"] {
        streams.func_wrap(flush, |_, (_,): (Resource<OutputStream>,)| Ok((Ok::<_, StreamError>(()),)))?;
    }
    Ok(())
}

/// Writes to one of the two streams.
fn written(
    mut store: StoreContextMut<'_, Room>,
    stream: &Resource<OutputStream>,
    bytes: &WasmList<u8>,
) -> wasmtime::Result<(Result<(), StreamError>,)> {
    if bytes.len() > BYTES_MAX {
        return Err(wasmtime::Error::msg(format!("writes {} bytes at once and may write {BYTES_MAX}", bytes.len())));
    }
    charge(&mut store, bytes.len() as u64)?;
    let bytes = bytes.as_le_slice(&store).to_vec();
    let Room { log, wasi, .. } = store.data_mut();
    let lines = if stream.rep() == STDERR { &mut wasi.err } else { &mut wasi.out };
    lines.write(&bytes, log);
    Ok((Ok(()),))
}
