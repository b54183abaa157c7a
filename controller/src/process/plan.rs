//! What a process is going to do: flags, `--config` and the place it runs in, taken together and judged before anything starts.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::config::{Config, ServingInfo};
use super::flags::Flags;
use super::tls_names::{self, Spoken};
use crate::hub::{Candidate, Mode, RateLimit, Timings};
use crate::serve::Source;

/// Which subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// `controller`.
    Controller,
    /// `debug`.
    Debug,
}

impl Role {
    /// Its lease, where `--config` names none (§17.2).
    fn lease(self) -> &'static str {
        match self {
            Role::Controller => "placement-lock",
            Role::Debug => "placement-debug-lock",
        }
    }

    /// What it does with what it knows.
    pub fn mode(self) -> Mode {
        match self {
            Role::Controller => Mode::Control,
            Role::Debug => Mode::Watch,
        }
    }
}

/// Where a process runs.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub hostname: String,
    /// The pod's namespace, where there is a pod.
    pub namespace: Option<String>,
}

impl Place {
    /// This one.
    pub fn here() -> Place {
        let mount = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
        let namespace = std::fs::read_to_string(mount).ok().map(|text| text.trim().to_owned());
        let hostname = hostname::get().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Place { hostname, namespace: namespace.filter(|text| !text.is_empty()) }
    }
}

/// What a process is going to do.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub listen: SocketAddr,
    pub spoken: Spoken,
    /// The certificate's files, and whether they must be there.
    pub certificate: (Source, bool),
    /// A file of CAs for clients.
    pub client_ca: Option<PathBuf>,
    pub authenticates: bool,
    pub authorizes: bool,
    pub namespace: Option<String>,
    pub candidate: Option<Candidate>,
    pub rate: Option<RateLimit>,
    /// What is told in the log.
    pub warnings: Vec<String>,
}

/// Where a serving certificate is mounted.
const SERVING_CERT: &str = "/var/run/secrets/serving-cert";

/// Mistakes in the flags of TLS, which are mistakes of usage; `--config` takes their place.
///
/// # Errors
/// Upstream's text.
pub(super) fn check_usage(flags: &Flags) -> Result<(), String> {
    if !flags.config.is_empty() {
        return Ok(());
    }
    let spoken = tls_names::spoken(&flags.tls_min_version, &flags.tls_cipher_suites);
    spoken.map(|_| ()).map_err(|problem| format!("invalid TLS flags: {problem}"))
}

impl Plan {
    /// From flags, the file of `--config`, and where it runs.
    ///
    /// # Errors
    /// Why it cannot start.
    pub fn new(role: Role, flags: &Flags, config: Option<Config>, place: &Place) -> Result<Plan, String> {
        let spoken = match &config {
            Some(Config { serving_info: info, .. }) => tls_names::spoken(&info.min_tls_version, &info.cipher_suites),
            None => tls_names::spoken(&flags.tls_min_version, &flags.tls_cipher_suites),
        }?;
        let config = config.unwrap_or_default();
        let serving = &config.serving_info;
        let namespace = [flags.namespace.as_str(), &config.leader_election.namespace];
        let namespace = given(namespace).map(str::to_owned).or_else(|| place.namespace.clone());
        let mut warnings: Vec<String> =
            spoken.left_out.iter().map(|name| format!("TLS: {name} is not offered here, it is left out")).collect();
        warnings.extend(
            flags
                .feature_gates
                .iter()
                .filter(|gate| !gate.is_empty())
                .map(|gate| format!("--feature-gates={gate}: there is no such feature gate here, it changes nothing")),
        );
        Ok(Plan {
            listen: listen(flags, serving)?,
            spoken,
            certificate: certificate(serving),
            client_ca: given([&serving.client_ca]).map(PathBuf::from),
            authenticates: !config.authentication.disabled,
            authorizes: !config.authorization.disabled,
            candidate: candidate(role, flags, &config, namespace.as_deref(), place)?,
            namespace,
            rate: rate(flags),
            warnings,
        })
    }
}

/// The first text that is one.
fn given<const N: usize>(texts: [&str; N]) -> Option<&str> {
    texts.into_iter().find(|text| !text.is_empty())
}

