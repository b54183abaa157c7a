//! `simulate`: writes the simulated fleet of any size as a snapshot, one object a line.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder, write::GzEncoder};
use fleet::Fleet;

use super::Exit;
use super::args::Simulate;
use super::notice::{Notice, Notices, Place, Severity};
use super::progress::Progress;
use super::session;

const BUFFER: usize = 1 << 16;

/// Runs the command.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(args: &Simulate) -> io::Result<Exit> {
    let _progress = Progress::new("writing");
    let Some(path) = args.to.as_ref().filter(|path| path.as_os_str() != "-") else {
        return match write(args, BufWriter::with_capacity(BUFFER, io::stdout().lock())) {
            // Whoever reads it has seen enough.
            Err(problem) if problem.kind() == ErrorKind::BrokenPipe => Ok(Exit::Done),
            written => written.map(|_| Exit::Done),
        };
    };
    let Err(problem) = to_file(args, path) else { return Ok(Exit::Done) };
    let place = Some(Place { file: path.to_string_lossy().into(), line: 0 });
    let text = match problem.kind() {
        ErrorKind::NotFound => "there is no such folder to write to".to_owned(),
        ErrorKind::IsADirectory => "is a folder: give the name of a file in it".to_owned(),
        ErrorKind::PermissionDenied => "no permission to write it".to_owned(),
        _ => format!("cannot be written: {problem}"),
    };
    let mut notices = Notices::new(false, false);
    notices.add(Notice { severity: Severity::Error, place, object: None, path: None, text });
    session::write(&mut notices);
    Ok(Exit::Failed)
}

/// Writes a file whole or not at all: beside it first, so that nobody ever finds half of it under its name.
fn to_file(args: &Simulate, path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(what) if what.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        // A pipe or a device has no name that could be given to another file.
        Ok(what) if !what.is_file() => return packed(args, path, File::options().write(true).open(path)?),
        _ => {}
    }
    // A link stays, and what it leads to is written.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let beside = beside(&path);
    let file = File::create_new(&beside)?;
    let written = packed(args, &path, file).and_then(|()| fs::rename(&beside, &path));
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
fn packed(args: &Simulate, path: &Path, file: File) -> io::Result<()> {
    let file = BufWriter::with_capacity(BUFFER, file);
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz")) {
        let packer: GzEncoder<_> = GzBuilder::new().mtime(0).write(file, Compression::default());
        write(args, BufWriter::with_capacity(BUFFER, packer))?.finish()?.flush()
    } else {
        write(args, file).map(drop)
    }
}

/// Object by object, so that the size of the fleet needs no memory. Gives back what is below the buffer, which is flushed.
fn write<W: Write>(args: &Simulate, mut out: BufWriter<W>) -> io::Result<W> {
    let fleet = Fleet { clusters: args.clusters, placements: args.placements, seed: args.seed };
    for object in fleet.snapshot(args.mix, args.decided) {
        serde_json::to_writer(&mut out, &object)?;
        out.write_all(b"\n")?;
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)
}
