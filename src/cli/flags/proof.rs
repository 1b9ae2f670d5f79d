//! Flags about what was known before a run, and what stays behind after it.

use std::path::PathBuf;

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
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Baselines {
    /// What a baseline holds, by rule
    Show {
        /// A baseline of ours, of gitleaks or of detect-secrets
        file: PathBuf,
    },
}
