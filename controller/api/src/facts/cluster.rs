//! ManagedCluster to fact.

use std::collections::BTreeMap;

use scheduler_core::{Cluster, Effect, Quantity, Symbol, Taint};

use super::{Problem, last_of_each, pairs, symbol, time};
use crate::kinds;

/// A cluster as the engine knows it, and what had to be left out.
#[must_use]
pub fn cluster(from: &kinds::ManagedCluster) -> (Cluster, Vec<Problem>) {
    let mut problems = Vec::new();
    let claims = from.status.cluster_claims.iter().map(|c| (symbol(&c.name), symbol(&c.value)));
    let cluster = Cluster {
        name: from.metadata.name.as_str().into(),
        deleting: from.metadata.deletion_timestamp.is_some(),
        labels: pairs(&from.metadata.labels),
        claims: last_of_each(claims.collect()),
        taints: taints(&from.spec.taints, &mut problems),
        allocatable: quantities("allocatable", &from.status.allocatable, &mut problems),
        capacity: quantities("capacity", &from.status.capacity, &mut problems),
    };
    (cluster, problems)
}

fn taints(from: &[kinds::Taint], problems: &mut Vec<Problem>) -> Vec<Taint> {
    let mut taint = |(i, from): (usize, &kinds::Taint)| {
        let effect = Effect::from(from.effect.as_str());
        if effect == Effect::PreferNoSelect {
            problems.push(Problem::PreferNoSelect { taint: i });
        }
        Taint {
            key: symbol(&from.key),
            value: symbol(&from.value),
            effect,
            time_added: time(from.time_added.as_ref(), || format!("spec.taints[{i}].timeAdded"), problems),
        }
    };
    from.iter().enumerate().map(&mut taint).collect()
}

/// What cannot be parsed is absent, for that resource only (Q32).
fn quantities(
    field: &'static str,
    from: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) -> Vec<(Symbol, Quantity)> {
    let mut quantity = |(resource, value): (&String, &String)| match Quantity::parse(value) {
        Ok(quantity) => Some((symbol(resource), quantity)),
        Err(error) => {
            problems.push(Problem::Quantity { field, resource: resource.clone(), value: value.clone(), error });
            None
        }
    };
    from.iter().filter_map(&mut quantity).collect()
}

#[cfg(test)]
mod tests;
