//! Writes an answer into a file, whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder, write::GzEncoder};

use super::Exit;
use super::notice::{Notice, Notices, Place, Severity};

const BUFFER: usize = 1 << 16;

/// Writes what `fill` writes: to standard output, or into a file, packed if its name ends in `.gz`. What cannot be
/// written into a file is an error in `notices`.
///
/// # Errors
/// Those of standard output.
pub(super) fn write(
    to: Option<&PathBuf>,
    notices: &mut Notices,
    fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Exit> {
    let Some(path) = to.filter(|path| path.as_os_str() != "-") else {
        let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
        return match fill(&mut out).and_then(|()| out.flush()) {
            // Whoever reads it has seen enough.
            Err(problem) if problem.kind() == ErrorKind::BrokenPipe => Ok(Exit::Done),
            written => written.map(|()| Exit::Done),
        };
    };
    let Err(problem) = to_file(path, fill) else { return Ok(Exit::Done) };
    let place = Some(Place { file: path.to_string_lossy().into(), line: 0 });
    let text = match problem.kind() {
        ErrorKind::NotFound => "there is no such folder to write to".to_owned(),
        ErrorKind::IsADirectory => "is a folder: give the name of a file in it".to_owned(),
        ErrorKind::PermissionDenied => "no permission to write it".to_owned(),
        _ => format!("cannot be written: {problem}"),
    };
    notices.add(Notice { severity: Severity::Error, place, object: None, path: None, text });
    Ok(Exit::Failed)
}

/// Writes beside the file first, so that nobody ever finds half of it under its name.
fn to_file(path: &Path, fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(what) if what.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        // A pipe or a device has no name that could be given to another file.
        Ok(what) if !what.is_file() => return packed(path, File::options().write(true).open(path)?, fill),
        _ => {}
    }
    // A link stays, and what it leads to is written.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let beside = beside(&path);
    let file = File::create_new(&beside)?;
    let written = packed(&path, file, fill).and_then(|()| fs::rename(&beside, &path));
    written.inspect_err(|_| {
        // The first problem is the one to tell.
        let _ = fs::remove_file(&beside);
    })
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

/// Packed where the name ends in `.gz`, with nothing of the day or the machine in it.
fn packed(path: &Path, file: File, fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(BUFFER, file);
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz")) {
        let packer: GzEncoder<_> = GzBuilder::new().mtime(0).write(file, Compression::default());
        let mut out = BufWriter::with_capacity(BUFFER, packer);
        fill(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.finish()?.flush()
    } else {
        fill(&mut file)?;
        file.flush()
    }
}
