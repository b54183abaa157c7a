//! Which of our packages may depend on which, and what the pure ones may take from outside. The drawing is
//! ARCHITECTURE.md's; a new arrow needs a paragraph there and a line here.

use serde::Deserialize;

use super::Finding;

/// What `cargo metadata` tells of our packages.
#[derive(Deserialize)]
pub struct House {
    pub packages: Vec<Package>,
}

/// One of our packages.
#[derive(Deserialize)]
pub struct Package {
    pub name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

/// A line of a manifest.
#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or nothing for what the package itself is built with.
    kind: Option<String>,
    /// Present for ours alone.
    path: Option<String>,
}

/// Who may depend on whom, in what is shipped.
const ARROWS: &[(&str, &[&str])] = &[
    ("controller", &["plugin-host", "plugins", "api", "fleet", "scheduler-core", "kube-text"]),
    ("plugin-host", &["scheduler-core"]),
    ("plugin-sdk", &[]),
    ("carbon", &["plugin-sdk"]),
    ("freeze", &["plugin-sdk"]),
    ("plugins", &["scheduler-core"]),
    ("api", &["scheduler-core", "kube-text"]),
    ("scheduler-core", &["kube-text"]),
    ("kube-text", &[]),
    ("fleet", &["api"]),
    ("testkit", &["scheduler-core", "kube-text", "plugins", "api", "fleet"]),
    ("hub", &[]),
    ("benches", &["testkit", "plugin-host"]),
    ("fuzz", &["testkit", "plugin-host"]),
    ("xtask", &[]),
];

/// What a test of any package may lean on besides.
const FOR_TESTS: &[&str] = &["testkit", "hub"];

/// Packages without clock, file, socket, runtime, serde, randomness.
pub const PURE: &[&str] = &["scheduler-core", "kube-text", "plugins"];

/// What those may take from outside.
const PURE_TAKES: &[&str] = &["tracing", "rayon", "petgraph", "fixedbitset", "roaring", "hashbrown", "thiserror"];

/// Judges every dependency line of every package.
pub fn check(house: &House) -> Vec<Finding> {
    house.packages.iter().flat_map(|package| package.dependencies.iter().filter_map(|d| judge(package, d))).collect()
}

fn judge(package: &Package, dependency: &Dependency) -> Option<Finding> {
    let (from, to) = (&package.name, &dependency.name);
    let for_tests = dependency.kind.as_deref() == Some("dev");
    let what = if dependency.path.is_some() {
        let drawn = ARROWS.iter().find(|(name, _)| name == from);
        let Some((_, may)) = drawn else {
            return Some(told(
                package,
                format!("package `{from}` is not in the drawing: add it to xtask/src/tidy/arrows.rs"),
            ));
        };
        // A package that names itself switches on a feature for its own tests.
        let for_this_test = for_tests && (FOR_TESTS.contains(&to.as_str()) || to == from);
        let allowed = may.contains(&to.as_str()) || for_this_test;
        (!allowed).then(|| {
            format!("`{from}` may not depend on `{to}`: drop it, or draw the arrow in ARCHITECTURE.md with its reason")
        })?
    } else {
        let bound = PURE.contains(&from.as_str()) && !for_tests;
        (bound && !PURE_TAKES.contains(&to.as_str())).then(|| {
            format!("`{from}` is pure and may not take `{to}`: use one of {}, or do it outside", PURE_TAKES.join(", "))
        })?
    };
    Some(told(package, what))
}

fn told(package: &Package, what: String) -> Finding {
    let path = &package.manifest_path;
    let root = crate::run::root().to_string_lossy().into_owned() + "/";
    Finding::new(path.strip_prefix(&root).unwrap_or(path), 1, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(from: &str, to: &str, kind: Option<&str>, ours: bool, clean: bool) {
        let dependency =
            Dependency { name: to.into(), kind: kind.map(Into::into), path: ours.then(|| "somewhere".into()) };
        let package = Package { name: from.into(), manifest_path: "Cargo.toml".into(), dependencies: vec![dependency] };
        let found = check(&House { packages: vec![package] });
        assert_eq!(found.is_empty(), clean, "{found:?}");
    }

    #[test]
    fn a_drawn_arrow_is_fine() {
        check_line("plugins", "scheduler-core", None, true, true);
    }
    #[test]
    fn against_the_arrow_is_not() {
        check_line("scheduler-core", "plugins", None, true, false);
    }
    #[test]
    fn nothing_depends_on_the_controller() {
        check_line("testkit", "controller", None, true, false);
    }
    #[test]
    fn any_test_may_use_the_testkit() {
        check_line("scheduler-core", "testkit", Some("dev"), true, true);
    }
    #[test]
    fn what_ships_may_not() {
        check_line("scheduler-core", "testkit", None, true, false);
    }
    #[test]
    fn a_package_may_switch_on_a_feature_for_its_tests() {
        check_line("controller", "controller", Some("dev"), true, true);
        check_line("api", "controller", Some("dev"), true, false);
    }
    #[test]
    fn a_build_script_is_no_test() {
        check_line("api", "testkit", Some("build"), true, false);
    }
    #[test]
    fn guests_know_the_core_and_not_the_built_ins() {
        check_line("plugin-host", "scheduler-core", None, true, true);
        check_line("plugin-host", "plugins", None, true, false);
    }
    #[test]
    fn an_undrawn_package_is_told() {
        check_line("newcomer", "scheduler-core", None, true, false);
    }
    #[test]
    fn the_core_takes_tracing() {
        check_line("scheduler-core", "tracing", None, false, true);
    }
    #[test]
    fn the_core_takes_no_serde() {
        check_line("scheduler-core", "serde", None, false, false);
    }
    #[test]
    fn plugins_take_no_clock() {
        check_line("plugins", "jiff", None, false, false);
    }
    #[test]
    fn tests_of_the_core_take_what_they_need() {
        check_line("scheduler-core", "proptest", Some("dev"), false, true);
    }
    #[test]
    fn the_border_may_take_serde() {
        check_line("api", "serde", None, false, true);
    }
}
