//! All recorded answers, put to the engine and to the oracle.

use std::path::Path;

use anyhow::{Context, Result};
use testkit::{engine, golden};

fn check(answers: golden::Answers) -> Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/placement.jsonl.gz");
    let (mut passed, mut panics, mut differ) = (0, 0, Vec::new());
    for (i, line) in golden::lines(&file)?.enumerate() {
        let case = golden::parse(&line?)?;
        let judged = golden::judge(i + 1, &case, case.out.as_ref().context("no `out`")?, answers)?;
        panics += usize::from(judged.panic);
        match judged.differences.first() {
            None => passed += 1,
            Some(first) => differ.push(format!("line {}: {first}", judged.line)),
        }
    }
    assert!(differ.is_empty(), "{} differ, the first: {}", differ.len(), differ[0]);
    assert_eq!((passed, panics), (6000, 98));
    Ok(())
}

#[test]
fn the_engine_answers_as_recorded() -> Result<()> {
    check(engine::upstream)
}

#[test]
fn the_oracle_answers_as_recorded() -> Result<()> {
    check(engine::naive_upstream)
}
