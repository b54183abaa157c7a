//! The command line as users type it.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use fleet::Mix;
use kube_text::Time;

use super::engine::{self, Deciding};
use super::label_query::LabelQuery;
use super::parse::{self, Simulated};
use super::plugin::Plugin;
use super::plugins::Plugins;
use super::preflight;
use crate::connect::Access;
use crate::process::Flags;

/// `placewright` and its subcommands.
#[derive(Debug, Parser)]
#[command(
    name = "placewright",
    version,
    about = "Decide which clusters an Open Cluster Management Placement selects, and say why",
    long_about = "Placewright decides which managed clusters a Placement selects, exactly as Open Cluster Management \
                  does, and can say for every cluster why.\n\nIt reads Placements, PlacementDecisions, ManagedClusters, \
                  ManagedClusterSets, ManagedClusterSetBindings and AddOnPlacementScores: from files with -f, as \
                  manifests, snapshots, or what kubectl get -o yaml|json prints; without -f from the hub of the \
                  kubeconfig, with read rights only. Nothing is written to a hub.",
    after_help = EXIT_CODES,
    arg_required_else_help = true
)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  everything was read and decided
  1  something could not be read or decided; the rest is answered
  2  the command line is wrong
  3  diff, preflight: something differs, or too much would, and nothing else is wrong

Named kubectl-placewright and on the PATH, it is `kubectl placewright`.";

macro_rules! files {
    () => {
        "

Files:
  YAML with any number of documents, JSON, JSON lines, Lists of any kinds, each also gzipped.
  A folder is read recursively (kubectl needs -R): .yaml .yml .json .jsonl, each also with .gz;
  other files in it are counted and left. The order of files and documents changes nothing.

  A snapshot of a hub is such a file: placewright snapshot --to hub.json

The hub, without -f:
  Found as kubectl finds it: --kubeconfig, else the files of KUBECONFIG, merged, else
  ~/.kube/config, else a pod's own access; in it --context, else the current one.
  All of it is read, for every fact may matter; what is printed is of the context's namespace,
  as with kubectl: -n chooses another, -A all. With -f files are all there is: a hub and
  files go together as `placewright snapshot | placewright schedule -f - -f web.yaml`.

Profile files:
  base: default                             # or upstream
  differences: {Q3: upstream}               # by id, each upstream or default
  weights: {Balance: 0, AddOn/usage/cpu: 2} # what mode Additive starts with, -10 to 10
  profiles: {calm: {weights: {Steady: 5}}}  # more, for the annotation placewright.io/profile"
    };
}

macro_rules! schedule_examples {
    () => {
        "\
Examples:
  # Decide all placements of a folder
  placewright schedule -f examples/quickstart

  # Those of all namespaces of the hub of the current context
  placewright schedule -A

  # One placement, with the scores of each prioritizer
  placewright schedule web -n shop -f hub.json -o wide

  # What OCM itself would write, as objects
  placewright schedule -f hub.json --profile upstream -o yaml

  # With filters and scores of one's own
  placewright schedule -f hub.json --plugins plugins/

  # Try a new placement against a hub
  placewright schedule web -f hub.json -f web.yaml
  placewright snapshot | placewright schedule web -f - -f web.yaml"
    };
}

macro_rules! explain_examples {
    () => {
        "\
Examples:
  # Every cluster's way through the placement web in namespace shop
  placewright explain shop/web -f hub.json

  # Why not this one?
  placewright explain shop/web eu-west-1 -f hub.json

  # On the hub of another context
  placewright explain shop/web --context prod"
    };
}

macro_rules! diff_examples {
    () => {
        "\
Examples:
  # Would we decide what stands recorded on this hub, and in this file?
  placewright diff -A
  placewright diff -f hub.json

  # Would OCM, now?
  placewright diff -f hub.json --profile upstream

  # What happens tomorrow at noon, when tolerations have ended?
  placewright diff -f hub.json --now 2026-12-01T12:00:00Z"
    };
}

macro_rules! bench_examples {
    () => {
        "\
Examples:
  # What would my hub take? Of the kubeconfig, or in a file
  placewright bench
  placewright bench -f hub.json

  # A fleet of 10,000 clusters and 1,000 placements, without a file
  placewright bench --simulate 10000x1000

  # One warm pass, a million times, for your own clock
  time placewright bench -f hub.json --only shop/web --rounds 1000000"
    };
}

