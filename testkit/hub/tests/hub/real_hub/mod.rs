//! What starts, what it serves, and that nothing is left behind.

mod lives;
mod serves;
mod up;

use std::path::Path;

/// Whether there is a process of this id.
fn runs(id: u32) -> bool {
    Path::new("/proc").join(id.to_string()).exists()
}
