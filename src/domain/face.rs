//! What a rule looks like to people and dashboards.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Note,
    Warning,
    Error,
}

/// What the first digit of a rule's code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// 1xxx and 1xxxx: a credential of this kind leaked.
    Credential,
    /// 2xxx: lifetime and reuse.
    Lifetime,
    /// 3xxx: models.
    Model,
    /// 4xxx: the registry.
    Registry,
    /// 5xxx: privileged change.
    Change,
    /// 6xxx: separation of zones.
    Zone,
}

/// A class in a taxonomy, by the taxonomy's name and the class's id there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Taxon {
    /// `CWE`, `OWASP NHI Top 10`, `OWASP LLM Top 10`, `MITRE ATLAS`, `NIST AI RMF`, `NIST CSF`, `CSA MAESTRO`.
    pub taxonomy: String,
    /// `CWE-798`, `NHI2:2025`, …
    pub id: String,
}

/// A rule that found nothing, so far as a report names it: it is evidence of what was looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    pub code: u32,
    pub name: String,
    pub level: Level,
    /// CVSS-like, 0 < x <= 10.
    pub severity: f32,
    /// What would have been found: a noun phrase, and a sentence.
    pub title: String,
    pub summary: String,
    pub help_url: Option<String>,
}

/// A rule as people see it. Dashboards take the severity from the rule, so whatever changes severity is a rule of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Face {
    /// Stable, never reused: 1042 is `HEL1042`.
    pub code: u32,
    /// `openai-project-key`: for flags, waivers, help.
    pub name: String,
    pub family: Family,
    pub level: Level,
    /// CVSS-like, 0 < x <= 10.
    pub severity: f32,
    /// One sentence: what is found.
    pub summary: String,
    /// What it is and why it matters; a few sentences.
    pub description: String,
    /// What to do: how to rotate or mend, how to waive.
    pub remedy: String,
    pub help_url: Option<String>,
    /// Message templates by id, `default` first; placeholders `{0}`, `{1}`, … without gap, at most five.
    pub messages: Vec<(String, String)>,
    pub taxa: Vec<Taxon>,
    /// Short words for filters: `secret`, `shadow-model`, the provider.
    pub tags: Vec<String>,
}

/// Codes from here on are those of a user's own rules: digests of their names, which are what people see of them.
pub const OWN: u32 = 1 << 31;

/// `HEL1042`; of a user's own rule `own/NAME`.
pub fn rule_id(code: u32, name: &str) -> String {
    match code {
        ..OWN => format!("HEL{code:04}"),
        _ => format!("own/{name}"),
    }
}

impl Face {
    /// For machines: see [`rule_id`].
    pub fn id(&self) -> String {
        rule_id(self.code, &self.name)
    }
}

impl Family {
    /// The first digit of a code of four or five.
    pub fn of(code: u32) -> Option<Self> {
        Some(match if code < 10_000 { code / 1000 } else { code / 10_000 } {
            _ if code >= OWN => Self::Credential,
            1 => Self::Credential,
            2 => Self::Lifetime,
            3 => Self::Model,
            4 => Self::Registry,
            5 => Self::Change,
            6 => Self::Zone,
            _ => return None,
        })
    }
}
