//! Panics of plugins, caught at the border of one placement (law 4).

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `run` answers, or the text it panicked with. Whatever `run` was changing must be given up or put right by the caller.
pub(crate) fn catch_panic<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no text".to_owned())
    })
}
