//! What a CustomResourceDefinition says, apart from its sentences: one fact a line, so that two of them can be compared
//! fact by fact.

use std::collections::BTreeMap;

use serde_json::Value;

/// `KIND VERSION PATH KEYWORD` and the keyword's value as JSON.
pub(crate) type Facts = BTreeMap<String, String>;

/// The facts of one definition.
pub(crate) fn of(crd: &Value) -> Facts {
    let mut facts = Facts::new();
    let spec = &crd["spec"];
    let plural = spec["names"]["plural"].as_str().unwrap();
    let mut tell = |what: &str, value: &Value| {
        facts.insert(format!("{plural} {what}"), value.to_string());
    };
    tell("metadata.name", &crd["metadata"]["name"]);
    for what in ["group", "names", "scope", "conversion"] {
        tell(what, &spec[what]);
    }
    // False, where it is said at all.
    tell("preserveUnknownFields", &Value::from(spec["preserveUnknownFields"] == true));
    for version in spec["versions"].as_array().unwrap() {
        let name = version["name"].as_str().unwrap();
        for what in ["served", "storage", "deprecated", "subresources", "additionalPrinterColumns", "selectableFields"]
        {
            tell(&format!("{name} {what}"), &version[what]);
        }
        walk(&version["schema"]["openAPIV3Schema"], &format!("{name} "), &mut tell);
    }
    facts
}

/// Every keyword of a schema but descriptions, then what is below it.
fn walk(schema: &Value, path: &str, tell: &mut dyn FnMut(&str, &Value)) {
    for (keyword, value) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "description" => {}
            "properties" => {
                for (name, field) in value.as_object().unwrap() {
                    walk(field, &format!("{path}.{name}"), tell);
                }
            }
            "items" => walk(value, &format!("{path}[]"), tell),
            "additionalProperties" => walk(value, &format!("{path}{{}}"), tell),
            "required" => {
                let mut names: Vec<&str> =
                    value.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
                names.sort_unstable();
                tell(&format!("{path} required"), &Value::from(names));
            }
            _ => tell(&format!("{path} {keyword}"), value),
        }
    }
}

/// A line each.
pub(crate) fn written(facts: &Facts) -> String {
    facts.iter().map(|(fact, value)| format!("{fact} = {value}\n")).collect()
}

/// The other way.
pub(crate) fn read(text: &str) -> Facts {
    text.lines().map(|line| line.split_once(" = ").unwrap()).map(|(fact, value)| (fact.into(), value.into())).collect()
}
