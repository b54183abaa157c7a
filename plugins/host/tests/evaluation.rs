//! What a guest is given and what it answers, from its bytes on.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod made;

use made::{Made, guest};
use plugin_host::{
    Batch, Call, Column, Encoding, Evaluation, Export, FuelBudget, Guest, Host, Level, Limits, NotOfThePlan, Plan,
    Planned, Reason, Settings, Source,
};
use scheduler_core::Symbol;

#[track_caller]
fn compiled(made: Made) -> Guest {
    let host = Host::new(false).unwrap();
    let bytes = made.bytes();
    host.compile(&host.inspect(&bytes).unwrap(), Limits::default()).unwrap()
}

#[track_caller]
fn evaluation(made: Made) -> (Evaluation, Plan) {
    let guest = compiled(made);
    let plan = guest.plan(&Settings::default()).unwrap().plan;
    (guest.evaluate(&Settings::default(), &plan).unwrap(), plan)
}

fn regions() -> [Symbol; 3] {
    ["".into(), "eu".into(), "us".into()]
}

/// Three clusters: cpu, and the region of the first and the last.
fn three<'a>(plan: &Plan, cpu: &'a [f64; 3], regions: &'a [Symbol; 3]) -> Batch<'a> {
    let regions = Column::Texts { values: regions, codes: &[2, 0, 1] };
    Batch::new(plan, 3, vec![Column::Numbers(cpu), regions]).unwrap()
}

#[test]
fn what_can_be_told_without_running() {
    let host = Host::new(false).unwrap();
    let bytes = guest().bytes();
    let inspected = host.inspect(&bytes).unwrap();
    assert_eq!(inspected.exports(), [Export::Filter, Export::Score]);
    assert_eq!(inspected.imports(), ["placewright:placement/types@0.1.0", "placewright:placement/log@0.1.0"]);
    let guest = host.compile(&inspected, Limits::default()).unwrap();
    assert_eq!(guest.digest(), inspected.digest());
}

#[test]
fn it_says_who_it_is_and_what_it_wants() {
    let guest = compiled(guest());
    let about = guest.describe().unwrap();
    assert_eq!((about.name.as_str(), about.version.as_str(), about.settings_schema), ("demo", "1.0", None));
    let Planned { plan, usage, log } = guest.plan(&Settings::default()).unwrap();
    assert!(log.lines.is_empty());
    let inputs: Vec<String> = plan.inputs.iter().map(ToString::to_string).collect();
    assert_eq!(inputs, ["allocatable cpu (numbers, absent: 0)", "label region (texts)"]);
    assert_eq!(plan.inputs[1].source, Source::Label("region".into()));
    assert_eq!(plan.inputs[1].source.encoding(), Encoding::Texts);
    assert!(plan.row_local);
    assert!(usage.fuel > 0 && usage.fuel < 1_000, "{usage:?}");
    assert_eq!(usage.memory_bytes, 2 << 16);
}

#[test]
fn it_filters_and_scores() {
    let (mut evaluation, plan) = evaluation(guest());
    let (cpu, regions) = ([16.0, -0.5, f64::NAN], regions());
    let batch = three(&plan, &cpu, &regions);
    let verdicts = evaluation.filter(&batch).unwrap();
    assert_eq!(verdicts.taken_out().collect::<Vec<_>>(), [1]);
    assert_eq!([0, 1, 2, 3].map(|row| verdicts.reason(row)), [None, Some("no region"), None, None]);
    let scores = evaluation.score(&batch).unwrap();
    assert_eq!(scores.as_slice()[..2], [16.0, -0.5]);
    assert_eq!(scores.as_slice()[2].to_bits(), f64::NAN.to_bits());
}

#[test]
fn the_payload_of_a_nan_is_dropped() {
    let (mut evaluation, plan) = evaluation(guest());
    let (cpu, regions) = ([f64::from_bits(0xfff8_0000_dead_beef), 0.0, 0.0], regions());
    let scores = evaluation.score(&three(&plan, &cpu, &regions)).unwrap();
    assert_eq!(scores.as_slice()[0].to_bits(), f64::NAN.to_bits());
}

#[test]
fn no_clusters_at_all() {
    let (mut evaluation, plan) = evaluation(guest());
    let regions = ["".into()];
    let columns = vec![Column::Numbers(&[]), Column::Texts { values: &regions, codes: &[] }];
    let batch = Batch::new(&plan, 0, columns).unwrap();
    assert_eq!(evaluation.filter(&batch).unwrap().taken_out().count(), 0);
    assert!(evaluation.score(&batch).unwrap().as_slice().is_empty());
}

