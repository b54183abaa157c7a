//! Our annotations, and the fields of upstream's schema that upstream ignores (EXT-1 to EXT-3).
//!
//! What later versions bring is not refused here but told as having no effect: never ignored in silence.

use std::collections::BTreeMap;
use std::ops::Bound;

use scheduler_core::placement::Extensions;
use scheduler_core::{Symbol, Warning};

use crate::kinds;

/// What all our annotations start with.
const PREFIX: &str = "placewright.io/";
/// The longest value of one, in bytes (EXT-1).
const VALUE_MAX: usize = 16 * 1024;
/// EXT-5; the only one this version understands.
const PROFILE: &str = "placewright.io/profile";
/// What other versions understand.
const LATER: [&str; 10] = [
    "placewright.io/affinity",
    "placewright.io/affinity-from",
    "placewright.io/filters",
    "placewright.io/managed",
    "placewright.io/on-no-replacement",
    "placewright.io/priority",
    "placewright.io/reasons",
    "placewright.io/release",
    "placewright.io/removal-guard",
    "placewright.io/spread",
];

/// What was found.
pub(super) struct Ours {
    /// EXT-5.
    pub profile: Option<Symbol>,
    /// EXT-3.
    pub extensions: Result<Extensions, String>,
    /// What has no effect or is not known.
    pub warnings: Vec<Warning>,
}

/// Annotations in key order, then fields in the schema's order; the first mistake is reported.
pub(super) fn read(annotations: &BTreeMap<kinds::Text, kinds::Text>, spec: &kinds::PlacementSpec) -> Ours {
    let mut profile = None;
    let mut mistake = None;
    let mut warnings = Vec::new();
    let mut present = !spec.spread_policy.spread_constraints.is_empty();
    for (name, value) in annotations
        .range::<str, _>((Bound::Included(PREFIX), Bound::Unbounded))
        .take_while(|(name, _)| name.starts_with(PREFIX))
    {
        let path = || format!("metadata.annotations[{name}]");
        let known = name == PROFILE || LATER.contains(&name.as_str());
        present |= known;
        if !known {
            warnings.push(Warning::UnknownAnnotation { name: name.to_string(), near: near(name) });
        } else if value.len() > VALUE_MAX {
            let length = value.len();
            mistake.get_or_insert_with(|| format!("{}: {length} bytes, at most {VALUE_MAX} are allowed", path()));
        } else if name != PROFILE {
            warnings.push(Warning::NoEffect { path: path() });
        } else if value.trim().is_empty() {
            let allowed = "a profile's name is needed, such as `upstream` or `default`";
            mistake.get_or_insert_with(|| format!("{}: got `{value}`, {allowed}", path()));
        } else {
            profile = Some(value.trim().into());
        }
    }
    ineffective(spec, &mut warnings);
    Ours { profile, extensions: mistake.map_or(Ok(Extensions { present }), Err), warnings }
}

/// Fields with a value that would ask for something.
fn ineffective(spec: &kinds::PlacementSpec, warnings: &mut Vec<Warning>) {
    let mut warn = |path: String| warnings.push(Warning::NoEffect { path });
    for i in 0..spec.spread_policy.spread_constraints.len() {
        warn(format!("spec.spreadPolicy.spreadConstraints[{i}]"));
    }
    if !matches!(spec.sort_by.as_str(), "" | "ClusterName") {
        warn("spec.sortBy".to_owned());
    }
    if !matches!(spec.score_rate_limit.as_str(), "" | "1m") {
        warn("spec.scoreRateLimit".to_owned());
    }
}

/// The known name that is spelt most alike, if it is alike at all.
fn near(name: &str) -> Option<&'static str> {
    let edits = |known: &&'static str| strsim::osa_distance(name, known);
    let known = LATER.iter().copied().chain([PROFILE]).min_by_key(edits)?;
    let typed = name.len() - PREFIX.len();
    (edits(&known) <= 1 + typed / 4).then_some(known)
}
