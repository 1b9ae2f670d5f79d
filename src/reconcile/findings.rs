//! From what a verdict says to a finding: words filled in, level, rank, places, fingerprint, waiver.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::cases::{Case, Kind, World};
use super::fingerprint::fingerprint;
use super::inline::{Inline, Spot};
use super::ladder::{self, Rung};
use super::rank::{rank, share};
use super::verdicts::{Say, VERDICTS, leaked, planted_canary};
use super::waivers::{Waived, Waivers};
use super::words::{fill, harmless};
use crate::domain::{Declared, Entry, Face, Finding, Fingerprint, Level, Place, Related, Sureness, rule_id};

/// Related places of one finding; dashboards refuse files with too many.
const RELATED: usize = 50;

/// The face that a finding shows: a credential rule's, or a verdict's.
struct Rule<'r> {
    code: u32,
    name: &'r str,
    level: Level,
    severity: f32,
    /// The template that the finding fills.
    template: &'r str,
}

/// A credential whose rule has no face here still has to be told.
const NAMELESS: Rule<'_> = Rule {
    code: 0,
    name: "unknown-rule",
    level: Level::Warning,
    severity: 5.0,
    template: "A '{0}' lies in '{2}': '{1}'. Its rule is unknown to this version.",
};

/// What can have a finding left out of the count.
pub(super) struct Marks<'a> {
    pub(super) waivers: Waivers<'a>,
    pub(super) inline: Inline<'a>,
}

/// What is said once, and what is not said at all.
#[derive(Default)]
pub(super) struct Told {
    /// Entries, by verdict: of them it is not said again with the next artifact.
    entries: BTreeSet<(u32, Declared)>,
    /// Findings of verdicts that are switched off.
    pub(super) disabled: u64,
}

/// All findings of one case.
pub(super) fn findings<'a>(case: &Case<'a>, world: &World<'a>, marks: &Marks<'_>, told: &mut Told) -> Vec<Finding> {
    let mut findings = Vec::new();
    let canary = case.secret().is_some_and(|secret| secret.canary().is_some());
    let leaks = if canary { Vec::new() } else { leaked::judge(case, world) };
    for (face, code, say) in leaks {
        let rule = face.map_or(Rule { code, ..NAMELESS }, |face| Rule::of_face(face, say.message));
        let print = |path: &str| leak_print(case, &rule, &say, path);
        findings.extend(finding(case, &rule, &say, &print, world, marks));
    }
    for verdict in VERDICTS.iter().filter(|verdict| !canary || verdict.code == planted_canary::VERDICT.code) {
        let Some(say) = (verdict.judge)(case, world) else { continue };
        if say.once.clone().is_some_and(|declared| !told.entries.insert((verdict.code, declared))) {
            continue;
        }
        if world.disabled.has_verdict(verdict.code, verdict.name) {
            told.disabled += 1;
            continue;
        }
        let template = verdict.messages.iter().find(|(id, _)| *id == say.message).or(verdict.messages.first()).map_or("", |(_, text)| text);
        let rule = Rule { code: verdict.code, name: verdict.name, level: verdict.level, severity: verdict.severity, template };
        let print = |path: &str| case_print(case, &rule, path);
        findings.extend(finding(case, &rule, &say, &print, world, marks));
    }
    findings
}

impl<'r> Rule<'r> {
    fn of_face(face: &'r Face, message: &str) -> Self {
        let template = face.messages.iter().find(|(id, _)| id == message).or(face.messages.first()).map_or("", |(_, text)| text.as_str());
        Self { code: face.code, name: &face.name, level: face.level, severity: face.severity, template }
    }

    fn id(&self) -> String {
        rule_id(self.code, self.name)
    }
}

/// Makes of a fingerprint's path the fingerprint.
type Print<'p> = &'p dyn Fn(&str) -> Fingerprint;

fn finding(case: &Case<'_>, rule: &Rule<'_>, say: &Say, print: Print<'_>, world: &World<'_>, marks: &Marks<'_>) -> Option<Finding> {
    let main = case.main(&say.sights)?;
    let arguments: Vec<_> = say.arguments.iter().map(|argument| harmless(argument)).collect();
    let (share, because) = share(case, main.place);
    let sureness = say.sights.iter().filter_map(|index| case.sights.get(*index)).map(|sight| sight.sureness).max().unwrap_or(Sureness::Likely);
    let places: Vec<_> = say.sights.iter().filter_map(|index| case.sights.get(*index)).map(|sight| sight.place).collect();
    let mut properties = say.properties.clone();
    properties.extend(main.zone.as_ref().map(|zone| ("zone".to_owned(), Value::from(harmless(zone)))));
    properties.extend((share < 100).then(|| ("rank_because".to_owned(), Value::from(because))));
    properties.extend(registered(case).map(|entry| ("registered".to_owned(), entry)));
    let level = world.policy.levels.get(rule.name).copied().unwrap_or(rule.level);
    let waived = marks.waivers.cover(&Waived { code: rule.code, name: rule.name, level, subjects: &subjects(case), places: &places });
    properties.extend(waived.lapsed.map(|why| ("waiver".to_owned(), Value::from(harmless(&why)))));
    let said = marks.inline.said(&spots(case, rule, say, world));
    properties.extend(said.void.as_ref().map(|why| ("comment".to_owned(), Value::from(format!("the comment that allows it {}", harmless(why))))));
    let allowed = said.suppression.clone().filter(|_| !world.policy.asks_for_approvers(level));
    if said.suppression.is_some() && allowed.is_none() {
        properties.insert("comment".to_owned(), Value::from("the comment that allows it names nobody whom the policy lets approve it"));
    }
    let suppression = waived.suppression.or(allowed);
    if suppression.is_none() && !said.others.is_empty() {
        marks.inline.note_others(&said);
        properties.insert("pragmas".to_owned(), Value::from(said.others));
    }
    Some(Finding {
        code: rule.code,
        level,
        rank: rank(rule.severity, sureness, share, main.zone.as_deref()),
        message: say.message.to_owned(),
        text: fill(rule.template, &arguments),
        arguments,
        place: main.place.clone(),
        related: related(case, say, main.place),
        fingerprint: print(&main.place.uri()),
        properties,
        suppression,
        standing: None,
    })
}

