//! C18: a cluster that stays selected is in some slice at every moment.

use std::collections::{BTreeMap, BTreeSet};

use api::facts::PLACEMENT_LABEL;
use hub::double::{Change, Exchange, Key, News, Resource, Store, Told, Version};
use serde_json::Value;

use super::{Phase, users};
use crate::run::CLIENT;

/// Who edits what is ours, in the double.
const RIVAL: &str = "rival";

/// What consumers see of slices: by slice its placement and its clusters.
#[derive(Default)]
pub struct Visible {
    /// By slice.
    pub slices: BTreeMap<Key, (String, BTreeSet<String>)>,
}

impl Visible {
    /// A version of an object; `None`: it is gone.
    pub fn put(&mut self, key: &Key, object: Option<&Value>) {
        if key.resource != Resource::PlacementDecisions {
            return;
        }
        self.slices.remove(key);
        let Some(object) = object else { return };
        let Some(owner) = object["metadata"]["labels"][PLACEMENT_LABEL].as_str() else { return };
        let decisions = object["status"]["decisions"].as_array().into_iter().flatten();
        let clusters = decisions.filter_map(|decision| Some(decision["clusterName"].as_str()?.to_owned())).collect();
        self.slices.insert(key.clone(), (format!("{}/{owner}", key.namespace), clusters));
    }

    /// All clusters of a placement.
    fn selected(&self, placement: &str) -> BTreeSet<&String> {
        let slices = self.slices.values().filter(|(owner, _)| owner == placement);
        slices.flat_map(|(_, clusters)| clusters).collect()
    }
}

/// No write of ours takes a cluster away that was selected all the time. How far a run without faults had come when a
/// version was made is told by the versions of its changes, which are the user's in both runs.
///
/// What a rival took is ours to miss as soon as we know of it: a precondition guards one slice and not its neighbour, so
/// that a write may take the last place of a cluster whose next one a rival emptied meanwhile. `knew`: whether whoever
/// made the second version could know of the first when it sent its write.
pub fn absent(
    store: &Store,
    phases: &[Phase],
    any_time: bool,
    knew: impl Fn(&Version, &Version) -> bool,
) -> Vec<String> {
    let mut visible = Visible::default();
    let mut problems = Vec::new();
    let mut taken: BTreeMap<String, Vec<&Version>> = BTreeMap::new();
    for version in store.log().iter().filter(|version| version.key.resource == Resource::PlacementDecisions) {
        let before = visible.slices.get(&version.key).cloned();
        let had: BTreeSet<String> = before.iter().flat_map(|(owner, _)| visible.selected(owner)).cloned().collect();
        visible.put(&version.key, (version.change != Change::Deleted).then_some(&version.object));
        let Some((owner, held)) = before else { continue };
        if &*version.stamp.by == RIVAL {
            let keeps = visible.slices.get(&version.key).map(|(_, clusters)| clusters);
            let gone = held.into_iter().filter(|cluster| keeps.is_none_or(|keeps| !keeps.contains(cluster)));
            gone.for_each(|cluster| taken.entry(cluster).or_default().push(version));
        } else if version.stamp.by.starts_with(CLIENT) {
            let has = visible.selected(&owner);
            let so_far = if any_time { usize::MAX } else { users(store, version.revision) };
            let stayed = stayed(phases, &owner, so_far);
            let is_excused =
                |cluster: &String| taken.get(cluster).is_some_and(|by| by.iter().any(|taken| !knew(taken, version)));
            let lost = had.iter().filter(|c| !has.contains(c) && stayed.contains(*c) && !is_excused(c));
            let lost: Vec<&String> = lost.collect();
            if !lost.is_empty() {
                problems.push(format!("C18: {owner} lost {lost:?} at {} by {}", version.revision, version.key.name));
            }
        }
    }
    problems
}

/// Whether the client that made the second version had been told of the first, or of what came after it in its place,
/// before it sent its write.
pub fn knew(store: &Store, record: &[Exchange], told: &[Told], of: &Version, by: &Version) -> bool {
    let Some(write) = record.iter().find(|exchange| exchange.made == Some(by.revision)) else { return true };
    let covers = |news: News| match news {
        News::All(at) => at >= of.revision,
        News::Change(at) => {
            at >= of.revision && store.since(at - 1).first().is_some_and(|version| version.key == of.key)
        }
    };
    let mut told = told.iter().filter(|told| told.client == write.client && told.resource == of.key.resource);
    told.any(|told| told.at < write.at && covers(told.news))
}

/// The clusters that were selected at the end of every phase up to the one that these changes belong to.
fn stayed(phases: &[Phase], owner: &str, so_far: usize) -> BTreeSet<String> {
    let empty = BTreeSet::new();
    let of = |phase: &Phase| phase.selected.get(owner).unwrap_or(&empty).clone();
    let mut stayed: Option<BTreeSet<String>> = None;
    for phase in phases {
        stayed = Some(match stayed {
            Some(stayed) => &stayed & &of(phase),
            None => of(phase),
        });
        if phase.changes >= so_far {
            break;
        }
    }
    stayed.unwrap_or_default()
}
