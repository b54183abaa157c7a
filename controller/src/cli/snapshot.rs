//! `snapshot`: writes what placement is about on a hub into one file.

use std::io::{self, Write};
use std::path::Path;

use super::args::Snapshot;
use super::notice::Notices;
use super::{Exit, anonymize, file, live, session};

/// Runs the command.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(args: &Snapshot) -> io::Result<Exit> {
    let mut notices = Notices::new(false, false);
    let exit = match live::read(&args.hub.access(), &mut notices) {
        None => Ok(Exit::Failed),
        Some(hub) => {
            let lines = if args.anonymize { anonymize::anonymized(hub, &mut notices) } else { hub.lines };
            let as_list = args.to.as_deref().is_some_and(is_list);
            file::write(args.to.as_ref(), &mut notices, &mut |out| write(&lines, as_list, out))
        }
    };
    let noticed = if notices.any_error() { Exit::Failed } else { Exit::Done };
    session::write(&mut notices);
    exit.map(|exit| exit.max(noticed))
}

/// Whether what is written there is to be one JSON document.
fn is_list(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    name.strip_suffix(".gz").unwrap_or(&name).ends_with(".json")
}

/// JSON lines, or a `v1` `List`, which has an object on each line too.
fn write(lines: &[String], as_list: bool, out: &mut dyn Write) -> io::Result<()> {
    let (head, between, tail) = match as_list {
        true => (
            "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"\"},\"items\":[\n",
            ",\n",
            "\n]}\n",
        ),
        false => ("", "\n", if lines.is_empty() { "" } else { "\n" }),
    };
    out.write_all(head.as_bytes())?;
    for (at, line) in lines.iter().enumerate() {
        out.write_all(if at > 0 { between.as_bytes() } else { b"" })?;
        out.write_all(line.as_bytes())?;
    }
    out.write_all(tail.as_bytes())
}
