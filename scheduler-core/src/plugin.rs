//! The border to plugins: what a filter or a prioritizer is, and what it is asked.

use kube_text::Time;

use crate::index::{Column, Reads};
use crate::pass::{Pass, Row, Scores};
use crate::placement::PluginRef;
use crate::{ClusterId, ClusterSet, Coordinate, Feasible, Misconfigured, Placement, Verdict};

/// Compiles itself for one placement, once per change of its spec.
///
/// `None` means that it has nothing to say there. The first `Some` in the profile's order wins a coordinate.
pub trait Plugin: Send + Sync {
    /// Its name, as conditions and explanations tell it.
    fn name(&self) -> &str;

    /// What happens to a placement when this plugin fails on it.
    fn on_failure(&self) -> FailurePolicy {
        FailurePolicy::Keep
    }

    /// The name by which a placement asks for its filter, in the annotation `placewright.io/filters`. `None`: nobody can.
    fn asked_as(&self) -> Option<&PluginRef> {
        None
    }

    /// Whether it may have something to say on a placement. A plugin that comes, goes or is replaced wakes those that it
    /// concerns and no other.
    fn concerns(&self, _p: &Placement) -> bool {
        true
    }

    /// The filter for one placement.
    fn filter_for(&self, _p: &Placement, _reads: &mut Reads<'_>) -> Option<Result<Box<dyn Filter>, Misconfigured>> {
        None
    }

    /// The prioritizer of one coordinate.
    fn prioritizer_for(
        &self,
        _what: &Coordinate,
        _p: &Placement,
        _reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        None
    }
}

/// What happens to a placement when a plugin fails on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailurePolicy {
    /// The recorded decision stays (law 4).
    Keep,
    /// It is decided without the plugin, and the condition `Degraded` says so.
    Neutral,
}

/// A plugin has no answer. Never a verdict: a cluster that does not fit is an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PluginError {
    /// What happened.
    pub message: String,
    /// Whose fault it is.
    pub fault: Fault,
    /// When to ask again though nothing changed; `None`: not before something changes.
    pub retry_at: Option<Time>,
}

/// Whose fault a plugin's failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It broke: its failure policy says what becomes of the placement.
    Broken,
    /// It can never work with what the placement asks of it: the placement is misconfigured, whatever the policy.
    Misconfigured,
}

impl PluginError {
    /// It broke, and is asked again when something changes.
    #[must_use]
    pub fn broken(message: String) -> Self {
        PluginError { message, fault: Fault::Broken, retry_at: None }
    }

    /// It can never work with what the placement asks of it.
    #[must_use]
    pub fn misconfigured(message: String) -> Self {
        PluginError { fault: Fault::Misconfigured, ..PluginError::broken(message) }
    }
}

/// Takes clusters out. Judges a whole column at a time.
///
/// That a cluster stands for the placement may let it in, never keep it out (TAINT-5): who sleeps through a change relies on
/// it.
pub trait Filter: Send + Sync {
    /// Takes out of `feasible` every cluster that does not pass.
    ///
    /// # Errors
    /// The plugin broke; its failure policy decides what becomes of the placement.
    fn narrow(&self, pass: &Pass<'_>, feasible: &mut Feasible) -> Result<(), PluginError>;

    /// Why one cluster passes or not, with the actual values. Asked on demand; agrees with `narrow`.
    fn verdict(&self, pass: &Pass<'_>, row: Row<'_>) -> Verdict;

    /// When time alone may change the answer for these. Asked for what stood (TAINT-9), and for the candidates that are left.
    fn holds_until(&self, _pass: &Pass<'_>, _standing: &ClusterSet) -> Option<Time> {
        None
    }
}

/// Scores clusters.
pub trait Prioritizer: Send + Sync {
    /// Gives every candidate its score, or none.
    ///
    /// # Errors
    /// The plugin broke; its failure policy decides what becomes of the placement.
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError>;

    /// What it was given of one cluster and what it answered, where an explanation needs more than the score. Asked on
    /// demand, after `score`.
    fn told(&self, _pass: &Pass<'_>, _cluster: ClusterId) -> Option<String> {
        None
    }

    /// The column of numbers that `score` reads, decision counts aside.
    fn numbers(&self) -> Option<Column> {
        None
    }

    /// Between what the score of a cluster lies whatever decision counts become, `number` being its number in that column and
    /// `range` what `Scores::range` said in the last pass. Candidates are not to be looked at.
    ///
    /// `None`: not told. Then every change of a number wakes the placement, which is always right.
    fn bounds(
        &self,
        _pass: &Pass<'_>,
        _cluster: ClusterId,
        _number: Option<f64>,
        _range: Option<(f64, f64)>,
    ) -> Option<(i32, i32)> {
        None
    }
}
