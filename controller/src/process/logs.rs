//! The log: one line an event to standard error, like klog's or as JSON, with the pod's name in it; panics are logged too.

use std::fmt::{self, Write as _};
use std::io::Write as _;

use kube_text::Time;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::flags::LogFormat;
use crate::hub::{Clock, SystemClock};

/// Begins to log. A second call changes nothing.
pub(crate) fn begin(format: LogFormat, verbosity: i32) {
    let pod = std::env::var("POD_NAME").ok().filter(|name| !name.is_empty());
    let (ours, others) = match verbosity {
        ..3 => (LevelFilter::INFO, LevelFilter::WARN),
        3..6 => (LevelFilter::DEBUG, LevelFilter::INFO),
        6.. => (LevelFilter::TRACE, LevelFilter::DEBUG),
    };
    let ours_are = ["controller", "scheduler_core", "plugins", "api"];
    let filter = Targets::new().with_default(others).with_targets(ours_are.map(|name| (name, ours)));
    let layer = Lines { format, pod }.with_filter(filter);
    if tracing_subscriber::registry().with(layer).try_init().is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let at = panic.location().map(ToString::to_string).unwrap_or_default();
            let trace = std::backtrace::Backtrace::capture();
            tracing::error!(at, %trace, "panic: {}", panic.payload_as_str().unwrap_or("no text"));
        }));
    }
}

/// Writes lines.
struct Lines {
    format: LogFormat,
    pod: Option<String>,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        if let Some(pod) = &self.pod {
            fields.others.insert("pod".to_owned(), Value::from(pod.as_str()));
        }
        let meta = event.metadata();
        let from = meta.file().and_then(|file| file.rsplit('/').next()).unwrap_or(meta.target());
        let line = Line { time: SystemClock.now(), level: *meta.level(), from, at: meta.line().unwrap_or(0), fields };
        let line = match self.format {
            LogFormat::Text => line.text(),
            LogFormat::Json => line.json(),
        };
        // Where standard error is gone, nobody is left to be told.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

/// What an event says.
#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            (name, value) => drop(self.others.insert(name.to_owned(), value)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}

/// One line to be.
struct Line<'a> {
    time: Time,
    level: Level,
    /// The source file, or the module where it is not known.
    from: &'a str,
    at: u32,
    fields: Fields,
}

impl Line<'_> {
    /// `I1128 03:31:40.123456       1 main.rs:12] "message" key="value"`.
    fn text(&self) -> String {
        let letter = match self.level {
            Level::ERROR => 'E',
            Level::WARN => 'W',
            _ => 'I',
        };
        let stamp = stamp(self.time);
        // 2026-11-28T03:31:40.123456Z
        let day = stamp.get(5..10).unwrap_or_default().replace('-', "");
        let time = stamp.get(11..26).unwrap_or_default();
        let mut line = format!("{letter}{day} {time} {:>7} {}:{}]", std::process::id(), self.from, self.at);
        let _ = write!(line, " {}", one_line(&self.fields.message));
        for (key, value) in &self.fields.others {
            let _ = write!(line, " {key}={value}");
        }
        line.push('\n');
        line
    }

    fn json(mut self) -> String {
        let mut line = Map::new();
        line.insert("ts".to_owned(), stamp(self.time).into());
        line.insert("level".to_owned(), self.level.as_str().to_lowercase().into());
        line.insert("caller".to_owned(), format!("{}:{}", self.from, self.at).into());
        line.insert("msg".to_owned(), self.fields.message.into());
        line.append(&mut self.fields.others);
        format!("{}\n", Value::Object(line))
    }
}

/// RFC 3339 with microseconds.
fn stamp(time: Time) -> String {
    let micros = time.unix_nanos().rem_euclid(1_000_000_000) / 1000;
    let seconds = time.to_string();
    format!("{}.{micros:06}Z", seconds.split(['.', 'Z']).next().unwrap_or_default())
}

/// A message that forges no second line.
fn one_line(message: &str) -> String {
    message.replace('\n', "\\n").replace('\r', "\\r")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str) -> Line<'static> {
        let others = [("pod".to_owned(), "p-1".into()), ("n".to_owned(), 3.into())].into_iter().collect();
        let fields = Fields { message: message.to_owned(), others };
        let time = Time::from_unix_nanos(1_795_836_700_012_345_678);
        Line { time, level: Level::WARN, from: "lease.rs", at: 12, fields }
    }

    #[test]
    fn text_is_like_klogs() {
        let id = std::process::id();
        let want = format!("W1128 03:31:40.012345 {id:>7} lease.rs:12] a\\nb n=3 pod=\"p-1\"\n");
        assert_eq!(line("a\nb").text(), want);
    }

    #[test]
    fn json_is_an_object_a_line() {
        let want = r#"{"ts":"2026-11-28T03:31:40.012345Z","level":"warn","caller":"lease.rs:12","msg":"a\nb""#;
        let line = line("a\nb").json();
        let value: Value = serde_json::from_str(&line).unwrap();
        let wanted: Value = serde_json::from_str(&format!("{want},\"n\":3,\"pod\":\"p-1\"}}")).unwrap();
        assert_eq!((value, line.lines().count()), (wanted, 1));
    }
}
