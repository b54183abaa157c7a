//! One pass of one placement, as a list of stages: eligible, filter, score, weigh and select, guard, group (§3, FLOW-1).

mod conditions;
mod extremes;
mod fates;
mod filter;
mod group;
mod guard;
mod kept;
mod layer;
mod score;
mod scores;
mod select;
mod trail;
mod untold;
mod view;
mod watch;
mod weigh;

pub use kept::MapKey;
pub use scores::Scores;
pub use trail::Trail;
pub use view::{Pass, Row, TextColumn};
pub(crate) use watch::Watch;

use guard::Stop;
use select::{Selection, Shown, Top};
use trail::Stopped;

use crate::index::{Compiled, Eligibility, Snapshot, Standing};
use crate::{
    Decision, Difference, Group, Misconfigured, Outcome, Placement, PlacementKey, Shortfall, Stage, Symbol, Want,
    Warning,
};

/// A label value holds no more (Q11).
const LABEL_VALUE_MAX: usize = 63;

impl Snapshot<'_> {
    /// Decides one placement, all else as it stands. Commits nothing.
    ///
    /// O(rows / 64 × selectors + candidates × prioritizers + selected × log selected).
    #[must_use]
    #[tracing::instrument(level = "debug", skip_all, fields(placement = %p))]
    pub fn schedule(&self, p: &PlacementKey, trail: &mut Trail) -> Decision {
        trail.begin(self.index, p);
        let slot = self.index.slot(p);
        let Some((slot, compiled)) = slot.and_then(|slot| Some((slot, slot.compiled.as_ref()?))) else {
            trail.stop = Some(Stopped::untouched("there is no such placement"));
            return Decision::untouched(p.clone(), Vec::new()); // SYNC-1
        };
        let compiled = match compiled {
            Ok(compiled) => compiled,
            Err(panic) => return self.after_panic(p, trail, panic),
        };
        let standing = self.index.decided.standing(p);
        let mut run = Run {
            snapshot: *self,
            p: &slot.fact,
            compiled,
            standing,
            trail,
            warnings: Vec::new(),
            degraded: Vec::new(),
        };
        let answer = run.stages();
        run.decision(answer)
    }
}

/// One pass under way.
struct Run<'a> {
    snapshot: Snapshot<'a>,
    p: &'a Placement,
    compiled: &'a Compiled,
    standing: Option<&'a Standing>,
    trail: &'a mut Trail,
    warnings: Vec<Warning>,
    /// Plugins that failed and were left out.
    degraded: Vec<String>,
}

/// What the stages made.
struct Placed {
    groups: Vec<Group>,
    selected: usize,
    unscheduled: u32,
    /// SYNC-6: what is wrong with the group strategy, where upstream writes what it has all the same (Q4, Q5).
    problem: Option<Misconfigured>,
}

