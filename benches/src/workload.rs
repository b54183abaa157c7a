//! What is measured, by name: each workload once, whoever looks at it: criterion, the clock or the counter of instructions.

mod apply;
mod decode;
pub mod guest;
mod hub;
mod oracle;
mod pass;
pub mod series;
pub mod wakes;

/// Clusters of every workload but the series.
pub const CLUSTERS: u32 = 10_000;
/// Recorded decisions of a hub that has no placements but the shapes.
pub const PLACEMENTS: u32 = 1_000;

/// Something that can be done again and again.
pub trait Workload {
    /// How many runs can be made ready together; where it is one, each is timed by itself.
    fn at_once(&self) -> u32 {
        u32::MAX
    }

    /// Makes the next `runs` runs ready. Not measured.
    fn prepare(&mut self, runs: u32) {
        let _ = runs;
    }

    /// What is measured.
    fn run(&mut self);

    /// How many runs a count of instructions is the mean of; one alone is not warmed up.
    fn counted(&self) -> u32 {
        16
    }

    /// How many placements a run decided on average; none where that is not the question.
    fn decided(&self) -> Option<f64> {
        None
    }

    /// How much is told as one: the clusters of a file, for a figure a cluster.
    fn units(&self) -> u32 {
        1
    }
}

impl<F: FnMut()> Workload for F {
    fn run(&mut self) {
        self();
    }
}

/// Who looks at workloads.
pub trait Observer {
    /// One workload, and what the same work needs at the least.
    fn see(&mut self, name: &str, ours: &mut dyn Workload, floor: Option<&mut dyn Workload>);
}

/// Workloads that share a hub, which is built when they are looked at.
#[derive(Clone, Copy)]
pub struct Group {
    /// The names of its workloads begin with it.
    pub name: &'static str,
    /// Whether its instructions are counted and kept within a budget.
    pub budgeted: bool,
    /// Builds the hub and shows each workload.
    pub show: fn(&mut dyn Observer),
}

/// All of them. The oracle is for contrast, and code that is compiled while a count runs has none of its own to keep.
pub const GROUPS: &[Group] = &[
    Group { name: "pass", budgeted: true, show: pass::all },
    Group { name: "hub", budgeted: true, show: hub::all },
    Group { name: "decode", budgeted: true, show: decode::all },
    Group { name: "guest", budgeted: false, show: guest::all },
    Group { name: "oracle", budgeted: false, show: oracle::all },
];
