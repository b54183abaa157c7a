//! Filter `TaintToleration`: every taint must be tolerated (§7).
//!
//! Cost: each distinct list of taints is judged once a pass; only where a matching toleration is finite are the clusters of
//! that list looked at one by one.

use scheduler_core::placement::{Toleration, TolerationOperator};
use scheduler_core::{
    ClusterSet, Difference, Effect, Feasible, Filter, Misconfigured, Pass, Placement, Plugin, PluginError, Reads,
    Reason, Row, Taint, TaintClasses, Time, Tolerance, Verdict,
};

/// The plugin `TaintToleration`.
#[derive(Debug)]
pub struct TaintToleration;

struct Tolerating {
    classes: TaintClasses,
    tolerations: Vec<Toleration>,
}

/// How a taint fares without looking at the time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tolerated {
    Always,
    /// First by one that ends. Even if one that does not comes later, the time to ask again is of the first (TAINT-9).
    ForNow,
    Never,
}

impl Plugin for TaintToleration {
    fn name(&self) -> &'static str {
        "TaintToleration"
    }

    fn filter_for(&self, p: &Placement, reads: &mut Reads<'_>) -> Option<Result<Box<dyn Filter>, Misconfigured>> {
        Some(match &p.tolerations {
            Err(problem) => Err(problem.clone()),
            Ok(tolerations) => {
                let classes = reads.taints(tolerations, judge);
                Ok(Box::new(Tolerating { classes, tolerations: tolerations.clone() }))
            }
        })
    }
}

impl Filter for Tolerating {
    fn narrow(&self, pass: &Pass<'_>, feasible: &mut Feasible) -> Result<(), PluginError> {
        for (taints, clusters) in pass.taints(self.classes) {
            self.narrow_class(pass, taints, clusters, feasible);
        }
        Ok(())
    }

    fn verdict(&self, pass: &Pass<'_>, row: Row<'_>) -> Verdict {
        let own = pass.own().contains(row.id());
        match row.taints().find(|taint| !self.tolerates(pass, taint, own)) {
            None => Verdict::Feasible,
            Some(taint) => {
                let ended = self.matching(&taint).filter_map(|t| ends(t, &taint, pass)).max();
                Verdict::Infeasible(Reason::Taint { taint, ended })
            }
        }
    }

    /// TAINT-9: the first end of a toleration that lets one of these clusters in.
    fn holds_until(&self, pass: &Pass<'_>, standing: &ClusterSet) -> Option<Time> {
        let mut first: Option<Time> = None;
        for (taints, clusters) in pass.taints(self.classes) {
            // Only a finite toleration ends, so most classes need no look at their clusters.
            let finite = taints.iter().any(|taint| self.matching(taint).any(|t| t.seconds.is_some()));
            if !finite || !clusters.intersects(standing) {
                continue;
            }
            for cluster in clusters.iter().filter(|c| standing.contains(*c)) {
                first = first.into_iter().chain(self.end_for(pass, pass.row(cluster))).min();
            }
        }
        first
    }
}

impl Tolerating {
    fn narrow_class(&self, pass: &Pass<'_>, taints: &[Taint], clusters: &ClusterSet, feasible: &mut Feasible) {
        let tolerance = judge(&self.tolerations, taints);
        if !tolerance.standing {
            feasible.subtract(clusters);
        } else if tolerance.timed {
            for cluster in clusters.iter() {
                let own = pass.own().contains(cluster);
                if !pass.row(cluster).taints().all(|taint| self.tolerates(pass, &taint, own)) {
                    feasible.remove(cluster);
                }
            }
        } else if !tolerance.new {
            feasible.subtract_but(clusters, pass.own());
        }
    }

    /// TAINT-4 to TAINT-8 for one cluster's taint.
    fn tolerates(&self, pass: &Pass<'_>, taint: &Taint, own: bool) -> bool {
        passes_by(taint, own) || self.first(pass, taint).is_some()
    }

    fn matching<'t>(&'t self, taint: &'t Taint) -> impl Iterator<Item = &'t Toleration> {
        self.tolerations.iter().filter(|t| matches(t, taint))
    }

    /// The first toleration in list order that tolerates the taint now (TAINT-8).
    fn first<'t>(&'t self, pass: &'t Pass<'_>, taint: &'t Taint) -> Option<&'t Toleration> {
        let holds = |t: &&Toleration| t.seconds.is_none() || ends(t, taint, pass).is_some_and(|end| pass.now() < end);
        self.matching(taint).find(holds)
    }

    /// When the first toleration ends that lets this cluster in; `None` where it is not let in, or for ever.
    fn end_for(&self, pass: &Pass<'_>, row: Row<'_>) -> Option<Time> {
        let own = pass.own().contains(row.id());
        let mut first: Option<Time> = None;
        for taint in row.taints() {
            if passes_by(&taint, own) {
                continue;
            }
            let toleration = self.first(pass, &taint)?;
            first = first.into_iter().chain(ends(toleration, &taint, pass)).min();
        }
        first
    }
}

/// How a list of taints fares without looking at the time; a toleration that may have ended holds here.
fn judge(tolerations: &[Toleration], taints: &[Taint]) -> Tolerance {
    let mut answer = Tolerance { standing: true, new: true, timed: false };
    for taint in taints {
        match (tolerated(tolerations, taint), &taint.effect) {
            (Tolerated::Always, _) => {}
            (Tolerated::ForNow, _) => answer.timed = true,
            (Tolerated::Never, Effect::NoSelectIfNew) => answer.new = false, // TAINT-5
            (Tolerated::Never, _) => return Tolerance { standing: false, new: false, timed: false },
        }
    }
    answer
}

fn tolerated(tolerations: &[Toleration], taint: &Taint) -> Tolerated {
    if taint.effect == Effect::PreferNoSelect {
        return Tolerated::Always; // TAINT-4
    }
    match tolerations.iter().find(|t| matches(t, taint)) {
        None => Tolerated::Never,
        Some(first) if first.seconds.is_none() => Tolerated::Always,
        Some(_) => Tolerated::ForNow,
    }
}

/// Whether a taint bars nobody (TAINT-4), or not this cluster, which stands (TAINT-5).
fn passes_by(taint: &Taint, own: bool) -> bool {
    match taint.effect {
        Effect::PreferNoSelect => true,
        Effect::NoSelectIfNew => own,
        Effect::NoSelect | Effect::Other(_) => false,
    }
}

/// TAINT-6.
fn matches(toleration: &Toleration, taint: &Taint) -> bool {
    toleration.effect.as_ref().is_none_or(|effect| *effect == *taint.effect.as_str())
        && toleration.key.as_ref().is_none_or(|key| *key == taint.key)
        && match toleration.operator {
            TolerationOperator::Exists => true,
            TolerationOperator::Equal => toleration.value == taint.value,
            TolerationOperator::Unknown(_) => false,
        }
}

/// TAINT-7: from when on a finite toleration no longer holds; a taint without a time has ended every one. Q18.
fn ends(toleration: &Toleration, taint: &Taint, pass: &Pass<'_>) -> Option<Time> {
    let (seconds, added) = (toleration.seconds?, taint.time_added?);
    Some(if pass.differences().has(Difference::Q18) {
        added.plus_seconds_saturating(seconds)
    } else {
        added.plus_seconds_wrapping(seconds)
    })
}
