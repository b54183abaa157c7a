//! Guests that mean harm or are just broken: each fails for the expected reason, the same in every run, and nothing else
//! suffers. What they use up is asserted in fuel, never in time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod made;

use made::{Made, guest};
use plugin_host::{Batch, Call, Column, Failure, FuelBudget, Guest, Host, Limits, Plan, Reason, Settings};
use scheduler_core::Symbol;

const LOOP: &str = "(loop $ever (br $ever)) unreachable";
const RUNS: usize = 50;

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
    // Half of the runs alone, half of them beside each other.
    let alone = (0..RUNS / 2).map(|_| ask(&hostile, &plan)).collect::<Vec<_>>();
    let beside = std::thread::scope(|scope| {
        let askers: Vec<_> = (0..RUNS / 2).map(|_| scope.spawn(|| ask(&hostile, &plan))).collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).collect::<Vec<_>>()
    });
    for run in alone.into_iter().chain(beside) {
        assert_eq!(run, (Some(failure.clone()), fuel));
    }
}

#[track_caller]
fn check(made: Made, call: Call, reason: Reason, says: &str) {
    check_within(made, limits(), call, reason, says);
}

/// The clock behind the fuel: only that it ends, for where it ends is the machine's business.
#[track_caller]
fn check_backstop(made: Made, call: Call) {
    let plan = compiled(guest(), limits()).plan(&Settings::default()).unwrap().plan;
    let endless = Limits { fuel: FuelBudget { base: u64::MAX, per_row: 0 }, backstop_ticks: 2, ..Limits::default() };
    let (failure, _) = ask(&compiled(made, endless), &plan);
    let failure = failure.unwrap();
    assert_eq!((failure.call, failure.reason), (call, Reason::Backstop), "{failure}");
    assert_eq!(failure.message, "was stopped by the clock before its fuel ended");
}

#[test]
fn the_guest_itself_is_fine() {
    let plan = compiled(guest(), limits()).plan(&Settings::default()).unwrap().plan;
    assert_eq!(ask(&compiled(guest(), limits()), &plan).0, None);
}

// Endless loops.
#[test]
fn endless_start() {
    let more = format!("(func $begin {LOOP}) (start $begin)");
    check(
        guest().with("more", &more),
        Call::Start,
        Reason::Fuel,
        "`start` used up its 100000 units of fuel (in begin)",
    );
}
#[test]
fn endless_describe() {
    check(
        guest().with("describe", LOOP),
        Call::Describe,
        Reason::Fuel,
        "used up its 100000 units of fuel (in describe)",
    );
}
#[test]
fn endless_init() {
    check(guest().with("init", LOOP), Call::Init, Reason::Fuel, "(in init)");
}
#[test]
fn endless_filter() {
    check(guest().with("filter", LOOP), Call::Filter, Reason::Fuel, "used up its 100030 units of fuel (in filter)");
}
#[test]
fn endless_score() {
    check(guest().with("score", LOOP), Call::Score, Reason::Fuel, "used up its 100030 units of fuel (in score)");
}
#[test]
fn endless_clean_up() {
    check(guest().with("after", LOOP), Call::Describe, Reason::Fuel, "used up");
}
#[test]
fn endless_allocation() {
    check(guest().with("alloc", LOOP), Call::Init, Reason::Fuel, "used up");
}
#[test]
fn endless_calls_of_the_log() {
    let score = "(loop $ever (call $log (i32.const 0) (i32.const 0x400) (i32.const 0x1000)) (br $ever)) unreachable";
    check(guest().with("score", score), Call::Score, Reason::Fuel, "(in score)");
}
#[test]
fn endless_but_for_the_clock() {
    check_backstop(guest().with("more", &format!("(func $begin {LOOP}) (start $begin)")), Call::Start);
    check_backstop(guest().with("describe", LOOP), Call::Describe);
    check_backstop(guest().with("init", LOOP), Call::Init);
    check_backstop(guest().with("filter", LOOP), Call::Filter);
    check_backstop(guest().with("score", LOOP), Call::Score);
}
/// Filling memory costs next to no fuel.
#[test]
fn cheap_in_fuel_and_dear_in_time() {
    let score = "(drop (memory.grow (i32.const 900)))
        (loop $ever (memory.fill (i32.const 0x10000) (i32.const 1) (i32.const 0x3800000)) (br $ever)) unreachable";
    check_backstop(guest().with("score", score), Call::Score);
}

