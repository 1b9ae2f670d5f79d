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
    let paths = paths(artifacts);
    let mut together: BTreeMap<&'a Identity, Vec<(&'a Place, &'a Reference)>> = BTreeMap::new();
    for (place, reference) in seen.iter().filter(|(_, reference)| !reference.dynamic) {
        match loaded(place, reference, &paths).and_then(|index| artifacts.get_mut(index)) {
            Some(Case { kind: Kind::Model(model), .. }) => model.loaders.push(place),
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

/// Artifacts by target and path: of their files, and of the folders that are one model.
fn paths(artifacts: &[Case<'_>]) -> BTreeMap<(u32, String), usize> {
    let mut paths = BTreeMap::new();
    for (index, case) in artifacts.iter().enumerate() {
        let Some(model) = case.artifact() else { continue };
        for part in &model.parts {
            let path = part.place.display();
            let target = part.place.origin.target;
            if model.parts.len() > 1 {
                paths.entry((target, split(&path).0.to_owned())).or_insert(index);
            }
            // What lies there now comes before what lay there once.
            match is_now(part.place) {
                true => drop(paths.insert((target, path), index)),
                false => drop(paths.entry((target, path)).or_insert(index)),
            }
        }
    }
    paths
}

/// The artifact at the path that a reference names: from the folder of the code, or from the root.
fn loaded(place: &Place, reference: &Reference, paths: &BTreeMap<(u32, String), usize>) -> Option<usize> {
    if reference.identity.scheme != "path" {
        return None;
    }
    let name = reference.identity.name.trim_end_matches('/');
    let code = place.display();
    let candidates = [resolve(split(&code).0, name), resolve("", name)];
    candidates.into_iter().flatten().filter(|path| !path.is_empty()).find_map(|path| paths.get(&(place.origin.target, path)).copied())
}
