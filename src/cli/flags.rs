//! The command line.

mod approval;
mod proof;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use self::approval::{GateFormat, PolicyCommand, Register, RegistryCommand, Release};
pub(super) use self::proof::{Against, Baselines, EvidenceLog, Evidences, Keep};
use self::values::{part, range};
use crate::domain::{Confidence, Level, Range};
use crate::report;
use crate::scan::source;

/// Finds leaked credentials, secrets that live too long and model artifacts nobody registered, and holds them against what was approved.
#[derive(Debug, Parser)]
#[command(name = "heliodon", version, max_term_width = 110)]
pub(super) struct Flags {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "a run makes one of them")]
pub(super) enum Command {
    /// Find, reconcile, report
    Scan(Scan),
    /// The work list as JSON lines: every unit, numbered, nothing read yet
    Plan(Plan),
    /// The map alone: observations as JSON lines, one acknowledgement for each unit
    Observe(Observe),
    /// The reduce alone; refuses when a unit of the plan was not acknowledged
    Reconcile(Reconcile),
    /// Write the registry entry of an artifact, from what the artifact itself says
    Register(Register),
    /// May these models be released? One line a reason, with how to mend it
    Gate(Release),
    /// The registry of what was approved
    #[command(subcommand)]
    Registry(RegistryCommand),
    /// What is demanded, and who says so
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// The identity of a secret read from standard input
    Trace(Trace),
    /// The rules: what can be found, and whether they keep their promises
    #[command(subcommand)]
    Rules(Rules),
    /// What was known before
    #[command(subcommand)]
    Baseline(Baselines),
    /// The hash-chained log of runs
    #[command(subcommand)]
    Evidence(Evidences),
    /// Checks that git runs: before a commit, before a push, before a push is taken in
    #[command(subcommand)]
    Hook(Hook),
}

#[derive(Debug, Args)]
pub(super) struct Scan {
    #[command(flatten)]
    pub(super) targets: Targets,
    #[command(flatten)]
    pub(super) own: Own,
    #[command(flatten)]
    pub(super) map: Map,
    #[command(flatten)]
    pub(super) reduce: Reduce,
    #[command(flatten)]
    pub(super) keep: Keep,
    #[command(flatten)]
    pub(super) report: Report,
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    pub(super) targets: Targets,
    #[command(flatten)]
    pub(super) own: Own,
    #[command(flatten)]
    pub(super) registries: Registries,
    /// Write the plan here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Observe {
    /// The plan, as `heliodon plan` wrote it
    #[arg(long, value_name = "FILE")]
    pub(super) plan: PathBuf,
    /// Which part of the plan: the Ith of N, counted from 1
    #[arg(long, value_name = "I/N", default_value = "1/1", value_parser = part)]
    pub(super) shard: (u64, u64),
    #[command(flatten)]
    pub(super) own: Own,
    #[command(flatten)]
    pub(super) map: Map,
    /// Write the shard here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Reconcile {
    /// The plan that the shards were made from
    #[arg(long, value_name = "FILE")]
    pub(super) plan: PathBuf,
    /// Shards, as `heliodon observe` wrote them; any number, any order
    #[arg(required = true, value_name = "SHARD")]
    pub(super) shards: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) own: Own,
    #[command(flatten)]
    pub(super) reduce: Reduce,
    #[command(flatten)]
    pub(super) keep: Keep,
    #[command(flatten)]
    pub(super) report: Report,
}

#[derive(Debug, Args)]
pub(super) struct Targets {
    #[arg(value_name = "TARGET", default_value = ".", help = format!("What to scan: {}", listed(source::addresses())))]
    pub(super) targets: Vec<String>,
    /// Leave out what git ignores (read by default, because that is where keys lie)
    #[arg(long)]
    pub(super) gitignore: bool,
    /// Leave out paths that match (glob, relative to the repository; may be repeated)
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    #[command(flatten)]
    pub(super) history: History,
}

/// What an organisation or a project adds to what is built in. Plan, observe and reconcile need the same.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Own {
    /// Configuration file; of several, each is laid over the one before [default: heliodon.toml of the first target or of the current directory]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Vec<PathBuf>,
    /// Rules of your own beside ours: YAML files, or folders of them (may be repeated)
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) rules: Vec<PathBuf>,
}

