//! Holds components of the example plugin `carbon`, in whatever language, to the native function: `carbon FILE…` scores
//! a simulated fleet of 10,000 clusters by each and compares bit by bit. Ends with 1 where one differs or fails.

use std::process::ExitCode;

use plugin_host::{Batch, Column, FuelBudget, Host, Limits, Settings, Wasi};
use testkit::carbon::{Columns, SETTINGS};

/// Clusters of the fleet `fleet-10k`.
const CLUSTERS: u32 = 10_000;
/// Interpreters need more than the default; what each takes is printed.
const LIMITS: Limits = Limits {
    fuel: FuelBudget { base: 20_000_000_000, per_row: 5_000_000 },
    memory_bytes: 1 << 30,
    backstop_ticks: 30_000,
};

fn main() -> ExitCode {
    let columns = Columns::of_fleet(CLUSTERS);
    let want = columns.scores();
    let mut all_equal = true;
    for file in std::env::args().skip(1) {
        match scores(&file, &columns) {
            Ok((scores, used)) => {
                let differing = scores.iter().zip(&want).filter(|(got, want)| got.to_bits() != want.to_bits()).count();
                let equal = differing == 0 && scores.len() == want.len();
                let verdict = if equal { "the same bits" } else { "OTHER SCORES" };
                println!("{verdict}   {file}: {} rows, {differing} differ, {used}", scores.len());
                all_equal &= equal;
            }
            Err(problem) => {
                println!("FAILED   {file}: {problem}");
                all_equal = false;
            }
        }
    }
    if all_equal { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The scores that a component gives, and what it used up.
fn scores(file: &str, columns: &Columns) -> Result<(Vec<f64>, String), String> {
    let text = |problem: &dyn std::fmt::Display| problem.to_string();
    let bytes = std::fs::read(file).map_err(|problem| text(&problem))?;
    let host = Host::new(false).map_err(|problem| text(&problem))?;
    let inspected = host.inspect_with(&bytes, Wasi::Deterministic).map_err(|problem| text(&problem))?;
    let guest = host.compile(&inspected, LIMITS).map_err(|problem| text(&problem))?;
    let settings = Settings::parse(SETTINGS).map_err(|problem| text(&problem))?;
    let planned = guest.plan(&settings).map_err(|problem| text(&problem))?;
    let texts = columns.texts.iter().map(|texts| Column::Texts { values: &texts.values, codes: &texts.codes });
    let numbers = columns.numbers.iter().map(|numbers| Column::Numbers(numbers));
    let batch =
        Batch::new(&planned.plan, CLUSTERS, texts.chain(numbers).collect()).map_err(|problem| text(&problem))?;
    let mut evaluation = guest.evaluate(&settings, &planned.plan).map_err(|problem| text(&problem))?;
    let before = evaluation.usage();
    let scores = evaluation.score(&batch).map_err(|problem| text(&problem))?.as_slice().to_vec();
    let after = evaluation.usage();
    let per_row = (after.fuel - before.fuel) / u64::from(CLUSTERS);
    let used = format!(
        "fuel {} to start and {per_row} a row, {} KiB of memory, {} bytes",
        before.fuel,
        after.memory_bytes >> 10,
        bytes.len()
    );
    Ok((scores, used))
}
