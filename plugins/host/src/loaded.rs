//! A plugin that is compiled and knows what it reads, under each of its settings documents.

use std::collections::BTreeMap;

use scheduler_core::Symbol;

use crate::failure::{Failure, Reason};
use crate::guest::{About, Guest};
use crate::inspect::Export;
use crate::meter::Calls;
use crate::plan::Plan;
use crate::settings::Settings;
use crate::spec::Spec;

/// A plugin ready to decide.
#[derive(Debug)]
pub struct Loaded {
    spec: Spec,
    guest: Guest,
    about: About,
    documents: BTreeMap<Symbol, Document>,
    calls: Calls,
}

/// One settings document, and what the guest says to it.
#[derive(Debug)]
pub struct Document {
    /// The document.
    pub settings: Settings,
    /// What the guest wants to be given under it, or why it refuses it.
    pub plan: Result<Plan, Failure>,
}

/// Why a compiled guest is no plugin after all.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unfit {
    /// It fails before it is asked for anything.
    #[error("{0}")]
    Failed(#[from] Failure),
    /// Its document imposes a filter that it does not have.
    #[error("spec.filter: the component exports no filter")]
    NoFilter,
}

impl Loaded {
    /// Asks a guest who it is, and what it wants to be given under each settings document. A document that it refuses is
    /// kept as refused: placements that name it are told so.
    ///
    /// # Errors
    /// It fails otherwise, or its spec imposes a filter that it does not have.
    pub fn probe(spec: Spec, guest: Guest) -> Result<Loaded, Unfit> {
        if spec.imposed.is_some() && !guest.exports(Export::Filter) {
            return Err(Unfit::NoFilter);
        }
        let about = guest.describe()?;
        let mut documents = BTreeMap::new();
        for (name, settings) in spec.documents() {
            let plan = match guest.plan(&settings) {
                Err(failure) if failure.reason != Reason::Settings => return Err(failure.into()),
                planned => planned.map(|planned| planned.plan),
            };
            documents.insert(name, Document { settings, plan });
        }
        Ok(Loaded { spec, guest, about, documents, calls: Calls::default() })
    }

    /// What the platform says of it.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The compiled component.
    #[must_use]
    pub fn guest(&self) -> &Guest {
        &self.guest
    }

    /// Who it says it is.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Its settings documents, by name; there is always one called `default`.
    #[must_use]
    pub fn documents(&self) -> &BTreeMap<Symbol, Document> {
        &self.documents
    }

    /// What its calls came to.
    #[must_use]
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The settings documents that the guest refuses.
    pub fn refused(&self) -> impl Iterator<Item = (&Symbol, &Failure)> {
        self.documents.iter().filter_map(|(name, document)| Some((name, document.plan.as_ref().err()?)))
    }
}
