//! Stage guard: what becomes of the recorded decision when a pass stops before its end (law 4, GUARD-1).

use super::trail::{Stopped, Trail};
use super::{Placed, Run, conditions, group};
use crate::index::Snapshot;
use crate::{
    Condition, Decision, Difference, Entries, FailurePolicy, Fault, Group, Hold, Misconfigured, Outcome, PlacementKey,
    PluginError, Reason, Stage, Warning,
};

/// Why a pass stopped before its end.
pub(super) enum Stop {
    /// SYNC-2 to SYNC-4: nothing is written.
    Untouched(Warning),
    /// FLOW-2: the spec is wrong, `<plugin>:<message>`.
    Misconfigured { stage: Stage, message: String },
    /// The spec is wrong or beyond this version, and all stays as it was in every profile: upstream panics here (Q1), or what
    /// it would answer is not known here (CEL), or has no such thing (plugins from outside).
    Frozen { stage: Stage, message: String },
    /// Q11.
    NameTooLong,
    /// EXT-3.
    Policy(String),
    /// A plugin whose policy is `Keep` failed.
    Plugin { stage: Stage, message: String },
}

impl Stop {
    pub(super) fn misconfigured(stage: Stage, plugin: &str, problem: &Misconfigured) -> Self {
        let message = format!("{plugin}:{problem}");
        match problem {
            Misconfigured::NegativeCount { .. } | Misconfigured::Cel | Misconfigured::Plugin(_) => {
                Stop::Frozen { stage, message }
            }
            _ => Stop::Misconfigured { stage, message },
        }
    }
}

/// A plugin that has no answer.
pub(super) struct Failed<'a> {
    pub(super) stage: Stage,
    pub(super) plugin: &'a str,
    pub(super) policy: FailurePolicy,
    /// The error as conditions tell it.
    pub(super) told: String,
    pub(super) error: PluginError,
}

/// What a stop means for the conditions, besides the decision itself.
struct Halt {
    hold: Hold,
    /// Upstream's Misconfigured message, where the spec is wrong.
    problem: Option<String>,
    /// Whether a new placement gets its one empty slice.
    serves_empty: bool,
}

