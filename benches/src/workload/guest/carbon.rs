//! The example plugin `carbon` as a component that is ready to be asked.
#![expect(clippy::expect_used, reason = "a guest that does not run is nothing to measure")]

use std::sync::Arc;

use plugin_host::{Batch, Column, Evaluation, FuelBudget, Guest, Host, Limits, Loaded, Plan, Settings, Spec, Wasi};
use testkit::carbon::{Columns, SETTINGS};

/// The committed component in Rust.
pub const RUST: &[u8] = include_bytes!("../../../../examples/plugins/carbon/carbon.wasm");
/// The committed component in C.
pub const C: &[u8] = include_bytes!("../../../../examples/plugins/carbon/carbon-c.wasm");

/// What an interpreter needs; guests in Rust and C run under the limits of every plugin.
const WIDE: Limits = Limits {
    fuel: FuelBudget { base: 20_000_000_000, per_row: 5_000_000 },
    memory_bytes: 1 << 30,
    backstop_ticks: 30_000,
};

/// A compiled guest with its settings and its plan.
pub struct Carbon {
    guest: Guest,
    settings: Settings,
    plan: Plan,
}

impl Carbon {
    /// Under the limits of every plugin.
    pub fn new(component: &[u8]) -> Carbon {
        Carbon::within(component, Limits::default())
    }

    /// With all that an interpreter needs.
    pub fn wide(component: &[u8]) -> Carbon {
        Carbon::within(component, WIDE)
    }

    fn within(component: &[u8], limits: Limits) -> Carbon {
        let guest = compiled(&Host::new(false).expect("guests run here"), component, limits);
        let settings = Settings::parse(SETTINGS).expect("they are JSON");
        let plan = guest.plan(&settings).expect("the settings are its own").plan;
        Carbon { guest, settings, plan }
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Columns as it is given them.
    pub fn batch<'c>(&self, columns: &'c Columns) -> Batch<'c> {
        let texts = columns.texts.iter().map(|texts| Column::Texts { values: &texts.values, codes: &texts.codes });
        let numbers = columns.numbers.iter().map(|numbers| Column::Numbers(numbers));
        let all = texts.chain(numbers).collect();
        Batch::new(&self.plan, columns.rows() as u32, all).expect("these are the plan's columns")
    }

    /// A fresh instance that knows its settings.
    pub fn evaluation(&self) -> Evaluation {
        self.guest.evaluate(&self.settings, &self.plan).expect("it gave this plan before")
    }

    /// The scores of a fresh instance.
    pub fn scores(&self, batch: &Batch<'_>) -> Vec<f64> {
        scores(&mut self.evaluation(), batch)
    }
}

/// The scores of an instance.
pub fn scores(evaluation: &mut Evaluation, batch: &Batch<'_>) -> Vec<f64> {
    evaluation.score(batch).expect("it stays within its limits").as_slice().to_vec()
}

/// A component as a guest. Go's cannot do without WASI; the others import none of it.
pub fn compiled(host: &Host, component: &[u8], limits: Limits) -> Guest {
    let inspected = host.inspect_with(component, Wasi::Deterministic).expect("it is a plugin");
    host.compile(&inspected, limits).expect("it is a plugin")
}

/// A plugin that is ready to decide; settings `default` are those of all measurements.
pub fn loaded(guest: Guest) -> Arc<Loaded> {
    let mut spec = Spec::new("carbon".into());
    spec.settings.insert("default".into(), Settings::parse(SETTINGS).expect("they are JSON"));
    Arc::new(Loaded::probe(spec, guest).expect("it describes itself"))
}