/// Which part of a repository. Without any of these: the working tree and the whole history.
#[derive(Debug, Default, Args)]
pub(super) struct History {
    /// Only what commits brought in after this revision or since this date (2026-11-20, `2 weeks ago`)
    #[arg(long, value_name = "REV|DATE", conflicts_with = "range")]
    pub(super) since: Option<String>,
    /// Only what these commits brought in: reachable from B and not from A, as git has it
    #[arg(long, value_name = "A..B", value_parser = range, conflicts_with = "branch")]
    pub(super) range: Option<Range>,
    /// Only what the next commit would bring in; says nothing when that is clean
    #[arg(long, conflicts_with_all = ["since", "range", "branch", "no_history", "history_only"])]
    pub(super) staged: bool,
    /// Of history, only what this branch reaches (may be repeated)
    #[arg(long, value_name = "NAME")]
    pub(super) branch: Vec<String>,
    /// The working tree alone
    #[arg(long, conflicts_with_all = ["since", "range", "branch", "history_only"])]
    pub(super) no_history: bool,
    /// History alone, without the working tree
    #[arg(long)]
    pub(super) history_only: bool,
}

#[derive(Debug, Args)]
pub(super) struct Map {
    /// Threads [default: one a core]
    #[arg(short = 'j', long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// File with a key under which guessable secrets (passwords) get an identity
    #[arg(long, value_name = "FILE", env = "HELIODON_TRACE_KEY_FILE")]
    pub(super) trace_key: Option<PathBuf>,
    /// Deepest nesting of containers that is opened
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(super) max_depth: u32,
    /// Most bytes that the containers of one file may unpack to
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 30)]
    pub(super) max_unpacked: u64,
    #[command(flatten)]
    pub(super) cache: Cache,
    /// Show no progress, and no text if reports are written
    #[arg(short, long)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct Cache {
    /// Read history anew, whatever earlier runs saw, and keep nothing
    #[arg(long, conflicts_with_all = ["cache_dir", "cache_size"])]
    pub(super) no_cache: bool,
    /// Where results of history are kept [default: HELIODON_CACHE_DIR, or heliodon in the user's cache directory]
    #[arg(long, value_name = "DIR")]
    pub(super) cache_dir: Option<PathBuf>,
    /// Largest size of the cache
    #[arg(long, value_name = "BYTES", default_value_t = 256 << 20, value_parser = clap::value_parser!(u64).range(8 << 20..))]
    pub(super) cache_size: u64,
}

#[derive(Debug, Args)]
pub(super) struct Registries {
    /// Registry of what was approved: a YAML file or a folder of them (may be repeated) [default: heliodon-registry.yaml of the first target or of the current directory]
    #[arg(long, value_name = "ADDRESS")]
    pub(super) registry: Vec<String>,
    /// Leave every registry out, also one that would be found by itself
    #[arg(long, conflicts_with = "registry")]
    pub(super) no_registry: bool,
}

#[derive(Debug, Args)]
pub(super) struct Reduce {
    #[command(flatten)]
    pub(super) registries: Registries,
    #[command(flatten)]
    pub(super) against: Against,
    /// Judge as of this time (2026-11-20 or 2026-11-20T12:00:00Z) [default: now, or SOURCE_DATE_EPOCH]
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<String>,
    /// How sure a finding must be: `low` finds most, `high` errs least [default: medium]
    #[arg(long, value_name = "LEVEL", value_enum)]
    pub(super) min_confidence: Option<MinConfidence>,
    /// Report weak evidence too: the same as --min-confidence low
    #[arg(long, conflicts_with = "min_confidence")]
    pub(super) weak: bool,
    /// Report also what comments allow (`heliodon: allow NAME reason`)
    #[arg(long, conflicts_with = "foreign_pragmas")]
    pub(super) no_inline_allow: bool,
    /// Heed comments for other programs too (`gitleaks:allow`, `pragma: allowlist secret`, `nosec`, …)
    #[arg(long)]
    pub(super) foreign_pragmas: bool,
    /// Exit with status 1 when a finding is at this level or above
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = FailOn::Warning)]
    pub(super) fail_on: FailOn,
    /// Exit with status 3 when anything could not be read
    #[arg(long)]
    pub(super) require_complete: bool,
}

