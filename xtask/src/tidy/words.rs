//! Words that no tracked file may hold: paths of somebody's machine, hosts of somebody's registry.

use super::Finding;

/// Folders that only one machine has. A path below our own root may end in the same word, so a path must begin there.
const MACHINE_FOLDERS: &[&str] = &["work", "tmp", "root", "home", "Users"];

/// Two halves each, so that this file does not hold what it looks for.
const REGISTRY_HOSTS: &[(&str, &str)] = &[
    ("index.crates", "io"),
    ("static.crates", "io"),
    ("proxy.golang", "org"),
    ("registry.npmjs", "org"),
    ("pypi", "org"),
];

/// Written by cargo, and naming the registry is what they are for.
const LOCK_FILE: &str = "Cargo.lock";

/// Judges one text file of any kind.
pub fn check(path: &str, text: &str, findings: &mut Vec<Finding>) {
    if path.rsplit('/').next() == Some(LOCK_FILE) {
        return;
    }
    for (at, line) in text.lines().enumerate() {
        if let Some(folder) = MACHINE_FOLDERS.iter().find(|folder| names_folder(line, folder)) {
            let what = format!(
                "a path under `{folder}` of one machine: use a path below the root, or a scratch folder asked for"
            );
            findings.push(Finding::new(path, at + 1, what));
        }
        if let Some((name, end)) = REGISTRY_HOSTS.iter().find(|(name, end)| line.contains(&format!("{name}.{end}"))) {
            let what = format!(
                "the registry `{name}.{end}` by its host: whoever builds this chooses where packages come from"
            );
            findings.push(Finding::new(path, at + 1, what));
        }
    }
}

fn names_folder(line: &str, folder: &str) -> bool {
    let whole = format!("/{folder}/");
    line.match_indices(&whole)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-/~*}".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::{check, names_folder};

    #[track_caller]
    fn check_path(line: &str, folder: &str, want: bool) {
        assert_eq!(names_folder(line, folder), want);
    }

    #[test]
    fn a_path_from_the_root_is_one_machines() {
        check_path(&format!("open(\"/{}/x\")", "tmp"), "tmp", true);
    }
    #[test]
    fn a_folder_of_ours_is_not() {
        check_path("controller/work/src", "work", false);
    }
    #[test]
    fn nor_one_below_a_variable() {
        check_path("${HOME}/work/x", "work", false);
    }

    #[track_caller]
    fn check_text(path: &str, text: &str, want: usize) {
        let mut found = Vec::new();
        check(path, text, &mut found);
        assert_eq!(found.len(), want, "{found:?}");
    }

    #[test]
    fn a_registry_is_not_named() {
        check_text("README.md", &format!("see {}.{}", "index.crates", "io"), 1);
    }
    #[test]
    fn a_lock_file_may() {
        check_text("fuzz/Cargo.lock", &format!("see {}.{}", "index.crates", "io"), 0);
    }
    #[test]
    fn plain_prose_is_fine() {
        check_text("README.md", "work at home, then tmp", 0);
    }
}
