//! The same plugin in other languages beside the one in Rust, and a plugin that is compiled beside one that is found
//! compiled.
#![expect(clippy::expect_used, reason = "a guest that does not run is nothing to measure")]

use std::{env, fs, hint::black_box, path::PathBuf, process, sync::Arc};

use plugin_host::{Cache, Host, Limits};
use testkit::carbon::Columns;

use super::{
    Observer,
    carbon::{self, C, Carbon, RUST},
};

/// The languages whose component is not committed: there where `cargo xtask plugins` was run before.
pub const BUILT: [&str; 3] = ["go", "js", "python"];

/// Each language that is there, and whether its scores have the bits that they have to have.
pub fn all(observer: &mut dyn Observer, rust: &Carbon, columns: &Columns) {
    let batch = rust.batch(columns);
    let mut in_rust = || _ = black_box(rust.scores(&batch));
    let others = BUILT.into_iter().filter_map(|language| Some((language, built(language)?)));
    for (language, component) in [("c", C.to_vec())].into_iter().chain(others) {
        let guest = Carbon::wide(&component);
        let batch = guest.batch(columns);
        let bits = |scores: Vec<f64>| scores.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(guest.scores(&batch)), bits(columns.scores()), "{language}");
        let mut ours = || _ = black_box(guest.scores(&batch));
        observer.see(&format!("guest/language/{language}"), &mut ours, Some(&mut in_rust));
    }
    ready(observer, "rust", RUST);
    if let Some(python) = built("python") {
        ready(observer, "python", &python);
    }
}

/// The component of a language, if it was built beside this program.
pub fn built(language: &str) -> Option<Vec<u8>> {
    let target = env::current_exe().ok()?.parent()?.parent()?.to_owned();
    fs::read(target.join("plugins").join(format!("carbon-{language}.wasm"))).ok()
}

/// From bytes to a guest that can be asked, with its code in a cache and without.
fn ready(observer: &mut dyn Observer, language: &str, component: &[u8]) {
    let folder = Folder(env::temp_dir().join(format!("placewright-bench-{}", process::id())));
    let plain = Host::new(false).expect("guests run here");
    let cached = plain.clone().with_cache(Arc::new(Cache::open(&folder.0).expect("a folder of our own")));
    carbon::compiled(&cached, component, Limits::default());
    let mut ours = || _ = black_box(carbon::compiled(&cached, component, Limits::default()));
    let mut compiled = || _ = black_box(carbon::compiled(&plain, component, Limits::default()));
    observer.see(&format!("guest/ready/{language}"), &mut ours, Some(&mut compiled));
}

/// Gone when nobody needs it any more.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
