//! What is demanded: zones, lifetimes, what an entry must hold. Defaults work without a file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::bounds::{LifetimeRule, WaiverRule};
use super::evidence::Sureness;
use super::face::Level;
use super::glob::CaselessGlobs;
use super::lifetime::Class;
use super::registration::{ModelEntry, Stage};
use super::release::{self, Check, Tier};

/// A named part of the estate: `experiment`, `staging`, `production`, or the organisation's own words.
pub type Zone = String;

/// Places that belong to a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneRule {
    pub zone: Zone,
    /// Globs over the path of a place (`deploy/prod/**`).
    #[serde(default)]
    pub paths: Vec<String>,
    /// Globs over host names, accounts and name spaces that a credential's facts hold.
    #[serde(default)]
    pub facts: Vec<String>,
}

/// Patterns of paths: where a rule counts alone, and where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PathLimit {
    pub only: Option<String>,
    pub never: Vec<String>,
}

/// How much of what is not sure is reported: `low` finds most, `high` errs least, `medium` is what a team leaves on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    Low,
    #[default]
    Medium,
    High,
}

impl Confidence {
    /// What evidence of a credential must be at least.
    pub fn least(self) -> Sureness {
        match self {
            Self::Low => Sureness::Weak,
            Self::Medium => Sureness::Likely,
            Self::High => Sureness::Certain,
        }
    }

    /// What evidence of an artifact must be at least: an inventory is not shortened by `high`.
    pub fn least_of_artifacts(self) -> Sureness {
        self.least().min(Sureness::Likely)
    }
}

/// The effective policy; the clock travels in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Policy {
    /// No part of what is demanded, so it is left out of the policy's digest.
    #[serde(skip)]
    pub now: Timestamp,
    /// First match wins; the user's rules stand before the defaults.
    pub zones: Vec<ZoneRule>,
    /// Longest life of a credential, in seconds, before it counts as long-lived.
    pub max_life: u64,
    /// Longest age without rotation, in seconds, for credentials whose entry names no period.
    pub rotate_every: u64,
    /// Where lives and rotation differ by class and zone; the first that speaks decides.
    pub lifetimes: Vec<LifetimeRule>,
    /// Fields that an entry must have, by stage.
    pub demands: BTreeMap<Stage, Vec<String>>,
    /// What the gate checks before a release, by stage.
    pub release: BTreeMap<Stage, Vec<Check>>,
    /// What risk tiers ask beyond their stage.
    pub tiers: BTreeMap<String, Tier>,
    /// Levels set by the user, by rule name.
    pub levels: BTreeMap<String, Level>,
    /// Longest life of a waiver, in seconds.
    pub max_waiver: u64,
    /// Stricter bounds of waivers, by the level of what they cover.
    pub waivers: BTreeMap<Level, WaiverRule>,
    /// Less sure evidence stays out of reports, and is counted.
    pub min_confidence: Confidence,
    /// Rules that are switched off: names, ids, providers, globs over any of them.
    pub disable: Vec<String>,
    /// Rules that count in some places alone, by code.
    pub limits: BTreeMap<u32, PathLimit>,
    /// Comments beside a finding (`heliodon: allow NAME reason`) cover it.
    pub inline_allow: bool,
    /// So do those that ask other programs.
    pub foreign_pragmas: bool,
}

/// The `[policy]` table of `heliodon.toml`; what is absent keeps its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    /// Longest life of a credential before it counts as long-lived: `90d`.
    pub max_life: Option<String>,
    /// Longest age without rotation: `90d`.
    pub rotate_every: Option<String>,
    /// Longest life of a waiver: `180d`.
    pub max_waiver: Option<String>,
    /// Longest life and rotation period by class and zone. The first that matches wins; a file above stands before a file below.
    #[serde(default)]
    pub lifetimes: Vec<LifetimeRule>,
    /// Waivers of findings of a level (`error`, `warning`, `note`): how long, and who may approve. Those of the gate count as `error`.
    #[serde(default)]
    pub waivers: BTreeMap<Level, WaiverRule>,
    /// `low`, `medium` or `high`: how sure a finding must be.
    pub min_confidence: Option<Confidence>,
    /// The older word for `min_confidence = "low"`.
    pub show_weak: Option<bool>,
    /// Do comments beside a finding (`heliodon: allow NAME reason`) cover it? They do unless this is false.
    pub inline_allow: Option<bool>,
    /// Do comments that ask other programs (`gitleaks:allow`, …)?
    pub foreign_pragmas: Option<bool>,
    /// Fields that an entry must have, by stage (`research`, `candidate`, `production`); a stage given here replaces the default.
    #[serde(default)]
    pub demands: BTreeMap<Stage, Vec<String>>,
    /// What `heliodon gate` checks, by stage; a stage given here replaces the default. That an entry is there with its fields is always checked.
    #[serde(default)]
    pub release: BTreeMap<Stage, Vec<Check>>,
    /// Risk tiers by name; one given here replaces the default of that name.
    #[serde(default)]
    pub tiers: BTreeMap<String, Tier>,
    /// `error`, `warning` or `note`, by rule name.
    #[serde(default)]
    pub levels: BTreeMap<String, Level>,
}

