//! The matching ladder: how what was seen is tied to what is registered, strongest rung first (`facts/models.md`, E.3).

mod files;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobMatcher, GlobSet};

use super::bundles::split;
use crate::domain::{Entry, ModelEntry, Registrations, glob};

pub(super) use files::text;
pub(super) use names::Coverage;

/// On which rung a registration was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rung {
    /// Content digest of the only file.
    Digest,
    /// Content digests of all files.
    FileSet,
    /// Tensor names, types and shapes.
    Header,
    /// An identifier that the artifact carries (a UUID, `m-…` of MLflow, its repository in a hub's cache) and an entry lists among its references.
    Identifier,
    /// A side-car lies beside it.
    SideCar,
    /// A registered location.
    Location,
    /// Name and version, from the metadata.
    NameAndVersion,
}

/// Where an artifact stands in the registry.
pub(super) enum Standing<'a> {
    Registered {
        entry: &'a Entry<ModelEntry>,
        rung: Rung,
    },
    /// An entry speaks of it, but of other bytes: so many of its files are not the registered ones.
    Drift {
        entry: &'a Entry<ModelEntry>,
        rung: Rung,
        files: usize,
        of: usize,
    },
    /// All registered files are here, and so many others beside them that no entry names.
    More {
        entry: &'a Entry<ModelEntry>,
        files: usize,
    },
    /// The name of an entry, and nothing that ties these bytes to it.
    NameOnly {
        entry: &'a Entry<ModelEntry>,
    },
    /// Made from another model.
    Derived(Derived<'a>),
    /// It was fetched from a hub, by a name under `allow`.
    Allowed,
    Unknown,
}

/// What an artifact was made from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Derived<'a> {
    pub(super) base: String,
    pub(super) kind: Kinship,
    /// What the base was made from, and so on, as far as anything here tells.
    pub(super) chain: Vec<String>,
    /// The entry of the base, or of the nearest of the chain that has one.
    pub(super) entry: Option<&'a Entry<ModelEntry>>,
}

/// How an artifact comes from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kinship {
    FineTune,
    Adapter,
    Quantisation,
    Merge,
    /// Only that there is a base is said.
    Derivative,
    /// Nothing is said: it has the same tensor names, types and shapes, and other bytes.
    Structure,
}

impl Kinship {
    /// From the word of an artifact.
    pub(super) fn of(relation: Option<&str>, bases: usize) -> Self {
        match relation {
            Some("adapter") => Self::Adapter,
            Some("quantized" | "quantised") => Self::Quantisation,
            Some("merge") => Self::Merge,
            Some("fine-tune" | "finetune") => Self::FineTune,
            _ if bases > 1 => Self::Merge,
            _ => Self::Derivative,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::FineTune => "fine-tune",
            Self::Adapter => "adapter",
            Self::Quantisation => "quantisation",
            Self::Merge => "merge",
            Self::Derivative => "derivative",
            Self::Structure => "same structure",
        }
    }
}

/// What surrounds an artifact.
pub(super) struct Around<'s, 'a> {
    /// The manifests that lie beside it.
    pub(super) side_cars: &'s [&'a Entry<ModelEntry>],
    /// Paths and addresses of its files and its folder.
    pub(super) addresses: &'s [String],
    /// Content digests of everything that was seen, as entries write them.
    pub(super) present: &'s BTreeSet<String>,
}

/// The registry, ready to be asked.
pub(super) struct Ladder<'a> {
    entries: Vec<&'a Entry<ModelEntry>>,
    by_digest: BTreeMap<&'a str, Vec<usize>>,
    by_name: BTreeMap<String, Vec<usize>>,
    by_reference: BTreeMap<String, Vec<usize>>,
    /// By what follows the scheme of a reference.
    by_identifier: BTreeMap<&'a str, Vec<usize>>,
    locations: GlobSet,
    /// The entry of each glob in `locations`.
    located: Vec<usize>,
    allowed: Vec<GlobMatcher>,
}

impl Rung {
    /// How the registration was found, for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Digest => "content digest",
            Self::FileSet => "content digests of its files",
            Self::Header => "tensor names and shapes",
            Self::Identifier => "identifier that it carries",
            Self::SideCar => "side-car manifest",
            Self::Location => "registered location",
            Self::NameAndVersion => "name and version",
        }
    }
}

impl<'a> Standing<'a> {
    /// The artifact's own entry.
    pub(super) fn entry(&self) -> Option<&'a Entry<ModelEntry>> {
        match self {
            Self::Registered { entry, .. } | Self::Drift { entry, .. } | Self::More { entry, .. } => Some(entry),
            _ => None,
        }
    }

    pub(super) fn rung(&self) -> Option<Rung> {
        match self {
            Self::Registered { rung, .. } | Self::Drift { rung, .. } => Some(*rung),
            Self::More { .. } => Some(Rung::FileSet),
            _ => None,
        }
    }
}

