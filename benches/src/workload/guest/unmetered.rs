//! What fuel and the clock behind it cost: the same calls on engines that lack the one, the other or both.
#![expect(clippy::expect_used, reason = "a guest that does not run is nothing to measure")]

use std::hint::black_box;

use testkit::carbon::Columns;
use wasmtime::{
    Config, Engine, Store,
    component::{Component, Linker},
};

use self::wit::placewright::placement::types::{Batch, Column, Texts};
use super::{
    CLUSTERS, Observer,
    carbon::{Carbon, RUST},
};

mod wit {
    #![allow(missing_docs, unused_qualifications, clippy::all, reason = "generated")]
    wasmtime::component::bindgen!({
        path: "../plugins/wit",
        world: "score-plugin",
        ownership: Borrowing { duplicate_if_necessary: false },
    });
}

/// All three beside an engine that counts nothing.
pub fn all(observer: &mut dyn Observer, carbon: &Carbon, columns: &Columns) {
    let names: Vec<Vec<&str>> =
        columns.texts.iter().map(|texts| texts.values.iter().map(|value| value.as_str()).collect()).collect();
    let texts = columns.texts.iter().zip(&names);
    let texts = texts.map(|(texts, values)| Column::Texts(Texts { values, codes: &texts.codes }));
    let numbers = columns.numbers.iter().map(|numbers| Column::Numbers(numbers));
    let all: Vec<Column<'_>> = texts.chain(numbers).collect();
    let mut nothing = Instance::new(carbon, false, false);
    for (name, fuel, epoch) in [("fuel", true, false), ("epoch", false, true), ("fuel-and-epoch", true, true)] {
        let mut counted = Instance::new(carbon, fuel, epoch);
        let mut ours = || _ = black_box(counted.scores(&all));
        observer.see(&format!("guest/metered/{name}"), &mut ours, Some(&mut || _ = black_box(nothing.scores(&all))));
    }
}

/// An instance that is asked again and again.
struct Instance {
    store: Store<Log>,
    plugin: wit::ScorePlugin,
    fuel: bool,
}

/// Nobody listens.
struct Log;

impl wit::placewright::placement::log::Host for Log {
    fn log(&mut self, _: wit::placewright::placement::log::Level, _: String) {}
}

impl wit::placewright::placement::types::Host for Log {}

impl Instance {
    fn new(carbon: &Carbon, fuel: bool, epoch: bool) -> Instance {
        let mut config = Config::new();
        config.consume_fuel(fuel).epoch_interruption(epoch);
        let engine = Engine::new(&config).expect("guests run here");
        let component = Component::new(&engine, RUST).expect("it is a component");
        let mut linker = Linker::new(&engine);
        wit::ScorePlugin::add_to_linker::<_, wasmtime::component::HasSelf<Log>>(&mut linker, |log| log)
            .expect("nothing is linked twice");
        let mut store = Store::new(&engine, Log);
        if epoch {
            store.set_epoch_deadline(u64::MAX / 2);
        }
        if fuel {
            store.set_fuel(u64::MAX).expect("this engine counts fuel");
        }
        let plugin = wit::ScorePlugin::instantiate(&mut store, &component, &linker).expect("it is a plugin");
        let mut instance = Instance { store, plugin, fuel };
        instance.init(carbon);
        instance
    }

    fn init(&mut self, carbon: &Carbon) {
        let lifecycle = self.plugin.placewright_placement_lifecycle();
        let plan =
            lifecycle.call_init(&mut self.store, carbon.settings().as_str()).expect("it stays within its limits");
        assert!(plan.is_ok(), "the settings are its own");
    }

    fn scores(&mut self, columns: &[Column<'_>]) -> Vec<f64> {
        let batch = Batch { rows: CLUSTERS, columns };
        if self.fuel {
            self.store.set_fuel(u64::MAX).expect("this engine counts fuel");
        }
        let score = self.plugin.placewright_placement_score();
        score.call_score(&mut self.store, batch).expect("it does not trap").expect("it has an answer")
    }
}
