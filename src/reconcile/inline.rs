//! Comments beside what was found: which findings they allow, which of them say too little, and which ask another program.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::alive::after;
use crate::domain::{Place, Policy, Pragma, Suppression, glob, rule_id};

/// Whom our own comments ask.
const OURS: &str = "heliodon";

/// What the comments of a scan come to.
pub(super) struct Inline<'a> {
    policy: &'a Policy,
    void: RefCell<BTreeSet<String>>,
    others: RefCell<BTreeMap<String, u64>>,
}

/// A place of a finding, and the rules that found something there.
pub(super) struct Spot<'f> {
    pub(super) place: &'f Place,
    /// Code and name: of the finding's own rule, and of the credential's.
    pub(super) rules: Vec<(u32, &'f str)>,
}

/// What the comments beside a finding say of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) suppression: Option<Suppression>,
    /// Other programs that are asked to leave it alone.
    pub(super) others: Vec<String>,
    /// Why one of ours does not count.
    pub(super) void: Option<String>,
}

impl<'a> Inline<'a> {
    pub(super) fn new(policy: &'a Policy) -> Self {
        Self { policy, void: RefCell::default(), others: RefCell::default() }
    }

    /// Every place must have a comment that counts.
    pub(super) fn said(&self, spots: &[Spot<'_>]) -> Said {
        let mut said = Said::default();
        if spots.iter().all(|spot| spot.place.pragmas.is_empty()) {
            return said;
        }
        let pragmas = || spots.iter().flat_map(|spot| &spot.place.pragmas);
        said.others = pragmas().map(|pragma| &pragma.tool).filter(|tool| *tool != OURS).cloned().collect::<BTreeSet<_>>().into_iter().collect();
        if self.policy.inline_allow {
            let counted: Vec<Option<&Pragma>> = spots.iter().map(|spot| self.counted(spot, &mut said.void)).collect();
            if let Some(first) = counted.first().copied().flatten().filter(|_| counted.iter().all(Option::is_some)) {
                said.suppression = Some(inline(first));
            }
        }
        said
    }

    /// Counts what asks another program and is not heeded.
    pub(super) fn note_others(&self, said: &Said) {
        said.others.iter().for_each(|tool| *self.others.borrow_mut().entry(tool.clone()).or_default() += 1);
    }

    /// Comments of ours that do not count, and why.
    pub(super) fn void(&self) -> Vec<String> {
        self.void.borrow().iter().cloned().collect()
    }

    /// Findings that carry a comment for another program, by program.
    pub(super) fn others(&self) -> BTreeMap<String, u64> {
        self.others.borrow().clone()
    }

    /// The comment that allows what was found at a place.
    fn counted<'f>(&self, spot: &Spot<'f>, void: &mut Option<String>) -> Option<&'f Pragma> {
        for pragma in &spot.place.pragmas {
            if pragma.tool != OURS {
                continue;
            }
            let problem = match () {
                () if pragma.rules.is_empty() => Some("names no rule".to_owned()),
                () if !pragma.rules.iter().any(|rule| spot.rules.iter().any(|(code, name)| names(rule, *code, name))) => continue,
                () if pragma.reason.is_empty() => Some("gives no reason".to_owned()),
                () => pragma.until.as_deref().and_then(|until| self.ended(until)),
            };
            let Some(problem) = problem else { return Some(pragma) };
            let names = pragma.rules.join(",");
            self.void.borrow_mut().insert(format!("`heliodon: allow {names}` ({}:{}) {problem}", spot.place.display(), spot.place.line()));
            *void = Some(problem);
        }
        let others = || spot.place.pragmas.iter().find(|pragma| pragma.tool != OURS);
        self.policy.foreign_pragmas.then(others)?
    }

    /// As for waivers: the last day counts, and none may be later than the policy allows.
    fn ended(&self, until: &str) -> Option<String> {
        let Ok(day) = until.parse::<Date>() else { return Some(format!("ends on `{until}`; a date looks like 2027-03-31")) };
        if day < self.policy.today() {
            return Some(format!("expired on {day}"));
        }
        let longest = after(self.policy.now, self.policy.max_waiver)?.to_zoned(jiff::tz::TimeZone::UTC).date();
        (day > longest).then(|| format!("ends on {day}, later than the {longest} that the policy allows"))
    }
}

fn names(rule: &str, code: u32, name: &str) -> bool {
    let id = rule_id(code, name);
    rule == name || rule.eq_ignore_ascii_case(&id) || glob(rule).is_ok_and(|glob| glob.is_match(name) || glob.is_match(&id))
}

