//! What a model is asked before it is released, by stage and by risk tier, and what the gate answers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::Zone;
use super::registration::{ModelEntry, Stage};

/// What the gate looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// An entry covers these bytes, and is not retired.
    Registered,
    /// The entry covers them by their digests, not by a name or a place.
    Content,
    /// The entry holds the fields that the stage and the tier demand.
    Fields,
    /// No stage was passed over on the way.
    Stage,
    /// What it was made from is registered and approved, up to the first base.
    Lineage,
    /// Others than the owner approved it; so many as the tier asks.
    Approvals,
    /// The review date lies ahead.
    Review,
    /// The test window is open.
    Window,
    /// The entry was approved for the zone that it goes to.
    Scope,
    /// Loading it runs no code.
    NoCode,
    /// Loading it needs no class that nobody vouches for.
    KnownClasses,
    /// No credential lies inside.
    NoSecret,
    /// There is an earlier registered version to go back to.
    Rollback,
    /// Bases and references name bytes that cannot change.
    Pinned,
}

/// All checks with their names, in the order in which they are told.
pub const CHECKS: [(Check, &str); 14] = [
    (Check::Registered, "registered"),
    (Check::Content, "content"),
    (Check::Fields, "fields"),
    (Check::Stage, "stage"),
    (Check::Lineage, "lineage"),
    (Check::Approvals, "approvals"),
    (Check::Review, "review"),
    (Check::Window, "window"),
    (Check::Scope, "scope"),
    (Check::NoCode, "no-code"),
    (Check::KnownClasses, "known-classes"),
    (Check::NoSecret, "no-secret"),
    (Check::Rollback, "rollback"),
    (Check::Pinned, "pinned"),
];

/// Rules of waivers that speak to the gate begin with this: `release-no-code`. A waiver for scans opens no gate.
pub const RELEASE: &str = "release-";

impl Check {
    pub fn name(self) -> &'static str {
        CHECKS.iter().find(|(check, _)| *check == self).map_or("check", |(_, name)| name)
    }

    /// The rule that a waiver names to have this left out.
    pub fn rule(self) -> String {
        format!("{RELEASE}{}", self.name())
    }
}

/// What a risk tier asks beyond its stage, from `candidate` on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tier {
    /// Entries with these classifications belong to the tier, unless they name another in `tier`.
    pub classifications: Vec<String>,
    /// Fields that an entry must have besides those of its stage.
    pub demands: Vec<String>,
    /// Checks besides those of the stage.
    pub release: Vec<Check>,
    /// How many others than the owner must have approved.
    pub approvals: Option<u32>,
}

/// What the gate checks without a file.
pub(super) fn default_checks() -> BTreeMap<Stage, Vec<Check>> {
    use Check::{Approvals, Content, Lineage, NoCode, NoSecret, Review, Scope, Stage as Step, Window};
    let candidate = vec![Content, Step, Lineage, Review, Window, Scope, NoCode, NoSecret];
    let production = [&candidate[..], &[Approvals, Check::KnownClasses, Check::Rollback, Check::Pinned]].concat();
    BTreeMap::from([(Stage::Research, vec![Window, NoCode, NoSecret]), (Stage::Candidate, candidate), (Stage::Production, production)])
}

/// Without a file, sensitive models need a second pair of eyes.
pub(super) fn default_tiers() -> BTreeMap<String, Tier> {
    let classifications = ["confidential", "restricted", "secret"].map(str::to_owned).to_vec();
    BTreeMap::from([("high".to_owned(), Tier { classifications, approvals: Some(2), ..Tier::default() })])
}

/// The tier of an entry, by its own word or by its classification.
pub(super) fn tier<'t>(tiers: &'t BTreeMap<String, Tier>, entry: &ModelEntry) -> Option<(&'t str, &'t Tier)> {
    let named = entry.tier.as_ref().map(|name| tiers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)));
    let classified = || {
        let classification = entry.classification.as_ref()?;
        tiers.iter().find(|(_, tier)| tier.classifications.iter().any(|known| known.eq_ignore_ascii_case(classification)))
    };
    named.unwrap_or_else(classified).map(|(name, tier)| (name.as_str(), tier))
}

/// What was asked, and the answer for every model that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gated {
    /// Of this layout.
    pub version: u32,
    pub stage: Stage,
    /// Where the models go.
    pub zone: Zone,
    /// All may be released, and everything could be read.
    pub passed: bool,
    pub releases: Vec<Release>,
    /// What could not be read; with any of these the answer is incomplete.
    pub troubles: Vec<Unread>,
}

/// The answer for one model; a model of several files is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// Name of the file or folder.
    pub name: String,
    /// Digest of the only file, or one over the digests of all.
    pub subject: Option<String>,
    pub places: Vec<String>,
    /// May it be released? So it is when there is no reason against it.
    pub passed: bool,
    /// Name and version in the registry.
    pub registered_as: Option<String>,
    /// Where that is declared: `registry.yaml:3`.
    pub declared: Option<String>,
    /// By what the entry was found: `content digest`, `registered location`, …
    pub rung: Option<String>,
    pub tier: Option<String>,
    pub reasons: Vec<Reason>,
    /// Reasons that a waiver covers.
    pub waived: Vec<Waived>,
}

/// Something that stands against a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    pub check: Check,
    /// What is the matter, as a lowercase phrase.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

/// A reason that somebody answers for, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    pub reason: Reason,
    pub because: String,
    pub approved_by: String,
    pub until: jiff::civil::Date,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unread {
    pub place: String,
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_configuration() {
        for (check, name) in CHECKS {
            assert_eq!(serde_json::to_value(check).expect("a check is a word"), name);
        }
        assert_eq!(Check::NoCode.rule(), "release-no-code");
    }

    #[test]
    fn the_entry_chooses_its_tier_before_its_classification_does() {
        let tiers = BTreeMap::from([("low".to_owned(), Tier::default()), default_tiers().into_iter().next().expect("a tier")]);
        let entry = |tier: Option<&str>, classification: &str| ModelEntry {
            tier: tier.map(str::to_owned),
            classification: Some(classification.to_owned()),
            ..ModelEntry::default()
        };
        let of = |entry: ModelEntry| tier(&tiers, &entry).map(|(name, _)| name.to_owned());
        assert_eq!(of(entry(None, "Confidential")).as_deref(), Some("high"));
        assert_eq!(of(entry(Some("low"), "confidential")).as_deref(), Some("low"));
        assert_eq!((of(entry(None, "internal")), of(entry(Some("other"), "confidential"))), (None, None));
    }
}
