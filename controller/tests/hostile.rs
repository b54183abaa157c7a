//! What must not break an answer: pipes that close, devices that are full, files that are none, texts that act on a
//! terminal.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const HOSTILE: &str = "controller/tests/worlds/hostile.yaml";
const MOVED: &str = "controller/tests/worlds/moved.yaml";

fn placewright(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_placewright"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()).stdin(Stdio::null()).args(args);
    command
}

fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

#[test]
fn a_broken_pipe_leaves_the_exit_code_as_it_is() {
    for (args, want) in [
        (vec!["diff", "-f", MOVED], 3),
        (vec!["schedule", "-f", HOSTILE], 1),
        (vec!["schedule", "-f", MOVED], 0),
        (vec!["--help"], 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = placewright(&args).stdout(writer).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(want), "{args:?}");
    }
}

#[test]
fn a_full_device_is_an_error() {
    for args in [
        vec!["schedule", "-f", MOVED],
        vec!["explain", "web", "-f", MOVED],
        vec!["diff", "-f", MOVED, "-o", "yaml"],
        vec!["version"],
        vec!["completions", "bash"],
        vec!["schedule", "--help"],
        vec!["--version"],
    ] {
        let Output { status, stderr, .. } = placewright(&args).stdout(full()).output().unwrap();
        assert_eq!(status.code(), Some(1), "{args:?}");
        let stderr = String::from_utf8(stderr).unwrap();
        assert!(stderr.ends_with("error: standard output: No space left on device (os error 28)\n"), "{stderr}");
    }
}

#[test]
fn the_answer_is_given_though_nobody_can_be_told_of_mistakes() {
    let args = ["schedule", "-f", HOSTILE, "-o", "json"];
    let want = placewright(&args).output().unwrap();
    let got = placewright(&args).stderr(full()).output().unwrap();
    assert_eq!((got.status.code(), got.stdout), (Some(1), want.stdout));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(placewright(&args).stderr(writer).output().unwrap().status.code(), Some(1));
}

#[test]
fn a_pipe_in_a_folder_is_not_waited_for() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fifo");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/worlds/moved.yaml"), folder.join("moved.yaml")).unwrap();
    let pipe = folder.join("pipe.yaml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let answer = placewright(&["schedule", "-o", "name", "-f"]).arg(&folder).output().unwrap();
    assert_eq!(answer.status.code(), Some(1));
    let want = format!(
        "error: {}: cannot be read: neither a file nor a folder; give its own path to read from it\n",
        pipe.display()
    );
    assert_eq!(String::from_utf8(answer.stderr).unwrap(), want);
    assert!(String::from_utf8(answer.stdout).unwrap().contains("placement.cluster.open-cluster-management.io/web\n"));
}

#[test]
fn a_folder_is_walked_once_however_many_links_lead_to_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("maze");
    let _ = fs::remove_dir_all(&folder);
    let rooms = ["a", "b", "c", "d", "e"];
    for room in rooms {
        fs::create_dir_all(folder.join(room)).unwrap();
        fs::write(folder.join(room).join("notes.txt"), "").unwrap();
        for other in rooms {
            std::os::unix::fs::symlink(format!("../{other}"), folder.join(room).join(format!("to-{other}"))).unwrap();
        }
    }
    let answer = placewright(&["diff", "-f"]).arg(&folder).output().unwrap();
    let told = String::from_utf8(answer.stderr).unwrap();
    assert!(told.contains("note: 5 files in folders left out"), "{told}");
}

#[test]
fn no_input_acts_on_a_terminal() {
    let gone = "gone\n\u{1b}[31m- a\u{2066}";
    for args in [
        vec!["schedule"],
        vec!["schedule", "-o", "wide"],
        vec!["schedule", "-o", "json"],
        vec!["schedule", "-o", "yaml"],
        vec!["diff"],
        vec!["diff", "--profile", "upstream"],
        vec!["diff", "--profile", "upstream", "-o", "json"],
        vec!["diff", "-o", "yaml"],
        vec!["explain", "spoof"],
        vec!["explain", "spoof", gone],
        vec!["explain", "spoof", "nosuch\u{1b}[1m"],
        vec!["explain", "scores", "a", "-o", "json"],
        vec!["explain", "scores", "a"],
    ] {
        let Output { stdout, stderr, .. } = placewright(&args).args(["-f", HOSTILE]).output().unwrap();
        let told = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        let unseen = "\u{1b}\u{7f}\u{9b}\u{61c}\u{200b}\u{2028}\u{202e}\u{2066}";
        assert!(!told.contains(|c| unseen.contains(c)), "{args:?}: {told}");
        assert!(!told.contains("gone\n") && told.len() > 100, "{args:?}: {told}");
    }
}

#[test]
fn what_is_escaped_is_read_back() {
    for format in ["json", "yaml"] {
        let answer = placewright(&["schedule", "-f", HOSTILE, "-o", format]).output().unwrap().stdout;
        let list: serde_json::Value = serde_saphyr::from_str(&String::from_utf8(answer).unwrap()).unwrap();
        let items = list["items"].as_array().unwrap();
        let slice = items.iter().find(|item| item["metadata"]["name"] == "spoof-decision-1").unwrap();
        assert_eq!(slice["status"]["decisions"][1]["clusterName"], "gone\n\u{1b}[31m- a\u{2066}", "{format}");
    }
}