impl<'a> Ladder<'a> {
    /// The order of registries on the command line decides nothing: entries are asked in the order of their names.
    pub(super) fn new(registrations: &'a Registrations) -> Self {
        let mut entries: Vec<_> = registrations.models.iter().collect();
        entries.sort_by(|a, b| (&a.value, &a.declared).cmp(&(&b.value, &b.declared)));
        let mut ladder = Self {
            by_digest: BTreeMap::new(),
            by_name: BTreeMap::new(),
            by_reference: BTreeMap::new(),
            by_identifier: BTreeMap::new(),
            locations: GlobSet::empty(),
            located: Vec::new(),
            allowed: registrations.allow.iter().filter_map(|allow| glob(&allow.value).ok()).collect(),
            entries,
        };
        ladder.index();
        ladder
    }

    fn index(&mut self) {
        let mut globs = globset::GlobSetBuilder::new();
        for (index, entry) in self.entries.iter().enumerate() {
            self.by_name.entry(folded(&entry.value.name)).or_default().push(index);
            for digest in &entry.value.digests {
                self.by_digest.entry(digest).or_default().push(index);
            }
            for reference in &entry.value.references {
                self.by_reference.entry(reference.clone()).or_default().push(index);
                let (_, identifier) = reference.split_once(':').unwrap_or_default();
                self.by_identifier.entry(identifier).or_default().push(index);
            }
            for location in locations(entry) {
                if let Ok(glob) = globset::Glob::new(&location) {
                    globs.add(glob);
                    self.located.push(index);
                }
            }
        }
        self.locations = globs.build().unwrap_or_default();
    }

    fn entry(&self, index: usize) -> Option<&'a Entry<ModelEntry>> {
        self.entries.get(index).copied()
    }

    /// Entries of which a glob matches the path or address, in order.
    fn located(&self, address: &str) -> Vec<&'a Entry<ModelEntry>> {
        let mut found: Vec<_> = self.locations.matches(address).into_iter().filter_map(|glob| self.located.get(glob).copied()).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|index| self.entry(index)).collect()
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &'a Entry<ModelEntry>> {
        self.by_name.get(&folded(name)).into_iter().flatten().filter_map(|index| self.entry(*index))
    }

    fn referred(&self, reference: &str) -> Option<&'a Entry<ModelEntry>> {
        self.by_reference.get(reference).and_then(|entries| self.entry(*entries.first()?))
    }
}

/// A location as globs: as it is written, below the folder of the registry file, and everything in both, for folders and archives.
fn locations(entry: &Entry<ModelEntry>) -> Vec<String> {
    let mut all = Vec::new();
    for location in &entry.value.locations {
        let plain = location.strip_prefix("./").unwrap_or(location).trim_end_matches('/');
        let folder = split(&entry.declared.file).0.trim_start_matches("./");
        let below = (!folder.is_empty() && !folder.starts_with('/') && !plain.contains("://")).then(|| resolve(folder, plain)).flatten();
        for base in [Some(plain.to_owned()), below].into_iter().flatten() {
            all.push(format!("{base}/**"));
            all.push(format!("{base}!/**"));
            all.push(base);
        }
    }
    all
}

/// A relative path from a folder, `.` and `..` resolved; none when it leaves the root.
pub(super) fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for name in folder.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// Names are compared without regard to case and to the strokes between words.
fn folded(name: &str) -> String {
    name.trim().chars().map(|c| if matches!(c, '_' | ' ') { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_are_resolved_and_stay_inside() {
        assert_eq!(resolve("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(resolve("a", "../../d"), None);
    }

    #[test]
    fn a_location_is_relative_to_the_root_or_to_its_registry() {
        let value = ModelEntry { name: "m".into(), locations: vec!["./weights/".into(), "s3://b/m.pt".into()], ..ModelEntry::default() };
        let declared = crate::domain::Declared { file: "governance/r.yaml".into(), line: 1 };
        let registrations = Registrations { models: vec![Entry { declared, value }], ..Registrations::default() };
        let ladder = Ladder::new(&registrations);
        let found = |address: &str| !ladder.located(address).is_empty();
        assert!(found("weights/a.zip!/b.pt") && found("weights!/b.pt"));
        assert!(found("weights/a/b.pt") && found("governance/weights/b.pt") && found("s3://b/m.pt"));
        assert!(!found("other/weights/b.pt") && !found("weights2/b.pt"));
    }
}
