//! `heliodon.toml`, and the files that it extends: each is laid over those below it, unless they lock what it says.

use std::fs;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::Error;
use crate::domain::{PolicyFile, ZoneRule};

/// One configuration file.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// For messages.
    pub(super) name: String,
    /// What relative paths in it begin at.
    folder: PathBuf,
    text: String,
    /// The text as a tree.
    table: toml::Table,
    pub(super) says: Says,
    /// Its rules may stand in for others: nothing below locks them.
    pub(super) may_replace: bool,
}

/// What a configuration file may hold; all of it is optional.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(title = "heliodon.toml")]
#[serde(default, deny_unknown_fields)]
pub(super) struct Says {
    /// Files to lay this one over.
    extends: Vec<String>,
    /// What files above may not say.
    locked: Locked,
    /// Files or folders of rules.
    rules: Vec<PathBuf>,
    /// Rules that are switched off: names, ids, providers, globs.
    pub(super) disable: Vec<String>,
    pub(super) scan: Scan,
    /// What is demanded.
    pub(super) policy: PolicyFile,
    /// Parts of the estate, before the defaults; the first that matches wins.
    pub(super) zones: Vec<ZoneRule>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Scan {
    /// Paths to leave out: globs, relative to the repository.
    pub(super) exclude: Vec<String>,
    /// Leave out what git ignores.
    pub(super) gitignore: Option<bool>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "`locked` is true, or a list of `rules`, `disable`, `scan`, `policy` and `zones`")]
enum Locked {
    All(bool),
    Parts(Vec<Part>),
}

/// What may be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Part {
    /// Rules may be added above, but stand in for none.
    Rules,
    Disable,
    Scan,
    Policy,
    Zones,
}

impl Default for Locked {
    fn default() -> Self {
        Self::All(false)
    }
}

impl Locked {
    fn has(&self, part: Part) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Parts(parts) => parts.contains(&part),
        }
    }
}

/// The named files and what they extend, the lowest first.
pub(super) fn read(named: &[PathBuf]) -> Result<Vec<Layer>, Error> {
    let mut layers = Layers::default();
    named.iter().try_for_each(|path| layers.add(path))?;
    let mut layers = layers.done;
    for above in 1..layers.len() {
        let (below, rest) = layers.split_at_mut(above);
        rest[0].keep_to(below)?;
    }
    Ok(layers)
}

#[derive(Default)]
struct Layers {
    done: Vec<Layer>,
    /// Files that were read, and those that are being read.
    known: Vec<PathBuf>,
    open: Vec<PathBuf>,
}

impl Layers {
    fn add(&mut self, path: &Path) -> Result<(), Error> {
        let name = path.display().to_string();
        let failed = |error| Error::File { name: name.clone(), error };
        let place = fs::canonicalize(path).map_err(failed)?;
        if self.open.contains(&place) {
            return Err(Error::Input(format!("configuration `{name}` extends itself")));
        }
        if self.known.contains(&place) {
            return Ok(());
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        let mistake = |error: toml::de::Error| Error::Input(format!("configuration `{name}`: {}", error.to_string().trim_end()));
        let says: Says = toml::from_str(&text).map_err(mistake)?;
        let table = toml::from_str(&text).map_err(mistake)?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        self.known.push(place.clone());
        self.open.push(place);
        says.extends.iter().try_for_each(|base| self.add(&folder.join(base)))?;
        self.open.pop();
        self.done.push(Layer { name, folder, text, table, says, may_replace: true });
        Ok(())
    }
}

impl Layer {
    /// Files and folders of rules, as this program can open them.
    pub(super) fn rules(&self) -> impl Iterator<Item = PathBuf> {
        self.says.rules.iter().map(|path| self.folder.join(path))
    }

    /// Where this file says a value: `heliodon.toml:5`; without the line where it is written in a way that is not looked for.
    pub(super) fn origin(&self, path: &[&str]) -> Option<String> {
        self.value(path)?;
        let line = (1..=path.len()).rev().find_map(|length| self.line_of(path.get(..length)?));
        Some(line.map_or_else(|| self.name.clone(), |line| format!("{}:{line}", self.name)))
    }

