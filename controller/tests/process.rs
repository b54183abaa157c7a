//! How `controller` and `debug` start and end, by their exit codes (§17.1).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn placewright() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_placewright"));
    command.stdin(Stdio::null()).env_remove("KUBERNETES_SERVICE_HOST").env("POD_NAME", "pod-1");
    command
}

#[track_caller]
fn check(command: &mut Command, code: i32, want: &str) {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(want), "{want}\nnot in:\n{text}");
}

/// A file of its own for one test.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn mistakes_of_usage() {
    check(placewright().args(["controller", "--kube-api-qpz=5"]), 1, "--kube-api-qps");
    check(placewright().args(["debug", "--nonsense"]), 1, "Usage:");
    let unknown = "invalid TLS flags: invalid --tls-min-version: unknown TLS version: TLS9";
    check(placewright().args(["debug", "--tls_min_version=TLS9"]), 1, unknown);
    let suites = "invalid TLS flags: unsupported cipher suites: [A]";
    check(placewright().args(["controller", "--tls-cipher-suites=A"]), 1, suites);
    check(placewright().args(["controller", "--profile=none"]), 1, "there is no profile `none`");
}

#[test]
fn what_keeps_it_from_starting() {
    check(placewright().arg("controller"), 255, "namespace may not be empty");
    check(placewright().args(["debug", "--disable-leader-election"]), 255, "not in a cluster");
    check(placewright().args(["controller", "--namespace=n", "--kubeconfig=/nowhere"]), 255, "--kubeconfig /nowhere");
    check(placewright().args(["controller", "--namespace=n", "--listen=localhost:1"]), 255, "--listen: must be");
    check(placewright().args(["controller", "--config=/nowhere"]), 255, "--config /nowhere");
}

#[test]
fn called_as_ocms_operator_calls_it() {
    let link = file("placement");
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_placewright"), &link).unwrap();
    check(&mut Command::new(&link), 1, "controller");
    check(Command::new(&link).arg("--nonsense"), 1, "--nonsense");
    check(placewright().arg("--nonsense"), 2, "--nonsense");
    let help = Command::new(&link).args(["controller", "--help"]).output().unwrap();
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&help.stdout).contains("--leader-election-lease-duration"));
    fs::remove_file(&link).unwrap();
}

/// A kubeconfig of a hub that is not there.
fn nobody_there(name: &str) -> PathBuf {
    let path = file(name);
    let text = "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]\n\
                contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n";
    fs::write(&path, text).unwrap();
    path
}

#[track_caller]
fn check_signal(name: &str, command: &str, signal: &str) {
    let kubeconfig = nobody_there(name);
    let mut child = placewright()
        .args([command, "--listen=127.0.0.1:0", "--disable-leader-election", "--logging-format=json", "--kubeconfig"])
        .arg(&kubeconfig)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("serving HTTPS") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "it ended before it served");
    }
    assert!(line.contains(r#""pod":"pod-1""#), "{line}");
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let code = child.wait().unwrap().code();
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert_eq!(code, Some(0), "{rest}");
    assert!(rest.contains("ended: asked to"), "{rest}");
}

#[test]
fn ends_when_it_is_asked_to() {
    check_signal("sigterm.yaml", "controller", "-TERM");
    check_signal("sigint.yaml", "debug", "-INT");
}
