//! Writes values as JSON, and as YAML that every version of YAML reads the same (FILE-1): what could be anything but text
//! is quoted. What cannot be seen is escaped in both, so that no input can act on a terminal.

use serde_json::Value;

use super::notice::is_unseen;

/// The value as indented JSON.
pub(super) fn to_json(value: &Value) -> String {
    visible(&format!("{value:#}\n"))
}

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
    if is_plain { text.to_owned() } else { visible(&Value::from(text).to_string()) }
}

/// JSON with escapes for what JSON does not ask to escape and cannot be seen. Outside its strings there is none but line
/// breaks.
fn visible(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_unseen(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
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
    fn what_cannot_be_seen_is_escaped() {
        let unseen = "\u{1b}[1m\u{7f}\u{9b}\u{202e}\u{200b}\u{e0041}é";
        let escaped = r#""\u001b[1m\u007f\u009b\u202e\u200b\udb40\udc41é""#;
        check(&json!({"a": unseen}), &format!("a: {escaped}\n"));
        check(&json!({unseen: 1}), &format!("{escaped}: 1\n"));
        let text = to_json(&json!([unseen]));
        assert_eq!(text, format!("[\n  {escaped}\n]\n"));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!([unseen]));
    }
    #[test]
    fn a_scalar_alone() {
        check(&json!("x"), "x\n");
        check(&json!([]), "[]\n");
    }
}
