//! What is to be seen in a blob: credentials, references, artifacts, manifests, changes. No opinion; `reconcile` judges.
//!
//! Credentials, references and changes share one pass of the keyword filter over the text ([`text`]); artifacts are told by the
//! head and tail of their bytes ([`artifact::recognise`]). Of a text that was made from another, only what changed is searched ([`changed`]).

pub mod artifact;
pub mod change;
pub mod credential;
pub mod estate;
#[cfg(test)]
pub(crate) mod examples;
pub mod manifest;
mod memory;
mod pragma;
pub mod reference;
mod zones;

use std::ops::Range;

use crate::domain::{Evidence, Pragma, Step, TraceKey};
use crate::rulepack;

pub use memory::{Memory, changed, remember};

/// Text to be searched.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    pub bytes: &'a [u8],
    /// Name of the file or member: some formats keep bare tokens, and only the name tells.
    pub name: &'a str,
    /// Output or markdown of a notebook: speaks of models without running them.
    pub prose: bool,
    /// The bytes are a later window of a longer text.
    pub continued: bool,
    /// Code that ran before this text, in earlier cells of a notebook: names may be defined there.
    pub before: &'a [u8],
    pub trace_key: Option<&'a TraceKey>,
}

/// Evidence and the bytes that show it; the locator turns spans into lines and columns.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// In the bytes of the text. For decoded layers (base64, hex): the span of the encoded run.
    pub span: Range<usize>,
    /// Decodings between the text and the evidence, outermost first.
    pub steps: Vec<Step>,
    /// What must not be shown: the secret and its companion parts; the locator redacts them on every line.
    pub secrets: Vec<Range<usize>>,
    /// Names and spans of companion parts; the locator fills `Credential::parts`.
    pub parts: Vec<(String, Range<usize>)>,
    pub evidence: Evidence,
    /// Comments that speak of it; found when all of the text is weighed.
    pub pragmas: Vec<Pragma>,
}

/// Buffers that one thread keeps from text to text.
#[derive(Default)]
pub struct Scratch {
    /// Lent to sources by `Reader::with_buffer`.
    pub(super) bytes: Vec<u8>,
    pub(super) credential: credential::Scratch,
    zones: Vec<credential::Zone>,
}

/// Calls `found` for every credential and reference in the text, in order of their spans, overlaps resolved.
pub fn text(text: &Text<'_>, scratch: &mut Scratch, found: &mut dyn FnMut(Sighting)) {
    let mut sightings = credential::all(text, &mut scratch.credential);
    sightings.extend(references(text, scratch).into_iter().map(|(_, sighting)| sighting));
    sightings.extend(change::sightings(text, &wakes(scratch)));
    pragma::attach(text.bytes, scratch.credential.pragmas(), &mut sightings);
    sightings.into_iter().for_each(found);
}

/// The references whose anchors the last search of the text has met, by their anchors.
fn references(text: &Text<'_>, scratch: &Scratch) -> Vec<(usize, Sighting)> {
    reference::settle(text, met(text, scratch))
}

fn met(text: &Text<'_>, scratch: &Scratch) -> Vec<(usize, Sighting)> {
    let shapes = rulepack::pack().shapes();
    let mut met = Vec::new();
    for (at, shape) in scratch.credential.references() {
        if let Some(shape) = shapes.get(usize::from(*shape)) {
            reference::hit(text, shape, *at, &mut |sighting| met.push((*at, sighting)));
        }
    }
    met
}

/// Where the last search of the text has met anchors of changes, and the numbers of their shapes.
fn wakes(scratch: &Scratch) -> Vec<change::Wake> {
    let first = rulepack::pack().shapes().len();
    let wake = |(at, shape): &(usize, u16)| Some(change::Wake { at: *at, shape: usize::from(*shape).checked_sub(first)? });
    scratch.credential.references().iter().filter_map(wake).collect()
}

/// Text has no NUL in its first bytes. UTF-16 does, and is opened by `unpack` before this is asked.
pub fn is_text(head: &[u8]) -> bool {
    memchr::memchr(0, &head[..head.len().min(8192)]).is_none()
}
