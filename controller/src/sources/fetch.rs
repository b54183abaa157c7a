//! From a document to a plugin: its component fetched, checked, compiled, and asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use plugin_host::{Digest, Host, Loaded};

use super::component;
use super::document::Source;
use super::folder::{Placed, Problem};

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

/// Makes a plugin of each document, one after the other, which can take seconds each.
///
/// # Errors
/// All that cannot be loaded, and every settings document that its plugin refuses.
pub fn load(host: &Host, documents: &[Placed]) -> Result<Vec<Arc<Loaded>>, Vec<Problem>> {
    let (mut loaded, mut problems) = (Vec::new(), Vec::new());
    for placed in documents {
        match one(host, placed) {
            Err(problem) => problems.push(problem),
            Ok(plugin) => {
                // What nobody wrote need not be taken.
                let refused = plugin.refused().filter(|(name, _)| placed.document.spec.settings.contains_key(*name));
                let text = |(name, failure)| format!("spec.settings.{name}: {failure}");
                problems.extend(refused.map(text).map(|text| placed.problem(text)));
                loaded.push(Arc::new(plugin));
            }
        }
    }
    if problems.is_empty() { Ok(loaded) } else { Err(problems) }
}

fn one(host: &Host, placed: &Placed) -> Result<Loaded, Problem> {
    let (path, bytes) = fetch(placed)?;
    let refuse = |text: String| placed.problem(format!("spec.source.file.path: {}: {text}", path.display()));
    let inspected = host.inspect(&bytes).map_err(|refusal| refuse(refusal.to_string()))?;
    let spec = placed.document.spec.clone();
    let guest = host.compile(&inspected, spec.limits).map_err(|refusal| refuse(refusal.to_string()))?;
    Loaded::probe(spec, guest).map_err(|unfit| placed.problem(unfit.to_string()))
}