/// The places of a finding, each with the rules by whose names a comment there may mean it: its own, and that which found the
/// credential, since who allows a credential allows its life too.
fn spots<'f>(case: &'f Case<'_>, rule: &Rule<'f>, say: &Say, world: &World<'f>) -> Vec<Spot<'f>> {
    let spot = |index: &usize| {
        let found = case.secret().and_then(|secret| world.faces.get(&secret.seen.get(*index)?.rule)).map(|face| (face.code, face.name.as_str()));
        Some(Spot { place: case.sights.get(*index)?.place, rules: [(rule.code, rule.name)].into_iter().chain(found).collect() })
    };
    say.sights.iter().filter_map(spot).collect()
}

/// The entry of the subject, and the rung on which it was found.
fn registered(case: &Case<'_>) -> Option<Value> {
    if let Some(Entry { declared, value }) = case.secret().and_then(|secret| secret.entry) {
        return Some(json!({"name": value.name, "owner": value.owner, "file": declared.file, "line": declared.line, "rung": "trace"}));
    }
    let Entry { declared, value } = case.model_entry()?;
    let rung = case.artifact().and_then(|model| model.standing.rung()).map_or("reference", Rung::words);
    Some(json!({"name": value.name, "version": value.version, "owner": value.owner, "file": declared.file, "line": declared.line, "rung": rung}))
}

/// What the verdict names, then the other sights.
fn related(case: &Case<'_>, say: &Say, main: &Place) -> Vec<Related> {
    let sights = say.sights.iter().filter_map(|index| case.sights.get(*index)).filter(|sight| sight.place != main);
    let others = sights.map(|sight| {
        let zone = sight.zone.as_ref().map_or_else(String::new, |zone| format!(", in zone {}", harmless(zone)));
        Related { place: sight.place.clone(), message: format!("also here{zone}") }
    });
    say.related.iter().cloned().chain(others).take(RELATED).collect()
}

/// Of one place: rule, path and the trace; of a guessable secret the name it is assigned to.
fn leak_print(case: &Case<'_>, rule: &Rule<'_>, say: &Say, path: &str) -> Fingerprint {
    let index = say.sights.first().copied().unwrap_or_default();
    let substance = case.subject.clone().unwrap_or_else(|| key(case, index));
    fingerprint(&rule.id(), path, "credential", &substance, case.subject.clone())
}

/// The name that a secret is assigned to.
fn key(case: &Case<'_>, index: usize) -> String {
    let credential = case.secret().and_then(|secret| secret.seen.get(index));
    credential.and_then(|credential| credential.key.as_ref()).map(|key| key.to_lowercase()).unwrap_or_default()
}

/// Of a subject with an identity: rule and identity, wherever it lies. Of another: rule, path, label and key.
fn case_print(case: &Case<'_>, rule: &Rule<'_>, path: &str) -> Fingerprint {
    let kind = match case.kind {
        Kind::Secret(_) => "credential",
        Kind::Model(_) => "artifact",
        Kind::Reference(_) => "reference",
        Kind::Change(_) => "change",
        Kind::Grant(_) => "grant",
    };
    match &case.subject {
        Some(subject) => fingerprint(&rule.id(), "", kind, subject, Some(subject.clone())),
        None => fingerprint(&rule.id(), path, kind, &format!("{}\0{}", case.label, key(case, 0)), None),
    }
}

/// Names under which a waiver may mean the subject.
pub(super) fn subjects(case: &Case<'_>) -> Vec<String> {
    let entries = [case.model_entry().map(|entry| entry.value.name.clone()), case.secret().and_then(|secret| Some(secret.entry?.value.name.clone()))];
    let files = case.artifact().into_iter().flat_map(|model| &model.parts).flat_map(|part| &part.artifact.digests).map(ladder::text);
    case.subject.iter().cloned().chain([case.label.clone()]).chain(entries.into_iter().flatten()).chain(files).collect()
}
