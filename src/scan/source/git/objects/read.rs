//! One object at a time, in any order.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::database::{Objects, Place};
use super::delta::Delta;
use super::forest::Base;
use super::inflate::{self, Inflater};
#[cfg(test)]
use super::pack::Form;
use super::pack::{Entry, Pack};
use super::{Copy, Error, Number};

/// Git makes no longer chains than 4095; nothing forbids them.
const LONGEST_CHAIN: usize = 10_000;
/// Chains that lead from one pack to the next; git makes none.
const MOST_PACKS: u32 = 16;
/// What the bases kept for later may take.
const KEPT: usize = 32 << 20;
/// The largest object that is read, if the caller does not say: git makes no deltas of larger ones.
const LARGEST: u64 = 512 << 20;

/// What reading objects uses again: the state of zlib, room for a delta, and bases that were met lately.
pub(in super::super) struct Buffers {
    pub(super) largest: u64,
    pub(super) inflater: Inflater,
    delta: Vec<u8>,
    copies: Vec<Copy>,
    bases: Bases,
}

impl Default for Buffers {
    fn default() -> Self {
        Self::new(LARGEST)
    }
}

impl Buffers {
    /// Objects of more than `largest` bytes, and what is built on them, are not read.
    pub(in super::super) fn new(largest: u64) -> Self {
        Self { largest, inflater: Inflater::new(), delta: Vec::new(), copies: Vec::new(), bases: Bases::default() }
    }
}

impl Objects {
    /// One object.
    pub(in super::super) fn read(&self, number: Number, buffers: &mut Buffers) -> Result<Vec<u8>, Error> {
        self.read_across(number, buffers, 0).or_else(|error| self.other_copy(number, None, buffers).ok_or(error))
    }

    /// An object from another place than its own, if there is a sound one: another pack (but not `not_in`), or a loose file.
    pub(super) fn other_copy(&self, number: Number, not_in: Option<usize>, buffers: &mut Buffers) -> Option<Vec<u8>> {
        let own = match self.place(number) {
            Place::Packed { pack, .. } => not_in.unwrap_or(pack),
            Place::Loose(_) => return None,
        };
        let id = self.id(number);
        let others = self.packs.iter().enumerate().filter(|(pack, _)| *pack != own);
        let mut entries = others.filter_map(|(pack, numbered)| Some((pack, numbered.pack.forest.entry(numbered.pack.index.find(&id)?))));
        let packed = entries.find_map(|(pack, entry)| self.entry(pack, entry, buffers, 0).ok());
        packed.or_else(|| self.loose.read_named(&id, buffers.largest, &mut buffers.inflater))
    }

    /// Why an object has no kind.
    pub(super) fn loss(&self, number: Number) -> Error {
        match self.read(number, &mut Buffers::new(0)) {
            Err(error) => error,
            Ok(_) => Error::Base,
        }
    }

    /// How long an object is.
    #[cfg(test)]
    pub(in super::super) fn size(&self, number: Number, buffers: &mut Buffers) -> Result<u64, Error> {
        let (pack, entry) = match self.place(number) {
            Place::Loose(file) => return Ok(self.loose.head(file, &mut buffers.inflater)?.1),
            Place::Packed { pack, entry } => (&self.packs[pack].pack, entry),
        };
        let (head, stream) = pack.entry(entry)?;
        if let Form::Whole(_) = head.form {
            return Ok(head.size);
        }
        let mut start = [0; Delta::HEADER];
        let given = buffers.inflater.start(stream, &mut start)?;
        Ok(Delta::new(&start[..given])?.result)
    }

    fn read_across(&self, number: Number, buffers: &mut Buffers, packs: u32) -> Result<Vec<u8>, Error> {
        match self.place(number) {
            Place::Loose(file) => self.loose.read(file, buffers.largest, &mut buffers.inflater),
            Place::Packed { pack, entry } => self.entry(pack, entry, buffers, packs),
        }
    }

    /// The object of an entry: down to the next base that is whole or known, and up again.
    pub(super) fn entry(&self, pack_number: usize, entry: Entry, buffers: &mut Buffers, packs: u32) -> Result<Vec<u8>, Error> {
        let pack = &self.packs[pack_number].pack;
        if pack.forest.kind(entry).is_none() {
            return Err(pack.entry(entry).err().unwrap_or(Error::Base));
        }
        let mut chain = vec![entry];
        let mut base = loop {
            if chain.len() > LONGEST_CHAIN {
                return Err(Error::Chain);
            }
            let last = chain[chain.len() - 1];
            if let Some(kept) = buffers.bases.get(pack_number, last) {
                chain.pop();
                break kept;
            }
            match pack.forest.base(last) {
                Base::Entry(base) => chain.push(base),
                Base::Nothing => {
                    chain.pop();
                    break Arc::new(whole(pack, last, buffers)?);
                }
                Base::Elsewhere if packs < MOST_PACKS => {
                    let number = self.elsewhere(pack, last).ok_or(Error::Base)?;
                    break Arc::new(self.read_across(number, buffers, packs + 1)?);
                }
                Base::Elsewhere => return Err(Error::Chain),
                Base::Broken => return Err(Error::Base),
            }
        };
        while let Some(entry) = chain.pop() {
            let object = built(pack, entry, &base, buffers)?;
            if let Base::Entry(below) = pack.forest.base(entry) {
                buffers.bases.keep(pack_number, below, base);
            }
            base = Arc::new(object);
        }
        Ok(Arc::unwrap_or_clone(base))
    }
}

/// An entry that is no delta.
fn whole(pack: &Pack, entry: Entry, buffers: &mut Buffers) -> Result<Vec<u8>, Error> {
    let (head, stream) = pack.entry(entry)?;
    let mut bytes = vec![0; inflate::length(head.size, stream, buffers.largest)?];
    buffers.inflater.exact(stream, &mut bytes)?;
    Ok(bytes)
}

/// An entry that is a delta of `base`.
fn built(pack: &Pack, entry: Entry, base: &[u8], buffers: &mut Buffers) -> Result<Vec<u8>, Error> {
    let (head, stream) = pack.entry(entry)?;
    let length = inflate::length(head.size, stream, buffers.largest)?;
    let room = inflate::room(&mut buffers.delta, length);
    buffers.inflater.exact(stream, room)?;
    let delta = Delta::new(room)?;
    let mut bytes = vec![0; inflate::within(delta.result, buffers.largest)?];
    delta.apply(base, &mut bytes, &mut buffers.copies)?;
    Ok(bytes)
}

/// Bases met lately, the oldest of which go first.
#[derive(Default)]
struct Bases {
    kept: HashMap<(usize, Entry), Arc<Vec<u8>>>,
    order: VecDeque<(usize, Entry)>,
    bytes: usize,
}

impl Bases {
    fn get(&self, pack: usize, entry: Entry) -> Option<Arc<Vec<u8>>> {
        self.kept.get(&(pack, entry)).cloned()
    }

    fn keep(&mut self, pack: usize, entry: Entry, bytes: Arc<Vec<u8>>) {
        let length = bytes.len();
        if length > KEPT / 4 || self.kept.insert((pack, entry), bytes).is_some() {
            return;
        }
        self.order.push_back((pack, entry));
        self.bytes += length;
        while self.bytes > KEPT {
            let Some(oldest) = self.order.pop_front() else { return };
            self.bytes -= self.kept.remove(&oldest).map_or(0, |bytes| bytes.len());
        }
    }
}
