//! What can be told of a component without running it: whether it may run at all.

mod bounds;
mod parts;

use std::fmt;

use sha2::{Digest as _, Sha256};
use wasmparser::{
    BinaryReaderError, Encoding, FuncValidatorAllocations, Parser, Payload, ValidPayload, Validator, WasmFeatures,
};

use crate::contract::{FILTER, LIFECYCLE, LOG, SCORE, TYPES};
use crate::tame::tame;
use crate::wasi::{self, Wasi};

use bounds::Bounds;
use parts::Parts;

/// How large a component may be, in bytes. Python's are 18 MiB.
pub const SIZE_MAX: usize = 32 << 20;

/// How to do without WASI.
const WITHOUT_WASI: &str =
    "build it without WASI (no clock, files, environment or randomness; interpreters have an option for stubs)";
/// How much of a name a refusal repeats.
const NAME_BYTES_MAX: usize = 128;
/// How much of what is wrong it says.
const PROBLEM_BYTES_MAX: usize = 1 << 10;

/// A component that may be compiled: it is whole, asks for nothing it must not have, and exports what a plugin needs.
#[derive(Clone, Debug)]
pub struct Inspected<'a> {
    bytes: &'a [u8],
    digest: Digest,
    wasi: Wasi,
    imports: Vec<String>,
    exports: Vec<Export>,
}

/// The SHA-256 of a component, written `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// What a plugin can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Export {
    /// Takes clusters out.
    Filter,
    /// Ranks clusters.
    Score,
}

/// Why a file is no plugin.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// More than [`SIZE_MAX`] bytes.
    #[error("is larger than {} MiB: strip it, or build it for size", SIZE_MAX >> 20)]
    TooLarge,
    /// A module, as compilers write it before it is wrapped.
    #[error("this is a core module, not a component: wrap it with `wasm-tools component new`")]
    CoreModule,
    /// Not WebAssembly, cut off, or damaged.
    #[error("this is no valid component: {problem} (at byte {offset})")]
    Damaged {
        /// What is wrong.
        problem: String,
        /// Where.
        offset: u64,
    },
    /// It wants to call something else than its log.
    #[error("imports `{name}`, and a plugin may import nothing but `{LOG}`: {}", way_out(.name))]
    Import {
        /// What it imports.
        name: String,
    },
    /// It wants to call WASI, which its document does not say.
    #[error(
        "imports `{name}`, and a plugin gets WASI only where its document says so: write `wasi: Deterministic` under `spec` \
         if its toolchain cannot do without, as Go's, or {WITHOUT_WASI}"
    )]
    Wasi {
        /// What it imports.
        name: String,
    },
    /// Small for a file, and more than the compiler could cope with.
    #[error("has more than {max} {what}: this is far more than any toolchain makes")]
    Bound {
        /// Of what.
        what: &'static str,
        /// How many it may have.
        max: u64,
    },
    /// It lacks what every plugin exports.
    #[error("does not export `{LIFECYCLE}`; it exports {}", listed(.exports))]
    NoLifecycle {
        /// What it does export.
        exports: Vec<String>,
    },
    /// It neither filters nor scores.
    #[error("exports neither `{FILTER}` nor `{SCORE}`; it exports {}", listed(.exports))]
    NothingToDo {
        /// What it does export.
        exports: Vec<String>,
    },
    /// It cannot be compiled, or its functions are not those of the interface.
    #[error("cannot be used: {0}")]
    Unusable(String),
}

