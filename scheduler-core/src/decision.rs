//! What one pass decided: small, by name, and all that has to be written.

use std::fmt;

use kube_text::Time;

use crate::{Entries, Entry, EntrySlice, PlacementKey, Symbol, Warning};

/// The answer for one placement. O(selected) in size, never O(fleet).
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Whose answer this is.
    pub placement: PlacementKey,
    /// What to write.
    pub outcome: Outcome,
    /// Conditions to merge, upstream's two first (C14). One of upstream's that is not named stays as recorded; one of ours
    /// that is not named has nothing to say any more and goes.
    pub conditions: Vec<Condition>,
    /// What was noticed on the way. Of upstream's warnings the last one colours the update event (FLOW-3).
    pub warnings: Vec<Warning>,
    /// How many clusters each stage rejected, in the order of the stages; stages that rejected none are left out.
    pub rejected: Vec<(Stage, u32)>,
    /// Totals of the filtered clusters in name order, no more of them than the ScoreUpdate event shows (§13).
    pub scored: Entries,
    /// Annotations that a slice has to carry so that a window survives a restart. Empty until there are windows.
    pub remember: Vec<(Symbol, String)>,
    /// When time alone may change this answer, seen from what stood before it (TAINT-9).
    pub requeue_at: Option<Time>,
}

/// What to do with what is recorded.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Write these groups.
    Placed {
        /// In group order; no groups at all where the group strategy is misconfigured (GRP-15).
        groups: Vec<Group>,
        /// `numberOfSelectedClusters`: with a misconfigured group strategy more than the groups hold (Q4).
        selected: u32,
        /// Fewer than were wanted.
        shortfall: Option<Shortfall>,
    },
    /// Leave the recorded slices and counts alone, and say why in the conditions.
    Held(Hold),
    /// Write nothing at all (SYNC-1 to SYNC-4); a warning says why.
    Untouched,
}

/// One decision group (GRP-10, GRP-11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `groupName`, empty for the clusters of no rule.
    pub name: Symbol,
    /// Its clusters.
    pub entries: Entries,
}

/// Fewer clusters were selected than wanted (SELECT-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// How many are missing; at least 1.
    pub unscheduled: u32,
}

/// Why the recorded decisions stay (GUARD-1, Q1, Q11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The spec is wrong: `<plugin>:<message>`, the plugin may be empty.
    Misconfigured(String),
    /// One of our annotations is wrong (EXT-3).
    Policy(String),
    /// A plugin whose policy is `Keep` failed.
    Plugin(String),
    /// The pass panicked.
    Panic(String),
}

/// A status condition to merge. `lastTransitionTime` is the border's to set (§12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `type`.
    pub kind: ConditionType,
    /// `status`: `True` or `False`.
    pub status: bool,
    /// `reason`.
    pub reason: &'static str,
    /// `message`.
    pub message: String,
    /// `observedGeneration`; upstream sets none, ours only on `Stale`.
    pub observed_generation: Option<i64>,
}

/// The condition types this version tells, in the order they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConditionType {
    /// §12.1.
    Misconfigured,
    /// §12.2.
    Satisfied,
    /// EXT-3.
    PolicyValid,
    /// GUARD-1.
    Stale,
    /// Decided without a plugin that failed.
    Degraded,
}

impl ConditionType {
    /// `type` as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ConditionType::Misconfigured => "PlacementMisconfigured",
            ConditionType::Satisfied => "PlacementSatisfied",
            ConditionType::PolicyValid => "placewright.io/PolicyValid",
            ConditionType::Stale => "placewright.io/Stale",
            ConditionType::Degraded => "placewright.io/Degraded",
        }
    }
}

/// A stage of the pass that can take a cluster out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// A filter, by name.
    Filter(Symbol),
    /// A prioritizer or the policy that names them: nothing was ranked because it is misconfigured or failed.
    Score,
    /// Selection: ranked behind the last one that was wanted.
    Select,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stage::Filter(name) => write!(f, "{name}"),
            Stage::Score => f.write_str("Score"),
            Stage::Select => f.write_str("Select"),
        }
    }
}

impl Decision {
    /// Whether a spec error, a broken set or a hold keeps this placement from being decided (OUT-4).
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        let wrong = |c: &Condition| match c.kind {
            ConditionType::Misconfigured | ConditionType::Stale => c.status,
            ConditionType::PolicyValid => !c.status,
            ConditionType::Satisfied | ConditionType::Degraded => false,
        };
        let broken_set = self.warnings.iter().any(|w| matches!(w, Warning::SetSelector { .. }));
        matches!(self.outcome, Outcome::Held(_)) || broken_set || self.conditions.iter().any(wrong)
    }

    /// The selected clusters with their totals, in group order; none where nothing is placed.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.groups().iter().flat_map(|g| g.entries.iter())
    }

    fn groups(&self) -> &[Group] {
        match &self.outcome {
            Outcome::Placed { groups, .. } => groups,
            Outcome::Held(_) | Outcome::Untouched => &[],
        }
    }

    /// The slices that the groups are written as, in order (PD-1); a group without clusters is one empty slice (GRP-12, C7).
    /// Nothing unless placed.
    pub fn slices(&self) -> impl Iterator<Item = PlannedSlice<'_>> {
        self.groups().iter().enumerate().flat_map(|(at, group)| {
            let chunks = group.entries.chunks(PlannedSlice::ENTRIES_MAX);
            let empty = group.entries.is_empty().then(|| group.entries.all());
            let slice = move |entries| PlannedSlice { group: at, group_name: &group.name, entries };
            chunks.chain(empty).map(slice)
        })
    }
}

/// One PlacementDecision to be (PD-1). The k-th is named `<placement>-decision-<k>`, k from 1 (C5).
#[derive(Clone, Copy, Debug)]
pub struct PlannedSlice<'a> {
    /// The group's index.
    pub group: usize,
    /// The group's name.
    pub group_name: &'a Symbol,
    /// Its clusters, ascending by name; no more than `ENTRIES_MAX`.
    pub entries: EntrySlice<'a>,
}

impl PlannedSlice<'_> {
    /// How many clusters one slice holds at most (PD-1, C6).
    pub const ENTRIES_MAX: usize = 100;
}
