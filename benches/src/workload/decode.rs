//! A ManagedCluster from JSON to a fact, as the API server stores it and with the managed fields it adds.

use std::hint::black_box;

use rayon::{ThreadPool, ThreadPoolBuilder, current_num_threads};
use testkit::fleet::Fleet;

use super::{Observer, Workload};
use crate::{managed_fields, world};

const CLUSTERS: u32 = 1_000;

/// 1,000 of them at once, told for one, on one thread: two that share a core would each seem slower.
pub fn all(observer: &mut dyn Observer) {
    let fleet = Fleet { clusters: CLUSTERS, placements: 0, seed: world::SEED };
    let clusters = || fleet.objects().take(CLUSTERS as usize);
    let lines = |objects: &mut dyn Iterator<Item = String>| objects.flat_map(|o| (o + "\n").into_bytes()).collect();
    let plain: Vec<u8> = lines(&mut clusters().map(|object| object.to_string()));
    let managed: Vec<u8> = lines(&mut clusters().map(|object| managed_fields::added_to(object).to_string()));
    for (name, data) in [("plain", plain), ("managed-fields", managed)] {
        // Where instructions are counted there is one thread already, and only it is looked at.
        let pool = if current_num_threads() > 1 { ThreadPoolBuilder::new().num_threads(1).build().ok() } else { None };
        observer.see(&format!("decode/{name}"), &mut Decode { data, ready: Vec::new(), pool }, None);
    }
}

struct Decode {
    data: Vec<u8>,
    ready: Vec<u8>,
    pool: Option<ThreadPool>,
}

impl Workload for Decode {
    fn at_once(&self) -> u32 {
        1
    }

    fn prepare(&mut self, _: u32) {
        self.ready.clone_from(&self.data);
    }

    fn run(&mut self) {
        let data = std::mem::take(&mut self.ready);
        black_box(match &self.pool {
            Some(pool) => pool.install(|| world::parsed(data)),
            None => world::parsed(data),
        });
    }

    fn counted(&self) -> u32 {
        2
    }

    fn units(&self) -> u32 {
        CLUSTERS
    }
}
