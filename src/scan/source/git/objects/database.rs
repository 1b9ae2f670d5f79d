//! All packs and loose objects of a repository as one numbered set.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::alternates;
use super::forest::Base;
use super::inflate::Inflater;
use super::loose::Loose;
use super::pack::{Entry, Form, Pack};
use super::{Hash, Id, Kind, Number};

/// One object database: packs and loose objects of a directory and of its alternates.
pub(in super::super) struct Objects {
    pub(super) packs: Vec<Numbered>,
    pub(super) loose: Loose,
    first_loose: Number,
    hash: Hash,
}

/// A pack, and the numbers of what it holds.
pub(super) struct Numbered {
    pub(super) pack: Pack,
    /// The first number that is this pack's own.
    first: Number,
    repeats: Option<Repeats>,
}

/// In a pack that holds objects which another one holds already.
struct Repeats {
    /// Position in the index → number.
    numbers: Vec<Number>,
    /// Own number, counted from the first → position.
    own: Vec<u32>,
}

/// Where an object is read from.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Packed { pack: usize, entry: Entry },
    Loose(usize),
}

/// What a loose object is taken to weigh: a block of the disk.
const LOOSE: u64 = 4096;

impl Objects {
    /// Opens the object directories and the alternates of each. What cannot be opened is handed to `trouble`, by name, and left
    /// out; only if the first directory cannot be listed at all there is nothing to work with.
    pub(in super::super) fn open(directories: &[PathBuf], hash: Hash, trouble: &mut dyn FnMut(String)) -> io::Result<Self> {
        if let Some(first) = directories.first() {
            fs::read_dir(first)?;
        }
        let directories = alternates::follow(directories, trouble);
        let mut objects = Self { packs: Vec::new(), loose: Loose::list(&[], hash, &|_| false, trouble), first_loose: 0, hash };
        for pack in packs(&directories, hash, trouble) {
            objects.add(pack, trouble);
        }
        objects.loose = Loose::list(&directories, hash, &|id| objects.find(id).is_some(), trouble);
        objects.close_open_ends();
        Ok(objects)
    }

    /// What the objects are named with.
    pub(in super::super) fn hash(&self) -> Hash {
        self.hash
    }

    pub(in super::super) fn len(&self) -> usize {
        self.first_loose as usize + self.loose.len()
    }

    /// How much there is to read, as it lies on disk.
    pub(in super::super) fn bytes(&self) -> u64 {
        self.packs.iter().map(|numbered| numbered.pack.bytes()).sum::<u64>() + self.loose.len() as u64 * LOOSE
    }

    /// Tells this database from every other: the checksums of its packs, and the names of its loose objects.
    pub(in super::super) fn digest(&self, into: &mut dyn FnMut(&[u8])) {
        self.packs.iter().for_each(|numbered| into(numbered.pack.index.pack_checksum()));
        (0..self.loose.len()).for_each(|file| into(self.loose.id(file).as_bytes()));
    }

    pub(in super::super) fn find(&self, id: &Id) -> Option<Number> {
        let packed = self.packs.iter().find_map(|numbered| Some(numbered.number(numbered.pack.index.find(id)?)));
        packed.or_else(|| Some(self.first_loose + self.loose.find(id)? as Number))
    }

    /// The name of a number below `len`.
    pub(in super::super) fn id(&self, number: Number) -> Id {
        match self.pack_of(number) {
            None => self.loose.id((number - self.first_loose) as usize),
            Some(pack) => {
                let numbered = &self.packs[pack];
                let id = numbered.pack.index.id(numbered.position(number));
                Id::from_bytes(id).expect("this works because an index cuts its ids to 20 or 32 bytes")
            }
        }
    }

    /// What an object is, by the whole object that its deltas lead to; `None` if they lead nowhere.
    pub(in super::super) fn kind(&self, number: Number) -> Option<Kind> {
        match self.place(number) {
            Place::Packed { pack, entry } => self.packs[pack].pack.forest.kind(entry).or_else(|| self.kind_of_other_copy(number, pack)),
            Place::Loose(file) => self.loose.kind(file, &mut Inflater::new()),
        }
    }

    fn kind_of_other_copy(&self, number: Number, own: usize) -> Option<Kind> {
        let id = self.id(number);
        let others = self.packs.iter().enumerate().filter(|(pack, _)| *pack != own).map(|(_, numbered)| &numbered.pack);
        let packed = others.filter_map(|pack| pack.forest.kind(pack.forest.entry(pack.index.find(&id)?))).next();
        packed.or_else(|| self.loose.kind_named(&id))
    }

    pub(super) fn loose_number(&self, file: usize) -> Number {
        self.first_loose + file as Number
    }

