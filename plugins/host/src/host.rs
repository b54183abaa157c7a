//! The engine that compiles and runs guests; one serves a whole process.

use std::num::NonZeroUsize;
use std::sync::Arc;

use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime::{Config, Engine};

use crate::cache::Cache;
use crate::evaluation::Room;
use crate::guest::Guest;
use crate::inspect::{Inspected, Refusal};
use crate::limits::Limits;
use crate::log;
use crate::ticker::Ticker;
use crate::wasi::{self, Wasi};

/// How deep a guest may recurse, in bytes of stack.
const STACK_BYTES_MAX: usize = 512 << 10;
/// How large an image of a memory may be that is mostly empty, in bytes; a dense one may be as large as its data.
const SPARSE_IMAGE_BYTES_MAX: u64 = 1 << 20;
/// How many functions a failure names.
const FRAMES_MAX: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// Inspects and compiles guests. Cheap to clone: clones share all.
#[derive(Clone)]
pub struct Host {
    engine: Engine,
    linker: Linker<Room>,
    /// The same, with what a guest may have of WASI.
    with_wasi: Linker<Room>,
    ticker: Arc<Ticker>,
    cache: Option<Arc<Cache>>,
}

/// This machine cannot run guests.
#[derive(Debug, thiserror::Error)]
#[error("guests cannot run here: {0}")]
pub struct Unavailable(String);

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

impl Host {
    /// Makes the engine. `strict`: NaNs have the same bits on every kind of machine, at some cost in floating point; what
    /// guests score does not depend on it.
    ///
    /// # Errors
    /// The machine is of a kind that nothing can be compiled for, or gives no thread.
    pub fn new(strict: bool) -> Result<Host, Unavailable> {
        let engine = Engine::new(&config(strict)).map_err(|error| Unavailable(format!("{error:#}")))?;
        let mut linker = Linker::new(&engine);
        log::link(&mut linker).map_err(|error| Unavailable(format!("{error:#}")))?;
        let mut with_wasi = linker.clone();
        wasi::link(&mut with_wasi).map_err(|error| Unavailable(format!("{error:#}")))?;
        let ticker = Ticker::start(&engine).map_err(|error| Unavailable(error.to_string()))?;
        Ok(Host { engine, linker, with_wasi, ticker: Arc::new(ticker), cache: None })
    }

    /// The same, which looks for compiled code in a cache and leaves there what it compiles.
    #[must_use]
    pub fn with_cache(self, cache: Arc<Cache>) -> Host {
        Host { cache: Some(cache), ..self }
    }

    /// Looks at a component without running it. O(size).
    ///
    /// # Errors
    /// It is no plugin, or wants what a plugin must not have.
    pub fn inspect<'a>(&self, bytes: &'a [u8]) -> Result<Inspected<'a>, Refusal> {
        self.inspect_with(bytes, Wasi::None)
    }

    /// The same, for a component that may have this of WASI.
    ///
    /// # Errors
    /// It is no plugin, or wants what a plugin must not have.
    pub fn inspect_with<'a>(&self, bytes: &'a [u8], wasi: Wasi) -> Result<Inspected<'a>, Refusal> {
        Inspected::of(bytes, self.engine.get_wasm_features(), wasi)
    }

    /// Compiles a component: 0.1 s for small ones, 20 s for an interpreter; nothing to do while a placement waits.
    ///
    /// # Errors
    /// Its functions are not those of the interface, or the compiler gives up.
    pub fn compile(&self, inspected: &Inspected<'_>, limits: Limits) -> Result<Guest, Refusal> {
        let guest = self
            .compiled(inspected)
            .and_then(|component| self.linked(inspected.wasi(), &component))
            .and_then(|ready| Guest::of(inspected, ready, limits, Arc::clone(&self.ticker)));
        guest.map_err(|error| Refusal::unusable(&error))
    }

    fn linked(&self, wasi: Wasi, component: &Component) -> wasmtime::Result<InstancePre<Room>> {
        match wasi {
            Wasi::None => self.linker.instantiate_pre(component),
            Wasi::Deterministic => {
                let mut linker = self.with_wasi.clone();
                wasi::link_traps(&mut linker, component)?;
                linker.instantiate_pre(component)
            }
        }
    }

    fn compiled(&self, inspected: &Inspected<'_>) -> wasmtime::Result<Component> {
        let digest = inspected.digest();
        if let Some(component) = self.cache.as_ref().and_then(|cache| cache.load(&self.engine, digest)) {
            return Ok(component);
        }
        let component = Component::new(&self.engine, inspected.bytes())?;
        if let Some(cache) = &self.cache {
            cache.store(&self.engine, digest, &component);
        }
        Ok(component)
    }
}

/// How guests run. Every line is a promise of the contract.
fn config(strict: bool) -> Config {
    let mut config = Config::new();
    config
        // The same work ends at the same place everywhere; the clock stands behind it.
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(STACK_BYTES_MAX)
        // A few bytes far from each other are no reason to write all between them.
        .memory_guaranteed_dense_image_size(SPARSE_IMAGE_BYTES_MAX)
        // The same bits on every machine. Scores treat all NaN alike, so their payloads may differ.
        .relaxed_simd_deterministic(true)
        .cranelift_nan_canonicalization(strict)
        .wasm_backtrace_max_frames(Some(FRAMES_MAX));
    config
}
