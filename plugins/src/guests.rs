//! Plugins from outside in the profiles: where they stand, and what answers for those that nobody loaded.

use std::sync::Arc;

use scheduler_core::placement::PluginRef;
use scheduler_core::{Coordinate, Difference, Misconfigured, Placement, Plugin, Prioritizer, Profile, Profiles, Reads};

use crate::AddOn;

/// Answers the coordinates of plugins from outside that no plugin answered: nobody loaded them. Without it their placements
/// would be decided as if such a score were 0, in silence.
struct NotLoaded {
    /// What can be asked for, in the profile's order.
    loaded: Vec<String>,
}

impl NotLoaded {
    const NAME: &'static str = "NotLoaded";
}

impl Plugin for NotLoaded {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn concerns(&self, p: &Placement) -> bool {
        let is_outside = |what: &Coordinate| matches!(what, Coordinate::AddOn { resource, .. } if resource.starts_with(PluginRef::PREFIX));
        // Whoever asks for a filter that nobody loaded is told which there are.
        p.coordinates().any(is_outside) || p.extensions.as_ref().is_ok_and(|asked| !asked.filters.is_empty())
    }

    fn prioritizer_for(
        &self,
        what: &Coordinate,
        _: &Placement,
        _: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        let Coordinate::AddOn { resource, score } = what else { return None };
        let plugin = resource.strip_prefix(PluginRef::PREFIX)?;
        let loaded = match self.loaded.as_slice() {
            [] => "none is loaded".to_owned(),
            loaded => format!("only {}", loaded.join(", ")),
        };
        let asked = PluginRef { plugin: plugin.into(), settings: score.clone() };
        let problem = format!("scoreCoordinate.addOn: there is no plugin `{}{asked}`, {loaded}", PluginRef::PREFIX);
        Some(Err(Misconfigured::Plugin(problem)))
    }
}

/// The same profiles with these plugins from outside instead of those that they have, in this order. They filter after the
/// built-in ones. Profiles in which nothing of ours exists (EXT) have none: upstream knows no such thing.
#[must_use]
pub fn with_guests(profiles: &Profiles, guests: &[Arc<dyn Plugin>]) -> Profiles {
    let mut profiles = profiles.clone();
    for profile in profiles.named.values_mut().filter(|profile| profile.differences.has(Difference::Ext)) {
        put_guests(profile, guests);
    }
    profiles
}

/// Between the built-in filters and the prioritizer that would answer for every add-on score.
fn put_guests(profile: &mut Profile, guests: &[Arc<dyn Plugin>]) {
    profile.plugins.retain(|plugin| !plugin.name().starts_with(PluginRef::PREFIX) && plugin.name() != NotLoaded::NAME);
    let Some(before) = profile.plugins.iter().position(|plugin| plugin.name() == AddOn::NAME) else { return };
    let loaded = guests.iter().map(|guest| format!("`{}`", guest.name())).collect();
    let not_loaded: Arc<dyn Plugin> = Arc::new(NotLoaded { loaded });
    profile.plugins.splice(before..before, guests.iter().cloned().chain([not_loaded]));
}