fn listen(flags: &Flags, serving: &ServingInfo) -> Result<SocketAddr, String> {
    let text = given([&flags.listen, &serving.bind_address]).unwrap_or("0.0.0.0:8443");
    text.parse().map_err(|_| format!("--listen: must be an IP address and a port such as 0.0.0.0:8443, got `{text}`"))
}

fn certificate(serving: &ServingInfo) -> (Source, bool) {
    match (given([&serving.cert_file]), given([&serving.key_file])) {
        (Some(certificate), Some(key)) => (Source { certificate: certificate.into(), key: key.into() }, true),
        _ => {
            let folder = Path::new(SERVING_CERT);
            (Source { certificate: folder.join("tls.crt"), key: folder.join("tls.key") }, false)
        }
    }
}

/// How it stands for election; a timing that a flag gives goes before one of the file.
fn candidate(
    role: Role,
    flags: &Flags,
    config: &Config,
    namespace: Option<&str>,
    place: &Place,
) -> Result<Option<Candidate>, String> {
    let election = &config.leader_election;
    if flags.disable_leader_election || election.disable {
        return Ok(None);
    }
    if namespace.is_none() {
        return Err("namespace may not be empty".to_owned());
    }
    let usual = Timings::default();
    let timings = Timings {
        lease: flags.leader_election_lease_duration.or(election.lease_duration).unwrap_or(usual.lease),
        renew: flags.leader_election_renew_deadline.or(election.renew_deadline).unwrap_or(usual.renew),
        retry: flags.leader_election_retry_period.or(election.retry_period).unwrap_or(usual.retry),
    };
    if timings.lease <= timings.renew {
        return Err("leaseDuration must be greater than renewDeadline".to_owned());
    }
    // Retries are spread by up to a fifth.
    if timings.renew <= timings.retry.mul_f64(1.2) {
        return Err("renewDeadline must be greater than retryPeriod*JitterFactor".to_owned());
    }
    if timings.retry.is_zero() {
        return Err("retryPeriod must be greater than zero".to_owned());
    }
    let lease = given([&election.name]).unwrap_or(role.lease()).to_owned();
    let identity = format!("{}_{}", place.hostname, uuid::Uuid::new_v4());
    Ok(Some(Candidate { lease, identity, timings }))
}

