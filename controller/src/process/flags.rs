//! The flags of `controller` and `debug` (§17.1, drop-in image): upstream's, read as Go reads them.

use std::ffi::OsString;
use std::time::Duration;

use clap::{Args, ValueEnum, value_parser};

use crate::preflight::BUDGET;

/// What both subcommands take. An empty text is one that was not given.
#[derive(Clone, Debug, Args)]
pub(crate) struct Flags {
    /// Kubeconfig of the hub [default: that of the pod]
    #[arg(long, value_name = "FILE", default_value = "", hide_default_value = true)]
    pub kubeconfig: String,
    /// Where the lease is [default: the pod's namespace]
    #[arg(long, value_name = "NAMESPACE", default_value = "", hide_default_value = true)]
    pub namespace: String,
    /// Where HTTPS is served, an IP address and a port [default: 0.0.0.0:8443]
    #[arg(long, value_name = "IP:PORT", default_value = "", hide_default_value = true)]
    pub listen: String,
    /// A GenericOperatorConfig (operator.openshift.io/v1alpha1) as YAML; its servingInfo takes the place of --tls-*
    #[arg(long, value_name = "FILE", default_value = "", hide_default_value = true)]
    pub config: String,
    /// End when this file appears, changes or goes; may be repeated
    #[arg(long, value_name = "FILE")]
    pub terminate_on_files: Vec<String>,
    /// No more writes a second than this [default: as many as the server takes]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub kube_api_qps: Option<f32>,
    /// With --kube-api-qps, how many at once
    #[arg(long, value_name = "N", default_value_t = 100, allow_negative_numbers = true)]
    pub kube_api_burst: i32,
    /// Run without a lease: nobody else may write then
    #[arg(long, value_name = "BOOL", default_value = "false", hide_default_value = true, value_parser = go_bool)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub disable_leader_election: bool,
    /// How long others wait for a holder of the lease that is silent [default: 2m17s]
    #[arg(long, value_name = "DURATION", value_parser = go_duration)]
    pub leader_election_lease_duration: Option<Duration>,
    /// How long a holder tries to renew before it gives up [default: 1m47s]
    #[arg(long, value_name = "DURATION", value_parser = go_duration)]
    pub leader_election_renew_deadline: Option<Duration>,
    /// How long between two tries [default: 26s]
    #[arg(long, value_name = "DURATION", value_parser = go_duration)]
    pub leader_election_retry_period: Option<Duration>,
    /// The oldest version of TLS that is spoken: VersionTLS12 or VersionTLS13
    #[arg(long, value_name = "VERSION", default_value = "", hide_default_value = true)]
    pub tls_min_version: String,
    /// The cipher suites that are spoken, by their IANA names, separated by commas
    #[arg(long, value_name = "SUITES", value_delimiter = ',')]
    pub tls_cipher_suites: Vec<String>,
    /// Plugins to begin with: a file of WasmPlugin documents, or a folder of such; others come in ConfigMaps
    #[arg(long, value_name = "PATH", default_value = "", hide_default_value = true)]
    pub plugins: String,
    /// How many of all decisions a new version of a plugin may take away by itself, in percent; beyond that it waits to be
    /// released
    #[arg(long, value_name = "PERCENT", default_value_t = BUDGET.percent, value_parser = value_parser!(u8).range(..=100))]
    pub preflight_budget: u8,
    /// Feature gates `NAME=BOOL`; there are none, so they are told of in the log and change nothing
    #[arg(long, value_name = "GATES", value_delimiter = ',')]
    pub feature_gates: Vec<String>,
    /// How much is logged: 3 and above more, 6 and above all
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    pub v: i32,
    /// For programs that were written for upstream's flags; changes nothing
    #[arg(long, value_name = "PATTERNS", default_value = "", hide = true)]
    pub vmodule: String,
    /// For programs that were written for upstream's flags; changes nothing
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = go_duration, hide = true)]
    pub log_flush_frequency: Duration,
    /// How the log is written, to standard error
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub logging_format: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines like klog's.
    Text,
    /// An object a line.
    Json,
}

/// Flags with dashes where they were given with underscores; upstream's parser takes them for the same.
pub(crate) fn dashed(args: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let dashed = |arg: OsString| match arg.to_str().filter(|text| text.starts_with("--")) {
        Some(text) => {
            let (name, value) = text.split_at(text.find('=').unwrap_or(text.len()));
            OsString::from(name.replace('_', "-") + value)
        }
        None => arg,
    };
    args.into_iter().map(dashed).collect()
}

/// A duration as Go writes it: `2m17s`.
fn go_duration(text: &str) -> Result<Duration, String> {
    let nanos = kube_text::Duration::parse(text).map_err(|problem| problem.to_string())?.as_nanos();
    u64::try_from(nanos).map(Duration::from_nanos).map_err(|_| "must not be negative".to_owned())
}

