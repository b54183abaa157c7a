//! Our annotations, and the fields of upstream's schema that upstream ignores (EXT-1 to EXT-3).
//!
//! What later versions bring is not refused here but told as having no effect: never ignored in silence.

use std::collections::BTreeMap;
use std::ops::Bound;

use scheduler_core::placement::{Extensions, PluginRef};
use scheduler_core::{Symbol, Warning};

use crate::kinds;

/// What all our annotations start with.
const PREFIX: &str = "placewright.io/";
/// The longest value of one, in bytes (EXT-1).
const VALUE_MAX: usize = 16 * 1024;
/// EXT-5.
const PROFILE: &str = "placewright.io/profile";
/// Filters of plugins, by name.
const FILTERS: &str = "placewright.io/filters";
/// What other versions understand.
const LATER: [&str; 9] = [
    "placewright.io/affinity",
    "placewright.io/affinity-from",
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
    let mut asked = Extensions { present: !spec.spread_policy.spread_constraints.is_empty(), ..Extensions::default() };
    let mut mistake = None;
    let mut warnings = Vec::new();
    for (name, value) in annotations
        .range::<str, _>((Bound::Included(PREFIX), Bound::Unbounded))
        .take_while(|(name, _)| name.starts_with(PREFIX))
    {
        let path = || format!("metadata.annotations[{name}]");
        let read = match name.as_str() {
            PROFILE | FILTERS if value.len() > VALUE_MAX => Err(too_long(value)),
            PROFILE => read_profile(value).map(|name| profile = Some(name)),
            FILTERS => read_filters(value).map(|filters| asked.filters = filters),
            later if LATER.contains(&later) && value.len() > VALUE_MAX => Err(too_long(value)),
            later if LATER.contains(&later) => {
                warnings.push(Warning::NoEffect { path: path() });
                Ok(())
            }
            _ => {
                warnings.push(Warning::UnknownAnnotation { name: name.to_string(), near: near(name) });
                continue;
            }
        };
        asked.present = true;
        if let Err(problem) = read {
            mistake.get_or_insert_with(|| format!("{}: {problem}", path()));
        }
    }
    ineffective(spec, &mut warnings);
    Ours { profile, extensions: mistake.map_or(Ok(asked), Err), warnings }
}

fn too_long(value: &str) -> String {
    format!("{} bytes, at most {VALUE_MAX} are allowed", value.len())
}

fn read_profile(value: &str) -> Result<Symbol, String> {
    match value.trim() {
        "" => Err(format!("got `{value}`, a profile's name is needed, such as `upstream` or `default`")),
        name => Ok(name.into()),
    }
}

/// `PLUGIN` or `PLUGIN/SETTINGS`, by commas; each once.
fn read_filters(value: &str) -> Result<Vec<PluginRef>, String> {
    let mut filters = Vec::new();
    for entry in value.split(',').map(str::trim) {
        let (plugin, settings) = entry.split_once('/').unwrap_or((entry, PluginRef::DEFAULT_SETTINGS));
        let is_name = |name: &str| !name.is_empty() && !name.contains(|c: char| c == '/' || c.is_whitespace());
        if !is_name(plugin) || !is_name(settings) {
            return Err(format!(
                "got `{entry}`, a plugin's name is needed, or `PLUGIN/SETTINGS`, several separated by commas"
            ));
        }
        let filter = PluginRef { plugin: plugin.into(), settings: settings.into() };
        if !filters.contains(&filter) {
            filters.push(filter);
        }
    }
    Ok(filters)
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
    let known = LATER.iter().copied().chain([PROFILE, FILTERS]).min_by_key(edits)?;
    let typed = name.len() - PREFIX.len();
    (edits(&known) <= 1 + typed / 4).then_some(known)
}
