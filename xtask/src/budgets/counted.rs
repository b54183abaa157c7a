//! One run of all workloads under callgrind, and what it counted.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result, bail, ensure};

use crate::run::{answers, cargo, output, program, target};

/// What one run counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Which of its loops the engine took: those for `avx2` or for the `baseline`.
    pub path: String,
    /// The compiler, as it says.
    pub compiler: String,
    /// Instructions of one run of each workload.
    pub instructions: BTreeMap<String, u64>,
}

/// Builds the program that runs the workloads, and runs it under callgrind.
pub fn count() -> Result<Counted> {
    if !answers(program("valgrind").arg("--version")) {
        bail!("counting instructions needs valgrind: install the package `valgrind`");
    }
    let file = target().join("callgrind.out");
    let runner = format!(
        "target.'cfg(all())'.runner = ['valgrind', '--tool=callgrind', '--quiet', '--combine-dumps=yes', '--dump-line=no', \
         '--callgrind-out-file={}', '--toggle-collect=*instructions_counted_here*', \
         '--dump-before=*instructions_written_here*']",
        file.display()
    );
    // An older run's parts would be taken for this one's.
    let _ = fs::remove_file(&file);
    let arguments = ["run", "--quiet", "--release", "--package", "benches", "--", "count"];
    let told = output(cargo(&["--config", &runner]).args(arguments))?;
    let parts = fs::read_to_string(&file).with_context(|| format!("callgrind wrote no `{}`", file.display()))?;
    let compiler = output(program("rustc").arg("--version"))?;
    matched(&told, &parts, compiler.trim())
}

/// The program tells workloads and how often each ran, callgrind the instructions of all runs together, in the same order.
fn matched(told: &str, parts: &str, compiler: &str) -> Result<Counted> {
    let mut lines = told.lines().filter_map(|line| line.split_once('\t'));
    let path = lines.next().filter(|(what, _)| *what == "path").context("the program did not tell its path")?.1;
    let runs: Vec<(&str, u64)> = lines.map(|(name, runs)| anyhow::Ok((name, runs.parse()?))).collect::<Result<_>>()?;
    let totals: Vec<u64> =
        parts.lines().filter_map(|line| line.strip_prefix("totals: ")).map(str::parse).collect::<Result<_, _>>()?;
    // The last part is what was counted after the last workload: nothing.
    ensure!(
        totals.len() == runs.len() + 1 && totals.last() == Some(&0),
        "{} workloads ran, callgrind counted {:?}",
        runs.len(),
        totals
    );
    let instructions = runs.iter().zip(&totals).map(|((name, runs), total)| ((*name).to_owned(), total / runs.max(&1)));
    Ok(Counted { path: path.to_owned(), compiler: compiler.to_owned(), instructions: instructions.collect() })
}

#[cfg(test)]
mod tests {
    use super::matched;

    const TOLD: &str = "path\tavx2\npass/a\t10\npass/b\t1\n";

    #[test]
    fn a_count_is_one_runs() {
        let counted =
            matched(TOLD, "events: Ir\ntotals: 1000\n\nevents: Ir\ntotals: 70\ntotals: 0\n", "rustc 1").unwrap();
        assert_eq!((counted.path.as_str(), counted.compiler.as_str()), ("avx2", "rustc 1"));
        assert_eq!(counted.instructions, [("pass/a".to_owned(), 100), ("pass/b".to_owned(), 70)].into());
    }
    #[test]
    fn a_part_too_few_is_told() {
        assert!(matched(TOLD, "totals: 1000\ntotals: 0\n", "").is_err());
    }
    #[test]
    fn what_nobody_accounts_for_is_told() {
        assert!(matched(TOLD, "totals: 1000\ntotals: 70\ntotals: 5\n", "").is_err());
    }
    #[test]
    fn a_program_that_stopped_early_is_told() {
        assert!(matched("", "totals: 0\n", "").is_err());
    }
}