impl Run<'_> {
    fn stages(&mut self) -> Result<Placed, Stop> {
        self.sync()?;
        self.eligible()?;
        self.filter()?;
        self.score()?;
        let unscheduled = self.select()?;
        self.warn_of_untold();
        self.group(unscheduled)
    }

    /// What keeps a placement from being evaluated at all: SYNC-2, SYNC-3, Q11.
    fn sync(&mut self) -> Result<(), Stop> {
        // In every profile: that a profile ignores a field is no reason to be silent about it.
        self.warnings.extend_from_slice(&self.p.warnings);
        if self.p.deleting {
            return Err(Stop::Untouched(Warning::Deleting));
        }
        if self.p.disabled {
            return Err(Stop::Untouched(Warning::Disabled));
        }
        if self.p.key.name.len() > LABEL_VALUE_MAX {
            return Err(Stop::NameTooLong);
        }
        Ok(())
    }

    /// Stage eligible: the members of the bound sets (§4). SYNC-4, EXT-3.
    fn eligible(&mut self) -> Result<(), Stop> {
        let store = &self.snapshot.index.store;
        let mut eligible = self.trail.spare_set();
        match &self.compiled.eligible {
            Eligibility::NoBindings | Eligibility::NoIntersection => eligible.reset(store.rows.len()),
            Eligibility::Sets { members, .. } => eligible.copy_from(store.selectors.bits(*members)),
            Eligibility::Broken { set, problem } => {
                let (set, problem) = (set.clone(), problem.to_string());
                return Err(Stop::Untouched(Warning::SetSelector { set, problem }));
            }
        }
        self.trail.eligible = Some(eligible);
        if let Some(standing) = self.standing {
            standing.fill(&mut self.trail.own, store);
        }
        self.policy()?;
        self.mistake()
    }

    /// EXT-3, EXT-5: a mistake in our own annotations.
    fn policy(&mut self) -> Result<(), Stop> {
        if !self.has(Difference::Ext) {
            return Ok(());
        }
        if let Some(known) = self.snapshot.index.unknown_profile(self.p) {
            let given = self.p.profile.clone().unwrap_or_default();
            let known: Vec<&str> = known.iter().map(Symbol::as_str).collect();
            let known = known.join(", ");
            let problem =
                format!("metadata.annotations[placewright.io/profile]: must be one of {known}, got `{given}`");
            return Err(Stop::Policy(problem));
        }
        let asked = self.p.extensions.as_ref().map_err(|problem| Stop::Policy(problem.clone()))?;
        let plugins = &self.snapshot.index.profiles.of(self.p).plugins;
        let known = || plugins.iter().filter_map(|plugin| plugin.asked_as());
        let Some(unknown) = asked.filters.iter().find(|filter| !known().any(|known| known == *filter)) else {
            return Ok(());
        };
        let known: Vec<String> = known().map(|filter| format!("`{filter}`")).collect();
        let known = if known.is_empty() { "none is loaded".to_owned() } else { format!("only {}", known.join(", ")) };
        let problem = format!("metadata.annotations[placewright.io/filters]: there is no filter `{unknown}`, {known}");
        Err(Stop::Policy(problem))
    }

    /// Stages weigh and select: totals of the candidates, and the best of them (§8.2, §9). How many are missing.
    fn select(&mut self) -> Result<u32, Stop> {
        let want = *self.p.want.as_ref().map_err(|problem| Stop::misconfigured(Stage::Select, "", problem))?;
        let trail = &mut *self.trail;
        let Some(candidates) = trail.filters.last().map(|f| &f.left).or(trail.eligible.as_ref()) else { return Ok(0) };
        let k = match want {
            Want::All => usize::MAX,
            Want::AtMost(n) => n as usize,
        };
        let store = &self.snapshot.index.store;
        let shown = Shown::new(&mut trail.shown, store);
        let mut selection = Selection { top: Top::new(k, &mut trail.selected), shown };
        weigh::weigh(&trail.scored, candidates, store, &mut selection);
        selection.top.finish();
        Ok(match want {
            Want::All => 0,
            // No more than `n`, which is a u32.
            Want::AtMost(n) => n - trail.selected.len() as u32,
        })
    }

    /// Stage group (§10.1, §10.2).
    fn group(&mut self, unscheduled: u32) -> Result<Placed, Stop> {
        let strategy = &self.p.groups;
        let selected = self.trail.selected.len();
        let placed = |groups, problem| Placed { groups, selected, unscheduled, problem };
        let length = match &strategy.length {
            Ok(length) => group::length(*length, selected),
            Err(problem) if self.has(Difference::Q4) => return Err(Stop::misconfigured(Stage::Select, "", problem)),
            Err(problem) => return Ok(placed(Vec::new(), Some(problem.clone()))),
        };
        let cut = group::Cut { selected: &self.trail.selected, length, store: &self.snapshot.index.store };
        match &strategy.invalid {
            None => Ok(placed(cut.partition(&self.compiled.groups), None)),
            Some(problem) if self.has(Difference::Q5) => Err(Stop::misconfigured(Stage::Select, "", problem)),
            Some(problem) => Ok(placed(cut.by_rules(&self.compiled.groups).0, Some(problem.clone()))),
        }
    }

    fn has(&self, difference: Difference) -> bool {
        self.compiled.differences.has(difference)
    }

    /// How many clusters are eligible.
    fn available(&self) -> usize {
        self.trail.eligible.as_ref().map_or(0, crate::ClusterSet::len)
    }

    /// The answer of a pass that ran to its end.
    fn placed(&mut self, placed: Placed) -> Decision {
        let Placed { groups, selected, unscheduled, problem } = placed;
        let message = problem.map(|problem| format!(":{problem}"));
        let available = self.available();
        let satisfied = conditions::satisfied(self.p, &self.compiled.eligible, available, selected, unscheduled);
        let mut conditions = vec![conditions::misconfigured(message.as_deref()), satisfied];
        if self.has(Difference::Ext) {
            conditions.extend(conditions::policy_valid(self.p));
            conditions.extend(conditions::degraded(&self.degraded));
        }
        let shortfall = (unscheduled > 0).then_some(Shortfall { unscheduled });
        let (mut rejected, left) = self.rejected_of(available);
        if left > selected {
            rejected.push((Stage::Select, (left - selected) as u32));
        }
        Decision {
            placement: self.p.key.clone(),
            // No more than there are rows.
            outcome: Outcome::Placed { groups, selected: selected as u32, shortfall },
            conditions,
            warnings: std::mem::take(&mut self.warnings),
            rejected,
            scored: self.snapshot.index.store.entries(self.trail.shown.clone()),
            remember: Vec::new(),
            requeue_at: self.holds_until(),
        }
    }

    /// How many each filter that ran took out.
    fn rejected(&self) -> Vec<(Stage, u32)> {
        self.rejected_of(self.available()).0
    }

    /// The same of so many that were eligible, and how many are left.
    fn rejected_of(&self, available: usize) -> (Vec<(Stage, u32)>, usize) {
        let mut before = available;
        let mut rejected = Vec::new();
        for filter in &self.trail.filters {
            let left = filter.left.len();
            if before > left {
                rejected.push((Stage::Filter(filter.name.clone()), (before - left) as u32));
            }
            before = left;
        }
        (rejected, before)
    }
}
