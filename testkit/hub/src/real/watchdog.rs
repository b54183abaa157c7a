//! Ends the processes of a hub and removes its folder, however its owner ends: dropped, panicked, interrupted, killed.
//!
//! A small shell waits at the end of a pipe that only the owner holds. Nothing has to be caught for it to work: when
//! the owner is gone the pipe is closed. Dropping a hub takes the same way.

use std::{
    io::Write,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};

/// Reads the process group once, then nothing until the pipe is closed. A process that was killed may still be writing
/// for a moment, so the folder is removed until it is gone.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
if read -r group; then
    while read -r _; do :; done
    kill -s KILL -- "-$group"
fi
for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf -- "$1"
    [ -e "$1" ] || exit 0
    sleep 1
done
"#;

pub(super) struct Watchdog {
    shell: Child,
}

impl Watchdog {
    /// Watches over the folder from now on.
    pub(super) fn of(folder: &Path) -> Result<Watchdog> {
        let mut shell = Command::new("sh");
        // A group of its own, so that Ctrl-C does not reach it; errors are about processes that have ended already.
        shell.args(["-c", SCRIPT, "watchdog"]).arg(folder).current_dir("/").process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Watchdog { shell: shell.spawn().context("sh")? })
    }

    /// Watches over every process of this group too. Told once.
    pub(super) fn over(&mut self, group: u32) -> Result<()> {
        let pipe = self.shell.stdin.as_mut().context("the watchdog has ended")?;
        writeln!(pipe, "{group}").context("the watchdog has ended")
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        // Waiting closes the pipe first. It cannot fail but for a shell that somebody else has waited for.
        drop(self.shell.wait());
    }
}
