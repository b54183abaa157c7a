//! `plugin new`: a project that builds, filters or scores as it stands, and is there to be changed.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::Args;

use super::language::Language;
use super::template::{Blanks, fill};
use crate::cli::Exit;
use crate::cli::notice::{Notices, Severity};
use crate::cli::session;

/// What a plugin can be called: it becomes the name of an object, a file, a folder and a package.
const NAME_FORM: &str = "must have 1 to 63 of a-z, 0-9 and `-`, begin with a letter and not end with `-`";

/// `plugin new`.
#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    /// The language it is written in
    #[arg(long, value_enum)]
    lang: Language,
    /// It takes clusters out
    #[arg(long)]
    filter: bool,
    /// It ranks clusters [default: where --filter is not given]
    #[arg(long)]
    score: bool,
    /// What it is called, and the folder that is made
    #[arg(value_name = "NAME", value_parser = name)]
    name: String,
}

/// Takes a name that can be one everywhere.
fn name(text: &str) -> Result<String, String> {
    let allowed = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
    let fits = allowed && begins && !text.ends_with('-') && text.len() <= 63;
    if fits { Ok(text.to_owned()) } else { Err(NAME_FORM.to_owned()) }
}

/// Runs the command.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(args: &New, out: &mut dyn Write) -> io::Result<Exit> {
    let blanks = Blanks { name: &args.name, filter: args.filter, score: args.score || !args.filter, lang: args.lang };
    if let Err(problem) = make(Path::new(&args.name), &blanks) {
        let mut notices = Notices::new(false, false);
        notices.say(Severity::Error, format!("{}: {problem}", args.name));
        session::write(&mut notices);
        return Ok(Exit::Failed);
    }
    writeln!(out, "{}: a plugin in {} that {}.", args.name, args.lang.called(), blanks.what())?;
    writeln!(out, "Next:")?;
    writeln!(out, "  cd {}", args.name)?;
    for step in
        args.lang.setup().iter().chain(&["placewright plugin build", "placewright schedule -f hub.yaml --plugins ."])
    {
        writeln!(out, "  {step}")?;
    }
    Ok(Exit::Done)
}

/// Writes the project's files into a folder that is not there yet, or is empty.
fn make(folder: &Path, blanks: &Blanks<'_>) -> Result<(), String> {
    let cannot = |problem: io::Error| format!("cannot be written: {problem}");
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => {
            return Err("the folder is there and not empty: take another name, or move it away".to_owned());
        }
        Err(problem) if problem.kind() == io::ErrorKind::NotADirectory => {
            return Err("there is a file of this name: take another name, or move it away".to_owned());
        }
        _ => {}
    }
    for (path, template) in blanks.lang.files() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(cannot)?;
        fs::write(&path, fill(template, blanks)).map_err(cannot)?;
        #[cfg(unix)]
        if path.extension().is_some_and(|extension| extension == "sh") {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(cannot)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{NAME_FORM, name};

    #[test]
    fn names_that_serve_everywhere() {
        for good in ["a", "carbon", "eu-first", "gpu2", &"x".repeat(63)] {
            assert_eq!(name(good).as_deref(), Ok(good));
        }
    }
    #[test]
    fn names_that_do_not() {
        for bad in ["", "Carbon", "2gpu", "-a", "a-", "a_b", "a.b", "a/b", "..", "é", "a b", &"x".repeat(64)] {
            assert_eq!(name(bad), Err(NAME_FORM.to_owned()), "{bad}");
        }
    }
}
