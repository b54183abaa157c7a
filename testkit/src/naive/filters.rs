//! §5 and §7: predicates, taints, and until when a toleration holds.

use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::placement::{Operator, Predicate, Requirement, Toleration, TolerationOperator};
use scheduler_core::{
    Cluster, Difference, Effect, Fate, Misconfigured, Mismatch, On, Reason, Stage, Symbol, Taint, Time,
};

use super::Pass;
use super::eligible::find;
use super::guard::Stop;

const PREDICATE: &str = "Predicate";
const TAINT_TOLERATION: &str = "TaintToleration";

/// §5: takes out what no predicate matches.
pub(crate) fn predicate(
    pass: &Pass<'_>,
    left: &mut BTreeSet<Symbol>,
    fates: &mut BTreeMap<Symbol, Fate>,
) -> Result<(), Stop> {
    if left.is_empty() {
        return Ok(()); // PRED-1: nothing is validated.
    }
    let predicates = pass.placement.predicates.as_ref().map_err(|e| stop(PREDICATE, e))?;
    if predicates.is_empty() {
        return Ok(());
    }
    for name in left.clone() {
        let cluster = &pass.world.clusters[&name];
        let mut misses = Vec::new();
        for (i, predicate) in predicates.iter().enumerate() {
            misses.extend(mismatch(i, predicate, cluster));
        }
        if misses.len() == predicates.len() {
            left.remove(&name);
            fates.insert(name, rejected(PREDICATE, Reason::Predicate(misses)));
        }
    }
    Ok(())
}

/// What fails first in one predicate, labels before claims (PRED-4).
fn mismatch(index: usize, predicate: &Predicate, cluster: &Cluster) -> Option<Mismatch> {
    for (on, requirements, pairs) in
        [(On::Label, &predicate.labels, &cluster.labels), (On::Claim, &predicate.claims, &cluster.claims)]
    {
        for requirement in requirements {
            let actual = find(pairs, &requirement.key);
            if !holds(requirement, actual.as_ref()) {
                return Some(Mismatch { predicate: index, on, requirement: requirement.clone(), actual });
            }
        }
    }
    None
}

/// SEL-2.
fn holds(requirement: &Requirement, actual: Option<&Symbol>) -> bool {
    match (&requirement.operator, actual) {
        (Operator::In(_), None) => false,
        (Operator::In(values), Some(value)) => values.contains(value),
        (Operator::NotIn(_), None) => true,
        (Operator::NotIn(values), Some(value)) => !values.contains(value),
        (Operator::Exists, value) => value.is_some(),
        (Operator::DoesNotExist, value) => value.is_none(),
    }
}

/// Whether a cluster satisfies both parts of a group's selector (GRP-10).
pub(crate) fn satisfies(selector: &Predicate, cluster: &Cluster) -> bool {
    mismatch(0, selector, cluster).is_none()
}

/// §7: takes out what bears a taint that is not tolerated.
pub(crate) fn taint_toleration(
    pass: &Pass<'_>,
    left: &mut BTreeSet<Symbol>,
    fates: &mut BTreeMap<Symbol, Fate>,
) -> Result<(), Stop> {
    if left.is_empty() {
        return Ok(()); // TAINT-1
    }
    let tolerations = pass.placement.tolerations.as_ref().map_err(|e| stop(TAINT_TOLERATION, e))?;
    let own = pass.world.in_decision(&pass.placement.key);
    for name in left.clone() {
        let cluster = &pass.world.clusters[&name];
        for taint in &cluster.taints {
            if let Tolerated::No { ended } = tolerated(pass, taint, tolerations, own.contains(&name)) {
                left.remove(&name);
                let reason = Reason::Taint { taint: taint.clone(), ended };
                fates.insert(name, rejected(TAINT_TOLERATION, reason));
                break;
            }
        }
    }
    Ok(())
}

/// Whether, and for how long, one taint is tolerated.
enum Tolerated {
    /// Until that time; `None`: for ever.
    Until(Option<Time>),
    /// Not; a toleration that matches ended then, of several the last to end.
    No { ended: Option<Time> },
}

fn tolerated(pass: &Pass<'_>, taint: &Taint, tolerations: &[Toleration], in_decision: bool) -> Tolerated {
    match taint.effect {
        Effect::PreferNoSelect => return Tolerated::Until(None), // TAINT-4
        Effect::NoSelectIfNew if in_decision => return Tolerated::Until(None), // TAINT-5
        _ => {}
    }
    let mut ended = None;
    for toleration in tolerations.iter().filter(|t| toleration_matches(t, taint)) {
        let Some(seconds) = toleration.seconds else {
            return Tolerated::Until(None);
        };
        // TAINT-7: an absent time is so long ago that every finite toleration has ended.
        let Some(expiry) = taint.time_added.map(|added| expiry(pass, added, seconds)) else { continue };
        if pass.now < expiry {
            return Tolerated::Until(Some(expiry));
        }
        ended = ended.max(Some(expiry)); // TAINT-8
    }
    Tolerated::No { ended }
}

/// TAINT-6.
fn toleration_matches(toleration: &Toleration, taint: &Taint) -> bool {
    let effect = toleration.effect.as_ref().is_none_or(|e| e.is_empty() || e.as_str() == taint.effect.as_str());
    let key = toleration.key.as_ref().is_none_or(|k| k.is_empty() || *k == taint.key);
    let value = match &toleration.operator {
        TolerationOperator::Exists => true,
        TolerationOperator::Equal => toleration.value == taint.value,
        TolerationOperator::Unknown(_) => false,
    };
    effect && key && value
}

/// Q18: nanoseconds in 64 bits that wrap around, or exact.
fn expiry(pass: &Pass<'_>, added: Time, seconds: i64) -> Time {
    let exact = i128::from(seconds) * 1_000_000_000;
    let (low, high) = (i128::from(i64::MIN), i128::from(i64::MAX));
    // Two's complement: what is left modulo 2^64, seen as signed.
    let wrapped = (exact - low).rem_euclid(high - low + 1) + low;
    let nanos = if pass.on(Difference::Q18) { exact } else { wrapped };
    Time::from_unix_nanos(added.unix_nanos() + nanos)
}

/// TAINT-9: when time alone may take away what stood before this pass.
pub(crate) fn requeue_at(pass: &Pass<'_>) -> Option<Time> {
    let tolerations = pass.placement.tolerations.as_ref().ok()?;
    let mut earliest: Option<Time> = None;
    for name in pass.world.in_decision(&pass.placement.key) {
        let Some(cluster) = pass.world.clusters.get(&name) else { continue };
        let of_taints: Vec<Tolerated> = cluster.taints.iter().map(|t| tolerated(pass, t, tolerations, true)).collect();
        if of_taints.iter().any(|t| matches!(t, Tolerated::No { .. })) {
            continue;
        }
        for until in of_taints {
            if let Tolerated::Until(Some(at)) = until {
                earliest = Some(earliest.map_or(at, |e| e.min(at)));
            }
        }
    }
    earliest
}

pub(crate) fn rejected(stage: &str, reason: Reason) -> Fate {
    Fate::Rejected { stage: Stage::Filter(stage.into()), reason }
}

fn stop(plugin: &str, problem: &Misconfigured) -> Stop {
    Stop::at(Stage::Filter(plugin.into()), plugin, problem)
}
