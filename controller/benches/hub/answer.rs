//! How what stands on the hub compares with a fresh evaluation of it.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::stage::Stage;

/// How many placements a fresh evaluation of the hub would move. Decision counts change behind a decision and wake nobody
/// (Q15), so of those that use Balance a few are moved: each then gets as many clusters as it loses.
///
/// # Errors
/// A decision lacks clusters or has too many: whatever was measured was not worth measuring.
pub fn moved_by_counts(stage: &Stage) -> Result<usize> {
    let diff = Command::new(&stage.program)
        .args(["diff", "--all-namespaces", "--output", "json", "--kubeconfig"])
        .arg(stage.hub.admin())
        .output()?;
    let said: Value =
        serde_json::from_slice(&diff.stdout).with_context(|| String::from_utf8_lossy(&diff.stderr).into_owned())?;
    let placements = said["differing"].as_array().context("`diff` tells no differences")?;
    let many = |of: &Value| of.as_array().map_or(0, Vec::len);
    for placement in placements {
        let swapped = many(&placement["added"]) == many(&placement["removed"]) && many(&placement["moved"]) == 0;
        ensure!(swapped, "what was decided is not what a fresh evaluation says:\n{placement:#}");
    }
    Ok(placements.len())
}
