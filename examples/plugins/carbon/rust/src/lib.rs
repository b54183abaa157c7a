//! Ranks clusters by what an hour of a core there costs, and how much carbon it sets free.
//!
//! Carbon: grams of CO2 for a kilowatt-hour of the grid (a claim), times what the site spends on cooling (by platform),
//! times the watts of a core (by architecture; more on an idle cluster, which has machines to wake). Cost: an add-on score
//! that somebody keeps up to date. The operations stand in one order in every language, so that all give the same bits.

use plugin_sdk::{Batch, Failure, Input, Plan, Plugin, Score, Settings};

/// What one grid or another sets free, in grams of CO2 for a kilowatt-hour, where a cluster does not tell.
const INTENSITY_USUAL: f64 = 475.0;
/// Longer than any intensity is written.
const INTENSITY_DIGITS_MAX: usize = 6;
/// What a cluster in the preferred region gains: a quarter of what a core costs on average.
const REGION_GAIN: f64 = 0.25;

/// The scorer under one settings document.
pub struct Carbon {
    /// How much carbon weighs against cost, 0 to 1.
    dirty_weight: f64,
    /// The region that is preferred; "" for none.
    region: String,
    /// The claim that tells the grid's intensity.
    intensity_claim: String,
    /// The add-on score that tells the price, from -100 (half the average) to 100 (one and a half).
    price: (String, String),
}

impl Plugin for Carbon {
    const NAME: &str = "carbon";
    const VERSION: &str = env!("CARGO_PKG_VERSION");
    const SETTINGS_SCHEMA: &str = include_str!("schema.json");

    fn new(settings: &mut Settings) -> Self {
        let mut text = |key: &str, usual: &str| settings.text(key).unwrap_or(usual.to_owned());
        Carbon {
            region: text("region", ""),
            intensity_claim: text("intensityClaim", "carbon-intensity.example.com"),
            price: (text("priceResource", "cost"), text("priceScore", "price")),
            dirty_weight: settings.number("dirtyWeight", 0.0..=1.0).unwrap_or(0.5),
        }
    }

    fn plan(&self) -> Plan {
        let inputs = [
            Input::label("region"),
            Input::label("arch"),
            Input::claim("platform.open-cluster-management.io"),
            Input::claim(&self.intensity_claim),
            Input::allocatable("cpu"),
            Input::capacity("cpu"),
            Input::allocatable("memory"),
            Input::capacity("memory"),
            Input::add_on_score(&self.price.0, &self.price.1),
        ];
        Plan::by_row(inputs).min_max()
    }
}

impl Score for Carbon {
    fn score(&self, clusters: &Batch) -> Result<Vec<f64>, Failure> {
        let gains = clusters.texts(0).map(|region| if self.prefers(region) { REGION_GAIN } else { 0.0 });
        let watts = clusters.texts(1).map(watts);
        let cooling = clusters.texts(2).map(cooling);
        let intensities = clusters.texts(3).map(intensity);
        let free_cpu = clusters.numbers(4).iter().zip(clusters.numbers(5));
        let free_memory = clusters.numbers(6).iter().zip(clusters.numbers(7));
        let texts = gains.zip(watts).zip(cooling).zip(intensities);
        let numbers = free_cpu.zip(free_memory).zip(clusters.numbers(8));
        let clean_weight = 1.0 - self.dirty_weight;
        let scores = texts.zip(numbers).map(|((((gain, watts), cooling), intensity), ((cpu, memory), price))| {
            let idle = (share(cpu) + share(memory)) / 2.0;
            // Half as much again where all is idle; 1 where an average core runs on an average grid.
            let carbon = intensity * cooling * (watts * (1.0 + 0.5 * idle)) / 4275.0;
            let cost = 1.0 + price / 200.0;
            gain - (self.dirty_weight * carbon + clean_weight * cost)
        });
        Ok(scores.collect())
    }
}

impl Carbon {
    fn prefers(&self, region: &str) -> bool {
        !region.is_empty() && region == self.region
    }
}

/// Watts of a busy core.
fn watts(arch: &str) -> f64 {
    if arch == "arm64" { 3.5 } else { 6.0 }
}

