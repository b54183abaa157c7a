//! The example plugin `carbon` written natively, and the columns that it is given of the simulated fleet: what guests
//! are held to, bit by bit, and measured against.

use std::{collections::HashMap, ops::Range};

use fleet::{Fleet, Mix};
use kube_text::Quantity;
use scheduler_core::{Cluster, Fact, Symbol};

use crate::simulated;

/// Settings under which every input of the plugin says something on the simulated fleet, as JSON.
///
/// Its clusters know no intensity; how many nodes they have is a whole number too.
pub const SETTINGS: &str = r#"{"dirtyWeight": 0.2, "region": "region-07", "intensityClaim": "nodecount", "priceResource": "demo", "priceScore": "demo"}"#;

/// The columns of the plugin's nine inputs under [`SETTINGS`], a row a cluster in order of names.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Region, architecture, platform, intensity.
    pub texts: [Texts; 4],
    /// Allocatable and capacity of cpu (cores), the same of memory (bytes), price.
    pub numbers: [Vec<f64>; 5],
}

/// A column of texts: row i holds `values[codes[i]]`, and `values[0]` is "".
#[derive(Clone, Debug)]
pub struct Texts {
    /// Each distinct text, once.
    pub values: Vec<Symbol>,
    /// One code a row.
    pub codes: Vec<u32>,
}

/// The same clusters as objects, for whoever looks up each value.
#[derive(Clone, Debug)]
pub struct Objects {
    clusters: Vec<Cluster>,
    prices: HashMap<Symbol, f64>,
}

impl Objects {
    /// Those of a simulated fleet with seed 1, in order of names.
    #[must_use]
    pub fn of_fleet(clusters: u32) -> Objects {
        let lines = simulated::lines(Fleet { clusters, placements: 0, seed: 1 }, Mix::Plain, false);
        let mut objects = Objects { clusters: Vec::new(), prices: HashMap::new() };
        for fact in simulated::facts(&simulated::objects(&lines)) {
            match fact {
                Fact::Cluster(cluster) => objects.clusters.push(cluster),
                Fact::Score(score) if score.name.as_str() == "demo" => {
                    let price = get(&score.scores, "demo").copied().unwrap_or_default();
                    objects.prices.insert(score.cluster, f64::from(price));
                }
                _ => {}
            }
        }
        objects.clusters.sort_by(|one, other| one.name.cmp(&other.name));
        objects
    }

    /// The clusters, ascending by name.
    #[must_use]
    pub fn clusters(&self) -> &[Cluster] {
        &self.clusters
    }

    /// What the plugin has to answer for some rows, under [`SETTINGS`]. O(rows × what a cluster says of itself).
    ///
    /// # Panics
    /// There are fewer clusters.
    #[must_use]
    pub fn scores(&self, rows: Range<usize>) -> Vec<f64> {
        self.clusters[rows].iter().map(|cluster| self.score(cluster)).collect()
    }

    fn score(&self, cluster: &Cluster) -> f64 {
        let label = |key| get(&cluster.labels, key).map_or("", Symbol::as_str);
        let claim = |key| get(&cluster.claims, key).map_or("", Symbol::as_str);
        let numbers = [
            amount(&cluster.allocatable, "cpu"),
            amount(&cluster.capacity, "cpu"),
            amount(&cluster.allocatable, "memory"),
            amount(&cluster.capacity, "memory"),
            self.price(cluster),
        ];
        let (gain, watts) = (gain(label("region")), watts(label("arch")));
        let (cooling, grams) = (cooling(claim("platform.open-cluster-management.io")), grams(claim("nodecount")));
        score(gain, watts, cooling, grams, numbers)
    }

    fn price(&self, cluster: &Cluster) -> f64 {
        self.prices.get(&cluster.name).copied().unwrap_or_default()
    }
}

impl Columns {
    /// Those of a simulated fleet with seed 1.
    #[must_use]
    pub fn of_fleet(clusters: u32) -> Columns {
        let objects = Objects::of_fleet(clusters);
        Columns::of(&objects, 0..objects.clusters.len())
    }