impl Run<'_> {
    /// What becomes of a pass whose plugin has no answer: it goes on without it only where the policy says so.
    pub(super) fn failed(&mut self, failed: Failed<'_>) -> Result<(), Stop> {
        let Failed { stage, plugin, policy, told, error } = failed;
        self.trail.retry_at = self.trail.retry_at.into_iter().chain(error.retry_at).min();
        match (error.fault, policy) {
            (Fault::Misconfigured, _) => Err(Stop::Frozen { stage, message: format!("{plugin}:{error}") }),
            (Fault::Broken, FailurePolicy::Keep) => Err(Stop::Plugin { stage, message: told }),
            (Fault::Broken, FailurePolicy::Neutral) => {
                self.degraded.push(told);
                Ok(())
            }
        }
    }

    /// Law 4: the first mistake in a spec, in the order of the stages, whether a stage would come to it or not. Reported before
    /// anything is evaluated (GUARD-1) where its difference is on.
    pub(super) fn mistake(&self) -> Result<(), Stop> {
        let groups = &self.p.groups;
        if self.has(Difference::Q3) {
            for filter in &self.compiled.filters {
                if let Err(problem) = &filter.filter {
                    return Err(Stop::misconfigured(Stage::Filter(filter.name.clone()), &filter.name, problem));
                }
            }
            self.compiled.prioritizers.as_ref().map_err(|problem| Stop::misconfigured(Stage::Score, "", problem))?;
            self.p.want.as_ref().map_err(|problem| Stop::misconfigured(Stage::Select, "", problem))?;
        }
        match (&groups.length, &groups.invalid) {
            (Err(problem), _) if self.has(Difference::Q4) => Err(Stop::misconfigured(Stage::Select, "", problem)),
            (Ok(_), Some(problem)) if self.has(Difference::Q5) => Err(Stop::misconfigured(Stage::Select, "", problem)),
            _ => Ok(()),
        }
    }

    /// The answer of a pass, however it ended.
    pub(super) fn decision(&mut self, answer: Result<Placed, Stop>) -> Decision {
        let stop = match answer {
            Ok(placed) => return self.placed(placed),
            Err(stop) => stop,
        };
        let ours = self.has(Difference::Ext);
        match stop {
            Stop::Untouched(warning) => {
                self.trail.stop = Some(Stopped::untouched(&warning.to_string()));
                self.warnings.push(warning);
                Decision::untouched(self.p.key.clone(), std::mem::take(&mut self.warnings))
            }
            Stop::Misconfigured { stage, message } => {
                // The group strategy has switches of its own, asked before it stops a pass.
                let keep = stage == Stage::Select || self.has(Difference::Q3);
                self.stopped(stage, Reason::Misconfigured(message.clone()), keep);
                if keep {
                    let hold = Hold::Misconfigured(message.clone());
                    return self.held(Halt { hold, problem: Some(message), serves_empty: true });
                }
                self.emptied(message)
            }
            Stop::Frozen { stage, message } => {
                self.stopped(stage, Reason::Misconfigured(message.clone()), true);
                let hold = Hold::Misconfigured(message.clone());
                self.held(Halt { hold, problem: Some(message), serves_empty: self.has(Difference::Q3) })
            }
            Stop::NameTooLong => {
                let message = format!(":{}", Misconfigured::NameTooLong);
                self.stopped(Stage::Score, Reason::Misconfigured(message.clone()), true);
                let conditions = vec![conditions::misconfigured(Some(&message)), conditions::none_matched()];
                self.hold(Hold::Misconfigured(message), conditions)
            }
            Stop::Policy(problem) => {
                self.stopped(Stage::Score, Reason::NotEvaluated(problem.clone()), true);
                self.held(Halt { hold: Hold::Policy(problem), problem: None, serves_empty: true })
            }
            Stop::Plugin { stage, message } => {
                self.stopped(stage, Reason::NotEvaluated(message.clone()), true);
                self.held(Halt { hold: Hold::Plugin(message), problem: None, serves_empty: ours })
            }
        }
    }

    fn stopped(&mut self, stage: Stage, reason: Reason, held: bool) {
        self.trail.scored.clear();
        self.trail.selected.clear();
        self.trail.stop = Some(Stopped { stage, reason, held });
    }

    /// What is recorded stays; where nothing is, one empty slice (GUARD-1, C7).
    fn held(&mut self, halt: Halt) -> Decision {
        let new = self.standing.is_none_or(|standing| standing.is_nobody(&self.p.key));
        if new && halt.serves_empty {
            let ours = match halt.hold {
                Hold::Misconfigured(_) => self.policy_condition(),
                Hold::Policy(problem) => Some(conditions::invalid_policy(problem)),
                // Nothing else would say that the empty slice is no answer.
                Hold::Plugin(message) => Some(conditions::stale(self.p, "PluginFailed", &message)),
                Hold::Panic(message) => Some(conditions::stale(self.p, "InternalFault", &message)),
            };
            return self.emptied_with(vec![group::empty()], halt.problem.as_deref(), ours);
        }
        let mut conditions: Vec<Condition> = Vec::new();
        conditions.extend(halt.problem.as_deref().map(|message| conditions::misconfigured(Some(message))));
        if self.has(Difference::Ext) {
            let (policy, reason, why) = match &halt.hold {
                Hold::Policy(problem) => (Some(conditions::invalid_policy(problem.clone())), "Misconfigured", problem),
                Hold::Misconfigured(message) => (conditions::policy_valid(self.p), "Misconfigured", message),
                Hold::Plugin(message) => (conditions::policy_valid(self.p), "PluginFailed", message),
                Hold::Panic(message) => (conditions::policy_valid(self.p), "InternalFault", message),
            };
            conditions.extend(policy);
            conditions.push(conditions::stale(self.p, reason, why));
        }
        self.hold(halt.hold, conditions)
    }

    fn hold(&mut self, hold: Hold, conditions: Vec<Condition>) -> Decision {
        Decision {
            placement: self.p.key.clone(),
            outcome: Outcome::Held(hold),
            conditions,
            warnings: std::mem::take(&mut self.warnings),
            rejected: self.rejected(),
            scored: Entries::default(),
            remember: Vec::new(),
            requeue_at: None,
        }
    }

    /// Upstream's answer to an error of a stage: no decisions, no scores, no requeue (FLOW-2, Q3).
    fn emptied(&mut self, message: String) -> Decision {
        match self.group(0) {
            // SYNC-6: a mistake in the group strategy replaces that of the stages.
            Ok(Placed { groups, problem, .. }) => {
                let message = problem.map_or(message, |problem| format!(":{problem}"));
                self.emptied_with(groups, Some(&message), self.policy_condition())
            }
            Err(stop) => self.decision(Err(stop)),
        }
    }

    fn policy_condition(&self) -> Option<Condition> {
        self.has(Difference::Ext).then(|| conditions::policy_valid(self.p)).flatten()
    }

    fn emptied_with(&mut self, groups: Vec<Group>, problem: Option<&str>, policy: Option<Condition>) -> Decision {
        let satisfied = conditions::satisfied(self.p, &self.compiled.eligible, self.available(), 0, 0);
        let mut conditions = vec![conditions::misconfigured(problem), satisfied];
        conditions.extend(policy);
        let outcome = Outcome::Placed { groups, selected: 0, shortfall: None };
        Decision { outcome, ..self.hold(Hold::Misconfigured(String::new()), conditions) }
    }
}

impl Snapshot<'_> {
    /// A pass panicked: what is recorded stays; where nothing is, one empty slice, in profiles that have our conditions.
    pub(crate) fn after_panic(&self, key: &PlacementKey, trail: &mut Trail, panic: &str) -> Decision {
        let message = format!("the pass panicked: {panic}");
        // Half a trail is no trail.
        *trail = Trail::default();
        trail.begin(self.index, key);
        trail.stop = Some(Stopped::untouched(&message));
        let Some(slot) = self.index.slot(key) else { return Decision::untouched(key.clone(), Vec::new()) };
        let p = &slot.fact;
        let ours = self.index.profiles.of(p).differences.has(Difference::Ext);
        let new = self.index.decided.standing(key).is_none_or(|standing| standing.is_nobody(key));
        let mut conditions = Vec::new();
        if ours && new {
            conditions.extend([conditions::misconfigured(None), conditions::none_matched()]);
        }
        if ours {
            conditions.push(conditions::stale(p, "InternalFault", &message));
        }
        let outcome = match ours && new {
            true => Outcome::Placed { groups: vec![group::empty()], selected: 0, shortfall: None },
            false => Outcome::Held(Hold::Panic(message)),
        };
        Decision { outcome, conditions, ..Decision::untouched(key.clone(), Vec::new()) }
    }
}

impl Decision {
    /// Nothing is written.
    pub(crate) fn untouched(placement: PlacementKey, warnings: Vec<Warning>) -> Self {
        Decision {
            placement,
            outcome: Outcome::Untouched,
            conditions: Vec::new(),
            warnings,
            rejected: Vec::new(),
            scored: Entries::default(),
            remember: Vec::new(),
            requeue_at: None,
        }
    }
}