// Memory.
#[test]
fn growing_memory() {
    let score = "(drop (memory.grow (i32.const 2000))) (i32.const 0x240)";
    check(guest().with("score", score), Call::Score, Reason::Memory, "and may have 67108864 (in score)");
}
#[test]
fn growing_memory_bit_by_bit() {
    let init = "(loop $ever (drop (memory.grow (i32.const 1))) (br $ever)) unreachable";
    check(
        guest().with("init", init),
        Call::Init,
        Reason::Memory,
        "wants 67174400 bytes of memory and may have 67108864",
    );
}
#[test]
fn large_from_the_start() {
    check(guest().with("more", "(memory 2000)"), Call::Start, Reason::Memory, "may have 67108864");
}
#[test]
fn many_memories() {
    check(
        guest().with("more", "(memory 1) (memory 1) (memory 1) (memory 1)"),
        Call::Start,
        Reason::Memory,
        "has no room",
    );
}
#[test]
fn a_large_table() {
    check(guest().with("more", "(table 9000000 funcref)"), Call::Start, Reason::Memory, "may have 67108864");
}
#[test]
fn a_growing_table() {
    let made = guest().with("more", "(table $t 1 funcref)");
    let filter = "(loop $ever (drop (table.grow $t (ref.null func) (i32.const 100000))) (br $ever)) unreachable";
    check_within(made.with("filter", filter), plenty(), Call::Filter, Reason::Memory, "may have 67108864 (in filter)");
}
#[test]
fn many_instances() {
    let many = "(core instance (instantiate $none))".repeat(80);
    check(guest().with("imports", &format!("(core module $none) {many}")), Call::Start, Reason::Memory, "has no room");
}
#[test]
fn memory_within_its_own_bound() {
    // What does not grow because of its own maximum is told so and goes on.
    let made = guest().with("more", "(memory $own 1 2)");
    let score = "(if (i32.ne (memory.grow $own (i32.const 5000)) (i32.const -1)) (then unreachable))
        (i32.store (i32.const 0x244) (i32.const 0x1000)) (i32.store (i32.const 0x248) (local.get $rows)) (i32.const 0x240)";
    let plan = compiled(guest(), limits()).plan(&Settings::default()).unwrap().plan;
    assert_eq!(ask(&compiled(made.with("score", score), limits()), &plan).0, None);
}

// Traps.
#[test]
fn traps_in_every_call() {
    let trapped = "trapped: wasm `unreachable` instruction executed";
    check(guest().with("more", "(func $begin unreachable) (start $begin)"), Call::Start, Reason::Trap, trapped);
    check(guest().with("describe", "unreachable"), Call::Describe, Reason::Trap, trapped);
    check(guest().with("init", "unreachable"), Call::Init, Reason::Trap, trapped);
    check(guest().with("filter", "unreachable"), Call::Filter, Reason::Trap, trapped);
    check(guest().with("score", "unreachable"), Call::Score, Reason::Trap, trapped);
    check(guest().with("after", "unreachable"), Call::Describe, Reason::Trap, trapped);
    check(guest().with("alloc", "unreachable"), Call::Init, Reason::Trap, trapped);
}
#[test]
fn deep_recursion() {
    let made = guest()
        .with("more", "(func $deeper (param i64) (result i64) (i64.add (local.get 0) (call $deeper (local.get 0))))");
    let score = "(drop (call $deeper (i64.const 1))) (i32.const 0x240)";
    check_within(
        made.with("score", score),
        plenty(),
        Call::Score,
        Reason::Trap,
        "trapped: call stack exhausted (in deeper < deeper",
    );
}
#[test]
fn dividing_by_zero() {
    let score = "(i32.div_u (local.get $rows) (i32.const 0))";
    check(guest().with("score", score), Call::Score, Reason::Trap, "integer divide by zero");
}
#[test]
fn out_of_its_memory() {
    let score = "(i32.load (i32.const -4))";
    check(guest().with("score", score), Call::Score, Reason::Trap, "out of bounds memory access");
}
#[test]
fn names_of_functions_are_readable() {
    let rust = "(func $_ZN6carbon4rank17h0123456789abcdefE unreachable)";
    let made = guest().with("more", rust).with("score", "(call $_ZN6carbon4rank17h0123456789abcdefE) (i32.const 0)");
    check(made, Call::Score, Reason::Trap, "(in carbon::rank < score)");
}
#[test]
fn names_of_functions_are_bounded() {
    let long = "x".repeat(10_000);
    let made = guest().with("more", &format!("(func ${long} unreachable)"));
    let made = made.with("score", &format!("(call ${long}) (i32.const 0)"));
    check(made, Call::Score, Reason::Trap, "x… < score)");
}

