//! What the gate asks of the bytes: are they the registered ones, do they run code, does a secret lie inside, are references pinned?

use super::{Asked, reason};
use crate::domain::{Check, DigestKind, Place, Reason, Stage};
use crate::reconcile::cases::Part;
use crate::reconcile::ladder::{Kinship, Rung, Standing, text};
use crate::reconcile::verdicts::is_pinnable;
use crate::reconcile::words::some_of;

const REGISTER: &str = "`heliodon register` writes its entry; have that approved";

impl Asked<'_, '_> {
    pub(super) fn registered(&self, reasons: &mut Vec<Reason>) {
        let mut say = |what: String, mend: &str| reasons.push(reason(Check::Registered, what, mend));
        match &self.model.standing {
            Standing::Registered { entry, .. } if entry.value.stage == Some(Stage::Retired) => {
                say("it is retired".to_owned(), "release its successor, or have it approved anew");
            }
            Standing::Registered { .. } => {}
            Standing::Drift { entry, files, of, .. } => say(
                format!("{files} of {of} files are not the registered bytes of `{}`", entry.value.title()),
                "bring back the registered bytes, or register these as a version of their own",
            ),
            Standing::More { entry, files } => {
                say(format!("{files} files lie here that `{}` does not name", entry.value.title()), "take them out, or add their digests to the entry");
            }
            Standing::NameOnly { entry } => say(format!("only its name is that of `{}`; nothing ties these bytes to the entry", entry.value.title()), REGISTER),
            Standing::Derived(derived) if derived.kind == Kinship::Structure => {
                say(format!("its tensors have the names and shapes of `{}`, and it has no entry of its own", derived.base), REGISTER);
            }
            Standing::Derived(derived) => say(format!("it was made from `{}` and has no entry of its own", derived.base), REGISTER),
            Standing::Allowed => say("a name under `allow` lets code refer to it; that approves no release".to_owned(), REGISTER),
            Standing::Unknown if !self.world.registrations.present => {
                say("no registry was found or named".to_owned(), "name one with --registry, or begin one with `heliodon register`");
            }
            Standing::Unknown => say("no entry covers it".to_owned(), REGISTER),
        }
    }

    /// Names and places prove nothing of bytes; and of a set, all files have to be here.
    pub(super) fn content(&self, reasons: &mut Vec<Reason>) {
        let Standing::Registered { entry, rung } = &self.model.standing else { return };
        if !matches!(rung, Rung::Digest | Rung::FileSet) {
            let what = format!("the entry was found by {} alone; no digest in it is that of these bytes", rung.words());
            return reasons.push(reason(Check::Content, what, "add the `digests` that `heliodon register --dry-run` prints"));
        }
        let here: Vec<String> = self.model.parts.iter().flat_map(|part| &part.artifact.digests).map(text).collect();
        let sha256 = || entry.value.digests.iter().filter(|digest| digest.starts_with("sha256:"));
        let known = self.model.parts.iter().all(|part| part.artifact.digests.iter().any(|digest| digest.kind == DigestKind::Sha256) || !holds(part));
        let absent = sha256().filter(|digest| !here.contains(digest)).count();
        if known && absent > 0 {
            let what = format!("{absent} of {} registered files are not here", sha256().count());
            reasons.push(reason(Check::Content, what, "name the folder that holds all of them, or take out of the entry what is not part of this version"));
        }
    }

    /// Hazards of the model's own files, and of what lies beside it in the same target.
    pub(super) fn hazards(&self, runs_code: bool, reasons: &mut Vec<Reason>) {
        let artifacts = self.cases.iter().filter_map(|case| case.artifact());
        let beside = artifacts.filter(|other| !other.is_model).flat_map(|other| &other.parts).filter(|part| self.travels_with(part.place));
        for part in self.model.parts.iter().chain(beside) {
            let mut what: Vec<&str> = part.artifact.hazards.iter().filter(|hazard| hazard.runs_code == runs_code).map(|hazard| hazard.what.as_str()).collect();
            what.sort_unstable();
            what.dedup();
            if what.is_empty() {
                continue;
            }
            let (what, place) = (some_of(&what, 3), part.place.display());
            reasons.push(match runs_code {
                true => reason(
                    Check::NoCode,
                    format!("loading {place} runs code: {what}"),
                    "convert it to a format that holds only numbers (safetensors, GGUF, ONNX)",
                ),
                false => reason(
                    Check::KnownClasses,
                    format!("loading {place} needs classes that nobody vouches for: {what}"),
                    "save weights alone, or convert it to a format that holds only numbers",
                ),
            });
        }
    }

    pub(super) fn secrets(&self, reasons: &mut Vec<Reason>) {
        for case in self.cases.iter().filter(|case| case.secret().is_some_and(|secret| secret.canary().is_none())) {
            for sight in case.sights.iter().filter(|sight| self.travels_with(sight.place)) {
                let what = format!("{} lies in {}", case.label, sight.place.display());
                reasons.push(reason(Check::NoSecret, what, "revoke it, write the artifact anew without it, and register the new digest"));
            }
        }
    }

    /// References in the released files whose bytes can change under the same name.
    pub(super) fn pinned(&self, reasons: &mut Vec<Reason>) {
        self.pinned_bases(reasons);
        for case in self.cases {
            let Some(used) = case.reference() else { continue };
            for (sight, reference) in case.sights.iter().zip(&used.seen) {
                if !reference.pinned && is_pinnable(&reference.identity) && self.travels_with(sight.place) {
                    let what = format!("{} refers to `{}`, whose bytes can change", sight.place.display(), reference.identity);
                    reasons.push(reason(Check::Pinned, what, "name the commit, digest or version that was tested"));
                }
            }
        }
    }

    /// In the model's bytes, or in the same target and in no other model.
    fn travels_with(&self, place: &Place) -> bool {
        let inside = |part: &Part<'_>| {
            let origin = &part.place.origin;
            origin.target == place.origin.target && origin.uri == place.origin.uri && place.steps.starts_with(&part.place.steps)
        };
        let own = self.model.parts.iter().any(inside);
        let other = || self.cases.iter().filter_map(|case| case.model()).flat_map(|model| &model.parts).any(inside);
        own || (self.model.parts.iter().any(|part| part.place.origin.target == place.origin.target) && !other())
    }
}

fn holds(part: &Part<'_>) -> bool {
    crate::reconcile::cases::is_content(part.artifact)
}
