//! AddOnPlacementScore to fact.

use scheduler_core::AddOnScore;

use super::{Problem, last_of_each, time};
use crate::kinds::{self, Text};

/// The scores that somebody computed for one cluster, and what had to be left out. A `validUntil` that is no time counts
/// as absent: the scores stay valid, and the problem says so.
#[must_use]
pub fn score(from: &kinds::AddOnPlacementScore) -> (AddOnScore, Vec<Problem>) {
    let mut problems = Vec::new();
    let scores = from.status.scores.iter().map(|s| (s.name.symbol(), s.value));
    let score = AddOnScore {
        cluster: from.metadata.namespace.as_str().into(),
        name: Text::from(&*from.metadata.name).symbol(),
        scores: last_of_each(scores.collect()),
        valid_until: time(from.status.valid_until.as_ref(), || "status.validUntil".to_owned(), &mut problems),
    };
    (score, problems)
}

#[cfg(test)]
mod tests {
    use kube_text::Time;

    use crate::kinds::AddOnPlacementScore;

    fn from(status: &str) -> AddOnPlacementScore {
        serde_json::from_str(&format!(r#"{{"metadata":{{"name":"r","namespace":"c1"}},"status":{status}}}"#)).unwrap()
    }

    #[test]
    fn of_equal_names_the_last_wins() {
        let (score, problems) = super::score(&from(
            r#"{"scores":[{"name":"b","value":1},{"name":"a","value":2},{"name":"b","value":-3}],
                "validUntil":"1970-01-01T00:00:07Z"}"#,
        ));
        assert_eq!((score.cluster.as_str(), score.name.as_str()), ("c1", "r"));
        assert_eq!(score.scores, [("a".into(), 2), ("b".into(), -3)]);
        assert_eq!((score.valid_until, problems), (Some(Time::from_unix_seconds(7)), vec![]));
    }

    #[test]
    fn no_time_is_told() {
        let (score, problems) = super::score(&from(r#"{"validUntil":"tomorrow"}"#));
        assert_eq!(score.valid_until, None);
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(texts[0].starts_with("status.validUntil: \"tomorrow\" is not an RFC 3339 time"), "{texts:?}");
        assert_eq!(texts.len(), 1);
    }
}
