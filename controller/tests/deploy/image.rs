//! The image without a container engine: what `deploy/Containerfile` copies is put into a folder, and that folder is
//! looked at and run. With `--release` it is the program that an image would have.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use super::folder;

/// Who the program runs as; no name for it is needed.
const USER: u32 = 10_001;

/// The instructions of the last stage, which is the image.
fn instructions() -> Vec<(String, String)> {
    let text = fs::read_to_string(folder().join("Containerfile")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let all: Vec<_> = lines.map(|line| line.split_once(' ').unwrap()).map(|(a, b)| (a.into(), b.into())).collect();
    let last = all.iter().rposition(|(instruction, _)| instruction == "FROM").unwrap();
    all[last..].to_vec()
}

/// The image's own files, in a folder that every user can reach.
fn image(name: &str) -> PathBuf {
    let image = std::env::temp_dir().join(format!("placewright-{name}-{}", std::process::id()));
    fs::create_dir_all(&image).unwrap();
    fs::set_permissions(&image, fs::Permissions::from_mode(0o755)).unwrap();
    for (_, files) in instructions().iter().filter(|(instruction, _)| instruction == "COPY") {
        let [_, from, to] = files.split(' ').collect::<Vec<_>>()[..] else { panic!("{files}") };
        assert_eq!(Path::new(from).file_name(), Path::new(built()).file_name());
        fs::copy(built(), image.join(to.trim_start_matches('/'))).unwrap();
    }
    image
}

fn built() -> &'static str {
    env!("CARGO_BIN_EXE_placewright")
}

/// Runs the image's program as its user, from a folder that the user cannot write to.
fn run(image: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(image.join("placement"));
    command.args(arguments).current_dir("/").env_clear();
    if rustix::process::geteuid().is_root() {
        command.uid(USER).gid(USER);
    }
    command.output().unwrap()
}

#[test]
fn one_program_and_no_entrypoint() {
    let got = instructions();
    let names: Vec<&str> = got.iter().map(|(instruction, _)| instruction.as_str()).collect();
    assert_eq!(names, ["FROM", "COPY", "USER"]);
    assert_eq!(got[0].1, "gcr.io/distroless/cc-debian12:nonroot");
    assert_eq!(got[2].1, format!("{USER}:{USER}"));
    let image = image("layout");
    let files: Vec<_> = fs::read_dir(&image).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["placement"]);
    let mode = fs::metadata(image.join("placement")).unwrap().permissions().mode();
    assert_eq!(mode & 0o555, 0o555, "anybody can run it");
    fs::remove_dir_all(image).unwrap();
}

/// glibc's own libraries and libgcc, which the base has.
#[test]
fn it_needs_no_library_that_the_base_lacks() {
    const BASE_HAS: &[&str] = &[
        "ld-linux",
        "libc.so.6",
        "libdl.so.2",
        "libgcc_s.so.1",
        "libm.so.6",
        "libpthread.so.0",
        "librt.so.1",
        "linux-vdso.so.1",
    ];
    let output = Command::new("ldd").arg(built()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    let names: BTreeSet<&str> =
        told.lines().filter_map(|line| line.split_whitespace().next()?.rsplit('/').next()).collect();
    assert!(names.contains("libc.so.6"), "{told}");
    for name in names {
        assert!(BASE_HAS.iter().any(|known| name.starts_with(known)), "{name} is not in the base");
    }
}

#[test]
fn the_controller_starts_as_a_user_without_a_name() {
    let image = image("run");
    let version = run(&image, &["version"]);
    assert!(version.status.success(), "{}", String::from_utf8_lossy(&version.stderr));
    assert_eq!(String::from_utf8(version.stdout).unwrap(), format!("placewright {}\n", env!("CARGO_PKG_VERSION")));
    // As the operator starts it, but where there is no cluster that would tell the namespace.
    let controller = run(&image, &["controller", "--namespace=hub", "--listen=127.0.0.1:0"]);
    let said = String::from_utf8(controller.stderr).unwrap();
    assert_eq!(controller.status.code(), Some(255), "{said}");
    assert!(said.contains("no --kubeconfig, and not in a cluster"), "{said}");
    fs::remove_dir_all(image).unwrap();
}
