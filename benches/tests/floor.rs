//! The floor does the same work as the engine: it gives the engine's answer for every shape.
#![expect(clippy::unwrap_used, reason = "a test that finds no placement fails")]

use benches::{
    columns::Columns,
    floor::{Floor, Kind},
    world::{self, NOW},
};
use testkit::{
    fleet::Shape,
    scheduler_core::{Symbol, Trail},
};

#[track_caller]
fn check(shape: Shape) {
    let facts = world::facts(1_000, 100);
    let columns = Columns::of(&facts);
    let mut floor = Floor::new(&columns, world::placement(&facts, shape).unwrap(), Kind::from(shape));
    let mut theirs: Vec<(Symbol, i64)> =
        floor.pass().iter().map(|&(total, row)| (columns.names[row as usize].clone(), i64::from(total))).collect();
    theirs.sort();
    let mut index = world::index(&facts);
    let decision = index.snapshot(NOW).schedule(&world::key(shape), &mut Trail::default());
    let ours: Vec<(Symbol, i64)> = decision.entries().map(|entry| (entry.cluster.clone(), entry.score)).collect();
    assert!(!ours.is_empty(), "nothing was selected");
    assert_eq!(ours, theirs);
    if shape == Shape::Aall {
        let mut names = Vec::new();
        floor.everybody(&mut names);
        assert!(ours.iter().map(|(name, _)| name).eq(names));
    }
}

#[test]
fn nothing_asked() {
    check(Shape::A);
}
#[test]
fn everybody() {
    check(Shape::Aall);
}
#[test]
fn labels() {
    check(Shape::B);
}
#[test]
fn few() {
    check(Shape::Bnarrow);
}
#[test]
fn claims() {
    check(Shape::C);
}
#[test]
fn tolerations() {
    check(Shape::E);
}
#[test]
fn resources() {
    check(Shape::F);
}
#[test]
fn add_on_score() {
    check(Shape::G);
}
#[test]
fn upstreams_own() {
    check(Shape::U);
}
