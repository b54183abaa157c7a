//! `simulate`: writes the simulated fleet of any size as a snapshot, one object a line.

use std::io::{self, Write};

use fleet::Fleet;

use super::args::Simulate;
use super::notice::Notices;
use super::progress::Progress;
use super::{Exit, file, session};

/// Runs the command.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(args: &Simulate) -> io::Result<Exit> {
    let progress = Progress::new("writing");
    let mut notices = Notices::new(false, false);
    let exit = file::write(args.to.as_ref(), &mut notices, &mut |out| write(args, out));
    drop(progress);
    session::write(&mut notices);
    exit
}

/// Object by object, so that the size of the fleet needs no memory.
fn write(args: &Simulate, out: &mut dyn Write) -> io::Result<()> {
    let fleet = Fleet { clusters: args.clusters, placements: args.placements, seed: args.seed };
    for object in fleet.snapshot(args.mix, args.decided) {
        serde_json::to_writer(&mut *out, &object)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
