//! The named shapes of a placement: one spec each, the same wherever a figure is told.

use serde_json::{Value, json};

/// A named spec. All but [`Shape::Aall`] select ten clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// Nothing asked for: every cluster of every bound set is a candidate.
    A,
    /// As `A`, and all of them are selected.
    Aall,
    /// Labels: an equality, ten regions, a negation. 15 % are feasible.
    B,
    /// As `B` in one cloud and two regions. Less than 1 % are feasible.
    Bnarrow,
    /// Claims: two platforms, one product excluded.
    C,
    /// CEL: a label comparison.
    D0,
    /// CEL: a label, a version and a quantity.
    D,
    /// Three tolerations.
    E,
    /// Allocatable CPU and memory on top of the defaults.
    F,
    /// An add-on score on top of the defaults.
    G,
    /// An add-on score, CPU and Balance, and nothing else.
    U,
    /// All of the above at once.
    H,
}

impl Shape {
    /// All of them, in the order in which figures are told.
    pub const ALL: [Shape; 12] = [
        Shape::A,
        Shape::Aall,
        Shape::B,
        Shape::Bnarrow,
        Shape::C,
        Shape::D0,
        Shape::D,
        Shape::E,
        Shape::F,
        Shape::G,
        Shape::U,
        Shape::H,
    ];

    /// The name used in workloads, figures and manifests.
    pub fn name(self) -> &'static str {
        match self {
            Shape::A => "a",
            Shape::Aall => "aall",
            Shape::B => "b",
            Shape::Bnarrow => "bnarrow",
            Shape::C => "c",
            Shape::D0 => "d0",
            Shape::D => "d",
            Shape::E => "e",
            Shape::F => "f",
            Shape::G => "g",
            Shape::U => "u",
            Shape::H => "h",
        }
    }

    /// The shape of that name.
    pub fn named(name: &str) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| shape.name() == name)
    }

    /// Whether a CEL selector is part of it.
    pub fn needs_cel(self) -> bool {
        matches!(self, Shape::D0 | Shape::D | Shape::H)
    }

    /// The Placement `ns-0/shape-NAME`.
    pub fn placement(self) -> Value {
        placement("ns-0", &format!("shape-{}", self.name()), &self.spec())
    }

    /// The spec alone.
    pub fn spec(self) -> Value {
        let mut spec = json!({});
        if self != Shape::Aall {
            spec["numberOfClusters"] = json!(10);
        }
        if let Some(selector) = self.selector() {
            spec["predicates"] = json!([{ "requiredClusterSelector": selector }]);
        }
        if let Some(policy) = self.policy() {
            spec["prioritizerPolicy"] = policy;
        }
        if matches!(self, Shape::E | Shape::H) {
            spec["tolerations"] = json!([
                { "key": "maintenance", "operator": "Equal", "value": "true" },
                { "key": "cost", "operator": "Exists" },
                { "effect": "NoSelect", "key": "unreachable", "operator": "Exists" },
            ]);
        }
        spec
    }

    /// The spec without its CEL terms; `None` where they are all that it asks for.
    pub fn without_cel(self) -> Option<Value> {
        let mut spec = self.spec();
        if let Some(predicate) =
            spec.pointer_mut("/predicates/0/requiredClusterSelector").and_then(Value::as_object_mut)
        {
            predicate.remove("celSelector");
            if predicate.is_empty() {
                return None;
            }
        }
        Some(spec)
    }

    fn selector(self) -> Option<Value> {
        let label = r#"managedCluster.metadata.labels["env"] == "prod""#;
        Some(match self {
            Shape::B => json!({ "labelSelector": labels(&json!({ "env": "prod" }), 0..10) }),
            Shape::Bnarrow => {
                json!({ "labelSelector": labels(&json!({ "cloud": "Amazon", "env": "prod" }), 0..2) })
            }
            Shape::C => json!({ "claimSelector": claims() }),
            Shape::D0 => json!({ "celSelector": { "celExpressions": [label] } }),
            Shape::D => {
                json!({ "celSelector": { "celExpressions": [format!("{label} && {}", version_and_cpu())] } })
            }
            Shape::H => json!({
                "celSelector": { "celExpressions": [version_and_cpu()] },
                "claimSelector": claims(),
                "labelSelector": labels(&json!({ "env": "prod" }), 0..10),
            }),
            _ => return None,
        })
    }

    fn policy(self) -> Option<Value> {
        let (cpu, memory) = ("ResourceAllocatableCPU", "ResourceAllocatableMemory");
        Some(match self {
            Shape::F => json!({ "configurations": [built_in(cpu, 1), built_in(memory, 1)] }),
            Shape::G => json!({ "configurations": [demo(1)] }),
            Shape::U => {
                json!({ "configurations": [demo(1), built_in(cpu, 1), built_in("Balance", 1)], "mode": "Exact" })
            }
            Shape::H => {
                json!({ "configurations": [built_in(cpu, 2), built_in(memory, 1), built_in("Steady", 3), demo(3)] })
            }
            _ => return None,
        })
    }
}

