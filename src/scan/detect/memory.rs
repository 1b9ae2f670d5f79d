//! What a search of a text leaves for the texts that are made from it: what was found, by anchor, and what was looked at far away.
//!
//! A text that was made by a delta is searched where it changed ([`zones`]); all else is carried over from its base. The result is
//! the same as that of a search of all of it, because a decision over an anchor depends on the bytes around it (see
//! `credential::margin`), and because what was decided is weighed again for each text as a whole.

use std::ops::Range;
use std::sync::Arc;

use super::credential::{self, Budget, Found, Gathered, Inside, Look, Placed, Shown, Zone, shifted};
use super::zones::{self, Kept, Lengths};
use super::{Scratch, Sighting, Text, change, met, pragma, reference, wakes};
use crate::domain::{Copy, Evidence};

/// One text, as it was found. Costs nothing where nothing was found.
#[derive(Clone, Default)]
pub struct Memory {
    /// Sorted by anchor.
    items: Vec<Item>,
    /// What the items show when they are weighed, sorted by place.
    found: Vec<Found>,
    length: usize,
    /// It begins with `#!`, which makes some files programs.
    is_script: bool,
    /// Bytes that were decoded, for this text and those before it. Unknown when the budget did not suffice.
    spent: Option<usize>,
}

/// What belongs to one anchor.
#[derive(Clone)]
struct Item {
    /// Its places count from so much before the text.
    shift: isize,
    what: What,
}

#[derive(Clone)]
enum What {
    Hit(Arc<Shown>),
    Inside(Arc<Inside>),
    Reference(Arc<(usize, Arc<Sighting>)>),
    /// What it means is told from the whole of each text.
    Wake(change::Wake),
    Look(Look),
    /// Where its word stands, and which it is.
    Pragma(usize, u16),
}

/// Searches all of a text.
pub fn remember(text: &Text<'_>, scratch: &mut Scratch) -> Memory {
    let zones = [Zone::whole(text.bytes.len())];
    let mut memory = Memory { length: text.bytes.len(), is_script: is_script(text), ..Memory::default() };
    memory.search(text, &zones, 0, scratch);
    memory.weigh(text);
    memory
}

/// Searches what changed since a base of the same name. `None`: it must be searched in full.
pub fn changed(text: &Text<'_>, base: &Memory, copies: &[Copy], scratch: &mut Scratch) -> Option<Memory> {
    let lengths = Lengths { base: base.length, text: text.bytes.len() };
    let spent = base.spent?;
    if !zones::are_sound(copies, lengths) || base.is_script != is_script(text) {
        return None;
    }
    let kept = || copies.iter().map(move |copy| Kept::of(copy, lengths));
    let mut zones = std::mem::take(&mut scratch.zones);
    zones::fill(&mut zones, text.bytes, kept().map(|kept| kept.in_text()), &base.again(kept()));
    let mut memory = Memory { length: text.bytes.len(), is_script: base.is_script, ..Memory::default() };
    kept().for_each(|kept| memory.carry(base, &kept, &zones));
    memory.search(text, &zones, spent, scratch);
    scratch.zones = zones;
    memory.spent?;
    memory.weigh(text);
    Some(memory)
}

impl Memory {
    /// Where something was found, and what. The spans inside of sightings are those of an older text.
    pub fn found(&self) -> impl ExactSizeIterator<Item = (Range<usize>, &Sighting)> {
        self.found.iter().map(|found| (found.span(), &*found.sighting))
    }

    /// Both texts hold the same, carried from one to the other.
    pub fn holds_the_same(&self, other: &Self) -> bool {
        let same = |(a, b): (&Found, &Found)| Arc::ptr_eq(&a.sighting, &b.sighting);
        self.found.len() == other.found.len() && self.found.iter().zip(&other.found).all(same)
    }

