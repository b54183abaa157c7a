//! A component told by the bytes: refused with a reason, or compiled and asked for everything, within its bounds and with
//! the same end each time.

mod component;

use std::sync::LazyLock;

use plugin_host::{
    Batch, Column, Encoding, Evaluation, Failure, FuelBudget, Guest, Host, Limits, Plan, Reason, Settings, Wasi,
};
use testkit::scheduler_core::Symbol;

/// So little that even filling memory ends soon, which costs next to no fuel.
const LIMITS: Limits =
    Limits { fuel: FuelBudget { base: 20_000, per_row: 100 }, memory_bytes: 2 << 20, backstop_ticks: 1_000 };
const ROWS: u32 = 3;

/// One engine for all: what it keeps must not change an answer either.
#[expect(clippy::expect_used, reason = "without an engine there is nothing to fuzz")]
static HOST: LazyLock<Host> = LazyLock::new(|| Host::new(false).expect("guests can run here"));

/// The bytes tell which component, see [`component::of`].
pub fn guest(bytes: &[u8]) {
    let Some(component) = component::of(bytes) else { return };
    let ready =
        HOST.inspect_with(&component, Wasi::Deterministic).and_then(|inspected| HOST.compile(&inspected, LIMITS));
    match ready {
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
        Ok(guest) => {
            let first = everything(&guest);
            assert_eq!(first, everything(&guest), "the same guest ended in two ways");
        }
    }
}

/// Asks for everything, and tells what came of it: answers, failures, fuel, memory, messages.
fn everything(guest: &Guest) -> Vec<String> {
    let settings = Settings::default();
    let mut told = vec![format!("{:?}", within(guest.describe()))];
    let planned = within(guest.plan(&settings));
    told.push(format!("{planned:?}"));
    let Ok(planned) = planned else { return told };
    assert!(planned.usage.memory_bytes <= LIMITS.memory_bytes, "{:?}", planned.usage);
    // The end of one call is the end of all, so each is the first on an instance of its own.
    for filter_first in [true, false] {
        let evaluation = within(guest.evaluate(&settings, &planned.plan));
        told.push(evaluation.map_or_else(
            |failure| format!("{failure:?}"),
            |evaluation| decisions(evaluation, &planned.plan, filter_first),
        ));
    }
    told
}

/// Filters and scores.
#[expect(clippy::expect_used, reason = "a plan that was accepted has a batch: else the host is broken")]
fn decisions(mut evaluation: Evaluation, plan: &Plan, filter_first: bool) -> String {
    let values: [Symbol; 2] = ["".into(), "eu".into()];
    let columns = plan.inputs.iter().map(|input| match input.source.encoding() {
        Encoding::Numbers => Column::Numbers(&[1.0, f64::NAN, -0.0]),
        Encoding::Texts => Column::Texts { values: &values, codes: &[0, 1, 1] },
    });
    let batch = Batch::new(plan, ROWS, columns.collect()).expect("columns of the plan");
    let mut answers = Vec::new();
    for filter in [filter_first, !filter_first] {
        answers.push(if filter {
            format!("{:?}", within(evaluation.filter(&batch)))
        } else {
            format!("{:?}", within(evaluation.score(&batch)))
        });
    }
    let usage = evaluation.usage();
    assert!(usage.memory_bytes <= LIMITS.memory_bytes, "{usage:?}");
    // An instance is made, is given its settings, filters and scores.
    let budget = 2 * LIMITS.fuel.of(0) + 2 * LIMITS.fuel.of(ROWS);
    assert!(usage.fuel <= budget, "{usage:?}, and it had {budget}");
    format!("{answers:?} {usage:?} {:?}", evaluation.take_log())
}

/// An answer, or a failure for which fuel and not the clock is the reason.
fn within<T>(answer: Result<T, Failure>) -> Result<T, Failure> {
    if let Err(failure) = &answer {
        assert_ne!(failure.reason, Reason::Backstop, "{failure}");
        assert!(!failure.message.is_empty());
    }
    answer
}