/// Fields that a demand may name; `lineage` is met by `base` or `data`.
const DEMANDABLE: [&str; 15] = [
    "version",
    "owner",
    "use_case",
    "classification",
    "tier",
    "stage",
    "scope",
    "digests",
    "lineage",
    "base",
    "data",
    "approvals",
    "rollback",
    "review_by",
    "license",
];

const DAY: u64 = 86_400;

impl Policy {
    /// The policy that holds without a file.
    pub fn defaults(now: Timestamp) -> Self {
        let demands = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            now,
            zones: default_zones(),
            max_life: 90 * DAY,
            rotate_every: 90 * DAY,
            demands: BTreeMap::from([
                (Stage::Research, demands(&["owner"])),
                (Stage::Candidate, demands(&["owner", "version", "use_case", "classification"])),
                (Stage::Production, demands(&["owner", "version", "use_case", "classification", "lineage", "approvals", "rollback", "review_by"])),
                (Stage::Retired, demands(&["owner"])),
            ]),
            lifetimes: Vec::new(),
            waivers: BTreeMap::new(),
            release: release::default_checks(),
            tiers: release::default_tiers(),
            levels: BTreeMap::new(),
            max_waiver: 366 * DAY,
            min_confidence: Confidence::default(),
            disable: Vec::new(),
            limits: BTreeMap::new(),
            inline_allow: true,
            foreign_pragmas: false,
        }
    }

    /// Lays a file over this policy; the error is a lowercase phrase naming the field.
    pub fn with(mut self, file: PolicyFile, zones: Vec<ZoneRule>) -> Result<Self, String> {
        let duration = |name: &str, text: Option<String>, default: u64| match text {
            Some(text) => seconds(&text).ok_or_else(|| format!("`{name}` is `{text}`; a duration looks like 90d, 12h or 52w")),
            None => Ok(default),
        };
        self.max_life = duration("max_life", file.max_life, self.max_life)?;
        self.rotate_every = duration("rotate_every", file.rotate_every, self.rotate_every)?;
        self.max_waiver = duration("max_waiver", file.max_waiver, self.max_waiver)?;
        let shown = file.show_weak.filter(|shown| *shown).map(|_| Confidence::Low);
        self.min_confidence = file.min_confidence.or(shown).unwrap_or(self.min_confidence);
        self.inline_allow = file.inline_allow.unwrap_or(self.inline_allow);
        self.foreign_pragmas = file.foreign_pragmas.unwrap_or(self.foreign_pragmas);
        let tiers = file.tiers.values().flat_map(|tier| &tier.demands);
        if let Some(name) = file.demands.values().flatten().chain(tiers).find(|name| !DEMANDABLE.contains(&name.as_str())) {
            return Err(format!("`demands` names `{name}`; an entry can be asked for {}", DEMANDABLE.join(", ")));
        }
        let mistakes = file.lifetimes.iter().filter_map(LifetimeRule::mistake).chain(file.waivers.values().filter_map(WaiverRule::mistake));
        if let Some(mistake) = mistakes.into_iter().next() {
            return Err(mistake);
        }
        self.lifetimes.splice(0..0, file.lifetimes);
        self.waivers.extend(file.waivers);
        self.demands.extend(file.demands);
        self.release.extend(file.release);
        self.tiers.extend(file.tiers);
        self.levels.extend(file.levels);
        for rule in &zones {
            CaselessGlobs::new(rule.paths.iter().chain(&rule.facts).map(String::as_str)).map_err(|error| format!("zone `{}`: {error}", rule.zone))?;
        }
        self.zones.splice(0..0, zones);
        Ok(self)
    }

    /// The day of the policy's clock, in UTC.
    pub fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// How long a credential may live: the shortest of the zones it works in.
    pub fn longest_life<'z>(&self, class: Class, zones: impl Iterator<Item = Option<&'z str>>) -> u64 {
        self.bound(class, zones, |rule| rule.max_life.as_deref()).unwrap_or(self.max_life)
    }

    /// How long it may go without rotation.
    pub fn rotation<'z>(&self, class: Class, zones: impl Iterator<Item = Option<&'z str>>) -> u64 {
        self.bound(class, zones, |rule| rule.rotate_every.as_deref()).unwrap_or(self.rotate_every)
    }

    /// The least bound of these zones; none when no rule speaks of any of them.
    fn bound<'z>(&self, class: Class, zones: impl Iterator<Item = Option<&'z str>>, field: impl Fn(&LifetimeRule) -> Option<&str>) -> Option<u64> {
        let of = |zone: Option<&str>| {
            let speaking = self.lifetimes.iter().filter(|rule| rule.speaks_of(class, zone));
            speaking.filter_map(&field).find_map(seconds)
        };
        zones.filter_map(of).min()
    }

    /// How long a waiver of findings of this level may last.
    pub fn longest_waiver(&self, level: Level) -> u64 {
        self.waivers.get(&level).and_then(WaiverRule::max).map_or(self.max_waiver, |max| max.min(self.max_waiver))
    }

    /// May this person approve it?
    pub fn lets_approve(&self, level: Level, who: &str) -> bool {
        self.waivers.get(&level).is_none_or(|rule| rule.lets_approve(who))
    }

    /// Is it said who may approve waivers of this level? Then comments, which name nobody, cover nothing of it.
    pub fn asks_for_approvers(&self, level: Level) -> bool {
        self.waivers.get(&level).is_some_and(|rule| !rule.approvers.is_empty())
    }

    /// What an entry lacks for its stage. An entry without a stage lacks that, and what a candidate needs.
    pub fn missing(&self, entry: &ModelEntry) -> Vec<String> {
        self.missing_at(entry, entry.stage.unwrap_or(Stage::Candidate))
    }

    /// What it lacks for a stage that it may not have reached yet.
    pub fn missing_at(&self, entry: &ModelEntry, stage: Stage) -> Vec<String> {
        let tier = self.tier(entry, stage).map(|(_, tier)| tier.demands.as_slice()).unwrap_or_default();
        let demanded = self.demands.get(&stage).map(Vec::as_slice).unwrap_or_default().iter().chain(tier);
        let mut missing: Vec<String> = Vec::new();
        for name in demanded.map(String::as_str).chain(entry.stage.is_none().then_some("stage")).filter(|name| !entry.has(name)) {
            if !missing.iter().any(|known| known == name) {
                missing.push(name.to_owned());
            }
        }
        missing
    }

    /// The risk tier of an entry; what is only tried out has none.
    pub fn tier(&self, entry: &ModelEntry, stage: Stage) -> Option<(&str, &Tier)> {
        release::tier(&self.tiers, entry).filter(|_| stage == Stage::Candidate || stage == Stage::Production)
    }
}

