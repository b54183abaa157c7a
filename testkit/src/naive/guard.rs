//! GUARD-1, EXT-3, Q1, Q11: when the recorded decisions stay, and what is told about it.

use std::collections::BTreeMap;

use scheduler_core::{
    Condition, ConditionType, Difference, Entries, Fate, Group, Guard, Hold, Misconfigured, Outcome, Reason, Stage,
    Symbol, Warning,
};

use super::eligible::{Eligible, absences};
use super::{Answer, Pass, blank, prioritizers, select};

/// Why nothing is decided, or not to the end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stop {
    pub(crate) stage: Stage,
    /// `<plugin>:<message>` of a mistake in the spec, else what is wrong with our annotations.
    pub(crate) message: String,
    /// One of our annotations (EXT-3).
    pub(crate) policy: bool,
    /// What is recorded stays in profile `upstream` too: it panics there (Q1), or what it would answer is not known here (CEL).
    pub(crate) frozen: bool,
}

impl Stop {
    pub(crate) fn at(stage: Stage, plugin: &str, problem: &Misconfigured) -> Stop {
        let frozen = matches!(problem, Misconfigured::NegativeCount { .. } | Misconfigured::Cel);
        Stop { stage, message: format!("{plugin}:{problem}"), policy: false, frozen }
    }

    fn hold(&self) -> Hold {
        if self.policy { Hold::Policy(self.message.clone()) } else { Hold::Misconfigured(self.message.clone()) }
    }

    fn reason(&self) -> Reason {
        if self.policy {
            Reason::NotEvaluated(self.message.clone())
        } else {
            Reason::Misconfigured(self.message.clone())
        }
    }
}

/// Q11: nothing is evaluated or rendered, in any profile.
pub(crate) fn name_too_long(pass: &Pass<'_>) -> Option<Answer> {
    if pass.placement.key.name.len() <= 63 {
        return None;
    }
    let stop = Stop::at(Stage::Score, "", &Misconfigured::NameTooLong);
    let mut fates = BTreeMap::new();
    for cluster in pass.world.clusters.values().filter(|c| !c.deleting) {
        fates.insert(cluster.name.clone(), Fate::Rejected { stage: Stage::Score, reason: stop.reason() });
    }
    keep(pass, &stop, &mut fates);
    let mut decision = blank(&pass.placement.key);
    decision.warnings = told(pass);
    decision.conditions = vec![select::misconfigured(Some(&stop.message)), unmatched()];
    decision.outcome = Outcome::Held(stop.hold());
    Some(Answer { decision, fates, totals: Vec::new() })
}

/// EXT-3, and in a profile that holds every mistake of the spec, whether a stage would come to it or not (law 4).
pub(crate) fn invalid(pass: &Pass<'_>) -> Option<Stop> {
    if let (true, Err(problem)) = (pass.on(Difference::Ext), &pass.placement.extensions) {
        return Some(Stop { stage: Stage::Score, message: problem.clone(), policy: true, frozen: false });
    }
    let placement = pass.placement;
    let filter = |plugin: &str, e: &Misconfigured| Some(Stop::at(Stage::Filter(plugin.into()), plugin, e));
    if pass.on(Difference::Q3) {
        if let Err(e) = &placement.predicates {
            return filter("Predicate", e);
        }
        if let Err(e) = &placement.tolerations {
            return filter("TaintToleration", e);
        }
        if let Err(stop) = prioritizers::prioritizers(pass) {
            return Some(stop);
        }
        if let Err(e) = &placement.want {
            return Some(Stop::at(Stage::Select, "", e));
        }
    }
    match (&placement.groups.length, &placement.groups.invalid) {
        (Err(e), _) if pass.on(Difference::Q4) => Some(Stop::at(Stage::Select, "", e)),
        (Ok(_), Some(e)) if pass.on(Difference::Q5) => Some(Stop::at(Stage::Select, "", e)),
        _ => None,
    }
}

