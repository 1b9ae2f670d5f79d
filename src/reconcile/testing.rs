//! A made-up estate for the tests of the reduce: what was seen and what is registered, in a line each.

use crate::domain::{
    Artifact, Change, ChangeKind, Class, Commit, Credential, CredentialEntry, Declared, Digest, DigestKind, Entry, Evidence, Face, Family, Finding, Gated,
    Grant, Hazard, History, Identity, Job, Level, Lifetime, Observation, Origin, Outcome, Place, PlanHead, Policy, Pragma, Reference, Region, Registrations,
    Shard, Stage, Sureness, Target, Trace, Waiver, Wanted, parse_side_car,
};

/// The clock of all tests.
pub(super) const NOW: &str = "2026-11-20T12:00:00Z";

pub(super) struct Estate {
    pub(super) shard: Shard,
    pub(super) registrations: Registrations,
    pub(super) policy: Policy,
}

impl Estate {
    pub(super) fn new() -> Self {
        let policy = Policy::defaults(NOW.parse().expect("a time"));
        Self { shard: Shard::default(), registrations: Registrations::default(), policy }
    }

    /// A static credential of the rule `acme-key`; equal names are equal secrets.
    pub(super) fn credential(self, path: &str, name: &str, change: impl FnOnce(&mut Credential)) -> Self {
        self.credential_in(origin(path), Some(trace(name)), 1, change)
    }

    /// The same in a commit.
    pub(super) fn revision(self, path: &str, name: &str, revision: &str) -> Self {
        self.credential_in(Origin { revision: Some(revision.into()), ..origin(path) }, Some(trace(name)), 1, |_| {})
    }

    /// A secret that a history shows.
    pub(super) fn past(self, path: &str, name: &str, history: History) -> Self {
        self.past_of(path, name, history, |_| {})
    }

    pub(super) fn past_of(mut self, path: &str, name: &str, history: History, change: impl FnOnce(&mut Credential)) -> Self {
        self = self.credential_in(committed(path, &history), Some(trace(name)), 1, change);
        self.dated(history)
    }

    pub(super) fn past_guessable(mut self, path: &str, history: History) -> Self {
        self = self.credential_in(committed(path, &history), None, 1, |credential| credential.key = Some("Password".into()));
        self.dated(history)
    }

    pub(super) fn past_artifact(mut self, path: &str, role: &str, digit: &str, history: History) -> Self {
        self = self.artifact(path, role, digit, |_| {});
        self.moved(committed(path, &history)).dated(history)
    }

    pub(super) fn past_reference(mut self, path: &str, identity: &str, history: History) -> Self {
        self = self.reference(path, identity, |_| {});
        self.moved(committed(path, &history)).dated(history)
    }

    pub(super) fn past_side_car(mut self, path: &str, text: &str, history: History) -> Self {
        self = self.side_car(path, text);
        self.moved(committed(path, &history)).dated(history)
    }

    fn moved(mut self, origin: Origin) -> Self {
        self.shard.observations.last_mut().expect("something was seen").place.origin = origin;
        self
    }

    fn dated(mut self, history: History) -> Self {
        self.shard.observations.last_mut().expect("something was seen").place.history = Some(Box::new(history));
        self
    }

    /// A secret without an identity.
    pub(super) fn guessable(self, path: &str, line: u32) -> Self {
        self.credential_in(origin(path), None, line, |credential| credential.key = Some("Password".into()))
    }

    fn credential_in(self, origin: Origin, id: Option<String>, line: u32, change: impl FnOnce(&mut Credential)) -> Self {
        let mut credential = Credential {
            rule: 1001,
            trace: Trace { id, preview: "acme_[REDACTED]".into() },
            lifetime: Lifetime { class: Class::Static, ..Lifetime::default() },
            sureness: Sureness::Certain,
            ..Credential::default()
        };
        change(&mut credential);
        self.seen(origin, line, Evidence::Credential(credential))
    }

