//! Which slices are wanted: groups cut into named parts (PD-1 to PD-4).

use std::collections::BTreeMap;

use scheduler_core::{Decision, Difference, Differences, Entry, EntrySlice, PlannedSlice, Symbol};

use super::Recorded;
use crate::facts::PLACEMENT_LABEL;
use crate::kinds::{
    ClusterDecision, DecisionGroupStatus, OwnerReference, Placement, PlacementDecision, Resource as _, Text,
};

/// The label that names a slice's decision group (C4).
pub const GROUP_NAME_LABEL: &str = "cluster.open-cluster-management.io/decision-group-name";
/// The label that says which decision group a slice is of (C2).
pub const GROUP_INDEX_LABEL: &str = "cluster.open-cluster-management.io/decision-group-index";

/// All slices a decision wants, in order.
pub(super) struct Rendered<'a> {
    pub slices: Vec<Wanted<'a>>,
    pub groups: Vec<DecisionGroupStatus>,
    pub notices: Vec<Notice>,
    /// The first number that no wanted slice has.
    pub next: usize,
}

/// One wanted slice.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub name: String,
    /// The group's index.
    pub group: usize,
    pub group_name: &'a Symbol,
    pub entries: EntrySlice<'a>,
}

/// Something on the hub that was left alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Notice {
    /// Q23: its number is skipped.
    #[error("PlacementDecision `{slice}` belongs to {owner} and is not taken over")]
    NotAdopted {
        /// The slice.
        slice: String,
        /// Kind and name of its controller.
        owner: String,
    },
}

pub(super) fn render<'a>(decision: &'a Decision, recorded: &Recorded, differences: Differences) -> Rendered<'a> {
    let mut rendered = Rendered { slices: Vec::new(), groups: Vec::new(), notices: Vec::new(), next: 1 };
    for PlannedSlice { group, group_name, entries } in decision.slices() {
        let name = rendered.free_name(recorded, differences);
        // A group has at least one slice, so a new group begins with its first (PD-4).
        if group == rendered.groups.len() {
            rendered.groups.push(DecisionGroupStatus {
                decision_group_index: saturated(group),
                decision_group_name: group_name.to_string(),
                ..DecisionGroupStatus::default()
            });
        }
        let status = &mut rendered.groups[group];
        status.decisions.push(name.clone());
        status.cluster_count = status.cluster_count.saturating_add(saturated(entries.len()));
        rendered.slices.push(Wanted { name, group, group_name, entries });
    }
    rendered
}

/// A count as the API's int32.
pub(super) fn saturated(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

impl Rendered<'_> {
    /// The next name; where another controller has an object of that name, the one after (Q23).
    fn free_name(&mut self, recorded: &Recorded, differences: Differences) -> String {
        loop {
            let name = slice_name(&recorded.placement, self.next);
            self.next += 1;
            let foreign = differences.has(Difference::Q23).then(|| recorded.slices.get(&name)).flatten();
            match foreign.and_then(|slice| other_controller(slice, &recorded.placement)) {
                None => return name,
                Some(owner) => {
                    let owner = format!("{} `{}`", owner.kind, owner.name);
                    self.notices.push(Notice::NotAdopted { slice: name, owner });
                }
            }
        }
    }
}

/// C5.
pub(super) fn slice_name(placement: &Placement, k: usize) -> String {
    format!("{}-decision-{k}", placement.metadata.name)
}

/// The controller of a slice, if it is not this very placement. Manifests without uids are compared by kind and name.
fn other_controller<'a>(slice: &'a PlacementDecision, placement: &Placement) -> Option<&'a OwnerReference> {
    let owner = slice.metadata.owner_references.iter().find(|owner| owner.controller == Some(true))?;
    let ours = &placement.metadata;
    let ours = if ours.uid.is_empty() || owner.uid.is_empty() {
        owner.kind == Placement::KIND && owner.name == ours.name
    } else {
        owner.uid == ours.uid
    };
    (!ours).then_some(owner)
}

impl Wanted<'_> {
    /// PD-2.
    pub fn labels(&self, placement: &Placement) -> BTreeMap<Text, Text> {
        labels(placement, self.group, self.group_name)
    }

    /// Whether these labels say so already, whatever else they say.
    pub fn is_labelled(&self, placement: &Placement, labels: &BTreeMap<Text, Text>) -> bool {
        let get = |key: &str| labels.get(key).map(Text::as_str);
        get(PLACEMENT_LABEL) == Some(&placement.metadata.name)
            && get(GROUP_NAME_LABEL) == Some(self.group_name)
            && get(GROUP_INDEX_LABEL).is_some_and(|index| index == self.group.to_string())
    }

    /// PD-3, C9, C10.
    pub fn decisions(&self) -> Vec<ClusterDecision> {
        self.entries.iter().map(|entry| decision(entry.cluster)).collect()
    }

    /// Whether a status says this already.
    pub fn is_said_by(&self, recorded: &[ClusterDecision]) -> bool {
        let same = |(entry, said): (Entry<'_>, &ClusterDecision)| {
            *entry.cluster == *said.cluster_name && said.reason.is_empty() && said.score == 0
        };
        self.entries.len() == recorded.len() && self.entries.iter().zip(recorded).all(same)
    }
}

/// The labels of a slice (PD-2).
pub(super) fn labels(placement: &Placement, group: usize, group_name: &str) -> BTreeMap<Text, Text> {
    BTreeMap::from([
        (PLACEMENT_LABEL.into(), placement.metadata.name.as_str().into()),
        (GROUP_NAME_LABEL.into(), group_name.into()),
        (GROUP_INDEX_LABEL.into(), group.to_string().into()),
    ])
}

/// One entry of a slice (PD-3).
pub(super) fn decision(cluster: &str) -> ClusterDecision {
    ClusterDecision { cluster_name: cluster.to_owned(), ..ClusterDecision::default() }
}
