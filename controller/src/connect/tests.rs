//! Kubeconfigs of all kinds, good and bad.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{Access, Hub, Places, is_loopback, usual_proxy};

const PROD: &str = r"apiVersion: v1
kind: Config
current-context: prod
contexts:
- name: prod
  context: {cluster: europe, user: me, namespace: shop}
- name: stage
  context: {cluster: us, user: me, namespace: ''}
clusters:
- name: europe
  cluster: {server: 'https://10.0.0.1:6443'}
- name: us
  cluster: {server: 'http://127.0.0.1:8080/base'}
users:
- name: me
  user: {token: secret-of-mine}
";

/// A folder of its own for one test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("placewright-connect-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The hub that a kubeconfig leads to, and its client, or what is said of it with the file called `FILE`.
fn connect(path: &Path, context: Option<&str>) -> Result<Hub, String> {
    let access = Access { kubeconfig: Some(path.to_owned()), context: context.map(str::to_owned) };
    let connected = block_on(async {
        let hub = access.hub().await?;
        hub.client()?;
        Ok(hub)
    });
    connected.map_err(|problem: anyhow::Error| format!("{problem:#}").replace(&*path.to_string_lossy(), "FILE"))
}

#[track_caller]
fn check(name: &str, text: &[u8], context: Option<&str>, want: Result<(&str, &str, &str), &str>) {
    let path = folder(name).join("config");
    fs::write(&path, text).unwrap();
    let got = connect(&path, context);
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
    let got = got.map(|hub| (hub.name, hub.config.cluster_url.to_string(), hub.config.default_namespace));
    let got = got.as_ref().map(|(name, url, namespace)| (&**name, &**url, &**namespace)).map_err(|text| &**text);
    assert_eq!(got, want, "{name}");
}

#[test]
fn the_current_context_or_another() {
    check("current", PROD.as_bytes(), None, Ok(("prod", "https://10.0.0.1:6443/", "shop")));
    check("other", PROD.as_bytes(), Some("stage"), Ok(("stage", "http://127.0.0.1:8080/base", "default")));
}

#[test]
fn a_context_that_is_not_there() {
    let want = "there is no context `prd` in FILE, did you mean `prod`? There are `prod`, `stage`";
    check("missing", PROD.as_bytes(), Some("prd"), Err(want));
    let text = PROD.replace("current-context: prod", "current-context: gone");
    check(
        "current-missing",
        text.as_bytes(),
        None,
        Err("there is no current context `gone` in FILE. There are `prod`, `stage`"),
    );
}

#[test]
fn no_current_context() {
    let text = PROD.replace("current-context: prod", "current-context: ''");
    let want = "FILE has no current context: choose one with --context: `prod`, `stage`";
    check("no-current", text.as_bytes(), None, Err(want));
    check("empty", b"", None, Err("FILE has no context"));
}

#[test]
fn a_cluster_that_is_none() {
    let text = PROD.replace("cluster: europe,", "cluster: eurpoe,");
    let want = "context `prod` is of cluster `eurpoe`, which is not in FILE, did you mean `europe`?";
    check("cluster", text.as_bytes(), None, Err(want));
    for server in ["", "10.0.0.1:6443", "/path", "ftp://h", "https://"] {
        let text = PROD.replace("https://10.0.0.1:6443", server);
        let want = format!(
            "cluster `europe` in FILE: server must be an address like https://hub.example:6443, got `{server}`"
        );
        check("server", text.as_bytes(), None, Err(&want));
    }
}

#[test]
fn a_proxy_of_its_own() {
    let through =
        |proxy: &str| PROD.replace("server: 'https://10", &format!("proxy-url: '{proxy}', server: 'https://10"));
    for proxy in ["http://proxy:3128/", "https://me:secret@proxy/", "socks5://127.0.0.1:1080/"] {
        let path = folder("proxy").join("config");
        fs::write(&path, through(proxy)).unwrap();
        let hub = connect(&path, None).unwrap();
        assert_eq!(hub.config.proxy_url.unwrap().to_string(), proxy);
    }
    for proxy in ["proxy:3128", "ftp://me:secret@proxy", "http://me:secret@"] {
        let want = "cluster `europe` in FILE: proxy-url must be an address like http://proxy.example:3128";
        check("proxy", through(proxy).as_bytes(), None, Err(want));
    }
}

#[test]
fn a_proxy_for_all_but_some() {
    let proxy = "http://10.9.9.9:3128/";
    let through = |server: &str, none_for: &str| usual_proxy(&server.parse().unwrap(), proxy, none_for).is_some();
    assert!(through("https://hub.example:6443", ""));
    // Whoever is listed goes without; that the proxy itself is listed says nothing.
    assert!(through("https://hub.example:6443", "10.0.0.0/8,other.example"));
    assert!(!through("https://10.0.0.1:6443", "10.0.0.0/8"));
    assert!(!through("https://hub.example:6443", "other,.example"));
    assert!(!through("https://127.0.0.1:6443", ""));
}

#[test]
fn what_is_no_kubeconfig() {
    check("utf16", b"\xff\xfea", None, Err("FILE: is no whole UTF-16"));
    let path = folder("nothing").join("config");
    assert_eq!(connect(&path, None).unwrap_err(), "no kubeconfig: FILE is not there");
    let folder = folder("folder");
    let said = connect(&folder, None).unwrap_err();
    assert!(said.starts_with("FILE: cannot be read: "), "{said}");
}

/// A parser's excerpt would show it.
#[test]
fn a_secret_is_not_quoted() {
    let path = folder("secret").join("config");
    fs::write(&path, PROD.replace("user: {token: secret-of-mine}", "user: {token: [secret-of-mine}")).unwrap();
    let said = connect(&path, None).unwrap_err();
    assert!(said.starts_with("FILE: is no kubeconfig: ") && !said.contains("secret-of-mine"), "{said}");
}

#[test]
fn files_of_the_variable() {
    let of = |variable: &str, home: Option<&str>| {
        let places = Places::of(OsStr::new(variable), home.map(PathBuf::from));
        (places.said(), places.missing())
    };
    let rest = "and this is no pod; name one with --kubeconfig, or files to read with -f";
    let both = "/a and /b".to_owned();
    assert_eq!(of("/a::/b", Some("/h")), (both, format!("/a and /b, which KUBECONFIG names, is not there, {rest}")));
    let home = format!("KUBECONFIG is not set, /h/.kube/config is not there, {rest}");
    assert_eq!(of(":", Some("/h")), ("/h/.kube/config".to_owned(), home));
    assert_eq!(of("", None), (String::new(), format!("neither KUBECONFIG nor HOME is set, {rest}")));
}

#[test]
fn loopback() {
    for (host, want) in [("localhost", true), ("127.0.0.1", true), ("[::1]", true), ("10.0.0.1", false), ("", false)] {
        assert_eq!(is_loopback(host), want, "{host}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever it is, it is said and not a panic.
    #[test]
    fn a_worn_kubeconfig(at in any::<prop::sample::Index>(), cut in 0..40_usize, put in prop::collection::vec(any::<u8>(), 0..6)) {
        let mut text = PROD.as_bytes().to_vec();
        let start = at.index(text.len());
        let end = (start + cut).min(text.len());
        text.splice(start..end, put);
        let path = folder("worn").join("config");
        fs::write(&path, text).unwrap();
        for context in [None, Some("stage")] {
            if let Ok(hub) = connect(&path, context) {
                prop_assert!(["prod", "stage"].contains(&hub.name.as_str()) || context.is_none());
            }
        }
    }
}
