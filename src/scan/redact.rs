//! Secrets where no one looks for them: in the name of a file or an archive member, in what a model says of itself.

use std::collections::BTreeMap;

use super::detect::{self, Scratch, Text};
use crate::domain::{Artifact, Evidence, Place, decode_uri, encode_uri};

/// Shorter beginnings of a secret say nothing but its kind.
const SHORTEST_BEGINNING: usize = 8;

/// Takes a secret out of everything that an artifact says of itself: the whole of it, and its beginning where a text was cut.
pub(super) fn artifact(artifact: &mut Artifact, secret: &[u8]) {
    // What is shown stands on one line.
    let secret: String = String::from_utf8_lossy(secret).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if secret.is_empty() {
        return;
    }
    for text in said(artifact) {
        if text.contains(&secret) {
            *text = text.replace(&secret, "[REDACTED]");
        }
        let beginnings = secret.char_indices().map(|(at, _)| &secret[..at]).rev().take_while(|beginning| beginning.len() >= SHORTEST_BEGINNING);
        if let Some(kept) = beginnings.into_iter().find_map(|beginning| text.strip_suffix(beginning)) {
            *text = format!("{kept}[REDACTED]");
        }
    }
}

/// Takes out of everything that an artifact says of itself what is a secret wherever it stands. Formats that are text hand out no
/// text fields, because they are searched as text.
pub(super) fn artifact_words(artifact: &mut Artifact, scratch: &mut Scratch) {
    for text in said(artifact) {
        if let Some(clean) = cleaned(text.as_bytes(), scratch) {
            *text = String::from_utf8_lossy(&clean).into_owned();
        }
    }
}

fn said(artifact: &mut Artifact) -> impl Iterator<Item = &mut String> {
    let hazards = artifact.hazards.iter_mut().map(|hazard| &mut hazard.what);
    artifact.facts.values_mut().chain(&mut artifact.bases).chain(hazards)
}

/// A line that people wrote, without secrets.
pub(super) fn line(text: &str, scratch: &mut Scratch) -> String {
    cleaned(text.as_bytes(), scratch).map_or_else(|| text.to_owned(), |clean| String::from_utf8_lossy(&clean).into_owned())
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
        let shown = cleaned(&decode_uri(name), scratch).map_or_else(|| name.to_owned(), |clean| encode_uri(&clean));
        self.0.insert(name.to_owned(), shown.clone());
        shown
    }
}

/// The same without secrets, if there are any.
fn cleaned(bytes: &[u8], scratch: &mut Scratch) -> Option<Vec<u8>> {
    let mut secrets = Vec::new();
    let text = Text { bytes, name: "", prose: true, continued: false, before: b"", trace_key: None };
    detect::text(&text, scratch, &mut |sighting| {
        if matches!(sighting.evidence, Evidence::Credential(_)) {
            secrets.extend(sighting.secrets);
        }
    });
    (!secrets.is_empty()).then(|| without(bytes, secrets))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_was_cut_or_put_on_one_line_is_taken_out() {
        let mut told = Artifact { bases: vec!["from abcdefghij klmn".into(), "cut at abcdefghij".into(), "begins like abcdefg".into()], ..Artifact::default() };
        artifact(&mut told, b"abcdefghij\nklmn");
        assert_eq!(told.bases, ["from [REDACTED]", "cut at [REDACTED]", "begins like abcdefg"]);
    }
}
