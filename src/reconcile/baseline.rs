//! Held against a baseline: which findings are known, which are new, and what is gone.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Baseline, Family, Finding, Fingerprint, Held, Known, Origin, Outcome, Place, PlanHead, Presence, Range, Spot, Standing};

/// Marks every finding. Only what the plan looks for can be absent, and only then can something have moved: to a scan of what is staged,
/// a copy of a known secret is new.
pub fn hold(outcome: &mut Outcome, baseline: &Baseline, plan: &PlanHead) {
    let mut book = Book::new(&baseline.known);
    let mut spots = Spots { all: baseline.spots.iter().collect(), met: BTreeSet::new() };
    for finding in outcome.targets.iter_mut().flat_map(|target| &mut target.findings) {
        let standing = book.take(&finding.fingerprint.to_string()).map(|known| compared(known, finding));
        finding.standing = Some(standing.or_else(|| spots.name(finding).then_some(Standing::Unchanged)).unwrap_or(Standing::New));
    }
    let unread: BTreeSet<&str> = outcome.targets.iter().flat_map(|target| &target.troubles).map(|trouble| trouble.place.origin.uri.as_str()).collect();
    book.keep(|known| seeks(plan, known) && !folders(&known.path).any(|path| unread.contains(path)));
    for finding in outcome.targets.iter_mut().flat_map(|target| &mut target.findings).filter(|finding| finding.standing == Some(Standing::New)) {
        if let Some(known) = book.moved(finding) {
            // What has moved and has become graver on the way is not what was accepted.
            finding.standing = Some(if compared(known, finding) == Standing::Graver { Standing::Graver } else { Standing::Moved });
        }
    }
    let absent: Vec<Finding> = book.left.iter().map(|known| gone(known)).collect();
    let taken = book.taken + absent.len() as u64;
    let unseen = (book.all as u64).saturating_sub(taken);
    let unmatched = if seeks_all(plan) { (spots.all.len() - spots.met.len()) as u64 } else { 0 };
    outcome.summary.baseline = Some(counts(outcome, Held { absent: absent.len() as u64, unseen, unmatched, ..Held::default() }));
    if let Some(target) = outcome.targets.first_mut() {
        target.absent = absent;
    }
}

/// The records that no finding has taken yet.
struct Book<'b> {
    left: BTreeSet<&'b Known>,
    by_print: BTreeMap<&'b str, &'b Known>,
    /// Of those left, the ones that may have moved.
    by_subject: BTreeMap<u32, BTreeMap<&'b str, BTreeSet<&'b Known>>>,
    all: usize,
    taken: u64,
}

impl<'b> Book<'b> {
    fn new(known: &'b [Known]) -> Self {
        let sorted: BTreeSet<&Known> = known.iter().collect();
        // Of two records of one finding, which a merge may leave, the later is kept: the one of the higher level.
        let by_print: BTreeMap<_, _> = sorted.into_iter().map(|known| (known.fingerprint.as_str(), known)).collect();
        let left: BTreeSet<_> = by_print.values().copied().collect();
        Self { all: left.len(), left, by_print, by_subject: BTreeMap::new(), taken: 0 }
    }

    fn take(&mut self, print: &str) -> Option<&'b Known> {
        let known = *self.by_print.get(print)?;
        self.taken += u64::from(self.left.remove(known));
        Some(known)
    }

    /// Forgets the records of which nothing can be said.
    fn keep(&mut self, is_wanted: impl Fn(&Known) -> bool) {
        self.left.retain(|known| is_wanted(known));
        for known in &self.left {
            if let Some(subject) = &known.subject {
                self.by_subject.entry(known.code()).or_default().entry(subject).or_default().insert(known);
            }
        }
    }

    /// A record of the same subject and rule.
    fn moved(&mut self, finding: &Finding) -> Option<&'b Known> {
        let subject = finding.fingerprint.subject.as_deref()?;
        let known = self.by_subject.get_mut(&finding.code)?.get_mut(subject)?.pop_first()?;
        self.take(&known.fingerprint)
    }
}

fn compared(known: &Known, finding: &Finding) -> Standing {
    let past = finding.place.presence() != Presence::Here;
    match (finding.level.cmp(&known.level), known.past, past) {
        (std::cmp::Ordering::Greater, ..) | (_, true, false) => Standing::Graver,
        (std::cmp::Ordering::Less, ..) | (_, false, true) => Standing::Eased,
        _ => Standing::Unchanged,
    }
}

/// Places that other programs' baselines name.
struct Spots<'b> {
    all: BTreeSet<&'b Spot>,
    /// Those with a finding of ours.
    met: BTreeSet<&'b Spot>,
}

