//! Finds the documents of kind `WasmPlugin` in a text of any number of documents, and leaves the others alone.

use serde_json::Value;

use super::document::{GROUP, KIND};
use crate::field::said;
use crate::near::{did_you_mean, near};

/// The longest text that is read, in bytes.
pub const BYTES_MAX: usize = 16 << 20;

/// The documents in a text, YAML or JSON, in order; those in a `List` too.
///
/// A text in which no document can be one of ours is not read at all: whatever else it holds is somebody else's to judge.
///
/// # Errors
/// It is neither YAML nor JSON, a kind is misspelt, or a value is not the same in every version of YAML (FILE-1).
pub fn documents(text: &str) -> Result<Vec<Value>, String> {
    // What every apiVersion of ours begins with, but no annotation.
    if !text.contains(KIND) && !text.contains(&format!("{GROUP}v1")) {
        return Ok(Vec::new());
    }
    if text.len() > BYTES_MAX {
        return Err(format!("is longer than {} MiB", BYTES_MAX >> 20));
    }
    let [old, new] = [true, false].map(|old| read(text, old));
    let (mut old, mut new) = (ours(old?)?, ours(new?)?);
    for (old, new) in old.iter_mut().zip(&mut new) {
        if let Some(path) = difference(old, new) {
            let text = "YAML 1.1 and 1.2 do not read the same here, such as `no`, `010` and `1_000`: put it in quotes";
            return Err(format!("{path}: {text}"));
        }
    }
    Ok(new)
}

/// All documents of a text as one of the versions of YAML has them.
fn read(text: &str, old: bool) -> Result<Vec<Value>, String> {
    let options = serde_saphyr::options! {
        strict_booleans: !old,
        legacy_octal_numbers: old,
        leading_zero_numbers_as_strings: !old,
        underscored_numbers_as_strings: !old,
    };
    serde_saphyr::from_multiple_with_options(text, options).map_err(|problem| said(&problem.to_string()))
}

/// Those of our kind.
fn ours(documents: Vec<Value>) -> Result<Vec<Value>, String> {
    let mut ours = Vec::new();
    for document in documents {
        let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = text("kind");
        if kind == KIND {
            ours.push(document);
        } else if let Some(items) = document.get("items").and_then(Value::as_array).filter(|_| kind.ends_with("List")) {
            ours.extend(items.iter().filter(|item| item.get("kind").is_some_and(|kind| kind == KIND)).cloned());
        } else if text("apiVersion").starts_with(GROUP) {
            let near = did_you_mean(&near(kind, [KIND].into_iter()));
            return Err(format!("kind: there is no kind `{kind}` in {}{near}", GROUP.trim_end_matches('/')));
        }
    }
    Ok(ours)
}

/// The way to the first value that differs.
fn difference(a: &Value, b: &Value) -> Option<String> {
    let below = |name: String, rest: String| {
        let dot = if rest.is_empty() || rest.starts_with('[') { "" } else { "." };
        format!("{name}{dot}{rest}")
    };
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            // A key that is read otherwise stands elsewhere.
            let key = a.keys().find(|key| !b.contains_key(*key)).cloned();
            key.or_else(|| {
                a.iter().find_map(|(key, a)| difference(a, b.get(key)?).map(|rest| below(key.clone(), rest)))
            })
        }
        (Value::Array(a), Value::Array(b)) => {
            let differs = |(at, (a, b))| difference(a, b).map(|rest| below(format!("[{at}]"), rest));
            a.iter().zip(b).enumerate().find_map(differs)
        }
        _ => (a != b).then(String::new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Result<usize, &str>) {
        let got = documents(text).map(|documents| documents.len());
        assert_eq!(got, want.map_err(str::to_owned), "{text}");
    }

    const OURS: &str = "apiVersion: placewright.io/v1alpha1\nkind: WasmPlugin\n";

    #[test]
    fn among_documents_of_others() {
        check(&format!("kind: Placement\n---\n{OURS}---\n# nothing\n---\n{OURS}"), Ok(2));
        check("", Ok(0));
    }
    #[test]
    fn in_a_list() {
        check(r#"{"kind": "List", "items": [{"kind": "WasmPlugin"}, {"kind": "ConfigMap"}]}"#, Ok(1));
    }
    #[test]
    fn what_holds_none_of_ours_is_not_judged() {
        check("a: [", Ok(0));
        check("metadata: {annotations: {placewright.io/filters: quota}}\na: !!odd x\n", Ok(0));
    }
    #[test]
    fn a_kind_that_is_misspelt() {
        let want = "kind: there is no kind `WasmPlugins` in placewright.io, did you mean `WasmPlugin`?";
        check("apiVersion: placewright.io/v1alpha1\nkind: WasmPlugins\n", Err(want));
    }
    #[test]
    fn no_yaml() {
        assert!(documents(&format!("{OURS}a: [")).is_err());
        check(&format!("{OURS}kind: WasmPlugin\n"), Err("line 3 column 1: duplicate mapping key: kind"));
    }
    #[test]
    fn what_every_version_of_yaml_reads_alike() {
        check(&format!("{OURS}a: {{b: 'no', c: 1.10, d: [\"010\", 0x10, 1e3, yes-no]}}\n"), Ok(1));
    }
    #[test]
    fn what_versions_of_yaml_read_differently() {
        for (value, at) in
            [("{region: no}", "spec.region"), ("[1, {a: On}]", "spec[1].a"), ("010", "spec"), ("[1_000]", "spec[0]")]
        {
            let problem = documents(&format!("{OURS}spec: {value}\n")).unwrap_err();
            assert!(problem.starts_with(&format!("{at}: YAML 1.1")), "{problem}");
        }
    }
}