macro_rules! bench_figures {
    () => {
        "

Figures, all medians:
  decode    a ManagedCluster from JSON or YAML to what the engine knows of it
  cold      the first pass of a placement on an index that knows all clusters and no other
            placement: its columns and selectors are built
  warm      the same pass again: the selection is computed anew, no answer is kept
  changed   a pass after one random change, with what the change makes it patch
  apply     one random change, with all placements there
  step      cold: the first step, which decides all placements one after the other
            one change: a random change and the step that follows, which decides the woken
  bytes     what the index holds in the end; a cluster's without the texts

  A random change gives one cluster a label, a claim, the taints, the resources or a score of
  another cluster of the input, each as likely, and is taken back after it.

  Times are CPU time of one thread, but for steps: these are wall time, on all cores."
    };
}

const SNAPSHOT_EXAMPLES: &str = "\
Examples:
  # The hub of the current context
  placewright snapshot --to hub.jsonl.gz

  # Something to hand on: no name or value of yours is in it
  placewright snapshot --anonymize --to hub.json

  # What would be decided tomorrow on what stands now?
  placewright snapshot --context prod | placewright diff -f - --now 2026-12-01T12:00:00Z

What it needs: `list` on the six kinds, in all namespaces. Where one of them cannot be listed, nothing is
written: without some of the facts something else would be decided.";

const SIMULATE_EXAMPLES: &str = "\
Examples:
  # 10,000 clusters and 1,000 placements
  placewright simulate --clusters 10000 --placements 1000 --to fleet.jsonl.gz

  # A small one, read at once
  placewright simulate --clusters 100 --placements 5 | placewright schedule -f -";

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Decide placements and print what would be written
    #[command(
        long_about = "Decide placements and print what would be written: the PlacementDecisions, and the status of \
                      the Placements.\n\nAll placements of the input are decided, in the order of a hub; names, \
                      namespace and selector choose which of them are printed.",
        after_help = schedule_examples!(),
        after_long_help = concat!(schedule_examples!(), files!())
    )]
    Schedule(Schedule),
    /// Say why a placement selects or rejects each cluster, or one of them
    #[command(
        long_about = "Say why a placement selects or rejects each cluster, or one of them: the rule that rejected it \
                      with the actual values, or its score and weight from each prioritizer, its rank, and how far it \
                      is from the cut-off.",
        after_help = explain_examples!(),
        after_long_help = concat!(explain_examples!(), files!())
    )]
    Explain(Explain),
    /// Compare the recorded decisions with what would be decided now, and say why they differ
    #[command(
        long_about = "Compare the recorded decisions with what would be decided now: per placement which clusters \
                      would be added and removed, and why, and which move to another decision group. Each placement is decided against what stands recorded for \
                      all others.\n\nExit code 3 if anything differs.",
        after_help = diff_examples!(),
        after_long_help = concat!(diff_examples!(), files!())
    )]
    Diff(Diff),
    /// Measure what a snapshot takes on this machine: decoding, passes, changes, steps, memory
    #[command(
        long_about = "Measure what a snapshot takes on this machine: decoding it, a pass of each placement (cold, warm, \
                      and after one change), a step of the whole hub, and the memory of the index.\n\nNothing is \
                      printed of what was decided. Placements that cannot be decided are not measured.",
        after_help = bench_examples!(),
        after_long_help = concat!(bench_examples!(), bench_figures!(), files!())
    )]
    Bench(Bench),
    /// Write what placement is about on a hub into one file
    #[command(
        long_about = "Write what placement is about on a hub into one file that schedule, explain, diff and bench \
                      read: every object of the six kinds, as it stood at one moment, by kind, namespace and name. \
                      JSON lines, or a `v1` List where the name ends in `.json`.\n\nThe hub is found as kubectl finds \
                      it: --kubeconfig, else the files of KUBECONFIG, merged, else ~/.kube/config, else a pod's own \
                      access.",
        after_help = SNAPSHOT_EXAMPLES
    )]
    Snapshot(Snapshot),
    /// Write a simulated fleet of any size as a snapshot
    #[command(
        long_about = "Write a simulated fleet of any size as a snapshot: JSON lines, one object a line, with clusters, \
                      one set, its bindings, a score for each cluster, and placements. The same sizes, mix and seed \
                      give the same bytes.",
        after_help = SIMULATE_EXAMPLES
    )]
    Simulate(Simulate),
    /// Say what plugins or another profile would change on a whole hub, before they decide there
    #[command(
        long_about = "Say what plugins or another profile would change on a whole hub, before they decide there.\n\nThe \
                      hub is decided twice, with them and without, and the answers are compared. The controller does the \
                      same with every new version of a plugin, and lets it wait where too much would leave.",
        after_help = preflight::HELP
    )]
    Preflight(preflight::Preflight),
    /// Print the CustomResourceDefinitions of the kinds, for a hub that has none
    #[command(after_help = "Examples:\n  placewright crds | kubectl apply --server-side -f -")]
    Crds,
    /// Make, build, try and measure plugins: filters and scores of one's own, as WebAssembly components
    #[command(subcommand, arg_required_else_help = true)]
    Plugin(Plugin),
    /// Run the controller on a hub, in the place of OCM's own
    #[command(
        long_about = "Run the controller on a hub, in the place of OCM's own: watch what placements depend on, decide \
                      them, and write PlacementDecisions and statuses.\n\nIt takes the flags and the lease of OCM's \
                      placement controller, so that the two never write at once. SIGTERM ends it: what is being written is \
                      written, and the lease is given back.",
        after_help = SERVE_EXIT_CODES
    )]
    Controller(Serve),
    /// Answer what would be decided on a hub, and why, over HTTPS; nothing is written
    #[command(after_help = SERVE_EXIT_CODES)]
    Debug(Serve),
    /// Print the version
    Version,
    /// Print a completion script for a shell
    #[command(after_help = "Examples:\n  # For this session of bash\n  source <(placewright completions bash)")]
    Completions {
        /// For which shell
        shell: Shell,
    },
}