    /// Where each item of a list of tables begins.
    pub(super) fn origins(&self, path: &[&str]) -> Vec<String> {
        let count = self.value(path).and_then(toml::Value::as_array).map_or(0, Vec::len);
        let head = format!("[[{}]]", path.join("."));
        let heads = self.text.lines().enumerate().filter(|(_, line)| squeezed(line).starts_with(&head)).map(|(index, _)| index + 1);
        let lines: Vec<_> = heads.map(Some).chain(std::iter::repeat(None)).take(count).collect();
        let all = || self.origin(path).unwrap_or_else(|| self.name.clone());
        lines.into_iter().map(|line| line.map_or_else(all, |line| format!("{}:{line}", self.name))).collect()
    }

    fn value(&self, path: &[&str]) -> Option<&toml::Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.table.get(*first)?, |value, key| value.get(key))
    }

    /// The first line that says this value, or something in it.
    fn line_of(&self, path: &[&str]) -> Option<usize> {
        let wanted = path.join(".");
        let mut table = String::new();
        let says = |line: &str| {
            let line = line.trim();
            let said = match line.strip_prefix('[') {
                Some(head) => {
                    table = squeezed(head.trim_start_matches('[').split(']').next().unwrap_or_default());
                    table.clone()
                }
                None => match line.split_once('=').map(|(key, _)| squeezed(key)) {
                    Some(key) if table.is_empty() => key,
                    Some(key) => format!("{table}.{key}"),
                    None => return false,
                },
            };
            said.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.text.lines().position(says).map(|index| index + 1)
    }

    /// A mistake in this file. The phrase names what is wrong in backticks, first of all; by that the line is found.
    pub(super) fn mistake(&self, phrase: &str) -> Error {
        let word = phrase.split('`').nth(1).unwrap_or_default();
        let line = self.line(word).map_or_else(String::new, |line| format!("line {line}: "));
        Error::Input(format!("configuration `{}`: {line}{phrase}", self.name))
    }

    /// Says nothing that a file below locks.
    fn keep_to(&mut self, below: &[Self]) -> Result<(), Error> {
        let locker = |part| below.iter().find(|layer| layer.says.locked.has(part)).map(|layer| &layer.name);
        let Says { disable, scan, policy, zones, .. } = &self.says;
        let said = [
            (Part::Disable, "disable", !disable.is_empty()),
            (Part::Scan, "scan", !scan.exclude.is_empty() || scan.gitignore.is_some()),
            (Part::Policy, "policy", *policy != PolicyFile::default()),
            (Part::Zones, "zones", !zones.is_empty()),
        ];
        for (part, word, _) in said.into_iter().filter(|(.., says)| *says) {
            if let Some(name) = locker(part) {
                return Err(self.mistake(&format!("`{word}` is locked by `{name}`")));
            }
        }
        self.may_replace = locker(Part::Rules).is_none();
        Ok(())
    }

    /// Where a key, a table or else a string stands.
    fn line(&self, word: &str) -> Option<usize> {
        let is_key = |line: &str| {
            let key = line.trim_start().trim_start_matches('[');
            let keys = [Some(key), key.strip_prefix("policy.")];
            keys.into_iter().flatten().filter_map(|key| key.strip_prefix(word)).any(|rest| rest.trim_start().starts_with(['=', ']', '.']))
        };
        let quoted = [format!("\"{word}\""), format!("'{word}'")];
        let mut lines = self.text.lines();
        let of = |at: usize| at + 1;
        lines.position(is_key).or_else(|| self.text.lines().position(|line| quoted.iter().any(|word| line.contains(word)))).map(of).filter(|_| !word.is_empty())
    }
}

