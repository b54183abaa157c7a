//! Where scenarios are played: the same steps on the double and on a real hub.

use std::time::Duration;

use crate::judge::Phase;
use crate::scenario::{Change, Scenario};

/// A hub with a controller.
pub trait Stage {
    /// Does one change, as a user.
    async fn apply(&mut self, change: &Change);

    /// Lets everything come of it that comes, and so much more time pass: what is selected then.
    async fn settle(&mut self, more: Duration) -> Phase;
}

/// Plays a scenario whose beginning is there: what was selected when each phase ended.
pub async fn play(scenario: &Scenario, stage: &mut impl Stage) -> Vec<Phase> {
    let mut phases = vec![stage.settle(Duration::ZERO).await];
    for (changes, wait) in scenario.steps() {
        for change in &changes {
            stage.apply(change).await;
        }
        if let Some(wait) = wait {
            phases.push(stage.settle(Duration::from_secs(wait)).await);
        }
    }
    phases
}
