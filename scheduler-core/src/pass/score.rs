//! Stage score: what each prioritizer says of the candidates (§8).

use super::Run;
use super::guard::{Failed, Stop};
use super::trail::Scored;
use crate::Stage;

impl Run<'_> {
    pub(super) fn score(&mut self) -> Result<(), Stop> {
        let compiled = self.compiled;
        // PRIO-6: raised even if no cluster is left.
        let prioritizers = compiled.prioritizers.as_ref().map_err(|e| Stop::misconfigured(Stage::Score, "", e))?;
        for (at, prioritizer) in prioritizers.iter().enumerate() {
            let _span = tracing::debug_span!("score", plugin = prioritizer.name.as_str()).entered();
            let mut scores = self.trail.spare_scores();
            scores.kept = std::mem::take(&mut self.trail.kept);
            let answer = prioritizer.prioritizer.score(&self.view(), &mut scores);
            self.trail.kept = std::mem::take(&mut scores.kept);
            if let Err(error) = answer {
                self.trail.keep_scores(scores);
                self.failed(Failed {
                    stage: Stage::Score,
                    plugin: &prioritizer.name,
                    policy: prioritizer.on_failure,
                    told: format!("prioritizer {}: {error}", prioritizer.name),
                    error,
                })?;
                continue;
            }
            self.warnings.extend(scores.take_warnings());
            self.trail.scored.push(Scored { name: prioritizer.name.clone(), at, weight: prioritizer.weight, scores });
        }
        Ok(())
    }
}
