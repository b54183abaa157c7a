//! Compiled code that is kept: found again, and never taken from anybody else.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod made;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use made::guest;
use plugin_host::{Cache, Guest, Host, Limits};

/// A folder that is not there yet.
fn nowhere(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What an earlier run left there.
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// A component compiled by a process of its own, so to speak, and whether its code was found.
fn compiled(folder: &Path, bytes: &[u8]) -> (Guest, bool) {
    let cache = Arc::new(Cache::open(folder).unwrap());
    let host = Host::new(false).unwrap().with_cache(Arc::clone(&cache));
    let guest = host.compile(&host.inspect(bytes).unwrap(), Limits::default()).unwrap();
    (guest, cache.hits() == 1)
}

/// The files of compiled code.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "cwasm"));
    files.sort();
    files
}

#[test]
fn what_was_compiled_is_found_again() {
    let (folder, bytes) = (nowhere("cache-found"), guest().bytes());
    let (first, found) = compiled(&folder, &bytes);
    assert!(!found);
    let (second, found) = compiled(&folder, &bytes);
    assert!(found);
    assert_eq!(first.describe().unwrap(), second.describe().unwrap());
    assert_eq!(kept(&folder).len(), 1);
    for file in kept(&folder).into_iter().chain([folder.join("key")]) {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[test]
fn another_host_settings_another_code() {
    let (folder, bytes) = (nowhere("cache-settings"), guest().bytes());
    compiled(&folder, &bytes);
    let cache = Arc::new(Cache::open(&folder).unwrap());
    let strict = Host::new(true).unwrap().with_cache(Arc::clone(&cache));
    strict.compile(&strict.inspect(&bytes).unwrap(), Limits::default()).unwrap();
    assert_eq!((cache.hits(), kept(&folder).len()), (0, 2));
}

#[test]
fn what_was_changed_is_as_good_as_none() {
    let (folder, bytes) = (nowhere("cache-changed"), guest().bytes());
    compiled(&folder, &bytes);
    let file = kept(&folder).remove(0);
    let whole = fs::read(&file).unwrap();
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    for (what, changed) in [
        ("code", flipped(whole.len() - 1)),
        ("authentication", flipped(0)),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("empty", Vec::new()),
    ] {
        fs::write(&file, &changed).unwrap();
        assert!(!compiled(&folder, &bytes).1, "{what}");
        // It was written anew.
        assert!(compiled(&folder, &bytes).1, "{what}");
    }
}

#[test]
fn code_of_one_component_is_not_taken_for_anothers() {
    let folder = nowhere("cache-swapped");
    let (one, other) = (guest().bytes(), guest().with("more", "(func)").bytes());
    assert!(compiled(&folder, &one).0.digest() != compiled(&folder, &other).0.digest());
    let files = kept(&folder);
    fs::copy(&files[0], &files[1]).unwrap();
    let found = [&one, &other].map(|bytes| compiled(&folder, bytes).1);
    assert_eq!(found.iter().filter(|found| **found).count(), 1);
}

#[test]
fn another_key_another_writer() {
    let (folder, bytes) = (nowhere("cache-key"), guest().bytes());
    compiled(&folder, &bytes);
    fs::remove_file(folder.join("key")).unwrap();
    assert!(!compiled(&folder, &bytes).1);
    fs::write(folder.join("key"), [0; 31]).unwrap();
    assert_eq!(Cache::open(&folder).unwrap_err().to_string(), "the key of the cache is damaged: remove the folder");
}

#[test]
fn a_folder_that_others_can_read() {
    let folder = nowhere("cache-open");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o750)).unwrap();
    let problem = Cache::open(&folder).unwrap_err().to_string();
    assert!(problem.contains("must be a folder that only this user can read and write (mode 0700)"), "{problem}");
    let file = nowhere("cache-file");
    fs::write(&file, "").unwrap();
    assert!(Cache::open(&file).is_err());
    fs::remove_file(&file).unwrap();
}