impl Spots<'_> {
    /// Do they name every place that the finding is about? Such programs know secrets, so they cover leaks and lifetimes.
    fn name(&mut self, finding: &Finding) -> bool {
        match Family::of(finding.code) {
            _ if self.all.is_empty() => false,
            Some(Family::Credential) => self.has(&finding.place),
            Some(Family::Lifetime) => self.has(&finding.place) && finding.related.iter().all(|related| self.has(&related.place)),
            _ => false,
        }
    }

    /// What lies in an archive has a line of its own there, and no program names it in this way.
    fn has(&mut self, place: &Place) -> bool {
        if place.region.is_none() || place.steps.iter().any(|step| step.kind == "member") {
            return false;
        }
        let path = Place::whole(&place.origin, &[]).display();
        let history = place.history.as_ref().map(|history| history.first.id.clone());
        let commits = [None, history, place.origin.revision.clone()];
        let met = commits.into_iter().find_map(|commit| self.all.get(&Spot { path: path.clone(), line: place.line(), commit }).copied());
        self.met.extend(met);
        met.is_some()
    }
}

/// Would the scan have met it, were it still there?
fn seeks(plan: &PlanHead, known: &Known) -> bool {
    let reach = match plan.reach.range {
        Range::All => plan.reach.tree && plan.reach.branches.is_empty(),
        Range::Nothing => plan.reach.tree && !known.past,
        _ => false,
    };
    reach && plan.targets.iter().any(|target| below(&known.path, &target.start))
}

/// The path, what it lies in, and the whole.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    let before = path.match_indices('/').map(|(at, _)| &path[..at]);
    before.flat_map(|folder| [folder, folder.strip_suffix('!').unwrap_or(folder)]).chain([path, ""])
}

/// The whole of the targets, with their history or without.
fn seeks_all(plan: &PlanHead) -> bool {
    let reach = &plan.reach;
    matches!(reach.range, Range::All | Range::Nothing) && reach.tree && reach.branches.is_empty() && plan.targets.iter().all(|target| target.start.is_empty())
}

/// Is it this path, or inside it?
fn below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder.trim_end_matches('/'));
    folder.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with("!/"))
}

/// What is told of a finding that is no more.
fn gone(known: &Known) -> Finding {
    let (digest, ordinal) = known.fingerprint.split_once(':').unwrap_or((&known.fingerprint, "1"));
    let place = Place::whole(&Origin { scheme: "file".into(), uri: known.path.clone(), ..Origin::default() }, &[]);
    Finding {
        code: known.code(),
        level: known.level,
        rank: 0,
        message: "absent".into(),
        arguments: Vec::new(),
        text: format!("'{}' was in '{}' when the baseline was made, and is there no more.", known.name, place.display()),
        place,
        related: Vec::new(),
        fingerprint: Fingerprint { digest: digest.to_owned(), ordinal: ordinal.parse().unwrap_or(1), subject: known.subject.clone() },
        properties: BTreeMap::new(),
        suppression: None,
        standing: None,
    }
}

