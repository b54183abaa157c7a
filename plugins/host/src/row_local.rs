//! Guests whose answer for a row hangs on that row alone: their answers are columns of the index, which asks again only for
//! rows whose inputs changed.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use scheduler_core::{
    ClusterId, Column, Derive, Derived, Feasible, Filter, Pass, PluginError, Prioritizer, Reads, Reason, Row, Rows,
    Scores, Selector, SelectorId, Symbol, Verdict, Version,
};

use crate::answer::Verdicts;
use crate::ask::Asked;
use crate::columns::Columns;
use crate::inspect::Export;
use crate::plan::Plan;

/// Batches of more rows than these are cut, so that all cores work on them.
const WHOLE_MAX: usize = 16_384;
/// Into pieces of so many.
const PIECE: usize = 8_192;

/// The scores as a column.
struct ScoreColumn(Asked);

/// Who is taken out as a column: 1 for those, nothing for the others.
struct FilterColumn(Asked);

impl Derive for ScoreColumn {
    fn fill(&self, rows: &Rows<'_>, out: &mut [f64]) -> Result<(), PluginError> {
        in_pieces(rows, out, |rows, out| {
            out.copy_from_slice(self.0.score(&self.0.columns(rows, None))?.as_slice());
            Ok(())
        })
    }
}

impl Derive for FilterColumn {
    fn fill(&self, rows: &Rows<'_>, out: &mut [f64]) -> Result<(), PluginError> {
        in_pieces(rows, out, |rows, out| {
            let verdicts = self.0.filter(&self.0.columns(rows, None))?;
            verdicts.taken_out().for_each(|row| out[row] = 1.0);
            Ok(())
        })
    }
}

fn in_pieces(
    rows: &Rows<'_>,
    out: &mut [f64],
    fill: impl Fn(&Rows<'_>, &mut [f64]) -> Result<(), PluginError> + Sync,
) -> Result<(), PluginError> {
    if out.len() <= WHOLE_MAX {
        return fill(rows, out);
    }
    let pieces = out.par_chunks_mut(PIECE).zip(rows.clusters().par_chunks(PIECE));
    let filled: Vec<_> = pieces.map(|(out, clusters)| fill(&rows.only(clusters), out)).collect();
    // The first piece that failed, on any number of threads.
    filled.into_iter().collect()
}

/// What tells one column from another: equal keys mean the same code, settings and limits.
fn key(asked: &Asked, export: Export) -> Symbol {
    let limits = asked.guest.limits();
    format!("wasm {export} {} {limits:?} {}", asked.guest.digest(), asked.settings.as_str()).as_str().into()
}

/// A guest's scores, as a prioritizer.
pub(crate) struct RowScores {
    asked: Asked,
    derived: Derived,
    raw: Column,
}

impl RowScores {
    pub fn new(asked: Asked, reads: &mut Reads<'_>) -> Self {
        let sources = asked.plan.sources();
        let make = || Arc::new(ScoreColumn(asked.clone())) as Arc<dyn Derive>;
        let derived = reads.derived(&key(&asked, Export::Score), &sources, make);
        let raw = reads.numbers(derived.source());
        RowScores { asked, derived, raw }
    }
}

impl Prioritizer for RowScores {
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError> {
        pass.check(&self.derived)?;
        let how = self.asked.plan.normalization;
        let extremes = if how.stretches() { out.range(pass, self.raw, &[pass.candidates()]) } else { None };
        let scale = how.over(extremes);
        out.constant(0);
        out.map(pass, self.raw, scale.key(), |raw| scale.score(raw));
        Ok(())
    }

    fn told(&self, pass: &Pass<'_>, cluster: ClusterId) -> Option<String> {
        let clusters = [cluster];
        let given = self.asked.columns(&pass.rows_of(&self.derived, &clusters), None).told(&self.asked.plan, 0);
        Some(told(pass.number(self.raw, cluster), &given))
    }

    fn numbers(&self) -> Option<Column> {
        Some(self.raw)
    }

    fn bounds(&self, _: &Pass<'_>, _: ClusterId, number: Option<f64>, range: Option<(f64, f64)>) -> Option<(i32, i32)> {
        let how = self.asked.plan.normalization;
        if how.stretches() && range.is_none() {
            return None;
        }
        let score = number.map_or(0, |raw| how.over(range).score(raw));
        Some((score, score))
    }
}

/// What a guest said of a cluster, for people.
pub(crate) fn told(raw: Option<f64>, given: &str) -> String {
    match raw {
        Some(raw) => format!("says {raw} to {given}"),
        None => format!("has no opinion on {given}"),
    }
}

/// A guest's verdicts, as a filter.
pub(crate) struct RowVerdicts {
    asked: Asked,
    derived: Derived,
    taken_out: SelectorId,
    /// The last reasons that were asked for.
    reasons: Mutex<Option<Arc<Reasons>>>,
}

/// Why clusters are taken out, in one state of the fleet.
struct Reasons {
    of: Version,
    clusters: Vec<ClusterId>,
    columns: Columns,
    verdicts: Result<Verdicts, PluginError>,
}

impl RowVerdicts {
    pub fn new(asked: Asked, reads: &mut Reads<'_>) -> Self {
        let sources = asked.plan.sources();
        let make = || Arc::new(FilterColumn(asked.clone())) as Arc<dyn Derive>;
        let derived = reads.derived(&key(&asked, Export::Filter), &sources, make);
        let taken_out = reads.selector(&Selector::Has(derived.source()));
        RowVerdicts { asked, derived, taken_out, reasons: Mutex::new(None) }
    }

    /// The reasons as the fleet is now; one call for all that is taken out, as explanations ask for many.
    fn reasons(&self, pass: &Pass<'_>) -> Arc<Reasons> {
        let of = pass.version_of(&self.derived);
        let mut known = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reasons) = known.as_ref().filter(|reasons| reasons.of == of) {
            return reasons.clone();
        }
        let clusters: Vec<ClusterId> = pass.clusters(self.taken_out).iter().collect();
        let columns = self.asked.columns(&pass.rows_of(&self.derived, &clusters), None);
        let verdicts = self.asked.filter(&columns);
        known.insert(Arc::new(Reasons { of, clusters, columns, verdicts })).clone()
    }
}

impl Filter for RowVerdicts {
    fn narrow(&self, pass: &Pass<'_>, feasible: &mut Feasible) -> Result<(), PluginError> {
        pass.check(&self.derived)?;
        feasible.subtract(pass.clusters(self.taken_out));
        Ok(())
    }

    fn verdict(&self, pass: &Pass<'_>, row: Row<'_>) -> Verdict {
        if !pass.clusters(self.taken_out).contains(row.id()) {
            return Verdict::Feasible;
        }
        let reasons = self.reasons(pass);
        let at = reasons.clusters.binary_search(&row.id()).ok();
        let said = at.and_then(|at| Some((reasons.verdicts.as_ref().ok()?.reason(at)?, at)));
        Verdict::Infeasible(taken_out(&self.asked.plan, &reasons.columns, said))
    }
}

/// Why a guest takes a cluster out, with what it was given of it.
pub(crate) fn taken_out(plan: &Plan, columns: &Columns, said: Option<(&str, usize)>) -> Reason {
    Reason::Plugin(match said {
        Some((reason, row)) => format!("{reason} ({})", columns.told(plan, row)),
        None => "no reason is given".to_owned(),
    })
}
