//! The section of `docs/benchmarks.md`.

use std::fmt::Write;
use std::time::Duration;

use crate::stage::{LABELLED, SIZE};
use crate::steps::{Change, Restart, Whole};

/// All that was measured.
#[derive(Debug, Default)]
pub struct Figures {
    pub whole: Vec<Whole>,
    /// The bare client, a round each.
    pub floor: Vec<Duration>,
    pub restart: Option<Restart>,
    pub label: Option<Change>,
    pub cluster: Option<Change>,
    pub killed: Option<Change>,
}

/// A table with what each row means.
pub fn markdown(figures: &Figures) -> String {
    let mut text = format!(
        "Written by `cargo xtask bench hub`: etcd (without fsync), kube-apiserver, the shipped program and this \
         measurement on one machine of {} cores; {SIZE} clusters and {SIZE} placements of shape `u`, no client rate. \
         Times are wall times, medians of {} rounds with the quickest and the slowest where there are several, seen by a \
         watch; writes are the API server's own count. The *bare client* knows every answer and sends the same writes, \
         with the same library, 16, 64 or 256 placements at once: its best counts. After each step what stands on the \
         hub is compared with a fresh evaluation: no decision may lack a cluster or have one too many.\n\n| what | measured |\n| --- | --- |\n",
        std::thread::available_parallelism().map_or(0, usize::from),
        figures.whole.len(),
    );
    for (what, told) in whole(figures).into_iter().chain(changes(figures)) {
        let _ = writeln!(text, "| {what} | {told} |");
    }
    text
}

fn whole(figures: &Figures) -> Vec<(String, String)> {
    let of = |what: fn(&Whole) -> Duration| spread(figures.whole.iter().map(what).collect());
    let decided = figures.whole.iter().map(|whole| whole.decided);
    let mut ratios: Vec<f64> =
        decided.zip(&figures.floor).map(|(ours, floor)| ours.as_secs_f64() / floor.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    let most = |what: fn(&Whole) -> u64| figures.whole.iter().map(what).max().unwrap_or_default();
    vec![
        (format!("{SIZE} placements, nothing decided: from the start until ready"), of(|whole| whole.ready)),
        ("from ready until the last of their writes".into(), of(|whole| whole.decided)),
        ("the bare client, the same writes".into(), spread(figures.floor.clone())),
        (
            "ours ÷ bare client, aim 1.5".into(),
            format!("{:.2}", ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)),
        ),
        (
            "writes of decisions; of events meanwhile".into(),
            format!("{}; {}", most(|whole| whole.seen.writes.decisions), most(|whole| whole.seen.writes.events)),
        ),
        (
            "placements that a fresh evaluation would move, since counts changed behind them (Q15)".into(),
            format!("{} of {SIZE}", figures.whole.iter().map(|whole| whole.moved).max().unwrap_or_default()),
        ),
        ("CPU time of the process, start included".into(), of(|whole| whole.cpu)),
        ("its memory at most".into(), format!("{} MiB", most(|whole| whole.peak) >> 20)),
    ]
}

fn changes(figures: &Figures) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    if let Some(Restart { ready, writes }) = figures.restart {
        rows.push((
            "a restart, nothing changed: until ready, aim 5 s; writes, aim 0".into(),
            format!("{}; {writes}", told(ready)),
        ));
    }
    let labelled = format!("one label of one cluster, which {LABELLED} placements select by");
    let newcomer = format!("one new cluster, which all {SIZE} placements take");
    for (what, change) in [(labelled, figures.label), (newcomer, figures.cluster)] {
        let Some(Change { first, last, writes }) = change else { continue };
        let told = format!("{} / {}; {writes}", told(first), told(last));
        rows.push((format!("{what}: until the first / the last write; writes"), told));
    }
    if let Some(Change { first, .. }) = figures.killed {
        rows.push(("the leader killed: until the standby's first write, aim 138 s".into(), told(first)));
    }
    rows
}

/// The median, with the quickest and the slowest.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    match (times.first(), times.get(times.len() / 2), times.last()) {
        (Some(least), Some(median), Some(most)) => format!("{} ({} to {})", told(*median), told(*least), told(*most)),
        _ => String::new(),
    }
}

fn told(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 1.0 { format!("{:.0} ms", seconds * 1_000.0) } else { format!("{seconds:.2} s") }
}
