//! What a run leaves in the log: what was looked at, with which rules, policy and registry, how far, and what came of it. No finding, no secret, no
//! path of the machine.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::digest;
use crate::domain::{Baseline, Family, Held, Hidden, Level, Outcome, PlanHead, Policy, Range, Registrations, Target};

const FORMAT: u32 = 1;

/// A run, as it ended.
pub struct Ran<'r> {
    pub plan: &'r PlanHead,
    pub policy: &'r Policy,
    pub registrations: &'r Registrations,
    pub baseline: Option<&'r Baseline>,
    pub outcome: &'r Outcome,
    pub reports: Vec<ReportDigest>,
    pub by: BTreeMap<String, String>,
    pub started: Timestamp,
    pub ended: Timestamp,
    /// Lowest level that fails the run.
    pub fail_on: Option<Level>,
    pub require_complete: bool,
    pub exit: u8,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    #[serde(rename = "heliodon-evidence")]
    pub format: u32,
    /// From 1.
    pub number: u64,
    /// Digest of the line before.
    pub previous: String,
    pub started: Timestamp,
    pub ended: Timestamp,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by: BTreeMap<String, String>,
    pub version: String,
    /// Digests of what the run was judged by. The policy's is over the effective one, without its clock.
    pub rules: String,
    pub policy: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    pub judged_at: Timestamp,
    pub targets: Vec<Looked>,
    pub reach: Reached,
    pub coverage: Coverage,
    pub counts: Counts,
    #[serde(default)]
    pub reports: Vec<ReportDigest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_on: Option<Level>,
    pub require_complete: bool,
    pub exit: u8,
    /// `clean`, `findings` or `incomplete`.
    pub verdict: String,
}

/// A target and its revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    pub scheme: String,
    /// As typed, but for the folders of an absolute path.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shallow: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// Which part of the repositories among the targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    pub range: Range,
    pub tree: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<String>,
}

/// How much was read, what was left out on purpose, and what could not be read, by kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    pub units: u64,
    pub blobs: u64,
    pub bytes: u64,
    pub hidden: Hidden,
    pub troubles: BTreeMap<String, u64>,
}

/// Open findings by level and family, and what else was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub levels: BTreeMap<Level, u64>,
    pub families: BTreeMap<String, u64>,
    pub waived: u64,
    pub allowed: u64,
    pub unused_waivers: u64,
    pub credentials: u64,
    pub models: u64,
    pub references: u64,
    pub registered: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Held>,
}

/// A report that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDigest {
    pub name: String,
    pub digest: String,
}

impl Record {
    /// The record of a run, as the one of this number behind the one of this digest.
    pub fn of(ran: &Ran<'_>, number: u64, previous: String) -> Self {
        let Ran { plan, policy, outcome, .. } = ran;
        let reach = &plan.reach;
        Self {
            format: FORMAT,
            number,
            previous,
            started: ran.started,
            ended: ran.ended,
            by: ran.by.clone(),
            version: outcome.version.clone(),
            rules: outcome.rules.clone(),
            policy: digest_of(policy),
            registry: ran.registrations.present.then(|| registry(ran.registrations)),
            baseline: ran.baseline.map(digest_of),
            judged_at: policy.now,
            targets: plan.targets.iter().map(looked).collect(),
            reach: Reached { range: reach.range.clone(), tree: reach.tree, branches: reach.branches.clone(), excludes: plan.excludes.clone() },
            coverage: coverage(outcome),
            counts: counts(outcome),
            reports: ran.reports.iter().map(|report| ReportDigest { name: nameless(&report.name), digest: report.digest.clone() }).collect(),
            fail_on: ran.fail_on,
            require_complete: ran.require_complete,
            exit: ran.exit,
            verdict: verdict(ran.exit).to_owned(),
        }
    }

    /// As it stands in the log, without the line break.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("plain data is JSON")
    }
}

fn verdict(exit: u8) -> &'static str {
    match exit {
        0 => "clean",
        1 => "findings",
        3 => "incomplete",
        _ => "failed",
    }
}

fn looked(target: &Target) -> Looked {
    let repository = target.repository.clone().unwrap_or_default();
    Looked {
        scheme: target.scheme.clone(),
        name: nameless(&target.name),
        head: repository.head,
        branch: repository.branch,
        remote: repository.remote,
        shallow: repository.shallow,
        partial: repository.partial,
    }
}

