//! One settings document of a plugin.

use std::sync::Arc;

use serde::de::IgnoredAny;

/// A JSON document, as a guest is given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings(Arc<str>);

/// A settings document is not JSON.
#[derive(Debug, thiserror::Error)]
#[error("settings must be one JSON document: {0}")]
pub struct NotJson(serde_json::Error);

impl Settings {
    /// Takes a document as it is written: a guest sees the same bytes.
    ///
    /// # Errors
    /// It is not JSON.
    pub fn parse(text: &str) -> Result<Settings, NotJson> {
        serde_json::from_str::<IgnoredAny>(text).map_err(NotJson)?;
        Ok(Settings(text.into()))
    }

    /// The document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Settings {
    /// What a guest is given where there are none: `{}`.
    fn default() -> Self {
        Settings("{}".into())
    }
}
