//! Judgements over cases.
//!
//! To add one: write `acme.rs` with a `VERDICT`, and list it in [`VERDICTS`], by code. A verdict looks at one case at a time and says at most
//! one thing of it; whatever changes the severity is a verdict of its own. `leaked` alone speaks once a place, with the credential rule's face.

mod artifact_drift;
mod artifact_replaced;
mod credential_out_of_scope;
mod expired_secret_present;
mod incomplete_registration;
pub(super) mod leaked;
mod likely_dead_secret;
mod long_lived_secret;
mod mixed_estate;
mod model_altering_grant;
mod model_change_in_production;
mod model_out_of_scope;
mod model_registration_expired;
mod offboarded_credential_present;
mod ownerless_credential;
pub(super) mod planted_canary;
mod registration_expired;
mod registry_conflict;
mod research_model_in_production_path;
mod retired_model_present;
mod reused_across_zones;
mod review_overdue;
mod secret_in_artifact;
mod shared_credential_pool;
mod stale_secret;
mod standing_model_grant;
mod static_credential_in_pipeline;
mod unapproved_model_change;
mod unpinned_model_reference;
mod unregistered_artifact;
mod unregistered_credential;
mod unregistered_derivative;
mod unregistered_reference;
mod unsafe_serialization;

use std::collections::BTreeMap;

use serde_json::Value;

pub(super) use unpinned_model_reference::is_pinnable;

use super::cases::{Case, World};
use crate::domain::{Declared, Face, Family, Level, Place, Related, Taxon};

/// A judgement and its face.
pub(super) struct Verdict {
    pub(super) code: u32,
    pub(super) name: &'static str,
    pub(super) level: Level,
    pub(super) severity: f32,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) remedy: &'static str,
    /// Templates by id, `default` first.
    pub(super) messages: &'static [(&'static str, &'static str)],
    /// Taxonomy and id; CWE last.
    pub(super) taxa: &'static [(&'static str, &'static str)],
    pub(super) tags: &'static [&'static str],
    pub(super) judge: fn(&Case<'_>, &World<'_>) -> Option<Say>,
}

pub(super) const VERDICTS: &[&Verdict] = &[
    &long_lived_secret::VERDICT,
    &stale_secret::VERDICT,
    &expired_secret_present::VERDICT,
    &likely_dead_secret::VERDICT,
    &shared_credential_pool::VERDICT,
    &static_credential_in_pipeline::VERDICT,
    &planted_canary::VERDICT,
    &unregistered_artifact::VERDICT,
    &unregistered_reference::VERDICT,
    &unregistered_derivative::VERDICT,
    &artifact_drift::VERDICT,
    &unsafe_serialization::VERDICT,
    &secret_in_artifact::VERDICT,
    &unpinned_model_reference::VERDICT,
    &artifact_replaced::VERDICT,
    &unregistered_credential::VERDICT,
    &ownerless_credential::VERDICT,
    &registration_expired::VERDICT,
    &offboarded_credential_present::VERDICT,
    &incomplete_registration::VERDICT,
    &model_registration_expired::VERDICT,
    &review_overdue::VERDICT,
    &retired_model_present::VERDICT,
    &registry_conflict::VERDICT,
    &model_altering_grant::VERDICT,
    &unapproved_model_change::VERDICT,
    &standing_model_grant::VERDICT,
    &model_change_in_production::VERDICT,
    &reused_across_zones::VERDICT,
    &credential_out_of_scope::VERDICT,
    &model_out_of_scope::VERDICT,
    &research_model_in_production_path::VERDICT,
    &mixed_estate::VERDICT,
];

// Names of taxonomies, as reports know them.
const CWE: &str = "CWE";
const NHI: &str = "OWASP NHI Top 10";
const LLM: &str = "OWASP LLM Top 10";
const ATLAS: &str = "MITRE ATLAS";
const RMF: &str = "NIST AI RMF";
const CSF: &str = "NIST CSF";
const MAESTRO: &str = "CSA MAESTRO";

/// Faces of all verdicts, by code.
pub fn faces() -> Vec<Face> {
    VERDICTS.iter().map(|verdict| verdict.face()).collect()
}

