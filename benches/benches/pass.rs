//! One warm pass of each shape over 10,000 clusters beside the floor of the same work, and the oracle for contrast.
//!
//! Told as the median of one run on one machine, both sides in that run; a lone number says nothing.

use benches::{
    columns::Columns,
    floor::{Floor, Kind},
    world::{self, NOW},
};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use testkit::{
    api::read::{InputFile, Options, read},
    fleet::Shape,
    naive,
    scheduler_core::{Cluster, Fact, Trail},
};

const CLUSTERS: u32 = 10_000;
const PLACEMENTS: u32 = 1_000;

fn warm_pass(c: &mut Criterion) {
    let facts = world::facts(CLUSTERS, PLACEMENTS);
    let columns = Columns::of(&facts);
    let mut index = world::index(&facts);
    let snapshot = index.snapshot(NOW);
    let mut trail = Trail::default();
    for shape in world::shapes() {
        let Some(placement) = world::placement(&facts, shape) else { continue };
        let mut group = c.benchmark_group(format!("pass/{}", shape.name()));
        let key = world::key(shape);
        group.bench_function("engine", |b| b.iter(|| snapshot.schedule(&key, &mut trail)));
        let mut floor = Floor::new(&columns, placement, Kind::from(shape));
        if shape == Shape::Aall {
            let mut names = Vec::new();
            group.bench_function("floor", |b| b.iter(|| floor.everybody(&mut names)));
        } else {
            group.bench_function("floor", |b| b.iter(|| floor.pass().len()));
        }
    }
}

/// What the slow, obvious scheduler takes at a fiftieth of the size.
fn against_the_oracle(c: &mut Criterion) {
    let facts = world::facts(CLUSTERS / 50, PLACEMENTS / 50);
    let mut index = world::index(&facts);
    let snapshot = index.snapshot(NOW);
    let mut trail = Trail::default();
    let (oracle, hub) = (naive::World::of(&facts), naive::Hub::new("upstream"));
    let key = world::key(Shape::B);
    let mut group = c.benchmark_group("small/b");
    group.bench_function("engine", |b| b.iter(|| snapshot.schedule(&key, &mut trail)));
    group.bench_function("oracle", |b| b.iter(|| naive::schedule(&oracle, &hub, &key, NOW)));
}

fn decode(c: &mut Criterion) {
    let data = world::lines(1_000, 0);
    let mut group = c.benchmark_group("decode");
    group.throughput(Throughput::Bytes(data.len() as u64));
    group.bench_function("1000-clusters", |b| {
        let file = || InputFile { name: "fleet.jsonl".into(), data: data.clone() };
        b.iter_batched(file, |file| read([file], &Options::default()), BatchSize::LargeInput);
    });
}

/// A label that comes and goes, and a fact that says nothing new.
fn apply(c: &mut Criterion) {
    let facts = world::facts(CLUSTERS, PLACEMENTS);
    let mut index = world::index(&facts);
    index.snapshot(NOW);
    let clusters: Vec<&Cluster> =
        facts.iter().filter_map(|fact| if let Fact::Cluster(cluster) = fact { Some(cluster) } else { None }).collect();
    let mut at = (0..clusters.len()).cycle();
    let mut next = || clusters[at.next().unwrap_or_default()].clone();
    let mut group = c.benchmark_group("apply");
    group.bench_function("heartbeat", |b| {
        b.iter_batched(&mut next, |cluster| index.apply(Fact::Cluster(cluster)), BatchSize::SmallInput);
    });
    let mut turn = 0_usize;
    let mut relabelled = || {
        let mut cluster = next();
        turn += 1;
        for (name, value) in &mut cluster.labels {
            if name == "env" {
                *value = ["prod", "stage", "dev"][turn % 3].into();
            }
        }
        cluster
    };
    group.bench_function("label", |b| {
        b.iter_batched(&mut relabelled, |cluster| index.apply(Fact::Cluster(cluster)), BatchSize::SmallInput);
    });
}

criterion_group!(workloads, warm_pass, against_the_oracle, decode, apply);
criterion_main!(workloads);
