//! Cases: everything that was seen of one subject, and what is registered of it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::alive::Alive;
use super::ladder::{Coverage, Standing};
use super::limits::Limits;
use super::story::Story;
use super::zones;
use crate::domain::{
    Artifact, Change, Credential, CredentialEntry, Disabled, Entry, Face, Grant, Lifetime, ModelEntry, Place, PlanHead, Policy, Reference, Registrations,
    Sureness, Target,
};

/// What judges may ask beside the case.
pub(super) struct World<'a> {
    pub(super) policy: &'a Policy,
    pub(super) registrations: &'a Registrations,
    pub(super) targets: &'a [Target],
    /// Registered models by name and version: several entries when registries speak of the same one.
    pub(super) models: BTreeMap<(&'a str, Option<&'a str>), Vec<&'a Entry<ModelEntry>>>,
    /// Faces of the credential rules, by code.
    pub(super) faces: BTreeMap<u32, &'a Face>,
    /// Rules that the policy switches off.
    pub(super) disabled: Disabled,
    /// Where rules count.
    pub(super) limits: Limits,
}

impl<'a> World<'a> {
    pub(super) fn new(plan: &'a PlanHead, registrations: &'a Registrations, policy: &'a Policy, faces: &'a [Face]) -> Self {
        let mut models: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for entry in &registrations.models {
            models.entry((entry.value.name.as_str(), entry.value.version.as_deref())).or_default().push(entry);
        }
        models.values_mut().for_each(|entries| entries.sort_by(|a, b| (&a.declared, &a.value).cmp(&(&b.declared, &b.value))));
        let disabled = Disabled::new(policy.disable.iter().map(String::as_str));
        Self {
            policy,
            registrations,
            targets: &plan.targets,
            models,
            faces: faces.iter().map(|face| (face.code, face)).collect(),
            disabled,
            limits: Limits::new(policy),
        }
    }

    /// Is the rule of this credential switched off?
    pub(super) fn disables(&self, credential: &Credential) -> bool {
        self.faces.get(&credential.rule).is_some_and(|face| self.disabled.has(face))
    }
}

/// All observations of one subject.
pub(super) struct Case<'a> {
    /// Identity of the subject; absent for secrets that may not have one and artifacts without a digest.
    pub(super) subject: Option<String>,
    /// What people call it.
    pub(super) label: String,
    /// In the order of places; never empty.
    pub(super) sights: Vec<Sight<'a>>,
    pub(super) kind: Kind<'a>,
}

/// One place where the subject was seen.
#[derive(Clone)]
pub(super) struct Sight<'a> {
    pub(super) place: &'a Place,
    /// The zone in which the subject works: for a credential what it says of itself, else where it lies.
    pub(super) zone: Option<String>,
    /// The zone that the path lies in.
    pub(super) lies: Option<&'a str>,
    pub(super) sureness: Sureness,
}

