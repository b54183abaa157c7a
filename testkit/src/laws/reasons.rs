//! Law 5: every stated reason rejects on its own.

use scheduler_core::placement::PrioritizerPolicy;
use scheduler_core::{Cluster, Fact, Fate, ManagedClusterSet, On, Placement, Reason, Selector, Stage, Time, Want};

use crate::{engine, generate, naive};

/// Each rejected cluster, stripped of all that its reason does not name, is still rejected by the same stage.
#[must_use]
pub fn the_reason_alone_rejects(facts: &[Fact], profile: &str, now: Time) -> Vec<String> {
    let key = generate::key();
    let world = naive::World::of(facts);
    let mut broken = Vec::new();
    for (name, fate) in engine::schedule(facts, profile, &key, now).fates {
        let Fate::Rejected { stage: Stage::Filter(stage), reason } = fate else { continue };
        let Some(stripped) = only_what_is_named(&world.clusters[&name], &reason) else { continue };
        let alone = everybody_bound(facts, &stripped);
        let again = engine::schedule(&alone, profile, &key, now).fates.remove(&name);
        let same = matches!(&again, Some(Fate::Rejected { stage: Stage::Filter(s), .. }) if *s == stage);
        if !same {
            broken.push(format!("{name}: rejected for `{reason}`, but with that alone it is {again:?}"));
        }
    }
    broken
}

/// A cluster with nothing but the values that a reason states.
fn only_what_is_named(cluster: &Cluster, reason: &Reason) -> Option<Cluster> {
    let mut stripped = Cluster { name: cluster.name.clone(), ..Cluster::default() };
    match reason {
        Reason::Predicate(mismatches) => {
            for mismatch in mismatches {
                let Some(actual) = &mismatch.actual else { continue };
                let pairs = match mismatch.on {
                    On::Label => &mut stripped.labels,
                    On::Claim => &mut stripped.claims,
                };
                pairs.push((mismatch.requirement.key.clone(), actual.clone()));
            }
            stripped.labels.sort();
            stripped.labels.dedup();
            stripped.claims.sort();
            stripped.claims.dedup();
        }
        Reason::Taint { taint, .. } => {
            // Predicates are asked first, so what they read stays.
            stripped = Cluster { taints: vec![taint.clone()], ..cluster.clone() };
        }
        _ => return None,
    }
    Some(stripped)
}

/// The same placement and what stands, over this cluster alone, in sets that hold everybody. Mistakes in other sections are
/// mended: which of them a pass comes to depends on the other clusters.
fn everybody_bound(facts: &[Fact], cluster: &Cluster) -> Vec<Fact> {
    let keep = |fact: &Fact| match fact {
        Fact::Cluster(_) | Fact::Score(_) => None,
        Fact::Set(set) => Some(Fact::Set(ManagedClusterSet { name: set.name.clone(), members: Ok(Selector::All) })),
        Fact::Placement(placement) => Some(Fact::Placement(Box::new(mended(placement)))),
        other => Some(other.clone()),
    };
    let mut alone: Vec<Fact> = facts.iter().filter_map(keep).collect();
    alone.push(Fact::Cluster(cluster.clone()));
    alone
}

fn mended(placement: &Placement) -> Placement {
    let mut mended = placement.clone();
    mended.want = mended.want.or(Ok(Want::All));
    mended.tolerations = mended.tolerations.or(Ok(Vec::new()));
    mended.policy = mended.policy.or_else(|_| Ok(PrioritizerPolicy::default()));
    mended
}
