//! A placement compiled: its profile's plugins bound to the columns they read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reads::{Handles, Reads};
use super::selectors::SelectorId;
use super::store::Store;
use super::{Reader, Sets};
use crate::panic::catch_panic;
use crate::pass::Watch;
use crate::placement::{Configuration, IncompleteCoordinate, Mode};
use crate::{
    Coordinate, Differences, FailurePolicy, Filter, Misconfigured, Placement, Prioritizer, Profile, Selector, Symbol,
};

/// What a pass of one placement needs, made once per change of its spec, its sets or its profile.
pub(crate) struct Compiled {
    pub(crate) differences: Differences,
    pub(crate) eligible: Eligibility,
    pub(crate) filters: Box<[CompiledFilter]>,
    /// PRIO-6: raised even if no cluster is available.
    pub(crate) prioritizers: Result<Box<[CompiledPrioritizer]>, Misconfigured>,
    /// Whether a filter reads the cells of a column: then a change of a number may decide who is a candidate.
    pub(crate) filters_read: bool,
    /// Name and members of each decision group's rule.
    pub(crate) groups: Vec<(Symbol, SelectorId)>,
    pub(super) handles: Handles,
}

pub(crate) struct CompiledFilter {
    pub(crate) name: Symbol,
    pub(crate) on_failure: FailurePolicy,
    /// The error is reported when clusters are left to filter, not before (PRED-1, TAINT-1).
    pub(crate) filter: Result<Box<dyn Filter>, Misconfigured>,
}

pub(crate) struct CompiledPrioritizer {
    pub(crate) name: Symbol,
    pub(crate) weight: i32,
    pub(crate) on_failure: FailurePolicy,
    pub(crate) prioritizer: Box<dyn Prioritizer>,
}

/// Which clusters a placement may use (§4).
pub(crate) enum Eligibility {
    /// ELIG-1: no binding of the namespace names a set that exists.
    NoBindings,
    /// ELIG-2: none of the sets asked for is bound.
    NoIntersection,
    /// ELIG-8: an eligible set cannot be evaluated (SYNC-4).
    Broken { set: Symbol, problem: Misconfigured },
    /// The eligible sets, ascending by name, and their members.
    Sets { names: Box<[Symbol]>, members: SelectorId },
}

/// Compiles a placement. A plugin that panics meanwhile is kept to this placement (law 4).
pub(super) fn compile(
    p: &Placement,
    profile: &Profile,
    sets: &Sets,
    store: &mut Store,
    reader: Reader,
) -> Result<Compiled, String> {
    let mut handles = Handles::default();
    let compiled = catch_panic(|| bind_plugins(p, profile, sets, &mut Reads::new(store, &mut handles, reader)));
    match compiled {
        Ok(compiled) => Ok(Compiled { handles, ..compiled }),
        Err(panic) => {
            handles.release(store, reader);
            Err(panic)
        }
    }
}

/// Everything but the handles, which outlive a panic.
fn bind_plugins(p: &Placement, profile: &Profile, sets: &Sets, reads: &mut Reads<'_>) -> Compiled {
    let eligible = eligibility(p, sets, reads);
    let filters = profile.plugins.iter().filter_map(|plugin| {
        let filter = plugin.filter_for(p, reads)?;
        Some(CompiledFilter { name: plugin.name().into(), on_failure: plugin.on_failure(), filter })
    });
    let filters = filters.collect();
    let filters_read = reads.reads_cells();
    let prioritizers = prioritizers(p, profile, reads);
    let groups = p.groups.rules.iter().map(|rule| (rule.name.clone(), reads.selector(&rule.selector.selector())));
    let groups = groups.collect();
    let handles = Handles::default();
    Compiled { differences: profile.differences, eligible, filters, filters_read, prioritizers, groups, handles }
}

