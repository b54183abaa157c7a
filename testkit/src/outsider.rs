//! A plugin from outside without an outside: what the oracle knows by heart, the engine asks for as it asks a guest.

use std::sync::{Arc, LazyLock};

use scheduler_core::placement::PluginRef;
use scheduler_core::{
    Cluster, Column, Coordinate, Derive, Derived, Feasible, Filter, MapKey, Misconfigured, Pass, Placement, Plugin,
    PluginError, Prioritizer, Reads, Reason, Row, Rows, Scores, Selector, SelectorId, Source, Symbol, Values, Verdict,
};

/// The resource name of its coordinates.
pub const RESOURCE: &str = "wasm:outsider";

/// As placements ask for its filter.
pub static REFERENCE: LazyLock<PluginRef> =
    LazyLock::new(|| PluginRef { plugin: "outsider".into(), settings: "a".into() });

/// What it reads of a cluster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Label `region`; "" where there is none.
    pub label: String,
    /// The taint of key `k2`.
    pub taint: String,
    /// Allocatable `cpu`.
    pub cpu: Option<f64>,
    /// Score `a` of `r1`, if it is valid.
    pub score: Option<f64>,
}

impl Facts {
    /// What it says of a cluster: nothing, where there is neither a label nor a score.
    #[must_use]
    #[expect(clippy::float_arithmetic, reason = "whole numbers, far below 2^53")]
    pub fn opinion(&self) -> Option<i32> {
        if self.label.is_empty() && self.score.is_none() {
            return None;
        }
        let letters = self.label.bytes().map(f64::from).sum::<f64>();
        let raw = letters + self.cpu.unwrap_or(7.0).floor() - self.score.unwrap_or(-3.0);
        Some((raw as i32).rem_euclid(201) - 100)
    }

    /// Why it takes a cluster out, if it does.
    #[must_use]
    pub fn objection(&self) -> Option<String> {
        let odd = self.opinion().is_some_and(|opinion| opinion % 3 == 0) || self.taint.starts_with("v:");
        odd.then(|| format!("{:?} and taint {:?}", self.label, self.taint))
    }

    /// As the oracle knows a cluster; `score` is that of `r1`, if it is valid.
    #[must_use]
    pub fn of(cluster: &Cluster, score: Option<i32>) -> Facts {
        let find = |pairs: &[(Symbol, Symbol)], key: &str| {
            pairs.iter().rev().find(|(k, _)| *k == *key).map_or_else(String::new, |(_, value)| value.to_string())
        };
        let taint = cluster.taints.iter().find(|taint| *taint.key == *"k2");
        let cpu = cluster.allocatable.iter().find(|(resource, _)| **resource == *"cpu");
        Facts {
            label: find(&cluster.labels, "region"),
            taint: taint.map_or_else(String::new, |taint| format!("{}:{}", taint.value, taint.effect.as_str())),
            cpu: cpu.and_then(|(_, quantity)| quantity.approximate()),
            score: score.map(f64::from),
        }
    }
}

fn sources() -> [Source; 4] {
    [
        Source::Label("region".into()),
        Source::Taint("k2".into()),
        Source::Allocatable("cpu".into()),
        Source::Score("r1".into(), "a".into()),
    ]
}

fn facts(rows: &Rows<'_>) -> Vec<Facts> {
    let values = rows.values();
    let text = |input: usize, row: usize| match &values[input] {
        Values::Texts { texts, codes } => texts[codes[row] as usize].to_string(),
        Values::Numbers(_) => unreachable!("asked for texts"),
    };
    let number = |input: usize, row: usize| match &values[input] {
        Values::Numbers(numbers) => Some(numbers[row]).filter(|number| !number.is_nan()),
        Values::Texts { .. } => unreachable!("asked for numbers"),
    };
    let row = |row| Facts { label: text(0, row), taint: text(1, row), cpu: number(2, row), score: number(3, row) };
    (0..rows.clusters().len()).map(row).collect()
}

/// The plugin: one of its settings documents, `a` or `b`; `b` says the opposite.
#[derive(Debug)]
pub struct Outsider {
    name: &'static str,
    settings: &'static str,
}

impl Outsider {
    /// As a hub has it: a plugin for each settings document.
    #[must_use]
    pub fn plugins() -> [Arc<dyn Plugin>; 2] {
        [
            Arc::new(Outsider { name: "wasm:outsider/a", settings: "a" }),
            Arc::new(Outsider { name: "wasm:outsider/b", settings: "b" }),
        ]
    }
}

struct Opinions;

impl Derive for Opinions {
    fn fill(&self, rows: &Rows<'_>, out: &mut [f64]) -> Result<(), PluginError> {
        let opinions = facts(rows).into_iter().map(|facts| facts.opinion().map_or(f64::NAN, f64::from));
        out.iter_mut().zip(opinions).for_each(|(out, opinion)| *out = opinion);
        Ok(())
    }
}

struct Objections;

impl Derive for Objections {
    fn fill(&self, rows: &Rows<'_>, out: &mut [f64]) -> Result<(), PluginError> {
        for (out, facts) in out.iter_mut().zip(facts(rows)) {
            *out = facts.objection().map_or(f64::NAN, |_| 1.0);
        }
        Ok(())
    }
}

struct Opinionated {
    sign: i32,
    opinions: Column,
}

struct Objecting {
    derived: Derived,
    objected: SelectorId,
}

impl Plugin for Outsider {
    fn name(&self) -> &str {
        self.name
    }

    fn asked_as(&self) -> Option<&PluginRef> {
        (self.settings == "a").then_some(&*REFERENCE)
    }

    fn filter_for(&self, p: &Placement, reads: &mut Reads<'_>) -> Option<Result<Box<dyn Filter>, Misconfigured>> {
        let asked = self.asked_as()?;
        if !p.extensions.as_ref().is_ok_and(|extensions| extensions.filters.contains(asked)) {
            return None;
        }
        let derived = reads.derived(&"objections".into(), &sources(), || Arc::new(Objections));
        let objected = reads.selector(&Selector::Has(derived.source()));
        Some(Ok(Box::new(Objecting { derived, objected })))
    }

    fn prioritizer_for(
        &self,
        what: &Coordinate,
        _: &Placement,
        reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        let Coordinate::AddOn { resource, score } = what else { return None };
        if **resource != *RESOURCE || **score != *self.settings {
            return None;
        }
        let derived = reads.derived(&"opinions".into(), &sources(), || Arc::new(Opinions));
        let opinions = reads.numbers(derived.source());
        Some(Ok(Box::new(Opinionated { sign: if self.settings == "a" { 1 } else { -1 }, opinions })))
    }
}

impl Prioritizer for Opinionated {
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError> {
        out.constant(0);
        let key = MapKey { function: "outsider", parameters: [u64::from(self.sign > 0), 0] };
        out.map(pass, self.opinions, key, |opinion| self.sign * opinion as i32);
        Ok(())
    }
}

impl Filter for Objecting {
    fn narrow(&self, pass: &Pass<'_>, feasible: &mut Feasible) -> Result<(), PluginError> {
        pass.check(&self.derived)?;
        feasible.subtract(pass.clusters(self.objected));
        Ok(())
    }

    fn verdict(&self, pass: &Pass<'_>, row: Row<'_>) -> Verdict {
        let clusters = [row.id()];
        match facts(&pass.rows_of(&self.derived, &clusters))[0].objection() {
            Some(objection) => Verdict::Infeasible(Reason::Plugin(objection)),
            None => Verdict::Feasible,
        }
    }
}
