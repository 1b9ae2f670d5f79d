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
mod engine;
mod filter;
mod hit;
mod key;
mod life;
mod native;
mod overlap;
mod parts;
mod runs;
mod value;
mod verify;

use super::{Sighting, Text};
use engine::Engine;
use verify::{Pass, State};

/// Buffers that one thread keeps from text to text.
#[derive(Default)]
pub struct Scratch {
    state: State,
    maps: Vec<runs::Bitmaps>,
    references: Vec<(usize, u16)>,
}

impl Scratch {
    /// Literals of reference shapes in the last text: where they stand, and the number of the shape in `rules/references/`.
    pub fn references(&self) -> &[(usize, u16)] {
        &self.references
    }
}

/// Calls `found` for every credential in the text, in order of their spans.
pub fn search(text: &Text<'_>, scratch: &mut Scratch, found: &mut dyn FnMut(Sighting)) {
    scratch.references.clear();
    let mut maps = scratch.maps.pop().unwrap_or_default();
    layer(text, scratch, &mut maps).into_iter().for_each(found);
    scratch.maps.push(maps);
}

fn layer(text: &Text<'_>, scratch: &mut Scratch, maps: &mut runs::Bitmaps) -> Vec<Sighting> {
    let engine = Engine::get();
    maps.fill(text.bytes);
    let mut pass = Pass::new(engine, text, &mut scratch.state, &mut scratch.references);
    engine.filter.scan(text.bytes, &mut |at, literal| pass.wake(at, literal));
    if let Some(rules) = engine.runs() {
        runs::each_run(&maps.token, rules.shortest.min(64), |run| {
            if maps.has_digit(&run) || runs::is_mixed(&text.bytes[run.clone()]) {
                pass.run(&run);
            }
        });
    }
    let mut hits = pass.hits;
    overlap::resolve(&mut hits, engine.pack.rules());
    hits.into_iter()
        .map(|hit| {
            let rule = engine.rule(hit.rule);
            hit::sighting(hit, rule, text)
        })
        .collect()
}
