//! Scenarios: one screen of YAML that says what must happen and why. The engine and the oracle both run each.

mod expect;
mod world;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use scheduler_core::{Fact, PlacementKey, Time};
use serde::Deserialize;

pub use expect::Expect;

/// One file of `testkit/scenarios`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// The rule, and what would be wrong without it.
    pub why: String,
    /// `upstream` or `default`; absent: `default`.
    #[serde(default = "default_profile")]
    pub profile: String,
    /// RFC 3339; absent: 2026-01-01T00:00:00Z.
    #[serde(default = "now")]
    pub now: String,
    /// The fleet.
    #[serde(default)]
    clusters: Vec<world::Cluster>,
    /// Absent: one set `global` that holds every cluster.
    sets: Option<Vec<world::Set>>,
    /// Absent: every set is bound in `ns`, where the placement lives.
    bindings: Option<Vec<world::Binding>>,
    /// What stands, of whichever placement.
    #[serde(default)]
    slices: Vec<world::Slice>,
    /// Whom to schedule.
    placement: world::Placement,
    /// What must come of it; a key that is absent is not looked at.
    pub expect: Expect,
}

fn default_profile() -> String {
    "default".to_owned()
}

fn now() -> String {
    "2026-01-01T00:00:00Z".to_owned()
}

impl Scenario {
    /// Reads one file.
    ///
    /// # Errors
    /// It is no scenario.
    pub fn read(path: &Path) -> Result<(Scenario, String)> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let scenario = serde_saphyr::from_str(&text).with_context(|| format!("`{}`", path.display()))?;
        Ok((scenario, text))
    }

    /// Its hub.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        world::facts(self)
    }

    /// Its placement's key.
    #[must_use]
    pub fn key(&self) -> PlacementKey {
        PlacementKey { namespace: world::NAMESPACE.into(), name: self.placement.name.as_str().into() }
    }

    /// Its time.
    ///
    /// # Errors
    /// It is no RFC 3339 time.
    pub fn at(&self) -> Result<Time> {
        Ok(Time::parse_rfc3339(&self.now)?)
    }
}

/// All files below a folder, in name order.
///
/// # Errors
/// The folder cannot be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The file's text with another `expect`, which is its last section.
#[must_use]
pub fn blessed(text: &str, expect: &Expect) -> String {
    let kept = text.find("\nexpect:").map_or(text, |at| &text[..=at]);
    format!("{kept}{expect}")
}
