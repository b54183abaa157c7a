//! A compiled guest: who it is, what it wants, and the making of its instances.

use std::fmt;
use std::sync::Arc;

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{ComponentNamedList, InstancePre, Lift, Lower};
use wasmtime::error::Context as _;

use crate::contract::wit::exports::placewright::placement as exports;
use crate::contract::wit::placewright::placement::types;
use crate::contract::{FILTER, LIFECYCLE, SCORE};
use crate::evaluation::{Evaluation, Room, Usage};
use crate::failure::{Call, Failure, Reason};
use crate::inspect::{Digest, Export, Inspected};
use crate::limits::Limits;
use crate::log::Log;
use crate::plan::Plan;
use crate::settings::Settings;
use crate::tame::tame;
use crate::ticker::Ticker;

/// How long a name or a version may be.
const NAME_BYTES_MAX: usize = 253;

/// A component that is compiled and fits the interface. Cheap to clone; any number of evaluations may run at once.
#[derive(Clone)]
pub struct Guest {
    parts: Arc<Parts>,
    limits: Limits,
}

/// What the instances of a guest are made of.
pub(crate) struct Parts {
    pub ready: InstancePre<Room>,
    pub lifecycle: exports::lifecycle::GuestIndices,
    pub filter: Option<exports::filter::GuestIndices>,
    pub score: Option<exports::score::GuestIndices>,
    pub digest: Digest,
    /// Guests outlive the host that compiled them, and no call runs without a backstop.
    _ticker: Arc<Ticker>,
}

/// Who a guest says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What its author calls it.
    pub name: String,
    /// Which version of it this is.
    pub version: String,
    /// The JSON Schema of its settings, if it gives one.
    pub settings_schema: Option<String>,
}

/// What a guest says to one settings document.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What it wants to be given.
    pub plan: Plan,
    /// What it used up to say so.
    pub usage: Usage,
    /// What it said besides.
    pub log: Log,
}

impl Guest {
    /// Finds the functions of the interface in a component.
    pub(crate) fn of(
        inspected: &Inspected<'_>,
        ready: InstancePre<Room>,
        limits: Limits,
        ticker: Arc<Ticker>,
    ) -> wasmtime::Result<Guest> {
        let can = |export| inspected.exports().contains(&export);
        fits::<(), (exports::lifecycle::About,)>(&ready, LIFECYCLE, "describe")?;
        fits::<(&str,), (Result<types::Plan, Vec<types::SettingsError>>,)>(&ready, LIFECYCLE, "init")?;
        if can(Export::Filter) {
            type Answer = Result<exports::filter::Verdicts, types::Failure>;
            fits::<(types::Batch<'_>,), (Answer,)>(&ready, FILTER, "filter")?;
        }
        if can(Export::Score) {
            fits::<(types::Batch<'_>,), (Result<Vec<f64>, types::Failure>,)>(&ready, SCORE, "score")?;
        }
        let parts = Parts {
            lifecycle: exports::lifecycle::GuestIndices::new(&ready)?,
            filter: can(Export::Filter).then(|| exports::filter::GuestIndices::new(&ready)).transpose()?,
            score: can(Export::Score).then(|| exports::score::GuestIndices::new(&ready)).transpose()?,
            ready,
            digest: inspected.digest(),
            _ticker: ticker,
        };
        Ok(Guest { parts: Arc::new(parts), limits })
    }

    /// The digest of the component.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.parts.digest
    }

    /// Whether it can do this.
    #[must_use]
    pub fn exports(&self, export: Export) -> bool {
        match export {
            Export::Filter => self.parts.filter.is_some(),
            Export::Score => self.parts.score.is_some(),
        }
    }

    /// What its calls may use up.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Asks it who it is, on an instance of its own.
    ///
    /// # Errors
    /// It fails, or its schema is not JSON.
    pub fn describe(&self) -> Result<About, Failure> {
        let about = Evaluation::bare(&self.parts, &self.limits)?.describe()?;
        let schema = about.settings_schema;
        if !schema.is_empty() {
            let schema = serde_json::from_str::<serde_json::Value>(&schema);
            schema.map_err(|error| {
                Failure::told(
                    Call::Describe,
                    Reason::Result,
                    &format!("gives a settings schema that is not JSON: {error}"),
                )
            })?;
        }
        Ok(About {
            name: tame(&about.name, NAME_BYTES_MAX),
            version: tame(&about.version, NAME_BYTES_MAX),
            settings_schema: (!schema.is_empty()).then_some(schema),
        })
    }

    /// Asks it what it wants to be given under these settings, on an instance of its own.
    ///
    /// # Errors
    /// It fails, refuses the settings, or asks for what there is not.
    pub fn plan(&self, settings: &Settings) -> Result<Planned, Failure> {
        let mut evaluation = Evaluation::bare(&self.parts, &self.limits)?;
        let plan = evaluation.init(settings)?;
        Ok(Planned { plan, usage: evaluation.usage(), log: evaluation.take_log() })
    }

    /// Makes the instance that answers under these settings, whose plan is known.
    ///
    /// # Errors
    /// It fails, or has another plan this time.
    pub fn evaluate(&self, settings: &Settings, plan: &Plan) -> Result<Evaluation, Failure> {
        let mut evaluation = Evaluation::bare(&self.parts, &self.limits)?;
        if evaluation.init(settings)? != *plan {
            let message = "gives another plan for the same settings than before";
            return Err(Failure::told(Call::Init, Reason::Result, message));
        }
        Ok(evaluation)
    }
}

/// Whether a function of an interface takes and gives what the interface says; before anything is run.
fn fits<P, R>(ready: &InstancePre<Room>, interface: &str, function: &str) -> wasmtime::Result<()>
where
    P: ComponentNamedList + Lower,
    R: ComponentNamedList + Lift,
{
    let component = ready.component();
    let interface_at = component.get_export_index(None, interface);
    match interface_at.and_then(|at| component.get_export(Some(&at), function)) {
        Some((ComponentItem::ComponentFunc(found), _)) => found
            .typecheck::<P, R>(&ready.instance_type())
            .with_context(|| format!("`{function}` of `{interface}` is of another kind")),
        _ => Err(wasmtime::Error::msg(format!("`{interface}` lacks the function `{function}`"))),
    }
}

impl fmt::Debug for Guest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guest").field("digest", &self.digest()).field("limits", &self.limits).finish_non_exhaustive()
    }
}
