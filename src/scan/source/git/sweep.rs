//! One pass over the objects of a repository: what each blob, commit and tag holds, each decoded once.

mod gathered;
#[cfg(test)]
mod tests;
mod visit;

use std::collections::HashMap;

use super::cache::{Cache, Key, Known, Name};
use super::history::Names;
use super::objects::{Error, Id};
use super::objects::{Kind, Number, Objects, Walk};
use crate::domain::{Origin, Place, Trouble, Unit};
use crate::scan::Work;
pub(super) use gathered::Finds;
use gathered::Gathered;
use visit::Visit;

/// Larger blobs are recognised by their first bytes alone, and said to be so.
const LARGEST: u64 = 128 << 20;
/// Bytes of a large blob that are looked at.
const HEAD: usize = 1 << 20;

/// What a sweep works with.
pub(super) struct Sweep<'s> {
    pub(super) work: Work<'s>,
    pub(super) objects: &'s Objects,
    pub(super) names: &'s Names,
    pub(super) cache: &'s Cache,
}

impl Sweep<'_> {
    /// Looks at everything that earlier runs have not seen.
    pub(super) fn run(&self) -> Finds {
        let gathered = Gathered::default();
        let known = self.known(&gathered);
        if let Some(watch) = &self.work.options.watch {
            let is_new = |(number, known): &(Number, &bool)| !**known && self.objects.kind(*number) != Some(Kind::Tree);
            watch.pieces_listed((0..).zip(&known).filter(is_new).count() as u64);
        }
        for kind in [Kind::Blob, Kind::Commit, Kind::Tag] {
            let walk = Walk { threads: self.work.options.threads, part: (0, 1), largest: LARGEST, head: HEAD, wanted: &|number| !known[number as usize] };
            self.objects.walk(kind, &walk, &Visit { sweep: self, kind, gathered: &gathered });
        }
        gathered.finds()
    }

    /// Objects that an earlier run has looked at; what they hold is taken over.
    fn known(&self, gathered: &Gathered) -> Vec<bool> {
        let mut names = HashMap::new();
        let mut known = vec![false; self.objects.len()];
        for (number, known) in (0..).zip(&mut known) {
            *known = match self.cache.knows(self.key(number, &mut names)) {
                Known::Unknown => false,
                Known::Nothing => true,
                Known::Holds(bytes) => serde_json::from_slice(bytes).is_ok_and(|held: Vec<_>| {
                    gathered.add(number, &held);
                    true
                }),
            };
        }
        known
    }

    /// Under what the cache knows an object.
    fn key<'n>(&'n self, number: Number, names: &mut HashMap<&'n [u8], Name>) -> Key {
        let name = self.names.of(number);
        names.entry(name).or_insert_with(|| self.cache.name(name)).key(self.objects.id(number).as_bytes())
    }
}

/// The part of an object that people wrote: of commits and tags, the message.
pub(super) fn text(kind: Kind, bytes: &[u8]) -> &[u8] {
    match kind {
        Kind::Commit | Kind::Tag => memchr::memmem::find(bytes, b"\n\n").map_or(&[][..], |end| &bytes[end + 2..]),
        Kind::Blob | Kind::Tree => bytes,
    }
}

/// An object that cannot be read.
pub(super) fn trouble(unit: &Unit, id: &Id, error: &Error) -> Trouble {
    Trouble { place: place(unit, id), kind: "unreadable-object".into(), message: error.to_string() }
}

fn place(unit: &Unit, id: &Id) -> Place {
    Place::whole(&Origin { uri: object_path(&id.to_string()), ..unit.origin.clone() }, &[])
}

/// Where an object lies that no tree names: troubles are told of this place.
pub(super) fn object_path(id: &str) -> String {
    let (folder, file) = id.split_at_checked(2).unwrap_or((id, ""));
    format!(".git/objects/{folder}/{file}")
}