fn eligibility(p: &Placement, sets: &Sets, reads: &mut Reads<'_>) -> Eligibility {
    let bound = sets.bound_in(&p.key.namespace);
    if bound.is_empty() {
        return Eligibility::NoBindings;
    }
    let asked = |name: &Symbol| p.cluster_sets.is_empty() || p.cluster_sets.contains(name);
    let mut names = Vec::new();
    let mut members: Vec<&Selector> = Vec::new();
    for set in bound.into_iter().filter(|set| asked(&set.name)) {
        match &set.members {
            Ok(selector) => members.push(selector),
            Err(problem) => return Eligibility::Broken { set: set.name.clone(), problem: problem.clone() },
        }
        names.push(set.name.clone());
    }
    if names.is_empty() {
        return Eligibility::NoIntersection;
    }
    let members = reads.eligible(&members);
    reads.within(members);
    Eligibility::Sets { names: names.into(), members }
}

/// What makes two configurations one (PRIO-12): an entry apart is like no other.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    Named(Result<Coordinate, IncompleteCoordinate>),
    Apart(usize),
}

/// The coordinates with their weights, in the order Balance, Steady, then as configured (PRIO-1 to PRIO-3, PRIO-12, Q26).
fn weights(
    defaults: &[(Coordinate, i32)],
    configurations: &[Configuration],
) -> Vec<(Result<Coordinate, IncompleteCoordinate>, i32)> {
    let mut weights: Vec<(Result<Coordinate, IncompleteCoordinate>, i32)> = Vec::new();
    let mut places: BTreeMap<Identity, usize> = BTreeMap::new();
    for (coordinate, weight) in defaults {
        places.insert(Identity::Named(Ok(coordinate.clone())), weights.len());
        weights.push((Ok(coordinate.clone()), *weight));
    }
    for (i, Configuration { coordinate, apart, weight }) in configurations.iter().enumerate() {
        let identity = if *apart { Identity::Apart(i) } else { Identity::Named(coordinate.clone()) };
        match places.get(&identity) {
            Some(at) => weights[*at].1 = *weight,
            None => {
                places.insert(identity, weights.len());
                weights.push((coordinate.clone(), *weight));
            }
        }
    }
    weights.retain(|(_, weight)| *weight != 0);
    weights
}

fn prioritizers(
    p: &Placement,
    profile: &Profile,
    reads: &mut Reads<'_>,
) -> Result<Box<[CompiledPrioritizer]>, Misconfigured> {
    let policy = p.policy.as_ref().map_err(Misconfigured::clone)?;
    let defaults = if policy.mode == Mode::Additive { profile.weights.as_slice() } else { &[] };
    let mut compiled = Vec::new();
    for (coordinate, weight) in weights(defaults, &policy.configurations) {
        let coordinate = coordinate.map_err(|_| Misconfigured::NoAddOn)?;
        let answer = profile.plugins.iter().find_map(|plugin| {
            let prioritizer = plugin.prioritizer_for(&coordinate, p, reads)?;
            Some((plugin.on_failure(), prioritizer))
        });
        let unknown = || Misconfigured::Prioritizer { name: coordinate.to_string().into() };
        let (on_failure, prioritizer) = answer.ok_or_else(unknown)?;
        let name = coordinate.to_string().into();
        compiled.push(CompiledPrioritizer { name, weight, on_failure, prioritizer: prioritizer? });
    }
    Ok(compiled.into())
}

/// A placement of one index.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) fact: Arc<Placement>,
    /// `None`: to be compiled before the next pass. An error: a plugin panicked while it compiled itself, with this text.
    pub(crate) compiled: Option<Result<Arc<Compiled>, String>>,
    /// What shows whether a change of numbers can matter to the answer that stands.
    pub(super) watch: Option<Box<Watch>>,
}

impl Compiled {
    /// The filters that understood the spec.
    pub(crate) fn valid_filters(&self) -> impl Iterator<Item = &dyn Filter> {
        self.filters.iter().filter_map(|compiled| compiled.filter.as_deref().ok())
    }
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot").field("fact", &self.fact).field("compiled", &self.compiled.is_some()).finish()
    }
}
