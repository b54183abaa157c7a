//! The border to plugins.

/// Compiles itself for one placement.
pub trait Plugin: Send + Sync {
    /// Its name.
    fn name(&self) -> &str;
}
