//! Credential rules as people write them: `rules/credentials/*.yaml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rule::{Confidence, Demand, LifeClass, Severity};

/// A file: the rules of one provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    pub provider: String,
    pub rules: Vec<RuleText>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// Of a user's own rule: none, or one between 19000 and 19999, which ours never have.
    pub code: Option<u32>,
    pub name: String,
    pub title: String,
    pub pattern: Option<String>,
    pub native: Option<String>,
    #[serde(default)]
    pub select: Vec<String>,
    /// Literals that wake a native parser.
    #[serde(default)]
    pub anchors: Vec<String>,
    pub checksum: Option<String>,
    pub entropy: Option<f32>,
    #[serde(default)]
    pub demand: Demand,
    #[serde(default)]
    pub words: Vec<String>,
    pub near: Option<u32>,
    /// The words are common: the rule is found from the value's side.
    #[serde(default)]
    pub common: bool,
    #[serde(default)]
    pub severity: Severity,
    pub confidence: Option<Confidence>,
    pub lifetime: LifeText,
    pub rotate: String,
    pub rotate_url: Option<String>,
    #[serde(default)]
    pub zones: BTreeMap<String, String>,
    #[serde(default)]
    pub parts: Vec<PartText>,
    pub examples: Vec<String>,
    pub negatives: Vec<String>,
    #[serde(default)]
    pub misses: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeText {
    pub class: LifeClass,
    pub life: Option<String>,
    pub reader: Option<String>,
    pub says: String,
    pub source: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartText {
    pub name: String,
    pub pattern: String,
    #[serde(default)]
    pub words: Vec<String>,
    pub within: u32,
    #[serde(default)]
    pub required: bool,
}

/// Reads a file. The error names the line.
pub fn parse(text: &str) -> Result<RuleFile, String> {
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}

/// Seconds in `12h`, `90d`, …
pub fn seconds(period: &str) -> Option<u64> {
    let unit = period.chars().next_back()?;
    let count: u64 = period.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        'y' => 365 * 86_400,
        _ => return None,
    };
    count.checked_mul(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_a_unit() {
        assert_eq!(seconds("12h"), Some(43_200));
        assert_eq!(seconds("365d"), Some(31_536_000));
        assert_eq!([seconds("12"), seconds("d"), seconds(""), seconds("1 d")], [None; 4]);
    }

    #[test]
    fn unknown_fields_are_named() {
        let error = parse("provider: Acme\nrules: []\ncolour: red\n").expect_err("the field does not exist");
        assert!(error.contains("colour"), "{error}");
    }
}
