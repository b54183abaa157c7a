//! A ConfigMap that carries a plugin: its document under one key, its component under another.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use plugin_host::{Digest, Host, Loaded};

use super::document::{Document, KIND, RELEASE, STARTUP_TIMEOUT, Source};
use super::made::{Unusable, make};
use super::text;

/// The label by which such a ConfigMap is known; its value is `true`.
pub const LABEL: &str = "placewright.io/plugin";
/// The key of `data` that holds the document.
const DOCUMENT: &str = "plugin.yaml";

/// What such a ConfigMap holds.
#[derive(Clone, Default)]
pub struct Carried {
    /// The ConfigMap's name.
    name: String,
    /// The digest that its annotation releases.
    release: Option<String>,
    document: Option<String>,
    binary: BTreeMap<String, Vec<u8>>,
}

impl Carried {
    /// What a ConfigMap carries.
    #[must_use]
    pub fn of(map: ConfigMap) -> Carried {
        let metadata = map.metadata;
        let binary = map.binary_data.unwrap_or_default();
        Carried {
            name: metadata.name.unwrap_or_default(),
            release: metadata.annotations.and_then(|mut annotations| annotations.remove(RELEASE)),
            document: map.data.and_then(|mut data| data.remove(DOCUMENT)),
            binary: binary.into_iter().map(|(key, bytes)| (key, bytes.0)).collect(),
        }
    }

    /// Whether its annotation names this digest.
    #[must_use]
    pub fn is_released(&self, digest: &Digest) -> bool {
        self.release.as_ref().is_some_and(|release| *release == digest.to_string())
    }

    /// What tells it from another version of itself: document and components. O(their size).
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut bytes = self.document.clone().unwrap_or_default().into_bytes();
        for (key, value) in &self.binary {
            // Lengths between the parts, so that no two versions are the same bytes.
            bytes.extend([key.len(), value.len()].into_iter().flat_map(usize::to_le_bytes));
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend_from_slice(value);
        }
        Digest::of(&bytes)
    }

    /// Makes the plugin: its document read, its component checked, compiled and asked. Takes from 0.1 s to 20 s.
    ///
    /// # Errors
    /// The first mistake: its path, what was given, what is allowed.
    pub fn load(&self, host: &Host) -> Result<Loaded, String> {
        let Document { spec, source, .. } = self.document()?;
        let (key, bytes) = self.component(&source).map_err(within)?;
        make(host, &spec, bytes).map_err(|unusable| match unusable {
            Unusable::Document(texts) => within(texts.join("; ")),
            Unusable::Component(text) | Unusable::Failed(text) => format!("binaryData[{key}]: {text}"),
        })
    }

    /// How long placements wait for it when a process starts: what its document says, or the usual if that cannot be read.
    #[must_use]
    pub fn startup_timeout(&self) -> Duration {
        self.document().map_or(STARTUP_TIMEOUT, |document| document.startup_timeout)
    }

    fn document(&self) -> Result<Document, String> {
        let text = self.document.as_ref().ok_or_else(|| format!("data: lacks the key `{DOCUMENT}`"))?;
        let documents = text::documents(text).map_err(within)?;
        let [value] = documents.as_slice() else {
            return Err(within(format!("must be one document of kind {KIND}, got {}", documents.len())));
        };
        Document::of(value).map_err(within)
    }

    /// The component that a document names, and under which key it is.
    fn component<'a>(&'a self, source: &'a Source) -> Result<(&'a str, &'a [u8]), String> {
        let Source::ConfigMap { name, key, sha256 } = source else {
            return Err("spec.source: must be `configMap`, the one that holds this document".to_owned());
        };
        if *name != self.name {
            let own = &self.name;
            return Err(format!("spec.source.configMap.name: must be that of this ConfigMap, `{own}`, got `{name}`"));
        }
        let Some(bytes) = self.binary.get(key) else {
            let keys: Vec<&str> = self.binary.keys().map(String::as_str).collect();
            let keys = keys.join(", ");
            return Err(format!(
                "spec.source.configMap.key: must be a key of binaryData, which has [{keys}], got `{key}`"
            ));
        };
        let digest = Digest::of(bytes).to_string();
        match sha256 {
            Some(pin) if !pin.is(&digest) => {
                Err(format!("spec.source.configMap.sha256: must be `{digest}`, got `{}`", pin.as_str()))
            }
            _ => Ok((key, bytes)),
        }
    }
}

/// Where in the ConfigMap a mistake of the document is.
fn within(problem: impl fmt::Display) -> String {
    format!("data[{DOCUMENT}]: {problem}")
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carried").field("name", &self.name).field("release", &self.release).finish_non_exhaustive()
    }
}
