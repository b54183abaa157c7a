//! The recorded fleet of 10,000 clusters, and what upstream answers for each shape of placement on it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use api::{facts, kinds};
use scheduler_core::{Fact, Fate, PlacementKey, Stage};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::lines;
use crate::engine::Answered;

/// What upstream answers for one shape.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Expected {
    /// Best first.
    pub selected: Vec<String>,
    /// Of the selected; nothing where too many were selected to record them.
    pub totals: BTreeMap<String, i64>,
    /// How many clusters are left after each filter, named as the filters so far.
    pub survivors: BTreeMap<String, usize>,
}

/// Reads the fleet: one object a line, as recorded, no default applied.
///
/// # Errors
/// The file cannot be read, or a line is no object of a kind that matters.
pub fn read(path: &Path) -> Result<Vec<Fact>> {
    lines(path)?.enumerate().map(|(i, line)| fact(&line?).with_context(|| format!("line {}", i + 1))).collect()
}

fn fact(line: &str) -> Result<Fact> {
    #[derive(Deserialize)]
    struct Kind<'a> {
        kind: &'a str,
    }
    fn typed<T: DeserializeOwned>(line: &str) -> Result<T> {
        Ok(serde_json::from_str(line)?)
    }
    let Kind { kind } = serde_json::from_str(line)?;
    Ok(match kind {
        "ManagedCluster" => Fact::Cluster(facts::cluster(&typed(line)?).0),
        "ManagedClusterSet" => Fact::Set(facts::set(&typed(line)?)),
        "ManagedClusterSetBinding" => Fact::Binding(facts::binding(&typed(line)?)),
        "PlacementDecision" => Fact::Slice(facts::slice(&typed(line)?)),
        "AddOnPlacementScore" => Fact::Score(facts::score(&typed(line)?).0),
        "Placement" => Fact::Placement(Box::new(facts::placement(&typed::<kinds::Placement>(line)?).0)),
        other => bail!("kind `{other}`"),
    })
}

/// What upstream answers, by shape.
///
/// # Errors
/// The file cannot be read.
pub fn expected(path: &Path) -> Result<BTreeMap<String, Expected>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// The key of a shape.
#[must_use]
pub fn key(shape: &str) -> PlacementKey {
    PlacementKey { namespace: "ns-0".into(), name: shape.into() }
}

/// An answer in the recorded form; totals where `like` has them.
#[must_use]
pub fn told(answered: &Answered, like: &Expected) -> Expected {
    let mut selected = Vec::new();
    let mut totals = BTreeMap::new();
    let (mut after_predicate, mut after_taints) = (0, 0);
    for (name, fate) in &answered.fates {
        match fate {
            Fate::Rejected { stage: Stage::Filter(filter), .. } => {
                after_predicate += usize::from(*filter != "Predicate");
            }
            Fate::Ranked { selected: chosen, rank, parts, .. } => {
                after_predicate += 1;
                after_taints += 1;
                if *chosen {
                    selected.push((*rank, name.to_string()));
                    totals.insert(name.to_string(), parts.iter().map(scheduler_core::Part::product).sum());
                }
            }
            _ => {}
        }
    }
    selected.sort();
    if like.totals.is_empty() {
        totals.clear();
    }
    let survivors = [("Predicate", after_predicate), ("Predicate,TaintToleration", after_taints)];
    Expected {
        selected: selected.into_iter().map(|(_, name)| name).collect(),
        totals,
        survivors: survivors.map(|(name, n)| (name.to_owned(), n)).into(),
    }
}
