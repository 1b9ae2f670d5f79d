//! Secrets where no one looks for them: in the name of a file or an archive member, in what a model says of itself.

use std::collections::BTreeMap;

use super::detect::{self, Scratch, Text};
use crate::domain::{Artifact, Evidence, Place, decode_uri, encode_uri};

/// Takes a secret out of everything that an artifact says of itself.
pub(super) fn artifact(artifact: &mut Artifact, secret: &[u8]) {
    let secret = String::from_utf8_lossy(secret);
    if secret.is_empty() {
        return;
    }
    let hazards = artifact.hazards.iter_mut().map(|hazard| &mut hazard.what);
    let said = artifact.facts.values_mut().chain(&mut artifact.bases).chain(hazards);
    said.filter(|text| text.contains(&*secret)).for_each(|text| *text = text.replace(&*secret, "[REDACTED]"));
}

/// Names that were looked at, and what may be shown of them.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Redacts the path and the member names of a place.
    pub(super) fn redact(&mut self, place: &mut Place, scratch: &mut Scratch) {
        place.origin.uri = self.shown(&place.origin.uri, scratch);
        for step in place.steps.iter_mut().filter(|step| step.kind == "member") {
            step.name = self.shown(&step.name, scratch);
        }
    }

    fn shown(&mut self, name: &str, scratch: &mut Scratch) -> String {
        if let Some(shown) = self.0.get(name) {
            return shown.clone();
        }
        let bytes = decode_uri(name);
        let mut secrets = Vec::new();
        let text = Text { bytes: &bytes, name: "", prose: true, continued: false, trace_key: None };
        detect::text(&text, scratch, &mut |sighting| {
            if matches!(sighting.evidence, Evidence::Credential(_)) {
                secrets.extend(sighting.secrets);
            }
        });
        let shown = if secrets.is_empty() { name.to_owned() } else { encode_uri(&without(&bytes, secrets)) };
        self.0.insert(name.to_owned(), shown.clone());
        shown
    }
}

fn without(bytes: &[u8], mut secrets: Vec<std::ops::Range<usize>>) -> Vec<u8> {
    secrets.sort_by_key(|span| span.start);
    let mut kept = Vec::new();
    let mut at = 0;
    for span in secrets {
        kept.extend_from_slice(bytes.get(at..span.start).unwrap_or_default());
        kept.extend_from_slice(b"[REDACTED]");
        at = at.max(span.end);
    }
    kept.extend_from_slice(bytes.get(at..).unwrap_or_default());
    kept
}
