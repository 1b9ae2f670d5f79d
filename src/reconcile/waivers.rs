//! Waivers: which findings they cover, and which waivers cover nothing.

use std::cell::{Cell, RefCell};

use globset::GlobMatcher;

use super::alive::after;
use crate::domain::{Entry, Level, Place, Policy, RELEASE, Registrations, Suppression, Waiver, glob, rule_id};

/// The waivers of all registries, ready to match.
pub(super) struct Waivers<'a> {
    all: Vec<Ready<'a>>,
    policy: &'a Policy,
}

struct Ready<'a> {
    entry: &'a Entry<Waiver>,
    place: Option<GlobMatcher>,
    subject: Option<GlobMatcher>,
    /// Why it covers nothing today.
    void: Option<String>,
    /// Why it does not cover what it would.
    refused: RefCell<Option<String>>,
    used: Cell<bool>,
}

/// What the waivers say of a finding.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cover {
    pub(super) suppression: Option<Suppression>,
    /// The waiver that would cover it, and why it does not: the finding is open again, and says so.
    pub(super) lapsed: Option<String>,
}

/// What a waiver is held against.
pub(super) struct Waived<'f> {
    pub(super) code: u32,
    pub(super) name: &'f str,
    pub(super) level: Level,
    /// All names of the subject: identity, label, registered name.
    pub(super) subjects: &'f [String],
    /// Every place that the finding is about: a waiver covers it only when it covers them all.
    pub(super) places: &'f [&'f Place],
}

impl<'a> Waivers<'a> {
    pub(super) fn new(registrations: &'a Registrations, policy: &'a Policy) -> Self {
        let mut all: Vec<_> = registrations.waivers.iter().map(|entry| Ready::new(entry, policy)).collect();
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        Self { all, policy }
    }

    /// The first waiver that covers a finding.
    pub(super) fn cover(&self, finding: &Waived<'_>) -> Cover {
        let mut cover = Cover::default();
        if self.all.is_empty() {
            return cover;
        }
        let paths: Vec<_> = finding.places.iter().map(|place| place.display()).collect();
        for ready in self.all.iter().filter(|ready| ready.covers(finding, &paths)) {
            let declared = &ready.entry.declared;
            if let Some(why) = ready.void.clone().or_else(|| ready.refusal(finding.level, self.policy)) {
                let file = declared.file.rsplit('/').next().unwrap_or_default();
                cover.lapsed.get_or_insert_with(|| format!("{file}:{} {why}", declared.line));
                continue;
            }
            ready.used.set(true);
            let Waiver { reason, owner, approved_by, expires, .. } = ready.entry.value.clone();
            let suppression = Suppression::Waiver { reason, owner, approved_by, expires, file: declared.file.clone(), line: declared.line };
            return Cover { suppression: Some(suppression), lapsed: None };
        }
        cover
    }

    /// Waivers that cover nothing, with where they stand and why.
    pub(super) fn unused(&self) -> Vec<String> {
        // Those of the gate are for the gate to use.
        let unused = self.all.iter().filter(|ready| !ready.used.get() && !ready.entry.value.rule.starts_with(RELEASE));
        let why = |ready: &Ready<'_>| ready.void.clone().or_else(|| ready.refused.borrow().clone()).unwrap_or_else(|| "covers nothing".to_owned());
        unused.map(|ready| format!("{}: {}", ready.title(), why(ready))).collect()
    }
}

impl<'a> Ready<'a> {
    fn new(entry: &'a Entry<Waiver>, policy: &Policy) -> Self {
        // Globs were checked when the registry was read; one that is broken all the same must not waive everything.
        let compiled = |pattern: &Option<String>| pattern.as_ref().map(|pattern| glob(pattern)).transpose();
        let (place, subject) = (compiled(&entry.value.place), compiled(&entry.value.subject));
        let broken = place.as_ref().err().or(subject.as_ref().err()).cloned();
        let void = broken.or_else(|| void(&entry.value, policy));
        Self { entry, place: place.ok().flatten(), subject: subject.ok().flatten(), void, refused: RefCell::default(), used: Cell::new(false) }
    }

