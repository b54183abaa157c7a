//! Plugins whose documents stand in files: their components fetched, checked, compiled, and asked.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use plugin_host::{Digest, Host, Loaded};

use super::component;
use super::document::Source;
use super::folder::{Placed, Problem, documents};
use super::made::{Unusable, make};

/// A document in a file, with its component.
#[derive(Clone, PartialEq)]
pub struct Filed {
    placed: Placed,
    /// The component and its file, or why it is not to be had.
    component: Result<(PathBuf, Vec<u8>), Problem>,
}

impl Filed {
    /// Reads the component of a document.
    #[must_use]
    pub fn of(placed: Placed) -> Filed {
        Filed { component: fetch(&placed), placed }
    }

    /// All of a file, or of the files of a folder.
    ///
    /// # Errors
    /// As [`documents`]. What is wrong with a component is told when it is loaded.
    pub fn all(path: &Path) -> Result<Vec<Filed>, Vec<Problem>> {
        Ok(documents(path)?.into_iter().map(Filed::of).collect())
    }

    /// What the plugin is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.placed.document.spec.name
    }

    /// Whether the document's annotation releases this digest.
    #[must_use]
    pub fn is_released(&self, digest: &Digest) -> bool {
        self.placed.document.release.as_ref().is_some_and(|release| *release == digest.to_string())
    }

    /// How long placements wait for it when a process starts.
    #[must_use]
    pub fn startup_timeout(&self) -> Duration {
        self.placed.document.startup_timeout
    }

    /// What tells it from another version of itself: document and component. O(their size).
    #[must_use]
    pub fn digest(&self) -> Digest {
        // The document pins the component; one that is not to be had may be there next time.
        let component = self.component.as_ref().map_or_else(|problem| problem.text.as_str(), |_| "");
        Digest::of(format!("{} {component}", self.placed.document.digest).as_bytes())
    }

    /// Makes the plugin, which can take seconds.
    ///
    /// # Errors
    /// Why it cannot be loaded, and every settings document that it refuses.
    pub fn load(&self, host: &Host) -> Result<Loaded, Vec<Problem>> {
        let (path, bytes) = self.component.as_ref().map_err(|problem| vec![problem.clone()])?;
        make(host, &self.placed.document.spec, bytes).map_err(|unusable| {
            let texts = match unusable {
                Unusable::Component(text) => vec![format!("spec.source.file.path: {}: {text}", path.display())],
                Unusable::Failed(text) => vec![text],
                Unusable::Document(texts) => texts,
            };
            texts.into_iter().map(|text| self.placed.problem(text)).collect()
        })
    }
}

impl fmt::Debug for Filed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filed").field("file", &self.placed.file).field("name", &self.name()).finish_non_exhaustive()
    }
}

/// The component of a document that stands in a file, checked against what it is pinned to, and its file.
///
/// # Errors
/// It is not to be had, or another one.
pub fn fetch(placed: &Placed) -> Result<(PathBuf, Vec<u8>), Problem> {
    let Source::File { path, sha256 } = &placed.document.source else {
        let text = "spec.source.configMap: is for the controller; in a folder use `file`".to_owned();
        return Err(placed.problem(text));
    };
    let path = placed.file.parent().unwrap_or(Path::new("")).join(path);
    let shown = path.display();
    let bytes = component::read(&path);
    let bytes = bytes.map_err(|text| placed.problem(format!("spec.source.file.path: {shown}: {text}")))?;
    let digest = Digest::of(&bytes).to_string();
    if !sha256.is(&digest) {
        let text = format!("spec.source.file.sha256: must be that of {shown}, `{digest}`, got `{}`", sha256.as_str());
        return Err(placed.problem(text));
    }
    Ok((path, bytes))
}

/// Makes a plugin of each, one after the other, which can take seconds each.
///
/// # Errors
/// All that cannot be loaded, and every settings document that its plugin refuses.
pub fn load(host: &Host, filed: &[Filed]) -> Result<Vec<Arc<Loaded>>, Vec<Problem>> {
    let (mut loaded, mut problems) = (Vec::new(), Vec::new());
    for filed in filed {
        match filed.load(host) {
            Ok(plugin) => loaded.push(Arc::new(plugin)),
            Err(wrong) => problems.extend(wrong),
        }
    }
    if problems.is_empty() { Ok(loaded) } else { Err(problems) }
}
