//! Guests that mean harm or are just broken: each fails for the expected reason, the same in every run, and nothing else
//! suffers. What they use up is asserted in fuel, never in time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod answers;
mod loops;
#[path = "../made/mod.rs"]
mod made;
mod memory;
mod plans;
mod traps;

use made::{Made, guest};
use plugin_host::{Batch, Call, Column, Failure, FuelBudget, Guest, Host, Limits, Plan, Reason, Settings};
use scheduler_core::Symbol;

const LOOP: &str = "(loop $ever (br $ever)) unreachable";
/// How often each is asked; half of the runs one after the other, half of them many at once.
const RUNS: usize = 100;
/// Calls of guests that only the clock stops last this long, in ticks: enough that no busy machine stops another call.
const BACKSTOP_TICKS: u64 = 20;

/// Little fuel, so that loops end soon.
fn limits() -> Limits {
    Limits { fuel: FuelBudget { base: 100_000, per_row: 10 }, ..Limits::default() }
}

/// Fuel for what dies of something else.
fn plenty() -> Limits {
    Limits { fuel: FuelBudget { base: 50_000_000, per_row: 0 }, ..Limits::default() }
}

fn compiled(made: Made, limits: Limits) -> Guest {
    let host = Host::new(false).unwrap();
    let bytes = made.bytes();
    host.compile(&host.inspect(&bytes).unwrap(), limits).unwrap()
}

/// Asks for everything in turn, up to the first failure; how much fuel was left in sight until then.
fn ask(guest: &Guest, plan: &Plan) -> (Option<Failure>, u64) {
    let settings = Settings::default();
    let mut fuel = 0;
    let failure = (|| {
        guest.describe()?;
        guest.plan(&settings)?;
        let mut evaluation = guest.evaluate(&settings, plan)?;
        let values: [Symbol; 2] = ["".into(), "eu".into()];
        let columns = vec![Column::Numbers(&[1.0, 2.0, 3.0]), Column::Texts { values: &values, codes: &[0, 1, 1] }];
        let batch = Batch::new(plan, 3, columns).unwrap();
        let asked = evaluation.filter(&batch).map(drop).and_then(|()| evaluation.score(&batch).map(drop));
        fuel = evaluation.usage().fuel;
        if let Err(failure) = &asked {
            // What failed once is not asked again.
            assert_eq!(evaluation.filter(&batch).unwrap_err(), *failure);
            assert_eq!(evaluation.score(&batch).unwrap_err(), *failure);
            assert_eq!(evaluation.usage().fuel, fuel);
        }
        asked
    })();
    (failure.err(), fuel)
}

#[track_caller]
fn check_within(made: Made, limits: Limits, call: Call, reason: Reason, says: &str) {
    let plan = compiled(guest(), limits).plan(&Settings::default()).unwrap().plan;
    let hostile = compiled(made, limits);
    let (failure, fuel) = ask(&hostile, &plan);
    let failure = failure.unwrap();
    assert_eq!((failure.call, failure.reason), (call, reason), "{failure}");
    assert!(failure.to_string().contains(says), "{failure}");
    assert!(fuel <= 3 * limits.fuel.of(3), "{fuel}");
    let alone = (0..RUNS / 2).map(|_| ask(&hostile, &plan));
    let busy = (0..2).flat_map(|_| at_once(RUNS / 4, || ask(&hostile, &plan)));
    alone.chain(busy).for_each(|run| assert_eq!(run, (Some(failure.clone()), fuel)));
}

/// The same on so many threads: far more than there are cores, so that each is interrupted wherever it is.
fn at_once<T: Send>(threads: usize, run: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..threads).map(|_| scope.spawn(&run)).collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).collect()
    })
}

#[track_caller]
fn check(made: Made, call: Call, reason: Reason, says: &str) {
    check_within(made, limits(), call, reason, says);
}

/// The clock behind the fuel: that it ends, and as what, in every run. How much fuel it took is the machine's business.
#[track_caller]
fn check_backstop(made: Made, call: Call) {
    let plan = compiled(guest(), limits()).plan(&Settings::default()).unwrap().plan;
    let fuel = FuelBudget { base: u64::MAX, per_row: 0 };
    let endless = compiled(made, Limits { fuel, backstop_ticks: BACKSTOP_TICKS, ..Limits::default() });
    for (failure, _) in (0..RUNS / 10).flat_map(|_| at_once(10, || ask(&endless, &plan))) {
        let failure = failure.unwrap();
        assert_eq!((failure.call, failure.reason), (call, Reason::Backstop), "{failure}");
        assert_eq!(failure.message, "was stopped by the clock before its fuel ended");
    }
}

#[test]
fn the_guest_itself_is_fine() {
    let plan = compiled(guest(), limits()).plan(&Settings::default()).unwrap().plan;
    assert_eq!(ask(&compiled(guest(), limits()), &plan).0, None);
}

/// Others answer as ever, beside a guest that breaks all the time.
#[test]
fn others_do_not_suffer() {
    let plan = compiled(guest(), limits()).plan(&Settings::default()).unwrap().plan;
    let host = Host::new(false).unwrap();
    let ready = |made: Made| {
        let bytes = made.bytes();
        host.compile(&host.inspect(&bytes).unwrap(), limits()).unwrap()
    };
    let (fine, broken) = (ready(guest()), ready(guest().with("score", LOOP)));
    let want = ask(&fine, &plan);
    assert_eq!(want.0, None);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(ask(&broken, &plan).0.unwrap().reason, Reason::Fuel)));
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(ask(&fine, &plan), want)));
        }
    });
}