    fn order(&self) -> (&str, u32, &str) {
        (&self.entry.declared.file, self.entry.declared.line, &self.entry.value.rule)
    }

    fn covers(&self, finding: &Waived<'_>, paths: &[String]) -> bool {
        let rule = &self.entry.value.rule;
        let same = rule == finding.name || rule.trim_start_matches("HEL") == rule_id(finding.code, finding.name).trim_start_matches("HEL");
        let place = self.place.as_ref().is_none_or(|glob| paths.iter().all(|path| glob.is_match(path)));
        let subject = self.subject.as_ref().is_none_or(|glob| finding.subjects.iter().any(|subject| glob.is_match(subject)));
        same && place && subject && (self.place.is_some() || self.subject.is_some())
    }

    /// Why the policy does not take it for findings of this level.
    fn refusal(&self, level: Level, policy: &Policy) -> Option<String> {
        let Waiver { approved_by, expires, .. } = &self.entry.value;
        let word = || format!("{level:?}").to_lowercase();
        let refused = match last_day(policy, policy.longest_waiver(level)) {
            Some(longest) if *expires > longest => Some(format!("ends on {expires}, later than the {longest} that the policy allows for {}s", word())),
            _ if !policy.lets_approve(level, approved_by) => Some(format!("`{approved_by}` may not approve what is of level {}", word())),
            _ => None,
        }?;
        self.refused.replace(Some(refused.clone()));
        Some(refused)
    }

    fn title(&self) -> String {
        let Waiver { rule, place, subject, .. } = &self.entry.value;
        let aim = place.as_ref().or(subject.as_ref()).map_or_else(String::new, |aim| format!(" at `{aim}`"));
        format!("`{rule}`{aim} ({}:{})", self.entry.declared.file, self.entry.declared.line)
    }
}

/// Expired, or longer than any waiver may be. The last day counts.
fn void(waiver: &Waiver, policy: &Policy) -> Option<String> {
    if waiver.expires < policy.today() {
        return Some(format!("expired on {}", waiver.expires));
    }
    let longest = last_day(policy, policy.max_waiver)?;
    (waiver.expires > longest).then(|| format!("ends on {}, later than the {longest} that the policy allows", waiver.expires))
}

