//! One instance of a guest, from its making to its last call.

use wasmtime::Store;

use crate::answer::{BadAnswer, Scores, Verdicts};
use crate::batch::Batch;
use crate::contract::wit::exports::placewright::placement as exports;
use crate::contract::wit::placewright::placement::types as said;
use crate::failure::{Call, Failure, Problem, Reason};
use crate::guest::Parts;
use crate::limits::{Limits, Meter};
use crate::log::Log;
use crate::plan::Plan;
use crate::settings::Settings;
use crate::wasi;

/// How much a guest can hand over in one call besides what it says of rows: 255 reasons, a schema, a plan.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// How much it can hand over for each row: one number.
const ANSWER_BYTES_PER_ROW: usize = size_of::<f64>();

/// One instance of a guest. Filters and scores batches of its plan; after a failure it says no more.
pub struct Evaluation {
    store: Store<Room>,
    lifecycle: exports::lifecycle::Guest,
    filter: Option<exports::filter::Guest>,
    score: Option<exports::score::Guest>,
    limits: Limits,
    fuel_used: u64,
    failed: Option<Failure>,
}

/// What belongs to one instance and to no other.
pub(crate) struct Room {
    pub meter: Meter,
    pub log: Log,
    pub wasi: wasi::State,
}

/// What an instance has used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// All its calls together, in units of fuel.
    pub fuel: u64,
    /// Memory and tables, in bytes, at their largest.
    pub memory_bytes: usize,
}

impl Evaluation {
    /// Makes an instance that nothing was said to yet.
    pub(crate) fn bare(parts: &Parts, limits: &Limits) -> Result<Evaluation, Failure> {
        let room = Room { meter: Meter::new(limits), log: Log::default(), wasi: wasi::State::new(parts.digest) };
        let mut store = Store::new(parts.ready.engine(), room);
        store.limiter(|room| &mut room.meter);
        let (made, fuel_used) = metered(&mut store, limits, Call::Start, 0, |store| {
            let instance = parts.ready.instantiate(&mut *store)?;
            let lifecycle = parts.lifecycle.load(&mut *store, &instance)?;
            let filter = parts.filter.as_ref().map(|filter| filter.load(&mut *store, &instance)).transpose()?;
            let score = parts.score.as_ref().map(|score| score.load(&mut *store, &instance)).transpose()?;
            Ok((lifecycle, filter, score))
        });
        let (lifecycle, filter, score) = made?;
        Ok(Evaluation { store, lifecycle, filter, score, limits: *limits, fuel_used, failed: None })
    }

    /// Who it is, as it says.
    pub(crate) fn describe(&mut self) -> Result<exports::lifecycle::About, Failure> {
        let lifecycle = self.lifecycle.clone();
        self.call(Call::Describe, 0, |store| lifecycle.call_describe(store), Ok)
    }

    /// Gives it its settings.
    pub(crate) fn init(&mut self, settings: &Settings) -> Result<Plan, Failure> {
        let lifecycle = self.lifecycle.clone();
        self.call(
            Call::Init,
            0,
            |store| lifecycle.call_init(store, settings.as_str()),
            |plan| match plan {
                Ok(plan) => Plan::of(plan).map_err(|bad| Failure::told(Call::Init, Reason::Settings, &bad.to_string())),
                Err(errors) => {
                    let problems = errors.iter().map(|error| Problem::of(&error.path, &error.message));
                    Err(Failure::settings(Call::Init, problems.collect()))
                }
            },
        )
    }

    /// Which of these clusters it takes out.
    ///
    /// # Errors
    /// It fails, has failed before, or exports no filter.
    pub fn filter(&mut self, batch: &Batch<'_>) -> Result<Verdicts, Failure> {
        let Some(filter) = self.filter.clone() else {
            return Err(Failure::told(
                Call::Filter,
                Reason::Settings,
                "is not exported: this plugin takes no cluster out",
            ));
        };
        let rows = batch.rows();
        let ask = |store: &mut Store<Room>| batch.lend(|batch| filter.call_filter(store, batch));
        self.call(Call::Filter, rows, ask, |said| answer(Call::Filter, said, |verdicts| Verdicts::of(rows, verdicts)))
    }

    /// How good it finds these clusters.
    ///
    /// # Errors
    /// It fails, has failed before, or exports no score.
    pub fn score(&mut self, batch: &Batch<'_>) -> Result<Scores, Failure> {
        let Some(score) = self.score.clone() else {
            return Err(Failure::told(Call::Score, Reason::Settings, "is not exported: this plugin ranks no cluster"));
        };
        let rows = batch.rows();
        let ask = |store: &mut Store<Room>| batch.lend(|batch| score.call_score(store, batch));
        self.call(Call::Score, rows, ask, |said| answer(Call::Score, said, |scores| Scores::of(rows, scores)))
    }

    /// What it has used up so far.
    #[must_use]
    pub fn usage(&self) -> Usage {
        Usage { fuel: self.fuel_used, memory_bytes: self.store.data().meter.bytes() }
    }

    /// Takes what it has said since it was last asked.
    pub fn take_log(&mut self) -> Log {
        let Room { log, wasi, .. } = self.store.data_mut();
        wasi.flush(log);
        log.take()
    }

    /// One call within its budget, and what is made of the answer. Whatever fails, fails for good.
    fn call<S, T>(
        &mut self,
        call: Call,
        rows: u32,
        ask: impl FnOnce(&mut Store<Room>) -> wasmtime::Result<S>,
        read: impl FnOnce(S) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        let (said, fuel_used) = metered(&mut self.store, &self.limits, call, rows, ask);
        self.fuel_used = self.fuel_used.saturating_add(fuel_used);
        said.and_then(read).inspect_err(|failure| self.failed = Some(failure.clone()))
    }
}

/// Reads what `filter` and `score` say alike.
fn answer<S, T>(
    call: Call,
    said: Result<S, said::Failure>,
    check: impl FnOnce(S) -> Result<T, BadAnswer>,
) -> Result<T, Failure> {
    match said {
        Ok(said) => check(said).map_err(|bad| Failure::told(call, Reason::Result, &bad.to_string())),
        Err(said::Failure::Misconfigured(message)) => Err(Failure::settings(call, vec![Problem::of("", &message)])),
        Err(said::Failure::Failed(message)) => {
            Err(Failure::told(call, Reason::Failed, &format!("says that it failed: {message}")))
        }
    }
}

/// Runs something of a guest within the budget of a call, and tells how much fuel it took.
fn metered<T>(
    store: &mut Store<Room>,
    limits: &Limits,
    call: Call,
    rows: u32,
    run: impl FnOnce(&mut Store<Room>) -> wasmtime::Result<T>,
) -> (Result<T, Failure>, u64) {
    let fuel = limits.fuel.of(rows);
    store.data_mut().log.next_call();
    store.set_epoch_deadline(limits.backstop_ticks);
    store.set_hostcall_fuel(ANSWER_BYTES_MAX.saturating_add(ANSWER_BYTES_PER_ROW.saturating_mul(rows as usize)));
    let ran = store.set_fuel(fuel).and_then(|()| run(store));
    // Engines of this host all count fuel.
    let left = store.get_fuel().unwrap_or_default();
    (ran.map_err(|error| Failure::of(call, fuel, &error)), fuel.saturating_sub(left))
}
