//! Budgets: how many instructions each workload may take, since when and why.

use std::{collections::BTreeMap, fmt};

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

use super::counted::Counted;

/// Hundredths of a budget that a count may be off.
const SLACK: u128 = 3;
/// How many an update leaves alone: whoever updates leaves others the rest, for counts differ a little by machine.
const UPDATE_SLACK: u128 = 1;

const HEAD: &str = "\
# Instructions of one run of each workload, counted by callgrind: a count may be 3 % above.
# `cargo xtask budgets` judges them, `cargo xtask budgets --update --why WHY` moves what is more than 1 % off.
# `why` and `after` say where a budget comes from: the reason, and the commit on top of which it was counted.

";

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budgets {
    /// Which of its loops the engine took when they were counted.
    path: String,
    /// The compiler they were counted with.
    compiler: String,
    #[serde(default)]
    budget: Vec<Budget>,
}

/// One workload's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    workload: String,
    instructions: u64,
    /// What it was before; absent: it is the first.
    previous: Option<u64>,
    why: String,
    after: String,
}

/// What is to be said of one count.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Within the slack.
    Within,
    /// So many hundredths above the budget.
    Above(f64, u64),
    /// So many hundredths below: a gain to be kept.
    Below(f64, u64),
    /// Nobody said how many it may take.
    NoBudget(u64),
    /// No workload goes by this name any more.
    NoWorkload,
}

impl Verdict {
    /// Whether all is well. A gain is.
    pub fn holds(&self) -> bool {
        matches!(self, Verdict::Within | Verdict::Below(..))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Within => write!(f, "within its budget"),
            Verdict::Above(percent, count) => write!(
                f,
                "{count} instructions, {percent:.1} % above its budget: make it cheaper, or say why not with `cargo xtask \
                 budgets --update --why WHY`"
            ),
            Verdict::Below(percent, count) => write!(
                f,
                "{count} instructions, {percent:.1} % below its budget: keep the gain with `cargo xtask budgets --update --why WHY`"
            ),
            Verdict::NoBudget(count) => {
                write!(
                    f,
                    "{count} instructions and no budget: give it one with `cargo xtask budgets --update --why WHY`"
                )
            }
            Verdict::NoWorkload => {
                write!(f, "a budget of no workload: drop it with `cargo xtask budgets --update --why WHY`")
            }
        }
    }
}

impl Budgets {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Budgets> {
        Ok(toml::from_str(text)?)
    }

    /// The file.
    pub fn text(&self) -> Result<String> {
        Ok(HEAD.to_owned() + &toml::to_string(self)?)
    }

    /// Judges each count and each budget, by workload.
    pub fn judge(&self, counted: &Counted) -> Result<BTreeMap<String, Verdict>> {
        ensure!(
            self.path == counted.path,
            "budgets are of the path `{}` and this processor takes `{}`: count on one that takes the same",
            self.path,
            counted.path
        );
        if self.compiler != counted.compiler {
            println!("  counted with {}, budgets are of {}", counted.compiler, self.compiler);
        }
        let counts = counted.instructions.iter().map(|(workload, count)| {
            let budget = self.of(workload).map(|budget| budget.instructions);
            (workload.clone(), budget.map_or(Verdict::NoBudget(*count), |budget| verdict(*count, budget)))
        });
        let gone = self.budget.iter().filter(|budget| !counted.instructions.contains_key(&budget.workload));
        Ok(counts.chain(gone.map(|budget| (budget.workload.clone(), Verdict::NoWorkload))).collect())
    }

    /// Moves what is off by more than [`UPDATE_SLACK`] to what was counted, adds what is new, drops what is gone. Of another
    /// path or compiler everything moves.
    pub fn updated(&self, counted: &Counted, after: &str, why: &str) -> Budgets {
        let alike = self.path == counted.path && self.compiler == counted.compiler;
        let budget = counted.instructions.iter().map(|(workload, count)| match self.of(workload) {
            Some(kept) if alike && !is_off(*count, kept.instructions, UPDATE_SLACK) => kept.clone(),
            before => Budget {
                workload: workload.clone(),
                instructions: *count,
                previous: before.map(|budget| budget.instructions),
                why: why.to_owned(),
                after: after.to_owned(),
            },
        });
        Budgets { path: counted.path.clone(), compiler: counted.compiler.clone(), budget: budget.collect() }
    }

    fn of(&self, workload: &str) -> Option<&Budget> {
        self.budget.iter().find(|budget| budget.workload == workload)
    }
}

