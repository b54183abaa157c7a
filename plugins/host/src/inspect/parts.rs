//! How often a component makes its parts from each other, and how much the compiler has to follow for that.

use wasmparser::{ComponentAlias, ComponentExternalKind, ComponentTypeRef, Encoding, Payload};

use super::Refusal;
use super::bounds::within;

/// How many pieces a component may be put together of: instances, imports, exports, aliases and functions of its parts,
/// each as often as its part is made. JavaScript's has 180,000, as this is counted.
const PIECES_MAX: u64 = 1_000_000;
/// How many bytes it may have outside of its core modules, most of them types. Python's has 138,000.
const BYTES_MAX: u64 = 1 << 20;
/// How many bytes of types may have to be compared, all those before each place where a part is made: what the part is
/// given must fit. JavaScript has 2 million.
const COMPARED_MAX: u64 = 32 << 20;
/// The pieces that an instance counts as.
const PIECES_OF_AN_INSTANCE: u64 = 10;
/// The pieces that a function of a part counts as: where one part calls another, the compiler writes a function as long
/// as their types.
const PIECES_OF_A_CALL: u64 = 100;
/// How deep parts may lie in parts. In JavaScript's they do twice.
const DEPTH_MAX: u64 = 100;
/// How often types of instances or components may begin in others, in one section: they are read by recursion.
/// JavaScript's have 43 in all sections.
const INNER_TYPES_MAX: u64 = 100;

/// The components and modules that a component consists of, as they open and close.
pub(super) struct Parts {
    open: Vec<Part>,
    /// No closed part is put together of more pieces than this. A part makes only parts that were closed before it.
    largest: u64,
    /// What all closed parts are put together of themselves, multiplied. No part has more pieces, even where parts are
    /// handed to others and made there.
    product: u64,
    /// Whether any part is.
    handed: bool,
    /// Bytes outside of core modules.
    bytes: u64,
    /// Those again for each place where a part is made.
    compared: u64,
}

/// What an open part consists of itself.
struct Part {
    encoding: Encoding,
    /// Itself, and what is in it.
    pieces: u64,
    /// How often it makes other parts.
    parts: u64,
}

impl Default for Parts {
    fn default() -> Self {
        Parts { open: Vec::new(), largest: 1, product: 1, handed: false, bytes: 0, compared: 0 }
    }
}

impl Parts {
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Counts what comes next in these bytes.
    ///
    /// # Errors
    /// It is too much, or damaged.
    pub fn see(&mut self, payload: &Payload<'_>, bytes: &[u8]) -> Result<(), Refusal> {
        let (mut pieces, mut parts) = (0, 0);
        match payload {
            Payload::Version { encoding, .. } => {
                self.open.push(Part { encoding: *encoding, pieces: PIECES_OF_AN_INSTANCE, parts: 0 });
            }
            Payload::InstanceSection(made) => pieces = PIECES_OF_AN_INSTANCE * u64::from(made.count()),
            Payload::ComponentTypeSection(types) => {
                within(
                    "types of instances or components in others",
                    inner_types(&bytes[types.range()]),
                    INNER_TYPES_MAX,
                )?;
            }
            Payload::ComponentInstanceSection(made) => parts = made.count().into(),
            Payload::ComponentExportSection(exports) => pieces = exports.count().into(),
            Payload::ComponentCanonicalSection(functions) => {
                // What the whole has is the host's, what a part has may be another part's.
                let each = if self.depth() > 1 { PIECES_OF_A_CALL } else { 1 };
                pieces = each.saturating_mul(functions.count().into());
            }
            Payload::ComponentImportSection(imports) => {
                pieces = imports.count().into();
                for import in imports.clone() {
                    self.handed |= matches!(import?.ty, ComponentTypeRef::Component(_));
                }
            }
            Payload::ComponentAliasSection(aliases) => {
                pieces = aliases.count().into();
                for alias in aliases.clone() {
                    let kind = ComponentExternalKind::Component;
                    self.handed |= matches!(alias?, ComponentAlias::InstanceExport { kind: of, .. } if of == kind);
                }
            }
            Payload::End(_) => self.close(),
            _ => {}
        }
        self.bytes += self.bytes_of(payload);
        self.compared = self.compared.saturating_add(self.bytes.saturating_mul(parts));
        if let Some(part) = self.open.last_mut() {
            part.pieces = part.pieces.saturating_add(pieces);
            part.parts += parts;
        }
        self.judge()
    }

    fn close(&mut self) {
        if let Some(part) = self.open.pop().filter(|part| part.encoding == Encoding::Component) {
            let made = part.parts.saturating_mul(self.largest);
            self.largest = self.largest.max(part.pieces.saturating_add(made));
            self.product = self.product.saturating_mul(part.pieces.saturating_add(part.parts));
        }
    }

    /// How long a section of a component is, its modules and parts left out: they come by themselves.
    fn bytes_of(&self, payload: &Payload<'_>) -> u64 {
        let inside = self.open.last().is_some_and(|part| part.encoding == Encoding::Component);
        let section = match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } | Payload::CustomSection(_) => None,
            _ => payload.as_section(),
        };
        section.filter(|_| inside).map_or(0, |(_, range)| range.len() as u64)
    }

    fn judge(&self) -> Result<(), Refusal> {
        let open = self.open.iter().map(|part| part.pieces.max(part.parts)).max().unwrap_or_default();
        let pieces = if self.handed { self.product } else { self.largest }.max(open);
        within("parts in each other", self.open.len() as u64, DEPTH_MAX)?;
        within("pieces that it is put together of, each as often as its part is made", pieces, PIECES_MAX)?;
        within("bytes outside of its core modules", self.bytes, BYTES_MAX)?;
        within("bytes of types to compare where it makes its parts", self.compared, COMPARED_MAX)
    }
}

/// How often a type of an instance or a component may begin inside of another one, by the bytes with which it would:
/// a declaration of a type (1), and then the type (0x41 or 0x42). No more than that, but perhaps some in names.
fn inner_types(section: &[u8]) -> u64 {
    section.windows(2).filter(|pair| matches!(pair, [1, 0x41 | 0x42])).count() as u64
}