/// The recorded slices and counts stay; where nothing was ever served, one empty slice and upstream's conditions (GUARD-1).
///
/// `fates`: what the stages that ran made; `rejected` is counted from it.
pub(crate) fn hold(
    pass: &Pass<'_>,
    eligible: &Eligible,
    stop: &Stop,
    mut fates: BTreeMap<Symbol, Fate>,
    mut warnings: Vec<Warning>,
) -> Answer {
    let mut decision = blank(&pass.placement.key);
    decision.rejected = select::rejected(&fates);
    stop_here(eligible, stop, &mut fates);
    keep(pass, stop, &mut fates);
    decision.warnings = told(pass);
    decision.warnings.append(&mut warnings);
    let problem = (!stop.policy).then_some(stop.message.as_str());
    let is_new = pass.world.serves_nobody(&pass.placement.key);
    if is_new && pass.on(Difference::Q3) {
        let groups = vec![Group { name: Symbol::default(), entries: Entries::default() }];
        decision.outcome = Outcome::Placed { groups, selected: 0, shortfall: None };
        decision.conditions = select::conditions(pass, eligible, 0, 0, problem);
        decision.conditions.extend(policy_valid(pass));
    } else {
        decision.outcome = Outcome::Held(stop.hold());
        decision.conditions.extend(problem.map(|message| select::misconfigured(Some(message))));
        decision.conditions.extend(policy_valid(pass));
        decision.conditions.extend(stale(pass));
    }
    Answer { decision, fates, totals: Vec::new() }
}

/// What §4 finds is all that is known of the clusters when nothing is evaluated.
pub(crate) fn hold_unevaluated(pass: &Pass<'_>, eligible: &Eligible, stop: &Stop) -> Answer {
    hold(pass, eligible, stop, absences(pass.world, eligible), Vec::new())
}

/// Every candidate that no earlier stage took out falls with the stage that stopped.
pub(crate) fn stop_here(eligible: &Eligible, stop: &Stop, fates: &mut BTreeMap<Symbol, Fate>) {
    for name in &eligible.available {
        if !matches!(fates.get(name), Some(Fate::Rejected { .. })) {
            let fate = Fate::Rejected { stage: stop.stage.clone(), reason: stop.reason() };
            fates.insert(name.clone(), fate);
        }
    }
}

/// What stands stays, whatever it would have come to; but for what is being deleted.
fn keep(pass: &Pass<'_>, stop: &Stop, fates: &mut BTreeMap<Symbol, Fate>) {
    let own = pass.world.in_decision(&pass.placement.key);
    for cluster in pass.world.clusters.values().filter(|c| !c.deleting && own.contains(&c.name)) {
        let fate = Fate::Kept { by: Guard::FailStatic, would: stop.reason() };
        fates.insert(cluster.name.clone(), fate);
    }
}

/// EXT-3: told where there is anything of ours.
pub(crate) fn policy_valid(pass: &Pass<'_>) -> Option<Condition> {
    if !pass.on(Difference::Ext) {
        return None;
    }
    let kind = ConditionType::PolicyValid;
    match &pass.placement.extensions {
        Ok(extensions) if extensions.present => Some(select::condition(kind, true, "Valid", String::new())),
        Ok(_) => None,
        Err(problem) => Some(select::condition(kind, false, "InvalidAnnotation", problem.clone())),
    }
}

/// GUARD-1: dated once, with the last generation before the one that was first found wrong.
fn stale(pass: &Pass<'_>) -> Option<Condition> {
    let before = Some(pass.placement.generation - 1).filter(|generation| *generation > 0);
    let served = pass.placement.recorded.stale_since.or(before);
    let stale = select::condition(ConditionType::Stale, true, "Misconfigured", String::new());
    pass.on(Difference::Ext).then_some(Condition { observed_generation: served, ..stale })
}

/// What the border noticed is told in every profile.
pub(crate) fn told(pass: &Pass<'_>) -> Vec<Warning> {
    pass.placement.warnings.clone()
}

fn unmatched() -> Condition {
    let message = "No ManagedCluster matches any of the cluster predicate".to_owned();
    select::condition(ConditionType::Satisfied, false, "NoManagedClusterMatched", message)
}
