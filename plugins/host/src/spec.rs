//! What the platform says of a plugin: its document, understood.

use std::collections::BTreeMap;

use scheduler_core::placement::{PluginRef, Requirement};
use scheduler_core::{FailurePolicy, Placement, Symbol};

use crate::limits::Limits;
use crate::settings::Settings;
use crate::wasi::Wasi;

/// How one plugin is to be run, by what `WasmPlugin.spec` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// `metadata.name`: what follows `wasm:` in a Placement.
    pub name: Symbol,
    /// `fuel` and `memory`.
    pub limits: Limits,
    /// `wasi`.
    pub wasi: Wasi,
    /// `failurePolicy`.
    pub on_failure: FailurePolicy,
    /// `settings` by name. Without one called `default`, that is `{}`.
    pub settings: BTreeMap<Symbol, Settings>,
    /// `filter.placements`: on whom its filter is imposed. Absent: on nobody.
    pub imposed: Option<Imposed>,
}

/// Which Placements a plugin's filter is imposed on: all of these must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imposed {
    /// Names of namespaces, one of which must fit; `*` stands for any run of characters. None: every namespace.
    pub namespaces: Vec<Symbol>,
    /// What the labels of the Placement must meet. None: every Placement.
    pub selector: Vec<Requirement>,
}

impl Spec {
    /// A plugin with default limits, no WASI, settings `{}` and policy `Keep`, imposed on nobody.
    #[must_use]
    pub fn new(name: Symbol) -> Spec {
        Spec {
            name,
            limits: Limits::default(),
            wasi: Wasi::None,
            on_failure: FailurePolicy::Keep,
            settings: BTreeMap::new(),
            imposed: None,
        }
    }

    /// All settings documents, with the one called `default`, ascending by name.
    #[must_use]
    pub fn documents(&self) -> BTreeMap<Symbol, Settings> {
        let mut documents = self.settings.clone();
        documents.entry(PluginRef::DEFAULT_SETTINGS.into()).or_default();
        documents
    }
}

impl Imposed {
    /// Whether a Placement is one of them. O(its labels × requirements).
    #[must_use]
    pub fn is_on(&self, placement: &Placement) -> bool {
        let namespace = &placement.key.namespace;
        let namespaces = &self.namespaces;
        (namespaces.is_empty() || namespaces.iter().any(|pattern| fits(pattern, namespace)))
            && self.selector.iter().all(|requirement| requirement.is_met_by(placement.label(&requirement.key)))
    }
}

/// Whether a name fits a pattern in which `*` stands for any run of characters. O(length of both, multiplied).
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts = rest.split('*').peekable();
    // The first place where a part is found leaves the most for the others.
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, name) in [("*", ""), ("*", "a"), ("a*", "a"), ("*-prod", "eu-prod"), ("a*b*c", "a-b-b-c")] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("", "a"), ("a", "ab"), ("a*", "ba"), ("*-prod", "eu-prod-1"), ("a*b*c", "acb")] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }
}
