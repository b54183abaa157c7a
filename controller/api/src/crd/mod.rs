//! CustomResourceDefinitions made of the tables that `read` walks: what an API server is told to check is what we check.

mod schema;

use serde_json::{Value, json};

use crate::schema::{Column, GROUP, SERVED, Served};

/// The definition of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Crd {
    /// The kind's name in paths, e.g. `placements`.
    pub plural: &'static str,
    /// An `apiextensions.k8s.io/v1` `CustomResourceDefinition`.
    pub document: Value,
}

/// The definitions of the six kinds that are read and written (spec §2), by plural name.
pub fn all() -> Vec<Crd> {
    let mut all: Vec<Crd> = SERVED.iter().map(|kind| Crd { plural: kind.plural, document: document(kind) }).collect();
    all.sort_by_key(|crd| crd.plural);
    all
}

fn document(kind: &Served) -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{}.{GROUP}", kind.plural)},
        "spec": {
            "group": GROUP,
            "names": names(kind),
            "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
            "versions": [version(kind)],
        },
    })
}

fn names(kind: &Served) -> Value {
    let mut names = json!({
        "kind": kind.name,
        "listKind": format!("{}List", kind.name),
        "plural": kind.plural,
        "singular": kind.name.to_lowercase(),
    });
    if !kind.short.is_empty() {
        names["shortNames"] = json!(kind.short);
    }
    names
}

/// The only version: older ones were never served beside it (spec §19).
fn version(kind: &Served) -> Value {
    let mut version = json!({
        "name": kind.version,
        "served": true,
        "storage": true,
        "subresources": {"status": {}},
        "schema": {"openAPIV3Schema": schema::root(kind)},
    });
    if !kind.columns.is_empty() {
        version["additionalPrinterColumns"] = kind.columns.iter().map(column).collect();
    }
    version
}

fn column(column: &Column) -> Value {
    json!({"name": column.name, "type": column.of, "jsonPath": column.path})
}

#[cfg(test)]
mod tests;