pub(super) enum Kind<'a> {
    Secret(Box<Secret<'a>>),
    Model(Box<Model<'a>>),
    Reference(Box<Used<'a>>),
    Change(Box<Done<'a>>),
    Grant(&'a Grant),
}

/// A secret: its `seen` runs beside the case's sights, as do the other lists of this kind.
pub(super) struct Secret<'a> {
    pub(super) seen: Vec<&'a Credential>,
    /// The graver of the faces of the rules that found it.
    pub(super) face: Option<&'a Face>,
    /// The facts of all sights together.
    pub(super) lifetime: Lifetime,
    /// What a history says of it.
    pub(super) story: Option<Story>,
    /// When the earliest commit showed this very value.
    pub(super) since: Option<Timestamp>,
    pub(super) alive: Alive,
    pub(super) entry: Option<&'a Entry<CredentialEntry>>,
    /// Name of the artifact that each sight lies in.
    pub(super) inside: Vec<Option<String>>,
}

impl<'a> Secret<'a> {
    /// Whose canary it is, if it was planted to be stolen.
    pub(super) fn canary(&self) -> Option<&'a str> {
        self.seen.iter().find_map(|credential| credential.facts.get("canary")).map(String::as_str)
    }
}

/// A model, or another artifact; one or several files, in one or several places.
pub(super) struct Model<'a> {
    pub(super) parts: Vec<Part<'a>>,
    /// `false`: recognised, but no model (a pickled table, a lone tokenizer).
    pub(super) is_model: bool,
    pub(super) standing: Standing<'a>,
    /// Code that loads it by path.
    pub(super) loaders: Vec<&'a Place>,
    pub(super) turn: Turn<'a>,
    /// What shares its target with this research model, noted with the first of a target.
    pub(super) mixed: Option<Mixed<'a>>,
}

/// Research and production, or a whole workshop, in one place.
#[derive(Default)]
pub(super) struct Mixed<'a> {
    /// Other research models.
    pub(super) research: Vec<&'a Place>,
    /// Label and place of what runs in production.
    pub(super) production: Option<(String, &'a Place)>,
    /// By role, a place each.
    pub(super) beside: BTreeMap<&'a str, &'a Place>,
}

/// What an artifact replaced at its path, and whether it was replaced there.
#[derive(Default)]
pub(super) struct Turn<'a> {
    /// Where the bytes of this artifact took the place of others.
    pub(super) place: Option<&'a Place>,
    /// Where the other bytes lay, the oldest first.
    pub(super) before: Vec<&'a Place>,
    /// Title of the entry that the last of them had.
    pub(super) registered: Option<String>,
    /// Other bytes took the place of these.
    pub(super) succeeded: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) place: &'a Place,
    pub(super) artifact: &'a Artifact,
}

/// A model that code or configuration names.
pub(super) struct Used<'a> {
    pub(super) seen: Vec<&'a Reference>,
    /// What covers each sight.
    pub(super) coverage: Vec<Coverage<'a>>,
}

/// What one job of a pipeline, or one file of code, does to models: beside the sights.
pub(super) struct Done<'a> {
    pub(super) seen: Vec<&'a Change>,
    /// Entries of the models that are changed, so far as they are named.
    pub(super) entries: Vec<&'a Entry<ModelEntry>>,
}

