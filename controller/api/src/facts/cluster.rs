//! ManagedCluster to fact.

use std::collections::BTreeMap;

use scheduler_core::{Cluster, Effect, Quantity, Symbol, Taint};

use super::{Problem, last_of_each, pairs, time};
use crate::kinds::{self, Text};

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A cluster as the engine knows it, and what had to be left out.
#[must_use]
pub fn cluster(from: &kinds::ManagedCluster) -> (Cluster, Vec<Problem>) {
    let mut problems = Vec::new();
    let conditions = from.status.conditions.iter().map(|c| (c.r#type.symbol(), c.status.symbol()));
    let claims = from.status.cluster_claims.iter().map(|c| (c.name.symbol(), c.value.symbol()));
    let cluster = Cluster {
        name: from.metadata.name.as_str().into(),
        deleting: from.metadata.deletion_timestamp.is_some(),
        labels: pairs(&from.metadata.labels),
        annotations: annotations(&from.metadata.annotations),
        claims: last_of_each(claims.collect()),
        taints: taints(&from.spec.taints, &mut problems),
        allocatable: quantities("allocatable", &from.status.allocatable, &mut problems),
        capacity: quantities("capacity", &from.status.capacity, &mut problems),
        conditions: last_of_each(conditions.collect()),
    };
    (cluster, problems)
}

/// All but the copy of the whole object that `kubectl apply` leaves: it says nothing of its own, and is another text for
/// every cluster.
fn annotations(from: &BTreeMap<Text, Text>) -> Vec<(Symbol, Symbol)> {
    let says = |(name, _): &(&Text, &Text)| name.as_str() != LAST_APPLIED;
    from.iter().filter(says).map(|(name, value)| (name.symbol(), value.symbol())).collect()
}

fn taints(from: &[kinds::Taint], problems: &mut Vec<Problem>) -> Vec<Taint> {
    let mut taint = |(i, from): (usize, &kinds::Taint)| {
        let effect = Effect::from(&*from.effect);
        if effect == Effect::PreferNoSelect {
            problems.push(Problem::PreferNoSelect { taint: i });
        }
        Taint {
            key: from.key.symbol(),
            value: from.value.symbol(),
            effect,
            time_added: time(from.time_added.as_ref(), || format!("spec.taints[{i}].timeAdded"), problems),
        }
    };
    from.iter().enumerate().map(&mut taint).collect()
}

/// What cannot be parsed is absent, for that resource only (Q32).
fn quantities(
    field: &'static str,
    from: &BTreeMap<Text, String>,
    problems: &mut Vec<Problem>,
) -> Vec<(Symbol, Quantity)> {
    let mut quantity = |(resource, value): (&Text, &String)| match Quantity::parse(value) {
        Ok(quantity) => Some((resource.symbol(), quantity)),
        Err(error) => {
            problems.push(Problem::Quantity { field, resource: resource.to_string(), value: value.clone(), error });
            None
        }
    };
    from.iter().filter_map(&mut quantity).collect()
}

#[cfg(test)]
mod tests;
