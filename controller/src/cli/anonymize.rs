//! Replaces every name and value of a hub, so that a snapshot can be handed on and still decides the same.
//!
//! One table for all texts: equal ones stay equal, different ones different, and in byte order, because ties go by name.
//! What only the engine reads (operators, modes, effects, our keys and OCM's) stays, and so do times and numbers.

mod names;
mod objects;

use std::collections::BTreeMap;

use api::kinds::Resource;
use api::read::{self, InputFile, Kind, Object, ObjectKey, Options, Severity};

use self::names::Names;
use super::live::Hub;
use super::notice::Notices;
use super::number::counted;

/// The objects of a hub under other names, by kind, namespace and name. One that cannot be read is an error in `notices`
/// and left out, as it is wherever it is read.
pub(super) fn anonymized(hub: Hub, notices: &mut Notices) -> Vec<String> {
    let data = hub.lines.join("\n").into_bytes();
    let read = read::read([InputFile { name: hub.name, data }], &Options::default());
    let errors = read.notices.into_iter().filter(|notice| notice.severity == Severity::Error);
    errors.for_each(|notice| notices.add(notice));
    let mut kinds: Vec<Kind> = read.objects.into_iter().map(|Object { kind, .. }| kind).collect();
    let mut names = Names::default();
    kinds.iter_mut().for_each(|kind| objects::rename(kind, &mut names));
    names.settle();
    kinds.iter_mut().for_each(|kind| objects::rename(kind, &mut names));
    let expressions: usize = kinds.iter().map(objects::cel_expressions).sum();
    if expressions > 0 {
        let text = format!(
            "{} left out, because what they compare cannot be renamed safely: their placements cannot be decided from \
             this snapshot",
            counted(expressions, "CEL expression")
        );
        notices.say(Severity::Warning, text);
    }
    let lines: BTreeMap<ObjectKey, String> = kinds.iter().map(|kind| (kind.key(), line(kind))).collect();
    lines.into_values().collect()
}

fn line(kind: &Kind) -> String {
    fn of(object: &impl Resource) -> String {
        serde_json::json!(object.typed()).to_string()
    }
    match kind {
        Kind::Placement(object) => of(&**object),
        Kind::PlacementDecision(object) => of(&**object),
        Kind::ManagedCluster(object) => of(&**object),
        Kind::ManagedClusterSet(object) => of(&**object),
        Kind::ManagedClusterSetBinding(object) => of(&**object),
        Kind::AddOnPlacementScore(object) => of(&**object),
    }
}

#[cfg(test)]
mod tests;
