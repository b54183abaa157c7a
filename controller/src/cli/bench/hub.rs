//! The hub that is measured: read from files or simulated, told to an index object by object.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::atomic::{AtomicU64, Ordering};

use api::read::{InputFile, Object, Options, Read, read_with};
use fleet::{Churn, Fleet};
use scheduler_core::{Fact, Index, Placement, PlacementKey, Profiles};
use serde_json::Value;

use super::super::args::Source;
use super::super::input;
use super::super::notice::Notices;
use super::super::parse::Simulated;
use super::super::world::{Part, is_extended};
use super::clock::{Clock, cpu_ns, median};

/// Random changes are of no more clusters, nor of more scores, so that a large fleet needs no memory twice.
const CHANGING_MAX: usize = 10_000;
/// Bytes of a simulated fleet that are read together.
const CHUNK: usize = 1 << 20;
/// The seed of simulated fleets and random changes.
const SEED: u64 = 1;

/// A hub that was read.
pub(in crate::cli) struct Hub {
    /// Knows everything but the placements.
    pub index: Index,
    pub placements: BTreeMap<PlacementKey, Placement>,
    pub churn: Churn,
    pub clusters: usize,
    pub decoded: Decoded,
}

/// What reading took.
pub(in crate::cli) struct Decoded {
    /// Of all inputs, unpacked.
    pub bytes: u64,
    /// From JSON or YAML to the fact: the median over the clusters.
    pub ns_per_cluster: u64,
}

/// Takes in one batch of facts after the other.
struct Loader<'a> {
    hub: Index,
    placements: BTreeMap<PlacementKey, Placement>,
    clusters: usize,
    scores: usize,
    changing: Vec<Fact>,
    bytes: u64,
    decode_ns: Vec<u64>,
    extended: bool,
    notices: &'a mut Notices,
}

/// Reads files and folders or a hub; `None` where one of them is missing. On the calling thread, if that is all that rayon has.
pub(super) fn read(
    source: &Source,
    max_input: u64,
    profiles: Profiles,
    clock: &Clock,
    notices: &mut Notices,
) -> Option<Hub> {
    let found = input::find(source, notices)?;
    let unreadable = RefCell::default();
    let read = timed(found.load(&unreadable), max_input, clock);
    unreadable.into_inner().into_iter().for_each(|notice| notices.add(notice));
    let is_cluster = |(part, _): &&(Part, u64)| matches!(part.fact, Fact::Cluster(_));
    let clusters = read.objects.iter().filter(is_cluster).count();
    let mut loader = Loader::new(profiles, notices);
    loader.take(read, clusters);
    Some(loader.finish())
}

/// Makes a fleet, and reads it as if it had been files.
pub(in crate::cli) fn simulate(fleet: Simulated, profiles: Profiles, clock: &Clock, notices: &mut Notices) -> Hub {
    let Simulated { clusters, placements, mix } = fleet;
    let objects = Fleet { clusters, placements, seed: SEED }.snapshot(mix, false);
    let mut loader = Loader::new(profiles, notices);
    // What is odd about a fleet that nobody wrote is nobody's to mend.
    loader.extended = false;
    for chunk in Chunks(objects.peekable()) {
        loader.take(timed([chunk], u64::MAX, clock), clusters as usize);
    }
    loader.finish()
}

/// JSON lines, a chunk at a time.
struct Chunks<I: Iterator>(Peekable<I>);

impl<I: Iterator<Item = Value>> Iterator for Chunks<I> {
    type Item = InputFile;

    fn next(&mut self) -> Option<InputFile> {
        self.0.peek()?;
        let mut lines = String::with_capacity(CHUNK + CHUNK / 8);
        while lines.len() < CHUNK
            && let Some(object) = self.0.next()
        {
            lines.push_str(&object.to_string());
            lines.push('\n');
        }
        Some(InputFile { name: "simulated.jsonl".to_owned(), data: lines.into_bytes() })
    }
}

/// Reads, and measures for each object the CPU time since the one before it was done.
fn timed(inputs: impl IntoIterator<Item = InputFile>, max_input: u64, clock: &Clock) -> Read<(Part, u64)> {
    let done = AtomicU64::new(cpu_ns());
    read_with(inputs, &Options { max_input }, |object: Object| {
        let part = Part::new(object);
        let now = cpu_ns();
        let took = now.saturating_sub(done.swap(now, Ordering::Relaxed));
        (part, took.saturating_sub(clock.cost_ns))
    })
}

impl<'a> Loader<'a> {
    fn new(profiles: Profiles, notices: &'a mut Notices) -> Loader<'a> {
        Loader {
            extended: is_extended(&profiles),
            hub: Index::new(profiles),
            placements: BTreeMap::new(),
            clusters: 0,
            scores: 0,
            changing: Vec::new(),
            bytes: 0,
            decode_ns: Vec::new(),
            notices,
        }
    }

    /// Of so many clusters in all, not all are kept for random changes.
    fn take(&mut self, read: Read<(Part, u64)>, clusters: usize) {
        let every = clusters.div_ceil(CHANGING_MAX).max(1);
        self.bytes += read.bytes;
        read.notices.into_iter().for_each(|notice| self.notices.add(notice));
        for (part, ns) in read.objects {
            part.tell(self.extended, self.notices);
            match &part.fact {
                Fact::Cluster(_) => {
                    self.decode_ns.push(ns);
                    if self.clusters.is_multiple_of(every) {
                        self.changing.push(part.fact.clone());
                    }
                    self.clusters += 1;
                }
                Fact::Score(_) => {
                    if self.scores.is_multiple_of(every) {
                        self.changing.push(part.fact.clone());
                    }
                    self.scores += 1;
                }
                _ => {}
            }
            match part.fact {
                Fact::Placement(placement) => drop(self.placements.insert(placement.key.clone(), *placement)),
                fact => self.hub.apply(fact),
            }
        }
    }

    fn finish(self) -> Hub {
        Hub {
            index: self.hub,
            placements: self.placements,
            churn: Churn::new(&self.changing, SEED),
            clusters: self.clusters,
            decoded: Decoded { bytes: self.bytes, ns_per_cluster: median(self.decode_ns).unwrap_or(0) },
        }
    }
}