/// Of an absolute path, the last name: the folders tell where the run was, and often who.
fn nameless(name: &str) -> String {
    let (scheme, path) = match name.split_once(':') {
        Some((scheme, path)) if scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => (Some(scheme), path),
        _ => (None, name),
    };
    let is_address = path.starts_with("//");
    let outside =
        !is_address && (path.starts_with(['/', '~', '\\']) || path.as_bytes().get(1) == Some(&b':') || path.split(['/', '\\']).any(|part| part == ".."));
    if !outside {
        return name.to_owned();
    }
    let last = path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default();
    scheme.map_or_else(|| last.to_owned(), |scheme| format!("{scheme}:{last}"))
}

fn coverage(outcome: &Outcome) -> Coverage {
    let mut troubles = BTreeMap::new();
    for trouble in outcome.targets.iter().flat_map(|target| &target.troubles) {
        *troubles.entry(trouble.kind.clone()).or_default() += 1;
    }
    let summary = &outcome.summary;
    Coverage { units: summary.units, blobs: summary.blobs, bytes: summary.bytes, hidden: summary.hidden.clone(), troubles }
}

fn counts(outcome: &Outcome) -> Counts {
    let (mut levels, mut families) = (BTreeMap::new(), BTreeMap::new());
    for finding in outcome.targets.iter().flat_map(|target| &target.findings).filter(|finding| finding.is_open()) {
        *levels.entry(finding.level).or_default() += 1;
        *families.entry(Family::of(finding.code).map_or("other", family).to_owned()).or_default() += 1;
    }
    let summary = &outcome.summary;
    Counts {
        levels,
        families,
        waived: summary.waived,
        allowed: summary.allowed,
        unused_waivers: summary.unused_waivers.len() as u64,
        credentials: summary.credentials,
        models: summary.models,
        references: summary.references,
        registered: summary.registered,
        baseline: summary.baseline.clone(),
    }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Credential => "credential",
        Family::Lifetime => "lifetime",
        Family::Model => "model",
        Family::Registry => "registry",
        Family::Change => "change",
        Family::Zone => "zone",
    }
}

/// Over the entries, wherever they are declared and in whatever order.
fn registry(registrations: &Registrations) -> String {
    fn lines<'e, T: Serialize + 'e>(kind: &'static str, values: impl Iterator<Item = &'e T>) -> impl Iterator<Item = String> {
        values.map(move |value| format!("{kind} {}", serde_json::to_string(value).expect("plain data is JSON")))
    }
    let models = lines("model", registrations.models.iter().map(|entry| &entry.value));
    let credentials = lines("credential", registrations.credentials.iter().map(|entry| &entry.value));
    let allow = lines("allow", registrations.allow.iter().map(|entry| &entry.value));
    let waivers = lines("waiver", registrations.waivers.iter().map(|entry| &entry.value));
    let all: BTreeSet<String> = models.chain(credentials).chain(allow).chain(waivers).collect();
    digest_of(&all)
}

fn digest_of(value: &impl Serialize) -> String {
    digest(&serde_json::to_vec(value).expect("plain data is JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Declared, Entry};

    #[test]
    fn where_the_run_was_is_not_told() {
        for (typed, told) in [
            ("/home/mara/shop/", "shop"),
            ("../shop", "shop"),
            ("~/shop", "shop"),
            ("git:/srv/git/shop.git", "git:shop.git"),
            ("src/app", "src/app"),
            (".", "."),
            ("-", "-"),
            ("C:\\work\\shop", "shop"),
            ("s3://bucket/prefix", "s3://bucket/prefix"),
        ] {
            assert_eq!(nameless(typed), told, "{typed}");
        }
    }

    #[test]
    fn digests_follow_what_counts_and_nothing_else() {
        let at = |now: &str| Policy::defaults(now.parse().expect("a time"));
        assert_eq!(digest_of(&at("2026-11-20T00:00:00Z")), digest_of(&at("2027-01-01T00:00:00Z")), "the clock is no policy");
        let other = Policy { max_life: 1, ..at("2026-11-20T00:00:00Z") };
        assert_ne!(digest_of(&other), digest_of(&at("2026-11-20T00:00:00Z")));
        let allow = |file: &str, value: &str| Entry { declared: Declared { file: file.into(), line: 1 }, value: value.to_owned() };
        let of = |allow: Vec<Entry<String>>| registry(&Registrations { allow, present: true, ..Registrations::default() });
        assert_eq!(of(vec![allow("a", "x"), allow("b", "y")]), of(vec![allow("c", "y"), allow("d", "x")]));
        assert_ne!(of(vec![allow("a", "x")]), of(vec![allow("a", "y")]));
    }
}
