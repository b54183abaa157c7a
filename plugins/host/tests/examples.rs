//! The committed example plugins, as anybody would run them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use plugin_host::{Batch, Column, Export, Guest, Host, Limits, Plan, Settings};
use testkit::carbon::{self, Columns};

const CARBON: &[u8] = include_bytes!("../../../examples/plugins/carbon/carbon.wasm");
const CARBON_C: &[u8] = include_bytes!("../../../examples/plugins/carbon/carbon-c.wasm");
const FREEZE: &[u8] = include_bytes!("../../../examples/plugins/freeze/freeze.wasm");
const GPU_BINPACK: &[u8] = include_bytes!("../../../examples/plugins/gpu-binpack/gpu-binpack.wasm");

/// A committed component under the limits that every plugin has.
#[track_caller]
fn guest(component: &[u8], exports: &[Export]) -> Guest {
    let host = Host::new(false).unwrap();
    let inspected = host.inspect(component).unwrap();
    assert_eq!(inspected.exports(), exports);
    assert!(inspected.bytes().len() <= 100 << 10);
    host.compile(&inspected, Limits::default()).unwrap()
}

fn gpu_binpack() -> Guest {
    guest(GPU_BINPACK, &[Export::Filter, Export::Score])
}

fn carbon_batch<'a>(plan: &Plan, columns: &'a Columns) -> Batch<'a> {
    let texts = columns.texts.iter().map(|texts| Column::Texts { values: &texts.values, codes: &texts.codes });
    let numbers = columns.numbers.iter().map(|numbers| Column::Numbers(numbers));
    Batch::new(plan, columns.rows() as u32, texts.chain(numbers).collect()).unwrap()
}

/// Scores the fleet of 10,000 clusters and compares bits.
#[track_caller]
fn scores_as_natively(name: &str, component: &[u8]) {
    let guest = guest(component, &[Export::Score]);
    assert_eq!(guest.describe().unwrap().name, name);
    let settings = Settings::parse(carbon::SETTINGS).unwrap();
    let plan = guest.plan(&settings).unwrap().plan;
    let columns = Columns::of_fleet(10_000);
    let want = columns.scores();
    let scores = guest.evaluate(&settings, &plan).unwrap().score(&carbon_batch(&plan, &columns)).unwrap();
    let bits = |scores: &[f64]| scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(scores.as_slice()), bits(&want));
}

#[test]
fn carbon_in_rust_scores_as_the_native_function() {
    scores_as_natively("carbon", CARBON);
}

#[test]
fn carbon_in_c_scores_as_the_native_function() {
    scores_as_natively("carbon-c", CARBON_C);
}

/// What the native function is held to: that each of the nine columns moves some scores.
#[test]
fn every_column_of_carbon_counts() {
    let columns = Columns::of_fleet(1_000);
    let want = columns.scores();
    for text in 0..4 {
        let mut without = columns.clone();
        without.texts[text].codes.fill(0);
        assert_ne!(without.scores(), want, "text {text}");
    }
    for number in 0..5 {
        let mut without = columns.clone();
        without.numbers[number].fill(0.0);
        assert_ne!(without.scores(), want, "number {number}");
    }
}

#[test]
fn carbon_asks_for_the_same_in_both_languages() {
    let inputs = |component: &[u8], settings: &str| -> Vec<String> {
        let plan = guest(component, &[Export::Score]).plan(&Settings::parse(settings).unwrap()).unwrap().plan;
        assert!(plan.row_local);
        assert_eq!(plan.normalization.to_string(), "min-max");
        plan.inputs.iter().map(ToString::to_string).collect()
    };
    for settings in ["{}", carbon::SETTINGS] {
        assert_eq!(inputs(CARBON, settings), inputs(CARBON_C, settings));
    }
    let schema = |component: &[u8]| guest(component, &[Export::Score]).describe().unwrap().settings_schema;
    assert_eq!(schema(CARBON), schema(CARBON_C));
    assert_eq!(
        inputs(CARBON, "{}"),
        [
            "label region (texts)",
            "label arch (texts)",
            "claim platform.open-cluster-management.io (texts)",
            "claim carbon-intensity.example.com (texts)",
            "allocatable cpu (numbers, absent: 0)",
            "capacity cpu (numbers, absent: 0)",
            "allocatable memory (numbers, absent: 0)",
            "capacity memory (numbers, absent: 0)",
            "addon-score cost price (numbers, absent: 0)",
        ]
    );
}