    /// An artifact whose SHA-256 is the digit, 64 times; none without a digit.
    pub(super) fn artifact(self, path: &str, role: &str, digit: &str, change: impl FnOnce(&mut Artifact)) -> Self {
        let digests = if digit.is_empty() { vec![] } else { vec![Digest { kind: DigestKind::Sha256, hex: digit.repeat(64) }] };
        let mut artifact = Artifact { format: "torch-zip".into(), role: role.into(), sureness: Sureness::Certain, digests, ..Artifact::default() };
        change(&mut artifact);
        self.seen(origin(path), 0, Evidence::Artifact(artifact))
    }

    pub(super) fn reference(self, path: &str, identity: &str, change: impl FnOnce(&mut Reference)) -> Self {
        let (scheme, name) = identity.split_once(':').expect("an identity has a scheme");
        let mut reference = Reference { identity: Identity { scheme: scheme.into(), name: name.into() }, pinned: true, ..Reference::default() };
        change(&mut reference);
        self.seen(origin(path), 1, Evidence::Reference(reference))
    }

    /// An operation on the model `churn`.
    pub(super) fn change(self, path: &str, kind: ChangeKind, operation: &str, job: Option<Job>) -> Self {
        let target = Some(Identity { scheme: "mlflow".into(), name: "churn".into() });
        let change = Change { kind, shape: "shape".into(), operation: operation.into(), target, declared: false, job };
        self.seen(origin(path), 1, Evidence::Change(Box::new(change)))
    }

    /// A policy that allows `sagemaker:*`.
    pub(super) fn grant(self, path: &str, change: impl FnOnce(&mut Grant)) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let mut grant = Grant {
            cloud: "aws".into(),
            name: "aws_iam_policy.ml".into(),
            actions: owned(&["sagemaker:*"]),
            reach: owned(&["sagemaker:CreateTrainingJob", "sagemaker:UpdateModelPackage"]),
            count: 32,
            to: owned(&["aws_iam_role.ci"]),
            ..Grant::default()
        };
        change(&mut grant);
        self.seen(origin(path), 1, Evidence::Grant(Box::new(grant)))
    }

    pub(super) fn side_car(self, path: &str, text: &str) -> Self {
        let entry = parse_side_car(&expanded(text), true).expect("a side-car").expect("no mistakes");
        self.seen(origin(path), 0, Evidence::Manifest(Box::new(entry)))
    }

    fn seen(mut self, origin: Origin, line: u32, evidence: Evidence) -> Self {
        let region = (line > 0).then(|| Region { start_line: line, start_column: 1, end_line: line, end_column: 9, ..Region::default() });
        self.shard.observations.push(Observation { place: Place { origin, region, ..Place::default() }, evidence });
        self
    }

    /// Comments beside what was seen last.
    pub(super) fn beside(mut self, pragmas: &[Pragma]) -> Self {
        let last = self.shard.observations.last_mut().expect("something was seen");
        last.place.pragmas = pragmas.to_vec();
        self
    }

    /// A registered model; `@a` is the digit `a`, 64 times.
    pub(super) fn model(mut self, text: &str) -> Self {
        let value = parse_side_car(&expanded(text), true).expect("an entry").expect("no mistakes");
        let declared = Declared { file: "registry.yaml".into(), line: 10 + self.registrations.models.len() as u32 };
        self.registrations.models.push(Entry { declared, value });
        self.with_registry()
    }

    pub(super) fn identity(mut self, name: &str, change: impl FnOnce(&mut CredentialEntry)) -> Self {
        let mut value = CredentialEntry { name: name.into(), trace: trace(name), owner: Some("team".into()), ..CredentialEntry::default() };
        change(&mut value);
        self.registrations.credentials.push(Entry { declared: Declared { file: "registry.yaml".into(), line: 3 }, value });
        self.with_registry()
    }

    pub(super) fn allow(mut self, glob: &str) -> Self {
        self.registrations.allow.push(Entry { declared: Declared::default(), value: glob.into() });
        self.with_registry()
    }

    pub(super) fn waiver(mut self, rule: &str, place: &str) -> Self {
        let value = Waiver {
            rule: rule.into(),
            place: Some(place.into()),
            subject: None,
            reason: "known".into(),
            owner: "lab".into(),
            approved_by: "risk".into(),
            expires: "2026-12-31".parse().expect("a date"),
        };
        self.registrations.waivers.push(Entry { declared: Declared { file: "registry.yaml".into(), line: 40 }, value });
        self.with_registry()
    }

    pub(super) fn with_registry(mut self) -> Self {
        self.registrations.present = true;
        self
    }

    pub(super) fn run(&self) -> Outcome {
        self.run_with(self.shard.clone())
    }

    /// The outcome of other observations under the same registry and policy.
    pub(super) fn run_with(&self, shard: Shard) -> Outcome {
        super::run(&plan(), shard, &self.registrations, &self.policy, &rules())
    }

    /// What the gate answers.
    pub(super) fn gated(&self, stage: Stage, zone: &str) -> Gated {
        super::gate(&plan(), self.shard.clone(), &self.registrations, &self.policy, &rules(), stage, zone.to_owned())
    }

    /// Findings of one rule or verdict.
    pub(super) fn findings(&self, name: &str) -> Vec<Finding> {
        let faces: Vec<_> = super::verdicts::faces().into_iter().chain(rules()).collect();
        let code = faces.iter().find(|face| face.name == name).expect("the verdict is listed").code;
        self.run().targets.into_iter().flat_map(|target| target.findings).filter(|finding| finding.code == code).collect()
    }

    /// Their texts.
    pub(super) fn says(&self, name: &str) -> Vec<String> {
        self.findings(name).into_iter().map(|finding| finding.text).collect()
    }
}