const SERVE_EXIT_CODES: &str = "\
Exit codes:
  0    asked to end by a signal or a changed file, or the lease was lost
  1    the command line is wrong
  255  it could not start, or not go on";

/// `controller` and `debug`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    pub flags: Flags,
    /// Who decides where no ConfigMap `placewright` says otherwise: `default`, `upstream` for exactly what OCM does,
    /// or a file that changes one of them
    #[arg(long, default_value = "default", value_name = "NAME|FILE", value_parser = engine::deciding)]
    pub profile: Deciding,
}

/// `schedule`.
#[derive(Debug, Args)]
pub(super) struct Schedule {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub scope: Scope,
    /// How to print: `table` and `wide` for people, the others for programs
    #[arg(short, long, value_enum, default_value_t = Output::Table, hide_possible_values = true)]
    #[arg(value_name = "table|wide|json|yaml|name")]
    pub output: Output,
}

/// `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The placement: `NAME`, or `NAMESPACE/NAME`
    #[arg(value_name = "PLACEMENT")]
    pub placement: String,
    /// Only this cluster
    #[arg(value_name = "CLUSTER")]
    pub cluster: Option<String>,
    /// The placement's namespace [default: the context's; with -f, all namespaces]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = NonEmptyStringValueParser::new())]
    pub namespace: Option<String>,
    /// Look for the placement in all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub all_namespaces: bool,
    #[command(flatten)]
    pub input: Input,
    /// How to print
    #[arg(short, long, value_enum, default_value_t = Report::Table, hide_possible_values = true)]
    #[arg(value_name = "table|json|yaml")]
    pub output: Report,
}

/// `diff`.
#[derive(Debug, Args)]
pub(super) struct Diff {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub scope: Scope,
    /// How to print
    #[arg(short, long, value_enum, default_value_t = Report::Table, hide_possible_values = true)]
    #[arg(value_name = "table|json|yaml")]
    pub output: Report,
}

/// `bench`.
#[derive(Debug, Args)]
pub(super) struct Bench {
    #[command(flatten)]
    pub source: Source,
    /// Instead of files or a hub, as many clusters and placements as `simulate` would write with seed 1
    #[arg(long, value_name = "NxP[:MIX]", value_parser = parse::simulated)]
    #[arg(conflicts_with_all = ["filenames", "kubeconfig", "context"])]
    pub simulate: Option<Simulated>,
    /// Repeat one warm pass of this placement, and nothing else: `NAMESPACE/NAME`
    #[arg(long, value_name = "PLACEMENT", value_parser = NonEmptyStringValueParser::new())]
    pub only: Option<String>,
    /// How often each figure is measured; with --only, how many passes [default: 5 to 25, the fewer the more placements
    /// there are; with --only 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
    pub rounds: Option<u32>,
    #[command(flatten)]
    pub judging: Judging,
    /// How to print
    #[arg(short, long, value_enum, default_value_t = Report::Table, hide_possible_values = true)]
    #[arg(value_name = "table|json|yaml")]
    pub output: Report,
}

