//! The definitions of the kinds that a hub serves.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use kube::Client;
use serde_json::Value;

use super::manifests;

/// The group of every kind we read or write.
const GROUP: &str = "cluster.open-cluster-management.io";

/// Whose definitions a hub serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crds {
    /// Ours, of `deploy/crds`.
    Ours,
    /// Upstream's, of the folder `shared` that may lie beside the checkout.
    Upstreams,
}

impl Crds {
    /// Upstream's where they are there, else ours.
    #[must_use]
    pub fn upstreams_if_there() -> Crds {
        if Crds::Upstreams.folder().is_dir() { Crds::Upstreams } else { Crds::Ours }
    }

    /// The folder of the definitions.
    #[must_use]
    pub fn folder(self) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        root.join(match self {
            Crds::Ours => "deploy/crds",
            Crds::Upstreams => "../shared/crds",
        })
    }

    /// Installs them and waits until each version of each kind is served.
    pub(super) async fn install(self, client: &Client) -> Result<()> {
        let mut definitions = manifests::read(&self.folder())?;
        definitions.retain(|definition| definition["spec"]["group"] == GROUP);
        ensure!(!definitions.is_empty(), "`{}` defines no kind of {GROUP}", self.folder().display());
        manifests::apply(client, &definitions).await?;
        for (version, kind) in definitions.iter().flat_map(kinds) {
            manifests::served(client, &kube::core::GroupVersionKind::gvk(GROUP, version, kind)).await?;
        }
        Ok(())
    }
}

/// The versions that a definition serves, with the kind.
fn kinds(definition: &Value) -> Vec<(&str, &str)> {
    let spec = &definition["spec"];
    let kind = spec["names"]["kind"].as_str().unwrap_or_default();
    let versions = spec["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let served = versions.iter().filter(|version| version["served"] == true);
    served.filter_map(|version| Some((version["name"].as_str()?, kind))).collect()
}
