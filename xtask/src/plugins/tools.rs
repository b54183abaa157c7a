//! The tools that components were built with, as they call themselves: recorded beside the committed ones, because other
//! versions make other bytes of the same source.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};

use crate::run::{output, program, root};

/// Tools by language, each with its version.
pub type Tools = BTreeMap<String, BTreeMap<String, String>>;

const FILE: &str = "examples/plugins/tools.toml";
const HEAD: &str = "# What the committed components were built with. `cargo xtask plugins` writes this, `cargo xtask plugins verify` \
                    compares\n# bytes where all of a language's tools are of these versions, and scores where not.\n\n";

/// The versions of a language's tools here; nothing where one of them is missing.
pub fn here(language: &str) -> Option<BTreeMap<String, String>> {
    let asked: &[(&str, &str)] = match language {
        "rust" => &[(rustc(), "--version"), ("wasm-tools", "--version")],
        "c" => &[("wit-bindgen", "--version"), ("python-zig", "version"), ("wasm-tools", "--version")],
        _ => &[],
    };
    asked
        .iter()
        .map(|(tool, flag)| Some((name(tool), output(program(tool).arg(flag)).ok()?.trim().to_owned())))
        .collect()
}

/// The compiler that a project's build script takes.
fn rustc() -> &'static str {
    let mut libraries = program("rustc");
    libraries.args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
    // As outside of cargo, where no toolchain is chosen for us.
    libraries.env_remove("RUSTUP_TOOLCHAIN");
    let there = output(&mut libraries).is_ok_and(|folder| Path::new(folder.trim()).is_dir());
    if there { "rustc" } else { "/usr/bin/rustc" }
}

fn name(tool: &str) -> String {
    tool.rsplit('/').next().unwrap_or(tool).to_owned()
}

/// What is recorded.
pub fn recorded() -> Result<Tools> {
    let text = fs::read_to_string(root().join(FILE)).context(FILE)?;
    toml::from_str(&text).context(FILE)
}

/// Records what the components of these languages were built with; others keep what is recorded.
pub fn record(languages: &[&str]) -> Result<()> {
    let mut tools = recorded().unwrap_or_default();
    for language in languages {
        if let Some(versions) = here(language) {
            tools.insert((*language).to_owned(), versions);
        }
    }
    fs::write(root().join(FILE), HEAD.to_owned() + &toml::to_string(&tools)?).context(FILE)
}
