//! Waivers: which findings they cover, and which waivers cover nothing.

use std::cell::{Cell, RefCell};

use globset::GlobMatcher;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::alive::after;
use crate::domain::{Entry, Level, Place, Policy, Registrations, Suppression, Waiver, glob, rule_id};

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
    used: Cell<bool>,
    /// Why it did not cover what it names: it is too long for a finding of that level.
    refused: RefCell<Option<String>>,
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
            if let Some(why) = ready.void.clone().or_else(|| self.refused(ready, finding.level)) {
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

    /// A graver finding may be waived for a shorter time.
    fn refused(&self, ready: &Ready<'_>, level: Level) -> Option<String> {
        let most = *self.policy.max_waiver_of.get(&level)?;
        let why = too_long(ready.entry.value.expires, self.policy, most)?;
        let why = format!("{why} for {}", format!("{level:?}s").to_lowercase());
        ready.refused.replace(Some(why.clone()));
        Some(why)
    }

    /// Waivers that cover nothing, with where they stand and why.
    pub(super) fn unused(&self) -> Vec<String> {
        let unused = self.all.iter().filter(|ready| !ready.used.get());
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
        Self { entry, place: place.ok().flatten(), subject: subject.ok().flatten(), void, used: Cell::new(false), refused: RefCell::default() }
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
    too_long(waiver.expires, policy, policy.max_waiver)
}

fn too_long(expires: Date, policy: &Policy, most: u64) -> Option<String> {
    let longest = after(policy.now, most)?.to_zoned(TimeZone::UTC).date();
    (expires > longest).then(|| format!("ends on {expires}, later than the {longest} that the policy allows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Declared, Origin};

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
        let policy = Policy::defaults("2026-11-20T00:00:00Z".parse().expect("a time"));
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
    fn waivers_end_and_may_not_be_longer_than_the_policy_says() {
        let at = |expires: &str| covered(waiver("unregistered-artifact", Some("**"), None, expires), &["a"]);
        assert_eq!(at("2026-11-20"), (true, vec![]));
        assert_eq!(at("2026-11-19"), (false, vec!["`unregistered-artifact` at `**` (r.yaml:7): expired on 2026-11-19".to_owned()]));
        assert!(at("2028-01-01").1[0].contains("later than the 2027-11-21 that the policy allows"));
    }

    #[test]
    fn a_level_may_have_a_shorter_bound_of_its_own() {
        let mut policy = Policy::defaults("2026-11-20T00:00:00Z".parse().expect("a time"));
        policy.max_waiver_of.insert(Level::Error, 30 * 86_400);
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
