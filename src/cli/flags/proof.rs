//! Flags about what was known before a run, and what stays behind after it.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

/// What was known before.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct Against {
    /// Findings that this baseline holds do not fail the run: one that --write-baseline wrote, or one of gitleaks or detect-secrets (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Vec<PathBuf>,
}

/// What stays behind.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct Keep {
    /// Write a baseline of what is found; the exit status is that of the run all the same
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) write_baseline: Option<PathBuf>,
    /// Add a record of this run to this log, each record holding the digest of the one before
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) evidence: Option<PathBuf>,
    /// Where to keep how far that log has come [default: its name with `.head`]
    #[arg(long, value_name = "FILE", requires = "evidence")]
    pub(in crate::cli) checkpoint: Option<PathBuf>,
    /// Who runs this, for the record; build services are known by themselves
    #[arg(long, value_name = "WHO", requires = "evidence")]
    pub(in crate::cli) run_by: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Baselines {
    /// What a baseline holds, by rule
    Show {
        /// A baseline of ours, of gitleaks or of detect-secrets
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Evidences {
    /// Does the chain hold? Status 1 when a record was changed, taken out, put in, moved or cut off
    Verify {
        #[command(flatten)]
        log: EvidenceLog,
        /// Digest of a record that was kept elsewhere; the log must have it
        #[arg(long, value_name = "DIGEST")]
        head: Option<String>,
    },
    /// The runs, one a line
    Show {
        #[command(flatten)]
        log: EvidenceLog,
    },
    /// The last run as an in-toto statement, for a signer
    Statement {
        #[command(flatten)]
        log: EvidenceLog,
        /// Write it here instead of standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct EvidenceLog {
    /// The log
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,
    /// How far the log had come [default: the log's name with `.head`, where that is a file]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) checkpoint: Option<PathBuf>,
}

impl EvidenceLog {
    /// Where a checkpoint is looked for.
    pub(in crate::cli) fn checkpoint(&self) -> PathBuf {
        self.checkpoint.clone().unwrap_or_else(|| Self::beside(&self.file))
    }

    /// `evidence.jsonl.head` of `evidence.jsonl`.
    pub(in crate::cli) fn beside(log: &Path) -> PathBuf {
        let mut name = log.as_os_str().to_owned();
        name.push(".head");
        name.into()
    }
}