fn last_day(policy: &Policy, seconds: u64) -> Option<jiff::civil::Date> {
    Some(after(policy.now, seconds)?.to_zoned(jiff::tz::TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Declared, Origin, WaiverRule};

    fn waiver(rule: &str, place: Option<&str>, subject: Option<&str>, expires: &str) -> Entry<Waiver> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let value = Waiver {
            rule: rule.into(),
            place: owned(place),
            subject: owned(subject),
            reason: "r".into(),
            owner: "o".into(),
            approved_by: "a".into(),
            expires: expires.parse().expect("a date"),
        };
        Entry { declared: Declared { file: "r.yaml".into(), line: 7 }, value }
    }

    fn covered(waiver: Entry<Waiver>, paths: &[&str]) -> (bool, Vec<String>) {
        covered_by(Policy::defaults("2026-11-20T00:00:00Z".parse().expect("a time")), waiver, paths)
    }

    fn covered_by(policy: Policy, waiver: Entry<Waiver>, paths: &[&str]) -> (bool, Vec<String>) {
        let registrations = Registrations { waivers: vec![waiver], ..Registrations::default() };
        let waivers = Waivers::new(&registrations, &policy);
        let places: Vec<_> = paths.iter().map(|path| Place::whole(&Origin { uri: (*path).into(), ..Origin::default() }, &[])).collect();
        let places: Vec<_> = places.iter().collect();
        let subjects = ["hf:org/model".to_owned()];
        let finding = Waived { code: 3001, name: "unregistered-artifact", level: Level::Warning, subjects: &subjects, places: &places };
        (waivers.cover(&finding).suppression.is_some(), waivers.unused())
    }

    #[test]
    fn rule_place_and_subject_must_all_agree() {
        let on = |rule: &str, place, subject| covered(waiver(rule, place, subject, "2026-12-31"), &["research/a.pt"]).0;
        assert!(on("unregistered-artifact", Some("research/**"), None));
        assert!(on("HEL3001", Some("research/**"), Some("hf:org/*")));
        assert!(!on("unregistered-artifact", Some("src/**"), None));
        assert!(!on("unregistered-artifact", Some("research/**"), Some("hf:other/*")));
        assert!(!on("artifact-drift", Some("**"), None));
        assert!(!on("unregistered-artifact", None, None));
        assert!(!on("unregistered-artifact", Some("a["), None));
    }

    #[test]
    fn a_finding_in_two_places_needs_a_waiver_for_both() {
        assert!(!covered(waiver("unregistered-artifact", Some("research/**"), None, "2026-12-31"), &["research/a.pt", "deploy/a.pt"]).0);
    }

    #[test]
    fn the_level_bounds_the_life_and_the_approver() {
        let rule = |max: Option<&str>, approver: &str| WaiverRule { max: max.map(str::to_owned), approvers: vec![approver.to_owned()] };
        let under = |level: Level, rule: WaiverRule| {
            let mut policy = Policy::defaults("2026-11-20T00:00:00Z".parse().expect("a time"));
            policy.waivers.insert(level, rule);
            covered_by(policy, waiver("unregistered-artifact", Some("**"), None, "2026-12-31"), &["a"])
        };
        assert!(under(Level::Warning, rule(Some("60d"), "a")).0 && under(Level::Error, rule(Some("1d"), "ciso")).0);
        assert!(
            under(Level::Warning, rule(Some("30d"), "a")).1[0].ends_with("ends on 2026-12-31, later than the 2026-12-20 that the policy allows for warnings")
        );
        assert!(under(Level::Warning, rule(None, "ciso")).1[0].ends_with("`a` may not approve what is of level warning"));
    }

    #[test]
    fn waivers_end_and_may_not_be_longer_than_the_policy_says() {
        let at = |expires: &str| covered(waiver("unregistered-artifact", Some("**"), None, expires), &["a"]);
        assert_eq!(at("2026-11-20"), (true, vec![]));
        assert_eq!(at("2026-11-19"), (false, vec!["`unregistered-artifact` at `**` (r.yaml:7): expired on 2026-11-19".to_owned()]));
        assert!(at("2028-01-01").1[0].contains("later than the 2027-11-21 that the policy allows"));
    }

    #[test]
    fn a_level_may_have_a_shorter_bound_of_its_own() {
        let mut policy = Policy::defaults("2026-11-20T00:00:00Z".parse().expect("a time"));
        policy.waivers.insert(Level::Error, WaiverRule { approvers: Vec::new(), max: Some("30d".into()) });
        let registrations = Registrations { waivers: vec![waiver("unregistered-artifact", Some("**"), None, "2026-12-31")], ..Registrations::default() };
        let waivers = Waivers::new(&registrations, &policy);
        let place = Place::whole(&Origin { uri: "a".into(), ..Origin::default() }, &[]);
        let at = |level| waivers.cover(&Waived { code: 3001, name: "unregistered-artifact", level, subjects: &[], places: &[&place] });
        let why = "ends on 2026-12-31, later than the 2026-12-20 that the policy allows for errors";
        assert_eq!(at(Level::Error), Cover { suppression: None, lapsed: Some(format!("r.yaml:7 {why}")) });
        assert_eq!(waivers.unused(), [format!("`unregistered-artifact` at `**` (r.yaml:7): {why}")]);
        assert!(at(Level::Warning).suppression.is_some() && waivers.unused().is_empty());
    }
}
