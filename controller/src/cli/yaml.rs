//! Writes values as YAML that every version of YAML reads the same (FILE-1): what could be anything but text is quoted.

use serde_json::Value;

/// The value as a YAML document, keys in the order of the value's, lists level with their key as kubectl prints them.
pub(super) fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Writes a value whose first line is already begun; entries of maps and lists stand `indent` deep.
fn write(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (i, (key, value)) in map.iter().enumerate() {
                if i > 0 {
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str(&text(key));
                out.push(':');
                match value {
                    Value::Object(map) if !map.is_empty() => {
                        out.push_str(&format!("\n{}", " ".repeat(indent + 2)));
                        write(value, indent + 2, out);
                    }
                    Value::Array(list) if !list.is_empty() => {
                        out.push_str(&format!("\n{}", " ".repeat(indent)));
                        write(value, indent, out);
                    }
                    _ => {
                        out.push(' ');
                        write(value, indent, out);
                    }
                }
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (i, value) in list.iter().enumerate() {
                if i > 0 {
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str("- ");
                write(value, indent + 2, out);
            }
        }
        Value::String(string) => {
            out.push_str(&text(string));
            out.push('\n');
        }
        // Numbers, booleans, null, `{}`, `[]`: JSON is YAML.
        other => {
            out.push_str(&other.to_string());
            out.push('\n');
        }
    }
}

/// Text as a plain scalar where no reader can take it for anything else, else in double quotes as JSON has it.
fn text(text: &str) -> String {
    const DOUBTFUL: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./, ".contains(&byte);
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text.bytes().all(plain)
        && !DOUBTFUL.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_plain { text.to_owned() } else { Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: &Value, want: &str) {
        assert_eq!(to_yaml(value), want);
    }

    #[test]
    fn as_kubectl_lays_it_out() {
        check(
            &json!({"a": {"b": [{"c": "x", "d": [1, [2]]}, {"e": {}}], "f": []}, "g": null}),
            "a:\n  b:\n  - c: x\n    d:\n    - 1\n    - - 2\n  - e: {}\n  f: []\ng: null\n",
        );
    }
    #[test]
    fn what_could_be_something_else_is_quoted() {
        for doubtful in
            ["", "yes", "No", "010", "1e3", "~", "null", "a: b", "a #b", "- a", "12:30", "2026-01-01", "\n", "é", "*a"]
        {
            check(&json!({"a": doubtful}), &format!("a: {}\n", json!(doubtful)));
        }
    }
    #[test]
    fn plain_names_stay_plain() {
        for name in ["web", "eu-west-1", "example.io/placement", "All decisions, scheduled"] {
            check(&json!({"a": name}), &format!("a: {name}\n"));
            check(&json!({name: 1}), &format!("{name}: 1\n"));
        }
    }
    #[test]
    fn a_scalar_alone() {
        check(&json!("x"), "x\n");
        check(&json!([]), "[]\n");
    }
}