fn counts(outcome: &Outcome, mut held: Held) -> Held {
    for finding in outcome.targets.iter().flat_map(|target| &target.findings).filter(|finding| finding.suppression.is_none()) {
        let Some(standing) = finding.standing else { continue };
        held.known += u64::from(standing.is_known());
        match standing {
            Standing::New => held.new += 1,
            Standing::Unchanged => {}
            Standing::Moved => held.moved += 1,
            Standing::Eased => held.eased += 1,
            Standing::Graver => held.graver += 1,
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Level, Reach, Target, Trouble, rule_id};
    use crate::reconcile::testing::{Estate, span};

    fn plan() -> PlanHead {
        let target = Target { scheme: "file".into(), root: "/x".into(), start: String::new(), name: ".".into(), repository: None };
        PlanHead { targets: vec![target], ..PlanHead::default() }
    }

    fn baseline(outcome: &Outcome) -> Baseline {
        let records = outcome.targets[0].findings.iter().map(|finding| Known::of(finding, rule_id(finding.code, "n"), "n".into()));
        Baseline { known: records.collect(), spots: Vec::new() }
    }

    fn held(estate: &Estate, baseline: &Baseline, plan: &PlanHead) -> Outcome {
        let mut outcome = estate.run();
        hold(&mut outcome, baseline, plan);
        outcome
    }

    fn standings(outcome: &Outcome, code: u32) -> Vec<Standing> {
        outcome.targets[0].findings.iter().filter(|finding| finding.code == code).filter_map(|finding| finding.standing).collect()
    }

    fn sum(outcome: &Outcome) -> Held {
        outcome.summary.baseline.clone().expect("it was held against a baseline")
    }

    #[test]
    fn what_is_in_it_is_known_and_what_is_not_is_new() {
        let before = Estate::new().credential("a.env", "x", |_| {});
        let known = baseline(&before.run());
        let same = held(&before, &known, &plan());
        assert!(same.targets[0].findings.iter().all(|finding| !finding.is_open()));
        assert_eq!((sum(&same).new, sum(&same).absent, sum(&same).known), (0, 0, known.known.len() as u64));
        let more = held(&before.credential("b.env", "y", |_| {}), &known, &plan());
        assert_eq!(standings(&more, 1001), [Standing::Unchanged, Standing::New]);
    }

    #[test]
    fn what_is_gone_is_absent_unless_it_was_not_looked_for() {
        let known = baseline(&Estate::new().credential("src/a.env", "x", |_| {}).run());
        let all = known.known.len() as u64;
        let told = |plan: &PlanHead| sum(&held(&Estate::new(), &known, plan));
        assert_eq!((told(&plan()).absent, told(&plan()).unseen), (all, 0));
        let mut staged = plan();
        staged.reach = Reach { range: Range::Staged, tree: false, ..Reach::default() };
        assert_eq!((told(&staged).absent, told(&staged).unseen), (0, all));
        let mut elsewhere = plan();
        elsewhere.targets[0].start = "sr".into();
        assert_eq!((told(&elsewhere).absent, told(&elsewhere).unseen), (0, all));
        let mut unread = Estate::new();
        let place = Place::whole(&Origin { uri: "src/a.env".into(), ..Origin::default() }, &[]);
        unread.shard.troubles = vec![Trouble { place, kind: "unreadable-file".into(), message: "m".into() }];
        assert_eq!(sum(&held(&unread, &known, &plan())).absent, 0);
        let inside = |path: &str, folder: &str| folders(path).any(|known| known == folder);
        assert!(inside("a/b.zip!/c", "a/b.zip") && inside("a/b", "a") && inside("a/b", "a/b") && inside("a", "") && !inside("ab/c", "a"));
    }

    #[test]
    fn a_secret_that_moved_is_known_and_a_copy_is_new() {
        let known = baseline(&Estate::new().credential("a.env", "x", |_| {}).run());
        let moved = held(&Estate::new().credential("conf/a.env", "x", |_| {}), &known, &plan());
        assert_eq!((standings(&moved, 1001), sum(&moved).absent), (vec![Standing::Moved], 0));
        let copied = held(&Estate::new().credential("a.env", "x", |_| {}).credential("b.env", "x", |_| {}), &known, &plan());
        assert_eq!(standings(&copied, 1001), [Standing::Unchanged, Standing::New]);
    }

    #[test]
    fn what_became_graver_is_open_again() {
        let estate = Estate::new().credential("a.env", "x", |_| {});
        let mut known = baseline(&estate.run());
        known.known.iter_mut().for_each(|known| known.level = Level::Note);
        let graver = held(&estate, &known, &plan());
        assert!(standings(&graver, 1001) == [Standing::Graver] && graver.targets[0].findings[0].is_open());
        let past = Estate::new().past("a.env", "x", span(1, 3, Some(4)));
        let known = baseline(&past.run());
        assert!(known.known.iter().any(|known| known.past));
        assert_eq!(standings(&held(&past, &known, &plan()), 1001), [Standing::Unchanged]);
    }

    #[test]
    fn places_of_other_programs_cover_leaks_and_lives_there_and_nothing_else() {
        let estate = Estate::new().credential("a.env", "x", |_| {});
        let line = estate.run().targets[0].findings[0].place.line();
        let spot = |line: u32, commit: Option<&str>| Spot { path: "a.env".into(), line, commit: commit.map(str::to_owned) };
        let with = |spot: Spot| held(&estate, &Baseline { known: Vec::new(), spots: vec![spot] }, &plan());
        let met = with(spot(line, None));
        assert!(met.targets[0].findings.iter().all(|finding| !finding.is_open()) && sum(&met).unmatched == 0);
        assert_eq!(sum(&with(spot(line + 1, None))).unmatched, 1);
        assert_eq!(standings(&with(spot(line + 1, None)), 1001), [Standing::New]);
        assert_eq!(standings(&with(spot(line, Some("c0ffee"))), 1001), [Standing::New]);
    }

    #[test]
    fn the_order_of_the_records_decides_nothing_and_twice_is_once() {
        let estate = Estate::new().credential("a.env", "x", |_| {}).credential("b.env", "y", |_| {});
        let known = baseline(&estate.run());
        let other = Estate::new().credential("c.env", "x", |_| {}).credential("b.env", "y", |_| {});
        let mut turned = known.clone();
        turned.known.reverse();
        turned.known.extend(known.known.clone());
        assert_eq!(held(&other, &known, &plan()), held(&other, &turned, &plan()));
    }
}
