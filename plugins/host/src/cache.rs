//! Compiled code in a folder, so that what was compiled once is ready at once.
//!
//! To load compiled code is to run it: a guest's code is safe because our compiler made it. So only what this cache itself
//! wrote is loaded. Its folder is this user's alone, and every file begins with a code of authentication under a key that
//! is made with the folder. A file that another one wrote, or that is damaged, is as good as none.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::inspect::Digest;

/// Bytes of the key, and of a code.
const CODE: usize = 32;
/// The file of the key.
const KEY: &str = "key";
/// Bytes that SHA-256 takes at a time.
const BLOCK: usize = 64;

/// Compiled code in a folder.
pub struct Cache {
    folder: PathBuf,
    key: [u8; CODE],
    hits: AtomicU64,
}

impl Cache {
    /// Takes a folder, which is made if there is none. Several processes may use it at once.
    ///
    /// # Errors
    /// It cannot be made or read, or is not this user's alone.
    pub fn open(folder: &Path) -> io::Result<Cache> {
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(problem) if problem.kind() != ErrorKind::AlreadyExists => return Err(problem),
            _ => {}
        }
        let is = fs::metadata(folder)?;
        if !is.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        // The process itself belongs to the user that it runs as.
        let user = fs::metadata("/proc/self")?.uid();
        if is.uid() != user || is.mode() & 0o077 != 0 {
            let text = "a cache of compiled code must be a folder that only this user can read and write (mode 0700)";
            return Err(io::Error::new(ErrorKind::PermissionDenied, text));
        }
        Ok(Cache { folder: folder.to_owned(), key: key(&folder.join(KEY))?, hits: AtomicU64::new(0) })
    }

    /// How often code was found.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// The code of a component, if it is here and was written by this cache.
    pub(crate) fn load(&self, engine: &Engine, digest: Digest) -> Option<Component> {
        let name = name(engine, digest);
        let bytes = fs::read(self.folder.join(&name)).ok()?;
        let (code, compiled) = bytes.split_at_checked(CODE)?;
        if !equal(code, &self.code(&name, compiled)) {
            return None;
        }
        #[expect(unsafe_code, reason = "compiled code cannot be loaded in another way")]
        // SAFETY: `deserialize` asks for bytes that `Component::serialize` of this version made. The code of authentication
        // says that `store` wrote these, under a name with the digest of the component and everything of the engine that
        // the code depends on; it was computed over the very bytes in memory that are handed on, so that nobody can change
        // them in between. Who could forge it can read this user's files, and needs no cache.
        let component = unsafe { Component::deserialize(engine, compiled) }.ok()?;
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(component)
    }

    /// Keeps the code of a component. Where that fails it is compiled again next time, and nothing else is lost.
    pub(crate) fn store(&self, engine: &Engine, digest: Digest, component: &Component) {
        if let Ok(compiled) = component.serialize() {
            let name = name(engine, digest);
            let code = self.code(&name, &compiled);
            // Said above.
            let _ = write(&self.folder.join(name), &[&code, &compiled]);
        }
    }

    /// HMAC-SHA-256 over name and code.
    fn code(&self, name: &str, compiled: &[u8]) -> [u8; CODE] {
        let padded = |with: u8| {
            let mut block = [with; BLOCK];
            block.iter_mut().zip(&self.key).for_each(|(byte, key)| *byte ^= key);
            Sha256::new_with_prefix(block)
        };
        // A name has no zero byte: nothing of one can be taken for the other's.
        let inner = padded(0x36).chain_update(name).chain_update([0]).chain_update(compiled).finalize();
        padded(0x5c).chain_update(inner).finalize().into()
    }
}

/// A file of one component's code as one engine compiles it.
fn name(engine: &Engine, digest: Digest) -> String {
    let mut of = Fingerprint(Sha256::new());
    // wasmtime's version, the machine, and all settings that change code.
    engine.precompile_compatibility_hash().hash(&mut of);
    let of: String = of.0.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{of}.cwasm", digest.to_string().trim_start_matches("sha256:"))
}

/// Takes what is hashed, for a name that is the same in every process.
struct Fingerprint(Sha256);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// The key in a file, which is made if there is none.
fn key(path: &Path) -> io::Result<[u8; CODE]> {
    if !path.try_exists()? {
        let mut key = [0; CODE];
        File::open("/dev/urandom")?.read_exact(&mut key)?;
        let beside = beside(path);
        create(&beside, &[&key])?;
        // Of several processes that begin at once one makes the key.
        let made = fs::hard_link(&beside, path);
        fs::remove_file(&beside)?;
        made.or_else(|problem| if problem.kind() == ErrorKind::AlreadyExists { Ok(()) } else { Err(problem) })?;
    }
    let key = fs::read(path)?;
    let text = "the key of the cache is damaged: remove the folder";
    key.try_into().map_err(|_| io::Error::new(ErrorKind::InvalidData, text))
}

/// Whether two codes are equal, in a time that does not tell where they are not.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// Writes a file under another name first, so that nobody ever finds half of it under its own.
fn write(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let beside = beside(path);
    let written = create(&beside, parts).and_then(|()| fs::rename(&beside, path));
    written.inspect_err(|_| {
        // The first problem is the one to tell.
        let _ = fs::remove_file(&beside);
    })
}

fn create(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    parts.iter().try_for_each(|part| file.write_all(part))
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("folder", &self.folder).finish_non_exhaustive()
    }
}
