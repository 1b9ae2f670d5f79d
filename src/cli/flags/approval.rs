//! Flags of the commands that approve: register, gate, registry, policy.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Map, Own, Registries};

#[derive(Debug, Args)]
pub(in crate::cli) struct Register {
    /// Model files
    #[arg(required = true, value_name = "ARTIFACT")]
    pub(in crate::cli) artifacts: Vec<PathBuf>,
    /// Registry file to add to
    #[arg(long, value_name = "FILE", default_value = "heliodon-registry.yaml", conflicts_with = "side_car")]
    pub(in crate::cli) registry: PathBuf,
    /// Write `ARTIFACT.model.yaml` beside each artifact instead
    #[arg(long)]
    pub(in crate::cli) side_car: bool,
    /// Print the entry, write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Name, if the artifact does not say or says wrong
    #[arg(long)]
    pub(in crate::cli) name: Option<String>,
    #[arg(long)]
    pub(in crate::cli) version: Option<String>,
    /// Who answers for the model
    #[arg(long)]
    pub(in crate::cli) owner: Option<String>,
    #[arg(long)]
    pub(in crate::cli) use_case: Option<String>,
    #[arg(long)]
    pub(in crate::cli) classification: Option<String>,
    /// research, candidate, production or retired
    #[arg(long)]
    pub(in crate::cli) stage: Option<String>,
    /// Zone in which it may be found (may be repeated)
    #[arg(long, value_name = "ZONE")]
    pub(in crate::cli) scope: Vec<String>,
    /// Risk tier, where the classification does not say it
    #[arg(long)]
    pub(in crate::cli) tier: Option<String>,
    /// What it was made from, if the artifact does not say or says wrong: name@revision
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) base: Option<String>,
    /// Data it was trained on (may be repeated)
    #[arg(long)]
    pub(in crate::cli) data: Vec<String>,
    /// Version to go back to; `none` for a first one
    #[arg(long, value_name = "VERSION")]
    pub(in crate::cli) rollback: Option<String>,
    /// Day by which someone must look at it again
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) review_by: Option<jiff::civil::Date>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Release {
    /// Model files, or folders of them
    #[arg(required = true, value_name = "ARTIFACT")]
    pub(in crate::cli) artifacts: Vec<String>,
    /// What they are released to: research, candidate or production
    #[arg(long)]
    pub(in crate::cli) stage: String,
    /// Zone they go to [default: experiment, staging or production, by the stage]
    #[arg(long, value_name = "ZONE")]
    pub(in crate::cli) zone: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) own: Own,
    #[command(flatten)]
    pub(in crate::cli) registries: Registries,
    #[command(flatten)]
    pub(in crate::cli) map: Map,
    /// Judge as of this time (2026-11-20 or 2026-11-20T12:00:00Z) [default: now, or SOURCE_DATE_EPOCH]
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) now: Option<String>,
    /// Text for people, or JSON for pipelines (`schema/heliodon-gate.schema.json`)
    #[arg(long, value_enum, default_value_t = GateFormat::Text)]
    pub(in crate::cli) format: GateFormat,
    /// Write the answer here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GateFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RegistryCommand {
    /// Lint entries: typos, what is missing for a stage, what is out of date, what contradicts itself
    Check {
        /// Registry files, or folders of them [default: heliodon-registry.yaml of the current directory]
        #[arg(value_name = "FILE|DIR")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        own: Own,
        /// Judge as of this time (2026-11-20 or 2026-11-20T12:00:00Z) [default: now, or SOURCE_DATE_EPOCH]
        #[arg(long, value_name = "TIME")]
        now: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PolicyCommand {
    /// The effective policy, and where each value comes from
    Show {
        #[command(flatten)]
        own: Own,
    },
}
