//! References brought together by identity; paths are joined to the artifacts that lie there.

use std::collections::BTreeMap;

use crate::domain::{Identity, Place, Reference, Sureness};
use crate::reconcile::bundles::split;
use crate::reconcile::cases::{Case, Kind, Sight, Used};
use crate::reconcile::ladder::{Coverage, Ladder, resolve};
use crate::reconcile::times::is_now;
use crate::reconcile::zones::Zones;

/// Names that are computed at run time are inventory, never a case. Code that loads an artifact found here is noted with the
/// artifact, so that there is one finding with both places.
pub(super) fn cases<'a>(seen: &[(&'a Place, &'a Reference)], artifacts: &mut [Case<'a>], ladder: &Ladder<'a>, zones: &Zones<'a>) -> Vec<Case<'a>> {
    let paths = Paths::new(artifacts);
    let mut together: BTreeMap<&'a Identity, Vec<(&'a Place, &'a Reference)>> = BTreeMap::new();
    for (place, reference) in seen.iter().filter(|(_, reference)| !reference.dynamic) {
        match paths.loaded(place, reference).and_then(|index| artifacts.get_mut(index)) {
            Some(Case { kind: Kind::Model(model), .. }) => model.loaders.push(place),
            _ if !is_of_model(reference) => {}
            _ => together.entry(&reference.identity).or_default().push((place, reference)),
        }
    }
    together.into_iter().map(|(identity, seen)| case(identity, seen, ladder, zones)).collect()
}

fn case<'a>(identity: &Identity, seen: Vec<(&'a Place, &'a Reference)>, ladder: &Ladder<'a>, zones: &Zones<'a>) -> Case<'a> {
    let sight = |place: &'a Place| {
        let lies = zones.of_place(place);
        Sight { place, zone: lies.map(str::to_owned), lies, sureness: Sureness::Likely }
    };
    let coverage: Vec<Coverage<'a>> = seen.iter().map(|(_, reference)| ladder.coverage(reference)).collect();
    let used = Used { seen: seen.iter().map(|(_, reference)| *reference).collect(), coverage };
    Case {
        subject: Some(identity.to_string()),
        label: identity.to_string(),
        sights: seen.iter().map(|(place, _)| sight(place)).collect(),
        kind: Kind::Reference(Box::new(used)),
    }
}

/// Where artifacts lie.
#[derive(Default)]
struct Paths {
    /// By target and path: of their files, and of the folders that are one model.
    exact: BTreeMap<(u32, String), usize>,
    /// By target and the last two names of the path; none where several artifacts end so.
    endings: BTreeMap<(u32, String), Option<usize>>,
}

impl Paths {
    fn new(artifacts: &[Case<'_>]) -> Self {
        let mut paths = Self::default();
        for (index, case) in artifacts.iter().enumerate() {
            let Some(model) = case.artifact() else { continue };
            for part in &model.parts {
                let path = part.place.display();
                let target = part.place.origin.target;
                if model.parts.len() > 1 {
                    paths.exact.entry((target, split(&path).0.to_owned())).or_insert(index);
                }
                if let Some(ending) = ending(&path) {
                    let known = paths.endings.entry((target, ending.to_owned())).or_insert(Some(index));
                    *known = known.filter(|known| *known == index);
                }
                // What lies there now comes before what lay there once.
                match is_now(part.place) {
                    true => drop(paths.exact.insert((target, path), index)),
                    false => drop(paths.exact.entry((target, path)).or_insert(index)),
                }
            }
        }
        paths
    }

    /// The artifact at the path that a reference names: from the folder of the code, from the folders around it and the root, where
    /// programs are started, or, for a path of another machine or an image, the only one that ends alike.
    fn loaded(&self, place: &Place, reference: &Reference) -> Option<usize> {
        if reference.identity.scheme != "path" {
            return None;
        }
        let name = reference.identity.name.trim_end_matches('/');
        let target = place.origin.target;
        let code = place.display();
        let relative = name.trim_start_matches('/');
        let folders = std::iter::successors(Some(split(&code).0), |folder| (!folder.is_empty()).then(|| split(folder).0));
        let candidates = folders.filter_map(|folder| resolve(folder, relative)).filter(|path| !path.is_empty());
        let exact = || candidates.into_iter().find_map(|path| self.exact.get(&(target, path)).copied());
        let alike = || self.endings.get(&(target, ending(relative)?.to_owned())).copied().flatten();
        exact().or_else(alike)
    }
}

/// The last two names of a path.
fn ending(path: &str) -> Option<&str> {
    let (folder, _) = path.rsplit_once('/')?;
    let start = folder.rfind('/').map_or(0, |at| at + 1);
    path.get(start..).filter(|ending| !ending.starts_with('.') && !ending.starts_with('/'))
}

/// A path that only a model has: of others nothing is said when nothing lies there.
fn is_of_model(reference: &Reference) -> bool {
    const ENDINGS: [&str; 14] = ["safetensors", "gguf", "pt", "pth", "ckpt", "onnx", "ort", "keras", "tflite", "cbm", "ptl", "pte", "llamafile", "skops"];
    let ending = reference.identity.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    reference.identity.scheme != "path" || ENDINGS.contains(&ending.as_str()) || ending == "joblib"
}
