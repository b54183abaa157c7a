//! Builds etcd, kube-apiserver, kube-controller-manager and kubectl from the Go modules that `testkit/hub/go.mod` names.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use super::progress;
use crate::run::{answers, output, program, root};

/// Where the Go module is.
const MODULE: &str = "testkit/hub";
/// The programs by name, with the package each is built from.
const PROGRAMS: &[(&str, &str)] = &[
    ("etcd", "go.etcd.io/etcd/server/v3"),
    ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
    ("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    ("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
];
/// The module whose version the programs say they have.
const KUBERNETES: &str = "k8s.io/kubernetes";

/// The folder of the programs, after building those that are not there.
pub fn folder() -> Result<PathBuf> {
    let module = Module::read()?;
    let done = cache()?.join(&module.key);
    if done.is_dir() {
        return Ok(done);
    }
    let parent = cache()?;
    fs::create_dir_all(&parent).with_context(|| format!("`{}`", parent.display()))?;
    let lock = File::create(parent.join(format!("{}.lock", module.key)))?;
    if lock.try_lock().is_err() {
        eprintln!("waiting for the one who builds the hub now");
        lock.lock()?;
    }
    // Whoever was waited for has built it.
    if !done.is_dir() {
        // A fixed name, so that a build that was stopped leaves no more than the next one takes up.
        let part = parent.join(format!("{}.part", module.key));
        module.build_into(&part)?;
        fs::rename(&part, &done)?;
    }
    Ok(done)
}

/// Beside the build products that `.ci/run` keeps.
fn cache() -> Result<PathBuf> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")));
    Ok(base.context("neither XDG_CACHE_HOME nor HOME is set: where may the hub be kept?")?.join("placewright/hub"))
}

/// What is built, and how.
struct Module {
    /// Names the folder: another module or other flags are another one.
    key: String,
    /// The Go it needs.
    go: String,
    /// What the linker is told: no symbols, and which version the programs are.
    flags: String,
}

impl Module {
    fn read() -> Result<Module> {
        let read = |name: &str| {
            let path = root().join(MODULE).join(name);
            fs::read_to_string(&path).with_context(|| format!("`{}`", path.display()))
        };
        Module::of(&read("go.mod")?, &read("go.sum")?)
    }

    fn of(module: &str, sums: &str) -> Result<Module> {
        let after = |head: &str| module.lines().find_map(|line| line.trim().strip_prefix(head)?.split(' ').next());
        let go = after("go ").context("go.mod names no version of Go")?;
        let version = after(&format!("{KUBERNETES} ")).context("go.mod names no version of Kubernetes")?;
        let mut numbers = version.trim_start_matches('v').split('.');
        let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else {
            bail!("go.mod names Kubernetes `{version}`, which is no version");
        };
        let set = |name: &str, value: &str| format!(" -X k8s.io/component-base/version.{name}={value}");
        let flags =
            "-s -w".to_owned() + &set("gitVersion", version) + &set("gitMajor", major) + &set("gitMinor", minor);
        let key = format!("{:016x}", hash(&[module, sums, &flags]));
        Ok(Module { key, go: go.into(), flags })
    }

    fn build_into(&self, part: &Path) -> Result<()> {
        if !answers(program("go").arg("version")) {
            bail!(
                "the hub of the tests is built with Go {} or newer, and there is no `go` here: install it from \
                 go.dev/dl or with your package manager, or leave those tests out with `cargo xtask test --no-hub`",
                self.go
            );
        }
        eprintln!("building the hub of the tests; it takes about ten minutes on two cores, once");
        fs::create_dir_all(part)?;
        for (name, package) in PROGRAMS {
            let of = output(&mut go(&["list", "-deps", package]))?.lines().count();
            let mut command = go(&["build", "-v", "-trimpath", "-ldflags", &self.flags, "-o"]);
            command.arg(part.join(name)).arg(package).env("CGO_ENABLED", "0");
            ensure!(progress::shown(&mut command, name, of)?, "{name} does not build");
        }
        Ok(())
    }
}

/// A command of Go, in the module.
fn go(arguments: &[&str]) -> Command {
    let mut command = program("go");
    command.args(arguments).current_dir(root().join(MODULE)).env("GOWORK", "off");
    command
}

/// FNV-1a over the texts, each closed by a byte that no text has.
fn hash(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::{Module, hash};

    const MODULE: &str = "module m\n\ngo 1.26.0\n\nrequire (\n\tk8s.io/kubernetes v1.37.2 // indirect\n)\n";

    #[test]
    fn the_module_says_all() {
        let module = Module::of(MODULE, "sums").unwrap();
        assert_eq!(module.go, "1.26.0");
        let version = "k8s.io/component-base/version";
        let want = format!("-s -w -X {version}.gitVersion=v1.37.2 -X {version}.gitMajor=1 -X {version}.gitMinor=37");
        assert_eq!(module.flags, want);
    }

    #[test]
    fn other_sums_are_another_folder() {
        let key = |sums| Module::of(MODULE, sums).unwrap().key;
        assert_eq!(key("a"), key("a"));
        assert_ne!(key("a"), key("b"));
    }

    #[test]
    fn texts_are_kept_apart() {
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    }

    #[test]
    fn a_module_without_kubernetes_is_told() {
        let why = Module::of("go 1.26.0\n", "").err().unwrap().to_string();
        assert_eq!(why, "go.mod names no version of Kubernetes");
    }
}
