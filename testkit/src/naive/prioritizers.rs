//! §8: which prioritizers with which weights, and what each says.

use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::placement::{Configuration, Mode};
use scheduler_core::{Coordinate, Misconfigured, Placement, Stage, Symbol, Warning};

use super::guard::Stop;
use super::{Pass, Rules, outside};

/// One prioritizer's answer: absent is not 0 (PRIO-50).
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) coordinate: Coordinate,
    pub(crate) weight: i32,
    pub(crate) scores: BTreeMap<Symbol, i32>,
    /// Those that count as 0 for want of a valid score.
    pub(crate) untold: BTreeSet<Symbol>,
}

/// PRIO-1 to PRIO-7: the prioritizers that run, in the order Balance, Steady, then as configured (Q26).
///
/// # Errors
/// The first mistake in that order.
pub fn weights(placement: &Placement, rules: &Rules) -> Result<Vec<(Coordinate, i32)>, Misconfigured> {
    let policy = placement.policy.clone()?;
    // Who overrides whom: entries with an `addOn` stanza nobody (PRIO-12).
    let mut entries: Vec<Configuration> = Vec::new();
    if policy.mode == Mode::Additive {
        for (coordinate, weight) in &rules.weights {
            entries.push(Configuration { coordinate: Ok(coordinate.clone()), apart: false, weight: *weight });
        }
    }
    for configuration in policy.configurations {
        let same = |e: &&mut Configuration| !e.apart && e.coordinate == configuration.coordinate;
        match entries.iter_mut().find(same) {
            Some(entry) if !configuration.apart => entry.weight = configuration.weight,
            _ => entries.push(configuration),
        }
    }
    // Q26: the defaults, then configuration order; an entry keeps the place where it first stood.
    let mut running = Vec::new();
    for entry in entries.into_iter().filter(|e| e.weight != 0) {
        match entry.coordinate {
            Err(_) => return Err(Misconfigured::NoAddOn), // PRIO-5
            Ok(Coordinate::BuiltIn(name)) if !BUILT_IN.contains(&name.as_str()) => {
                return Err(Misconfigured::Prioritizer { name }); // PRIO-4
            }
            Ok(coordinate) => running.push((coordinate, entry.weight)),
        }
    }
    Ok(running)
}

const BUILT_IN: [&str; 4] = ["Balance", "Steady", "ResourceAllocatableCPU", "ResourceAllocatableMemory"];

/// The prioritizers of this pass; their mistakes carry no plugin's name (PRIO-6).
pub(crate) fn prioritizers(pass: &Pass<'_>) -> Result<Vec<(Coordinate, i32)>, Stop> {
    weights(pass.placement, pass.rules).map_err(|e| Stop::at(Stage::Score, "", &e))
}

/// Every prioritizer over the filtered clusters.
pub(crate) fn score(
    pass: &Pass<'_>,
    prioritizers: &[(Coordinate, i32)],
    left: &BTreeSet<Symbol>,
    warnings: &mut Vec<Warning>,
) -> Vec<Column> {
    let mut columns = Vec::new();
    for (coordinate, weight) in prioritizers {
        let mut untold = BTreeSet::new();
        let scores = match coordinate {
            Coordinate::AddOn { resource, score } if outside::is_outsider(pass, resource) => {
                outside::score(pass, score, left)
            }
            Coordinate::AddOn { resource, score } => {
                let AddOn { scores, expired, unscored } = add_on(pass, resource, score, left);
                if !expired.is_empty() {
                    warnings.push(expired_scores(resource, score, expired));
                }
                untold = unscored;
                scores
            }
            Coordinate::BuiltIn(name) => match name.as_str() {
                "Balance" => balance(pass, left),
                "Steady" => steady(pass, left),
                "ResourceAllocatableCPU" => resource(pass, "cpu", left),
                _ => resource(pass, "memory", left),
            },
        };
        columns.push(Column { coordinate: coordinate.clone(), weight: *weight, scores, untold });
    }
    columns
}

/// §8.3.
fn balance(pass: &Pass<'_>, left: &BTreeSet<Symbol>) -> BTreeMap<Symbol, i32> {
    let counts = pass.world.counts_elsewhere(&pass.placement.key);
    let max = counts.values().copied().max().unwrap_or(0);
    let score = |name: &Symbol| match counts.get(name) {
        None => 100,
        // PRIO-31: truncated, then doubled.
        Some(&count) => 2 * ((100.0 * (0.5 - f64::from(count) / f64::from(max))) as i32),
    };
    left.iter().map(|name| (name.clone(), score(name))).collect()
}

/// §8.4.
fn steady(pass: &Pass<'_>, left: &BTreeSet<Symbol>) -> BTreeMap<Symbol, i32> {
    let own = pass.world.in_decision(&pass.placement.key);
    left.iter().map(|name| (name.clone(), if own.contains(name) { 100 } else { 0 })).collect()
}

/// §8.5.
fn resource(pass: &Pass<'_>, which: &str, left: &BTreeSet<Symbol>) -> BTreeMap<Symbol, i32> {
    let mut amounts = BTreeMap::new();
    for name in left {
        let cluster = &pass.world.clusters[name];
        let amount = |of: &[(Symbol, scheduler_core::Quantity)]| {
            of.iter().find(|(r, _)| *r == which).and_then(|(_, q)| q.approximate()) // PRIO-53: not finite, absent
        };
        if let (Some(allocatable), Some(_)) = (amount(&cluster.allocatable), amount(&cluster.capacity)) {
            amounts.insert(name.clone(), allocatable);
        }
    }
    let min = amounts.values().copied().fold(f64::INFINITY, f64::min);
    let max = amounts.values().copied().fold(f64::NEG_INFINITY, f64::max);
    let score = |a: f64| {
        if max - min == 0.0 {
            return 100;
        }
        let ratio = (a - min) / (max - min);
        ((ratio - 0.5) * 2.0 * 100.0) as i32 // PRIO-52
    };
    amounts.into_iter().map(|(name, a)| (name, score(a))).collect()
}

/// What §8.6 finds.
#[derive(Default)]
struct AddOn {
    scores: BTreeMap<Symbol, i32>,
    /// In name order.
    expired: Vec<Symbol>,
    /// Those that count as 0 for want of a valid score (PRIO-60, PRIO-61).
    unscored: BTreeSet<Symbol>,
}

fn add_on(pass: &Pass<'_>, resource: &Symbol, score: &Symbol, left: &BTreeSet<Symbol>) -> AddOn {
    let mut answer = AddOn::default();
    for name in left {
        let found = pass.world.scores.get(&(name.clone(), resource.clone()));
        let is_expired = found.is_some_and(|s| s.valid_until.is_some_and(|until| pass.now > until)); // PRIO-61
        if is_expired {
            answer.expired.push(name.clone());
        }
        let item = found.filter(|_| !is_expired).and_then(|s| s.scores.iter().rev().find(|(n, _)| n == score));
        if item.is_none() {
            answer.unscored.insert(name.clone());
        }
        answer.scores.insert(name.clone(), item.map_or(0, |(_, value)| *value));
    }
    answer
}

fn expired_scores(resource: &Symbol, score: &Symbol, mut expired: Vec<Symbol>) -> Warning {
    let more = expired.len().saturating_sub(Warning::EXPIRED_MAX);
    expired.truncate(Warning::EXPIRED_MAX);
    let more = u32::try_from(more).unwrap_or(u32::MAX);
    Warning::ExpiredScores { resource: resource.clone(), score: score.clone(), clusters: expired, more }
}
