//! Loaded guests as plugins of the engine.

use std::sync::Arc;

use scheduler_core::placement::PluginRef;
use scheduler_core::{Coordinate, FailurePolicy, Filter, Misconfigured, Placement, Plugin, Prioritizer, Reads, Symbol};

use crate::answer::{Scores, Verdicts};
use crate::ask::{Asked, full_name};
use crate::columns;
use crate::inspect::Export;
use crate::loaded::{Document, Loaded};
use crate::row_local::{RowScores, RowVerdicts};
use crate::whole::{Memo, WholeScores, WholeVerdicts};

/// One plugin under one settings document.
struct Configured {
    name: Symbol,
    reference: PluginRef,
    loaded: Arc<Loaded>,
    scores: Arc<Memo<Scores>>,
    verdicts: Arc<Memo<Verdicts>>,
}

impl Loaded {
    /// What a profile is given of this plugin: one for each settings document, in the order of their names.
    #[must_use]
    pub fn plugins(self: &Arc<Self>) -> Vec<Arc<dyn Plugin>> {
        let configured = self.documents().keys().map(|settings| {
            let reference = PluginRef { plugin: self.spec().name.clone(), settings: settings.clone() };
            Arc::new(Configured {
                name: full_name(&reference.plugin, settings),
                reference,
                loaded: Arc::clone(self),
                scores: Arc::default(),
                verdicts: Arc::default(),
            }) as Arc<dyn Plugin>
        });
        configured.collect()
    }
}

impl Configured {
    /// The guest as it is asked for this, or why it cannot be.
    fn asked(&self, export: Export) -> Result<Asked, Misconfigured> {
        let refuse = |problem: &str| Misconfigured::Plugin(format!("{}: {problem}", self.name));
        if !self.loaded.guest().exports(export) {
            return Err(refuse(&format!("the component exports no {export}")));
        }
        // One is made for each document.
        let Some(Document { settings, plan }) = self.loaded.documents().get(&self.reference.settings) else {
            return Err(refuse("there is no such settings document"));
        };
        let plan = plan.clone().map_err(|failure| refuse(&failure.to_string()))?;
        Ok(Asked {
            guest: self.loaded.guest().clone(),
            settings: settings.clone(),
            plan,
            calls: self.loaded.calls().clone(),
        })
    }

    /// Whether a coordinate means this.
    fn is_asked(&self, what: &Coordinate) -> bool {
        let Coordinate::AddOn { resource, score } = what else { return false };
        resource.strip_prefix(PluginRef::PREFIX) == Some(&*self.reference.plugin) && *score == self.reference.settings
    }

    /// Whether its filter is for a placement: because it asks, or because the platform says so.
    fn filters(&self, p: &Placement) -> bool {
        let asked = p.extensions.as_ref().is_ok_and(|asked| asked.filters.contains(&self.reference));
        let imposed = || self.loaded.spec().imposed.as_ref().is_some_and(|imposed| imposed.is_on(p));
        asked || (*self.reference.settings == *PluginRef::DEFAULT_SETTINGS && imposed())
    }
}

impl Plugin for Configured {
    fn name(&self) -> &str {
        &self.name
    }

    fn on_failure(&self) -> FailurePolicy {
        self.loaded.spec().on_failure
    }

    fn asked_as(&self) -> Option<&PluginRef> {
        self.loaded.guest().exports(Export::Filter).then_some(&self.reference)
    }

    fn concerns(&self, p: &Placement) -> bool {
        self.filters(p) || p.coordinates().any(|asked| self.is_asked(asked))
    }

    fn filter_for(&self, p: &Placement, reads: &mut Reads<'_>) -> Option<Result<Box<dyn Filter>, Misconfigured>> {
        if self.asked_as().is_none() || !self.filters(p) {
            return None;
        }
        Some(self.asked(Export::Filter).map(|asked| -> Box<dyn Filter> {
            match asked.plan.row_local && columns::are_facts(&asked.plan) {
                true => Box::new(RowVerdicts::new(asked, reads)),
                false => Box::new(WholeVerdicts::new(asked, self.verdicts.clone(), reads)),
            }
        }))
    }

    fn prioritizer_for(
        &self,
        what: &Coordinate,
        _: &Placement,
        reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        if !self.is_asked(what) {
            return None;
        }
        Some(self.asked(Export::Score).map(|asked| -> Box<dyn Prioritizer> {
            match asked.plan.row_local && columns::are_facts(&asked.plan) {
                true => Box::new(RowScores::new(asked, reads)),
                false => Box::new(WholeScores::new(asked, self.scores.clone(), reads)),
            }
        }))
    }
}
