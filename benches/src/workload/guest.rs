//! Guests: what a plugin in WebAssembly takes, beside the same function written natively and beside other ways to call one.

mod calls;
mod carbon;
pub mod memory;
mod others;
mod pass;
mod records;
mod unmetered;

use testkit::carbon::{Columns, Objects};

use self::carbon::{Carbon, RUST};
use super::{CLUSTERS, Observer};

/// Clusters of the fleet whose scores are told beside ten times those of the usual one.
pub const LARGE: u32 = 100_000;
/// Clusters that changed since a guest was asked last.
const CHANGED: usize = 50;

/// All that can be measured in one process beside other figures.
pub fn all(observer: &mut dyn Observer) {
    let objects = Objects::of_fleet(CLUSTERS);
    let columns = Columns::of(&objects, 0..CLUSTERS as usize);
    let carbon = Carbon::new(RUST);
    calls::all(observer, &carbon, &objects, &columns);
    unmetered::all(observer, &carbon, &columns);
    records::all(observer, &carbon, &objects, &columns);
    others::all(observer, &carbon, &columns);
    pass::all(observer);
}
