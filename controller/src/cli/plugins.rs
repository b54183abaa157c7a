//! `--plugins`: plugins from a folder, which filter and score like the built-in ones.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use plugin_host::{Cache, Host, Loaded};
use scheduler_core::Profiles;

use super::notice::{Notices, Severity};
use super::plugin;
use super::world::is_extended;
use crate::sources::{self, Filed};

/// Which plugins decide besides the built-in ones.
#[derive(Debug, Args)]
pub(super) struct Plugins {
    /// Plugins to decide with: a document of kind WasmPlugin, or a folder of them (.yaml .yml .json; folders in it are left)
    #[arg(long = "plugins", value_name = "PATH")]
    path: Option<PathBuf>,
    /// A folder of one's own in which compiled plugins are kept, so that they need not be compiled again
    #[arg(long = "plugin-cache", value_name = "DIR", requires = "path")]
    cache: Option<PathBuf>,
}

impl Plugins {
    /// The profiles with these plugins in them. `None`, and errors told, where one of them cannot be loaded: without it
    /// something else would be decided.
    pub fn put_into(&self, profiles: Profiles, notices: &mut Notices) -> Option<Profiles> {
        let Some(path) = &self.path else { return Some(profiles) };
        if !is_extended(&profiles) {
            let text = format!(
                "--plugins: profile `{}` is as upstream, which has no plugins: they decide nothing",
                profiles.default
            );
            notices.say(Severity::Warning, text);
        }
        let host = self.host().map_err(|problem| notices.say(Severity::Error, problem)).ok()?;
        let loaded = Filed::all(path).and_then(|filed| sources::load(&host, &filed));
        let loaded = loaded.map_err(|problems| problems.iter().for_each(|it| notices.add(plugin::problem(it)))).ok()?;
        let guests: Vec<_> = loaded.iter().flat_map(Loaded::plugins).collect();
        Some(plugins::with_guests(&profiles, &guests))
    }

    fn host(&self) -> Result<Host, String> {
        let host = Host::new(false).map_err(|problem| problem.to_string())?;
        let Some(folder) = &self.cache else { return Ok(host) };
        let cache =
            Cache::open(folder).map_err(|problem| format!("--plugin-cache: {}: {problem}", folder.display()))?;
        Ok(host.with_cache(Arc::new(cache)))
    }
}
