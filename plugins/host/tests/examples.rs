//! The committed example plugins, as anybody would run them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use plugin_host::{Batch, Column, Export, Guest, Host, Limits, Settings};

const GPU_BINPACK: &[u8] = include_bytes!("../../../examples/plugins/gpu-binpack/gpu-binpack.wasm");

fn gpu_binpack() -> Guest {
    let host = Host::new(false).unwrap();
    let inspected = host.inspect(GPU_BINPACK).unwrap();
    assert_eq!(inspected.exports(), [Export::Filter, Export::Score]);
    assert!(inspected.bytes().len() <= 100 << 10);
    host.compile(&inspected, Limits::default()).unwrap()
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
fn refuses(settings: &str, says: &str) {
    let failure = gpu_binpack().plan(&Settings::parse(settings).unwrap()).unwrap_err();
    assert_eq!(failure.to_string(), format!("`init` refuses its settings: {says}"));
}

#[test]
fn the_gpu_packer_says_what_is_wrong_with_its_settings() {
    refuses("[]", "the whole document: must be an object");
    refuses(r#"{"atLeast": 1.5}"#, "/atLeast: must be a whole number up to 1000000");
    refuses(r#"{"atLeast": -1}"#, "/atLeast: must be a whole number up to 1000000");
    refuses(r#"{"resource": ""}"#, "/resource: must have 1 to 63 bytes");
    refuses(r#"{"atLeast": 1, "least": 2}"#, "the whole document: knows `resource` and `atLeast` and nothing else");
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
