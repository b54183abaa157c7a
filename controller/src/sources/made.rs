//! From a component's bytes to a plugin.

use plugin_host::{Host, Loaded, Refusal, Spec, Unfit};

/// What is wrong with a plugin, by where it is to be mended.
pub(super) enum Unusable {
    /// The component is no plugin.
    Component(String),
    /// It fails before it is asked for anything.
    Failed(String),
    /// The document, each behind the path of its field.
    Document(Vec<String>),
}

/// Checks, compiles and asks a component. Takes from 0.1 s to 20 s.
///
/// # Errors
/// What is wrong, and every settings document that it refuses. What nobody wrote need not be taken.
pub(super) fn make(host: &Host, spec: &Spec, bytes: &[u8]) -> Result<Loaded, Unusable> {
    let no_plugin = |refusal: Refusal| Unusable::Component(refusal.to_string());
    let inspected = host.inspect_with(bytes, spec.wasi).map_err(no_plugin)?;
    let guest = host.compile(&inspected, spec.limits).map_err(no_plugin)?;
    let loaded = Loaded::probe(spec.clone(), guest).map_err(|unfit| match unfit {
        Unfit::Failed(failure) => Unusable::Failed(failure.to_string()),
        Unfit::NoFilter => Unusable::Document(vec![unfit.to_string()]),
    })?;
    let refused = loaded.refused().filter(|(name, _)| spec.settings.contains_key(*name));
    let refused: Vec<String> = refused.map(|(name, failure)| format!("spec.settings.{name}: {failure}")).collect();
    if refused.is_empty() { Ok(loaded) } else { Err(Unusable::Document(refused)) }
}
