//! Artifacts brought together into models, with their side-cars.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::versions;
use crate::domain::{Artifact, DigestKind, Entry, ModelEntry, Place, Step, hex};
use crate::reconcile::bundles::{Bundle, bundles, identity, split, without_shard};
use crate::reconcile::cases::{Case, Kind, Model, Part, Sight, Turn, is_content};
use crate::reconcile::ladder::{Around, Ladder, text};
use crate::reconcile::times::{State, together};
use crate::reconcile::zones::Zones;

/// Roles of files in which a secret travels with the model.
const CARRIERS: [&str; 5] = ["model", "adapter", "weights", "tokenizer", "config"];

/// A manifest, and what it lies beside.
pub(in crate::reconcile) struct SideCar<'a> {
    place: &'a Place,
    spot: Spot,
    /// `model.yaml` speaks of what lies in its folder, `*.model.yaml` of one path.
    folder: bool,
    entry: Entry<ModelEntry>,
}

/// Target and path.
type Spot = (u32, String);

pub(super) fn cases<'a>(seen: &[(&'a Place, &'a Artifact)], side_cars: &'a [SideCar<'a>], ladder: &Ladder<'a>, zones: &Zones<'a>) -> Vec<Case<'a>> {
    let parts: Vec<_> = seen.iter().map(|(place, artifact)| Part { place, artifact }).collect();
    let present = parts.iter().filter(|part| part.place.presence().lasts()).flat_map(|part| &part.artifact.digests).map(text).collect();
    let bundles = bundles(&parts);
    let beside = Beside::new(side_cars, &bundles);
    let case = |bundle: Bundle<'a>| {
        let around = Around { side_cars: &beside.of(&bundle), addresses: &addresses(&bundle), present: &present };
        let standing = ladder.standing(&bundle, &around);
        let is_model = bundle.parts.iter().any(|part| is_content(part.artifact) || speaks_of_one(part.artifact));
        let (subject, label, sights) = (subject(&bundle), label(&bundle), sights(&bundle, zones));
        let model = Model { parts: bundle.parts, is_model, standing, loaders: Vec::new(), turn: Turn::default(), mixed: None };
        Case { subject, label, sights, kind: Kind::Model(Box::new(model)) }
    };
    let mut cases: Vec<_> = bundles.into_iter().map(case).collect();
    versions::mark(&mut cases);
    cases
}

/// Is there an index, or a description, only because there is a model, though its weights are kept elsewhere?
fn speaks_of_one(artifact: &Artifact) -> bool {
    artifact.role == "index" || matches!(artifact.format.as_str(), "mlflow" | "spacy" | "triton-config" | "sentence-transformers")
}

/// The files that hold the model; of what holds none, all.
fn sights<'a>(bundle: &Bundle<'a>, zones: &Zones<'a>) -> Vec<Sight<'a>> {
    let mut sights: Vec<_> = bundle.parts.iter().filter(|part| is_content(part.artifact)).map(|part| sight(part, zones)).collect();
    if sights.is_empty() {
        sights = bundle.parts.iter().map(|part| sight(part, zones)).collect();
    }
    sights.sort_by_key(|sight| sight.place);
    sights
}

