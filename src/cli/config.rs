//! What was typed, what the configuration says, and what holds without either.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Error;
use super::flags::{Map, Reduce, Registries, Targets};
use crate::domain::{Policy, PolicyFile, Registrations, TraceKey, ZoneRule};
use crate::registry;
use crate::scan::Options;
use crate::scan::source::ListOptions;
use crate::scan::unpack::Budgets;

const CONFIG: &str = "heliodon.toml";

/// `heliodon.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Config {
    scan: ScanConfig,
    policy: PolicyFile,
    zones: Vec<ZoneRule>,
    /// Name of the file, for messages.
    #[serde(skip)]
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ScanConfig {
    exclude: Vec<String>,
    gitignore: bool,
}

/// The configuration that was named, or that lies where one would look for it.
pub(super) fn load(named: Option<&Path>, targets: &[String]) -> Result<Config, Error> {
    let Some(path) = named.map(Path::to_owned).or_else(|| beside(CONFIG, targets)) else { return Ok(Config::default()) };
    let name = path.display().to_string();
    let text = fs::read_to_string(&path).map_err(|error| Error::File { name: name.clone(), error })?;
    let config: Result<Config, _> = toml::from_str(&text);
    match config {
        Ok(config) => Ok(Config { name, ..config }),
        Err(error) => Err(Error::Input(format!("configuration `{name}`: {}", error.to_string().trim_end()))),
    }
}

/// The registries that were named, or the one that lies where one would look for it.
pub(super) fn registries(flags: &Registries, targets: &[String]) -> Vec<String> {
    match (flags.no_registry, flags.registry.is_empty()) {
        (true, _) => Vec::new(),
        (false, false) => flags.registry.clone(),
        (false, true) => beside(registry::FILE_NAME, targets).into_iter().map(|path| path.to_string_lossy().into_owned()).collect(),
    }
}

/// Digests cost a reading of every artifact; they are made when some entry can be held against them.
pub(super) fn wants_digests(registrations: &Registrations) -> bool {
    registrations.name_digests()
}

/// A file of this name in the first target, or in the current directory.
fn beside(name: &str, targets: &[String]) -> Option<PathBuf> {
    let target = targets.first().map(Path::new).filter(|target| target.is_dir());
    target.into_iter().chain([Path::new(".")]).map(|directory| directory.join(name)).find(|path| path.is_file())
}

pub(super) fn threads(flags: &Map) -> usize {
    flags.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1)
}

pub(super) fn map_options(flags: &Map) -> Result<Options, Error> {
    let budgets = Budgets { depth: flags.max_depth, bytes: flags.max_unpacked, ..Budgets::default() };
    Ok(Options { budgets, trace_key: flags.trace_key.as_deref().map(trace_key).transpose()? })
}

/// The key in a file, without the line break that editors leave.
pub(super) fn trace_key(path: &Path) -> Result<TraceKey, Error> {
    let bytes = fs::read(path).map_err(|error| Error::File { name: path.display().to_string(), error })?;
    let key = bytes.trim_ascii_end();
    match key.len() >= 16 {
        true => Ok(TraceKey::new(key.to_vec())),
        false => Err(Error::Input(format!("`{}`: a trace key has at least 16 bytes; `openssl rand -hex 32` makes one", path.display()))),
    }
}

impl Config {
    pub(super) fn listing(&self, flags: &Targets, threads: usize) -> ListOptions {
        let excludes = self.scan.exclude.iter().chain(&flags.exclude).cloned().collect();
        ListOptions { gitignore: flags.gitignore || self.scan.gitignore, excludes, threads, sizes: false }
    }

    /// The effective policy; the clock is read here and nowhere else.
    pub(super) fn policy(&self, flags: &Reduce) -> Result<Policy, Error> {
        let defaults = Policy::defaults(now(flags.now.as_deref())?);
        let policy = defaults.with(self.policy.clone(), self.zones.clone()).map_err(|error| Error::Input(format!("configuration `{}`: {error}", self.name)))?;
        Ok(Policy { show_weak: policy.show_weak || flags.weak, ..policy })
    }
}

fn now(typed: Option<&str>) -> Result<Timestamp, Error> {
    let Some(text) = typed else {
        let epoch = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|epoch| epoch.parse().ok());
        return Ok(epoch.and_then(|epoch| Timestamp::from_second(epoch).ok()).unwrap_or_else(Timestamp::now));
    };
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let parsed = text.parse().ok().or_else(|| text.parse().ok().and_then(midnight));
    parsed.ok_or_else(|| Error::Input(format!("`{text}` is no time; one looks like 2026-11-20 or 2026-11-20T12:00:00Z")))
}
