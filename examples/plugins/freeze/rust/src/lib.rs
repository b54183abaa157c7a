//! A change freeze: clusters that are frozen take no new work and keep what they have.
//!
//! Whoever runs a cluster freezes it by an annotation, whose value is the reason and reaches the user of a placement. A
//! label says which environments a freeze is for. A guest has no clock: who freezes also thaws, by taking it away.

use plugin_sdk::{Batch, Failure, Filter, Input, Plan, Plugin, Settings, Verdicts};

/// The filter under one settings document.
pub struct Freeze {
    /// The annotation that freezes a cluster.
    annotation: String,
    /// The label that says what a cluster is for.
    label: String,
    /// The values of that label that freezes are for; without any, all of them.
    environments: Vec<String>,
    /// Whether a cluster that is selected already stays.
    keep_selected: bool,
}

impl Plugin for Freeze {
    const NAME: &str = "freeze";
    const VERSION: &str = env!("CARGO_PKG_VERSION");
    const SETTINGS_SCHEMA: &str = include_str!("schema.json");

    fn new(settings: &mut Settings) -> Self {
        Freeze {
            annotation: settings.text("annotation").unwrap_or("change-freeze.example.com/reason".to_owned()),
            label: settings.text("label").unwrap_or("environment".to_owned()),
            environments: settings.texts("environments").unwrap_or_default(),
            keep_selected: settings.flag("keepSelected").unwrap_or(true),
        }
    }

    fn plan(&self) -> Plan {
        Plan::by_row([Input::annotation(&self.annotation), Input::label(&self.label), Input::selected()])
    }
}

impl Filter for Freeze {
    fn filter(&self, clusters: &Batch) -> Result<Verdicts, Failure> {
        let (reasons, environments, selected) = (clusters.texts(0), clusters.texts(1), clusters.numbers(2));
        Ok(Verdicts::judge(clusters.rows, |row| {
            let reason = reasons.at(row);
            let stays = self.keep_selected && selected[row] > 0.0;
            let frozen = !reason.is_empty() && self.is_for(environments.at(row)) && !stays;
            frozen.then(|| format!("change freeze: {reason}"))
        }))
    }
}

impl Freeze {
    fn is_for(&self, environment: &str) -> bool {
        self.environments.is_empty() || self.environments.iter().any(|frozen| frozen == environment)
    }
}

plugin_sdk::export!(Freeze: filter);

#[cfg(test)]
mod tests {
    use plugin_sdk::{Batch, Column, Filter as _, Texts, settings};

    use super::Freeze;

    /// One cluster: its annotation, its environment, whether it is selected; and why it is taken out, if it is.
    #[track_caller]
    fn check(document: &str, (annotation, environment, selected): (&str, &str, bool), want: Option<&str>) {
        let freeze = settings::read::<Freeze>(document).expect("settings");
        let columns = vec![
            Column::Texts(Texts::of([annotation])),
            Column::Texts(Texts::of([environment])),
            Column::Numbers(vec![if selected { 1.0 } else { 0.0 }]),
        ];
        let verdicts = freeze.filter(&Batch { rows: 1, columns }).expect("verdicts");
        assert_eq!(verdicts.reason(0), want);
    }

    const YEAR_END: Option<&str> = Some("change freeze: year end");

    #[test]
    fn who_is_frozen_takes_no_new_work() {
        check("{}", ("year end", "prod", false), YEAR_END);
        check("{}", ("", "prod", false), None);
    }
    #[test]
    fn what_is_there_stays_unless_said_otherwise() {
        check("{}", ("year end", "prod", true), None);
        check("{\"keepSelected\": false}", ("year end", "prod", true), YEAR_END);
    }
    #[test]
    fn some_environments_only() {
        check("{\"environments\": [\"prod\", \"stage\"]}", ("year end", "stage", false), YEAR_END);
        check("{\"environments\": [\"prod\", \"stage\"]}", ("year end", "dev", false), None);
        check("{\"environments\": [\"prod\", \"stage\"]}", ("year end", "", false), None);
    }
    #[test]
    fn settings_that_are_refused() {
        let mistakes = settings::read::<Freeze>("{\"environments\": \"prod\"}").err().expect("mistakes");
        assert_eq!(mistakes[0].path, "/environments");
    }
}
