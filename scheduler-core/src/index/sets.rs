//! Cluster sets and their bindings.

use std::collections::BTreeMap;

use crate::{Binding, ManagedClusterSet, Symbol};

/// The sets and bindings of one index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sets {
    sets: BTreeMap<Symbol, ManagedClusterSet>,
    /// By namespace, then name.
    bindings: BTreeMap<Symbol, BTreeMap<Symbol, Binding>>,
}

impl Sets {
    /// The sets that are bound in a namespace, ascending by name. A binding names its set by its own name (ELIG-1).
    pub(super) fn bound_in(&self, namespace: &Symbol) -> Vec<&ManagedClusterSet> {
        let bindings = self.bindings.get(namespace);
        bindings.into_iter().flat_map(BTreeMap::keys).filter_map(|name| self.sets.get(name)).collect()
    }

    /// The namespaces that bind a set: those whose placements a change of it concerns.
    pub(super) fn namespaces_of(&self, set: &Symbol) -> Vec<Symbol> {
        self.bindings.iter().filter(|(_, bindings)| bindings.contains_key(set)).map(|(ns, _)| ns.clone()).collect()
    }

    /// Whether anything changed.
    pub(super) fn put_set(&mut self, set: ManagedClusterSet) -> bool {
        self.sets.get(&set.name) != Some(&set) && {
            self.sets.insert(set.name.clone(), set);
            true
        }
    }

    pub(super) fn remove_set(&mut self, name: &Symbol) -> bool {
        self.sets.remove(name).is_some()
    }

    /// Whether anything changed that makes sets eligible: `spec.clusterSet` does not.
    pub(super) fn put_binding(&mut self, binding: Binding) -> bool {
        let bindings = self.bindings.entry(binding.namespace.clone()).or_default();
        bindings.insert(binding.name.clone(), binding).is_none()
    }

    pub(super) fn remove_binding(&mut self, namespace: &Symbol, name: &Symbol) -> bool {
        let Some(bindings) = self.bindings.get_mut(namespace) else { return false };
        let removed = bindings.remove(name).is_some();
        if bindings.is_empty() {
            self.bindings.remove(namespace);
        }
        removed
    }
}