/// The zones that paths and hosts tell without a file. Tests come first (`tests/prod/` is a test), then what is tried out, then what
/// comes before production, production itself, and the pipelines. What is deployed from (`k8s/`, `terraform/`) is production unless a path says
/// another zone. A `Dockerfile` tells nothing: images are built for every zone; nor do words of more than one meaning (`live`, `stage`, `charts`).
fn default_zones() -> Vec<ZoneRule> {
    let rule = |zone: &str, paths: &[&str], facts: &[&str]| {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        ZoneRule { zone: zone.to_owned(), paths: owned(paths), facts: owned(facts) }
    };
    vec![
        rule("test", &["**/{test,tests,__tests__,testdata,fixture,fixtures,spec,specs,e2e}/**", "**/*_test.*", "**/test_*.*", "**/*.{test,spec}.*"], &[]),
        rule("experiment", &["**/{notebook,notebooks,research,experiment,experiments,sandbox,playground,scratch}/**", "**/*.ipynb"], &[]),
        rule(
            "development",
            &["**/{dev,development}/**", "**/.env.{dev,development,local}", "**/*.{dev,development}.*"],
            &["localhost", "127.0.0.1", "*.local", "dev.*", "*.dev.*", "dev-*", "*-dev", "*-dev.*"],
        ),
        rule(
            "staging",
            &["**/{staging,stg,uat,preprod,pre-prod}/**", "**/*.{staging,stg,uat}", "**/*.{staging,stg,uat}.*", "**/*[-_]{staging,stg,uat}.*"],
            &["*staging*", "stg-*", "*-stg", "*-stg.*", "*.stg.*", "*preprod*", "uat.*", "*.uat.*"],
        ),
        rule(
            "production",
            &[
                "**/{prod,production}/**",
                "**/*.{prod,production}",
                "**/*.{prod,production}.*",
                "**/*[-_]{prod,production}.*",
                "**/{prod,production}.*",
                "**/{deploy,deployment,deployments,k8s,kubernetes,helm,terraform}/**",
            ],
            &["prod", "production", "prod.*", "prod-*", "*-prod", "*-prod.*", "*-prod-*", "*.prod.*", "*production*"],
        ),
        rule(
            "pipeline",
            &[
                "**/.github/{workflows,actions}/**",
                "**/.gitlab-ci.{yml,yaml}",
                "**/.gitlab/ci/**",
                "**/Jenkinsfile*",
                "**/.{circleci,buildkite,tekton,woodpecker}/**",
                "**/{azure,bitbucket}-pipelines.{yml,yaml}",
                "**/.{travis,drone}.{yml,yaml}",
            ],
            &[],
        ),
    ]
}

