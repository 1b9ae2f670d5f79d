//! Every rule and verdict can be told to people and dashboards.

use std::collections::BTreeSet;

use heliodon::domain::{Face, Family};
use heliodon::{reconcile, report, rulepack};

fn faces() -> Vec<Face> {
    rulepack::pack().faces(|_| true).into_iter().chain(reconcile::verdicts::faces()).collect()
}

#[test]
fn codes_and_names_are_unique_and_families_fit() {
    let faces = faces();
    let codes: BTreeSet<u32> = faces.iter().map(|face| face.code).collect();
    let names: BTreeSet<&str> = faces.iter().map(|face| face.name.as_str()).collect();
    assert_eq!((codes.len(), names.len()), (faces.len(), faces.len()));
    for face in &faces {
        assert_eq!(Family::of(face.code), Some(face.family), "{}", face.name);
        assert!(face.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{}", face.name);
    }
}

#[test]
fn every_class_of_a_taxonomy_is_known_to_the_reports() {
    for face in faces() {
        for taxon in &face.taxa {
            assert!(report::knows(taxon), "{}: {} {}", face.name, taxon.taxonomy, taxon.id);
        }
    }
}

#[test]
fn dashboards_accept_what_a_face_says() {
    for face in faces() {
        let name = &face.name;
        assert!(face.severity > 0.0 && face.severity <= 10.0, "{name}");
        assert!(face.messages.first().is_some_and(|message| message.0 == "default"), "{name}");
        assert!(face.messages.iter().all(|message| message.1.ends_with('.')), "{name}: messages are sentences");
        assert!(
            [&face.summary, &face.description, &face.remedy].iter().all(|text| !text.is_empty() && text.len() <= 1024),
            "{name}: between one and 1024 characters"
        );
        assert!(face.help_url.iter().all(|url| url.starts_with("https://")), "{name}");
    }
}