    /// Where those anchors stand now that have seen something beyond the margins that was not copied.
    fn again<'c>(&self, kept: impl Iterator<Item = Kept<'c>>) -> Vec<usize> {
        if !self.items.iter().any(|item| matches!(item.what, What::Look(_))) {
            return Vec::new();
        }
        let gone = |kept: &Kept<'_>| {
            let items = self.anchored(&kept.anchors).iter();
            let gone = items.filter(|item| matches!(&item.what, What::Look(look) if !kept.holds(&shifted(&look.extent, item.shift))));
            gone.map(|item| item.anchor().wrapping_add_signed(kept.shift)).collect::<Vec<_>>()
        };
        kept.flat_map(|kept| gone(&kept)).collect()
    }

    fn anchored(&self, anchors: &Range<usize>) -> &[Item] {
        let place = |at: usize| self.items.partition_point(|item| item.anchor() < at);
        self.items.get(place(anchors.start)..place(anchors.end)).unwrap_or_default()
    }

    /// Takes over what stands in a copy and outside of the zones.
    fn carry(&mut self, base: &Self, kept: &Kept<'_>, zones: &[Zone]) {
        for item in base.anchored(&kept.anchors) {
            let item = Item { shift: item.shift.wrapping_add(kept.shift), what: item.what.clone() };
            let anchor = item.anchor();
            let after = zones.partition_point(|zone| zone.anchors.end <= anchor);
            if zones.get(after).is_none_or(|zone| !zone.anchors.contains(&anchor)) {
                self.items.push(item);
            }
        }
    }

    /// Adds what the zones hold.
    fn search(&mut self, text: &Text<'_>, zones: &[Zone], spent: usize, scratch: &mut Scratch) {
        let budget = || Budget::for_text(text.bytes).less(spent);
        let mut left = budget();
        let Gathered { hits, inside, looks } = credential::gather_anew(text, zones, &mut scratch.credential, &mut left);
        self.spent = left.spent(&budget()).map(|more| spent + more);
        self.items.extend(hits.into_iter().map(|hit| What::Hit(Arc::new(hit))).map(Item::here));
        self.items.extend(inside.into_iter().map(|inside| What::Inside(Arc::new(inside))).map(Item::here));
        let references = met(text, scratch).into_iter().map(|(at, sighting)| What::Reference(Arc::new((at, Arc::new(sighting)))));
        self.items.extend(references.map(Item::here));
        self.items.extend(wakes(scratch).into_iter().map(What::Wake).map(Item::here));
        self.items.extend(looks.into_iter().map(What::Look).map(Item::here));
        let pragmas = scratch.credential.pragmas().iter();
        self.items.extend(pragmas.map(|(at, number)| What::Pragma(*at, *number)).map(Item::here));
        self.items.sort_by_key(|item| (item.anchor(), item.rank()));
    }

    fn weigh(&mut self, text: &Text<'_>) {
        if self.items.is_empty() {
            return;
        }
        let (mut hits, mut inside, mut references, mut wakes, mut pragmas) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for Item { shift, what } in &self.items {
            match what {
                What::Hit(shown) => hits.push(Placed { shown, shift: *shift }),
                What::Inside(found) => inside.extend(found.placed(*shift)),
                What::Reference(reference) => references.push((reference.0.wrapping_add_signed(*shift), Found::alone(Arc::clone(&reference.1), *shift))),
                What::Wake(wake) => wakes.push(change::Wake { at: wake.at.wrapping_add_signed(*shift), ..*wake }),
                What::Look(_) => {}
                What::Pragma(at, number) => pragmas.push((at.wrapping_add_signed(*shift), *number)),
            }
        }
        let mut found = credential::weigh(text, hits, inside);
        found.extend(reference::settle(text, references).into_iter().map(|(_, found)| found));
        found.extend(change::sightings(text, &wakes).into_iter().map(|sighting| Found::alone(Arc::new(sighting), 0)));
        found.sort_by_key(|found| (found.span().start, found.span().end));
        with_pragmas(text, &pragmas, &mut found);
        self.found = found;
    }
}

impl reference::Met for Found {
    fn span(&self) -> Range<usize> {
        self.span()
    }

    fn sighting(&self) -> &Sighting {
        &self.sighting
    }

    fn with(mut self, evidence: Evidence) -> Self {
        self.sighting = Arc::new(Sighting { evidence, ..Sighting::clone(&self.sighting) });
        self
    }
}

impl Item {
    fn here(what: What) -> Self {
        Self { shift: 0, what }
    }

    fn anchor(&self) -> usize {
        let anchor = match &self.what {
            What::Hit(shown) => shown.hit.anchor,
            What::Inside(inside) => inside.anchor,
            What::Reference(reference) => reference.0,
            What::Wake(wake) => wake.at,
            What::Look(look) => look.anchor,
            What::Pragma(at, _) => *at,
        };
        anchor.wrapping_add_signed(self.shift)
    }

    /// Of items with one anchor, the order in which a search finds them.
    fn rank(&self) -> u8 {
        match self.what {
            What::Hit(_) => 0,
            What::Inside(_) => 1,
            What::Reference(_) => 2,
            What::Wake(_) => 3,
            What::Look(_) => 4,
            What::Pragma(..) => 5,
        }
    }
}

/// Comments may have come, gone or moved while what they speak of stayed: sightings with any are made anew.
fn with_pragmas(text: &Text<'_>, places: &[(usize, u16)], found: &mut [Found]) {
    if places.is_empty() || found.is_empty() {
        return;
    }
    let secrets: Vec<_> = found.iter().flat_map(|found| found.sighting.secrets.iter().map(|secret| shifted(secret, found.shift))).collect();
    let all = pragma::read(text.bytes, places, &secrets);
    for found in found {
        let pragmas = pragma::over(&found.span(), &all);
        if !pragmas.is_empty() {
            found.sighting = Arc::new(Sighting { pragmas, ..(*found.sighting).clone() });
        }
    }
}

fn is_script(text: &Text<'_>) -> bool {
    text.bytes.starts_with(b"#!")
}

#[cfg(test)]
mod tests;
