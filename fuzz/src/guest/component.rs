//! Which component the bytes tell of: one that works with some bytes changed, one that is generated from nothing, or one
//! that works with generated code in place of its own.

#[path = "../../../plugins/host/tests/made/wasi.rs"]
mod imports;
#[expect(clippy::unwrap_used, reason = "the texts that are put together here are constant")]
#[path = "../../../plugins/host/tests/made/mod.rs"]
mod made;

use std::sync::LazyLock;

use arbitrary::Unstructured;
use imports::{CLOCKS, Imports, OUTPUT, PROCESS, RANDOM, SLEEP};
use wasm_smith::{Component, Config, Module};

/// Components that work, the smallest first.
static WORKING: LazyLock<[Vec<u8>; 4]> = LazyLock::new(|| {
    [
        made::guest().bytes(),
        include_bytes!("../../../examples/plugins/gpu-binpack/gpu-binpack.wasm").to_vec(),
        include_bytes!("../../../examples/plugins/carbon/carbon-c.wasm").to_vec(),
        include_bytes!("../../../examples/plugins/carbon/carbon.wasm").to_vec(),
    ]
});

/// What generated code may call, and what it must be called by.
const IMPORTS: &str = r#"
    (import "heap" "memory" (memory 1))
    (import "heap" "realloc" (func (param i32 i32 i32 i32) (result i32)))
    (import "host" "log" (func (param i32 i32 i32)))"#;
const EXPORTS: &str = r#"(module
    (func (export "describe") (result i32) unreachable)
    (func (export "init") (param i32 i32) (result i32) unreachable)
    (func (export "filter") (param i32 i32 i32) (result i32) unreachable)
    (func (export "score") (param i32 i32 i32) (result i32) unreachable)
    (func (export "after") (param i32) unreachable))"#;

/// What it may call of WASI besides.
const WASI: [&Imports; 5] = [&CLOCKS, &RANDOM, &OUTPUT, &SLEEP, &PROCESS];
const NOTHING: Imports = Imports { interfaces: "", functions: &[] };

/// The functions of a guest, and how generated code is called from them.
const FUNCTIONS: [(&str, &str, &str); 5] = [
    ("describe", "(result i32)", "(call $wild-describe)"),
    ("init", "(param i32 i32) (result i32)", "(call $wild-init (local.get 0) (local.get 1))"),
    ("filter", "(param i32 i32 i32) (result i32)", "(call $wild-filter (local.get 0) (local.get 1) (local.get 2))"),
    ("score", "(param i32 i32 i32) (result i32)", "(call $wild-score (local.get 0) (local.get 1) (local.get 2))"),
    ("after", "(param i32)", "(call $wild-after (local.get 0))"),
];

/// The first byte chooses how, the others are what is changed or what is generated.
pub fn of(bytes: &[u8]) -> Option<Vec<u8>> {
    let (how, bytes) = bytes.split_first()?;
    // Generated code with references is refused more often than not, because some of them need a garbage collector.
    let config = config(how / 8 % 4 == 3);
    match how % 8 {
        0 => Some(Module::new(config, &mut Unstructured::new(bytes)).ok()?.to_bytes()),
        1 => Some(Component::new(config, &mut Unstructured::new(bytes)).ok()?.to_bytes()),
        2 | 3 => Some(changed(bytes)),
        _ => spliced(config, WASI.get(usize::from(how / 32)).unwrap_or(&&NOTHING), bytes),
    }
}

/// A working component, by the first byte, with bytes replaced: three tell where and one with what. A fourth that is 0
/// at the end cuts it off there.
fn changed(bytes: &[u8]) -> Vec<u8> {
    let Some((which, changes)) = bytes.split_first() else { return Vec::new() };
    let mut component = WORKING[usize::from(*which) % WORKING.len()].clone();
    for change in changes.chunks_exact(4) {
        let at = usize::from(change[0]) << 16 | usize::from(change[1]) << 8 | usize::from(change[2]);
        let at = at % component.len();
        if change[3] == 0 && at > 0 {
            component.truncate(at);
        } else {
            component[at] ^= change[3];
        }
    }
    component
}

/// A guest with a module of generated code beside its own, which its functions call. Two bits of the first two bytes say for each
/// how: not at all; and answer with what it answers; with somewhere near what was prepared; or as ever, afterwards.
fn spliced(config: Config, wasi: &Imports, bytes: &[u8]) -> Option<Vec<u8>> {
    let (calls, code) = bytes.split_first_chunk::<2>()?;
    let calls = u16::from_le_bytes(*calls);
    let parsed = |text: &str| wat::parse_str(text).ok();
    let imports = parsed(&format!("(module {IMPORTS} {})", wasi.taken()));
    let config = Config { available_imports: imports, exports: parsed(EXPORTS), ..config };
    let code = Module::new(config, &mut Unstructured::new(code)).ok()?.to_bytes();
    let mut guest = made::guest()
        .with("imports", wasi.interfaces)
        .with(
            "before",
            &format!(
                r#"{} (core module) (core instance $wild (instantiate 1 {}
                 (with "heap" (instance $heap)) (with "host" (instance (export "log" (func $say))))))"#,
                wasi.lowered(),
                wasi.given()
            ),
        )
        .with("with", r#"(with "wild" (instance $wild))"#);
    let mut imports = String::new();
    for (at, (name, signature, call)) in FUNCTIONS.into_iter().enumerate() {
        imports += &format!("(import \"wild\" \"{name}\" (func $wild-{name} {signature}))");
        let answers = signature.contains("result");
        guest = match calls >> (2 * at) & 3 {
            0 => guest,
            1 => guest.with(name, call),
            2 if answers => guest.with(name, &format!("(i32.and {call} (i32.const 0x3fc))")),
            _ if answers => guest.with(name, &format!("(drop {call}) {{{name}}}")),
            _ => guest.with(name, call),
        };
    }
    // Without a name the module's place holds nothing but a header.
    let component = guest.with("more", &imports).bytes();
    replaced(&component, b"\0asm\x01\0\0\0", &code)
}

/// A component with a module in place of the one that consists of these bytes.
fn replaced(component: &[u8], module: &[u8], with: &[u8]) -> Option<Vec<u8>> {
    let (number, length) = (1, u8::try_from(module.len()).ok()?);
    let section = [&[number, length], module].concat();
    let at = component.windows(section.len()).position(|bytes| bytes == section)?;
    let mut length = with.len();
    let mut all = [&component[..at], &[number]].concat();
    while length >= 0x80 {
        all.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    all.push(length as u8);
    Some([&all, with, &component[at + section.len()..]].concat())
}

/// What the host's engine knows, and small enough to be asked by the thousand.
fn config(references: bool) -> Config {
    Config {
        exceptions_enabled: false,
        gc_enabled: false,
        reference_types_enabled: references,
        threads_enabled: false,
        max_memories: 3,
        max_tables: 4,
        max_table_elements: 10_000,
        max_memory32_bytes: 1 << 20,
        max_memory64_bytes: 1 << 20,
        max_funcs: 20,
        ..Config::default()
    }
}
