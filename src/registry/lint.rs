//! What is wrong with a registry though it can be read: what a stage misses, what is out of date, what contradicts itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Error, native};
use crate::domain::entries::entry;
use crate::domain::{
    CredentialEntry, Declared, Entry, Level, ModelEntry, Policy, Problem, RELEASE, Registrations, Stage, Waiver, glob, nearest, seconds, yaml,
};

/// Something to mend, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    pub file: String,
    /// 0 when it is about the whole file.
    pub line: u32,
    pub message: String,
}

/// What was looked at, and what was found, in the order of files and lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub files: usize,
    pub entries: usize,
    pub remarks: Vec<Remark>,
}

/// Reads and lints these files, and folders of files, as one registry. `rules` are the names and ids that a waiver may name, with the levels of
/// what they say.
pub fn check(paths: &[PathBuf], policy: &Policy, rules: &[(String, Level)]) -> Result<Checked, Error> {
    let mut all = Registrations::default();
    let mut checked = Checked::default();
    for path in paths {
        for (file, text) in native::texts(path)? {
            let (found, problems) = read(&file, &text);
            super::merge(&mut all, found);
            checked.files += 1;
            checked.remarks.extend(problems.into_iter().map(|problem| Remark { file: file.clone(), line: problem.line, message: problem.message }));
        }
    }
    checked.entries = all.models.len() + all.credentials.len() + all.allow.len() + all.waivers.len();
    checked.remarks.extend(remarks(&all, policy, rules));
    checked.remarks.sort();
    checked.remarks.dedup();
    Ok(checked)
}

/// A registry, or a side-car by its name.
fn read(file: &str, text: &str) -> (Registrations, Vec<Problem>) {
    let name = Path::new(file).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name != "model.yaml" && !name.ends_with(".model.yaml") {
        return native::read(file, text);
    }
    let declared = Declared { file: file.to_owned(), line: 1 };
    let mut problems = Vec::new();
    let entry = yaml::parse(text).map_err(|problem| problems.push(problem)).ok().and_then(|node| entry(&node, &mut problems));
    let models = entry.map(|value| Entry { declared, value }).into_iter().collect();
    (Registrations { models, ..Registrations::default() }, problems)
}

/// What a registry that can be read has wrong.
fn remarks(all: &Registrations, policy: &Policy, rules: &[(String, Level)]) -> Vec<Remark> {
    let mut lint = Lint { all, policy, rules, remarks: Vec::new() };
    lint.twice();
    all.models.iter().for_each(|entry| lint.model(entry));
    all.credentials.iter().for_each(|entry| lint.credential(entry));
    all.waivers.iter().for_each(|entry| lint.waiver(entry));
    lint.remarks
}

struct Lint<'r> {
    all: &'r Registrations,
    policy: &'r Policy,
    rules: &'r [(String, Level)],
    remarks: Vec<Remark>,
}