/// What a site draws for each watt of its machines.
fn cooling(platform: &str) -> f64 {
    match platform {
        "AWS" => 1.15,
        "Azure" => 1.18,
        "GCP" => 1.1,
        _ => 1.5,
    }
}

/// A whole number of grams; what is none is taken for the usual.
fn intensity(claim: &str) -> f64 {
    let number = claim.len() <= INTENSITY_DIGITS_MAX && claim.bytes().all(|byte| byte.is_ascii_digit());
    claim.parse::<u32>().ok().filter(|_| number).map_or(INTENSITY_USUAL, f64::from)
}

/// How much of a resource is free; nothing where nothing is known.
fn share((allocatable, capacity): (&f64, &f64)) -> f64 {
    if *capacity > 0.0 { allocatable / capacity } else { 0.0 }
}

plugin_sdk::export!(Carbon: score);

#[cfg(test)]
mod tests {
    use plugin_sdk::{Batch, Column, Plugin as _, Score as _, Texts, settings};

    use super::{Carbon, intensity};

    /// The scores of two clusters that differ in one thing.
    fn scores(document: &str, columns: [Column; 9]) -> Vec<f64> {
        let carbon = settings::read::<Carbon>(document).expect("settings");
        assert_eq!(carbon.plan().inputs.len(), columns.len());
        carbon.score(&Batch { rows: 2, columns: columns.into() }).expect("scores")
    }

    fn alike() -> [Column; 9] {
        let texts = |text| Column::Texts(Texts::of([text, text]));
        let numbers = |number| Column::Numbers(vec![number; 2]);
        [
            texts("eu-west-1"),
            texts("amd64"),
            texts("AWS"),
            texts("300"),
            numbers(8.0),
            numbers(16.0),
            numbers(32e9),
            numbers(64e9),
            numbers(0.0),
        ]
    }

    #[track_caller]
    fn first_is_better(document: &str, at: usize, differing: Column) {
        let mut columns = alike();
        columns[at] = differing;
        let scores = scores(document, columns);
        assert!(scores[0] > scores[1], "{scores:?}");
    }

    fn two(first: &str, second: &str) -> Column {
        Column::Texts(Texts::of([first, second]))
    }

    #[test]
    fn a_figure_by_hand() {
        // 300 * 1.15 * (6 * 1.25) / 4275 = 0.60526…; half of that and half of 1.
        let score = scores("{}", alike())[0];
        assert!((score + 0.802_631_578_947_368_4).abs() < 1e-12, "{score}");
    }
    #[test]
    fn what_ranks_higher() {
        first_is_better("{\"region\": \"eu-west-1\"}", 0, two("eu-west-1", "us-east-1"));
        first_is_better("{}", 1, two("arm64", "amd64"));
        first_is_better("{}", 2, two("GCP", "on premises"));
        first_is_better("{}", 3, two("20", "300"));
        first_is_better("{}", 4, Column::Numbers(vec![1.0, 16.0]));
        first_is_better("{}", 8, Column::Numbers(vec![-40.0, 40.0]));
    }
    #[test]
    fn weight_decides_between_clean_and_cheap() {
        let mut columns = alike();
        columns[3] = two("20", "300");
        columns[8] = Column::Numbers(vec![100.0, -100.0]);
        let clean = scores("{\"dirtyWeight\": 1}", columns.clone());
        assert!(clean[0] > clean[1]);
        let cheap = scores("{\"dirtyWeight\": 0}", columns);
        assert!(cheap[0] < cheap[1]);
    }
    #[test]
    fn an_intensity_is_a_whole_number() {
        assert_eq!(intensity("0"), 0.0);
        assert_eq!(intensity("000352"), 352.0);
        for text in ["", "1234567", "3.5", "-1", "+1", "much"] {
            assert_eq!(intensity(text), 475.0, "{text}");
        }
    }
    #[test]
    fn where_nothing_is_known() {
        let mut columns = alike();
        columns[5] = Column::Numbers(vec![0.0; 2]);
        columns[7] = Column::Numbers(vec![0.0; 2]);
        assert!(scores("{}", columns).iter().all(|score| score.is_finite()));
    }
}