/// A truth value as Go's `strconv.ParseBool` takes it.
fn go_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        flags: Flags,
    }

    /// The flags of a command line without the program's name.
    pub(in crate::process) fn parse(args: &[&str]) -> Result<Flags, String> {
        let args = ["placement"].iter().chain(args).map(OsString::from);
        Program::try_parse_from(dashed(args)).map(|it| it.flags).map_err(|problem| problem.to_string())
    }

    #[test]
    fn nothing_given() {
        let flags = parse(&[]).unwrap();
        let texts = [&flags.kubeconfig, &flags.namespace, &flags.listen, &flags.config, &flags.tls_min_version];
        assert_eq!(texts, [""; 5]);
        let lists = [&flags.terminate_on_files, &flags.tls_cipher_suites, &flags.feature_gates];
        assert!(lists.into_iter().all(Vec::is_empty));
        assert_eq!((flags.kube_api_qps, flags.kube_api_burst, flags.disable_leader_election), (None, 100, false));
        assert_eq!((flags.v, flags.log_flush_frequency), (0, Duration::from_secs(5)));
        assert_eq!((flags.plugins.as_str(), flags.preflight_budget), ("", 5));
        assert_eq!(flags.logging_format, LogFormat::Text);
    }

    #[test]
    fn as_the_operator_passes_them() {
        let flags = parse(&[
            "--kubeconfig=/var/run/secrets/hub/kubeconfig",
            "--tls-min-version=VersionTLS12",
            "--tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "--listen=0.0.0.0:9443",
            "--disable-leader-election",
        ])
        .unwrap();
        assert_eq!(flags.kubeconfig, "/var/run/secrets/hub/kubeconfig");
        assert_eq!(flags.tls_min_version, "VersionTLS12");
        assert_eq!(flags.tls_cipher_suites.len(), 2);
        assert_eq!(flags.listen, "0.0.0.0:9443");
        assert!(flags.disable_leader_election);
    }

    #[test]
    fn all_others_as_users_may_set_them() {
        let flags = parse(&[
            "--namespace",
            "open-cluster-management-hub",
            "--config=/config.yaml",
            "--terminate-on-files=/a",
            "--terminate-on-files",
            "/b,c",
            "--kube-api-qps=12.5",
            "--kube-api-burst",
            "20",
            "--leader-election-lease-duration=137s",
            "--leader-election-renew-deadline=1m47s",
            "--leader-election-retry-period=500ms",
            "--disable-leader-election=false",
            "--plugins=/plugins",
            "--preflight-budget",
            "100",
            "--feature-gates=A=true,B=false",
            "-v=4",
            "--vmodule=a*=2",
            "--log-flush-frequency=1s",
            "--logging-format=json",
        ])
        .unwrap();
        assert_eq!(flags.namespace, "open-cluster-management-hub");
        assert_eq!(flags.terminate_on_files, ["/a", "/b,c"]);
        assert_eq!((flags.kube_api_qps, flags.kube_api_burst), (Some(12.5), 20));
        assert_eq!(flags.leader_election_lease_duration, Some(Duration::from_secs(137)));
        assert_eq!(flags.leader_election_renew_deadline, Some(Duration::from_secs(107)));
        assert_eq!(flags.leader_election_retry_period, Some(Duration::from_millis(500)));
        assert!(!flags.disable_leader_election);
        assert_eq!((flags.plugins.as_str(), flags.preflight_budget), ("/plugins", 100));
        assert_eq!(flags.feature_gates, ["A=true", "B=false"]);
        assert_eq!((flags.v, flags.logging_format), (4, LogFormat::Json));
    }

    #[test]
    fn verbosity_in_all_its_forms() {
        for args in [&["-v", "2"][..], &["-v=2"], &["-v2"], &["--v=2"], &["--v", "2"]] {
            assert_eq!(parse(args).unwrap().v, 2, "{args:?}");
        }
    }

    #[test]
    fn dashes_and_underscores_are_the_same() {
        let flags = parse(&["--kube_api_qps=3", "--leader_election-retry_period", "2s", "--namespace=a_b"]).unwrap();
        assert_eq!(flags.kube_api_qps, Some(3.0));
        assert_eq!(flags.leader_election_retry_period, Some(Duration::from_secs(2)));
        assert_eq!(flags.namespace, "a_b");
    }

    #[test]
    fn empty_is_not_given() {
        assert_eq!(parse(&["--kubeconfig=", "--listen", ""]).unwrap().kubeconfig, "");
        assert!(parse(&["--tls-cipher-suites="]).unwrap().tls_cipher_suites.iter().all(String::is_empty));
    }

    #[track_caller]
    fn check(args: &[&str], want: &str) {
        let problem = parse(args).unwrap_err();
        assert!(problem.contains(want), "{want}\nnot in:\n{problem}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(&["--kube-api-qpz=3"], "'--kube-api-qps'");
        check(&["--disable-leader-election=maybe"], "must be true or false");
        check(&["--leader-election-retry-period=26"], "time: missing unit in duration \"26\"");
        check(&["--leader-election-retry-period=-1s"], "must not be negative");
        check(&["--preflight-budget=101"], "101 is not in 0..=100");
        check(&["--logging-format=xml"], "possible values: text, json");
    }
}
