//! `placewright crds`: the kinds as an API server must know them.

use std::io::{self, Write};

use super::{Exit, document};

/// Prints the six CustomResourceDefinitions as YAML documents.
///
/// # Errors
/// Those of standard output.
pub(super) fn run(out: &mut impl Write) -> io::Result<Exit> {
    let documents: Vec<String> = api::crd::all().iter().map(|crd| document::to_yaml(&crd.document)).collect();
    out.write_all(documents.join("---\n").as_bytes())?;
    Ok(Exit::Done)
}
