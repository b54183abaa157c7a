//! A user's way in: a kubeconfig, which kubectl and every client of Kubernetes read.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use serde_json::{Value, json};

use super::authority::Pair;

/// Where a hub is reached, and whom to trust.
pub(super) struct Address {
    pub(super) url: String,
    pub(super) authority: PathBuf,
}

/// Writes the kubeconfig `FOLDER/NAME.kubeconfig` of a user who has this certificate, and the files that it names.
pub(super) fn write(folder: &Path, name: &str, address: &Address, user: &Pair) -> Result<PathBuf> {
    let put = |end: &str, text: &str| -> Result<PathBuf> {
        let path = folder.join(format!("{name}.{end}"));
        fs::write(&path, text).with_context(|| format!("`{}`", path.display()))?;
        Ok(path)
    };
    let user = json!({
        "client-certificate": put("crt", &user.certificate)?,
        "client-key": put("key", &user.key)?,
    });
    // YAML is a superset of JSON.
    put("kubeconfig", &format!("{:#}\n", document(address, &user)))
}

fn document(address: &Address, user: &Value) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{
            "name": "hub",
            "cluster": { "server": address.url, "certificate-authority": address.authority },
        }],
        "users": [{ "name": "user", "user": user }],
        "contexts": [{ "name": "hub", "context": { "cluster": "hub", "user": "user" } }],
        "current-context": "hub",
    })
}

/// A client of the caller's runtime, with what a kubeconfig says. It sends nothing twice by itself.
///
/// # Errors
/// The file cannot be read, or holds no usable address or certificate.
pub async fn client(kubeconfig: &Path) -> Result<Client> {
    let read = Kubeconfig::read_from(kubeconfig)?;
    let mut config = Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await?;
    config.default_retry = false;
    Ok(Client::try_from(config)?)
}
