//! The estate as a whole: the inventory, and research that shares a target with production or with all that it is made of.

use std::collections::BTreeMap;

use super::Seen;
use crate::domain::{Artifact, Asset, Entry, ModelEntry, Place, Stage};
use crate::reconcile::cases::{Case, Kind, Mixed};
use crate::reconcile::zones::{Zones, weight};

/// Notes with the first research model of each target what shares the target with it.
pub(super) fn mark<'a>(artifacts: &mut [Case<'a>], references: &[Case<'a>], beside: &[(&'a Place, &'a Artifact)]) {
    let mut first: BTreeMap<u32, (usize, Mixed<'a>)> = BTreeMap::new();
    for (index, place) in artifacts.iter().enumerate().filter_map(|(index, case)| Some((index, research(case)?))) {
        let (_, mixed) = first.entry(place.origin.target).or_insert_with(|| (index, Mixed::default()));
        mixed.research.push(place);
    }
    if first.is_empty() {
        return;
    }
    for (case, place) in artifacts.iter().chain(references).filter_map(|case| Some((case, production(case)?))) {
        if let Some((_, mixed)) = first.get_mut(&place.origin.target) {
            mixed.production.get_or_insert((case.label.clone(), place));
        }
    }
    for (place, artifact) in beside.iter().filter(|(place, _)| place.presence().lasts()) {
        if let Some((_, mixed)) = first.get_mut(&place.origin.target) {
            mixed.beside.entry(&artifact.role).or_insert(place);
        }
    }
    for (index, mixed) in first.into_values() {
        if let Some(Case { kind: Kind::Model(model), .. }) = artifacts.get_mut(index) {
            model.mixed = Some(mixed);
        }
    }
}

/// Where a model of research lies that is registered as one.
fn research<'a>(case: &Case<'a>) -> Option<&'a Place> {
    let is_research = |entry: &Entry<ModelEntry>| entry.value.stage == Some(Stage::Research);
    case.model()?;
    case.present_entry().filter(|entry| is_research(entry))?;
    case.sights.iter().find(|sight| sight.place.presence().lasts()).map(|sight| sight.place)
}

/// Where a model of production lies or is used: by its stage, or, when nothing is registered of it, by the zone.
fn production<'a>(case: &Case<'a>) -> Option<&'a Place> {
    if case.model().is_none() && case.reference().is_none() {
        return None;
    }
    let in_production = |zone: Option<&str>| weight(zone) == weight(Some("production"));
    let stage = case.model_entry().map(|entry| entry.value.stage);
    let mut sights = case.sights.iter().filter(|sight| sight.place.presence().lasts());
    match stage {
        Some(Some(Stage::Production)) => sights.next(),
        Some(Some(_)) => None,
        _ => sights.find(|sight| in_production(sight.zone.as_deref())),
    }
    .map(|sight| sight.place)
}

/// Everything that belongs to the estate, in the order of kinds and places.
pub(super) fn inventory(artifacts: &[Case<'_>], references: &[Case<'_>], seen: &Seen<'_>, zones: &Zones<'_>) -> Vec<Asset> {
    let case = |case: &Case<'_>, kind: &str| Asset {
        kind: kind.to_owned(),
        name: case.label.clone(),
        format: case.model().map(|model| model.format().to_owned()),
        registered: case.model_entry().map(|entry| entry.value.title()),
        zone: case.main(&case.all()).and_then(|sight| sight.zone.clone()),
        places: case.sights.iter().map(|sight| sight.place.clone()).collect(),
    };
    let zone = |place: &Place| zones.of_place(place).map(str::to_owned);
    let models = artifacts.iter().filter(|case| case.model().is_some()).map(|it| case(it, "model"));
    let used = references.iter().map(|it| case(it, "reference"));
    let mut dynamic: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for (place, reference) in seen.references.iter().filter(|(_, reference)| reference.dynamic) {
        dynamic.entry(reference.identity.to_string()).or_default().push((*place).clone());
    }
    let dynamic = dynamic.into_iter().map(|(name, places)| Asset {
        kind: "dynamic-reference".to_owned(),
        zone: places.first().and_then(zone),
        name,
        places,
        ..Asset::default()
    });
    let beside = seen.beside.iter().map(|(place, artifact)| Asset {
        kind: artifact.role.clone(),
        name: place.display(),
        format: Some(artifact.format.clone()),
        zone: zone(place),
        places: vec![(*place).clone()],
        ..Asset::default()
    });
    models.chain(used).chain(dynamic).chain(beside).collect()
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::Estate;

    #[test]
    fn the_inventory_names_everything_of_the_estate() {
        let estate = Estate::new()
            .artifact("m/a.pt", "model", "a", |_| {})
            .artifact("prompts/system.txt", "prompt", "", |_| {})
            .artifact("data/train.jsonl", "dataset", "", |_| {})
            .reference("a.py", "hf:org/x", |_| {})
            .reference("b.py", "hf:args.model", |reference| reference.dynamic = true)
            .model("name: churn\nversion: 3\ndigests: [\"sha256:@a\"]\n");
        let told: Vec<_> = estate.run().inventory.into_iter().map(|asset| (asset.kind, asset.name, asset.registered.unwrap_or_default())).collect();
        let expected = [
            ("model", "a.pt", "churn 3"),
            ("reference", "hf:org/x", ""),
            ("dynamic-reference", "hf:args.model", ""),
            ("dataset", "data/train.jsonl", ""),
            ("prompt", "prompts/system.txt", ""),
        ];
        assert_eq!(told, expected.map(|(kind, name, entry)| (kind.to_owned(), name.to_owned(), entry.to_owned())));
        assert!(estate.findings("unregistered-artifact").is_empty());
    }
}
