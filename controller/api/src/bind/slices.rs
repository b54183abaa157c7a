//! The calls on slices: what to create, patch and delete (BIND-1 to BIND-7).

use std::collections::{BTreeMap, BTreeSet};

use scheduler_core::{Decision, Difference, Differences};

use super::event::Events;
use super::order::{Step, order};
use super::render::{Rendered, Wanted, decision as entry, labels, slice_name};
use super::{Call, Event, Expect, Recorded, Version, Write};
use crate::kinds::PlacementDecisionStatus;
use crate::kinds::{ClusterDecision, ObjectMeta, OwnerReference, Placement, PlacementDecision, Resource as _, Text};

/// Slices first, then what is not wanted any more, temporary slices last.
pub(super) fn write(
    rendered: &Rendered<'_>,
    decision: &Decision,
    recorded: &Recorded,
    differences: Differences,
    writes: &mut Vec<Write>,
) {
    let wanted = &rendered.slices;
    let mut writer = Writer { recorded, differences, events: Events::new(decision), next: rendered.next, writes };
    let mut temporary = Vec::new();
    if differences.has(Difference::Q17) {
        for step in order(wanted, recorded) {
            match step {
                Step::Whole(at) => writer.whole(&wanted[at]),
                Step::Extended(at, clusters) => writer.extended(&wanted[at], &clusters),
                Step::Trimmed(at) => writer.patch(&wanted[at].name, Expect::Returned, wanted[at].decisions()),
                Step::Temporary(group, clusters) => temporary.push(writer.temporary(&wanted[group], &clusters)),
            }
        }
    } else {
        wanted.iter().for_each(|slice| writer.whole(slice));
    }
    let names: BTreeSet<&str> = wanted.iter().map(|slice| slice.name.as_str()).collect();
    let unwanted = |name: &str| !names.contains(name);
    for (name, slice) in recorded.slices.iter().filter(|(name, _)| unwanted(name)) {
        if recorded.is_visible(slice) {
            writer.delete(name, Expect::Recorded(Version::of(slice)));
        }
    }
    for name in temporary {
        writer.delete(&name, Expect::Returned);
    }
}

struct Writer<'a> {
    recorded: &'a Recorded,
    differences: Differences,
    events: Events,
    /// The number for the next temporary slice.
    next: usize,
    writes: &'a mut Vec<Write>,
}

impl Writer<'_> {
    /// A slice as it is wanted, if it is not yet so.
    fn whole(&mut self, slice: &Wanted<'_>) {
        match self.recorded.slices.get(&slice.name) {
            Some(recorded) if slice.is_said_by(&recorded.status.decisions) => {
                self.label(slice, recorded, Expect::Recorded(Version::of(recorded)));
            }
            _ => self.status(slice, slice.decisions()),
        }
    }

    /// A slice with more clusters than are wanted in it, for a while.
    fn extended(&mut self, slice: &Wanted<'_>, clusters: &[&str]) {
        self.status(slice, clusters.iter().map(|cluster| entry(cluster)).collect());
    }

    /// Content, then labels (C18: what a slice gains counts once both are written).
    fn status(&mut self, slice: &Wanted<'_>, decisions: Vec<ClusterDecision>) {
        let placement = &self.recorded.placement;
        match self.recorded.slices.get(&slice.name) {
            None => self.create(&slice.name, slice.labels(placement), decisions), // BIND-1
            Some(recorded) => {
                self.patch(&slice.name, Expect::Recorded(Version::of(recorded)), decisions);
                if self.differences.has(Difference::Q24) {
                    self.label(slice, recorded, Expect::Returned);
                }
            }
        }
    }

    fn temporary(&mut self, group: &Wanted<'_>, clusters: &[&str]) -> String {
        let placement = &self.recorded.placement;
        let name = loop {
            let name = slice_name(placement, self.next);
            self.next += 1;
            if !self.recorded.slices.contains_key(&name) {
                break name;
            }
        };
        let labels = labels(placement, group.group, group.group_name);
        self.create(&name, labels, clusters.iter().map(|cluster| entry(cluster)).collect());
        name
    }

    fn create(&mut self, name: &str, labels: BTreeMap<Text, Text>, decisions: Vec<ClusterDecision>) {
        let placement = &self.recorded.placement;
        let metadata = ObjectMeta {
            name: name.to_owned(),
            namespace: placement.metadata.namespace.clone(),
            labels,
            owner_references: vec![owner(placement)],
            ..ObjectMeta::default()
        };
        let status = PlacementDecisionStatus { decisions: decisions.clone() };
        self.push(Call::Create { object: PlacementDecision { metadata, status } }, self.events.created(name));
        if !decisions.is_empty() {
            self.patch(name, Expect::Returned, decisions); // BIND-5: an empty one needs none.
        }
    }

    fn patch(&mut self, name: &str, expect: Expect, decisions: Vec<ClusterDecision>) {
        let call = Call::PatchStatus { name: name.to_owned(), expect, decisions };
        self.push(call, self.events.updated(name));
    }

    /// BIND-3; foreign labels go only where C17 is off.
    fn label(&mut self, slice: &Wanted<'_>, recorded: &PlacementDecision, expect: Expect) {
        let there = &recorded.metadata.labels;
        if there.len() == 3 && slice.is_labelled(&self.recorded.placement, there) {
            return; // The common case, without making the labels.
        }
        let wanted = slice.labels(&self.recorded.placement);
        let mut labels: BTreeMap<Text, Option<Text>> = BTreeMap::new();
        if !self.differences.has(Difference::C17) {
            labels.extend(there.keys().filter(|key| !wanted.contains_key(*key)).map(|key| (key.clone(), None)));
        }
        labels.extend(wanted.into_iter().filter(|(k, v)| there.get(k) != Some(v)).map(|(k, v)| (k, Some(v))));
        if !labels.is_empty() {
            self.push(Call::PatchLabels { name: slice.name.clone(), expect, labels }, Vec::new());
        }
    }

    fn delete(&mut self, name: &str, expect: Expect) {
        self.push(Call::Delete { name: name.to_owned(), expect }, self.events.deleted(name));
    }

    fn push(&mut self, call: Call, events: Vec<Event>) {
        self.writes.push(Write { call, events });
    }
}

/// PD-2, C11.
fn owner(placement: &Placement) -> OwnerReference {
    OwnerReference {
        api_version: Placement::API_VERSION.to_owned(),
        kind: Placement::KIND.to_owned(),
        name: placement.metadata.name.clone(),
        uid: placement.metadata.uid.clone(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    }
}