fn plan() -> PlanHead {
    let target = |name: &str| Target { scheme: "file".into(), root: String::new(), start: String::new(), name: name.into(), repository: None };
    PlanHead {
        version: "0".into(),
        rules: "r".into(),
        targets: vec![target("a"), target("b")],
        wanted: Wanted::default(),
        reach: Default::default(),
        excludes: Vec::new(),
    }
}

/// A hazard that runs code.
pub(super) fn hazard(what: &str) -> Hazard {
    Hazard { runs_code: true, what: what.into() }
}

fn origin(path: &str) -> Origin {
    Origin { scheme: "file".into(), uri: path.into(), ..Origin::default() }
}

fn committed(path: &str, history: &History) -> Origin {
    Origin { scheme: "git".into(), revision: Some(history.first.id.clone()), ..origin(path) }
}

/// The commit of a month, counted from January 2024, by an author of its own.
pub(super) fn commit(month: u32) -> Commit {
    let at = format!("{}-{:02}-01T00:00:00Z", 2024 + (month - 1) / 12, (month - 1) % 12 + 1);
    Commit { at: at.parse().expect("a time"), id: format!("{month:0>40}"), by: format!("Ann {month} <ann@example.com>") }
}

/// From the commit of one month to that of another, and the commit that removed it.
pub(super) fn span(first: u32, last: u32, removed: Option<u32>) -> History {
    History { first: commit(first), last: commit(last), removed: removed.map(commit), ..History::default() }
}

/// What else may hold of a history.
pub(super) trait Marked {
    fn head(self) -> Self;
    fn unreachable(self) -> Self;
}

impl Marked for History {
    fn head(self) -> Self {
        Self { in_head: true, path_in_head: true, ..self }
    }

    fn unreachable(self) -> Self {
        Self { unreachable: true, ..self }
    }
}

fn trace(name: &str) -> String {
    format!("hel1:{name:0>40}")
}

/// `sha256:@a` with its 64 digits.
fn expanded(text: &str) -> String {
    let mut parts = text.split('@');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| match part.chars().next().filter(|c| whole.ends_with(':') && c.is_ascii_hexdigit()) {
        Some(digit) => format!("{whole}{}{}", digit.to_string().repeat(64), &part[1..]),
        None => format!("{whole}@{part}"),
    })
}

/// Faces of the two credential rules.
fn rules() -> [Face; 2] {
    [face(1001, "acme-key"), face(1002, "aws-key")]
}

fn face(code: u32, name: &str) -> Face {
    Face {
        code,
        name: name.into(),
        family: Family::Credential,
        level: Level::Error,
        severity: 9.0,
        summary: "Acme key, written where whoever reads this can use it.".into(),
        description: String::new(),
        remedy: String::new(),
        help_url: None,
        messages: vec![("default".into(), "{0} in {2}: {1}.".into()), ("history".into(), "{0} in {2} since {3}, {4}: {1}.".into())],
        taxa: vec![],
        tags: vec![],
    }
}
