//! One question to a guest: a fresh instance, its settings, a batch, an answer.

use scheduler_core::placement::PluginRef;
use scheduler_core::{ClusterSet, Fault, PluginError, Rows, Symbol};

use crate::answer::{Scores, Verdicts};
use crate::columns::Columns;
use crate::evaluation::Evaluation;
use crate::failure::{Failure, Reason};
use crate::guest::Guest;
use crate::inspect::Export;
use crate::meter::Calls;
use crate::plan::Plan;
use crate::settings::Settings;

/// A guest under one settings document, whose plan is known.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub guest: Guest,
    pub settings: Settings,
    pub plan: Plan,
    pub calls: Calls,
}

impl Asked {
    /// How good it finds these clusters.
    ///
    /// # Errors
    /// It fails.
    pub fn score(&self, columns: &Columns) -> Result<Scores, PluginError> {
        self.ask(Export::Score, columns, Evaluation::score)
    }

    /// Which of these clusters it takes out.
    ///
    /// # Errors
    /// It fails.
    pub fn filter(&self, columns: &Columns) -> Result<Verdicts, PluginError> {
        self.ask(Export::Filter, columns, Evaluation::filter)
    }

    /// What it is given of these clusters.
    pub fn columns(&self, rows: &Rows<'_>, own: Option<&ClusterSet>) -> Columns {
        Columns::of(&self.plan, rows, own)
    }

    fn ask<T>(
        &self,
        what: Export,
        columns: &Columns,
        call: impl FnOnce(&mut Evaluation, &crate::Batch<'_>) -> Result<T, Failure>,
    ) -> Result<T, PluginError> {
        let batch = columns.batch(&self.plan).map_err(|bad| PluginError::broken(format!("the host's batch: {bad}")))?;
        let answer = self.calls.timed(what, batch.rows(), || {
            let mut evaluation = self.guest.evaluate(&self.settings, &self.plan)?;
            let answer = call(&mut evaluation, &batch);
            self.calls.used(evaluation.usage());
            answer
        });
        answer.map_err(PluginError::from)
    }
}

/// Settings that can never work are the placement's mistake, all else is the guest's.
impl From<Failure> for PluginError {
    fn from(failure: Failure) -> Self {
        let fault = if failure.reason == Reason::Settings { Fault::Misconfigured } else { Fault::Broken };
        PluginError { fault, ..PluginError::broken(failure.to_string()) }
    }
}

/// The name by which explanations and conditions tell a plugin under one settings document.
pub(crate) fn full_name(plugin: &Symbol, settings: &Symbol) -> Symbol {
    format!("{}{plugin}/{settings}", PluginRef::PREFIX).as_str().into()
}
