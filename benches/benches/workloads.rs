//! Every workload up to 10,000 clusters, beside its floor where it has one: `cargo bench -p benches -- pass/b`.
//!
//! A lone number says nothing: told is the median of one run on one machine, both sides in that run.

use std::time::Duration;

use benches::{
    clock,
    workload::{GROUPS, Observer, Workload},
};
use criterion::{Criterion, criterion_group, criterion_main};

/// Shows workloads to criterion. Wall time; the report tells CPU time too.
struct Shown<'c> {
    criterion: &'c mut Criterion,
}

impl Observer for Shown<'_> {
    fn see(&mut self, name: &str, ours: &mut dyn Workload, floor: Option<&mut dyn Workload>) {
        let mut group = self.criterion.benchmark_group(name);
        let mut bench = |side: &str, work: &mut dyn Workload| {
            group.bench_function(side, |b| {
                b.iter_custom(|runs| {
                    let runs = u32::try_from(runs).unwrap_or(u32::MAX);
                    Duration::from_nanos(clock::time(work, runs).wall as u64)
                });
            });
        };
        bench("engine", ours);
        if let Some(floor) = floor {
            bench("floor", floor);
        }
    }
}

fn workloads(criterion: &mut Criterion) {
    // Whoever asks for one group by name need not wait for the hubs of the others.
    let named = |argument: &String| GROUPS.iter().find(|group| argument.split('/').next() == Some(group.name));
    let asked = std::env::args().find_map(|argument| named(&argument));
    for group in GROUPS.iter().filter(|group| asked.is_none_or(|asked| asked.name == group.name)) {
        (group.show)(&mut Shown { criterion });
    }
}

criterion_group! {
    name = all;
    // Rounds of seconds need no more than this; the short ones are many in it.
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    targets = workloads
}
criterion_main!(all);
