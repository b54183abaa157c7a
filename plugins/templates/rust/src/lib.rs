//! {{name}}: say here what it is for.
//!
%if both
//! As it stands, it takes out clusters with too few cores, and ranks the others by the cores they have left.
%end
%if filter-only
//! As it stands, it takes out clusters with too few cores.
%end
%if score-only
//! As it stands, it ranks clusters by the cores they have left, those of one region first.
%end

%if both
use plugin_sdk::{Batch, Failure, Filter, Input, Plan, Plugin, Score, Settings, Verdicts};
%end
%if filter-only
use plugin_sdk::{Batch, Failure, Filter, Input, Plan, Plugin, Settings, Verdicts};
%end
%if score-only
use plugin_sdk::{Batch, Failure, Input, Plan, Plugin, Score, Settings};
%end

/// The plugin under one settings document.
struct Cores {
%if filter
    /// How many cores a cluster must have left.
    at_least: f64,
%end
%if score
    /// The region that is preferred; "" for none.
    region: String,
%end
}

impl Plugin for Cores {
    const NAME: &str = "{{name}}";
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    fn new(settings: &mut Settings) -> Self {
        Cores {
%if filter
            at_least: settings.number("atLeast", 0.0..=1e6).unwrap_or(8.0),
%end
%if score
            region: settings.text("region").unwrap_or_default(),
%end
        }
    }

    fn plan(&self) -> Plan {
%if score
        Plan::by_row([Input::allocatable("cpu"), Input::label("region")]).min_max()
%end
%if filter-only
        Plan::by_row([Input::allocatable("cpu")])
%end
    }
}

%if filter
impl Filter for Cores {
    fn filter(&self, clusters: &Batch) -> Result<Verdicts, Failure> {
        let cores = clusters.numbers(0);
        let too_few = |row: usize| cores[row] < self.at_least;
        Ok(Verdicts::judge(clusters.rows, |row| too_few(row).then(|| format!("fewer than {} cores left", self.at_least))))
    }
}

%end
%if score
impl Score for Cores {
    fn score(&self, clusters: &Batch) -> Result<Vec<f64>, Failure> {
        let preferred = clusters.texts(1).map(|region| !region.is_empty() && region == self.region);
        let cores = clusters.numbers(0);
        Ok(preferred.zip(cores).map(|(preferred, cores)| if preferred { cores + 1000.0 } else { *cores }).collect())
    }
}

%end
plugin_sdk::export!(Cores: {{does}});

#[cfg(test)]
mod tests {
%if score
    use plugin_sdk::{Column, Texts, settings};
%end
%if filter-only
    use plugin_sdk::{Column, settings};
%end

    use super::*;

    /// Two clusters: 4 cores in `eu`, 16 in `us`.
    fn clusters() -> Batch {
%if score
        let columns = vec![Column::Numbers(vec![4.0, 16.0]), Column::Texts(Texts::of(["eu", "us"]))];
%end
%if filter-only
        let columns = vec![Column::Numbers(vec![4.0, 16.0])];
%end
        Batch { rows: 2, columns }
    }

%if filter
    #[test]
    fn too_few_cores_are_taken_out() {
        let verdicts = settings::read::<Cores>("{}").unwrap().filter(&clusters()).unwrap();
        assert_eq!((verdicts.reason(0), verdicts.reason(1)), (Some("fewer than 8 cores left"), None));
    }
%end
%if score
    #[test]
    fn a_region_goes_before_cores() {
        let scores = |document: &str| settings::read::<Cores>(document).unwrap().score(&clusters()).unwrap();
        assert_eq!(scores("{}"), [4.0, 16.0]);
        assert_eq!(scores("{\"region\": \"eu\"}"), [1004.0, 16.0]);
    }
%end
}
