//! Many runs on all cores.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{LazyLock, OnceLock};
use std::thread::{available_parallelism, scope};

use crate::asked::steps;
use crate::run::{Verdict, run};
use crate::scenario::Scenario;
use crate::schedule::Schedule;

/// After how many runs it is said how far one is.
const TELL_EVERY: usize = 500;

/// A scenario, and what comes of it without faults.
pub struct Case {
    /// The scenario.
    pub scenario: Scenario,
    calm: OnceLock<Verdict>,
}

/// Every scenario, by name.
pub static CASES: LazyLock<Vec<Case>> =
    LazyLock::new(|| Scenario::all().into_iter().map(|scenario| Case { scenario, calm: OnceLock::new() }).collect());

impl Case {
    /// A run without faults, made once. It must hold by itself.
    pub fn calm(&self) -> &Verdict {
        self.calm.get_or_init(|| {
            let verdict = run(&self.scenario, &Schedule::none(), steps(), None);
            assert!(verdict.problems.is_empty(), "{}: {:#?}", self.scenario.name, verdict.problems);
            assert!(verdict.writes > 0, "{} writes nothing", self.scenario.name);
            verdict
        })
    }

    /// What is wrong with a run under these faults. `again`: how to ask for it.
    pub fn judged(&self, schedule: &Schedule, again: &str) -> Option<String> {
        let judged = || run(&self.scenario, schedule, steps(), Some(self.calm())).problems;
        let problems = catch_unwind(AssertUnwindSafe(judged)).unwrap_or_else(|_| vec!["the run panicked".to_owned()]);
        if problems.is_empty() {
            return None;
        }
        let (name, steps, problems) = (&self.scenario.name, steps(), problems.join("\n    "));
        let again = format!("cargo xtask faults {again} --steps {steps}");
        Some(format!("{name} under {schedule:?}\n    {problems}\n  again: {again}"))
    }
}

/// Judges each of these on all cores, and tells what is wrong as soon as it is found.
pub fn assert_all<T: Sync>(runs: &[T], judge: impl Fn(&T) -> Option<String> + Sync) {
    assert!(!runs.is_empty(), "there is no such run");
    let (next, wrong) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while let Some((at, run)) = {
            let at = next.fetch_add(1, Relaxed);
            runs.get(at).map(|run| (at, run))
        } {
            if let Some(problem) = judge(run) {
                wrong.fetch_add(1, Relaxed);
                eprintln!("{problem}");
            }
            if (at + 1) % TELL_EVERY == 0 {
                eprintln!("{} of {} runs", at + 1, runs.len());
            }
        }
    };
    scope(|threads| {
        (0..available_parallelism().map_or(1, NonZero::get)).for_each(|_| drop(threads.spawn(work)));
    });
    let wrong = wrong.into_inner();
    assert_eq!(wrong, 0, "{wrong} of {} runs went wrong", runs.len());
    println!("{} runs held", runs.len());
}
