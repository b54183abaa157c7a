//! The two named profiles (design §4).

use std::collections::BTreeMap;
use std::sync::Arc;

use scheduler_core::{Coordinate, Differences, Plugin, Profile, Profiles};

use crate::{AddOn, Balance, PredicateFilter, ResourceAllocatable, Steady, TaintToleration, with_guests};

/// Bit-exact: decides as OCM's scheduler does (§21).
pub const UPSTREAM: &str = "upstream";
/// Safe: the same decisions for valid specs, and a mistake never removes a cluster.
pub const DEFAULT: &str = "default";

/// The named profiles; `default` decides where a placement does not choose.
#[must_use]
pub fn profiles() -> Profiles {
    let named = [(UPSTREAM, Differences::NONE), (DEFAULT, Differences::all())];
    let named: BTreeMap<_, _> = named.into_iter().map(|(name, on)| (name.into(), profile(on))).collect();
    with_guests(&Profiles { default: DEFAULT.into(), named }, &[])
}

fn profile(differences: Differences) -> Profile {
    // FLOW-1 fixes the order of the filters.
    let plugins: Vec<Arc<dyn Plugin>> = vec![
        Arc::new(PredicateFilter),
        Arc::new(TaintToleration),
        Arc::new(Balance),
        Arc::new(Steady),
        Arc::new(ResourceAllocatable::CPU),
        Arc::new(ResourceAllocatable::MEMORY),
        Arc::new(AddOn),
    ];
    let weights = [Balance::NAME, Steady::NAME].map(|name| (Coordinate::BuiltIn(name.into()), 1)); // PRIO-1
    Profile { plugins, weights: weights.into(), differences }
}