    pub(super) fn place(&self, number: Number) -> Place {
        match self.pack_of(number) {
            None => Place::Loose((number - self.first_loose) as usize),
            Some(pack) => Place::Packed { pack, entry: self.packs[pack].pack.forest.entry(self.packs[pack].position(number)) },
        }
    }

    fn pack_of(&self, number: Number) -> Option<usize> {
        let up_to = || self.packs.partition_point(|numbered| numbered.first <= number);
        (number < self.first_loose).then(|| up_to() - 1)
    }

    /// Numbers what a pack holds and no pack before it.
    fn add(&mut self, pack: Pack, trouble: &mut dyn FnMut(String)) {
        let first = self.first_loose;
        let Some(after) = Number::try_from(pack.index.len()).ok().and_then(|count| first.checked_add(count)).filter(|end| *end < Number::MAX / 2) else {
            return trouble("there are more objects than can be numbered".into());
        };
        let repeats = if self.packs.is_empty() { None } else { self.repeats(&pack) };
        self.first_loose = repeats.as_ref().map_or(after, |repeats| first + repeats.own.len() as Number);
        self.packs.push(Numbered { pack, first, repeats });
    }

    fn repeats(&self, pack: &Pack) -> Option<Repeats> {
        let mut repeats = Repeats { numbers: Vec::with_capacity(pack.index.len()), own: Vec::new() };
        for position in 0..pack.index.len() {
            let known = Id::from_bytes(pack.index.id(position)).and_then(|id| self.find(&id));
            repeats.numbers.push(known.unwrap_or(self.first_loose + repeats.own.len() as Number));
            if known.is_none() {
                repeats.own.push(position as u32);
            }
        }
        (repeats.own.len() < pack.index.len()).then_some(repeats)
    }

    /// Deltas of objects outside of their pack have the kind of those; such chains may go through several packs.
    fn close_open_ends(&mut self) {
        loop {
            let mut closed = Vec::new();
            for (number, Numbered { pack, .. }) in self.packs.iter().enumerate() {
                let ends = pack.forest.open_ends().into_iter();
                let kind = |entry| self.kind(self.elsewhere(pack, entry)?);
                closed.extend(ends.filter_map(|entry| Some((number, entry, kind(entry)?))));
            }
            if closed.is_empty() {
                return;
            }
            for (pack, entry, kind) in closed {
                self.packs[pack].pack.forest.close(entry, kind);
            }
            self.packs.iter_mut().for_each(|numbered| numbered.pack.forest.settle());
        }
    }

    /// The base of an entry that lies outside of its pack.
    pub(super) fn elsewhere(&self, pack: &Pack, entry: Entry) -> Option<Number> {
        match (pack.forest.base(entry), pack.entry(entry).ok()?.0.form) {
            (Base::Elsewhere, Form::Named(id)) => self.find(&id),
            _ => None,
        }
    }
}

impl Numbered {
    /// The number of what lies at a position of the index.
    pub(super) fn number(&self, position: usize) -> Number {
        match &self.repeats {
            None => self.first + position as Number,
            Some(repeats) => repeats.numbers[position],
        }
    }

    pub(super) fn number_of(&self, entry: Entry) -> Number {
        self.number(self.pack.forest.position(entry))
    }

    /// Whether an entry is read from this pack: not, if another one holds the same object.
    pub(super) fn owns(&self, entry: Entry) -> bool {
        self.repeats.is_none() || self.number_of(entry) >= self.first
    }

    /// Where one of its own numbers lies in the index.
    fn position(&self, number: Number) -> usize {
        let own = (number - self.first) as usize;
        self.repeats.as_ref().map_or(own, |repeats| repeats.own[own] as usize)
    }
}

/// The packs of all directories, the largest first: what several packs hold is read from the one with the best deltas.
fn packs(directories: &[PathBuf], hash: Hash, trouble: &mut dyn FnMut(String)) -> Vec<Pack> {
    let mut packs: Vec<Pack> = Vec::new();
    for directory in directories {
        let folder = directory.join("pack");
        let mut files = match names(&folder) {
            Ok(files) => files,
            Err(error) => {
                trouble(format!("`{}`: {error}", folder.display()));
                continue;
            }
        };
        files.sort();
        for index in files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "idx")) {
            let mut tell = |what: &str| trouble(format!("`{}`: {what}", index.with_extension("pack").display()));
            match Pack::open(index, hash, &mut tell) {
                Ok(pack) => packs.push(pack),
                Err(error) => trouble(format!("`{}`: {error}", index.display())),
            }
        }
        for pack in files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "pack")) {
            if files.binary_search(&pack.with_extension("idx")).is_err() {
                trouble(format!("`{}`: the pack has no index", pack.display()));
            }
        }
    }
    packs.sort_by_key(|pack| std::cmp::Reverse(pack.index.len()));
    packs
}

fn names(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
