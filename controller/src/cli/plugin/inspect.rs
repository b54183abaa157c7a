//! `plugin inspect`: what a component is and what it reads, before anybody lets it decide.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use plugin_host::{About, Export, Failure, Guest, Host, Inspected, Level, Limits, Log, Planned, SIZE_MAX, Settings};

use super::{Inspect, report};
use crate::cli::Exit;
use crate::cli::args::Report;
use crate::cli::notice::{Notice, Notices, Place, Severity};
use crate::cli::screen::Screen;
use crate::cli::{document, session};

/// What settings are called that have no name of their own.
const DEFAULT: &str = "default";

/// All that is to be told of one component.
pub(super) struct Told {
    /// The file as it was given.
    pub file: String,
    pub bytes: usize,
    pub digest: String,
    pub imports: Vec<String>,
    pub exports: Vec<&'static str>,
    pub limits: Limits,
    /// Who it says it is; nothing if it fails to say.
    pub about: Option<About>,
    /// What it wants under each settings document that it takes.
    pub planned: Vec<(String, Planned)>,
}

/// Runs the command.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(args: &Inspect, out: &mut impl Write, screen: &Screen) -> io::Result<Exit> {
    let mut notices = Notices::new(false, false);
    let told = tell(args, &mut notices);
    let exit = if notices.any_error() { Exit::Failed } else { Exit::Done };
    let answered = told.map_or(Ok(()), |told| match args.output {
        Report::Table => report::table(&told, screen).iter().try_for_each(|line| writeln!(out, "{line}")),
        Report::Json => out.write_all(document::to_json(&report::value(&told)).as_bytes()),
        Report::Yaml => out.write_all(document::to_yaml(&report::value(&told)).as_bytes()),
    });
    session::write(&mut notices);
    answered.map(|()| exit)
}

/// Looks at the component and asks it; `None`, and errors told, where there is nothing to tell.
fn tell(args: &Inspect, notices: &mut Notices) -> Option<Told> {
    let documents = documents(&args.settings, notices)?;
    let place = place(&args.file);
    let mut refuse = |text: String| refused(notices, &place, None, text);
    let bytes = read(&args.file).map_err(&mut refuse).ok()?;
    let host = Host::new(false).map_err(|problem| refuse(problem.to_string())).ok()?;
    let inspected = host.inspect(&bytes).map_err(|refusal| refuse(refusal.to_string())).ok()?;
    let guest = host.compile(&inspected, Limits::default()).map_err(|refusal| refuse(refusal.to_string())).ok()?;
    Some(asked(args, &inspected, &guest, documents, notices))
}

/// Asks a compiled guest who it is and what it wants; what it fails to say is an error, and the rest is told.
fn asked(
    args: &Inspect,
    inspected: &Inspected<'_>,
    guest: &Guest,
    documents: Vec<(String, Settings)>,
    notices: &mut Notices,
) -> Told {
    let place = place(&args.file);
    let mut fails = |what: Option<&str>, failure: &Failure| refused(notices, &place, what, failure.to_string());
    let about = guest.describe().inspect_err(|failure| fails(None, failure)).ok();
    let mut planned = Vec::new();
    for (name, settings) in documents {
        match guest.plan(&settings) {
            Ok(plan) => planned.push((name, plan)),
            Err(failure) => fails(Some(&name), &failure),
        }
    }
    for (name, planned) in &planned {
        said(&planned.log, name, &place, notices);
    }
    Told {
        file: args.file.to_string_lossy().into_owned(),
        bytes: inspected.bytes().len(),
        digest: inspected.digest().to_string(),
        imports: inspected.imports().to_vec(),
        exports: inspected.exports().iter().map(|export: &Export| export.label()).collect(),
        limits: guest.limits(),
        about,
        planned,
    }
}

/// What the guest itself said, in its own words.
fn said(log: &Log, name: &str, place: &Place, notices: &mut Notices) {
    let mut say = |severity, text: String| {
        let object = Some(format!("settings `{name}`"));
        notices.add(Notice { severity, place: Some(place.clone()), object, path: None, text });
    };
    for line in &log.lines {
        let severity = if line.level >= Level::Warn { Severity::Warning } else { Severity::Note };
        say(severity, format!("the plugin says: {}", line.message));
    }
    if log.dropped > 0 {
        say(Severity::Note, format!("the plugin says {} messages more", log.dropped));
    }
}

/// The settings documents by name, in the order in which they were given; `None`, and errors told, where one is none.
fn documents(given: &[String], notices: &mut Notices) -> Option<Vec<(String, Settings)>> {
    if given.is_empty() {
        return Some(vec![(DEFAULT.to_owned(), Settings::default())]);
    }
    let mut documents: Vec<(String, Settings)> = Vec::new();
    for given in given {
        let (name, file) = given.split_once('=').unwrap_or((DEFAULT, given));
        let file = Path::new(file);
        let document = read(file)
            .and_then(|bytes| String::from_utf8(bytes).map_err(|_| "is no text".to_owned()))
            .and_then(|text| Settings::parse(&text).map_err(|problem| problem.to_string()));
        match document {
            Ok(_) if documents.iter().any(|(other, _)| other == name) => {
                refused(notices, &place(file), None, format!("there are two settings documents called `{name}`"));
            }
            Ok(document) => documents.push((name.to_owned(), document)),
            Err(problem) => refused(notices, &place(file), None, problem),
        }
    }
    (!notices.any_error()).then_some(documents)
}

/// The bytes of a file, no more than one too many for a component.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(SIZE_MAX as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|problem| match problem.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "is a folder: give the name of a file in it".to_owned(),
        _ => format!("cannot be read: {problem}"),
    })?;
    Ok(bytes)
}

fn place(file: &Path) -> Place {
    Place { file: file.to_string_lossy().into(), line: 0 }
}

fn refused(notices: &mut Notices, place: &Place, settings: Option<&str>, text: String) {
    let object = settings.map(|name| format!("settings `{name}`"));
    notices.add(Notice { severity: Severity::Error, place: Some(place.clone()), object, path: None, text });
}
