//! Artifacts brought together into models, with their side-cars.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::domain::{Artifact, DigestKind, Entry, ModelEntry, Origin, Place, Step};
use crate::reconcile::bundles::{Bundle, bundles, identity, split, without_shard};
use crate::reconcile::cases::{Case, Kind, Model, Part, Sight, is_content};
use crate::reconcile::ladder::Ladder;
use crate::reconcile::zones::Zones;

/// Roles of files in which a secret travels with the model.
const CARRIERS: [&str; 5] = ["model", "adapter", "weights", "tokenizer", "config"];

/// A manifest, and what it lies beside.
pub(in crate::reconcile) struct SideCar {
    target: u32,
    revision: Option<String>,
    /// The artifact's path (`*.model.yaml`), or its folder (`model.yaml`).
    beside: Beside,
    entry: Entry<ModelEntry>,
}

enum Beside {
    Path(String),
    Folder(String),
}

pub(super) fn cases<'a>(seen: &[(&'a Place, &'a Artifact)], side_cars: &'a [SideCar], ladder: &Ladder<'a>, zones: &Zones<'_>) -> Vec<Case<'a>> {
    let parts: Vec<_> = seen.iter().map(|(place, artifact)| Part { place, artifact }).collect();
    let bundles = bundles(&parts);
    let neighbours = neighbours(&bundles);
    let case = |bundle: Bundle<'a>| {
        let beside: Vec<_> = side_cars.iter().filter(|side_car| side_car.lies_beside(&bundle, &neighbours)).map(|side_car| &side_car.entry).collect();
        let standing = ladder.standing(&bundle, &beside, &addresses(&bundle));
        let is_model = bundle.parts.iter().any(|part| is_content(part.artifact) || part.artifact.format.starts_with("mlflow"));
        let subject = subject(&bundle);
        let mut sights: Vec<_> = bundle.parts.iter().filter(|part| !is_model || is_content(part.artifact)).map(|part| sight(part, zones)).collect();
        if sights.is_empty() {
            sights = bundle.parts.iter().map(|part| sight(part, zones)).collect();
        }
        sights.sort_by_key(|sight| sight.place);
        let label = label(&bundle);
        let model = Model { parts: bundle.parts, is_model, standing, loaders: Vec::new() };
        Case { subject, label, sights, kind: Kind::Model(Box::new(model)) }
    };
    bundles.into_iter().map(case).collect()
}

fn sight<'a>(part: &Part<'a>, zones: &Zones<'_>) -> Sight<'a> {
    Sight { place: part.place, zone: zones.of_place(part.place).map(str::to_owned), sureness: part.artifact.sureness }
}

/// Name of the file or folder.
fn label(bundle: &Bundle<'_>) -> String {
    let name = split(&bundle.root).1.trim_end_matches('!');
    let told = || bundle.parts.iter().find_map(|part| part.artifact.facts.get("name")).cloned();
    if name.is_empty() { told().unwrap_or_else(|| "model".to_owned()) } else { name.to_owned() }
}

/// The digest of the only file, or one over the digests of all files.
fn subject(bundle: &Bundle<'_>) -> Option<String> {
    let digests = identity(bundle)?;
    match digests.as_slice() {
        [one] => Some(format!("{}:{one}", if one.len() == 32 { "md5" } else { "sha256" })),
        all => {
            let hash = Sha256::digest(all.join("\n").as_bytes());
            Some(hash.iter().take(20).fold("set:".to_owned(), |text, byte| format!("{text}{byte:02x}")))
        }
    }
}

/// Paths and addresses under which a registry may know a model: of its folder, and of each file that holds it.
fn addresses(bundle: &Bundle<'_>) -> Vec<String> {
    let mut all = vec![bundle.root.clone()];
    for part in bundle.parts.iter().filter(|part| is_content(part.artifact)) {
        let path = part.place.display();
        all.push(format!("{}://{path}", part.place.origin.scheme));
        all.push(path);
    }
    all.sort();
    all.dedup();
    all
}