impl<'a> Case<'a> {
    pub(super) fn secret(&self) -> Option<&Secret<'a>> {
        match &self.kind {
            Kind::Secret(secret) => Some(secret),
            _ => None,
        }
    }

    /// A case of a model artifact; other artifacts are none.
    pub(super) fn model(&self) -> Option<&Model<'a>> {
        self.artifact().filter(|model| model.is_model)
    }

    pub(super) fn artifact(&self) -> Option<&Model<'a>> {
        match &self.kind {
            Kind::Model(model) => Some(model),
            _ => None,
        }
    }

    pub(super) fn reference(&self) -> Option<&Used<'a>> {
        match &self.kind {
            Kind::Reference(used) => Some(used),
            _ => None,
        }
    }

    pub(super) fn change(&self) -> Option<&Done<'a>> {
        match &self.kind {
            Kind::Change(done) => Some(done),
            _ => None,
        }
    }

    pub(super) fn grant(&self) -> Option<&'a Grant> {
        match &self.kind {
            Kind::Grant(grant) => Some(grant),
            _ => None,
        }
    }

    /// The registered model that this case is or uses.
    pub(super) fn model_entry(&self) -> Option<&'a Entry<ModelEntry>> {
        match &self.kind {
            Kind::Secret(_) | Kind::Change(_) | Kind::Grant(_) => None,
            Kind::Model(model) => model.standing.entry(),
            Kind::Reference(used) => used.coverage.iter().find_map(Coverage::entry),
        }
    }

    /// The same, of what is there today: an entry is not broken by what lay there once.
    pub(super) fn present_entry(&self) -> Option<&'a Entry<ModelEntry>> {
        self.model_entry().filter(|_| self.lasts())
    }

    /// Does whoever checks out a branch have it?
    pub(super) fn lasts(&self) -> bool {
        self.sights.iter().any(|sight| sight.place.presence().lasts())
    }

    /// Is the subject covered by a registration or an `allow`?
    pub(super) fn is_registered(&self) -> bool {
        match &self.kind {
            Kind::Secret(secret) => secret.entry.is_some(),
            Kind::Model(model) => matches!(model.standing, Standing::Registered { .. } | Standing::Allowed),
            Kind::Reference(used) => used.coverage.iter().all(Coverage::covers),
            Kind::Change(_) | Kind::Grant(_) => false,
        }
    }

    /// The zone of every sight, as often as it comes.
    pub(super) fn zone_of_each(&self) -> impl Iterator<Item = Option<&str>> {
        self.sights.iter().map(|sight| sight.zone.as_deref())
    }

    /// Indices of all sights.
    pub(super) fn all(&self) -> Vec<usize> {
        (0..self.sights.len()).collect()
    }

    /// Of these sights the one to report: the first in the order of places that lies in the weightiest zone, among those that last.
    pub(super) fn main(&self, among: &[usize]) -> Option<&Sight<'a>> {
        let sights = among.iter().filter_map(|index| self.sights.get(*index));
        // Of equals, `max_by_key` takes the last: the order of places is turned round.
        sights.rev().max_by_key(|sight| (sight.place.presence().lasts(), zones::weight(sight.zone.as_deref())))
    }

    /// Path of the reported place, for messages.
    pub(super) fn at(&self, among: &[usize]) -> String {
        self.main(among).map(|sight| sight.place.display()).unwrap_or_default()
    }

    /// Different zones of the sights, in order.
    pub(super) fn zones(&self) -> Vec<String> {
        let mut zones: Vec<_> = self.sights.iter().filter_map(|sight| sight.zone.clone()).collect();
        zones.sort();
        zones.dedup();
        zones
    }

    /// Sights in zones that a scope does not name. A scope that names none holds everywhere; a sight in no zone, or in a pipeline, which hands
    /// things on, breaks none, nor does a test that names what it tests, nor a model that is gone from there; a secret's leak stays one.
    pub(super) fn outside(&self, scope: &[String]) -> Vec<usize> {
        let counts = |zone: &str| zones::separates(zone) && !(self.reference().is_some() && zone == "test");
        let named = |zone: &str| scope.iter().any(|allowed| allowed.eq_ignore_ascii_case(zone));
        let here = |sight: &Sight<'_>| self.secret().is_some() || sight.place.presence().lasts();
        let outside = |sight: &Sight<'_>| here(sight) && sight.zone.as_deref().is_some_and(|zone| counts(zone) && !named(zone));
        self.sights.iter().enumerate().filter(|(_, sight)| !scope.is_empty() && outside(sight)).map(|(index, _)| index).collect()
    }
}

impl Secret<'_> {
    /// Another value took its place, and it is nowhere any more.
    pub(super) fn is_replaced(&self) -> bool {
        self.story.as_ref().is_some_and(|story| story.rotation.replaced.is_some())
    }

    /// Title of the rule that found it.
    pub(super) fn title(&self) -> String {
        self.face.map_or_else(|| "credential".to_owned(), |face| title(face).to_owned())
    }
}

/// The noun phrase that a credential rule's summary begins with: `Acme key, written where …`.
pub(super) fn title(face: &Face) -> &str {
    face.summary.split(", written").next().unwrap_or(&face.summary).trim_end_matches('.')
}

impl Model<'_> {
    /// The format of the part that holds the model.
    pub(super) fn format(&self) -> &str {
        let main = self.parts.iter().find(|part| is_content(part.artifact)).or(self.parts.first());
        main.map_or("", |part| part.artifact.format.as_str())
    }
}

/// Does this file hold (a part of) a model, or name the bytes of one, as a pointer or the manifest of an image does?
pub(super) fn is_content(artifact: &Artifact) -> bool {
    match artifact.role.as_str() {
        // An adapter's configuration tells of it and holds none of it.
        "adapter" => !artifact.format.ends_with("-config"),
        "model" | "weights" | "pointer" => true,
        "index" => !artifact.digests.is_empty(),
        _ => false,
    }
}