/// `simulate`.
#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// How many clusters
    #[arg(long, value_name = "N")]
    pub clusters: u32,
    /// How many placements
    #[arg(long, value_name = "P")]
    pub placements: u32,
    /// What decides all that is random
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Which placements: `mix` for ten shapes in turn, `mixv` for the same with values that differ, or one shape:
    /// a, aall, b, bnarrow, c, e, f, g, u, h
    #[arg(long, value_name = "MIX", default_value = "mixv", value_parser = parse::mix)]
    pub mix: Mix,
    /// With a recorded slice of decisions for each placement
    #[arg(long)]
    pub decided: bool,
    /// The file to write, packed if its name ends in `.gz` [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

/// `snapshot`.
#[derive(Debug, Args)]
pub(super) struct Snapshot {
    #[command(flatten)]
    pub hub: HubAccess,
    /// Replace every name and value by another one, the same by the same, so that the file can be handed on and the same
    /// is decided on it; names keep their order, times and numbers stay
    #[arg(long)]
    pub anonymize: bool,
    /// The file to write, packed if its name ends in `.gz` [default: standard output]
    #[arg(long, value_name = "FILE", value_parser = parse::snapshot_file)]
    pub to: Option<PathBuf>,
}

/// What is read, and how it is judged.
#[derive(Debug, Args)]
pub(super) struct Input {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub plugins: Plugins,
}

/// Where what is read comes from.
#[derive(Debug, Args)]
pub(super) struct Source {
    /// Files or folders to read, `-` for standard input; may be repeated [default: the hub]
    #[arg(short, long = "filename", value_name = "PATH", conflicts_with_all = ["kubeconfig", "context"])]
    pub filenames: Vec<PathBuf>,
    #[command(flatten)]
    pub hub: HubAccess,
}

/// Which hub is read.
#[derive(Debug, Args)]
pub(super) struct HubAccess {
    /// The kubeconfig to find the hub in [default: KUBECONFIG, else ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// The kubeconfig's context to take [default: the current one]
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
}

impl HubAccess {
    /// As it is connected to.
    pub fn access(&self) -> Access {
        Access { kubeconfig: self.kubeconfig.clone(), context: self.context.clone() }
    }
}

/// How what is read is judged.
#[derive(Debug, Args)]
pub(super) struct Judging {
    /// Who decides: `default`, `upstream` for exactly what OCM does, mistakes included, or a file that
    /// changes one of them
    #[arg(long, default_value = "default", value_name = "NAME|FILE", value_parser = engine::deciding)]
    pub profile: Deciding,
    /// The time at which tolerations and scores end, instead of the clock's [example: 2026-11-25T14:00:00Z]
    #[arg(long, value_name = "TIME", value_parser = parse::time)]
    pub now: Option<Time>,
    /// Take warnings for errors
    #[arg(long)]
    pub strict: bool,
    /// Say nothing but answers and errors
    #[arg(short, long)]
    pub quiet: bool,
    /// How much gzip and YAML aliases may unpack to, in all inputs together
    #[arg(long, value_name = "SIZE", default_value = "1Gi", value_parser = parse::size)]
    pub max_input: u64,
}

/// Which placements.
#[derive(Debug, Args)]
pub(super) struct Scope {
    /// Placements: `NAME`, or `NAMESPACE/NAME` [default: all of the input]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Only placements of this namespace [default: the context's; with -f, all namespaces]
    #[arg(short, long, value_name = "NAMESPACE", value_parser = NonEmptyStringValueParser::new())]
    pub namespace: Option<String>,
    /// Placements of all namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    pub all_namespaces: bool,
    /// Only placements with these labels, e.g. `app=web,tier!=test,env in (prod,stage)`
    #[arg(short = 'l', long, value_name = "SELECTOR", value_parser = parse::labels)]
    pub selector: Option<LabelQuery>,
}

/// How `schedule` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// Selected clusters with totals, and what rejected the others.
    Table,
    /// The same with the score of each prioritizer.
    Wide,
    /// A `v1` `List`: Placements with status, then PlacementDecisions.
    Json,
    /// The same as YAML.
    Yaml,
    /// Names only, as `kubectl get -o name`.
    Name,
}

/// How `explain` and `diff` print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Report {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// The same as YAML.
    Yaml,
}
