//! `plugin inspect`: what a component is and what it reads, before anybody lets it decide.

use std::io::{self, Write};

use plugin_host::{About, Export, Level, Limits, Log, Planned};

use super::given::{self, Configured};
use super::{Inspect, report};
use crate::cli::Exit;
use crate::cli::args::Report;
use crate::cli::notice::{Notice, Notices, Place, Severity};
use crate::cli::screen::Screen;
use crate::cli::{document, session};

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
pub(super) fn run(args: &Inspect, out: &mut dyn Write, screen: &Screen) -> io::Result<Exit> {
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
    let component = args.given.read(notices)?;
    let (inspected, guest) = component.compile(component.spec.limits, notices)?;
    let place = given::place(&component.file);
    let about = guest.describe().map_err(|failure| notices.add(given::error(&place, None, failure.to_string()))).ok();
    let configured = component.configure(&guest, notices);
    for Configured { name, planned, .. } in &configured {
        said(&planned.log, name, &place, notices);
    }
    Some(Told {
        file: component.file.to_string_lossy().into_owned(),
        bytes: component.bytes.len(),
        digest: inspected.digest().to_string(),
        imports: inspected.imports().to_vec(),
        exports: inspected.exports().iter().map(|export: &Export| export.label()).collect(),
        limits: guest.limits(),
        about,
        planned: configured.into_iter().map(|of| (of.name.to_string(), of.planned)).collect(),
    })
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