#[test]
fn the_same_answer_costs_the_same_fuel_wherever_it_is_asked() {
    let guest = compiled(guest());
    let plan = guest.plan(&Settings::default()).unwrap().plan;
    let ask = || {
        let mut evaluation = guest.evaluate(&Settings::default(), &plan).unwrap();
        let (cpu, regions) = ([1.0, 2.0, 3.0], regions());
        evaluation.filter(&three(&plan, &cpu, &regions)).unwrap();
        evaluation.score(&three(&plan, &cpu, &regions)).unwrap();
        evaluation.usage()
    };
    let alone = ask();
    let together: Vec<_> = std::thread::scope(|scope| {
        let askers: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).collect()
    });
    assert!(together.iter().all(|usage| *usage == alone), "{alone:?} {together:?}");
}

#[test]
fn instances_share_nothing() {
    // Scores by how often this very instance was asked.
    let counting = guest().with("more", "(global $asked (mut f64) (f64.const 0))").with(
        "score",
        "(global.set $asked (f64.add (global.get $asked) (f64.const 1)))
         (f64.store (i32.const 0x1000) (global.get $asked))
         (i32.store (i32.const 0x244) (i32.const 0x1000))
         (i32.store (i32.const 0x248) (i32.const 1))
         (i32.const 0x240)",
    );
    let guest = compiled(counting);
    let plan = guest.plan(&Settings::default()).unwrap().plan;
    let regions = ["".into()];
    let batch = Batch::new(&plan, 1, vec![Column::Numbers(&[0.0]), Column::Texts { values: &regions, codes: &[0] }]);
    let batch = batch.unwrap();
    for _ in 0..2 {
        let mut evaluation = guest.evaluate(&Settings::default(), &plan).unwrap();
        assert_eq!(evaluation.score(&batch).unwrap().as_slice(), [1.0]);
        assert_eq!(evaluation.score(&batch).unwrap().as_slice(), [2.0]);
    }
}

