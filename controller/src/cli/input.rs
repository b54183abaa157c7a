//! Finds what is to be read: files, folders, standard input (FILE-4), or a hub.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use api::read::InputFile;

use super::args::Source;
use super::live;
use super::notice::{Notice, Notices, Place, Severity};
use super::number::counted;

/// The endings that are read in folders, each also with `.gz`.
const ENDINGS: [&str; 4] = ["yaml", "yml", "json", "jsonl"];
/// How standard input is given.
const STDIN: &str = "-";

/// What is to be read.
pub(super) struct Found {
    parts: Vec<Part>,
    /// The namespace that is meant where none is given; absent: all.
    pub namespace: Option<String>,
}

/// One input.
enum Part {
    File(PathBuf),
    /// Read already.
    Hub(InputFile),
}

/// Finds the files that are named, or reads the hub where none is.
///
/// `None`, and errors told, where a path that was given or the hub cannot be read: then nothing is to be answered
/// (OUT-4).
pub(super) fn find(source: &Source, notices: &mut Notices) -> Option<Found> {
    if !source.filenames.is_empty() {
        let parts = files(&source.filenames, notices)?.into_iter().map(Part::File).collect();
        return Some(Found { parts, namespace: None });
    }
    let live::Hub { name, namespace, lines } = live::read(&source.hub.access(), notices)?;
    let data = lines.into_iter().flat_map(|line| [line, "\n".to_owned()]).collect::<String>().into_bytes();
    Some(Found { parts: vec![Part::Hub(InputFile { name, data })], namespace: Some(namespace) })
}

/// Every file that `paths` name, in their order; folders recursively and by name, hidden folders left out.
///
/// `None` where a path that was given cannot be read: then nothing is to be answered (OUT-4). A file or folder inside
/// a folder that cannot be read is an error too, but does not hide the others.
fn files(paths: &[PathBuf], notices: &mut Notices) -> Option<Vec<PathBuf>> {
    let mut walk = Walk { files: Vec::new(), left: 0, told: false, walked: BTreeSet::new(), notices };
    let mut all_there = true;
    for path in paths {
        if let Err(problem) = walk.given(path) {
            all_there = false;
            walk.notices.add(unreadable(path, &problem));
        }
    }
    let Walk { files, left, told, .. } = walk;
    if told {
        let text = format!(
            "{} in folders left out: their names do not end in .yaml, .yml, .json or .jsonl, or one of these with .gz",
            counted(left, "file")
        );
        notices.say(Severity::Note, text);
    }
    all_there.then_some(files)
}

impl Found {
    /// Reads one input after the other, as they are asked for. What cannot be read is an error in `problems`.
    pub fn load(self, problems: &RefCell<Vec<Notice>>) -> impl Iterator<Item = InputFile> {
        self.parts.into_iter().filter_map(|part| {
            let path = match part {
                Part::File(path) => path,
                Part::Hub(file) => return Some(file),
            };
            let data = if path.as_os_str() == STDIN { stdin() } else { fs::read(&path) };
            match data {
                Ok(data) => Some(InputFile { name: path.to_string_lossy().into_owned(), data }),
                Err(problem) => {
                    problems.borrow_mut().push(unreadable(&path, &problem));
                    None
                }
            }
        })
    }
}

fn stdin() -> io::Result<Vec<u8>> {
    let mut data = Vec::new();
    io::stdin().lock().read_to_end(&mut data)?;
    Ok(data)
}

struct Walk<'a> {
    files: Vec<PathBuf>,
    /// Files in folders that are not read.
    left: usize,
    /// One of them might have been meant: not all are documentation, which nobody takes for manifests.
    told: bool,
    /// The folders that were walked: links make circles, and more ways than anybody could walk.
    walked: BTreeSet<PathBuf>,
    notices: &'a mut Notices,
}

impl Walk<'_> {
    fn given(&mut self, path: &Path) -> io::Result<()> {
        let is_stdin = path.as_os_str() == STDIN;
        if is_stdin {
            if self.files.iter().any(|file| file.as_os_str() == STDIN) {
                return Ok(());
            }
        } else {
            let what = fs::metadata(path)?;
            if what.is_dir() {
                return self.folder(path);
            }
            // A pipe can be opened only once.
            if what.is_file() {
                File::open(path)?;
            }
        }
        self.files.push(path.to_owned());
        Ok(())
    }

    fn folder(&mut self, path: &Path) -> io::Result<()> {
        if !self.walked.insert(fs::canonicalize(path)?) {
            return Ok(());
        }
        let mut paths: Vec<PathBuf> =
            fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
        paths.sort();
        for path in paths {
            if let Err(problem) = self.entry(&path) {
                self.notices.add(unreadable(&path, &problem));
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path) -> io::Result<()> {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        // A link to nowhere matters only where something was to be read.
        let is_folder = match fs::metadata(path) {
            Err(problem) if is_read(&name) => return Err(problem),
            // A pipe that nobody writes to would be waited for without end.
            Ok(what) if is_read(&name) && !what.is_dir() && !what.is_file() => {
                return Err(io::Error::other("neither a file nor a folder; give its own path to read from it"));
            }
            what => what.is_ok_and(|what| what.is_dir()),
        };
        if is_folder && !name.starts_with('.') {
            return self.folder(path);
        }
        if !is_folder && is_read(&name) {
            self.files.push(path.to_owned());
        } else {
            self.left += usize::from(!is_folder);
            self.told |= !is_folder && !is_documentation(&name);
        }
        Ok(())
    }
}

fn unreadable(path: &Path, problem: &io::Error) -> Notice {
    let text = match problem.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => format!("cannot be read: {problem}"),
    };
    let place = Some(Place { file: path.to_string_lossy().into(), line: 0 });
    Notice { severity: Severity::Error, place, object: None, path: None, text }
}

fn is_read(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

fn is_documentation(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".md") || name.starts_with("readme") || name.starts_with("license")
}

#[cfg(test)]
mod tests {
    use super::is_read;

    #[test]
    fn endings_that_are_read() {
        for (name, want) in [
            ("a.yaml", true),
            ("a.yml.gz", true),
            ("a.JSON", true),
            ("a.b.jsonl", true),
            ("a.gz", false),
            ("yaml", false),
            ("a.yaml.bak", false),
            ("README.md", false),
        ] {
            assert_eq!(is_read(name), want, "{name}");
        }
    }
}
