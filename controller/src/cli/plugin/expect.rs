//! What the author of a plugin expects it to say: a document of settings, clusters, and what becomes of each.
//!
//! ```yaml
//! default:                          # the settings document
//!   ap-1: {score: 12.5}             # the raw score
//!   eu-1: {out: too few GPUs}       # taken out, for this reason
//!   eu-2: {}                        # kept, without a score
//! ```

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::test::{OfCluster, Said};
use crate::field::{self, Field};

/// By settings document, then by cluster.
pub(super) struct Expectations(BTreeMap<String, BTreeMap<String, Expected>>);

/// What is to become of one cluster.
#[derive(Clone, Debug, PartialEq)]
enum Expected {
    Out(String),
    Score(f64),
    Kept,
}

impl Expectations {
    /// Reads them.
    ///
    /// # Errors
    /// The first mistake, with its path.
    pub fn parse(text: &str) -> Result<Expectations, String> {
        let value: Value = serde_saphyr::from_str(text).map_err(|problem| field::said(&problem.to_string()))?;
        let mut all = BTreeMap::new();
        for (settings, field) in Field::document(&value).entries()? {
            let mut clusters = BTreeMap::new();
            for (cluster, field) in field.entries()? {
                clusters.insert(cluster.to_owned(), Expected::parse(&field)?);
            }
            all.insert(settings.to_owned(), clusters);
        }
        Ok(Expectations(all))
    }

    /// What is said otherwise than expected. Of clusters and settings that are not mentioned nothing is expected.
    pub fn differences(&self, said: &[Said]) -> Vec<String> {
        let mut differences = Vec::new();
        for (settings, clusters) in &self.0 {
            let Some(said) = said.iter().find(|said| *said.settings == **settings) else {
                differences.push(format!("{settings}: the plugin said nothing under such a settings document"));
                continue;
            };
            for (cluster, expected) in clusters {
                let of = said.clusters.binary_search_by(|of| of.cluster.as_str().cmp(cluster));
                let got = of.map(|at| Expected::of(&said.clusters[at]));
                if got.as_ref() != Ok(expected) {
                    let got = got.map_or_else(|_| "no such cluster".to_owned(), |got| got.told());
                    differences.push(format!("{settings}: {cluster}: expected {}, got {got}", expected.told()));
                }
            }
        }
        differences
    }
}

/// What is said, as expectations.
pub(super) fn value(said: &[Said]) -> Value {
    let settings = said.iter().map(|said| {
        let clusters = said.clusters.iter().map(|of| (of.cluster.to_string(), Expected::of(of).value()));
        (said.settings.to_string(), clusters.collect::<Map<_, _>>().into())
    });
    Value::Object(settings.collect())
}

impl Expected {
    fn of(said: &OfCluster) -> Expected {
        match (&said.out, said.score) {
            (Some(reason), _) => Expected::Out(reason.clone()),
            (None, Some(score)) => Expected::Score(score),
            (None, None) => Expected::Kept,
        }
    }

    fn parse(field: &Field<'_>) -> Result<Expected, String> {
        let fields = field.fields(&["score", "out"])?;
        match (fields.get("score"), fields.get("out")) {
            (None, None) => Ok(Expected::Kept),
            (Some(score), None) => score.value.as_f64().map(Expected::Score).ok_or_else(|| score.must("a number")),
            (None, Some(out)) => out
                .value
                .as_str()
                .map(|out| Expected::Out(out.to_owned()))
                .ok_or_else(|| out.must("the reason, a text")),
            (Some(_), Some(_)) => Err(field.wrong("has a score only if it is not taken out")),
        }
    }

    fn value(&self) -> Value {
        match self {
            Expected::Out(reason) => json!({"out": reason}),
            Expected::Score(score) => json!({"score": score}),
            Expected::Kept => json!({}),
        }
    }

    fn told(&self) -> String {
        match self {
            Expected::Out(reason) => format!("taken out: {reason}"),
            Expected::Score(score) => format!("score {score}"),
            Expected::Kept => "no score".to_owned(),
        }
    }
}
