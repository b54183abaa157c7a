//! Filter `Predicate`: label and claim selectors, ORed (§5).
//!
//! Cost: all predicates of a placement are one kept bitmap, so a pass costs one AND over the rows.

use scheduler_core::placement::{Operator, Predicate, Requirement};
use scheduler_core::{
    Feasible, Filter, Misconfigured, Mismatch, On, Pass, Placement, Plugin, PluginError, Reads, Reason, Row, Selector,
    SelectorId, Verdict,
};

/// The plugin `Predicate`.
#[derive(Debug)]
pub struct PredicateFilter;

struct Predicates {
    /// `None`: no predicates, every cluster passes (PRED-1).
    matching: Option<SelectorId>,
}

impl Plugin for PredicateFilter {
    fn name(&self) -> &'static str {
        "Predicate"
    }

    fn filter_for(&self, p: &Placement, reads: &mut Reads<'_>) -> Option<Result<Box<dyn Filter>, Misconfigured>> {
        Some(match &p.predicates {
            Err(problem) => Err(problem.clone()),
            Ok(predicates) => {
                let any = || Selector::Or(predicates.iter().map(Predicate::selector).collect()); // PRED-2
                let matching = (!predicates.is_empty()).then(|| reads.selector(&any()));
                if let Some(matching) = matching {
                    reads.within(matching);
                }
                Ok(Box::new(Predicates { matching }))
            }
        })
    }
}

impl Filter for Predicates {
    fn narrow(&self, pass: &Pass<'_>, feasible: &mut Feasible) -> Result<(), PluginError> {
        if let Some(matching) = self.matching {
            feasible.retain(pass.clusters(matching));
        }
        Ok(())
    }

    fn verdict(&self, pass: &Pass<'_>, row: Row<'_>) -> Verdict {
        if self.matching.is_none_or(|matching| pass.clusters(matching).contains(row.id())) {
            return Verdict::Feasible;
        }
        let predicates = pass.placement().predicates.as_deref().unwrap_or_default();
        let mismatches = predicates.iter().enumerate().filter_map(|(at, predicate)| mismatch(at, predicate, row));
        Verdict::Infeasible(Reason::Predicate(mismatches.collect()))
    }
}

/// The first requirement that a cluster does not meet, labels before claims (PRED-4).
fn mismatch(predicate: usize, of: &Predicate, row: Row<'_>) -> Option<Mismatch> {
    let labels = of.labels.iter().map(|r| (On::Label, r, row.label(&r.key)));
    let claims = of.claims.iter().map(|r| (On::Claim, r, row.claim(&r.key)));
    let (on, requirement, actual) = labels.chain(claims).find(|(_, r, actual)| !meets(r, actual.map(|a| &**a)))?;
    Some(Mismatch { predicate, on, requirement: requirement.clone(), actual: actual.cloned() })
}

/// SEL-2.
fn meets(requirement: &Requirement, actual: Option<&str>) -> bool {
    let among = |values: &[scheduler_core::Symbol]| actual.is_some_and(|a| values.iter().any(|v| *v == *a));
    match &requirement.operator {
        Operator::In(values) => among(values),
        Operator::NotIn(values) => !among(values),
        Operator::Exists => actual.is_some(),
        Operator::DoesNotExist => actual.is_none(),
    }
}