#[derive(Debug, Args)]
pub(super) struct Report {
    /// Write a report here; the ending chooses the format (may be repeated, `-` is standard output)
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Vec<PathBuf>,
    #[arg(long, value_name = "FORMAT", help = format!("Format of standard output, and of files whose ending says nothing: {}", listed(report::names())))]
    pub(super) format: Option<String>,
    /// Which SARIF: `portable` for dashboards, `full` with suppressed results
    #[arg(long, value_enum, default_value_t = Profile::Portable)]
    pub(super) sarif_profile: Profile,
    /// Name the authors of commits in SARIF, with their addresses
    #[arg(long)]
    pub(super) sarif_pii: bool,
    /// No times in reports: equal scans give equal bytes
    #[arg(long)]
    pub(super) deterministic: bool,
    /// When to colour
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    pub(super) color: Colour,
    /// Every finding at length
    #[arg(short, long)]
    pub(super) verbose: bool,
}

#[derive(Debug, Args)]
pub(super) struct Trace {
    /// File with a key, for guessable secrets (passwords)
    #[arg(long, value_name = "FILE", env = "HELIODON_TRACE_KEY_FILE")]
    pub(super) trace_key: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Rules {
    /// All rules, one a line
    List {
        #[command(flatten)]
        own: Own,
    },
    /// One rule at length
    Show {
        /// Code (HEL1042) or name (openai-project-key)
        rule: String,
        #[command(flatten)]
        own: Own,
    },
    /// Run every rule's examples and negatives through the engine
    Check {
        /// Rules of your own, checked together with ours: YAML files, or folders of them
        #[arg(value_name = "FILE|DIR")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        own: Own,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Hook {
    /// Let git run the check in this repository; a hook that is there already is kept, and called first
    Install {
        #[command(flatten)]
        kinds: HookKinds,
        /// Add to a hook that someone else wrote, or to hooks that serve several repositories
        #[arg(long)]
        force: bool,
    },
    /// Take away what `install` wrote [default: all of it]
    Uninstall {
        #[command(flatten)]
        kinds: HookKinds,
    },
    /// What the pre-receive hook runs: reads `OLD NEW REF` lines, and refuses a push that brings in findings
    PreReceive(Gate),
    /// What the pre-push hook runs: reads `REF NEW REF OLD` lines
    PrePush {
        /// Name of the remote, as git gives it
        remote: String,
        /// Its address, as git gives it
        address: Option<String>,
        #[command(flatten)]
        gate: Gate,
    },
}

#[derive(Debug, Args)]
pub(super) struct HookKinds {
    /// Look at what is staged, before each commit; so it is when nothing is named
    #[arg(long)]
    pub(super) pre_commit: bool,
    /// Look at what a push would send, before it is sent
    #[arg(long)]
    pub(super) pre_push: bool,
    /// Look at what a push brings, before a server takes it in
    #[arg(long)]
    pub(super) pre_receive: bool,
}

#[derive(Debug, Args)]
pub(super) struct Gate {
    #[command(flatten)]
    pub(super) own: Own,
    #[command(flatten)]
    pub(super) map: Map,
    #[command(flatten)]
    pub(super) reduce: Reduce,
    #[command(flatten)]
    pub(super) report: Report,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Note,
    Warning,
    Error,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MinConfidence {
    Low,
    Medium,
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Profile {
    Portable,
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

impl MinConfidence {
    pub(super) fn confidence(self) -> Confidence {
        match self {
            Self::Low => Confidence::Low,
            Self::Medium => Confidence::Medium,
            Self::High => Confidence::High,
        }
    }
}

impl FailOn {
    pub(super) fn level(self) -> Option<Level> {
        match self {
            Self::Note => Some(Level::Note),
            Self::Warning => Some(Level::Warning),
            Self::Error => Some(Level::Error),
            Self::Never => None,
        }
    }
}

fn listed(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_history_that_exclude_each_other_are_refused() {
        let parses = |arguments: &str| Flags::try_parse_from(["heliodon", "scan"].into_iter().chain(arguments.split_whitespace())).is_ok();
        for good in ["--staged", "--since v1 --branch main --branch next", "--no-history", "--history-only --since v1", "--no-cache", "--cache-size 9000000"] {
            assert!(parses(good), "{good}");
        }
        for bad in [
            "--staged --since v1",
            "--staged --no-history",
            "--range a..b --since v1",
            "--no-history --branch main",
            "--no-cache --cache-dir x",
            "--cache-size 1",
        ] {
            assert!(!parses(bad), "{bad}");
        }
    }

    #[test]
    fn flags_fit_together() {
        <Flags as clap::CommandFactory>::command().debug_assert();
    }
}
