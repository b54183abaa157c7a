//! A document of kind `WasmPlugin`: what the platform says of one plugin, whatever carries it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use api::kinds::LabelSelector;
use kube_text::{Quantity, check_dns_label, check_dns_subdomain, check_value};
use plugin_host::{Digest, FuelBudget, Imposed, Limits, Settings, Spec, Wasi};
use scheduler_core::placement::Requirement;
use scheduler_core::{FailurePolicy, Symbol};
use serde::Deserialize;
use serde_json::Value;

use crate::field::{Field, Fields};

/// The kind.
pub const KIND: &str = "WasmPlugin";
/// Its group, with the slash behind it.
pub const GROUP: &str = "placewright.io/";
/// Its only version.
const API_VERSION: &str = "placewright.io/v1alpha1";

/// The annotation that releases what pre-flight held: it names the digest (GUARD-6).
pub(super) const RELEASE: &str = "placewright.io/release";
/// How long a placement waits for a plugin that is not loaded yet, unless the document says otherwise.
pub(super) const STARTUP_TIMEOUT: Duration = Duration::from_secs(30);
/// All placements of a hub wait as long, when a process starts.
const STARTUP_TIMEOUT_MAX: Duration = Duration::from_mins(10);
/// A memory of WebAssembly has at least one page, and at most as much as 32 bits reach.
const MEMORY_BYTES: std::ops::RangeInclusive<u64> = 64 << 10..=4 << 30;

/// One document, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// How the plugin is to be run.
    pub spec: Spec,
    /// Where its component is.
    pub source: Source,
    /// How long a placement waits for it when it is not loaded yet; default 30 s.
    pub startup_timeout: Duration,
    /// What its annotation releases, as a digest (GUARD-6).
    pub release: Option<String>,
    /// Of its name and its spec: what tells it from another version of itself.
    pub digest: Digest,
}

/// Where a component is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In a file.
    File {
        /// Relative to the document's folder, or absolute.
        path: PathBuf,
        /// What it is pinned to.
        sha256: Pin,
    },
    /// Under a key of `binaryData` of a ConfigMap.
    ConfigMap {
        /// The ConfigMap.
        name: String,
        /// The key.
        key: String,
        /// What it is pinned to, if it is.
        sha256: Option<Pin>,
    },
}

/// A digest that a component must have, written as digests of components are: `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin(String);

impl Document {
    /// Understands a document that was read already. O(its size).
    ///
    /// # Errors
    /// The first mistake: its path, what was given, what is allowed.
    pub fn of(value: &Value) -> Result<Document, String> {
        let document = Field::document(value).fields(&["apiVersion", "kind", "metadata", "spec", "status"])?;
        document.need("apiVersion")?.choice(&[(API_VERSION, ())])?;
        document.need("kind")?.choice(&[(KIND, ())])?;
        let name = name_of(&document)?;
        let allowed = [
            "source",
            "verification",
            "failurePolicy",
            "fuel",
            "memory",
            "wasi",
            "startupTimeout",
            "settings",
            "filter",
        ];
        let fields = document.need("spec")?.fields(&allowed)?;
        if let Some(verification) = fields.get("verification") {
            let text = "signatures are not supported in this version: take it out, and pin the component by its sha256";
            return Err(verification.wrong(text));
        }
        let source = source(&fields.need("source")?)?;
        let policies = [("Keep", FailurePolicy::Keep), ("Neutral", FailurePolicy::Neutral)];
        let on_failure = fields.get("failurePolicy").map_or(Ok(FailurePolicy::Keep), |it| it.choice(&policies))?;
        let spec = Spec {
            name,
            limits: limits(&fields)?,
            wasi: wasi(&fields)?,
            on_failure,
            settings: fields.get("settings").map_or_else(|| Ok(BTreeMap::new()), |it| settings(&it))?,
            imposed: fields.get("filter").map(|filter| imposed(&filter)).transpose()?.flatten(),
        };
        let startup_timeout = fields.get("startupTimeout").map_or(Ok(STARTUP_TIMEOUT), |it| duration(&it))?;
        let release = value.pointer("/metadata/annotations").and_then(|annotations| annotations.get(RELEASE)?.as_str());
        let digest = Digest::of(format!("{} {}", spec.name, value["spec"]).as_bytes());
        Ok(Document { spec, source, startup_timeout, release: release.map(str::to_owned), digest })
    }
}

