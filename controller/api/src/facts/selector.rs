//! Label and claim selectors to requirements, with upstream's texts for the first thing wrong (SEL-4 to SEL-7).

use kube_text::{check_equality, check_requirement};
use scheduler_core::Misconfigured;
use scheduler_core::placement::{Operator, Predicate, Requirement};

use crate::kinds;

/// Label selector, then claim selector, then CEL: the first problem in this order (PRED-3).
pub(super) fn predicate(from: &kinds::ClusterSelector) -> Result<Predicate, Misconfigured> {
    let labels = labels(&from.label_selector)?;
    let claims = expressions(&from.claim_selector.match_expressions)?;
    if from.cel_selector.cel_expressions.is_empty() {
        Ok(Predicate { labels, claims })
    } else {
        Err(Misconfigured::Cel)
    }
}

/// `matchLabels` in key order, then `matchExpressions` in list order.
///
/// # Errors
/// The first requirement that is not well formed, with upstream's text.
pub fn labels(from: &kinds::LabelSelector) -> Result<Vec<Requirement>, Misconfigured> {
    let equality = |(key, value): (&String, &String)| {
        check_equality(key, value).map_err(Misconfigured::Selector)?;
        Ok(Requirement { key: key.as_str().into(), operator: Operator::In(vec![value.as_str().into()]) })
    };
    let mut requirements = from.match_labels.iter().map(equality).collect::<Result<Vec<_>, _>>()?;
    requirements.extend(expressions(&from.match_expressions)?);
    Ok(requirements)
}

fn expressions(from: &[kinds::Requirement]) -> Result<Vec<Requirement>, Misconfigured> {
    let requirement = |from: &kinds::Requirement| {
        let operator = check_requirement(&from.key, &from.operator, &from.values).map_err(Misconfigured::Selector)?;
        let values = || from.values.iter().map(|v| v.as_str().into()).collect();
        let operator = match operator {
            kube_text::Operator::In => Operator::In(values()),
            kube_text::Operator::NotIn => Operator::NotIn(values()),
            kube_text::Operator::Exists => Operator::Exists,
            kube_text::Operator::DoesNotExist => Operator::DoesNotExist,
        };
        Ok(Requirement { key: from.key.as_str().into(), operator })
    };
    from.iter().map(requirement).collect()
}
