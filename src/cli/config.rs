//! What was typed, what the configuration says, and what holds without either.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::flags::{self, Map, MinConfidence, Reduce, Registries, Targets};
use super::layers::{self, Layer};
use super::{Error, rules};
use crate::domain::{Confidence, Policy, Range, Reach, Registrations, TraceKey};
use crate::scan::Options;
use crate::scan::source::{CachePlace, ListOptions};
use crate::scan::unpack::Budgets;
use crate::{registry, rulepack};

const CONFIG: &str = "heliodon.toml";

/// What all configuration files say together.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The lowest first.
    layers: Vec<Layer>,
}

/// The configurations that were named, or the one that lies where one would look for it.
pub(super) fn load(named: &[PathBuf], targets: &[String]) -> Result<Config, Error> {
    let found = if named.is_empty() { beside(CONFIG, targets) } else { None };
    let paths: Vec<PathBuf> = named.iter().cloned().chain(found).collect();
    Ok(Config { layers: layers::read(&paths)? })
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
    Ok(Options {
        budgets,
        threads: threads(flags),
        watch: None,
        trace_key: flags.trace_key.as_deref().map(trace_key).transpose()?,
        cache: cache(&flags.cache, |name| env::var_os(name)),
    })
}

/// None when it is not wanted, or when nothing says where it could be.
fn cache(flags: &flags::Cache, environment: impl Fn(&str) -> Option<OsString>) -> Option<CachePlace> {
    let from = |name: &str, below: &str| {
        let directory = environment(name).map(PathBuf::from).filter(|directory| !directory.as_os_str().is_empty())?;
        Some(directory.join(below))
    };
    // The XDG standard has relative paths ignored.
    let xdg = || from("XDG_CACHE_HOME", "heliodon").filter(|directory| directory.is_absolute());
    let directory = flags.cache_dir.clone().or_else(|| from("HELIODON_CACHE_DIR", "")).or_else(xdg).or_else(|| from("HOME", ".cache/heliodon"));
    directory.filter(|_| !flags.no_cache).map(|directory| CachePlace { directory, limit: flags.cache_size })
}

/// The part of a repository that was asked for. Hooks run with git's environment, which says where a commit or a push is being made.
pub(super) fn reach(flags: &flags::History) -> Reach {
    let range = match &flags.range {
        _ if flags.staged => Range::Staged,
        _ if flags.no_history => Range::Nothing,
        Some(range) => range.clone(),
        None => flags.since.clone().map_or(Range::All, Range::Since),
    };
    let tree = matches!(range, Range::All | Range::Nothing) && !flags.history_only;
    let index = env::var_os("GIT_INDEX_FILE").filter(|_| flags.staged).and_then(|path| std::path::absolute(path).ok());
    Reach { range, branches: flags.branch.clone(), tree, index, objects: Vec::new() }
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
        let excludes = self.layers.iter().flat_map(|layer| &layer.says.scan.exclude).chain(&flags.exclude).cloned().collect();
        let gitignore = self.layers.iter().rev().find_map(|layer| layer.says.scan.gitignore).unwrap_or_default();
        ListOptions { gitignore: flags.gitignore || gitignore, excludes, threads, sizes: false }
    }

    /// Files and folders of rules, and whether their rules may stand in for ours.
    pub(super) fn rules(&self) -> impl Iterator<Item = (PathBuf, bool)> {
        self.layers.iter().flat_map(|layer| layer.rules().map(|path| (path, layer.may_replace)))
    }

    /// The files, the lowest first.
    pub(super) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Where the value in force is said: `heliodon.toml:5`.
    pub(super) fn origin(&self, path: &[&str]) -> Option<String> {
        self.layers.iter().rev().find_map(|layer| layer.origin(path))
    }

    /// The same of each item of a list of tables, in the order in which they count.
    pub(super) fn origins(&self, path: &[&str]) -> Vec<String> {
        self.layers.iter().rev().flat_map(|layer| layer.origins(path)).collect()
    }

    /// What is switched off, and where that is said.
    pub(super) fn disabled(&self) -> impl Iterator<Item = (&Layer, &str)> {
        self.layers.iter().flat_map(|layer| layer.says.disable.iter().map(move |name| (layer, name.as_str())))
    }

    /// The effective policy, as far as files say it; the clock is read here and nowhere else.
    pub(super) fn policy_at(&self, time: Option<&str>) -> Result<Policy, Error> {
        let mut policy = Policy::defaults(now(time)?);
        for layer in &self.layers {
            let zones = layer.says.zones.clone();
            policy = policy.with(layer.says.policy.clone(), zones).map_err(|error| layer.mistake(&error))?;
        }
        rules::check_disabled(self)?;
        rules::check_levels(self)?;
        Ok(Policy { disable: self.disabled().map(|(_, name)| name.to_owned()).collect(), limits: rulepack::pack().limits(), ..policy })
    }

    /// The effective policy of a run.
    pub(super) fn policy(&self, flags: &Reduce) -> Result<Policy, Error> {
        let policy = self.policy_at(flags.now.as_deref())?;
        let asked = flags.min_confidence.map(MinConfidence::confidence).or(flags.weak.then_some(Confidence::Low));
        Ok(Policy {
            min_confidence: asked.unwrap_or(policy.min_confidence),
            inline_allow: policy.inline_allow && !flags.no_inline_allow,
            foreign_pragmas: policy.foreign_pragmas || flags.foreign_pragmas,
            ..policy
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_lies_where_the_nearest_word_says() {
        let place = |directory: Option<&str>, environment: &[(&str, &str)]| {
            let flags = flags::Cache { no_cache: false, cache_dir: directory.map(PathBuf::from), cache_size: 1 };
            let value = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
            cache(&flags, value).map(|place| place.directory.to_string_lossy().into_owned())
        };
        let all = [("HELIODON_CACHE_DIR", "/own"), ("XDG_CACHE_HOME", "/xdg"), ("HOME", "/home/a")];
        assert_eq!(place(Some("here"), &all).as_deref(), Some("here"));
        assert_eq!(place(None, &all).as_deref(), Some("/own/"));
        assert_eq!(place(None, &all[1..]).as_deref(), Some("/xdg/heliodon"));
        assert_eq!(place(None, &[("XDG_CACHE_HOME", "xdg"), all[2]]).as_deref(), Some("/home/a/.cache/heliodon"));
        assert_eq!(place(None, &[("HOME", "")]), None);
        let unwanted = flags::Cache { no_cache: true, cache_dir: None, cache_size: 1 };
        assert_eq!(cache(&unwanted, |_| Some("/x".into())), None);
    }
}
