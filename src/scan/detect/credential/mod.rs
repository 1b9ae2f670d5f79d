//! Credentials: the matching engine over the rules of `rules/credentials/`.
//!
//! One pass of the [`filter`] wakes rules at their literals and words; [`verify`] runs their programs there. Values whose
//! context words are too common are found from their own side, as [`runs`] of value characters. What the file spells in an
//! encoding is decoded and searched in turn ([`decode`]). Where several rules match, [`overlap`] decides.

mod base64;
mod boundary;
pub mod check;
mod checksum;
mod context;
mod decode;
mod engine;
mod filter;
mod foreign;
mod hit;
mod key;
mod layer;
mod life;
mod margin;
mod native;
#[cfg(test)]
mod oracle;
mod overlap;
mod parts;
mod runs;
mod value;
mod verify;

use super::{Sighting, Text};
use crate::domain::{Secret, Trace, TraceKey};
pub(super) use decode::{Budget, border_before, border_behind};
pub(super) use hit::{Shown, shifted};
pub(super) use layer::{Found, Gathered, Inside, Zone, weigh};
pub(super) use margin::{AHEAD, BEHIND, Look, SPREAD};
pub use native::Candidate;
pub(super) use overlap::Placed;
use verify::State;

/// Buffers that one thread keeps from text to text.
#[derive(Default)]
pub struct Scratch {
    state: State,
    /// Value characters of the layer that is being searched.
    map: Vec<u64>,
    references: Vec<(usize, u16)>,
    pragmas: Vec<(usize, u16)>,
}

impl Scratch {
    /// Literals of reference shapes in the last text: where they stand, and the number of the shape in `rules/references/`.
    pub fn references(&self) -> &[(usize, u16)] {
        &self.references
    }

    /// The same for words of pragmas, by their numbers in `rulepack::pragma`.
    pub(super) fn pragmas(&self) -> &[(usize, u16)] {
        &self.pragmas
    }
}

/// Calls `found` for every credential in the text, in order of their spans. What comments say of them is not looked at.
pub fn search(text: &Text<'_>, scratch: &mut Scratch, found: &mut dyn FnMut(Sighting)) {
    all(text, scratch).into_iter().for_each(found);
}

pub(super) fn all(text: &Text<'_>, scratch: &mut Scratch) -> Vec<Sighting> {
    scratch.references.clear();
    scratch.pragmas.clear();
    layer::search(text, scratch)
}

/// What has its anchor in the zones; references by their anchors are in the scratch.
pub(super) fn gather_anew(text: &Text<'_>, zones: &[Zone], scratch: &mut Scratch, budget: &mut Budget) -> Gathered {
    scratch.references.clear();
    scratch.pragmas.clear();
    layer::gather(text, zones, scratch, 0, budget)
}

/// What the grammar of assignments weighs in a text, for the fit of its model.
pub fn candidates(text: &Text<'_>) -> Vec<Candidate> {
    native::candidates(text)
}

/// The identity under which a scan would know this secret.
pub fn trace(secret: &[u8], key: Option<&TraceKey>) -> Trace {
    Secret::new(secret).trace(0, value::is_guessable(secret), key)
}
