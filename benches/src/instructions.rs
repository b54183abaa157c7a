//! Runs every workload a few times and says how often: callgrind counts the instructions, `cargo xtask budgets` reads both.
//!
//! The setup is shared and not counted, so that all workloads take minutes. A benchmark harness that starts a process for
//! each would build the hubs of 10,000 clusters anew in each, under an emulator that is fifty times slower.

use std::hint::black_box;

use crate::workload::{GROUPS, Observer, Workload};

/// Runs all that have a budget, on this thread alone.
///
/// # Errors
/// If rayon has threads already.
pub fn run() -> anyhow::Result<()> {
    // All work on the thread that is counted, in the same order every time.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    println!("path\t{}", path());
    for group in GROUPS.iter().filter(|group| group.budgeted) {
        (group.show)(&mut Counter);
    }
    Ok(())
}

/// Which of its loops the engine takes: counts of one path say nothing of another.
fn path() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        return "avx2";
    }
    "baseline"
}

struct Counter;

impl Observer for Counter {
    fn see(&mut self, name: &str, ours: &mut dyn Workload, _: Option<&mut dyn Workload>) {
        let runs = ours.counted();
        if runs > 1 {
            ours.prepare(1);
            ours.run();
        }
        let at_once = ours.at_once().clamp(1, runs);
        for _ in 0..runs / at_once {
            ours.prepare(at_once);
            (0..at_once).for_each(|_| instructions_counted_here(ours));
        }
        println!("{name}\t{}", runs / at_once * at_once * ours.units());
        instructions_written_here();
    }
}

/// Callgrind counts from where this begins to where it ends.
#[inline(never)]
fn instructions_counted_here(work: &mut dyn Workload) {
    work.run();
}

/// Callgrind writes down what it has counted, and begins anew.
#[inline(never)]
fn instructions_written_here() {
    black_box(());
}
