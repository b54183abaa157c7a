//! `plugin build`: runs a project's own build script, and looks at what came of it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use plugin_host::{Export, Host, Wasi};
use serde::Deserialize;

use crate::cli::Exit;
use crate::cli::notice::{Notices, Severity};
use crate::cli::number::thousands;
use crate::cli::session;

/// What builds a project; it knows the tools of its language.
const SCRIPT: &str = "build.sh";
/// What describes the plugin.
const DOCUMENT: &str = "plugin.yaml";

/// As much of a plugin document as a build has to know.
#[derive(Deserialize)]
struct Document {
    spec: Spec,
}

#[derive(Deserialize)]
struct Spec {
    source: Source,
    #[serde(default)]
    wasi: Given,
}

/// What the document says of WASI.
#[derive(Default, Deserialize)]
enum Given {
    #[default]
    None,
    Deterministic,
}

#[derive(Deserialize)]
struct Source {
    file: File,
}

/// The component, beside the document.
#[derive(Deserialize)]
struct File {
    path: String,
    sha256: String,
}

/// Runs the command in the current folder.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(out: &mut dyn Write) -> io::Result<Exit> {
    match built() {
        Ok(told) => writeln!(out, "{told}").map(|()| Exit::Done),
        Err(problem) => {
            let mut notices = Notices::new(false, false);
            notices.say(Severity::Error, problem);
            session::write(&mut notices);
            Ok(Exit::Failed)
        }
    }
}

/// Builds, and tells what was built.
fn built() -> Result<String, String> {
    let document = fs::read_to_string(DOCUMENT).map_err(|problem| absent(DOCUMENT, &problem))?;
    if !Path::new(SCRIPT).exists() {
        return Err(absent(SCRIPT, &io::ErrorKind::NotFound.into()));
    }
    let Document { spec: Spec { source: Source { file }, wasi } } = serde_saphyr::from_str(&document)
        .map_err(|problem| format!("{DOCUMENT}: names no file to build in `spec.source.file`: {problem}"))?;
    let before = file.sha256.trim_start_matches("sha256:");
    if before.len() != 64 {
        return Err(format!(
            "{DOCUMENT}: spec.source.file.sha256 must have 64 digits, zeros before the first build: got `{}`",
            file.sha256
        ));
    }
    // What tools say is no answer of ours: it goes where notices go.
    let script = Command::new("sh").arg(SCRIPT).stdin(Stdio::null()).stdout(io::stderr()).status();
    let ended = script.map_err(|problem| format!("{SCRIPT}: cannot be run by `sh`: {problem}"))?;
    if !ended.success() {
        return Err(format!("{SCRIPT}: ended with {ended}; what it said stands above"));
    }
    let bytes =
        fs::read(&file.path).map_err(|problem| format!("{}: {SCRIPT} did not make it: {problem}", file.path))?;
    let host = Host::new(false).map_err(|problem| problem.to_string())?;
    let wasi = match wasi {
        Given::None => Wasi::None,
        Given::Deterministic => Wasi::Deterministic,
    };
    let inspected = host.inspect_with(&bytes, wasi).map_err(|refusal| format!("{}: {refusal}", file.path))?;
    let digest = inspected.digest().to_string();
    let pinned = digest.trim_start_matches("sha256:");
    // The text around it stays as its author wrote it.
    if before != pinned {
        fs::write(DOCUMENT, document.replace(before, pinned))
            .map_err(|problem| format!("{DOCUMENT}: cannot be written: {problem}"))?;
    }
    let exports: Vec<&str> = inspected.exports().iter().copied().map(Export::label).collect();
    Ok(format!("{}: {} bytes, exports {}, {digest}", file.path, thousands(bytes.len()), exports.join(" and ")))
}

fn absent(file: &str, problem: &io::Error) -> String {
    match problem.kind() {
        io::ErrorKind::NotFound => format!(
            "{file}: is not in this folder: go to that of a plugin, or make one with `placewright plugin new --lang rust NAME`"
        ),
        _ => format!("{file}: cannot be read: {problem}"),
    }
}
