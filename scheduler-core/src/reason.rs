//! Why: reasons and warnings as data. Text is made last.

use std::fmt;

use kube_text::Time;

use crate::placement::{Operator, Requirement};
use crate::{Symbol, Taint};

/// One filter's answer for one cluster.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It passes.
    Feasible,
    /// It does not, and why.
    Infeasible(Reason),
}

/// Why a cluster was rejected, with the actual values. `Display` is what users read.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// No predicate matches: what fails first in each, in their order.
    Predicate(Vec<Mismatch>),
    /// The first taint that is not tolerated.
    Taint {
        /// It.
        taint: Taint,
        /// A toleration matches it but ended at this time; of several the last to end.
        ended: Option<Time>,
    },
    /// Nothing was decided, because the spec is wrong: `<plugin>:<message>`.
    Misconfigured(String),
    /// Nothing was decided for another reason.
    NotEvaluated(String),
    /// A plugin's own words.
    Plugin(String),
}

/// A requirement that a cluster does not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Which entry of `spec.predicates`.
    pub predicate: usize,
    /// Where its key is looked up.
    pub on: On,
    /// What is required.
    pub requirement: Requirement,
    /// What the cluster has; `None`: the key is absent.
    pub actual: Option<Symbol>,
}

/// Where a requirement's key is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Labels.
    Label,
    /// Cluster claims.
    Claim,
}

/// Something noticed that does not stop a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// PRIO-63, upstream's only warning: scores of candidates past their time. Plugin `AddOn/<resource>/<score>`.
    ExpiredScores {
        /// The score resource.
        resource: Symbol,
        /// The score in it.
        score: Symbol,
        /// The candidates concerned, ascending by name; no more than `Warning::EXPIRED_MAX`.
        clusters: Vec<Symbol>,
        /// How many more there are.
        more: u32,
    },
    /// OUT-6: a candidate for which nobody told a valid score ranks above one for which somebody did, and the score is why.
    UnscoredAbove {
        /// The prioritizer: `AddOn/<resource>/<score>`.
        prioritizer: Symbol,
        /// The best ranked of such clusters.
        cluster: Symbol,
        /// The first in name order that it outranks so.
        below: Symbol,
    },
    /// SYNC-4: a set eligible for the placement has an invalid selector; nothing is written.
    SetSelector {
        /// The set.
        set: Symbol,
        /// What is wrong with it.
        problem: String,
    },
    /// SYNC-2: being deleted, left alone.
    Deleting,
    /// SYNC-3: the disable annotation is `true`, left alone.
    Disabled,
    /// The placement asks for something that later versions bring.
    NoEffect {
        /// Field path or annotation, as written.
        path: String,
    },
    /// EXT-2: an annotation `placewright.io/…` nobody knows.
    UnknownAnnotation {
        /// Its name.
        name: String,
        /// A known one that is spelt alike.
        near: Option<&'static str>,
    },
}

impl Warning {
    /// How many expired scores a warning names: more than fit in an event's note of 1024 bytes, at 4 bytes the shortest.
    pub const EXPIRED_MAX: usize = 256;

    /// The plugin that upstream names with a Warning status (§13); `None` where upstream knows no such warning.
    #[must_use]
    pub fn plugin(&self) -> Option<String> {
        match self {
            Warning::ExpiredScores { resource, score, .. } => Some(format!("AddOn/{resource}/{score}")),
            _ => None,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::ExpiredScores { resource, clusters, more, .. } => {
                f.write_str("AddOnPlacementScores")?;
                for cluster in clusters {
                    write!(f, " {cluster}/{resource}")?;
                }
                if *more > 0 {
                    write!(f, " and {more} more")?;
                }
                f.write_str(" expired")
            }
            Warning::UnscoredAbove { prioritizer, cluster, below } => write!(
                f,
                "`{cluster}` has no valid score from {prioritizer} and so ranks above `{below}`, which has one that counts less"
            ),
            Warning::SetSelector { set, problem } => {
                write!(f, "failed to get clusters from ClusterSet \"{set}\": {problem}")
            }
            Warning::Deleting => f.write_str("is being deleted and left alone"),
            Warning::Disabled => f.write_str("scheduling is disabled by annotation, left alone"),
            Warning::NoEffect { path } => write!(f, "{path}: has no effect in this version"),
            Warning::UnknownAnnotation { name, near: Some(near) } => {
                write!(f, "metadata.annotations[{name}]: is not known, did you mean `{near}`?")
            }
            Warning::UnknownAnnotation { name, near: None } => {
                write!(f, "metadata.annotations[{name}]: is not known")
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Predicate(mismatches) => {
                for (i, mismatch) in mismatches.iter().enumerate() {
                    let or = if i == 0 { "" } else { "; " };
                    write!(f, "{or}{mismatch}")?;
                }
                Ok(())
            }
            Reason::Taint { taint, ended } => {
                let Taint { key, value, effect, .. } = taint;
                let equals = if value.is_empty() { "" } else { "=" };
                write!(f, "taint `{key}{equals}{value}:{}` is not tolerated", effect.as_str())?;
                ended.map_or(Ok(()), |at| write!(f, ", its toleration ended at {at}"))
            }
            Reason::Misconfigured(message) => write!(f, "misconfigured: {message}"),
            Reason::NotEvaluated(why) => write!(f, "not evaluated: {why}"),
            Reason::Plugin(message) => f.write_str(message),
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch { predicate, on, requirement, actual } = self;
        let on = match on {
            On::Label => "label",
            On::Claim => "claim",
        };
        write!(f, "predicates[{predicate}]: {on} {requirement}, ")?;
        match actual {
            None => f.write_str("the cluster has none"),
            Some(value) => write!(f, "the cluster has `{value}`"),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, values) = match &self.operator {
            Operator::In(values) => ("In", values.as_slice()),
            Operator::NotIn(values) => ("NotIn", values.as_slice()),
            Operator::Exists => ("Exists", &[][..]),
            Operator::DoesNotExist => ("DoesNotExist", &[][..]),
        };
        write!(f, "`{}` {word}", self.key)?;
        for (i, value) in values.iter().enumerate() {
            let comma = if i == 0 { " " } else { ", " };
            write!(f, "{comma}`{value}`")?;
        }
        Ok(())
    }
}
