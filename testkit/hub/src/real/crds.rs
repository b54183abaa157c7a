//! The definitions of the kinds that a hub serves.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kube::{Client, Error};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::manifests;

/// The group of every kind we read or write.
const GROUP: &str = "cluster.open-cluster-management.io";

/// How long the server may take to build the cache of one kind.
const WARM_WITHIN: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

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
        for (version, kind, plural) in definitions.iter().flat_map(kinds) {
            manifests::served(client, &kube::core::GroupVersionKind::gvk(GROUP, version, kind)).await?;
            warm(client, &format!("/apis/{GROUP}/{version}/{plural}?limit=1")).await?;
        }
        Ok(())
    }
}

/// The first who reads a new kind makes the server build its cache, and is asked to wait meanwhile; so it is us.
async fn warm(client: &Client, uri: &str) -> Result<()> {
    let deadline = Instant::now() + WARM_WITHIN;
    loop {
        match client.request::<Value>(http::Request::get(uri).body(Vec::new())?).await {
            Err(Error::Api(status)) if status.code == 429 && Instant::now() < deadline => sleep(LOOK_EVERY).await,
            answer => return answer.map(drop).with_context(|| format!("`{uri}`")),
        }
    }
}

/// The versions that a definition serves, with the kind and its plural.
fn kinds(definition: &Value) -> Vec<(&str, &str, &str)> {
    let spec = &definition["spec"];
    let name = |of: &str| spec["names"][of].as_str().unwrap_or_default();
    let (kind, plural) = (name("kind"), name("plural"));
    let versions = spec["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let served = versions.iter().filter(|version| version["served"] == true);
    served.filter_map(|version| Some((version["name"].as_str()?, kind, plural))).collect()
}