    /// Those of some rows. O(rows).
    ///
    /// # Panics
    /// There are fewer clusters.
    #[must_use]
    pub fn of(objects: &Objects, rows: Range<usize>) -> Columns {
        let clusters = &objects.clusters[rows];
        let texts = |text: &dyn Fn(&Cluster) -> Option<Symbol>| Texts::of(clusters.iter().map(text));
        let label = |key| texts(&|cluster| get(&cluster.labels, key).cloned());
        let claim = |key| texts(&|cluster| get(&cluster.claims, key).cloned());
        let numbers = |number: &dyn Fn(&Cluster) -> f64| clusters.iter().map(number).collect();
        Columns {
            texts: [label("region"), label("arch"), claim("platform.open-cluster-management.io"), claim("nodecount")],
            numbers: [
                numbers(&|cluster| amount(&cluster.allocatable, "cpu")),
                numbers(&|cluster| amount(&cluster.capacity, "cpu")),
                numbers(&|cluster| amount(&cluster.allocatable, "memory")),
                numbers(&|cluster| amount(&cluster.capacity, "memory")),
                numbers(&|cluster| objects.price(cluster)),
            ],
        }
    }

    /// How many clusters these are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.numbers[0].len()
    }

    /// What the plugin has to answer, under [`SETTINGS`]. O(rows + distinct texts).
    #[must_use]
    pub fn scores(&self) -> Vec<f64> {
        let [regions, archs, platforms, intensities] = &self.texts;
        let (gains, watts) = (regions.each(gain), archs.each(watts));
        let (coolings, grams) = (platforms.each(cooling), intensities.each(grams));
        let [cpu, cpu_all, memory, memory_all, price] = &self.numbers;
        let score = |row: usize| {
            score(
                gains[regions.codes[row] as usize],
                watts[archs.codes[row] as usize],
                coolings[platforms.codes[row] as usize],
                grams[intensities.codes[row] as usize],
                [cpu[row], cpu_all[row], memory[row], memory_all[row], price[row]],
            )
        };
        (0..self.rows()).map(score).collect()
    }
}

fn gain(region: &str) -> f64 {
    if region == "region-07" { 0.25 } else { 0.0 }
}

fn watts(arch: &str) -> f64 {
    if arch == "arm64" { 3.5 } else { 6.0 }
}

fn cooling(platform: &str) -> f64 {
    match platform {
        "AWS" => 1.15,
        "Azure" => 1.18,
        "GCP" => 1.1,
        _ => 1.5,
    }
}

fn grams(intensity: &str) -> f64 {
    let digits = (1..=6).contains(&intensity.len()) && intensity.bytes().all(|byte| byte.is_ascii_digit());
    intensity.parse().ok().filter(|_| digits).unwrap_or(475.0)
}

fn score(gain: f64, watts: f64, cooling: f64, grams: f64, numbers: [f64; 5]) -> f64 {
    let [cpu, cpu_all, memory, memory_all, price] = numbers;
    let share = |free: f64, all: f64| if all > 0.0 { free / all } else { 0.0 };
    let idle = (share(cpu, cpu_all) + share(memory, memory_all)) / 2.0;
    let (watts, site) = (watts * (1.0 + 0.5 * idle), grams * cooling);
    let cost = 1.0 + price / 200.0;
    gain - (0.2 * (site * watts / 4275.0) + (1.0 - 0.2) * cost)
}

impl Texts {
    fn of(rows: impl Iterator<Item = Option<Symbol>>) -> Texts {
        let mut codes_of: HashMap<Symbol, u32> = HashMap::from([(Symbol::default(), 0)]);
        let mut texts = Texts { values: vec![Symbol::default()], codes: Vec::new() };
        for text in rows.map(Option::unwrap_or_default) {
            let next = codes_of.len() as u32;
            let code = *codes_of.entry(text.clone()).or_insert(next);
            if code == next {
                texts.values.push(text);
            }
            texts.codes.push(code);
        }
        texts
    }

    fn each(&self, of: impl Fn(&str) -> f64) -> Vec<f64> {
        self.values.iter().map(|value| of(value)).collect()
    }
}

fn get<'m, T>(members: &'m [(Symbol, T)], key: &str) -> Option<&'m T> {
    members.iter().find(|(name, _)| name.as_str() == key).map(|(_, value)| value)
}

fn amount(quantities: &[(Symbol, Quantity)], resource: &str) -> f64 {
    get(quantities, resource).and_then(Quantity::approximate).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Columns, Objects};

    #[test]
    fn columns_and_objects_are_scored_alike() {
        let objects = Objects::of_fleet(500);
        let bits = |scores: Vec<f64>| scores.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(Columns::of(&objects, 100..300).scores()), bits(objects.scores(100..300)));
    }
}
