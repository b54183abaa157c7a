//! Placements and slices as they stand on the hub: what writes are planned from.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use api::bind::{Pruned, Recorded};
use api::facts::PLACEMENT_LABEL;
use api::kinds::{Placement, PlacementDecision, Resource};
use api::read::Kind;
use scheduler_core::PlacementKey;

use super::source::Id;

/// All placements and slices.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    placements: BTreeMap<PlacementKey, Placement>,
    /// By namespace and name.
    slices: BTreeMap<(String, String), PlacementDecision>,
    /// The names of the slices that carry a placement's label.
    labelled: BTreeMap<PlacementKey, BTreeSet<String>>,
    /// What the hub drops of what is written.
    pub pruned: Pruned,
}

impl Board {
    /// A placement as it stands.
    pub fn placement(&self, key: &PlacementKey) -> Option<&Placement> {
        self.placements.get(key)
    }

    /// All placements.
    pub fn keys(&self) -> impl Iterator<Item = &PlacementKey> {
        self.placements.keys()
    }

    /// An object as it stands now: the placements whose writes that may concern, none where only its version is new.
    pub fn put(&mut self, kind: Kind) -> Vec<PlacementKey> {
        match kind {
            Kind::Placement(placement) => {
                let key = key_of(&placement.metadata.namespace, &placement.metadata.name);
                let before = self.placements.insert(key.clone(), *placement);
                let is_same = before.is_some_and(|mut before| same(&mut before, &self.placements[&key]));
                if is_same { Vec::new() } else { vec![key] }
            }
            Kind::PlacementDecision(slice) => {
                let at = (slice.metadata.namespace.clone(), slice.metadata.name.clone());
                let owners = owners(&slice);
                if let Some(owner) = labelled(&slice) {
                    self.labelled.entry(owner).or_default().insert(at.1.clone());
                }
                let Some(mut before) = self.slices.insert(at.clone(), *slice) else { return owners };
                let after = &self.slices[&at];
                if same(&mut before, after) {
                    return Vec::new();
                }
                if labelled(&before) != labelled(after) {
                    self.forget_label(&before);
                }
                let mut all = owners_of(&before);
                all.extend(owners);
                all.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// A slice is gone: the placements whose writes that may concern.
    pub fn remove_slice(&mut self, id: &Id) -> Vec<PlacementKey> {
        let Some(slice) = self.slices.remove(&(id.namespace.clone(), id.name.clone())) else { return Vec::new() };
        self.forget_label(&slice);
        owners(&slice)
    }

    /// A placement is gone.
    pub fn remove_placement(&mut self, key: &PlacementKey) {
        self.placements.remove(key);
    }

    /// A placement with its slices: those that carry its label, and those with names of its own. O(slices of it).
    pub fn recorded(&self, key: &PlacementKey) -> Option<Recorded> {
        let placement = self.placements.get(key)?.clone();
        let namespace = key.namespace.as_str();
        let get = |name: &String| self.slices.get(&(namespace.to_owned(), name.clone()));
        let labelled = self.labelled.get(key).into_iter().flatten().filter_map(get);
        let prefix = format!("{}-decision-", key.name);
        let from = (namespace.to_owned(), prefix.clone());
        let named =
            self.slices.range(from..).take_while(|((ns, name), _)| *ns == namespace && name.starts_with(&prefix));
        let slices = labelled.chain(named.map(|(_, slice)| slice)).cloned();
        Some(Recorded { pruned: self.pruned, ..Recorded::new(placement, slices) })
    }

    fn forget_label(&mut self, slice: &PlacementDecision) {
        let Some(owner) = labelled(slice) else { return };
        if let Some(names) = self.labelled.get_mut(&owner) {
            names.remove(&slice.metadata.name);
            if names.is_empty() {
                self.labelled.remove(&owner);
            }
        }
    }
}

/// The placements that a slice may concern: the one it is labelled with, and the one its name is made of.
pub(super) fn owners(slice: &PlacementDecision) -> Vec<PlacementKey> {
    owners_of(slice).into_iter().collect()
}

fn owners_of(slice: &PlacementDecision) -> BTreeSet<PlacementKey> {
    labelled(slice).into_iter().chain(named(slice)).collect()
}

fn labelled(slice: &PlacementDecision) -> Option<PlacementKey> {
    let name = slice.metadata.labels.get(PLACEMENT_LABEL).filter(|name| !name.is_empty())?;
    Some(key_of(&slice.metadata.namespace, name))
}

fn named(slice: &PlacementDecision) -> Option<PlacementKey> {
    let (name, number) = slice.metadata.name.rsplit_once("-decision-")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| key_of(&slice.metadata.namespace, name))
}

/// The key of a placement.
pub(super) fn key_of(namespace: &str, name: &str) -> PlacementKey {
    PlacementKey { namespace: namespace.into(), name: name.into() }
}

/// Whether two versions of an object say the same.
fn same<K: Resource + PartialEq>(before: &mut K, after: &K) -> bool {
    let version = mem::take(&mut before.metadata_mut().resource_version);
    before.metadata_mut().resource_version.clone_from(&after.metadata().resource_version);
    let is_same = before == after;
    before.metadata_mut().resource_version = version;
    is_same
}

#[cfg(test)]
mod tests {
    use api::read::Kind;
    use serde_json::json;

    use super::{Board, Id, key_of};

    fn slice(name: &str, label: Option<&str>, version: &str, clusters: &[&str]) -> Kind {
        let labels = label.map(|label| json!({ "cluster.open-cluster-management.io/placement": label }));
        let decisions: Vec<_> = clusters.iter().map(|name| json!({ "clusterName": name, "reason": "" })).collect();
        let object = json!({
            "metadata": { "name": name, "namespace": "ns", "labels": labels, "resourceVersion": version },
            "status": { "decisions": decisions }
        });
        Kind::PlacementDecision(serde_json::from_value(object).unwrap())
    }

    fn placement(name: &str, version: &str) -> Kind {
        let object = json!({ "metadata": { "name": name, "namespace": "ns", "resourceVersion": version } });
        Kind::Placement(serde_json::from_value(object).unwrap())
    }

    fn names(board: &Board, placement: &str) -> Vec<String> {
        board.recorded(&key_of("ns", placement)).unwrap().slices.into_keys().collect()
    }

    #[test]
    fn a_new_version_alone_concerns_nobody() {
        let mut board = Board::default();
        assert_eq!(board.put(placement("p", "1")), [key_of("ns", "p")]);
        assert_eq!(board.put(placement("p", "2")), []);
        assert_eq!(board.placement(&key_of("ns", "p")).unwrap().metadata.resource_version, "2");
        assert_eq!(board.put(slice("s", Some("p"), "3", &["a"])), [key_of("ns", "p")]);
        assert_eq!(board.put(slice("s", Some("p"), "4", &["a"])), []);
        assert_eq!(board.put(slice("s", Some("p"), "5", &["b"])), [key_of("ns", "p")]);
    }

    #[test]
    fn slices_are_found_by_label_and_by_name() {
        let mut board = Board::default();
        board.put(placement("p", "1"));
        board.put(slice("other", Some("p"), "1", &[]));
        board.put(slice("p-decision-2", None, "1", &[]));
        board.put(slice("p-decision-x", None, "1", &[]));
        board.put(slice("pp-decision-1", Some("pp"), "1", &[]));
        assert_eq!(names(&board, "p"), ["other", "p-decision-2"]);
        // Its label goes from one placement to another: both have to look.
        board.put(placement("q", "1"));
        assert_eq!(board.put(slice("other", Some("q"), "2", &[])), [key_of("ns", "p"), key_of("ns", "q")]);
        assert_eq!(names(&board, "p"), ["p-decision-2"]);
        assert_eq!(names(&board, "q"), ["other"]);
        let gone = Id { namespace: "ns".into(), name: "other".into() };
        assert_eq!(board.remove_slice(&gone), [key_of("ns", "q")]);
        assert_eq!(names(&board, "q"), [""; 0]);
    }
}
