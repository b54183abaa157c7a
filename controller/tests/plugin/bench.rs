//! `placewright plugin bench`. What it measures in time is nobody's to assert; fuel is the same on every machine.

use serde_json::Value;

use super::{demo, run, text};

#[test]
fn fuel_and_the_advice() {
    let folder = demo("bench", ", fuel: {base: 1M}");
    let given = folder.join("plugin.yaml");
    let args = ["plugin", "bench", text(&given), "--clusters", "1000", "--rounds", "1"];
    let measured = || serde_json::from_str::<Value>(&run(&[&args[..], &["-o", "json"]].concat()).out).unwrap();
    let first = measured();
    let calls = first["settings"][0]["calls"].as_array().unwrap();
    let names: Vec<&str> = calls.iter().map(|call| call["call"].as_str().unwrap()).collect();
    assert_eq!(names, ["init", "filter", "score"]);
    // The filter loops over its rows; the score hands a column back.
    assert!(calls[1]["fuel_per_cluster"].as_u64() > Some(10), "{first}");
    assert!(calls[1]["fuel"].as_u64() > Some(10_000), "{first}");
    let second = measured();
    for (a, b) in calls.iter().zip(second["settings"][0]["calls"].as_array().unwrap()) {
        assert_eq!(a["fuel"], b["fuel"]);
    }
    let ran = run(&args);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.contains("; 1,000 clusters, medians of 1 round\n"), "{}", ran.out);
    assert!(
        ran.out.contains("times what was used; now it has {base: 1M, perRow: 5k}, which is enough\n"),
        "{}",
        ran.out
    );
}