impl Pin {
    /// Whether a digest, as it is displayed, is this one.
    pub fn is(&self, digest: &str) -> bool {
        self.0 == digest
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(field: &Field<'_>) -> Result<Pin, String> {
        let text = field.text()?;
        let digits = text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase();
        let fits = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if fits { Ok(Pin(format!("sha256:{digits}"))) } else { Err(field.must("`sha256:` and 64 hexadecimal digits")) }
    }
}

/// The name that follows `wasm:`. What else is in the metadata is the API server's business.
fn name_of(document: &Fields<'_>) -> Result<Symbol, String> {
    let metadata = document.need("metadata")?;
    let Some((_, name)) = metadata.entries()?.find(|(name, _)| *name == "name") else {
        return Err(metadata.lacks("name"));
    };
    let text = name.text()?;
    check_dns_subdomain(text).map_err(|reasons| name.wrong(format_args!("`{text}`: {reasons}")))?;
    Ok(text.into())
}

fn source(source: &Field<'_>) -> Result<Source, String> {
    let fields = source.fields(&["file", "configMap", "oci"])?;
    match (fields.get("file"), fields.get("configMap"), fields.get("oci")) {
        (Some(file), None, None) => {
            let file = file.fields(&["path", "sha256"])?;
            Ok(Source::File { path: file.need("path")?.text()?.into(), sha256: Pin::of(&file.need("sha256")?)? })
        }
        (None, Some(map), None) => {
            let map = map.fields(&["name", "key", "sha256"])?;
            let name = map.need("name")?;
            check_dns_subdomain(name.text()?).map_err(|reasons| name.wrong(reasons))?;
            Ok(Source::ConfigMap {
                name: name.text()?.to_owned(),
                key: map.need("key")?.text()?.to_owned(),
                sha256: map.get("sha256").map(|pin| Pin::of(&pin)).transpose()?,
            })
        }
        (None, None, Some(oci)) => {
            Err(oci.wrong("registries are not supported in this version: use `file` or `configMap`"))
        }
        _ => Err(source.wrong("needs exactly one of `file` and `configMap`")),
    }
}

fn wasi(fields: &Fields<'_>) -> Result<Wasi, String> {
    let choices = [("None", Wasi::None), ("Deterministic", Wasi::Deterministic)];
    fields.get("wasi").map_or(Ok(Wasi::None), |wasi| wasi.choice(&choices))
}

fn limits(fields: &Fields<'_>) -> Result<Limits, String> {
    let mut limits = Limits::default();
    if let Some(fuel) = fields.get("fuel") {
        let fuel = fuel.fields(&["base", "perRow"])?;
        let FuelBudget { base, per_row } = &mut limits.fuel;
        if let Some(field) = fuel.get("base") {
            *base = quantity(&field)?.filter(|base| *base > 0).ok_or_else(|| field.must("a whole number above 0"))?;
        }
        if let Some(field) = fuel.get("perRow") {
            *per_row = quantity(&field)?.ok_or_else(|| field.must("a whole number that is not negative"))?;
        }
    }
    if let Some(memory) = fields.get("memory") {
        let bytes = quantity(&memory)?.filter(|bytes| MEMORY_BYTES.contains(bytes));
        let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
        limits.memory_bytes = bytes.ok_or_else(|| memory.must("from 64Ki to 4Gi"))?;
    }
    Ok(limits)
}

/// `20M`, `5k`, `64Mi`, 1000; `None` where that is negative, no whole number, or beyond 63 bits.
fn quantity(field: &Field<'_>) -> Result<Option<u64>, String> {
    let text = match field.value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(field.must("a quantity such as 20M, 5k or 64Mi")),
    };
    let quantity = Quantity::parse(&text).map_err(|problem| field.wrong(format_args!("`{text}`: {problem}")))?;
    Ok(quantity.is_integer().then(|| quantity.as_i64()).flatten().and_then(|number| u64::try_from(number).ok()))
}

fn duration(field: &Field<'_>) -> Result<Duration, String> {
    let given = kube_text::Duration::parse(field.text()?).map_err(|problem| field.wrong(problem))?;
    let nanos = u64::try_from(given.as_nanos()).map(Duration::from_nanos);
    let within = nanos.ok().filter(|given| *given <= STARTUP_TIMEOUT_MAX);
    within.ok_or_else(|| field.must("a duration such as 30s, from 0s to 10m"))
}

/// Each document is handed to the guest as JSON, its keys in order.
fn settings(field: &Field<'_>) -> Result<BTreeMap<Symbol, Settings>, String> {
    let mut settings = BTreeMap::new();
    for (name, document) in field.entries()? {
        // Placements name it behind a slash and between commas.
        if name.is_empty() {
            return Err(field.wrong("a settings document has no name"));
        }
        check_value(name)
            .map_err(|reasons| document.wrong(format_args!("the name of a settings document {reasons}")))?;
        let parsed = Settings::parse(&document.value.to_string()).map_err(|problem| document.wrong(problem))?;
        settings.insert(name.into(), parsed);
    }
    Ok(settings)
}

fn imposed(filter: &Field<'_>) -> Result<Option<Imposed>, String> {
    let fields = filter.fields(&["placements"])?;
    let Some(placements) = fields.get("placements") else { return Ok(None) };
    let fields = placements.fields(&["namespaces", "selector"])?;
    let mut namespaces = Vec::new();
    if let Some(given) = fields.get("namespaces") {
        for pattern in given.items()? {
            let text = pattern.text()?;
            // With a letter for each star it is a name, or it can fit none.
            check_dns_label(&text.replace('*', "a"))
                .map_err(|_| pattern.must("the name of a namespace, in which `*` stands for any run of characters"))?;
            namespaces.push(text.into());
        }
        if namespaces.is_empty() {
            return Err(given.must("the names of namespaces, at least one; `*` is every namespace"));
        }
    }
    let selector = fields.get("selector").map_or_else(|| Ok(Vec::new()), |selector| selector_of(&selector))?;
    Ok(Some(Imposed { namespaces, selector }))
}

/// A label selector, as Kubernetes has it.
fn selector_of(selector: &Field<'_>) -> Result<Vec<Requirement>, String> {
    let fields = selector.fields(&["matchLabels", "matchExpressions"])?;
    if let Some(expressions) = fields.get("matchExpressions") {
        for expression in expressions.items()? {
            expression.fields(&["key", "operator", "values"])?;
        }
    }
    let typed = LabelSelector::deserialize(selector.value).map_err(|problem| selector.wrong(problem))?;
    api::facts::labels(&typed).map_err(|problem| selector.wrong(problem))
}

#[cfg(test)]
mod tests;
