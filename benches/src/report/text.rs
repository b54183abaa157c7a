//! The words and tables of the report.

use std::fmt::Write;

use testkit::fleet::Shape;

use super::{Outside, guest, table::Table, target, unit};
use crate::{
    fit,
    measured::{Figure, Measured},
    upstream::{Recorded, Upstream},
    workload::series::SIZES,
};

/// The whole report.
pub fn markdown(measured: &Measured, outside: &Outside, upstream: &Upstream) -> String {
    let mut text = head(measured);
    for (title, body) in [
        ("Targets", targets(measured, outside)),
        ("One pass, nothing changed", warm(measured, upstream)),
        ("One pass: cold, and after one cluster changed", cold(measured)),
        ("Hearing of one change", apply(measured)),
        ("A whole hub", hubs(measured, upstream)),
        ("Decoding", decode(measured, upstream)),
        ("Growing with the fleet", series(measured)),
        ("Memory", memory(measured, outside)),
        ("Plugins in WebAssembly", guest::markdown(measured)),
        ("The oracle, for contrast", oracle(measured)),
        ("What has no figure beside it", beside(upstream)),
    ] {
        let _ = write!(text, "## {title}\n\n{body}");
    }
    text.trim_end().to_owned() + "\n"
}

fn head(measured: &Measured) -> String {
    let machine = &measured.machine;
    format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench report`; every figure is of one run of version {} on one machine: {}, {} cores. \
         Ours and the floor are measured in turn, round by round. A time is CPU time of all threads unless it says wall; \
         told is the median of at least five rounds, with the quickest and the slowest. A hub of a million clusters is \
         built once only.\n\n\
         The fleet is simulated: 10,000 clusters, 1,000 recorded decisions. *Floor*: the same work on plain columns, \
         bitmaps ANDed, sum and top-k fused, selection made anew, nothing remembered. *Upstream*: what its compiled \
         scheduler needed, as recorded in spec/workloads.md on another machine; a ratio takes its lower end.\n\n\
         CEL is not part of this version. Shapes `d0` and `d` wait for it. `h` leaves its CEL terms out, and so do `mix` \
         and `mixv`, where `d` counts as `c`: upstream's figures beside these include CEL.\n\n\
         ![Time over fleet size](benchmarks.svg)\n\n",
        measured.version, machine.cpu, machine.cores
    )
}

fn targets(measured: &Measured, outside: &Outside) -> String {
    let mut table = Table::new(["what", "target", "measured", "reached"]);
    for target in target::all(measured, outside) {
        let (told, reached) = match target.found {
            Some(found) => (found.told, if found.reached { "yes" } else { "**no**" }),
            None => ("not measured".to_owned(), "**no**"),
        };
        table.row([target.what, target.limit, told, reached.into()]);
    }
    table.markdown()
}

fn warm(measured: &Measured, upstream: &Upstream) -> String {
    let mut table = Table::new(["shape", "ours", "floor", "ours ÷ floor", "upstream", "upstream ÷ ours", "note"]);
    let recorded = upstream.figures();
    let names = Shape::ALL.map(Shape::name).into_iter().chain(["ball", "a-100", "a-1000"]);
    for shape in names {
        let name = format!("pass/{shape}/warm");
        let (theirs, note) = theirs(recorded.get(name.as_str()).copied());
        let Some(figure) = measured.figure(&name) else {
            let none = String::new;
            table.row([format!("`{shape}`"), "waits for CEL".into(), none(), none(), theirs, none(), note]);
            continue;
        };
        let (floor, above) = beside_floor(figure);
        let ratio = against(figure.ours.cpu.median, recorded.get(name.as_str()).copied());
        table.row([format!("`{shape}`"), unit::spread(&figure.ours.cpu), floor, above, theirs, ratio, note]);
    }
    table.markdown() + "`ball` is `b` without a count, `a-100` and `a-1000` are `a` with other counts: top-k.\n\n"
}

fn beside_floor(figure: &Figure) -> (String, String) {
    let Some(floor) = figure.floor else { return (String::new(), String::new()) };
    (unit::spread(&floor.cpu), unit::ratio(figure.ours.cpu.median / floor.cpu.median))
}

/// What upstream needed, and what is to be said of it.
fn theirs(recorded: Option<&Recorded>) -> (String, String) {
    recorded
        .map_or_else(Default::default, |r| (unit::range(r.ms.map(|ms| ms * 1e6)), format!("{} ({})", r.what, r.source)))
}

fn against(ns: f64, recorded: Option<&Recorded>) -> String {
    recorded.map_or_else(String::new, |recorded| unit::ratio(recorded.ms[0] * 1e6 / ns))
}

fn cold(measured: &Measured) -> String {
    let mut table = Table::new(["shape", "cold", "one cluster changed", "an extreme moved"]);
    for figure in &measured.figures {
        let Some(shape) = figure.name.strip_prefix("pass/").and_then(|name| name.strip_suffix("/cold")) else {
            continue;
        };
        let of = |way: &str| {
            let found = measured.figure(&format!("pass/{shape}/{way}"));
            found.map_or(String::new(), |figure| unit::spread(&figure.ours.cpu))
        };
        table.row([format!("`{shape}`"), unit::spread(&figure.ours.cpu), of("changed"), of("changed-extreme")]);
    }
    table.markdown()
}

const HUBS: [(&str, &str); 5] = [
    ("shapes", "shapes alone"),
    ("mix-1k", "1,000 `mix`"),
    ("mixv-1k", "1,000 `mixv`"),
    ("mix-10k", "10,000 `mix`"),
    ("mixv-10k", "10,000 `mixv`"),
];

fn apply(measured: &Measured) -> String {
    let mut table = Table::new(["what changed", HUBS[0].1, HUBS[1].1, HUBS[2].1, HUBS[3].1, HUBS[4].1]);
    for figure in &measured.figures {
        let Some(part) = figure.name.strip_prefix("hub/shapes/apply-") else { continue };
        let [first, rest @ ..] = HUBS.map(|(hub, _)| {
            let found = measured.figure(&format!("hub/{hub}/apply-{part}"));
            found.map_or(String::new(), |figure| unit::spread(&figure.ours.cpu))
        });
        let [second, third, fourth, fifth] = rest;
        table.row([part.to_owned(), first, second, third, fourth, fifth]);
    }
    table.markdown()
}

fn hubs(measured: &Measured, upstream: &Upstream) -> String {
    let mut table = Table::new([
        "hub",
        "what",
        "CPU",
        "wall",
        "decided",
        "recorded floor",
        "upstream",
        "upstream ÷ ours (wall)",
        "note",
    ]);
    let recorded = upstream.figures();
    for figure in &measured.figures {
        let Some((hub, what)) = figure.name.strip_prefix("hub/").and_then(|name| name.split_once('/')) else {
            continue;
        };
        if what.starts_with("apply-") {
            continue;
        }
        let known = recorded.get(figure.name.as_str()).copied();
        let (theirs, note) = theirs(known);
        table.row([
            format!("`{hub}`"),
            what.to_owned(),
            unit::spread(&figure.ours.cpu),
            unit::spread(&figure.ours.wall),
            figure.decided.map_or(String::new(), unit::digits),
            recorded_floor(known),
            theirs,
            against(figure.ours.wall.median, known),
            note,
        ]);
    }
    let note = "`build` applies parsed facts, `cold` is that and the decision of all placements. A change is applied and all \
                placements that it woke are decided; *decided* is how many these were on average.\n\n";
    table.markdown() + note
}

fn recorded_floor(recorded: Option<&Recorded>) -> String {
    recorded.and_then(|recorded| recorded.floor_us).map_or(String::new(), |us| unit::range(us.map(|us| us * 1e3)))
}

fn decode(measured: &Measured, upstream: &Upstream) -> String {
    let mut table = Table::new(["a ManagedCluster from JSON", "ours", "recorded floor", "upstream", "upstream ÷ ours"]);
    let recorded = upstream.figures();
    for figure in measured.figures.iter().filter(|figure| figure.name.starts_with("decode/")) {
        let known = recorded.get(figure.name.as_str()).copied();
        let ratio = against(figure.ours.cpu.median, known);
        let what = figure.name.trim_start_matches("decode/").to_owned();
        table.row([what, unit::spread(&figure.ours.cpu), recorded_floor(known), theirs(known).0, ratio]);
    }
    table.markdown()
}

fn series(measured: &Measured) -> String {
    let label = |at: usize| format!("{} clusters", unit::digits(f64::from(SIZES[at])));
    let heads = [label(0), label(1), label(2), label(3)];
    let [first, second, third, fourth] = heads.each_ref().map(String::as_str);
    let mut table = Table::new(["CPU", first, second, third, fourth, "exponent"]);
    for what in measured.figures.iter().filter_map(|figure| figure.name.strip_prefix(&format!("series/{}/", SIZES[0])))
    {
        let times = SIZES.map(|size| Some(measured.figure(&format!("series/{size}/{what}"))?.ours.cpu.median));
        let [a, b, c, d] = times.map(|time| time.map_or(String::new(), unit::time));
        table.row([what.to_owned(), a, b, c, d, exponent(&times)]);
    }
    table.markdown()
        + "1,000 placements `mixv` and the shapes, every placement decided. *Exponent*: of the power of the number of clusters \
           that fits best, by least squares over the logarithms; 1 is linear.\n\n"
}

fn exponent(values: &[Option<f64>; 4]) -> String {
    let points: Vec<(f64, f64)> =
        SIZES.iter().zip(values).filter_map(|(size, value)| Some((f64::from(*size), (*value)?))).collect();
    fit::exponent(&points).map_or(String::new(), |exponent| format!("{exponent:.2}"))
}

fn memory(measured: &Measured, outside: &Outside) -> String {
    let mut counted = Table::new(["hub", "counted", "a cluster, strings apart"]);
    for hub in &outside.hubs {
        let told = |bytes: Option<f64>| bytes.map_or(String::new(), unit::bytes);
        counted.row([hub.hub.clone(), told(hub.bytes), told(hub.bytes_per_cluster)]);
    }
    let mut resident = Table::new(["clusters", "resident", "a cluster"]);
    for size in SIZES {
        let Some(bytes) = measured.bytes.get(&format!("series/{size}/resident")).map(|bytes| *bytes as f64) else {
            continue;
        };
        let each = bytes / f64::from(size);
        resident.row([unit::digits(f64::from(size)), unit::bytes(bytes), unit::bytes(each)]);
    }
    counted.markdown()
        + &resident.markdown()
        + "*Counted*: by an allocator that counts, as `placewright bench` tells it. *Resident*: by how much a process grew that \
           built and decided a hub of 1,000 placements, whatever the allocator keeps included. No resident size of upstream is \
           recorded to tell beside it.\n\n"
}

fn oracle(measured: &Measured) -> String {
    let mut table = Table::new(["1,000 clusters, 100 recorded decisions", "engine", "oracle", "oracle ÷ engine"]);
    for figure in &measured.figures {
        let Some(shape) = figure.name.strip_prefix("oracle/").and_then(|name| name.strip_suffix("/engine")) else {
            continue;
        };
        let Some(naive) = measured.figure(&format!("oracle/{shape}/oracle")) else { continue };
        let (ours, theirs) = (&figure.ours.cpu, &naive.ours.cpu);
        let ratio = unit::ratio(theirs.median / ours.median);
        table.row([format!("pass `{shape}`"), unit::spread(ours), unit::spread(theirs), ratio]);
    }
    table.markdown()
}

fn beside(upstream: &Upstream) -> String {
    let mut table = Table::new(["upstream", "recorded", "ours"]);
    for beside in &upstream.beside {
        let what = format!("{} ({})", beside.what, beside.source);
        table.row([what, unit::range(beside.ms.map(|ms| ms * 1e6)), beside.ours.clone()]);
    }
    table.markdown()
}

#[cfg(test)]
mod tests {
    use super::{Outside, markdown};
    use crate::{
        clock::{Spread, Timed},
        measured::{Figure, Measured},
        upstream::Upstream,
    };

    fn timed(us: f64) -> Timed {
        let spread = Spread { median: us * 1e3, min: us * 1e3, max: us * 1e3 };
        Timed { cpu: spread, wall: spread, rounds: 5 }
    }

    #[track_caller]
    fn check(name: &str, ours: f64, floor: f64, want: &str) {
        let mut measured = Measured::nothing();
        let (ours, floor) = (timed(ours), Some(timed(floor)));
        measured.figures.push(Figure { name: name.into(), ours, floor, decided: Some(50.0) });
        let text = markdown(&measured, &Outside::default(), &Upstream::recorded().unwrap());
        assert!(text.contains(want), "{want:?} is not in\n{text}");
    }

    #[test]
    fn ours_beside_the_floor_and_upstream() {
        check(
            "pass/b/warm",
            4.0,
            2.0,
            "| `b` | 4.00 us (4.00 us to 4.00 us) | 2.00 us (2.00 us to 2.00 us) | 2.00× | 123 ms to 136 ms | 30,750× |",
        );
    }
    #[test]
    fn a_target_that_is_reached() {
        check("pass/b/warm", 6.0, 2.0, "| warm pass `b` | 3× floor | 6.00 us, 3.00× floor | yes |");
    }
    #[test]
    fn a_target_that_is_not() {
        check("pass/b/warm", 6.2, 2.0, "| warm pass `b` | 3× floor | 6.20 us, 3.10× floor | **no** |");
    }
    #[test]
    fn what_was_not_measured_is_not_reached() {
        check("pass/b/warm", 6.0, 2.0, "| warm pass `a` | 3× floor | not measured | **no** |");
    }
    #[test]
    fn what_waits_for_cel_says_so_beside_upstream() {
        check("pass/b/warm", 6.0, 2.0, "| `d0` | waits for CEL |  |  | 627 ms to 637 ms |");
    }
    #[test]
    fn a_guest_beside_its_goal() {
        check("guest/reused", 5.0, 2.0, "| 2.50×: 5.00 us and 2.00 us | ≤ 2.00× | ≤ 3.00× | **no** |");
    }
    #[test]
    fn a_guest_far_beyond_its_goal() {
        check("guest/reused", 8.0, 2.0, "| 4.00×: 8.00 us and 2.00 us | ≤ 2.00× | ≤ 3.00× | **no, by far** |");
    }
    #[test]
    fn more_is_better_of_records() {
        check("guest/columns", 2.0, 800.0, "| 400×: 800 us and 2.00 us | ≥ 200× | ≥ 100× | yes |");
    }
    #[test]
    fn more_woken_may_take_longer() {
        check("hub/mixv-10k/change-site", 4_900.0, 0.0, "| 4.90 ms for 50.0 woken | yes |");
    }
}