fn sight<'a>(part: &Part<'a>, zones: &Zones<'a>) -> Sight<'a> {
    let lies = zones.of_place(part.place);
    Sight { place: part.place, zone: lies.map(str::to_owned), lies, sureness: part.artifact.sureness }
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
            Some(format!("set:{}", hex(&hash[..20])))
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

/// Paths and folders of a bundle's files; the same bytes may lie in several.
fn spots(bundle: &Bundle<'_>, path: impl Fn(&str) -> String) -> Vec<Spot> {
    let spot = |part: &Part<'_>| (part.place.origin.target, path(&part.place.display()));
    let mut spots: Vec<_> = bundle.parts.iter().filter(|part| is_content(part.artifact)).map(spot).collect();
    spots.sort();
    spots.dedup();
    spots
}

/// Folders of a bundle's files, each in its state.
fn folders(bundle: &Bundle<'_>) -> BTreeSet<(Option<String>, Spot)> {
    let content = bundle.parts.iter().filter(|part| is_content(part.artifact));
    content.map(|Part { place, .. }| (State::of(place).name().map(str::to_owned), (place.origin.target, folder(&place.display())))).collect()
}

fn folder(path: &str) -> String {
    split(path).0.to_owned()
}

impl<'a> SideCar<'a> {
    pub(super) fn new(place: &'a Place, entry: &ModelEntry) -> Self {
        let path = place.display();
        let artifact = path.strip_suffix(".model.yaml").filter(|artifact| !split(artifact).1.is_empty());
        let spot = (place.origin.target, artifact.map_or_else(|| folder(&path), str::to_owned));
        Self { place, spot, folder: artifact.is_none(), entry: super::declared(place, entry) }
    }

    fn names_bytes_of(&self, bundle: &Bundle<'_>) -> bool {
        let digests = bundle.parts.iter().flat_map(|part| &part.artifact.digests).filter(|digest| digest.kind != DigestKind::Header);
        digests.map(text).any(|digest| self.entry.value.digests.contains(&digest))
    }
}

/// Side-cars by what they lie beside.
struct Beside<'a> {
    side_cars: BTreeMap<(&'a Spot, bool), Vec<&'a SideCar<'a>>>,
    /// How many models lie in a folder, by its state.
    neighbours: BTreeMap<(Option<String>, Spot), usize>,
}

impl<'a> Beside<'a> {
    fn new(all: &'a [SideCar<'a>], bundles: &[Bundle<'a>]) -> Self {
        let mut side_cars: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for side_car in all {
            side_cars.entry((&side_car.spot, side_car.folder)).or_default().push(side_car);
        }
        let mut neighbours = BTreeMap::new();
        for folder in bundles.iter().filter(|_| !all.is_empty()).flat_map(folders) {
            *neighbours.entry(folder).or_default() += 1;
        }
        Self { side_cars, neighbours }
    }

    /// The side-cars of a bundle: those that name its files, its shard set or its folder, and the `model.yaml` beside it. That one speaks
    /// of the only model in its folder; of several, of those whose digests it names.
    fn of(&self, bundle: &Bundle<'a>) -> Vec<&'a Entry<ModelEntry>> {
        if self.side_cars.is_empty() {
            return Vec::new();
        }
        let then = |side_car: &&SideCar<'a>| bundle.parts.iter().any(|part| together(part.place, side_car.place));
        let at = |spot: &Spot, folder: bool| self.side_cars.get(&(spot, folder)).into_iter().flatten().copied().filter(then).collect::<Vec<_>>();
        let roots = spots(bundle, |_| bundle.root.clone());
        let paths = spots(bundle, str::to_owned).into_iter().chain(spots(bundle, without_shard)).chain(roots.clone());
        let mut found: Vec<_> = paths.flat_map(|spot| at(&spot, false)).chain(roots.iter().flat_map(|spot| at(spot, true))).collect();
        for (state, spot) in folders(bundle) {
            let alone = self.neighbours.get(&(state, spot.clone())) == Some(&1);
            found.extend(at(&spot, true).into_iter().filter(|side_car| alone || side_car.names_bytes_of(bundle)));
        }
        found.sort_by(|a, b| a.spot.cmp(&b.spot).then_with(|| a.entry.declared.cmp(&b.entry.declared)));
        found.dedup_by(|a, b| std::ptr::eq(*a, *b));
        found.into_iter().map(|side_car| &side_car.entry).collect()
    }
}

/// Names of artifacts by where their bytes are: which artifact does a place lie in?
pub(super) struct Inside<'a> {
    names: BTreeMap<Bytes<'a>, Vec<(&'a Place, String)>>,
}

/// Target, path, and the steps into it.
type Bytes<'a> = (u32, &'a str, &'a [Step]);

impl<'a> Inside<'a> {
    pub(super) fn new(cases: &[Case<'a>]) -> Self {
        let mut names: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for case in cases {
            for part in case.artifact().into_iter().flat_map(|model| &model.parts).filter(|part| CARRIERS.contains(&part.artifact.role.as_str())) {
                let Place { origin, steps, .. } = part.place;
                names.entry((origin.target, origin.uri.as_str(), steps.as_slice())).or_default().push((part.place, case.label.clone()));
            }
        }
        Self { names }
    }

    /// Name of the artifact whose bytes, or text fields, or members hold this place.
    pub(super) fn artifact(&self, place: &Place) -> Option<String> {
        let outwards = (0..=place.steps.len()).rev().filter_map(|count| place.steps.get(..count));
        let mut around = outwards.filter_map(|steps| self.names.get(&(place.origin.target, place.origin.uri.as_str(), steps)));
        around.find_map(|all| all.iter().find(|(artifact, _)| together(artifact, place))).map(|(_, name)| name.clone())
    }
}