/// Seconds of `90d`, `12h`, `52w`, `30m`, `2y` or `45s`.
pub fn seconds(text: &str) -> Option<u64> {
    let unit = text.chars().next_back()?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let each = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => DAY,
        'w' => 7 * DAY,
        'y' => 365 * DAY,
        _ => return None,
    };
    number.checked_mul(each)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy::defaults("2026-11-20T12:00:00Z".parse().expect("a time"))
    }

    #[test]
    fn durations_are_read_and_nonsense_is_not() {
        assert_eq!((seconds("90d"), seconds("12h"), seconds("1y")), (Some(7_776_000), Some(43_200), Some(31_536_000)));
        for text in ["", "d", "90", "-1d", "9é", "99999999999999999999d", "999999999999999999y"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_file_is_laid_over_the_defaults_and_its_mistakes_name_the_field() {
        let zone = |glob: &str| vec![ZoneRule { zone: "lab".into(), paths: vec![glob.into()], facts: vec![] }];
        let file = PolicyFile { max_life: Some("30d".into()), ..PolicyFile::default() };
        let laid = policy().with(file.clone(), zone("lab/**")).expect("a policy");
        assert_eq!((laid.max_life, laid.rotate_every, laid.zones[0].zone.as_str()), (30 * DAY, 90 * DAY, "lab"));
        assert!(policy().with(file, zone("a[")).expect_err("a mistake").starts_with("zone `lab`: `a[`"));
        let wrong = PolicyFile { demands: BTreeMap::from([(Stage::Research, vec!["ownr".into()])]), ..PolicyFile::default() };
        assert!(policy().with(wrong, vec![]).expect_err("a mistake").starts_with("`demands` names `ownr`"));
    }

    #[test]
    fn unknown_fields_levels_and_stages_are_refused() {
        let read = |json: serde_json::Value| serde_json::from_value::<PolicyFile>(json);
        let good = serde_json::json!({"max_life": "30d", "demands": {"production": ["owner"]}, "levels": {"stale-secret": "error"}});
        let laid = policy().with(read(good).expect("a policy file"), vec![]).expect("a policy");
        assert_eq!((laid.levels["stale-secret"], laid.demands[&Stage::Production].as_slice()), (Level::Error, &["owner".to_owned()][..]));
        let wrong = [serde_json::json!({"max_live": "1d"}), serde_json::json!({"levels": {"x": "fatal"}}), serde_json::json!({"demands": {"prod": []}})];
        assert!(wrong.into_iter().all(|json| read(json).is_err()));
        assert!(serde_json::from_value::<ZoneRule>(serde_json::json!({"paths": []})).is_err());
    }

    #[test]
    fn an_entry_is_asked_for_what_its_stage_needs() {
        let mut entry = ModelEntry { name: "m".into(), owner: Some("a".into()), stage: Some(Stage::Production), ..ModelEntry::default() };
        entry.data.push("d".into());
        assert_eq!(policy().missing(&entry), ["version", "use_case", "classification", "approvals", "rollback", "review_by"]);
        entry.stage = None;
        assert_eq!(policy().missing(&entry), ["version", "use_case", "classification", "stage"]);
    }

    #[test]
    fn the_default_zones_are_globs_and_the_default_demands_can_be_met() {
        for rule in default_zones() {
            CaselessGlobs::new(rule.paths.iter().chain(&rule.facts).map(String::as_str)).expect("default globs compile");
        }
        assert!(policy().demands.values().flatten().all(|name| DEMANDABLE.contains(&name.as_str())));
    }
}
