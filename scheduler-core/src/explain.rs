//! What became of one cluster in one pass.

use crate::{Reason, Stage, Symbol};

/// The way of one cluster through a pass.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// It was no candidate.
    NotMember(Absence),
    /// A stage took it out.
    Rejected {
        /// Which.
        stage: Stage,
        /// Why, with the actual values.
        reason: Reason,
    },
    /// It stands and stays, though this pass would not have selected it.
    Kept {
        /// What keeps it.
        by: Guard,
        /// Why it would not be selected.
        would: Reason,
    },
    /// It passed every filter and was ranked.
    Ranked {
        /// Whether it is among the selected.
        selected: bool,
        /// Its place, from 1; equal totals go by name (SELECT-1).
        rank: u32,
        /// Distance to the cut-off: its total minus that of the best not selected where it is selected, minus that of the
        /// last selected where it is not; 0 where there is no such cluster.
        margin: i64,
        /// What each prioritizer said, in the order Balance, Steady, then as configured (Q26).
        parts: Vec<Part>,
    },
}

/// What can keep a cluster that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// GUARD-1, Q1: nothing was decided, so the recorded decisions stay.
    FailStatic,
}

/// Why a cluster was no candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// There is no such ManagedCluster.
    Gone,
    /// It is being deleted (ELIG-3).
    Deleting,
    /// It is in no eligible set (ELIG-2).
    NoEligibleSet,
}

/// One prioritizer's share in a total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The prioritizer, as upstream names it: `Balance`, `AddOn/<resource>/<score>`.
    pub prioritizer: Symbol,
    /// Its weight.
    pub weight: i32,
    /// Its score; `None`: the cluster takes no part, which is not 0 (PRIO-50).
    pub score: Option<i32>,
    /// A plugin from outside: what it was given of the cluster, and what it answered.
    pub told: Option<String>,
}

impl Part {
    /// Score × weight; 0 without a score (PRIO-20).
    #[must_use]
    pub fn product(&self) -> i64 {
        self.score.map_or(0, |s| i64::from(s) * i64::from(self.weight))
    }
}