fn inline(pragma: &Pragma) -> Suppression {
    let until = pragma.until.as_deref().and_then(|until| until.parse().ok());
    Suppression::Inline { tool: pragma.tool.clone(), reason: pragma.reason.clone(), until }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Level, Outcome, WaiverRule};
    use crate::reconcile::testing::{Estate, Marked as _, span};

    fn ours(rules: &str, reason: &str, until: Option<&str>) -> Pragma {
        let rules = rules.split(',').filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
        Pragma { tool: OURS.into(), rules, reason: reason.into(), until: until.map(str::to_owned) }
    }

    fn theirs() -> Pragma {
        Pragma { tool: "gitleaks".into(), ..Pragma::default() }
    }

    fn open(outcome: &Outcome) -> usize {
        outcome.targets[0].findings.iter().filter(|finding| finding.suppression.is_none()).count()
    }

    fn with(pragma: Pragma) -> Outcome {
        Estate::new().credential("a.env", "x", |_| {}).beside(&[pragma]).run()
    }

    #[test]
    fn who_allows_a_credential_allows_its_life() {
        let outcome = with(ours("acme-key", "revoked", None));
        assert_eq!((open(&outcome), outcome.summary.allowed), (0, 2));
        for rules in ["HEL1001", "acme-*", "other,acme-key", "*"] {
            assert_eq!(open(&with(ours(rules, "revoked", Some("2026-12-31")))), 0, "{rules}");
        }
        let outcome = with(ours("long-lived-secret", "rotated by hand", None));
        assert_eq!((open(&outcome), outcome.summary.allowed), (1, 1));
        assert_eq!(open(&with(ours("other", "revoked", None))), 2);
    }

    #[test]
    fn a_comment_that_says_too_little_does_not_count_and_is_told() {
        for (pragma, why) in [
            (ours("acme-key", "", None), "`heliodon: allow acme-key` (a.env:1) gives no reason"),
            (ours("", "", None), "`heliodon: allow ` (a.env:1) names no rule"),
            (ours("acme-key", "r", Some("2020-01-01")), "`heliodon: allow acme-key` (a.env:1) expired on 2020-01-01"),
            (ours("acme-key", "r", Some("soon")), "`heliodon: allow acme-key` (a.env:1) ends on `soon`; a date looks like 2027-03-31"),
        ] {
            let outcome = with(pragma);
            assert_eq!((open(&outcome), outcome.summary.void_comments), (2, vec![why.to_owned()]));
        }
        assert!(with(ours("acme-key", "r", Some("2035-01-01"))).summary.void_comments[0].contains("that the policy allows"));
    }

    #[test]
    fn where_approvers_are_named_a_comment_is_not_enough() {
        let mut estate = Estate::new().credential("a.env", "x", |_| {}).beside(&[ours("acme-key", "revoked", None)]);
        estate.policy.waivers.insert(Level::Error, WaiverRule { approvers: vec!["ciso".into()], max: None });
        let outcome = estate.run();
        let open: Vec<_> = outcome.targets[0].findings.iter().filter(|finding| finding.suppression.is_none()).collect();
        assert_eq!((open.len(), open[0].code), (1, 1001));
        assert!(open[0].properties["comment"].to_string().contains("nobody whom the policy lets approve"));
    }

    #[test]
    fn a_secret_in_two_places_needs_two_comments() {
        let one = Estate::new().credential("a.env", "x", |_| {}).beside(&[ours("acme-key", "r", None)]).credential("b.env", "x", |_| {});
        assert_eq!((one.run().summary.allowed, open(&one.run())), (1, 2));
        assert_eq!(open(&one.beside(&[ours("acme-key", "r", None)]).run()), 0);
    }

    #[test]
    fn what_asks_others_is_counted_and_heeded_on_demand() {
        let mut estate = Estate::new().credential("a.env", "x", |_| {}).beside(&[theirs()]);
        let outcome = estate.run();
        assert_eq!((open(&outcome), outcome.summary.pragmas.get("gitleaks")), (2, Some(&2)));
        assert_eq!(outcome.targets[0].findings[0].properties["pragmas"], serde_json::json!(["gitleaks"]));
        estate.policy.foreign_pragmas = true;
        assert_eq!((open(&estate.run()), estate.run().summary.pragmas.len()), (0, 0));
        estate.policy.inline_allow = false;
        assert_eq!(open(&estate.run()), 2);
    }

    #[test]
    fn of_a_history_the_comments_of_the_last_commit_count() {
        let first = || Estate::new().past("a.env", "x", span(1, 3, Some(4)));
        let later = |estate: Estate| estate.past("a.env", "x", span(4, 8, None).head());
        assert_eq!(open(&later(first()).beside(&[ours("acme-key", "r", None)]).run()), 0);
        assert!(open(&later(first().beside(&[ours("acme-key", "r", None)])).run()) > 0);
    }
}
