//! Plugin documents in a file, or in all files of a folder.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::document::{Document, KIND};
use super::text;

/// What the names of files end in that are looked at in folders.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// A document and the file that it stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The file, by the way that was given.
    pub file: PathBuf,
    /// What it says.
    pub document: Document,
}

/// Why a plugin cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The document's file, or the folder.
    pub file: PathBuf,
    /// What the plugin is called, where that is known.
    pub plugin: Option<String>,
    /// What is wrong, behind the path of the field that is.
    pub text: String,
}

impl fmt::Display for Problem {
    /// `FILE: plugin NAME: TEXT`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(plugin) = &self.plugin {
            write!(f, " plugin {plugin}:")?;
        }
        write!(f, " {}", self.text)
    }
}

impl Placed {
    /// What is wrong with it.
    pub(super) fn problem(&self, text: String) -> Problem {
        Problem { file: self.file.clone(), plugin: Some(self.document.spec.name.to_string()), text }
    }
}

/// The plugin documents of a file, or of the files of a folder whose names end in `.yaml`, `.yml` or `.json`, by file and
/// in the order of the file. Folders in it are not looked into, and other documents are left alone.
///
/// # Errors
/// All that is wrong: files that cannot be read, documents with a mistake, two of one name, or none at all.
pub fn documents(path: &Path) -> Result<Vec<Placed>, Vec<Problem>> {
    let file = |file: &Path, text: String| Problem { file: file.to_owned(), plugin: None, text };
    let files = files(path).map_err(|problem| vec![file(path, unreadable(&problem))])?;
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for path in files {
        let values = fs::read(&path).map_err(|problem| unreadable(&problem)).and_then(|bytes| {
            let text = String::from_utf8(bytes).map_err(|_| "is no text in UTF-8".to_owned())?;
            text::documents(&text)
        });
        match values {
            Err(text) => problems.push(file(&path, text)),
            Ok(values) => {
                for value in values {
                    match Document::of(&value) {
                        Ok(document) => found.push(Placed { file: path.clone(), document }),
                        Err(text) => {
                            let name = value.pointer("/metadata/name").and_then(|name| name.as_str());
                            problems.push(Problem { plugin: name.map(str::to_owned), ..file(&path, text) });
                        }
                    }
                }
            }
        }
    }
    problems.extend(twice(&found));
    if found.is_empty() && problems.is_empty() {
        problems.push(file(path, format!("holds no document of kind {KIND}")));
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// The file itself, or the files of a folder, by name.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        // A pipe that nobody writes to would be waited for without end.
        if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) && fs::metadata(&path)?.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Plugins of which there is more than one.
fn twice(found: &[Placed]) -> Vec<Problem> {
    let mut first: BTreeMap<&str, &Path> = BTreeMap::new();
    let mut problems = Vec::new();
    for Placed { file, document } in found {
        let name = document.spec.name.as_str();
        if let Some(before) = first.get(name) {
            let text = format!("metadata.name: there is another plugin of this name in {}", before.display());
            problems.push(Problem { file: file.clone(), plugin: Some(name.to_owned()), text });
        } else {
            first.insert(name, file);
        }
    }
    problems
}

fn unreadable(problem: &io::Error) -> String {
    match problem.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => format!("cannot be read: {problem}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for one test.
    fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("placewright-sources-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        folder
    }

    fn plugin(name: &str) -> String {
        format!(
            "apiVersion: placewright.io/v1alpha1\nkind: WasmPlugin\nmetadata: {{name: {name}}}\n\
             spec: {{source: {{configMap: {{name: wasm, key: a.wasm}}}}}}\n"
        )
    }

    #[track_caller]
    fn problems(folder: &Path, want: &[&str]) {
        let problems = documents(folder).unwrap_err();
        let told = |problem: Problem| {
            let file = problem.file.strip_prefix(folder).unwrap().display().to_string();
            format!("{file} {} {}", problem.plugin.unwrap_or_default(), problem.text)
        };
        assert_eq!(problems.into_iter().map(told).collect::<Vec<_>>(), want);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn those_of_a_folder_and_of_one_file() {
        let two = format!("{}---\n{}", plugin("b"), plugin("a"));
        let files =
            [("2.yml", two.as_str()), ("1.json", "{}"), ("3.txt", "kind: WasmPlugin"), ("4.YAML", &plugin("c"))];
        let folder = folder("folder", &files);
        let names = |path: &Path| {
            let found = documents(path).unwrap();
            found.iter().map(|placed| placed.document.spec.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(&folder), ["b", "a", "c"]);
        assert_eq!(names(&folder.join("4.YAML")), ["c"]);
        fs::remove_dir_all(folder).unwrap();
    }
    #[test]
    fn all_that_is_wrong_is_told() {
        let wrong = plugin("a").replace("key:", "kee:");
        let files = [("1.yaml", plugin("b")), ("2.yaml", format!("{wrong}---\n{}", plugin("b")))];
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let folder = folder("wrong", &files);
        let twice = format!(
            "2.yaml b metadata.name: there is another plugin of this name in {}",
            folder.join("1.yaml").display()
        );
        let field =
            "2.yaml a spec.source.configMap.kee: there is no such field, only name, key, sha256, did you mean `key`?";
        problems(&folder, &[field, &twice]);
    }
    #[test]
    fn nothing_there() {
        let text = "  holds no document of kind WasmPlugin";
        problems(&folder("nothing", &[("a.yaml", "kind: Placement")]), &[text]);
        let nowhere = documents(Path::new("nowhere")).unwrap_err();
        assert_eq!(nowhere[0].text, "there is no such file or folder");
    }
}