impl Lint<'_> {
    fn say(&mut self, declared: &Declared, message: String) {
        self.remarks.push(Remark { file: declared.file.clone(), line: declared.line, message });
    }

    /// Names, digests and traces that several entries claim.
    fn twice(&mut self) {
        let mut seen: BTreeMap<String, &Declared> = BTreeMap::new();
        let models = self.all.models.iter().flat_map(|entry| {
            // Versions share their tensors' names and shapes, and nothing else.
            let digests = entry.value.digests.iter().filter(|digest| !digest.starts_with("header:")).collect::<BTreeSet<_>>();
            let digests = digests.into_iter().map(|digest| format!("digest `{digest}`"));
            digests.chain([format!("model `{}`", entry.value.title())]).map(move |claim| (claim, &entry.declared))
        });
        let credentials =
            self.all.credentials.iter().flat_map(|entry| {
                [format!("credential `{}`", entry.value.name), format!("trace `{}`", entry.value.trace)].map(|claim| (claim, &entry.declared))
            });
        for (claim, declared) in models.chain(credentials).collect::<Vec<_>>() {
            match seen.get(&claim).copied() {
                None => drop(seen.insert(claim, declared)),
                // Within a file, the same name and the same trace are told when it is read.
                Some(first) => self.say(declared, format!("{claim} is entered at {}:{} already", first.file, first.line)),
            }
        }
    }

    fn model(&mut self, entry: &Entry<ModelEntry>) {
        let ModelEntry { owner, stage, scope, approvals, review_by, expires, .. } = &entry.value;
        let (title, today) = (entry.value.title(), self.policy.today());
        let mut told = Vec::new();
        let retired = *stage == Some(Stage::Retired);
        let missing = self.policy.missing(&entry.value);
        if !missing.is_empty() {
            let stage = stage.map_or_else(|| "candidate".to_owned(), |stage| format!("{stage:?}").to_lowercase());
            told.push(format!("lacks {}, which the stage {stage} demands", missing.join(", ")));
        }
        for (field, day) in [("review_by", review_by), ("expires", expires)] {
            if let Some(day) = day.filter(|day| *day < today && !retired) {
                told.push(format!("`{field}` is {day}, which is over"));
            }
        }
        for approval in approvals {
            if owner.as_ref().is_some_and(|owner| owner.trim().eq_ignore_ascii_case(approval.by.trim())) {
                told.push(format!("was approved by its owner, {}; another person approves", approval.by));
            }
            if approval.on > today {
                told.push(format!("was approved on {}, which is yet to come", approval.on));
            }
        }
        if retired && !scope.is_empty() {
            told.push(format!("is retired, and may still be found in {}; take `scope` out", scope.join(", ")));
        }
        told.extend(self.strange_zones(scope));
        told.extend(self.strange_tier(&entry.value));
        told.extend(self.strange_base(&entry.value));
        told.extend(self.strange_rollback(&entry.value));
        told.into_iter().for_each(|told| self.say(&entry.declared, format!("model `{title}`: {told}")));
    }

    fn strange_zones(&self, scope: &[String]) -> Vec<String> {
        let known: BTreeSet<&str> = self.policy.zones.iter().map(|rule| rule.zone.as_str()).collect();
        let strange = scope.iter().filter(|zone| !known.iter().any(|known| known.eq_ignore_ascii_case(zone)));
        strange.map(|zone| format!("`scope` names `{zone}`, which is no zone{}", advice(zone, known.iter().copied()))).collect()
    }

    fn strange_tier(&self, entry: &ModelEntry) -> Option<String> {
        let tier = entry.tier.as_ref().filter(|tier| !self.policy.tiers.keys().any(|known| known.eq_ignore_ascii_case(tier)))?;
        Some(format!("`tier` is `{tier}`, which the policy does not have{}", advice(tier, self.policy.tiers.keys().map(String::as_str))))
    }

    /// A base that nobody entered, nor allows by its name.
    fn strange_base(&self, entry: &ModelEntry) -> Option<String> {
        let base = entry.base.as_ref()?;
        let bare = base.split_once('@').map_or(base.as_str(), |(name, _)| name);
        let names = [base.clone(), bare.to_owned(), format!("hf:{base}"), format!("hf:{bare}")];
        let is_named = |other: &ModelEntry| names.iter().any(|name| other.name.eq_ignore_ascii_case(name) || other.references.contains(name));
        let entered = self.all.models.iter().any(|other| other.value != *entry && is_named(&other.value));
        let allowed = || self.all.allow.iter().filter_map(|allow| glob(&allow.value).ok()).any(|glob| names.iter().any(|name| glob.is_match(name)));
        (!entered && !allowed()).then(|| format!("`base` is `{base}`, which no entry has and `allow` does not name"))
    }

    fn strange_rollback(&self, entry: &ModelEntry) -> Option<String> {
        let back = entry.rollback.as_ref().filter(|back| !back.eq_ignore_ascii_case("none"))?;
        let others = || self.all.models.iter().map(|other| &other.value).filter(|other| *other != entry);
        let known = others().any(|other| (other.name == entry.name && other.version.as_ref() == Some(back)) || other.title() == *back);
        (!known).then(|| format!("`rollback` is `{back}`, which no entry has"))
    }

    fn credential(&mut self, entry: &Entry<CredentialEntry>) {
        let CredentialEntry { name, owner, scope, created, expires, rotate_every, offboarded, .. } = &entry.value;
        let today = self.policy.today();
        let mut told = Vec::new();
        if owner.is_none() {
            told.push("has no owner".to_owned());
        }
        if let Some(day) = expires.filter(|day| *day < today && offboarded.is_none()) {
            told.push(format!("`expires` is {day}, which is over; enter its successor, or `offboarded`"));
        }
        if let Some((created, expires)) = created.zip(*expires).filter(|(created, expires)| created > expires) {
            told.push(format!("was created on {created}, after its end on {expires}"));
        }
        if let Some(created) = created.filter(|created| *created > today) {
            told.push(format!("was created on {created}, which is yet to come"));
        }
        if offboarded.is_some() && !scope.is_empty() {
            told.push(format!("is offboarded, and may still be found in {}; take `scope` out", scope.join(", ")));
        }
        if let Some(period) = rotate_every.as_ref().filter(|period| seconds(period).is_some_and(|period| period > self.policy.rotate_every)) {
            told.push(format!("`rotate_every` is {period}, longer than the {} days of the policy", self.policy.rotate_every / 86_400));
        }
        told.extend(self.strange_zones(scope));
        told.into_iter().for_each(|told| self.say(&entry.declared, format!("credential `{name}`: {told}")));
    }

    fn waiver(&mut self, entry: &Entry<Waiver>) {
        let Waiver { rule, owner, approved_by, expires, .. } = &entry.value;
        let mut told = Vec::new();
        if owner.trim().eq_ignore_ascii_case(approved_by.trim()) {
            told.push(format!("was approved by its owner, {owner}; another person approves"));
        }
        let same = |known: &str| known.eq_ignore_ascii_case(rule) || known.trim_start_matches("HEL") == rule.trim_start_matches("HEL");
        let level = self.rules.iter().find(|(known, _)| same(known)).map(|(_, level)| *level);
        let longest = longest(self.policy.now, level.map_or(self.policy.max_waiver, |level| self.policy.longest_waiver(level)));
        match *expires {
            end if end < self.policy.today() => told.push(format!("ended on {end} and covers nothing; take it out")),
            end if longest.is_some_and(|longest| end > longest) => {
                let longest = longest.map(|longest| longest.to_string()).unwrap_or_default();
                told.push(format!("ends on {end}, later than the {longest} that the policy allows; it covers nothing"));
            }
            _ => {}
        }
        if level.is_some_and(|level| !self.policy.lets_approve(level, approved_by)) {
            told.push(format!("`{approved_by}` may not approve it; it covers nothing"));
        }
        if level.is_none() {
            let what = if rule.starts_with(RELEASE) { "no check of the gate" } else { "no rule" };
            told.push(format!("`rule` is `{rule}`, which is {what}{}", advice(rule, self.rules.iter().map(|(name, _)| name.as_str()))));
        }
        told.into_iter().for_each(|told| self.say(&entry.declared, format!("waiver of `{rule}`: {told}")));
    }
}