/// Without what may stand around a key.
fn squeezed(key: &str) -> String {
    key.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file can be written");
        }
        folder
    }

    fn names(files: &[(&str, &str)], named: &[&str]) -> Result<Vec<String>, String> {
        let folder = folder(files);
        let paths: Vec<_> = named.iter().map(|name| folder.path().join(name)).collect();
        let said = |error: Error| error.to_string().replace(&format!("{}/", folder.path().display()), "");
        let name = |layer: &Layer| Path::new(&layer.name).file_name().map(|name| name.to_string_lossy().into_owned());
        read(&paths).map(|layers| layers.iter().filter_map(name).collect()).map_err(said)
    }

    #[test]
    fn what_a_file_extends_lies_below_it_once() {
        let files = [("a", "extends = ['c', 'b']"), ("b", "extends = ['c']"), ("c", ""), ("d", "extends = ['d']")];
        assert_eq!(names(&files, &["a"]), Ok(vec!["c".into(), "b".into(), "a".into()]));
        assert_eq!(names(&files, &["b", "a"]), Ok(vec!["c".into(), "b".into(), "a".into()]));
        assert_eq!(names(&files, &["d"]), Err("configuration `d` extends itself".into()));
        assert!(names(&files, &["e"]).is_err());
    }

    #[test]
    fn what_is_locked_cannot_be_said_above() {
        let org = ("org", "locked = ['disable', 'policy']\ndisable = ['x']\n");
        let with = |text: &str| names(&[org, ("repo", text)], &["org", "repo"]).map(|_| ());
        assert_eq!(with("rules = ['mine.yaml']\n[scan]\nexclude = ['a']\n"), Ok(()));
        assert_eq!(with("\n\ndisable = ['y']\n"), Err("configuration `repo`: line 3: `disable` is locked by `org`".into()));
        assert_eq!(with("[policy.levels]\nx = 'note'\n"), Err("configuration `repo`: line 1: `policy` is locked by `org`".into()));
        let all = names(&[("org", "locked = true"), ("repo", "[[zones]]\nzone = 'a'\n")], &["org", "repo"]);
        assert_eq!(all, Err("configuration `repo`: line 1: `zones` is locked by `org`".into()));
        let wrong = names(&[("org", "locked = ['everything']")], &["org"]).expect_err("there is no such part");
        assert!(wrong.contains("line 1") && wrong.contains("or a list of"), "{wrong}");
    }

    #[test]
    fn the_origin_of_a_value_is_its_file_and_line() {
        let text = "disable = ['a']\n[policy]\nmax_life = '1d'\nlevels.'x' = 'note'\ndemands = { research = ['owner'] }\n[[zones]]\nzone = 'a'\n[policy.tiers.high]\napprovals = 1\n[[zones]]\nzone = 'b'\n";
        let folder = folder(&[("a", text)]);
        let layer = read(&[folder.path().join("a")]).expect("a configuration").remove(0);
        let line = |path: &[&str]| layer.origin(path).map(|origin| origin.rsplit(':').next().unwrap_or_default().to_owned());
        let expected = [
            ("disable", "1"),
            ("policy.max_life", "3"),
            ("policy.levels.x", "4"),
            ("policy.demands.research", "5"),
            ("policy.tiers.high", "8"),
            ("policy.tiers.high.approvals", "9"),
        ];
        for (path, at) in expected {
            assert_eq!(line(&path.split('.').collect::<Vec<_>>()).as_deref(), Some(at), "{path}");
        }
        assert_eq!(line(&["policy", "max_waiver"]), None);
        let zones: Vec<_> = layer.origins(&["zones"]).iter().filter_map(|origin| origin.rsplit(':').next().map(str::to_owned)).collect();
        assert_eq!(zones, ["6", "10"]);
    }

    /// `HELIODON_REWRITE=1 cargo test` writes it anew.
    #[test]
    fn the_published_schema_is_the_one_of_the_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/heliodon.schema.json");
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(Says)).expect("a schema is JSON") + "\n";
        if std::env::var_os("HELIODON_REWRITE").is_some() {
            fs::write(file, &schema).expect("written");
        }
        assert!(fs::read_to_string(file).expect("the schema is checked in") == schema, "run with HELIODON_REWRITE=1");
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema");
        let valid = |text: &str| validator.is_valid(&serde_json::to_value(toml::from_str::<toml::Table>(text).expect("TOML")).expect("JSON"));
        assert!(valid("locked = ['rules']\n[policy]\nmax_life = '1d'\n[policy.release]\nproduction = ['no-code']\n[policy.waivers.error]\nmax = '30d'\n"));
        assert!(!valid("[policy]\nmax_live = '1d'\n") && !valid("[policy.release]\nproduction = ['no-coed']\n"));
    }
}
