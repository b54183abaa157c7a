//! The clock behind the backstop. It decides nothing but that a call has lasted far too long.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::Engine;

/// How long a tick is.
const TICK: Duration = Duration::from_millis(10);

/// A thread that counts ticks until it is dropped.
pub(crate) struct Ticker {
    /// Hung up to end the thread.
    until: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Counts the ticks of one engine.
    ///
    /// # Errors
    /// No thread is to be had.
    pub fn start(engine: &Engine) -> std::io::Result<Ticker> {
        let (until, ended) = channel::<()>();
        let engine = engine.clone();
        let thread = thread::Builder::new().name("guest-ticks".to_owned()).spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(TICK) {
                engine.increment_epoch();
            }
        })?;
        Ok(Ticker { until: Some(until), thread: Some(thread) })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.until.take();
        if let Some(thread) = self.thread.take() {
            // It ends at once, and nobody is left to be told if it panicked.
            let _ = thread.join();
        }
    }
}
