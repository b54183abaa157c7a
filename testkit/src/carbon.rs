//! The example plugin `carbon` written natively, and the columns that it is given of the simulated fleet: what guests
//! are held to, bit by bit, and measured against.

use std::collections::HashMap;

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

impl Columns {
    /// Those of a simulated fleet with seed 1.
    #[must_use]
    pub fn of_fleet(clusters: u32) -> Columns {
        let lines = simulated::lines(Fleet { clusters, placements: 0, seed: 1 }, Mix::Plain, false);
        let (mut rows, mut prices) = (Vec::new(), HashMap::new());
        for fact in simulated::facts(&simulated::objects(&lines)) {
            match fact {
                Fact::Cluster(cluster) => rows.push(cluster),
                Fact::Score(score) if score.name.as_str() == "demo" => {
                    let price = get(&score.scores, "demo").copied().unwrap_or_default();
                    prices.insert(score.cluster, f64::from(price));
                }
                _ => {}
            }
        }
        rows.sort_by(|one, other| one.name.cmp(&other.name));
        Columns::of(&rows, |name| prices.get(name).copied().unwrap_or_default())
    }

    fn of(clusters: &[Cluster], price: impl Fn(&Symbol) -> f64) -> Columns {
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
                numbers(&|cluster| price(&cluster.name)),
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
        let gain = regions.each(|region| if region == "region-07" { 0.25 } else { 0.0 });
        let watts = archs.each(|arch| if arch == "arm64" { 3.5 } else { 6.0 });
        let cooling = platforms.each(|platform| match platform {
            "AWS" => 1.15,
            "Azure" => 1.18,
            "GCP" => 1.1,
            _ => 1.5,
        });
        let intensity = intensities.each(|grams| {
            let digits = (1..=6).contains(&grams.len()) && grams.bytes().all(|byte| byte.is_ascii_digit());
            grams.parse().ok().filter(|_| digits).unwrap_or(475.0)
        });
        let [cpu, cpu_all, memory, memory_all, price] = &self.numbers;
        let share = |free: f64, all: f64| if all > 0.0 { free / all } else { 0.0 };
        let score = |row: usize| {
            let idle = (share(cpu[row], cpu_all[row]) + share(memory[row], memory_all[row])) / 2.0;
            let watts = watts[archs.codes[row] as usize] * (1.0 + 0.5 * idle);
            let site = intensity[intensities.codes[row] as usize] * cooling[platforms.codes[row] as usize];
            let cost = 1.0 + price[row] / 200.0;
            gain[regions.codes[row] as usize] - (0.2 * (site * watts / 4275.0) + (1.0 - 0.2) * cost)
        };
        (0..self.rows()).map(score).collect()
    }
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