/// A negative rate is none, as in Go.
fn rate(flags: &Flags) -> Option<RateLimit> {
    let qps = flags.kube_api_qps.filter(|qps| *qps > 0.0 && qps.is_finite())?;
    Some(RateLimit { qps: qps.into(), burst: u32::try_from(flags.kube_api_burst).unwrap_or(1).max(1) })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::flags::tests::parse;
    use super::*;

    fn place() -> Place {
        Place { hostname: "host".to_owned(), namespace: Some("pod-ns".to_owned()) }
    }

    fn plan(role: Role, args: &[&str], config: Option<Config>) -> Result<Plan, String> {
        Plan::new(role, &parse(args).unwrap(), config, &place())
    }

    #[track_caller]
    fn check(args: &[&str], want: &str) {
        assert_eq!(plan(Role::Controller, args, None).unwrap_err(), want);
    }

    #[test]
    fn nothing_given() {
        let plan = plan(Role::Controller, &[], None).unwrap();
        assert_eq!(plan.listen.to_string(), "0.0.0.0:8443");
        assert_eq!((plan.namespace.as_deref(), plan.rate), (Some("pod-ns"), None));
        let candidate = plan.candidate.unwrap();
        assert_eq!((candidate.lease.as_str(), candidate.timings), ("placement-lock", Timings::default()));
        let uuid = candidate.identity.strip_prefix("host_").unwrap();
        assert_eq!(uuid.len(), 36);
        let (source, must) = plan.certificate;
        assert_eq!((source.key.to_str(), must), (Some("/var/run/secrets/serving-cert/tls.key"), false));
        assert!(plan.authenticates && plan.authorizes && plan.warnings.is_empty());
    }

    #[test]
    fn every_start_is_somebody_else() {
        let identity = || plan(Role::Controller, &[], None).unwrap().candidate.unwrap().identity;
        assert_ne!(identity(), identity());
    }

    #[test]
    fn flags_are_heard() {
        let args = [
            "--listen=[::1]:9443",
            "--namespace=n",
            "--kube-api-qps=20",
            "--leader-election-lease-duration=15s",
            "--leader-election-renew-deadline=10s",
            "--leader-election-retry-period=2s",
            "--feature-gates=A=true",
            "--tls-cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA,TLS_AES_128_GCM_SHA256",
        ];
        let plan = plan(Role::Debug, &args, None).unwrap();
        assert_eq!(plan.listen.to_string(), "[::1]:9443");
        assert_eq!((plan.namespace.as_deref(), plan.rate), (Some("n"), Some(RateLimit { qps: 20.0, burst: 100 })));
        let candidate = plan.candidate.unwrap();
        assert_eq!(candidate.lease, "placement-debug-lock");
        assert_eq!(candidate.timings.renew, Duration::from_secs(10));
        assert_eq!(plan.warnings.len(), 2, "{:?}", plan.warnings);
    }

    #[test]
    fn a_file_is_heard_where_no_flag_speaks() {
        let text = "servingInfo: {bindAddress: '127.0.0.1:1', certFile: /c, keyFile: /k, clientCA: /a, minTLSVersion: VersionTLS13}\n\
                    leaderElection: {name: l, namespace: f, leaseDuration: 60s, renewDeadline: 40s}\n\
                    authentication: {disabled: true}\nauthorization: {disabled: true}";
        let config: Config = serde_saphyr::from_str(text).unwrap();
        let args = ["--leader-election-renew-deadline=50s", "--tls-min-version=nonsense"];
        let plan = plan(Role::Controller, &args, Some(config)).unwrap();
        assert_eq!(plan.listen.to_string(), "127.0.0.1:1");
        assert_eq!(plan.spoken.versions.len(), 1);
        assert_eq!(plan.certificate.0.key, Path::new("/k"));
        assert!(plan.certificate.1 && !plan.authenticates && !plan.authorizes);
        assert_eq!(plan.client_ca.as_deref(), Some(Path::new("/a")));
        let candidate = plan.candidate.unwrap();
        assert_eq!((candidate.lease.as_str(), plan.namespace.as_deref()), ("l", Some("f")));
        assert_eq!((candidate.timings.lease.as_secs(), candidate.timings.renew.as_secs()), (60, 50));
    }

    #[test]
    fn without_a_namespace() {
        let nowhere = Place { namespace: None, ..place() };
        let plan = |args: &[&str]| Plan::new(Role::Controller, &parse(args).unwrap(), None, &nowhere);
        assert_eq!(plan(&[]).unwrap_err(), "namespace may not be empty");
        assert!(plan(&["--disable-leader-election"]).unwrap().candidate.is_none());
    }

    #[test]
    fn what_cannot_be() {
        let listen = "--listen: must be an IP address and a port such as 0.0.0.0:8443, got `localhost:1`";
        check(&["--listen=localhost:1"], listen);
        check(&["--leader-election-lease-duration=107s"], "leaseDuration must be greater than renewDeadline");
        let retry = "renewDeadline must be greater than retryPeriod*JitterFactor";
        check(&["--leader-election-retry-period=90s"], retry);
        check(&["--leader-election-retry-period=0s"], "retryPeriod must be greater than zero");
    }

    #[test]
    fn rates() {
        for (args, want) in [
            (&["--kube-api-qps=0.5", "--kube-api-burst=0"][..], Some(RateLimit { qps: 0.5, burst: 1 })),
            (&["--kube-api-qps=-1"], None),
            (&["--kube-api-burst=5"], None),
        ] {
            assert_eq!(plan(Role::Controller, args, None).unwrap().rate, want, "{args:?}");
        }
    }

    #[test]
    fn tls_flags_are_usage_unless_a_file_takes_their_place() {
        let check = |args: &[&str]| check_usage(&parse(args).unwrap());
        assert_eq!(check(&["--tls-min-version=VersionTLS13"]), Ok(()));
        let problem = "invalid TLS flags: invalid --tls-min-version: unknown TLS version: x";
        assert_eq!(check(&["--tls-min-version=x"]), Err(problem.to_owned()));
        let problem = "invalid TLS flags: unsupported cipher suites: [A B]";
        assert_eq!(check(&["--tls-cipher-suites=A,B"]), Err(problem.to_owned()));
        assert_eq!(check(&["--tls-cipher-suites=A,B", "--config=/c"]), Ok(()));
    }
}
