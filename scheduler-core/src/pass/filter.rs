//! Stage filter: what each filter leaves of the eligible, in the profile's order (FLOW-1).

use kube_text::Time;

use super::guard::{Failed, Stop};
use super::trail::Filtered;
use super::{Pass, Run};
use crate::{Feasible, Stage};

impl Run<'_> {
    pub(super) fn filter(&mut self) -> Result<(), Stop> {
        for at in 0..self.compiled.filters.len() {
            self.run_filter(at)?;
        }
        Ok(())
    }

    fn run_filter(&mut self, at: usize) -> Result<(), Stop> {
        let compiled = &self.compiled.filters[at];
        let _span = tracing::debug_span!("filter", plugin = compiled.name.as_str()).entered();
        let mut left = self.trail.spare_set();
        if let Some(candidates) = self.trail.candidates() {
            left.copy_from(candidates);
        }
        // PRED-1, TAINT-1: with no cluster left nothing is validated.
        if !left.is_empty() {
            let stage = || Stage::Filter(compiled.name.clone());
            let filter = compiled.filter.as_ref().map_err(|e| Stop::misconfigured(stage(), &compiled.name, e))?;
            let mut feasible = Feasible::of(left);
            let answer = filter.narrow(&self.view(), &mut feasible);
            left = feasible.into_set();
            if let Err(error) = answer {
                return self.failed(Failed {
                    stage: stage(),
                    plugin: &compiled.name,
                    policy: compiled.on_failure,
                    told: format!("filter {}: {error}", compiled.name),
                    error,
                });
            }
        }
        self.trail.filters.push(Filtered { name: compiled.name.clone(), at, left });
        Ok(())
    }

    /// What plugins see now.
    pub(super) fn view(&self) -> Pass<'_> {
        self.snapshot.view(self.p, self.compiled.differences, self.trail, self.standing)
    }

    /// When time alone may change this answer, seen from what stood (TAINT-9).
    pub(super) fn holds_until(&self) -> Option<Time> {
        let standing = &self.trail.own;
        if standing.is_empty() {
            return None;
        }
        self.compiled.valid_filters().filter_map(|filter| filter.holds_until(&self.view(), standing)).min()
    }
}