impl<'a> Inspected<'a> {
    /// Looks at a component. O(size): every instruction in it is checked.
    pub(crate) fn of(bytes: &'a [u8], features: WasmFeatures, wasi: Wasi) -> Result<Self, Refusal> {
        if bytes.len() > SIZE_MAX {
            return Err(Refusal::TooLarge);
        }
        let names = Names::of(bytes, features)?;
        for name in names.imports.iter().filter(|name| ![LOG, TYPES].contains(&name.as_str())) {
            let tame = tame(name, NAME_BYTES_MAX);
            match (wasi::has(name), wasi) {
                (true, Wasi::Deterministic) => {}
                (true, Wasi::None) => return Err(Refusal::Wasi { name: tame }),
                (false, _) => return Err(Refusal::Import { name: tame }),
            }
        }
        let has = |export: &str| names.exports.iter().any(|name| name == export);
        if !has(LIFECYCLE) {
            return Err(Refusal::NoLifecycle { exports: names.exports });
        }
        let known = [(FILTER, Export::Filter), (SCORE, Export::Score)];
        let exports: Vec<Export> = known.iter().filter(|(name, _)| has(name)).map(|(_, export)| *export).collect();
        if exports.is_empty() {
            return Err(Refusal::NothingToDo { exports: names.exports });
        }
        Ok(Inspected { bytes, digest: Digest::of(bytes), wasi, imports: names.imports, exports })
    }

    /// The component itself.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What tells it from every other.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What it may have of WASI.
    #[must_use]
    pub fn wasi(&self) -> Wasi {
        self.wasi
    }

    /// The interfaces it imports, in the component's order.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.imports
    }

    /// What it can do, filter before score.
    #[must_use]
    pub fn exports(&self) -> &[Export] {
        &self.exports
    }
}

/// What a component is called with and calls, its own parts aside.
struct Names {
    imports: Vec<String>,
    exports: Vec<String>,
}

impl Names {
    fn of(bytes: &[u8], features: WasmFeatures) -> Result<Names, Refusal> {
        let mut names = Names { imports: Vec::new(), exports: Vec::new() };
        let mut validator = Validator::new_with_features(features);
        let mut allocations = FuncValidatorAllocations::default();
        let (mut parts, mut bounds) = (Parts::default(), Bounds::default());
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            match &payload {
                Payload::Version { encoding: Encoding::Module, .. } if parts.depth() == 0 => {
                    return Err(Refusal::CoreModule);
                }
                // What a part imports comes from the whole.
                Payload::ComponentImportSection(imports) if parts.depth() == 1 => {
                    for import in imports.clone() {
                        names.imports.push(import?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(exports) if parts.depth() == 1 => {
                    for export in exports.clone() {
                        names.exports.push(export?.name.name.to_owned());
                    }
                }
                _ => {}
            }
            // Counted before it is checked, for checking has its price too.
            parts.see(&payload, bytes)?;
            bounds.see(&payload)?;
            if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
                let mut function = function.into_validator(allocations);
                bounds.check(&mut function, &body)?;
                allocations = function.into_allocations();
            }
        }
        Ok(names)
    }
}

impl Refusal {
    /// What wasmtime has against a component.
    pub(crate) fn unusable(error: &wasmtime::Error) -> Refusal {
        Refusal::Unusable(tame(&format!("{error:#}"), PROBLEM_BYTES_MAX))
    }
}

impl From<BinaryReaderError> for Refusal {
    fn from(error: BinaryReaderError) -> Self {
        Refusal::Damaged { problem: tame(error.message(), PROBLEM_BYTES_MAX), offset: error.offset() as u64 }
    }
}

/// How to do without an import.
fn way_out(name: &str) -> &'static str {
    if name.starts_with("wasi:") {
        "not even `wasi: Deterministic` has this interface in this version"
    } else {
        "take it out, or put what it needs into the component"
    }
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", tame(name, NAME_BYTES_MAX))).collect();
    if quoted.is_empty() { "nothing".to_owned() } else { quoted.join(", ") }
}

impl Digest {
    /// That of these bytes. O(their number).
    #[must_use]
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }
}

impl Export {
    /// The word for it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Export::Filter => "filter",
            Export::Score => "score",
        }
    }
}

impl fmt::Display for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Export::Filter => "filter",
            Export::Score => "score",
        })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
