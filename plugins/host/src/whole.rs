//! Guests that want all clusters that are left in one call: asked in the pass, and not again before something changes that
//! they read.

use std::sync::{Arc, Mutex, PoisonError};

use scheduler_core::{
    ClusterId, ClusterSet, Feasible, Filter, Inputs, Pass, PluginError, Prioritizer, Reads, Row, Time, Verdict,
    Version, back_off,
};

use crate::answer::{Scores, Verdicts};
use crate::ask::Asked;
use crate::columns::{self, Columns};
use crate::row_local::{taken_out, told};

/// How many answers of one plugin under one settings document are kept: placements share most of theirs.
const KEPT_MAX: usize = 8;

/// The last answers of one guest under one settings document, shared by all placements.
pub(crate) struct Memo<T>(Mutex<Vec<Arc<Answer<T>>>>);

/// What a guest was asked, and what it said.
struct Answer<T> {
    of: Question,
    columns: Columns,
    clusters: Vec<ClusterId>,
    said: Result<T, PluginError>,
    /// How often in a row it had no answer to this.
    failures: u32,
}

/// By this an answer is known to hold still.
#[derive(PartialEq)]
struct Question {
    inputs: Version,
    candidates: ClusterSet,
    /// Where the guest reads it: what stands for the placement.
    own: Option<ClusterSet>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Memo(Mutex::new(Vec::new()))
    }
}

impl<T> Memo<T> {
    /// The answer to what a pass asks now: the one that is known, or the guest's. A failure is known until its time has come.
    fn get(
        &self,
        asked: &Asked,
        inputs: &Inputs,
        pass: &Pass<'_>,
        ask: impl FnOnce(&Columns) -> Result<T, PluginError>,
    ) -> Arc<Answer<T>> {
        let own = columns::reads_own(&asked.plan).then(|| pass.own());
        let of = Question { inputs: pass.version(inputs), candidates: pass.candidates().clone(), own: own.cloned() };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|answer| answer.of == of).map(|at| kept.remove(at));
        if let Some(known) = &known
            && !known.is_due(pass.now())
        {
            asked.calls.remembered();
            // What was used last goes last.
            kept.push(known.clone());
            return known.clone();
        }
        let clusters: Vec<ClusterId> = pass.candidates().iter().collect();
        let columns = asked.columns(&pass.rows(inputs, &clusters), own);
        let mut said = ask(&columns);
        let mut failures = 0;
        if let Err(error) = &mut said {
            failures = known.map_or(0, |known| known.failures).saturating_add(1);
            error.retry_at = Some(pass.now().plus_seconds_saturating(back_off(failures)));
        }
        let answer = Arc::new(Answer { of, columns, clusters, said, failures });
        if kept.len() == KEPT_MAX {
            kept.remove(0);
        }
        kept.push(answer.clone());
        answer
    }
}

impl<T> Answer<T> {
    fn is_due(&self, now: Time) -> bool {
        self.said.as_ref().is_err_and(|error| error.retry_at.is_some_and(|at| at <= now))
    }

    fn row(&self, cluster: ClusterId) -> Option<usize> {
        self.clusters.binary_search(&cluster).ok()
    }
}

/// A guest's scores of all that is left.
pub(crate) struct WholeScores {
    asked: Asked,
    inputs: Inputs,
    memo: Arc<Memo<Scores>>,
}

impl WholeScores {
    pub fn new(asked: Asked, memo: Arc<Memo<Scores>>, reads: &mut Reads<'_>) -> Self {
        let inputs = reads.inputs(&asked.plan.sources());
        WholeScores { asked, inputs, memo }
    }

    fn answer(&self, pass: &Pass<'_>) -> Arc<Answer<Scores>> {
        self.memo.get(&self.asked, &self.inputs, pass, |columns| self.asked.score(columns))
    }
}

impl Prioritizer for WholeScores {
    fn score(&self, pass: &Pass<'_>, out: &mut scheduler_core::Scores) -> Result<(), PluginError> {
        out.constant(0);
        if pass.candidates().is_empty() {
            return Ok(());
        }
        let answer = self.answer(pass);
        let raw = answer.said.as_ref().map_err(PluginError::clone)?.as_slice();
        for (cluster, score) in answer.clusters.iter().zip(self.asked.plan.normalization.scores(raw)) {
            out.set(*cluster, score);
        }
        Ok(())
    }

    fn told(&self, pass: &Pass<'_>, cluster: ClusterId) -> Option<String> {
        let answer = self.answer(pass);
        let row = answer.row(cluster)?;
        let raw = answer.said.as_ref().ok()?.as_slice().get(row).copied().filter(|raw| !raw.is_nan());
        Some(told(raw, &answer.columns.told(&self.asked.plan, row)))
    }
}

/// A guest's verdicts on all that is left.
pub(crate) struct WholeVerdicts {
    asked: Asked,
    inputs: Inputs,
    memo: Arc<Memo<Verdicts>>,
    /// The last answer: reasons are asked for when fewer clusters are left than the guest was asked about.
    last: Mutex<Option<Arc<Answer<Verdicts>>>>,
}

impl WholeVerdicts {
    pub fn new(asked: Asked, memo: Arc<Memo<Verdicts>>, reads: &mut Reads<'_>) -> Self {
        let inputs = reads.inputs(&asked.plan.sources());
        WholeVerdicts { asked, inputs, memo, last: Mutex::new(None) }
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<Arc<Answer<Verdicts>>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Filter for WholeVerdicts {
    fn narrow(&self, pass: &Pass<'_>, feasible: &mut Feasible) -> Result<(), PluginError> {
        let answer = self.memo.get(&self.asked, &self.inputs, pass, |columns| self.asked.filter(columns));
        *self.last() = Some(answer.clone());
        let verdicts = answer.said.as_ref().map_err(PluginError::clone)?;
        verdicts.taken_out().for_each(|row| feasible.remove(answer.clusters[row]));
        Ok(())
    }

    fn verdict(&self, pass: &Pass<'_>, row: Row<'_>) -> Verdict {
        let answer = self.last().clone().filter(|answer| answer.of.inputs == pass.version(&self.inputs));
        let said = answer.as_ref().and_then(|answer| {
            let at = answer.row(row.id())?;
            Some((answer.said.as_ref().ok()?.reason(at)?, at, answer))
        });
        match said {
            Some((reason, at, answer)) => {
                let reason = taken_out(&self.asked.plan, &answer.columns, Some((reason, at)));
                Verdict::Infeasible(reason)
            }
            None => Verdict::Feasible,
        }
    }
}