/// Where a bundle lies, for side-cars: target, revision, folder.
type Spot = (u32, Option<String>, String);

/// How many models lie in a folder.
fn neighbours(bundles: &[Bundle<'_>]) -> BTreeMap<Spot, usize> {
    let mut counts = BTreeMap::new();
    for bundle in bundles {
        for spot in spots(bundle) {
            *counts.entry(spot).or_default() += 1;
        }
    }
    counts
}

/// The folders of a bundle's files; the same bytes may lie in several.
fn spots(bundle: &Bundle<'_>) -> Vec<Spot> {
    let spot = |part: &Part<'_>| (part.place.origin.target, part.place.origin.revision.clone(), split(&part.place.display()).0.to_owned());
    let mut spots: Vec<_> = bundle.parts.iter().filter(|part| is_content(part.artifact)).map(spot).collect();
    spots.sort();
    spots.dedup();
    spots
}

impl SideCar {
    pub(super) fn new(place: &Place, entry: &ModelEntry) -> Self {
        let path = place.display();
        let (folder, name) = split(&path);
        let beside = match path.strip_suffix(".model.yaml").filter(|_| name != "model.yaml") {
            Some(artifact) => Beside::Path(artifact.to_owned()),
            None => Beside::Folder(folder.to_owned()),
        };
        Self { target: place.origin.target, revision: place.origin.revision.clone(), beside, entry: super::declared(place, entry) }
    }

    /// `model.yaml` speaks of the only model in its folder; of several, of those whose digests it names.
    fn lies_beside(&self, bundle: &Bundle<'_>, neighbours: &BTreeMap<Spot, usize>) -> bool {
        match &self.beside {
            Beside::Path(path) => {
                let named = |part: &Part<'_>| without_shard(&part.place.display()) == *path || part.place.display() == *path;
                bundle.parts.iter().any(|part| self.is_home(part) && (named(part) || bundle.root == *path))
            }
            Beside::Folder(folder) => {
                let whole = bundle.root == *folder && bundle.parts.iter().any(|part| self.is_home(part));
                let spot = (self.target, self.revision.clone(), folder.clone());
                let inside = spots(bundle).contains(&spot);
                whole || inside && (neighbours.get(&spot).is_some_and(|count| *count == 1) || self.names_bytes_of(bundle))
            }
        }
    }

    fn is_home(&self, part: &Part<'_>) -> bool {
        part.place.origin.target == self.target && part.place.origin.revision == self.revision
    }

    fn names_bytes_of(&self, bundle: &Bundle<'_>) -> bool {
        let digests = bundle.parts.iter().flat_map(|part| &part.artifact.digests).filter(|digest| digest.kind != DigestKind::Header);
        digests.map(crate::reconcile::ladder::text).any(|digest| self.entry.value.digests.contains(&digest))
    }
}

/// Names of artifacts by their bytes: which artifact does a place lie in?
pub(super) struct Inside {
    names: BTreeMap<(Origin, Vec<Step>), String>,
}

impl Inside {
    pub(super) fn new(cases: &[Case<'_>]) -> Self {
        let mut names = BTreeMap::new();
        for case in cases {
            for part in case.artifact().into_iter().flat_map(|model| &model.parts).filter(|part| CARRIERS.contains(&part.artifact.role.as_str())) {
                names.insert((part.place.origin.clone(), part.place.steps.clone()), case.label.clone());
            }
        }
        Self { names }
    }

    /// Name of the artifact whose bytes, or text fields, or members hold this place.
    pub(super) fn artifact(&self, place: &Place) -> Option<String> {
        let outwards = (0..=place.steps.len()).rev().filter_map(|count| place.steps.get(..count));
        outwards.into_iter().find_map(|steps| self.names.get(&(place.origin.clone(), steps.to_vec()))).cloned()
    }
}