// Answers that are none.
/// A score function that answers with this list.
fn scores(at: u32, length: &str) -> Made {
    guest().with(
        "score",
        &format!(
            "(i32.store (i32.const 0x244) (i32.const {at})) (i32.store (i32.const 0x248) {length}) (i32.const 0x240)"
        ),
    )
}
#[test]
fn too_few_scores() {
    check(scores(0x1000, "(i32.const 2)"), Call::Score, Reason::Result, "gives 2 scores for 3 rows");
}
#[test]
fn too_many_scores() {
    check(scores(0x1000, "(i32.const 4)"), Call::Score, Reason::Result, "gives 4 scores for 3 rows");
}
#[test]
fn far_too_many_scores() {
    let made = scores(0x10000, "(i32.const 0x700000)")
        .with("more", r#"(func $begin (drop (memory.grow (i32.const 900)))) (start $begin)"#);
    check(made, Call::Score, Reason::Result, "too much data");
}
#[test]
fn scores_beyond_its_memory() {
    check(scores(0x1000, "(i32.const -1)"), Call::Score, Reason::Result, "out of bounds");
    check(scores(0xffff_fff8, "(local.get $rows)"), Call::Score, Reason::Result, "out of bounds");
    check(scores(0x1004, "(local.get $rows)"), Call::Score, Reason::Result, "not aligned");
    check(guest().with("score", "(i32.const -8)"), Call::Score, Reason::Result, "out of bounds");
}
#[test]
fn infinite_scores() {
    let infinite = r#"(data (i32.const 0x1000) "\00\00\00\00\00\00\f8\7f\00\00\00\00\00\00\f0\ff")"#;
    let made = scores(0x1000, "(local.get $rows)").with("more", infinite);
    check(made, Call::Score, Reason::Result, "the score of row 1 is infinite");
}

/// A filter that answers with this memory at 0x300: codes, reasons.
fn verdicts(memory: &str) -> Made {
    guest()
        .with("more", &format!("(data (i32.const 0x300) \"\\00\\00\\00\\00{memory}\")"))
        .with("filter", "(i32.const 0x300)")
}
#[test]
fn too_few_codes() {
    let made = verdicts(r"\00\10\00\00\02\00\00\00\00\00\00\00\00\00\00\00");
    check(made, Call::Filter, Reason::Result, "gives 2 codes for 3 rows");
}
#[test]
fn a_code_without_a_reason() {
    // The codes are the text `demo`.
    let made = verdicts(r"\00\01\00\00\03\00\00\00\20\02\00\00\01\00\00\00");
    check(made, Call::Filter, Reason::Result, "row 0 has code 100, and there are 1 reasons");
}
#[test]
fn too_many_reasons() {
    let made = verdicts(r"\00\10\00\00\03\00\00\00\00\10\00\00\00\01\00\00");
    check(made, Call::Filter, Reason::Result, "gives 256 reasons and may give 255");
}
/// Reasons that all are one and the same long text: small in the guest, endless in the host.
#[test]
fn reasons_that_share_their_text() {
    let filter = "(loop $each
          (i32.store (i32.add (i32.const 0x10000) (i32.mul (local.get $i) (i32.const 8))) (i32.const 0x1000))
          (i32.store (i32.add (i32.const 0x10004) (i32.mul (local.get $i) (i32.const 8))) (i32.const 0xf000))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $each (i32.lt_u (local.get $i) (i32.const 255))))
        (i32.const 0x300)";
    let memory = r#"(data (i32.const 0x300) "\00\00\00\00\00\10\00\00\03\00\00\00\00\00\01\00\ff\00\00\00")"#;
    let made = guest().with("more", memory).with("filter", filter);
    check(made, Call::Filter, Reason::Result, "too much data");
}
#[test]
fn a_reason_that_is_no_text() {
    let made = guest().with("more", r#"(data (i32.const 0x110) "\ff\fe")"#);
    check(made, Call::Filter, Reason::Result, "invalid utf-8");
}
#[test]
fn an_answer_of_no_kind() {
    let made = guest().with("more", r#"(data (i32.const 0x240) "\07")"#);
    check(made, Call::Score, Reason::Result, "gave an answer that cannot be read");
    let made = guest().with("more", r#"(data (i32.const 0x1cc) "\09")"#);
    check(made, Call::Init, Reason::Result, "gave an answer that cannot be read");
}
#[test]
fn an_allocation_nowhere() {
    check(guest().with("alloc", "(return (i32.const -16))"), Call::Init, Reason::Result, "beyond end of memory");
}
#[test]
fn a_schema_that_is_none() {
    // The name again, which is no JSON.
    let made = guest().with("more", r#"(data (i32.const 0x150) "\00\01\00\00\04\00\00\00")"#);
    check(made, Call::Describe, Reason::Result, "gives a settings schema that is not JSON");
}
#[test]
fn messages_that_are_none() {
    let made = guest().with("more", r#"(data (i32.const 0x300) "\ff")"#);
    let made = made.with("init", "(call $log (i32.const 0) (i32.const 0x300) (i32.const 1)) (i32.const 0x1c0)");
    check(made, Call::Init, Reason::Trap, "invalid utf-8");
    let at = |level: u32, at: u32, length: u32| {
        let init = format!("(call $log (i32.const {level}) (i32.const {at}) (i32.const {length})) (i32.const 0x1c0)");
        guest().with("init", &init)
    };
    check(at(4, 0x100, 1), Call::Init, Reason::Trap, "trapped");
    check(at(0, 0xffff_0000, 1), Call::Init, Reason::Trap, "out of bounds");
    check(at(0, 0, 0xffff_ffff), Call::Init, Reason::Trap, "out of bounds");
}
#[test]
fn a_message_without_end() {
    let init = "(drop (memory.grow (i32.const 900)))
        (call $log (i32.const 0) (i32.const 0x10000) (i32.const 0x3000000)) (i32.const 0x1c0)";
    check(guest().with("init", init), Call::Init, Reason::Trap, "too much data");
}

// What it says itself.
#[test]
fn failures_of_its_own() {
    let told = |kind| format!(r#"(data (i32.const 0x240) "\01\00\00\00\0{kind}\00\00\00\10\01\00\00\09\00\00\00")"#);
    let score = "(i32.const 0x240)";
    let made = guest().with("more", &told(1)).with("score", score);
    check(made, Call::Score, Reason::Failed, "`score` says that it failed: no region");
    let made = guest().with("more", &told(0)).with("score", score);
    check(made, Call::Score, Reason::Settings, "`score` refuses its settings: the whole document: no region");
}

// Plans that no batch can be made for.
#[test]
fn a_plan_for_numbers_of_labels() {
    let made = guest().with("more", r#"(data (i32.const 0x1b4) "\00")"#);
    check(
        made,
        Call::Init,
        Reason::Settings,
        "input 1: `label region` can only be texts, and the plan asks for numbers",
    );
}
#[test]
fn a_plan_for_texts_of_numbers() {
    let made = guest().with("more", r#"(data (i32.const 0x194) "\01")"#);
    check(
        made,
        Call::Init,
        Reason::Settings,
        "input 0: `allocatable cpu` can only be numbers, and the plan asks for texts",
    );
}
#[test]
fn a_plan_with_an_empty_key() {
    let made = guest().with("more", r#"(data (i32.const 0x1a8) "\00")"#);
    check(made, Call::Init, Reason::Settings, "input 1: a key has 1 to 512 bytes");
}
#[test]
fn a_plan_for_everything() {
    let made = guest().with("more", r#"(data (i32.const 0x1c4) "\00\10\00\00\01\01\00\00")"#);
    check(made, Call::Init, Reason::Settings, "asks for 257 inputs and may ask for 256");
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
