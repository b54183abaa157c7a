//! What guests hold of memory, in a process that does nothing else.

use std::fmt;

use plugin_host::{Host, Limits};
use testkit::carbon::Columns;

use super::{
    carbon::{self, Carbon, RUST},
    others,
};
use crate::{resident, workload::CLUSTERS};

/// How many instances are alive at once; one alone is lost in what the allocator holds ready.
const INSTANCES: usize = 50;
/// How many plugins.
const PLUGINS: u8 = 100;

/// Who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// One instance of a guest in Rust that has scored the fleet.
    Rust,
    /// The same in Python.
    Python,
    /// 100 plugins in Rust, compiled and probed.
    Plugins,
}

impl Held {
    /// All of them.
    pub const ALL: [Held; 3] = [Held::Rust, Held::Python, Held::Plugins];
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Held::Rust => "instance-rust",
            Held::Python => "instance-python",
            Held::Plugins => "plugins-100",
        })
    }
}

/// Bytes by which this process grows; none: the component was not built here.
pub fn resident(held: Held) -> Option<u64> {
    match held {
        Held::Rust => Some(instance(&Carbon::new(RUST))),
        Held::Python => Some(instance(&Carbon::wide(&others::built("python")?))),
        Held::Plugins => plugins(),
    }
}

/// Of one instance, as a share of many that are alive at once.
fn instance(guest: &Carbon) -> u64 {
    let columns = Columns::of_fleet(CLUSTERS);
    let batch = guest.batch(&columns);
    // What is made once for all is there afterwards.
    guest.scores(&batch);
    let before = resident::bytes();
    let alive: Vec<_> = (0..INSTANCES)
        .map(|_| {
            let mut evaluation = guest.evaluation();
            carbon::scores(&mut evaluation, &batch);
            evaluation
        })
        .collect();
    resident::bytes().saturating_sub(before) / alive.len() as u64
}

/// Of many plugins of other bytes, the host included.
fn plugins() -> Option<u64> {
    let before = resident::bytes();
    let host = Host::new(false).ok()?;
    let loaded: Vec<_> = (0..PLUGINS)
        .map(|number| {
            // A section that nobody reads makes it another component.
            let component = [RUST, &[0, 3, 1, b'n', number]].concat();
            carbon::loaded(carbon::compiled(&host, &component, Limits::default()))
        })
        .collect();
    let bytes = resident::bytes().saturating_sub(before);
    drop(loaded);
    Some(bytes)
}
