//! Prioritizer `AddOn`: a score that somebody else computed, read from AddOnPlacementScores (§8.6).
//!
//! Cost: one kept column and one bitmap of expired scores.

use scheduler_core::{
    ClusterId, ClusterSet, Column, Coordinate, MapKey, Misconfigured, Pass, Placement, Plugin, PluginError,
    Prioritizer, Reads, Scores, Selector, SelectorId, Source, Symbol, Warning,
};

/// The plugin `AddOn`.
#[derive(Debug)]
pub struct AddOn;

impl AddOn {
    /// Its name.
    pub const NAME: &'static str = "AddOn";
}

struct Scored {
    resource: Symbol,
    score: Symbol,
    values: Column,
    expired: SelectorId,
    /// Clusters with a score that has not expired.
    valid: SelectorId,
}

impl Plugin for AddOn {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn prioritizer_for(
        &self,
        what: &Coordinate,
        _p: &Placement,
        reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        let Coordinate::AddOn { resource, score } = what else { return None };
        let source = || Source::Score(resource.clone(), score.clone());
        let expired = Selector::Has(Source::Expired(resource.clone()));
        let valid = Selector::And(vec![Selector::Has(source()), Selector::Not(Box::new(expired.clone()))]);
        Some(Ok(Box::new(Scored {
            resource: resource.clone(),
            score: score.clone(),
            values: reads.numbers(source()),
            expired: reads.selector(&expired),
            valid: reads.selector(&valid),
        })))
    }
}

impl Prioritizer for Scored {
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError> {
        out.constant(0); // PRIO-60, PRIO-62
        let key = MapKey { function: "AddOn", parameters: [0, 0] };
        out.map(pass, self.values, key, |value| value as i32);
        let expired = pass.clusters(self.expired);
        if expired.intersects(pass.candidates()) {
            out.members(expired, 0); // PRIO-61
            out.warn(self.expired_warning(pass, expired));
        }
        out.told(self.valid); // OUT-6
        Ok(())
    }

    fn numbers(&self) -> Option<Column> {
        Some(self.values)
    }

    fn bounds(
        &self,
        pass: &Pass<'_>,
        cluster: ClusterId,
        number: Option<f64>,
        _: Option<(f64, f64)>,
    ) -> Option<(i32, i32)> {
        let expired = pass.clusters(self.expired).contains(cluster);
        let score = number.filter(|_| !expired).map_or(0, |value| value as i32);
        Some((score, score))
    }
}

impl Scored {
    /// PRIO-63, in name order.
    fn expired_warning(&self, pass: &Pass<'_>, expired: &ClusterSet) -> Warning {
        let concerned = || expired.common(pass.candidates());
        let clusters: Vec<Symbol> =
            concerned().take(Warning::EXPIRED_MAX).map(|c| pass.row(c).name().clone()).collect();
        // No index has 2^32 rows.
        let more = (expired.common_len(pass.candidates()) - clusters.len()) as u32;
        Warning::ExpiredScores { resource: self.resource.clone(), score: self.score.clone(), clusters, more }
    }
}
