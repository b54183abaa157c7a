//! A whole pass over the fleet by the built-in prioritizers, and by a guest besides.
//!
//! The guest's answers are a column of the index, so that a pass asks nobody where nothing changed.

use std::{cell::RefCell, hint::black_box};

use plugin_host::{Host, Limits};
use testkit::{
    fleet::{Churn, Part, Shape},
    plugins,
    scheduler_core::{
        Coordinate, Fact, Index, Key, Placement, Symbol, Trail,
        placement::{Configuration, Mode, PrioritizerPolicy},
    },
};

use super::{
    CHANGED, Observer,
    carbon::{self, RUST},
};
use crate::{
    workload::Workload,
    world::{self, NOW, SEED},
};

const BUILT_IN: [&str; 4] = ["Balance", "Steady", "ResourceAllocatableCPU", "ResourceAllocatableMemory"];

/// Warm, cold but for the guest's answers, and after some clusters changed.
pub fn all(observer: &mut dyn Observer) {
    let host = Host::new(false);
    let Some(hub) = host.ok().and_then(|host| Hub::new(&host)) else { return };
    let Hub { mut index, without, with, keeper } = hub;
    // Somebody else reads the guest's answers all the while, so that they are kept.
    index.apply(fact(&keeper));
    for placement in [&without, &with] {
        index.apply(fact(placement));
    }
    {
        let snapshot = index.snapshot(NOW);
        let (mut trail, mut other) = (Trail::default(), Trail::default());
        let mut ours = || _ = black_box(snapshot.schedule(&with.key, &mut trail));
        let mut built_in = || _ = black_box(snapshot.schedule(&without.key, &mut other));
        observer.see("guest/pass/warm", &mut ours, Some(&mut built_in));
    }
    cold(observer, index, with, without);
    let Some(Hub { index, with, .. }) = Host::new(false).ok().and_then(|host| Hub::new(&host)) else { return };
    let asked = RefCell::new(index);
    observer.see("guest/pass/first", &mut Cold::new(&asked, with.clone()), None);
    let mut index = asked.into_inner();
    index.apply(fact(&with));
    let mut churn = Churn::new(world::recorded(), SEED);
    let mut some = Changed { index: &mut index, churn: &mut churn };
    observer.see("guest/pass/changed", &mut some, None);
}

struct Hub {
    index: Index,
    /// Ranks by the built-in prioritizers.
    without: Placement,
    /// And by the guest.
    with: Placement,
    /// The same under another name.
    keeper: Placement,
}

impl Hub {
    /// The fleet, with nobody who asks.
    fn new(host: &Host) -> Option<Hub> {
        let facts = world::recorded();
        let loaded = carbon::loaded(carbon::compiled(host, RUST, Limits::default()));
        let mut index = Index::new(plugins::with_guests(&plugins::profiles(), &loaded.plugins()));
        let fleet = facts.iter().filter(|fact| !matches!(fact, Fact::Placement(_)));
        fleet.for_each(|fact| index.apply(fact.clone()));
        let of = |name: &str, guest: bool| ranked(world::placement(facts, Shape::A)?, name, guest);
        let (without, with, keeper) = (of("without", false)?, of("with", true)?, of("keeper", true)?);
        Some(Hub { index, without, with, keeper })
    }
}

fn ranked(asked: &Placement, name: &str, guest: bool) -> Option<Placement> {
    let built_in = BUILT_IN.map(|name| (Coordinate::BuiltIn(name.into()), false));
    let outside = guest.then(|| (Coordinate::AddOn { resource: "wasm:carbon".into(), score: "default".into() }, true));
    let all = built_in.into_iter().chain(outside);
    let configurations =
        all.map(|(coordinate, apart)| Configuration { coordinate: Ok(coordinate), apart, weight: 1 }).collect();
    let mut placement = asked.clone();
    placement.key.name = Symbol::from(name);
    placement.policy = Ok(PrioritizerPolicy { mode: Mode::Exact, configurations });
    Some(placement)
}

fn fact(placement: &Placement) -> Fact {
    Fact::Placement(Box::new(placement.clone()))
}

/// Both forget what was made for them before each pass; the guest's answers stay.
fn cold(observer: &mut dyn Observer, index: Index, with: Placement, without: Placement) {
    let index = RefCell::new(index);
    observer.see("guest/pass/cold", &mut Cold::new(&index, with), Some(&mut Cold::new(&index, without)));
}

struct Cold<'i> {
    index: &'i RefCell<Index>,
    placement: Placement,
    ready: Option<Fact>,
    trail: Trail,
}

impl<'i> Cold<'i> {
    fn new(index: &'i RefCell<Index>, placement: Placement) -> Self {
        Cold { index, placement, ready: None, trail: Trail::default() }
    }
}

impl Workload for Cold<'_> {
    fn at_once(&self) -> u32 {
        1
    }

    fn prepare(&mut self, _: u32) {
        let mut index = self.index.borrow_mut();
        index.remove(&Key::Placement(self.placement.key.clone()));
        index.snapshot(NOW);
        self.ready = Some(fact(&self.placement));
    }

    fn run(&mut self) {
        let mut index = self.index.borrow_mut();
        self.ready.take().into_iter().for_each(|fact| index.apply(fact));
        black_box(index.snapshot(NOW).schedule(&self.placement.key, &mut self.trail));
    }
}

/// The guest is asked again about clusters whose resources changed.
struct Changed<'i> {
    index: &'i mut Index,
    churn: &'i mut Churn,
}

impl Workload for Changed<'_> {
    fn at_once(&self) -> u32 {
        1
    }

    fn prepare(&mut self, _: u32) {
        for _ in 0..CHANGED {
            if let Some(change) = self.churn.of(&Part::Resources) {
                self.index.apply(change.after);
            }
        }
    }

    fn run(&mut self) {
        black_box(self.index.snapshot(NOW));
    }
}
