//! The file of `--config`: what of a GenericOperatorConfig concerns this process. All else in it is let be, as upstream does.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A GenericOperatorConfig (operator.openshift.io/v1alpha1). An empty text is one that was not given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Config {
    pub serving_info: ServingInfo,
    pub leader_election: LeaderElection,
    pub authentication: Delegated,
    pub authorization: Delegated,
}

/// How HTTPS is served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ServingInfo {
    /// An IP address and a port.
    pub bind_address: String,
    pub cert_file: String,
    pub key_file: String,
    /// A file of certificates in PEM: who shows one that they signed is known by its subject.
    #[serde(rename = "clientCA")]
    pub client_ca: String,
    #[serde(rename = "minTLSVersion")]
    pub min_tls_version: String,
    pub cipher_suites: Vec<String>,
}

/// Over which lease.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct LeaderElection {
    pub disable: bool,
    pub namespace: String,
    pub name: String,
    #[serde(deserialize_with = "duration")]
    pub lease_duration: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    pub renew_deadline: Option<Duration>,
    #[serde(deserialize_with = "duration")]
    pub retry_period: Option<Duration>,
}

/// Whether the hub is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Delegated {
    pub disabled: bool,
}

impl Config {
    /// Reads a file; none, if its name is empty.
    ///
    /// # Errors
    /// It cannot be read, or is not of that form.
    pub fn read(path: &str) -> Result<Option<Config>, String> {
        if path.is_empty() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(Path::new(path)).map_err(|problem| format!("--config {path}: {problem}"))?;
        Config::parse(&text).map(Some).map_err(|problem| format!("--config {path}: {problem}"))
    }

    fn parse(text: &str) -> Result<Config, String> {
        let mut value: Value = serde_saphyr::from_str(text).map_err(|problem| problem.to_string())?;
        drop_nulls(&mut value);
        serde_json::from_value(value).map_err(|problem| problem.to_string())
    }
}

/// Go takes a null for what is not there.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// A `metav1.Duration`: Go's text; zero is not given.
fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let nanos = kube_text::Duration::parse(&text).map_err(serde::de::Error::custom)?.as_nanos();
    Ok(u64::try_from(nanos).ok().filter(|nanos| *nanos > 0).map(Duration::from_nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read() {
        let text = "apiVersion: operator.openshift.io/v1alpha1\nkind: GenericOperatorConfig\n\
                    servingInfo:\n  bindAddress: 127.0.0.1:9443\n  certFile: /tls.crt\n  keyFile: /tls.key\n  \
                    clientCA: /ca.crt\n  minTLSVersion: VersionTLS13\n  cipherSuites: [A]\n  maxRequestsInFlight: 3\n\
                    leaderElection: {disable: true, namespace: ns, name: l, leaseDuration: 1m0s, retryPeriod: 0s}\n\
                    authentication: {disabled: true}\nauthorization: null\n";
        let config = Config::parse(text).unwrap();
        let serving = &config.serving_info;
        let files = [&serving.cert_file, &serving.key_file, &serving.client_ca];
        assert_eq!(
            (serving.bind_address.as_str(), files),
            ("127.0.0.1:9443", ["/tls.crt", "/tls.key", "/ca.crt"].map(String::from).each_ref())
        );
        assert_eq!(
            (serving.min_tls_version.as_str(), serving.cipher_suites.as_slice()),
            ("VersionTLS13", &["A".to_owned()][..])
        );
        let election = &config.leader_election;
        assert!(election.disable && config.authentication.disabled && !config.authorization.disabled);
        assert_eq!((election.namespace.as_str(), election.name.as_str()), ("ns", "l"));
        assert_eq!(election.lease_duration, Some(Duration::from_secs(60)));
        assert_eq!((election.renew_deadline, election.retry_period), (None, None));
    }

    #[test]
    fn nothing_said() {
        assert_eq!(Config::parse("{}").unwrap(), Config::default());
        assert_eq!(Config::read("").unwrap(), None);
        assert!(Config::read("/nowhere/config.yaml").unwrap_err().starts_with("--config /nowhere/config.yaml: "));
        assert!(Config::parse("leaderElection: {leaseDuration: 5}").is_err());
    }
}