fn verdict(count: u64, budget: u64) -> Verdict {
    let percent = (count as f64 / budget.max(1) as f64 - 1.0) * 100.0;
    match is_off(count, budget, SLACK) {
        true if count > budget => Verdict::Above(percent, count),
        true => Verdict::Below(-percent, count),
        false => Verdict::Within,
    }
}

/// Whether a count is off its budget by more than so many hundredths.
fn is_off(count: u64, budget: u64, hundredths: u128) -> bool {
    100 * u128::from(count.abs_diff(budget)) > hundredths * u128::from(budget)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        path = "avx2"
        compiler = "rustc 1"

        [[budget]]
        workload = "pass/a"
        instructions = 1000
        why = "first count"
        after = "abc"

        [[budget]]
        workload = "pass/b"
        instructions = 1000
        previous = 1200
        why = "fewer words"
        after = "abc"
    "#;

    fn counted(path: &str, counts: &[(&str, u64)]) -> Counted {
        let instructions = counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        Counted { path: path.to_owned(), compiler: "rustc 1".to_owned(), instructions }
    }

    /// What is said of `pass/a`.
    #[track_caller]
    fn check(count: u64, want: &str, holds: bool) {
        let budgets = Budgets::parse(FILE).unwrap();
        let judged = budgets.judge(&counted("avx2", &[("pass/a", count), ("pass/b", 1000)])).unwrap();
        assert_eq!(judged["pass/b"], Verdict::Within);
        let told = judged["pass/a"].to_string();
        assert!(told.contains(want), "{told}");
        assert_eq!(judged["pass/a"].holds(), holds);
    }

    #[test]
    fn three_hundredths_more_are_within() {
        check(1030, "within", true);
    }
    #[test]
    fn one_instruction_more_is_above() {
        check(1031, "3.1 % above", false);
    }
    #[test]
    fn a_gain_is_to_be_kept() {
        check(960, "4.0 % below", true);
    }
    #[test]
    fn three_hundredths_less_are_within() {
        check(970, "within", true);
    }

    #[test]
    fn a_workload_without_a_budget_fails() {
        let judged = Budgets::parse(FILE).unwrap().judge(&counted("avx2", &[("pass/new", 5)])).unwrap();
        assert_eq!(judged["pass/new"], Verdict::NoBudget(5));
        assert!(!judged["pass/new"].holds());
    }
    #[test]
    fn a_budget_without_a_workload_fails() {
        let judged = Budgets::parse(FILE).unwrap().judge(&counted("avx2", &[("pass/a", 1000)])).unwrap();
        assert_eq!(judged["pass/b"], Verdict::NoWorkload);
        assert!(!judged["pass/b"].holds());
    }
    #[test]
    fn another_path_is_not_compared() {
        assert!(Budgets::parse(FILE).unwrap().judge(&counted("baseline", &[])).is_err());
    }

    #[test]
    fn an_update_moves_what_is_off_and_keeps_the_rest() {
        let budgets = Budgets::parse(FILE).unwrap();
        let updated =
            budgets.updated(&counted("avx2", &[("pass/a", 900), ("pass/b", 1010), ("pass/c", 7)]), "def", "why");
        let moved = |workload: &str, instructions, previous, why: &str, after: &str| Budget {
            workload: workload.to_owned(),
            instructions,
            previous,
            why: why.to_owned(),
            after: after.to_owned(),
        };
        let want = [
            moved("pass/a", 900, Some(1000), "why", "def"),
            moved("pass/b", 1000, Some(1200), "fewer words", "abc"),
            moved("pass/c", 7, None, "why", "def"),
        ];
        assert_eq!(updated.budget, want);
    }
    #[test]
    fn an_update_leaves_others_most_of_the_slack() {
        let budgets = Budgets::parse(FILE).unwrap();
        let counted = counted("avx2", &[("pass/a", 1011), ("pass/b", 989)]);
        let updated = budgets.updated(&counted, "def", "why");
        assert_eq!(updated.budget.iter().map(|budget| budget.instructions).collect::<Vec<_>>(), [1011, 989]);
    }
    #[test]
    fn what_is_written_is_read_again() {
        let budgets = Budgets::parse(FILE).unwrap();
        assert_eq!(Budgets::parse(&budgets.text().unwrap()).unwrap(), budgets);
    }
    #[test]
    fn a_misspelt_field_is_told() {
        assert!(Budgets::parse(&FILE.replace("previous", "prevoius")).is_err());
    }
}
