//! The example plugins: where each is, in which language, and how it becomes a component.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::run::{cargo, output, program, root, target, told};

/// A component that is made of an example.
pub struct Guest {
    /// What it is called, and its file.
    pub name: &'static str,
    /// The folder of the example, under `examples/plugins`.
    pub example: &'static str,
    /// The language, and the folder of its source in the example.
    pub language: &'static str,
    /// What `placewright plugin new` is told that it does.
    does: &'static [&'static str],
    /// Whether the component is committed, beside the example's document.
    pub committed: bool,
}

/// All of them.
pub const GUESTS: &[Guest] = &[
    Guest { name: "carbon", example: "carbon", language: "rust", does: &["--score"], committed: true },
    Guest { name: "freeze", example: "freeze", language: "rust", does: &["--filter"], committed: true },
    Guest { name: "carbon-c", example: "carbon", language: "c", does: &["--score"], committed: true },
    Guest {
        name: "gpu-binpack",
        example: "gpu-binpack",
        language: "c",
        does: &["--filter", "--score"],
        committed: true,
    },
    Guest { name: "carbon-js", example: "carbon", language: "js", does: &["--score"], committed: false },
    Guest { name: "carbon-python", example: "carbon", language: "python", does: &["--score"], committed: false },
    Guest { name: "carbon-go", example: "carbon", language: "go", does: &["--score"], committed: false },
];

/// What became of a build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Built {
    /// The component is at [`Guest::built`].
    Done,
    /// A tool is missing; the build script has said which, and how to get it.
    NoTool,
    /// It does not build.
    Failed,
}

/// How a build script ends where a tool is missing, as a shell does.
const NO_TOOL: i32 = 127;
/// What of an example is no source of a guest.
const NOT_COPIED: &[&str] = &["Cargo.toml", "plugin.yaml", "hub.yaml"];

impl Guest {
    /// Where the committed component is.
    pub fn component(&self) -> PathBuf {
        root().join("examples/plugins").join(self.example).join(self.name).with_extension("wasm")
    }

    /// Where a build puts it.
    pub fn built(&self) -> PathBuf {
        absolute_target().join("plugins").join(self.name).with_extension("wasm")
    }

    /// Builds it as a project of its author would be built: a new project with the example's sources in it. All are built
    /// in the same place, so that what they share is compiled once.
    pub fn build(&self) -> Result<Built> {
        println!("\n== {} ({})", self.name, self.language);
        let stage = absolute_target().join("plugins/stage");
        if stage.exists() {
            fs::remove_dir_all(&stage)?;
        }
        fs::create_dir_all(&stage)?;
        let mut new = Command::new(placewright());
        new.current_dir(&stage).args(["plugin", "new", "--lang", self.language, self.name]).args(self.does);
        output(&mut new)?;
        let project = stage.join(self.language);
        fs::rename(stage.join(self.name), &project)?;
        copy(&root().join("examples/plugins").join(self.example), &stage)?;
        prepare(self.language, &project)?;
        let mut script = program("sh");
        script.current_dir(&project).arg("build.sh").env("CARGO_TARGET_DIR", absolute_target().join("plugins/target"));
        // Rust's own: cargo sets them for us, and the script chooses its compiler itself.
        for variable in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"] {
            script.env_remove(variable);
        }
        let ended = script.status().with_context(|| told(&script))?;
        if ended.code() == Some(NO_TOOL) {
            return Ok(Built::NoTool);
        }
        let made = project.join(self.name).with_extension("wasm");
        if !ended.success() || fs::copy(&made, self.built()).is_err() {
            return Ok(Built::Failed);
        }
        Ok(Built::Done)
    }
}

/// Builds the program that makes projects, once; what it says on the way goes to standard error.
pub fn build_placewright() -> Result<()> {
    let mut build = cargo(&["build", "--package", "controller", "--bin", "placewright"]);
    let built = build.status().with_context(|| told(&build))?;
    ensure!(built.success(), "`{}` failed", told(&build));
    Ok(())
}

fn placewright() -> PathBuf {
    absolute_target().join("debug/placewright")
}

/// Where build products go, wherever a program runs.
fn absolute_target() -> PathBuf {
    let target = target();
    if target.is_absolute() { target } else { env::current_dir().unwrap_or_default().join(target) }
}

/// A project's own tools, which an author installs into it.
fn prepare(language: &str, project: &Path) -> Result<()> {
    let there = Command::new("jco").arg("--version").output().is_ok();
    if language == "js" && !there {
        // Where npm is missing too, the script says so.
        let _ = Command::new("npm").current_dir(project).args(["install", "--no-audit", "--no-fund"]).status();
    }
    Ok(())
}

/// Copies sources into a stage, over what is there.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("{}", from.display()))? {
        let entry = entry?;
        let (source, name) = (entry.path(), entry.file_name());
        let to = to.join(&name);
        let skipped =
            NOT_COPIED.iter().any(|skipped| name == *skipped) || source.extension().is_some_and(|e| e == "wasm");
        if source.is_dir() {
            fs::create_dir_all(&to)?;
            copy(&source, &to)?;
        } else if !skipped {
            fs::copy(&source, &to)?;
        }
    }
    Ok(())
}
