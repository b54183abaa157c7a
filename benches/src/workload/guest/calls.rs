//! One call over all clusters, over those that changed, and over ten times as many; a guest that never ends.

#![expect(clippy::expect_used, reason = "a guest that does not run is nothing to measure")]

use std::hint::black_box;

use plugin_host::{Batch, Column, Host, Limits, Reason, Settings};
use testkit::{
    carbon::{Columns, Objects},
    scheduler_core::Symbol,
};

use super::{
    CHANGED, LARGE, Observer,
    carbon::{self, Carbon},
};
use crate::workload::CLUSTERS;

#[path = "../../../../plugins/host/tests/made/mod.rs"]
#[expect(clippy::unwrap_used, reason = "what is written by hand is a component")]
mod made;

/// The guest in Rust beside the same function natively.
pub fn all(observer: &mut dyn Observer, carbon: &Carbon, objects: &Objects, columns: &Columns) {
    let batch = carbon.batch(columns);
    let mut natively = || _ = black_box(black_box(columns).scores());
    let mut looked_up = || _ = black_box(black_box(objects).scores(0..CLUSTERS as usize));
    let mut one = carbon.evaluation();
    observer.see("guest/reused", &mut || _ = black_box(carbon::scores(&mut one, &batch)), Some(&mut natively));
    observer.see("guest/fresh", &mut || _ = black_box(carbon.scores(&batch)), Some(&mut natively));
    observer.see("guest/fresh-objects", &mut || _ = black_box(carbon.scores(&batch)), Some(&mut looked_up));

    let few = Columns::of(objects, 0..CHANGED);
    let batch = carbon.batch(&few);
    let mut looked_up = || _ = black_box(black_box(objects).scores(0..CHANGED));
    observer.see("guest/changed", &mut || _ = black_box(carbon.scores(&batch)), Some(&mut looked_up));

    endless(observer);
    let many = Columns::of_fleet(LARGE);
    let batch = carbon.batch(&many);
    let mut natively = || _ = black_box(black_box(&many).scores());
    observer.see("guest/large", &mut || _ = black_box(carbon.scores(&batch)), Some(&mut natively));
}

/// A guest that never ends: how long its fuel for the whole fleet lasts.
fn endless(observer: &mut dyn Observer) {
    let host = Host::new(false).expect("guests run here");
    let forever = "(loop $ever (br $ever)) unreachable";
    let guest = carbon::compiled(&host, &made::guest().with("score", forever).bytes(), Limits::default());
    let plan = guest.plan(&Settings::default()).expect("it is as any other until it is asked").plan;
    let (numbers, names, codes) = (vec![1.0; CLUSTERS as usize], [Symbol::default()], vec![0; CLUSTERS as usize]);
    let columns = vec![Column::Numbers(&numbers), Column::Texts { values: &names, codes: &codes }];
    let batch = Batch::new(&plan, CLUSTERS, columns).expect("these are the plan's columns");
    let mut ours = || {
        let mut evaluation = guest.evaluate(&Settings::default(), &plan).expect("it is as any other so far");
        assert_eq!(evaluation.score(&batch).map_err(|failure| failure.reason).err(), Some(Reason::Fuel));
    };
    observer.see("guest/endless", &mut ours, None);
}