impl Verdict {
    fn face(&self) -> Face {
        let owned = |text: &&str| (*text).to_owned();
        Face {
            code: self.code,
            name: self.name.to_owned(),
            family: Family::of(self.code).expect("the codes of verdicts lie in the families"),
            level: self.level,
            severity: self.severity,
            summary: self.summary.to_owned(),
            description: self.description.to_owned(),
            remedy: format!("{} To accept the risk for a time, enter a waiver of `{}` in the registry.", self.remedy, self.name),
            help_url: None,
            messages: self.messages.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect(),
            taxa: self.taxa.iter().map(|(taxonomy, id)| Taxon { taxonomy: (*taxonomy).to_owned(), id: (*id).to_owned() }).collect(),
            tags: self.tags.iter().map(owned).collect(),
        }
    }
}

/// What a verdict says of a case.
pub(super) struct Say {
    /// Id of the message template.
    pub(super) message: &'static str,
    pub(super) arguments: Vec<String>,
    /// The sights that it is about.
    pub(super) sights: Vec<usize>,
    /// Places beside these sights.
    pub(super) related: Vec<Related>,
    pub(super) properties: BTreeMap<String, Value>,
    /// Where the entry is declared that it is about: said once a run, however many artifacts and references lead to the entry.
    pub(super) once: Option<Declared>,
}

impl Say {
    /// About these sights of a case.
    fn of<const N: usize>(sights: Vec<usize>, message: &'static str, arguments: [String; N]) -> Self {
        const { assert!(N <= 5, "dashboards drop messages with more than five arguments") };
        Self { message, arguments: arguments.into(), sights, related: Vec::new(), properties: BTreeMap::new(), once: None }
    }

    /// About all sights of a case.
    fn all<const N: usize>(case: &Case<'_>, message: &'static str, arguments: [String; N]) -> Self {
        Self::of(case.all(), message, arguments)
    }

    fn with(mut self, property: &str, value: impl Into<Value>) -> Self {
        self.properties.insert(property.to_owned(), value.into());
        self
    }

    /// About an entry, not about what led to it.
    fn once(mut self, declared: &Declared) -> Self {
        self.once = Some(declared.clone());
        self
    }

    /// Adds places that belong to the matter.
    fn beside<'p>(mut self, places: impl IntoIterator<Item = &'p Place>, message: &str) -> Self {
        self.related.extend(places.into_iter().map(|place| Related { place: place.clone(), message: message.to_owned() }));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_keep_the_rules_of_dashboards() {
        let faces = faces();
        assert!(faces.windows(2).all(|pair| pair[0].code < pair[1].code), "codes are unique and in order");
        for face in &faces {
            let name = &face.name;
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
            assert!(face.summary.ends_with('.') && face.description.len() > face.summary.len() && face.description.len() <= 1024, "{name}");
            assert!(face.remedy.contains("waiver") && face.severity > 0.0 && face.severity <= 10.0, "{name}");
            assert_eq!(face.messages[0].0, "default", "{name}");
            assert!(!face.taxa.is_empty() && (1..=10).contains(&face.tags.len()), "{name}");
            let cwe = face.taxa.iter().position(|taxon| taxon.taxonomy == CWE);
            assert!(cwe.is_none_or(|at| face.taxa.iter().skip(at).all(|taxon| taxon.taxonomy == CWE)), "{name}: CWE last");
            for (id, text) in &face.messages {
                assert!(text.ends_with('.') && text.contains("'{0}'"), "{name} {id}");
                let numbers: Vec<_> = (0..9).filter(|n| text.contains(&format!("'{{{n}}}'"))).collect();
                assert_eq!(numbers, (0..numbers.len()).collect::<Vec<_>>(), "{name} {id}: placeholders without gap");
                assert_eq!(
                    text.matches('{').count(),
                    numbers.iter().map(|n| text.matches(&format!("'{{{n}}}'")).count()).sum::<usize>(),
                    "{name} {id}: quoted"
                );
                assert!(numbers.len() <= 5, "{name} {id}");
            }
        }
    }
}