/// A Placement around a spec.
pub(crate) fn placement(namespace: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "cluster.open-cluster-management.io/v1beta1",
        "kind": "Placement",
        "metadata": { "name": name, "namespace": namespace, "uid": format!("p-{namespace}-{name}") },
        "spec": spec,
    })
}

fn labels(equal: &Value, regions: std::ops::Range<u32>) -> Value {
    let regions: Vec<String> = regions.map(|region| format!("region-{region:02}")).collect();
    json!({
        "matchExpressions": [
            { "key": "region", "operator": "In", "values": regions },
            { "key": "gpu", "operator": "NotIn", "values": ["true"] },
        ],
        "matchLabels": equal,
    })
}

fn claims() -> Value {
    json!({ "matchExpressions": [
        { "key": "platform.open-cluster-management.io", "operator": "In", "values": ["AWS", "GCP"] },
        { "key": "product.open-cluster-management.io", "operator": "NotIn", "values": ["AKS"] },
    ] })
}

fn version_and_cpu() -> &'static str {
    concat!(
        r#"semver(managedCluster.metadata.labels["version"]).isGreaterThan(semver("1.28.0"))"#,
        r#" && quantity(managedCluster.status.allocatable["cpu"]).isGreaterThan(quantity("32"))"#
    )
}

fn built_in(name: &str, weight: i32) -> Value {
    json!({ "scoreCoordinate": { "builtIn": name, "type": "BuiltIn" }, "weight": weight })
}

fn demo(weight: i32) -> Value {
    json!({ "scoreCoordinate": { "addOn": { "resourceName": "demo", "scoreName": "demo" }, "type": "AddOn" }, "weight": weight })
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn every_name_leads_back() {
        for shape in Shape::ALL {
            assert_eq!(Shape::named(shape.name()), Some(shape));
        }
    }

    #[test]
    fn only_aall_selects_all() {
        let unbounded: Vec<_> = Shape::ALL.into_iter().filter(|s| s.spec().get("numberOfClusters").is_none()).collect();
        assert_eq!(unbounded, [Shape::Aall]);
    }

    #[test]
    fn without_cel_all_else_is_kept() {
        for shape in Shape::ALL {
            let mut spec = shape.spec();
            if let Some(selector) = spec.pointer_mut("/predicates/0/requiredClusterSelector") {
                selector.as_object_mut().unwrap().remove("celSelector");
            }
            let want = (!matches!(shape, Shape::D0 | Shape::D)).then_some(spec);
            assert_eq!(shape.without_cel(), want, "{shape:?}");
        }
    }

    #[test]
    fn cel_is_told() {
        for shape in Shape::ALL {
            assert_eq!(shape.spec().to_string().contains("celExpressions"), shape.needs_cel(), "{shape:?}");
        }
    }
}
