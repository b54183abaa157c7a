//! ManagedClusterSet and ManagedClusterSetBinding to facts.

use scheduler_core::placement::Requirement;
use scheduler_core::{Binding, ManagedClusterSet, Misconfigured, Selector, Source, Symbol};

use super::{CLUSTER_SET_LABEL, selector};
use crate::kinds;

/// A set with its members as a selector over labels.
#[must_use]
pub fn set(from: &kinds::ManagedClusterSet) -> ManagedClusterSet {
    let name: Symbol = from.metadata.name.as_str().into();
    let by = &from.spec.cluster_selector;
    let members = match by.selector_type.as_str() {
        // ELIG-7.
        "" | "ExclusiveClusterSetLabel" => {
            Ok(Selector::In(Source::Label(CLUSTER_SET_LABEL.into()), vec![name.clone()]))
        }
        "LabelSelector" => members(by.label_selector.as_ref()),
        other => Err(Misconfigured::SelectorType(other.into())), // ELIG-9
    };
    ManagedClusterSet { name, members }
}

/// ELIG-8: absent selects nothing, present and empty everything.
fn members(from: Option<&kinds::LabelSelector>) -> Result<Selector, Misconfigured> {
    let Some(from) = from else {
        return Ok(Selector::none());
    };
    let requirements = selector::labels(from)?;
    Ok(Selector::And(requirements.iter().map(|r: &Requirement| r.selector(Source::Label)).collect()))
}

/// A binding.
#[must_use]
pub fn binding(from: &kinds::ManagedClusterSetBinding) -> Binding {
    Binding {
        namespace: from.metadata.namespace.as_str().into(),
        name: from.metadata.name.as_str().into(),
        cluster_set: from.spec.cluster_set.as_str().into(),
    }
}

#[cfg(test)]
mod tests;
