//! The naive oracle: the slow, obvious scheduler over the same facts.
//!
//! Plain loops over plain maps, the spec read out loud. It shares with the engine the types of facts, decisions and
//! reasons and the text crate, and no line of code: no index, no columns, no plugins.

mod eligible;
mod filters;
mod groups;
mod guard;
mod outside;
mod prioritizers;
mod select;
mod world;

use std::collections::BTreeMap;

use scheduler_core::{
    Coordinate, Decision, Difference, Differences, Entries, Fate, Outcome, Placement, PlacementKey, Symbol, Time,
    Warning,
};

pub use prioritizers::weights;
pub use world::World;

use eligible::Eligible;
use guard::Stop;
use select::Ranking;

/// What a profile says, as far as the built-in plugins go.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The weights that mode Additive starts with (PRIO-1).
    pub weights: Vec<(Coordinate, i32)>,
    /// Which differences are on.
    pub differences: Differences,
}

/// The profiles of a hub: the two that ship, and which of them decides where a placement does not choose (EXT-5).
#[derive(Clone, Debug)]
pub struct Hub {
    /// `upstream` or `default`.
    pub profile: Symbol,
    /// By name.
    pub named: BTreeMap<Symbol, Rules>,
}

impl Hub {
    /// The two named profiles, `profile` of them as the hub's.
    #[must_use]
    pub fn new(profile: &str) -> Self {
        let weights: Vec<(Coordinate, i32)> =
            ["Balance", "Steady"].into_iter().map(|name| (Coordinate::BuiltIn(name.into()), 1)).collect();
        let named = BTreeMap::from([
            ("upstream".into(), Rules { weights: weights.clone(), differences: Differences::NONE }),
            ("default".into(), Rules { weights, differences: Differences::all() }),
        ]);
        Hub { profile: profile.into(), named }
    }

    /// The rules for one placement; a name nobody knows leaves it to the hub's.
    #[must_use]
    pub fn rules(&self, placement: &Placement) -> &Rules {
        let chosen = placement.profile.as_ref().and_then(|name| self.named.get(name));
        chosen.unwrap_or_else(|| &self.named[&self.profile])
    }
}

/// What the oracle says: the decision, and what became of every known cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The decision.
    pub decision: Decision,
    /// By cluster name, every cluster of the world.
    pub fates: BTreeMap<Symbol, Fate>,
    /// All totals of the filtered clusters; `decision.scored` is a prefix of it.
    pub totals: Vec<(Symbol, i64)>,
}

/// One pass for one placement, all that the stages look at.
pub(crate) struct Pass<'w> {
    pub(crate) world: &'w World,
    pub(crate) rules: &'w Rules,
    pub(crate) placement: &'w Placement,
    pub(crate) now: Time,
}

impl Pass<'_> {
    pub(crate) fn on(&self, difference: Difference) -> bool {
        self.rules.differences.has(difference)
    }
}

/// Schedules one placement, all else as it stands.
#[must_use]
pub fn schedule(world: &World, hub: &Hub, key: &PlacementKey, now: Time) -> Answer {
    let Some(placement) = world.placements.get(key) else {
        return Answer { decision: blank(key), fates: BTreeMap::new(), totals: Vec::new() }; // SYNC-1
    };
    let pass = Pass { world, rules: hub.rules(placement), placement, now };
    if placement.deleting {
        return untouched(&pass, Warning::Deleting); // SYNC-2
    }
    if placement.disabled {
        return untouched(&pass, Warning::Disabled); // SYNC-3
    }
    if let Some(answer) = guard::name_too_long(&pass) {
        return answer; // Q11
    }
    let eligible = match eligible::eligible(&pass) {
        Ok(eligible) => eligible,
        Err(warning) => return untouched(&pass, warning), // SYNC-4
    };
    if let Some(stop) = guard::invalid(&pass) {
        return guard::hold_unevaluated(&pass, &eligible, &stop); // GUARD-1
    }
    let mut fates = eligible::absences(world, &eligible);
    let mut warnings = Vec::new();
    match rank(&pass, &eligible, &mut fates, &mut warnings) {
        Err(stop) if stop.frozen => guard::hold(&pass, &eligible, &stop, fates, warnings),
        ranked => conclude(&pass, &eligible, ranked, fates, warnings),
    }
}

/// The stages from filters to selection; the first that stops ends it (FLOW-1, FLOW-2).
fn rank(
    pass: &Pass<'_>,
    eligible: &Eligible,
    fates: &mut BTreeMap<Symbol, Fate>,
    warnings: &mut Vec<Warning>,
) -> Result<Ranking, Stop> {
    let mut left = eligible.available.clone();
    filters::predicate(pass, &mut left, fates)?;
    filters::taint_toleration(pass, &mut left, fates)?;
    outside::filter(pass, &mut left, fates);
    let prioritizers = prioritizers::prioritizers(pass)?;
    let columns = prioritizers::score(pass, &prioritizers, &left, warnings);
    select::select(pass, &left, &columns, fates, warnings)
}

/// Groups, conditions and counts out of what was ranked or of what stopped.
fn conclude(
    pass: &Pass<'_>,
    eligible: &Eligible,
    ranked: Result<Ranking, Stop>,
    mut fates: BTreeMap<Symbol, Fate>,
    mut warnings: Vec<Warning>,
) -> Answer {
    let mut decision = blank(&pass.placement.key);
    decision.rejected = select::rejected(&fates);
    let (ranking, stopped) = match ranked {
        Ok(ranking) => (ranking, None),
        Err(stop) => (Ranking::default(), Some(stop)),
    };
    match &stopped {
        Some(stop) => guard::stop_here(eligible, stop, &mut fates),
        None => decision.requeue_at = filters::requeue_at(pass),
    }
    let (groups, problem) = groups::groups(pass, &ranking.selected);
    // SYNC-6: a problem of the groups replaces that of the stages.
    let message = problem.or(stopped.map(|s| s.message));
    let Ranking { selected, unscheduled, totals } = ranking;
    let selected = u32::try_from(selected.len()).unwrap_or(u32::MAX);
    decision.conditions = select::conditions(pass, eligible, selected, unscheduled, message.as_deref());
    decision.conditions.extend(guard::policy_valid(pass));
    let shortfall = (unscheduled > 0).then_some(scheduler_core::Shortfall { unscheduled });
    decision.outcome = Outcome::Placed { groups, selected, shortfall };
    decision.warnings = guard::told(pass);
    decision.warnings.append(&mut warnings);
    decision.scored = totals[..select::shown(&totals)].iter().cloned().collect();
    Answer { decision, fates, totals }
}

pub(crate) fn blank(key: &PlacementKey) -> Decision {
    Decision {
        placement: key.clone(),
        outcome: Outcome::Untouched,
        conditions: Vec::new(),
        warnings: Vec::new(),
        rejected: Vec::new(),
        scored: Entries::default(),
        remember: Vec::new(),
        requeue_at: None,
    }
}

/// Nothing is written, and a warning says why. Nothing is told about clusters.
fn untouched(pass: &Pass<'_>, why: Warning) -> Answer {
    let mut decision = blank(&pass.placement.key);
    decision.warnings = guard::told(pass);
    decision.warnings.push(why);
    Answer { decision, fates: BTreeMap::new(), totals: Vec::new() }
}
