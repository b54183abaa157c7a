//! From flags, `KUBECONFIG` and the machine to a client of a hub, by kubectl's rules.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use kube::client::ClientBuilder;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::metrics::Metrics;
use crate::near::{did_you_mean, near};

/// How many names an error lists.
const LISTED: usize = 10;
/// What the hub is called where the kubeconfig is the pod's own.
const IN_CLUSTER: &str = "in-cluster";

/// Which hub is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The only kubeconfig to look at; absent: those of `KUBECONFIG`, else `~/.kube/config`, else the pod's own access.
    pub kubeconfig: Option<PathBuf>,
    /// The context to take; absent: the current one.
    pub context: Option<String>,
}

/// How a hub is reached.
#[derive(Clone, Debug)]
pub struct Hub {
    /// The context's name, or `in-cluster`.
    pub name: String,
    /// Address, credentials, and the context's namespace.
    pub config: Config,
}

impl Access {
    /// Finds the hub. Reads files, and runs what a kubeconfig names to get credentials only later, in [`Hub::client`].
    ///
    /// # Errors
    /// No kubeconfig, and what was looked at; one that cannot be read; no such context, and which there are.
    pub async fn hub(&self) -> Result<Hub> {
        let places = self.places();
        let mut merged: Option<Kubeconfig> = None;
        for path in &places.paths {
            let Some(config) = read(path)? else { continue };
            merged = Some(match merged {
                None => config,
                Some(first) => first.merge(config).with_context(|| format!("{}: cannot be merged", path.display()))?,
            });
        }
        match merged {
            Some(kubeconfig) => self.of(kubeconfig, &places.said()).await,
            None if self.kubeconfig.is_none() && env::var_os("KUBERNETES_SERVICE_HOST").is_some() => Hub::of_the_pod(),
            None => bail!("no kubeconfig: {}", places.missing()),
        }
    }

    /// The hub of the context that is asked for, in kubeconfigs that were merged.
    async fn of(&self, kubeconfig: Kubeconfig, said: &str) -> Result<Hub> {
        let names: Vec<&str> = kubeconfig.contexts.iter().map(|context| context.name.as_str()).collect();
        let current = kubeconfig.current_context.as_deref();
        let Some(name) = self.context.as_deref().or(current).filter(|name| !name.is_empty()) else {
            match names.as_slice() {
                [] => bail!("{said} has no context"),
                names => bail!("{said} has no current context: choose one with --context: {}", listed(names)),
            }
        };
        let name = name.to_owned();
        let Some(context) = kubeconfig.contexts.iter().find(|context| context.name == name) else {
            let which = if self.context.is_some() { "context" } else { "current context" };
            let hint = did_you_mean(&near(&name, names.iter().copied()));
            let hint = if hint.is_empty() { "." } else { &hint };
            bail!("there is no {which} `{name}` in {said}{hint} There {}", are(&names));
        };
        let cluster = context.context.as_ref().map(|context| context.cluster.clone()).unwrap_or_default();
        let own_proxy = check_cluster(&kubeconfig, &name, &cluster, said)?;
        let options = KubeConfigOptions { context: Some(name.clone()), ..KubeConfigOptions::default() };
        let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
        let mut config = config.map_err(|problem| told(&problem)).with_context(|| format!("context `{name}`"))?;
        if config.default_namespace.is_empty() {
            "default".clone_into(&mut config.default_namespace);
        }
        config.proxy_url = own_proxy.or_else(|| {
            let proxy = variable(["HTTPS_PROXY", "https_proxy"])?;
            usual_proxy(&config.cluster_url, &proxy, &variable(["NO_PROXY", "no_proxy"]).unwrap_or_default())
        });
        Ok(Hub { name, config })
    }

    fn places(&self) -> Places {
        if let Some(path) = &self.kubeconfig {
            return Places { paths: vec![path.clone()], origin: Origin::Flag };
        }
        let given = env::var_os("KUBECONFIG").unwrap_or_default();
        Places::of(&given, env::home_dir())
    }
}

impl Hub {
    /// The hub whose pod this is, by its service account.
    ///
    /// # Errors
    /// This is no pod, or its service account cannot be read.
    pub fn of_the_pod() -> Result<Hub> {
        let config = Config::incluster_env().map_err(|problem| told(&problem))?;
        Ok(Hub { name: IN_CLUSTER.to_owned(), config })
    }

    /// A client, to be made and used inside a tokio runtime. Runs the program that the kubeconfig names for credentials.
    /// It asks again by itself where the server asks to wait (429, 503, 504).
    ///
    /// # Errors
    /// Certificates or credentials that are none.
    pub fn client(&self) -> Result<Client> {
        Client::try_from(self.ready(true)).map_err(|problem| self.failed(&problem))
    }

    /// The same, but it sends nothing a second time by itself, and what it sends is counted.
    pub(crate) fn counted(&self, metrics: &Metrics) -> Result<Client> {
        let url = &self.config.cluster_url;
        let port = url.port_u16().unwrap_or(if url.scheme_str() == Some("http") { 80 } else { 443 });
        let server = format!("{}:{port}", url.host().unwrap_or_default());
        let builder = ClientBuilder::try_from(self.ready(false)).map_err(|problem| self.failed(&problem))?;
        Ok(builder.with_layer(&metrics.requests(server)).build())
    }

    fn ready(&self, retry: bool) -> Config {
        // The one provider this program is built with; whoever was first has installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = self.config.clone();
        config.default_retry = retry;
        config
    }

