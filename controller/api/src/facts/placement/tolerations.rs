//! `spec.tolerations` (TAINT-2, TAINT-6).

use scheduler_core::Misconfigured;
use scheduler_core::placement::{Toleration, TolerationOperator};

use crate::kinds;

/// All of them, or the first violation in list order.
pub(super) fn read(from: &[kinds::Toleration]) -> Result<Vec<Toleration>, Misconfigured> {
    from.iter().map(toleration).collect()
}

fn toleration(from: &kinds::Toleration) -> Result<Toleration, Misconfigured> {
    if from.key.is_empty() && from.operator != "Exists" {
        return Err(Misconfigured::KeylessToleration);
    }
    if from.operator == "Exists" && !from.value.is_empty() {
        return Err(Misconfigured::ValuedExists);
    }
    let some = |text: &String| (!text.is_empty()).then(|| text.as_str().into());
    Ok(Toleration {
        key: some(&from.key),
        operator: match from.operator.as_str() {
            "Exists" => TolerationOperator::Exists,
            "" | "Equal" => TolerationOperator::Equal,
            other => TolerationOperator::Unknown(other.into()),
        },
        value: from.value.as_str().into(),
        effect: some(&from.effect),
        seconds: from.toleration_seconds,
    })
}
