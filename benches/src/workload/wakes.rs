//! How precisely changes wake: of all placements that are decided again, how many get another answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use testkit::{
    fleet::{Churn, Mix},
    scheduler_core::{Condition, Decision, Fact, Index, PlacementKey, Stage, Symbol},
};

use super::CLUSTERS;
use crate::world::{self, NOW, SEED};

/// Random changes that are counted over.
const CHANGES: usize = 300;
/// How often at most everything is decided again before that, so that no answer is another because counts had moved.
const SETTLED: usize = 5;

/// What random changes of one cluster did to a hub.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wakes {
    /// How many changes.
    pub changes: usize,
    /// Placements that were decided again.
    pub woken: usize,
    /// Those whose answer was another: the selection, how many each stage rejected, or a condition. Scores are left out,
    /// because each decision moves the counts that others are balanced by.
    pub answers: usize,
    /// Those whose selection was another.
    pub selections: usize,
}

/// What is compared of a decision.
#[derive(PartialEq)]
struct Answer {
    selection: Vec<Symbol>,
    rejected: Vec<(Stage, u32)>,
    conditions: Vec<Condition>,
}

impl From<Decision> for Answer {
    fn from(decision: Decision) -> Answer {
        let selection = decision.entries().map(|entry| entry.cluster.clone()).collect();
        Answer { selection, rejected: decision.rejected, conditions: decision.conditions }
    }
}

/// Random changes of a hub of placements that do not share selectors.
pub fn count(placements: u32) -> Wakes {
    let fleet = world::facts(CLUSTERS, 0).into_iter().filter(|fact| !matches!(fact, Fact::Placement(_)));
    let facts: Vec<Fact> = fleet.chain(world::placements(CLUSTERS, placements, Mix::Varied)).collect();
    let mut index = world::index(&facts);
    let mut stands = BTreeMap::new();
    for _ in 0..SETTLED {
        if step(&mut index, &mut stands).answers == 0 {
            break;
        }
        stands.keys().for_each(|key| index.wake(key));
    }
    step(&mut index, &mut stands);
    let mut wakes = Wakes::default();
    for change in Churn::new(&facts, SEED).take(CHANGES) {
        index.apply(change.after);
        let Wakes { woken, answers, selections, .. } = step(&mut index, &mut stands);
        wakes.changes += 1;
        wakes.woken += woken;
        wakes.answers += answers;
        wakes.selections += selections;
    }
    wakes
}

fn step(index: &mut Index, stands: &mut BTreeMap<PlacementKey, Answer>) -> Wakes {
    let mut wakes = Wakes::default();
    index.step(NOW, usize::MAX, &mut |_, _, decision| {
        let (key, answer) = (decision.placement.clone(), Answer::from(decision));
        let before = stands.get(&key);
        wakes.woken += 1;
        wakes.answers += usize::from(before != Some(&answer));
        wakes.selections += usize::from(before.is_none_or(|before| before.selection != answer.selection));
        stands.insert(key, answer);
    });
    wakes
}