    fn failed(&self, problem: &kube::Error) -> anyhow::Error {
        told(problem).context(format!("context `{}`", self.name))
    }
}

/// Where kubeconfigs are looked for.
struct Places {
    paths: Vec<PathBuf>,
    origin: Origin,
}

/// Who says where to look.
enum Origin {
    Flag,
    Variable,
    Home,
}

impl Places {
    /// From the variable, and where it names nothing from the home directory.
    fn of(variable: &OsStr, home: Option<PathBuf>) -> Places {
        let paths: Vec<PathBuf> = env::split_paths(variable).filter(|path| !path.as_os_str().is_empty()).collect();
        if !paths.is_empty() {
            return Places { paths, origin: Origin::Variable };
        }
        let path = home.filter(|home| !home.as_os_str().is_empty()).map(|home| home.join(".kube/config"));
        Places { paths: path.into_iter().collect(), origin: Origin::Home }
    }

    fn said(&self) -> String {
        self.paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and ")
    }

    /// What is said where none of them is there.
    fn missing(&self) -> String {
        let said = self.said();
        let rest = "and this is no pod; name one with --kubeconfig, or files to read with -f";
        match (&self.origin, self.paths.is_empty()) {
            (Origin::Flag, _) => format!("{said} is not there"),
            (Origin::Variable, _) => format!("{said}, which KUBECONFIG names, is not there, {rest}"),
            (Origin::Home, false) => format!("KUBECONFIG is not set, {said} is not there, {rest}"),
            (Origin::Home, true) => format!("neither KUBECONFIG nor HOME is set, {rest}"),
        }
    }
}

/// One kubeconfig; `None` where there is no such file, which kubectl passes over.
fn read(path: &Path) -> Result<Option<Kubeconfig>> {
    let bytes = match fs::read(path) {
        Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.with_context(|| format!("{}: cannot be read", path.display()))?,
    };
    // The reader takes UTF-16 two bytes at a time, without asking.
    if matches!(*bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) && bytes.len() % 2 == 1 {
        bail!("{}: is no whole UTF-16", path.display());
    }
    let config = Kubeconfig::read_from(path).map_err(|problem| told(&problem));
    let mut config = config.with_context(|| format!("{}: is no kubeconfig", path.display()))?;
    config.current_context = config.current_context.filter(|name| !name.is_empty());
    Ok(Some(config))
}

/// Checks what the client would stumble over; the cluster's own proxy, where it has one.
fn check_cluster(kubeconfig: &Kubeconfig, context: &str, cluster: &str, said: &str) -> Result<Option<Uri>> {
    let found = kubeconfig.clusters.iter().find(|known| known.name == cluster).and_then(|known| known.cluster.as_ref());
    let Some(found) = found else {
        let names: Vec<&str> = kubeconfig.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
        let hint = did_you_mean(&near(cluster, names.iter().copied()));
        bail!("context `{context}` is of cluster `{cluster}`, which is not in {said}{hint}");
    };
    let server = found.server.as_deref().unwrap_or_default();
    if address(server, &["https", "http"]).is_none() {
        bail!("cluster `{cluster}` in {said}: server must be an address like https://hub.example:6443, got `{server}`");
    }
    let Some(proxy) = found.proxy_url.as_deref().filter(|proxy| !proxy.is_empty()) else { return Ok(None) };
    let Some(proxy) = address(proxy, &["http", "https", "socks5"]) else {
        // Not told as it stands: a password may be in it.
        bail!("cluster `{cluster}` in {said}: proxy-url must be an address like http://proxy.example:3128");
    };
    Ok(Some(proxy))
}

/// An address with one of these schemes.
fn address(text: &str, schemes: &[&str]) -> Option<Uri> {
    let url = text.parse::<Uri>().ok()?;
    (url.scheme_str().is_some_and(|scheme| schemes.contains(&scheme)) && url.host().is_some()).then_some(url)
}

/// The first of these variables that says something.
fn variable<const N: usize>(names: [&str; N]) -> Option<String> {
    names.into_iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
}

/// The proxy for a server, where there is one for all and a list of what needs none. The client's own reading of that
/// list looks for the proxy in it, not for the server.
fn usual_proxy(server: &Uri, proxy: &str, none_for: &str) -> Option<Uri> {
    // What is on this machine no proxy can reach.
    if is_loopback(server.host().unwrap_or_default()) {
        return None;
    }
    Matcher::builder().all(proxy).no(none_for).build().intercept(server)?;
    proxy.parse().ok()
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn listed(names: &[&str]) -> String {
    let mut text = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        text.push_str(&format!(" and {} more", names.len() - LISTED));
    }
    text
}

fn are(names: &[&str]) -> String {
    match names {
        [] => "is none".to_owned(),
        [one] => format!("is only `{one}`"),
        names => format!("are {}", listed(names)),
    }
}

/// An error with its causes, each said once and in one line: what is outermost seldom says what is wrong, and what a
/// parser quotes of a kubeconfig may be a secret.
pub(crate) fn told(problem: &(dyn Error + 'static)) -> anyhow::Error {
    let mut text = String::new();
    let mut next = Some(problem);
    while let Some(problem) = next {
        let more = problem.to_string();
        let more = more.lines().next().unwrap_or_default();
        if !text.contains(more) {
            text.push_str(if text.is_empty() { "" } else { ": " });
            text.push_str(more);
        }
        next = problem.source();
    }
    anyhow::Error::msg(text)
}

#[cfg(test)]
mod tests;
