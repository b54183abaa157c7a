//! How `plugin inspect` prints.

use plugin_host::{FuelBudget, Limits, Planned};
use serde_json::{Map, Value, json};

use super::inspect::Told;
use crate::cli::notice::one_line;
use crate::cli::number::thousands;
use crate::cli::screen::Screen;
use crate::cli::table::Table;

/// Behind the longest of the words in front.
const VALUES_AT: usize = 17;

/// For people: what it is, then what it reads under each settings document.
pub(super) fn table(told: &Told, screen: &Screen) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = |word: &str, value: &str| lines.push(format!("{word:VALUES_AT$}{}", one_line(value)));
    if let Some(about) = &told.about {
        line("Name:", &about.name);
        line("Version:", &about.version);
    }
    line("File:", &told.file);
    line("Size:", &format!("{} bytes", thousands(told.bytes)));
    line("Digest:", &told.digest);
    line("Imports:", &told.imports.join(", "));
    line("Exports:", &told.exports.join(", "));
    line("Limits:", &limits(&told.limits));
    if let Some(about) = &told.about {
        // On one line. It was read as JSON before it got here; as a text it is still told.
        let compact =
            |text: &str| serde_json::from_str(text).map_or_else(|_| text.to_owned(), |it: Value| it.to_string());
        line("Settings schema:", &about.settings_schema.as_deref().map_or_else(|| "none".to_owned(), compact));
    }
    if !told.planned.is_empty() {
        let mut table = Table::default().text("SETTINGS").text("ROW-LOCAL").text("NORMALIZATION").number("INIT FUEL");
        table = table.number("MEMORY").text("INPUTS");
        for (name, planned) in &told.planned {
            table.row(vec![
                name.as_str().into(),
                if planned.plan.row_local { "yes" } else { "no" }.into(),
                planned.plan.normalization.to_string().into(),
                thousands(planned.usage.fuel).into(),
                format!("{} KiB", thousands(planned.usage.memory_bytes >> 10)).into(),
                inputs(planned).join(", ").into(),
            ]);
        }
        lines.push(String::new());
        lines.extend(table.lines(screen, 0));
    }
    lines
}

/// For programs.
pub(super) fn value(told: &Told) -> Value {
    let Limits { fuel: FuelBudget { base, per_row }, memory_bytes, backstop_ticks } = told.limits;
    let mut value = Map::new();
    if let Some(about) = &told.about {
        value.insert("name".to_owned(), about.name.as_str().into());
        value.insert("version".to_owned(), about.version.as_str().into());
        if let Some(schema) = &about.settings_schema {
            // It was read as JSON before it got here; as a text it is still told.
            let schema = serde_json::from_str(schema).unwrap_or_else(|_| schema.as_str().into());
            value.insert("settingsSchema".to_owned(), schema);
        }
    }
    let settings = told.planned.iter().map(|(name, planned)| {
        let plan = json!({
            "inputs": inputs(planned),
            "normalization": planned.plan.normalization.to_string(),
            "rowLocal": planned.plan.row_local,
            "initFuel": planned.usage.fuel,
            "memoryBytes": planned.usage.memory_bytes,
        });
        (name.clone(), plan)
    });
    let settings: Map<String, Value> = settings.collect();
    value.extend([
        ("file".to_owned(), told.file.as_str().into()),
        ("bytes".to_owned(), told.bytes.into()),
        ("digest".to_owned(), told.digest.as_str().into()),
        ("imports".to_owned(), told.imports.clone().into()),
        ("exports".to_owned(), told.exports.clone().into()),
        (
            "limits".to_owned(),
            json!({
                "fuelBase": base, "fuelPerRow": per_row, "memoryBytes": memory_bytes, "backstopTicks": backstop_ticks,
            }),
        ),
        ("settings".to_owned(), settings.into()),
    ]);
    Value::Object(value)
}

fn limits(limits: &Limits) -> String {
    format!(
        "{} units of fuel a call and {} a row, {} MiB of memory, {} ticks of 10 ms a call",
        thousands(limits.fuel.base),
        thousands(limits.fuel.per_row),
        thousands(limits.memory_bytes >> 20),
        thousands(limits.backstop_ticks)
    )
}

fn inputs(planned: &Planned) -> Vec<String> {
    planned.plan.inputs.iter().map(ToString::to_string).collect()
}
