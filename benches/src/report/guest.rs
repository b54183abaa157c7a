//! Guests beside what they are held to: a goal, and how far beyond it nothing may be.

use super::{table::Table, unit};
use crate::{
    clock::Timed,
    measured::{Figure, Measured},
};

const US: f64 = 1e3;
const MS: f64 = 1e6;
const MIB: f64 = 1_048_576.0;

/// One line.
struct Goal {
    what: String,
    /// What was found, as it is held to the goal and as it is told; none: not measured in this run.
    found: Option<(f64, String)>,
    goal: f64,
    /// Nothing may be beyond this.
    end: f64,
    told: fn(f64) -> String,
    /// Where more is better.
    at_least: bool,
}

impl Goal {
    fn at_most(what: &str, found: Option<(f64, String)>, [goal, end]: [f64; 2], told: fn(f64) -> String) -> Goal {
        Goal { what: what.to_owned(), found, goal, end, told, at_least: false }
    }

    fn reached(&self) -> &'static str {
        let Some((value, _)) = self.found else { return "not measured" };
        let is_within = |limit: f64| if self.at_least { value >= limit } else { value <= limit };
        match (is_within(self.goal), is_within(self.end)) {
            (true, _) => "yes",
            (false, true) => "**no**",
            (false, false) => "**no, by far**",
        }
    }
}

/// The table, or nothing where no guest was measured.
pub fn markdown(measured: &Measured) -> String {
    let mut table = Table::new(["what", "measured", "goal", "at the worst", "reached"]);
    if !measured.figures.iter().any(|figure| figure.name.starts_with("guest/")) {
        return table.markdown();
    }
    for goal in all(measured) {
        let reached = goal.reached().to_owned();
        let bound = if goal.at_least { "≥" } else { "≤" };
        let limit = |limit: f64| format!("{bound} {}", (goal.told)(limit));
        let found = goal.found.as_ref().map_or(String::new(), |(_, told)| told.clone());
        table.row([goal.what.clone(), found, limit(goal.goal), limit(goal.end), reached]);
    }
    table.markdown()
        + "The plugin is the example `carbon`: nine columns of 10,000 clusters, four of them texts. A ratio is that of the \
           quickest rounds, both sides in turn. *Fresh* is a new instance that is given its settings first, as for every \
           evaluation. *Objects*: the same function that looks its nine values up in each cluster. *Records*: a guest that is \
           given clusters instead of columns and does not even look at them. Go, JavaScript and Python are measured where \
           `cargo xtask plugins` has built them before.\n\n"
        + &first(measured)
}

fn all(measured: &Measured) -> Vec<Goal> {
    let ratio = |what: &str, name: &str, limits: [f64; 2]| {
        Goal::at_most(what, measured.figure(name).and_then(ratio), limits, unit::ratio)
    };
    let wall = |what: &str, name: &str, limits: [f64; 2]| {
        let found = measured.figure(name).map(|figure| figure.ours.wall.median);
        Goal::at_most(what, found.map(|ns| (ns, unit::time(ns))), limits, unit::time)
    };
    let bytes = |what: &str, name: &str, limits: [f64; 2]| {
        let found = measured.bytes.get(name).map(|bytes| *bytes as f64);
        Goal::at_most(what, found.map(|bytes| (bytes, unit::bytes(bytes))), limits, unit::bytes)
    };
    vec![
        ratio("an instance that is used again ÷ native, same columns", "guest/reused", [2.0, 3.0]),
        ratio("fresh ÷ native, same columns", "guest/fresh", [5.0, 7.0]),
        ratio("fresh ÷ native on objects", "guest/fresh-objects", [0.15, 0.25]),
        ratio("50 rows, fresh ÷ native on objects", "guest/changed", [2.5, 4.0]),
        records(measured),
        ratio("fuel ÷ nothing counted", "guest/metered/fuel", [1.15, 1.3]),
        ratio("clock ÷ nothing counted", "guest/metered/epoch", [1.15, 1.3]),
        ratio("fuel and clock ÷ nothing counted", "guest/metered/fuel-and-epoch", [1.15, 1.3]),
        wall("a guest that never ends, until its fuel for 10,000 rows does", "guest/endless", [100.0 * MS, 300.0 * MS]),
        ratio("C ÷ Rust", "guest/language/c", [6.0, 12.0]),
        ratio("Go ÷ Rust", "guest/language/go", [6.0, 12.0]),
        ratio("JavaScript ÷ Rust", "guest/language/js", [150.0, 300.0]),
        ratio("Python ÷ Rust", "guest/language/python", [450.0, 900.0]),
        bytes("resident memory of an instance, Rust", "guest/instance-rust", [2.0 * MIB, 4.0 * MIB]),
        bytes("resident memory of an instance, Python", "guest/instance-python", [16.0 * MIB, 32.0 * MIB]),
        bytes("resident memory of 100 plugins, Rust", "guest/plugins-100", [200e6, 400e6]),
        ratio("ready from the cache ÷ compiled, Rust", "guest/ready/rust", [0.01, 0.05]),
        ratio("ready from the cache ÷ compiled, Python", "guest/ready/python", [0.01, 0.05]),
        ratio("a warm pass with the guest ÷ the built-in prioritizers alone", "guest/pass/warm", [1.1, 1.25]),
        ratio("a pass of a new placement, the guest's answers known ÷ without", "guest/pass/cold", [1.1, 1.25]),
        wall(
            "50 clusters changed, until the index knows the guest's answers",
            "guest/pass/changed",
            [100.0 * US, 400.0 * US],
        ),
        large(measured),
    ]
}

fn ratio(figure: &Figure) -> Option<(f64, String)> {
    let (ours, beside) = (quickest(&figure.ours), quickest(&figure.floor?));
    let ratio = ours / beside;
    Some((ratio, format!("{}: {} and {}", unit::ratio(ratio), unit::time(ours), unit::time(beside))))
}

fn quickest(timed: &Timed) -> f64 {
    timed.cpu.min
}

fn records(measured: &Measured) -> Goal {
    let found = measured.figure("guest/columns").and_then(|figure| {
        let (columns, records) = (quickest(&figure.ours), quickest(figure.floor.as_ref()?));
        let ratio = records / columns;
        Some((ratio, format!("{}: {} and {}", unit::ratio(ratio), unit::time(records), unit::time(columns))))
    });
    let what = "records ÷ columns".to_owned();
    Goal { what, found, goal: 200.0, end: 100.0, told: unit::ratio, at_least: true }
}

/// What the index does around a call where it has no column yet that the guest reads.
fn first(measured: &Measured) -> String {
    let of = |name: &str| measured.figure(name).map(|figure| quickest(&figure.ours));
    of("guest/pass/first").map_or(String::new(), |pass| {
        format!(
            "The first placement of a hub that asks a guest waits {} for its pass: its nine columns are made for it, and stay \
             for all that ask later.\n\n",
            unit::time(pass)
        )
    })
}

fn large(measured: &Measured) -> Goal {
    let of = |name: &str| measured.figure(name).map(|figure| quickest(&figure.ours));
    let found = of("guest/large").zip(of("guest/fresh")).map(|(large, usual)| {
        let ratio = large / (10.0 * usual);
        (ratio, format!("{}: {} and {}", unit::ratio(ratio), unit::time(large), unit::time(usual)))
    });
    Goal::at_most("100,000 clusters ÷ 10 × 10,000 clusters, fresh", found, [2.0, 3.0], unit::ratio)
}
