//! Reads components from files.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use plugin_host::SIZE_MAX;

/// The bytes of a file, no more than one too many for a component.
///
/// # Errors
/// Why it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(SIZE_MAX as u64 + 1).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|problem| match problem.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "is a folder: give the name of a file in it".to_owned(),
        _ => format!("cannot be read: {problem}"),
    })
}