#[test]
fn the_freeze_keeps_new_work_away_and_leaves_what_is_there() {
    let guest = guest(FREEZE, &[Export::Filter]);
    let settings = Settings::parse(r#"{"environments": ["prod"]}"#).unwrap();
    let plan = guest.plan(&settings).unwrap().plan;
    let inputs: Vec<String> = plan.inputs.iter().map(ToString::to_string).collect();
    let annotation = "annotation change-freeze.example.com/reason (texts)";
    assert_eq!(inputs, [annotation, "label environment (texts)", "selected (numbers, absent: 0)"]);
    let (reasons, environments) = (["".into(), "year end".into()], ["".into(), "prod".into(), "dev".into()]);
    let columns = vec![
        Column::Texts { values: &reasons, codes: &[0, 1, 1, 1] },
        Column::Texts { values: &environments, codes: &[1, 1, 1, 2] },
        Column::Numbers(&[0.0, 0.0, 1.0, 0.0]),
    ];
    let batch = Batch::new(&plan, 4, columns).unwrap();
    let verdicts = guest.evaluate(&settings, &plan).unwrap().filter(&batch).unwrap();
    assert_eq!(verdicts.taken_out().collect::<Vec<_>>(), [1]);
    assert_eq!(verdicts.reason(1), Some("change freeze: year end"));
}

#[test]
fn the_gpu_packer_takes_out_what_is_too_small_and_prefers_what_is_tight() {
    let guest = gpu_binpack();
    assert_eq!(guest.describe().unwrap().name, "gpu-binpack");
    let settings = Settings::parse(r#"{"resource": "amd.com/gpu", "atLeast": 4}"#).unwrap();
    let plan = guest.plan(&settings).unwrap().plan;
    assert_eq!(plan.inputs.len(), 1);
    assert_eq!(plan.inputs[0].to_string(), "allocatable amd.com/gpu (numbers, absent: 0)");
    assert!(plan.row_local);
    let mut evaluation = guest.evaluate(&settings, &plan).unwrap();
    let batch = Batch::new(&plan, 4, vec![Column::Numbers(&[8.0, 0.0, 4.0, 3.0])]).unwrap();
    let verdicts = evaluation.filter(&batch).unwrap();
    assert_eq!(verdicts.taken_out().collect::<Vec<_>>(), [1, 3]);
    assert_eq!(verdicts.reason(3), Some("too few allocatable amd.com/gpu"));
    assert_eq!(evaluation.score(&batch).unwrap().as_slice(), [8.0, 0.0, 4.0, 3.0]);
}

#[track_caller]
fn refuses(guest: &Guest, settings: &str, says: &str) {
    let failure = guest.plan(&Settings::parse(settings).unwrap()).unwrap_err();
    assert_eq!(failure.to_string(), format!("`init` refuses its settings: {says}"));
}

/// In C, by the reader that every project in C has.
#[test]
fn guests_in_c_say_what_is_wrong_with_their_settings() {
    let packer = gpu_binpack();
    refuses(&packer, "[]", "the whole document: must be an object");
    refuses(&packer, "{\"a\\n\": 1}", "the whole document: must have keys in quotes and without escapes");
    refuses(&packer, r#"{"atLeast": 1.5}"#, "/atLeast: must be a whole number up to 1000000");
    refuses(&packer, r#"{"atLeast": -1}"#, "/atLeast: must be a whole number up to 1000000");
    refuses(&packer, r#"{"resource": ""}"#, "/resource: must not be empty");
    refuses(&packer, r#"{"atLeast": 1, "least": 2}"#, "/least: is no setting: only `resource`, `atLeast`");
    let carbon = guest(CARBON_C, &[Export::Score]);
    let bounds = "/dirtyWeight: must be a number of at most 15 digits from 0 to 1";
    for wrong in ["1.5", "-0.5", "1e-3", "true", "0.1234567890123456"] {
        refuses(&carbon, &format!("{{\"dirtyWeight\": {wrong}}}"), bounds);
    }
}

/// By the SDK.
#[test]
fn guests_in_rust_say_what_is_wrong_with_their_settings() {
    let carbon = guest(CARBON, &[Export::Score]);
    refuses(&carbon, "[]", "the whole document: must be an object, not a list");
    refuses(
        &carbon,
        r#"{"dirtyWeight": 1.5, "region": 3}"#,
        "/region: must be a text, not a number; /dirtyWeight: must be a number from 0 to 1, not 1.5",
    );
}

#[test]
fn the_gpu_packer_scores_ten_thousand_clusters_within_its_budget() {
    let guest = gpu_binpack();
    let plan = guest.plan(&Settings::default()).unwrap().plan;
    let amounts: Vec<f64> = (0..10_000).map(f64::from).collect();
    let batch = Batch::new(&plan, 10_000, vec![Column::Numbers(&amounts)]).unwrap();
    let mut evaluation = guest.evaluate(&Settings::default(), &plan).unwrap();
    assert_eq!(evaluation.score(&batch).unwrap().as_slice(), amounts);
    assert_eq!(evaluation.filter(&batch).unwrap().taken_out().collect::<Vec<_>>(), [0]);
    // A filter loops over its rows, some 10 units each.
    assert!(evaluation.usage().fuel < 500_000, "{:?}", evaluation.usage());
}
