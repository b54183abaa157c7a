//! Plugins that are timed as they run. The core has no clock, so the clock is put around it here.

use std::sync::Arc;
use std::time::Instant;

use kube_text::Time;
use prometheus_client::metrics::histogram::Histogram;
use scheduler_core::placement::PluginRef;
use scheduler_core::{
    ClusterId, ClusterSet, Column, Coordinate, FailurePolicy, Feasible, Filter, Misconfigured, Pass, Placement, Plugin,
    PluginError, Prioritizer, Profiles, Reads, Row, Scores, Verdict,
};

use super::{Histograms, SCHEDULING, label};

/// The same profiles with every plugin timed.
pub(super) fn timed(mut profiles: Profiles, times: &Histograms<3>) -> Profiles {
    for profile in profiles.named.values_mut() {
        for plugin in &mut profile.plugins {
            *plugin = timed_plugin(plugin.clone(), times);
        }
    }
    profiles
}

/// One plugin, timed.
pub(super) fn timed_plugin(plugin: Arc<dyn Plugin>, times: &Histograms<3>) -> Arc<dyn Plugin> {
    Arc::new(Timed { plugin, times: times.clone() })
}

/// A plugin with its times.
struct Timed {
    plugin: Arc<dyn Plugin>,
    times: Histograms<3>,
}

impl Timed {
    fn of(&self, kind: &'static str, name: String) -> Histogram {
        let labels = [label(SCHEDULING), label(("plugin_type", kind)), label(("plugin_name", name))];
        self.times.get_or_create_owned(&labels)
    }
}

impl Plugin for Timed {
    fn name(&self) -> &str {
        self.plugin.name()
    }

    fn on_failure(&self) -> FailurePolicy {
        self.plugin.on_failure()
    }

    fn asked_as(&self) -> Option<&PluginRef> {
        self.plugin.asked_as()
    }

    fn concerns(&self, p: &Placement) -> bool {
        self.plugin.concerns(p)
    }

    fn filter_for(&self, p: &Placement, reads: &mut Reads<'_>) -> Option<Result<Box<dyn Filter>, Misconfigured>> {
        let filter = self.plugin.filter_for(p, reads)?;
        let times = self.of("filter", self.name().to_owned());
        Some(filter.map(|filter| Box::new(TimedFilter { filter, times }) as Box<dyn Filter>))
    }

    fn prioritizer_for(
        &self,
        what: &Coordinate,
        p: &Placement,
        reads: &mut Reads<'_>,
    ) -> Option<Result<Box<dyn Prioritizer>, Misconfigured>> {
        let prioritizer = self.plugin.prioritizer_for(what, p, reads)?;
        let times = self.of("prioritizer", what.to_string());
        Some(prioritizer.map(|prioritizer| Box::new(TimedPrioritizer { prioritizer, times }) as Box<dyn Prioritizer>))
    }
}

struct TimedFilter {
    filter: Box<dyn Filter>,
    times: Histogram,
}

impl Filter for TimedFilter {
    fn narrow(&self, pass: &Pass<'_>, feasible: &mut Feasible) -> Result<(), PluginError> {
        let begun = Instant::now();
        let answer = self.filter.narrow(pass, feasible);
        self.times.observe(begun.elapsed().as_secs_f64());
        answer
    }

    fn verdict(&self, pass: &Pass<'_>, row: Row<'_>) -> Verdict {
        self.filter.verdict(pass, row)
    }

    fn holds_until(&self, pass: &Pass<'_>, standing: &ClusterSet) -> Option<Time> {
        self.filter.holds_until(pass, standing)
    }
}

struct TimedPrioritizer {
    prioritizer: Box<dyn Prioritizer>,
    times: Histogram,
}

impl Prioritizer for TimedPrioritizer {
    fn score(&self, pass: &Pass<'_>, out: &mut Scores) -> Result<(), PluginError> {
        let begun = Instant::now();
        let answer = self.prioritizer.score(pass, out);
        self.times.observe(begun.elapsed().as_secs_f64());
        answer
    }

    fn told(&self, pass: &Pass<'_>, cluster: ClusterId) -> Option<String> {
        self.prioritizer.told(pass, cluster)
    }

    fn numbers(&self) -> Option<Column> {
        self.prioritizer.numbers()
    }

    fn bounds(
        &self,
        pass: &Pass<'_>,
        cluster: ClusterId,
        number: Option<f64>,
        range: Option<(f64, f64)>,
    ) -> Option<(i32, i32)> {
        self.prioritizer.bounds(pass, cluster, number, range)
    }
}

#[cfg(test)]
mod tests {
    use fleet::{Churn, Fleet, Mix};
    use scheduler_core::{Fact, Index, PlacementKey, Trail};

    use super::super::Metrics;
    use super::*;

    const NOW: Time = Time::from_unix_seconds(1_767_225_600);

    fn facts() -> Vec<Fact> {
        let fleet = Fleet { clusters: 300, placements: 10, seed: 7 };
        let lines: String = fleet.snapshot(Mix::Varied, false).map(|object| format!("{object}\n")).collect();
        let input = api::read::InputFile { name: "fleet.jsonl".to_owned(), data: lines.into_bytes() };
        let read = api::read::read([input], &api::read::Options::default());
        read.objects.iter().map(|object| api::facts::fact(&object.kind).0).collect()
    }

    /// Who is awake, what is decided and why, and when it is looked at again.
    fn step(index: &mut Index) -> (Vec<PlacementKey>, Vec<String>, Option<Time>) {
        let awake = index.awake();
        let mut told = Vec::new();
        index.step(NOW, usize::MAX, &mut |snapshot, trail: &Trail, decision| {
            told.push(format!("{decision:?}"));
            trail.fates(snapshot, &mut |cluster, fate| told.push(format!("{cluster} {fate:?}")));
        });
        (awake, told, index.next_due())
    }

    #[test]
    fn changes_no_answer_and_wakes_the_same() {
        let metrics = Metrics::new();
        let facts = facts();
        let mut plain = Index::new(plugins::profiles());
        let mut timed = Index::new(metrics.timed(plugins::profiles()));
        for fact in &facts {
            plain.apply(fact.clone());
            timed.apply(fact.clone());
        }
        let first = step(&mut plain);
        assert_eq!(first.0.len(), 10);
        assert_eq!(first, step(&mut timed));
        let mut churn = Churn::new(&facts, 1);
        let parts: Vec<_> = churn.parts().cloned().collect();
        let mut woken = 0;
        for part in parts.iter().cycle().take(80) {
            let Some(change) = churn.of(part) else { continue };
            plain.apply(change.after.clone());
            timed.apply(change.after);
            let answer = step(&mut plain);
            woken += answer.0.len();
            assert_eq!(answer, step(&mut timed));
        }
        assert!(woken > 0);
        let text = metrics.text();
        for (kind, name) in [("filter", "Predicate"), ("prioritizer", "Steady"), ("prioritizer", "AddOn/demo/demo")] {
            let count = format!(
                "scheduling_plugin_duration_seconds_count{{name=\"placement_scheduling\",plugin_type=\"{kind}\",\
                 plugin_name=\"{name}\"}} "
            );
            let line = text.lines().find_map(|line| line.strip_prefix(&count));
            assert!(line.is_some_and(|count| count != "0"), "{count}\n{text}");
        }
    }
}