fn advice<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

fn longest(now: Timestamp, seconds: u64) -> Option<jiff::civil::Date> {
    let seconds = i64::try_from(seconds).ok()?;
    now.checked_add(jiff::SignedDuration::from_secs(seconds)).ok().map(|end| end.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lint(texts: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in texts {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        let policy = Policy::defaults("2026-11-20T12:00:00Z".parse().expect("a time"));
        let rules = ["stale-secret", "HEL2002", "release-no-code"].map(|name| (name.to_owned(), Level::Warning));
        let checked = check(&[folder.path().to_owned()], &policy, &rules).expect("files that can be read");
        let home = format!("{}/", folder.path().display());
        checked.remarks.iter().map(|remark| format!("{}:{}: {}", remark.file, remark.line, remark.message).replace(&home, "")).collect()
    }

    const GOOD: &str = "models:\n- {name: a, version: 2, owner: o, stage: research, scope: [experiment], base: hf:org/base, rollback: 1}\n- {name: a, version: 1, owner: o, stage: retired}\n\
        allow: [\"hf:org/*\"]\nwaivers:\n- {rule: HEL2002, where: \"**\", reason: r, owner: o, approved_by: p, expires: 2026-12-31}\n- {rule: release-no-code, subject: a, reason: r, owner: o, approved_by: p, expires: 2026-12-31}\n";

    #[test]
    fn what_is_in_order_is_left_alone() {
        assert_eq!(lint(&[("r.yaml", GOOD)]), Vec::<String>::new());
    }

    #[test]
    fn what_a_model_has_wrong_is_told_with_its_place() {
        let models = "models:\n- name: m\n  version: 1\n  owner: A@x.org\n  stage: candidate\n  scope: [prod]\n  tier: hgh\n  base: org/none\n  rollback: 0.9\n  review_by: 2026-01-01\n  approvals: [{by: a@x.org, on: 2027-01-01}]\n- {name: n, owner: o, stage: retired, scope: [test]}\n";
        assert_eq!(
            lint(&[("r.yaml", models)]),
            [
                "r.yaml:2: model `m 1`: `base` is `org/none`, which no entry has and `allow` does not name",
                "r.yaml:2: model `m 1`: `review_by` is 2026-01-01, which is over",
                "r.yaml:2: model `m 1`: `rollback` is `0.9`, which no entry has",
                "r.yaml:2: model `m 1`: `scope` names `prod`, which is no zone",
                "r.yaml:2: model `m 1`: `tier` is `hgh`, which the policy does not have; did you mean `high`?",
                "r.yaml:2: model `m 1`: lacks use_case, classification, which the stage candidate demands",
                "r.yaml:2: model `m 1`: was approved by its owner, a@x.org; another person approves",
                "r.yaml:2: model `m 1`: was approved on 2027-01-01, which is yet to come",
                "r.yaml:12: model `n`: is retired, and may still be found in test; take `scope` out",
            ]
        );
    }

    #[test]
    fn typos_do_not_hide_what_else_is_wrong_and_files_are_one_registry() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let one = format!("models:\n- {{name: m, ownr: a}}\n- {{name: k, owner: a, stage: research, digests: [\"{digest}\"]}}\n");
        let two = format!("models:\n- {{name: l, owner: a, stage: research, digests: [\"{digest}\"]}}\n- {{name: k, owner: a, stage: research}}\n");
        assert_eq!(
            lint(&[("1.yaml", &one), ("2.yaml", &two), ("x.pt.model.yaml", "name: x\nownr: b\n")]),
            [
                "1.yaml:2: models entry 1 (`m`): no such field `ownr`; did you mean `owner`?".to_owned(),
                format!("2.yaml:2: digest `{digest}` is entered at 1.yaml:3 already"),
                "2.yaml:3: model `k` is entered at 1.yaml:3 already".to_owned(),
                "x.pt.model.yaml:2: no such field `ownr`; did you mean `owner`?".to_owned(),
            ]
        );
    }

    #[test]
    fn credentials_and_waivers_are_held_against_the_policy() {
        let trace = format!("hel1:{}", "0".repeat(40));
        let text = format!(
            "credentials:\n- {{name: c, trace: \"{trace}\", rotate_every: 1y, created: 2026-09-01, expires: 2026-08-01}}\nwaivers:\n- {{rule: stale-secrt, where: \"**\", reason: r, owner: o, approved_by: O, expires: 2029-01-01}}\n- {{rule: stale-secret, where: a, reason: r, owner: o, approved_by: p, expires: 2026-11-19}}\n"
        );
        assert_eq!(
            lint(&[("r.yaml", &text)]),
            [
                "r.yaml:2: credential `c`: `expires` is 2026-08-01, which is over; enter its successor, or `offboarded`",
                "r.yaml:2: credential `c`: `rotate_every` is 1y, longer than the 90 days of the policy",
                "r.yaml:2: credential `c`: has no owner",
                "r.yaml:2: credential `c`: was created on 2026-09-01, after its end on 2026-08-01",
                "r.yaml:4: waiver of `stale-secrt`: `rule` is `stale-secrt`, which is no rule; did you mean `stale-secret`?",
                "r.yaml:4: waiver of `stale-secrt`: ends on 2029-01-01, later than the 2027-11-21 that the policy allows; it covers nothing",
                "r.yaml:4: waiver of `stale-secrt`: was approved by its owner, o; another person approves",
                "r.yaml:5: waiver of `stale-secret`: ended on 2026-11-19 and covers nothing; take it out",
            ]
        );
    }
}