#[test]
fn settings_reach_it() {
    // Refuses what is longer than `{}`, pointing at the document.
    let picky = guest().with(
        "more",
        r#"(data (i32.const 0x300) "\60\03\00\00\05\00\00\00\65\03\00\00\07\00\00\00")
        (data (i32.const 0x360) "/zoneno such")
        (data (i32.const 0x320) "\01\00\00\00\00\03\00\00\01\00\00\00")"#,
    );
    let picky =
        picky.with("init", "(select (i32.const 0x320) (i32.const 0x1c0) (i32.gt_u (local.get $length) (i32.const 2)))");
    let guest = compiled(picky);
    let plan = guest.plan(&Settings::default()).unwrap().plan;
    let failure = guest.plan(&Settings::parse(r#"{"zone": 1}"#).unwrap()).unwrap_err();
    assert_eq!((failure.call, failure.reason), (Call::Init, Reason::Settings));
    assert_eq!(failure.to_string(), "`init` refuses its settings: /zone: no such");
    assert!(guest.evaluate(&Settings::parse("[1, 2]").unwrap(), &plan).is_err());
    assert!(Settings::parse("{").is_err());
}

#[test]
fn another_plan_than_before() {
    let by_length = "(i32.store8 (i32.const 0x1cd) (i32.gt_u (local.get $length) (i32.const 2))) (i32.const 0x1c0)";
    let guest = compiled(guest().with("init", by_length));
    let plan = guest.plan(&Settings::default()).unwrap().plan;
    let failure = guest.evaluate(&Settings::parse(r#"{"a": 1}"#).unwrap(), &plan).map(drop).unwrap_err();
    assert_eq!(failure.reason, Reason::Result);
    assert_eq!(failure.to_string(), "`init` gives another plan for the same settings than before");
}

#[test]
fn it_can_say_something() {
    let talking = guest().with("more", r#"(data (i32.const 0x300) "caf\c3\a9\1b[2J")"#);
    let talking = talking.with("init", "(call $log (i32.const 2) (i32.const 0x300) (i32.const 9)) (i32.const 0x1c0)");
    let (mut evaluation, _) = evaluation(talking);
    let log = evaluation.take_log();
    assert_eq!((log.lines.len(), log.dropped), (1, 0));
    assert_eq!((log.lines[0].level, log.lines[0].message.as_str()), (Level::Warn, "café [2J"));
    assert!(evaluation.take_log().lines.is_empty());
}

#[test]
fn it_can_not_say_too_much() {
    let score = "(loop $again
          (call $log (i32.const 0) (i32.const 0x400) (i32.const 5000))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get $i) (i32.const 1000))))
        (i32.store (i32.const 0x244) (i32.const 0x1000))
        (i32.store (i32.const 0x248) (local.get $rows))
        (i32.const 0x240)";
    let (mut evaluation, plan) = evaluation(guest().with("score", score));
    let (cpu, regions) = ([1.0, 2.0, 3.0], regions());
    for _ in 0..2 {
        evaluation.score(&three(&plan, &cpu, &regions)).unwrap();
        let log = evaluation.take_log();
        assert_eq!((log.lines.len(), log.dropped), (64, 936));
        assert!(log.lines.iter().all(|line| line.message.len() <= 4096));
    }
}

#[test]
fn a_guest_that_only_scores_takes_nobody_out() {
    let exports = r#"(export "placewright:placement/lifecycle@0.1.0" (instance $lifecycle))
        (export "placewright:placement/score@0.1.0" (instance $scoring))"#;
    let (mut evaluation, plan) = evaluation(guest().with("exports", exports));
    let (cpu, regions) = ([1.0, 2.0, 3.0], regions());
    let batch = three(&plan, &cpu, &regions);
    assert_eq!(evaluation.filter(&batch).unwrap_err().reason, Reason::Settings);
    assert_eq!(evaluation.score(&batch).unwrap().as_slice(), [1.0, 2.0, 3.0]);
}

#[test]
fn budgets_grow_with_the_rows() {
    // Burns some 2,000 units whatever it is asked.
    let score = "(local.set $i (i32.const 400))
        (loop $burn (br_if $burn (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (i32.store (i32.const 0x244) (i32.load (i32.add (local.get $columns) (i32.const 4))))
        (i32.store (i32.const 0x248) (local.get $rows))
        (i32.const 0x240)";
    let host = Host::new(false).unwrap();
    let bytes = guest().with("score", score).bytes();
    let limits = Limits { fuel: FuelBudget { base: 300, per_row: 1_000 }, ..Limits::default() };
    let guest = host.compile(&host.inspect(&bytes).unwrap(), limits).unwrap();
    let plan = guest.plan(&Settings::default()).unwrap().plan;
    let regions = ["".into()];
    let ask = |rows: u32| {
        let (cpu, codes) = (vec![1.0; rows as usize], vec![0; rows as usize]);
        let columns = vec![Column::Numbers(&cpu), Column::Texts { values: &regions, codes: &codes }];
        let batch = Batch::new(&plan, rows, columns).unwrap();
        guest.evaluate(&Settings::default(), &plan).unwrap().score(&batch).map(|scores| scores.as_slice().len())
    };
    let failure = ask(1).unwrap_err();
    assert_eq!((failure.call, failure.reason), (Call::Score, Reason::Fuel));
    assert_eq!(failure.message, "used up its 1300 units of fuel");
    assert_eq!(ask(4), Ok(4));
}

#[test]
fn a_batch_must_be_of_the_plan() {
    let plan = compiled(guest()).plan(&Settings::default()).unwrap().plan;
    let regions = regions();
    let texts = |codes| Column::Texts { values: &regions, codes };
    let check = |columns, want| assert_eq!(Batch::new(&plan, 2, columns).map(|_| ()).unwrap_err(), want);
    check(vec![Column::Numbers(&[1.0, 2.0])], NotOfThePlan::Columns { got: 1, want: 2 });
    check(vec![texts(&[0, 0]), texts(&[0, 0])], NotOfThePlan::Encoding { at: 0 });
    check(vec![Column::Numbers(&[1.0]), texts(&[0, 0])], NotOfThePlan::Rows { at: 0, got: 1, want: 2 });
    check(vec![Column::Numbers(&[1.0, 2.0]), texts(&[0])], NotOfThePlan::Rows { at: 1, got: 1, want: 2 });
    check(vec![Column::Numbers(&[1.0, 2.0]), texts(&[0, 3])], NotOfThePlan::Codes { at: 1 });
    let wrong = Column::Texts { values: &regions[1..], codes: &[0, 0] };
    check(vec![Column::Numbers(&[1.0, 2.0]), wrong], NotOfThePlan::Codes { at: 1 });
}
