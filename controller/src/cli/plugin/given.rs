//! What a command about one plugin is given: a component alone, or the document that says how it is to be run.

use std::path::{Path, PathBuf};

use clap::Args;
use plugin_host::{Guest, Host, Inspected, Limits, Planned, Settings, Spec};
use scheduler_core::Symbol;
use scheduler_core::placement::PluginRef;

use crate::cli::notice::{Notice, Notices, Place, Severity};
use crate::sources::{self, Placed, Problem};

/// Which plugin, and under which settings.
#[derive(Debug, Args)]
pub(super) struct Given {
    /// The component, or its plugin document
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which plugin, where there are several in the document
    #[arg(long, value_name = "NAME")]
    plugin: Option<String>,
    /// A settings document, JSON; may be repeated, and is called `default` or by its name [default: those of the plugin
    /// document, else `{}`]
    #[arg(long, value_name = "[NAME=]FILE")]
    settings: Vec<String>,
}

/// A component and how it is to be run.
pub(super) struct Component {
    pub spec: Spec,
    pub bytes: Vec<u8>,
    /// The component's file.
    pub file: PathBuf,
}

/// A plugin under one settings document.
pub(super) struct Configured {
    pub name: Symbol,
    pub settings: Settings,
    pub planned: Planned,
}

impl Given {
    /// Reads it; `None`, and errors told, where it cannot be read.
    pub fn read(&self, notices: &mut Notices) -> Option<Component> {
        let settings = settings(&self.settings, notices)?;
        let read = if is_document(&self.file) { self.of_document() } else { alone(&self.file) };
        let mut component = read.map_err(|problems| problems.iter().for_each(|it| notices.add(problem(it)))).ok()?;
        component.spec.settings.extend(settings);
        Some(component)
    }

    fn of_document(&self) -> Result<Component, Vec<Problem>> {
        let documents = sources::documents(&self.file)?;
        let name = |placed: &Placed| placed.document.spec.name.to_string();
        let wanted: Vec<&Placed> = documents
            .iter()
            .filter(|placed| self.plugin.as_ref().is_none_or(|wanted| *wanted == name(placed)))
            .collect();
        let [placed] = wanted.as_slice() else {
            let names: Vec<String> = documents.iter().map(name).collect();
            let text = format!("--plugin must be one of the plugins in it: {}", names.join(", "));
            return Err(vec![Problem { file: self.file.clone(), plugin: None, text }]);
        };
        let (file, bytes) = sources::fetch(placed).map_err(|problem| vec![problem])?;
        Ok(Component { spec: placed.document.spec.clone(), bytes, file })
    }
}

impl Component {
    /// Inspects and compiles it; `None`, and an error told, where it is no plugin.
    pub fn compile(&self, limits: Limits, notices: &mut Notices) -> Option<(Inspected<'_>, Guest)> {
        let mut refuse = |text: String| notices.add(error(&place(&self.file), None, text));
        let host = Host::new(false).map_err(|problem| refuse(problem.to_string())).ok()?;
        let inspected =
            host.inspect_with(&self.bytes, self.spec.wasi).map_err(|refusal| refuse(refusal.to_string())).ok()?;
        let guest = host.compile(&inspected, limits).map_err(|refusal| refuse(refusal.to_string())).ok()?;
        Some((inspected, guest))
    }

    /// Asks what it wants to be given under each of its settings documents, or `{}` where there are none. Where it fails to
    /// say, that is an error.
    pub fn configure(&self, guest: &Guest, notices: &mut Notices) -> Vec<Configured> {
        let documents = if self.spec.settings.is_empty() { self.spec.documents() } else { self.spec.settings.clone() };
        let mut configured = Vec::new();
        for (name, settings) in documents {
            match guest.plan(&settings) {
                Ok(planned) => configured.push(Configured { name, settings, planned }),
                Err(failure) => notices.add(error(&place(&self.file), Some(&name), failure.to_string())),
            }
        }
        configured
    }
}

/// Documents are told from components by how their names end; a folder is one of documents.
fn is_document(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    path.is_dir() || ending.is_some_and(|ending| ["yaml", "yml", "json"].contains(&ending.as_str()))
}

/// It is called as its file.
fn alone(path: &Path) -> Result<Component, Vec<Problem>> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let problem = |text| vec![Problem { file: path.to_owned(), plugin: None, text }];
    let bytes = sources::read(path).map_err(problem)?;
    Ok(Component { spec: Spec::new((&*name).into()), bytes, file: path.to_owned() })
}

/// The settings documents by name; `None`, and errors told, where one is none.
fn settings(given: &[String], notices: &mut Notices) -> Option<Vec<(Symbol, Settings)>> {
    let mut documents: Vec<(Symbol, Settings)> = Vec::new();
    for given in given {
        let (name, file) = given.split_once('=').unwrap_or((PluginRef::DEFAULT_SETTINGS, given));
        let read = sources::read(Path::new(file))
            .and_then(|bytes| String::from_utf8(bytes).map_err(|_| "is no text in UTF-8".to_owned()))
            .and_then(|text| Settings::parse(&text).map_err(|problem| problem.to_string()));
        let refuse = |text| error(&place(Path::new(file)), None, text);
        match read {
            Ok(_) if documents.iter().any(|(other, _)| **other == *name) => {
                notices.add(refuse(format!("there are two settings documents called `{name}`")));
            }
            Ok(document) => documents.push((name.into(), document)),
            Err(problem) => notices.add(refuse(problem)),
        }
    }
    (!notices.any_error()).then_some(documents)
}

/// A file that notices are about.
pub(super) fn place(file: &Path) -> Place {
    Place { file: file.to_string_lossy().into(), line: 0 }
}

/// An error about a component, or what it says to one settings document.
pub(super) fn error(place: &Place, settings: Option<&str>, text: String) -> Notice {
    let object = settings.map(|name| format!("settings `{name}`"));
    Notice { severity: Severity::Error, place: Some(place.clone()), object, path: None, text }
}

/// An error about a plugin document or what it names.
pub(in crate::cli) fn problem(problem: &Problem) -> Notice {
    let object = problem.plugin.as_ref().map(|name| format!("{} {name}", sources::KIND));
    Notice { object, ..error(&place(&problem.file), None, problem.text.clone()) }
}
