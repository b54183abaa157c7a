//! Engine against oracle, field by field, so that a difference can be read.

use std::collections::BTreeSet;
use std::fmt::Debug;

use scheduler_core::{Condition, ConditionType, Decision, Outcome, Symbol};

use crate::engine::Answered;
use crate::naive;

/// Everything in which the two differ. The wording of our own conditions is the engine's alone.
#[must_use]
pub fn disagreements(engine: &Answered, oracle: &naive::Answer) -> Vec<String> {
    let mut found = Vec::new();
    let (ours, theirs) = (&engine.decision, &oracle.decision);
    check("outcome", &ours.outcome, &theirs.outcome, &mut found);
    check("conditions", &conditions(ours), &conditions(theirs), &mut found);
    check("warnings", &ours.warnings, &theirs.warnings, &mut found);
    check("rejected", &ours.rejected, &theirs.rejected, &mut found);
    check("scored", &ours.scored, &theirs.scored, &mut found);
    check("remember", &ours.remember, &theirs.remember, &mut found);
    check("requeue_at", &ours.requeue_at, &theirs.requeue_at, &mut found);
    if ours.outcome == Outcome::Untouched {
        return found;
    }
    let names: BTreeSet<&Symbol> = engine.fates.keys().chain(oracle.fates.keys()).collect();
    for name in names {
        check(&format!("fate of {name}"), &engine.fates.get(name), &oracle.fates.get(name), &mut found);
    }
    found
}

fn check<T: PartialEq + Debug>(what: &str, engine: &T, oracle: &T, found: &mut Vec<String>) {
    if engine != oracle {
        found.push(format!("{what}\n  engine {engine:?}\n  oracle {oracle:?}"));
    }
}

fn conditions(decision: &Decision) -> Vec<Condition> {
    let told = |c: &Condition| {
        let is_upstreams = matches!(c.kind, ConditionType::Misconfigured | ConditionType::Satisfied);
        let message = if is_upstreams { c.message.clone() } else { String::new() };
        Condition { message, ..c.clone() }
    };
    decision.conditions.iter().map(told).collect()
}
