//! The interface that we did not choose: a call that is given every cluster as a record instead of columns.
//!
//! The guest of it takes the records and does not look at them, so that the figure is what no guest could do without.
#![expect(clippy::expect_used, reason = "a guest that does not run is nothing to measure")]

use std::hint::black_box;

use testkit::{
    carbon::{Columns, Objects},
    scheduler_core::{Cluster as Known, Quantity, Symbol},
};
use wasmtime::{
    Config, Engine, Store,
    component::{Component, ComponentType, InstancePre, Linker, Lower},
};

use super::{Observer, carbon::Carbon};

const COMPONENT: &str = include_str!("records.wat");

/// A cluster as a record.
#[derive(ComponentType, Lower)]
#[component(record)]
struct Cluster<'c> {
    name: &'c str,
    labels: Vec<(&'c str, &'c str)>,
    claims: Vec<(&'c str, &'c str)>,
    allocatable: Vec<(&'c str, f64)>,
    capacity: Vec<(&'c str, f64)>,
}

/// Columns, beside records of the same clusters.
pub fn all(observer: &mut dyn Observer, carbon: &Carbon, objects: &Objects, columns: &Columns) {
    let batch = carbon.batch(columns);
    let records: Vec<Cluster<'_>> = objects.clusters().iter().map(Cluster::of).collect();
    let ready = ready();
    let mut as_records = || _ = black_box(scores(&ready, &records));
    observer.see("guest/columns", &mut || _ = black_box(carbon.scores(&batch)), Some(&mut as_records));
}

impl<'c> Cluster<'c> {
    fn of(cluster: &'c Known) -> Cluster<'c> {
        Cluster {
            name: cluster.name.as_str(),
            labels: texts(&cluster.labels),
            claims: texts(&cluster.claims),
            allocatable: numbers(&cluster.allocatable),
            capacity: numbers(&cluster.capacity),
        }
    }
}

fn texts(pairs: &[(Symbol, Symbol)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

fn numbers(amounts: &[(Symbol, Quantity)]) -> Vec<(&str, f64)> {
    amounts.iter().map(|(resource, amount)| (resource.as_str(), amount.approximate().unwrap_or_default())).collect()
}

fn ready() -> InstancePre<()> {
    let mut config = Config::new();
    config.consume_fuel(true).epoch_interruption(true);
    let engine = Engine::new(&config).expect("guests run here");
    let component = Component::new(&engine, wat::parse_str(COMPONENT).expect("it is a component"));
    Linker::new(&engine).instantiate_pre(&component.expect("it is a component")).expect("it wants nothing")
}

/// A fresh instance for each call, as everywhere.
fn scores(ready: &InstancePre<()>, records: &[Cluster<'_>]) -> Vec<f64> {
    let mut store = Store::new(ready.engine(), ());
    store.set_epoch_deadline(u64::MAX / 2);
    store.set_fuel(u64::MAX).expect("this engine counts fuel");
    let instance = ready.instantiate(&mut store).expect("it wants nothing");
    let score = instance.get_typed_func::<(&[Cluster<'_>],), (Vec<f64>,)>(&mut store, "score");
    score.expect("it is exported").call(&mut store, (records,)).expect("it does not trap").0
}
