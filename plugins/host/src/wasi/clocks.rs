//! Clocks that stand still.

use wasmtime::component::{ComponentType, Lift, Linker, Lower};

use super::versioned;
use crate::evaluation::Room;

/// What is done here.
pub(super) const LINKED: &[(&str, &str)] = &[
    ("wasi:clocks/monotonic-clock", "now"),
    ("wasi:clocks/monotonic-clock", "resolution"),
    ("wasi:clocks/wall-clock", "now"),
    ("wasi:clocks/wall-clock", "resolution"),
];

/// A time of day, or a span, as WASI writes it.
#[derive(Clone, Copy, ComponentType, Lift, Lower)]
#[component(record)]
struct DateTime {
    seconds: u64,
    nanoseconds: u32,
}

/// Not 0, which Go takes for a broken clock.
const NOW: u64 = 1;
/// The beginning of 1970.
const TODAY: DateTime = DateTime { seconds: 0, nanoseconds: 0 };

pub(super) fn link(linker: &mut Linker<Room>) -> wasmtime::Result<()> {
    let mut monotonic = linker.instance(&versioned("wasi:clocks/monotonic-clock"))?;
    monotonic.func_wrap("now", |_, (): ()| Ok((NOW,)))?;
    monotonic.func_wrap("resolution", |_, (): ()| Ok((1_u64,)))?;
    let mut wall = linker.instance(&versioned("wasi:clocks/wall-clock"))?;
    wall.func_wrap("now", |_, (): ()| Ok((TODAY,)))?;
    wall.func_wrap("resolution", |_, (): ()| Ok((DateTime { seconds: 0, nanoseconds: 1 },)))
}
