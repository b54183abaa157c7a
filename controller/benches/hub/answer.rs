//! Whether what stands on the hub is what a fresh evaluation of it says.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::stage::Stage;

/// Compares every slice with what the program decides from the hub as it is.
///
/// # Errors
/// A decision differs: whatever was measured was not worth measuring.
pub fn is_right(stage: &Stage) -> Result<()> {
    let diff = Command::new(&stage.program)
        .arg("diff")
        .arg("--all-namespaces")
        .arg("--kubeconfig")
        .arg(stage.hub.admin())
        .output()?;
    let said = [&diff.stdout, &diff.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    ensure!(diff.status.success(), "what was decided is not what a fresh evaluation says:\n{said}");
    Ok(())
}
