//! One thread of a walk: decodes an object, shows it, and turns to what is built on it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::crew::Crew;
use super::database::Objects;
use super::delta::Delta;
use super::forest::Base;
use super::inflate::{self, room};
use super::pack::{Entry, Form};
use super::plan::Plan;
use super::walk::{Bytes, Object, Visitor, Walk};
use super::{Buffers, Copy, Error, Kind, Number};

/// What all threads together keep of bases that wait for more than one delta. Above it, a base is decoded again for each.
pub(super) const KEPT: usize = if cfg!(test) { 16 << 10 } else { 128 << 20 };
/// Rooms that a thread keeps for the next objects: so many, and up to such a size.
const ROOMS: usize = 8;
const ROOM: usize = 2 << 20;

/// An entry to decode.
pub(super) struct Task<'w, S> {
    pack: usize,
    entry: Entry,
    base: Below<'w>,
    /// What the visit of the base gave.
    state: Option<Arc<S>>,
}

/// The base of an entry.
enum Below<'w> {
    /// It has none in its pack.
    Nothing,
    Decoded(Arc<Kept<'w>>),
    /// It was let go.
    Again,
    Broken(Arc<Error>),
}

/// A base that is waited for; counted as long as it lives.
struct Kept<'w> {
    decoded: Decoded,
    count: &'w AtomicUsize,
}

/// The bytes of an object, at the start of a room that may be larger.
struct Decoded {
    room: Vec<u8>,
    length: usize,
    size: u64,
    whole: bool,
}

pub(super) struct Worker<'w, V: Visitor> {
    objects: &'w Objects,
    plan: &'w Plan,
    walk: &'w Walk<'w>,
    visitor: &'w V,
    thread: V::Thread,
    kept: &'w AtomicUsize,
    buffers: Buffers,
    rooms: Vec<Vec<u8>>,
    delta: Vec<u8>,
    copies: Vec<Copy>,
    children: Vec<Entry>,
    stack: VecDeque<Task<'w, V::State>>,
}

impl<S> Task<'_, S> {
    pub(super) fn root(pack: usize, entry: Entry) -> Self {
        Self { pack, entry, base: Below::Nothing, state: None }
    }
}

impl<'w, V: Visitor> Worker<'w, V> {
    pub(super) fn new(objects: &'w Objects, plan: &'w Plan, walk: &'w Walk<'w>, visitor: &'w V, kept: &'w AtomicUsize) -> Self {
        Self {
            objects,
            plan,
            walk,
            visitor,
            thread: visitor.thread(),
            kept,
            buffers: Buffers::new(walk.largest),
            rooms: Vec::new(),
            delta: Vec::new(),
            copies: Vec::new(),
            children: Vec::new(),
            stack: VecDeque::new(),
        }
    }

    /// An entry and all that is built on it, but for what is given away.
    pub(super) fn family(&mut self, first: Task<'w, V::State>, crew: &Crew<Task<'w, V::State>>) {
        self.stack.push_back(first);
        while let Some(task) = self.stack.pop_back() {
            if self.visitor.stopped() {
                return self.stack.clear();
            }
            // The oldest has most below it.
            if crew.hungry()
                && let Some(oldest) = self.stack.pop_front()
            {
                crew.give(oldest);
            }
            self.step(task);
        }
    }

    /// A loose object, if it is of the kind and wanted.
    pub(super) fn loose(&mut self, file: usize, kind: Kind) {
        let number = self.objects.loose_number(file);
        let loose = &self.objects.loose;
        let head = loose.head(file, &mut self.buffers.inflater);
        let other = head.as_ref().map_or(kind != Kind::Blob, |head| head.0 != kind);
        if other || !(self.walk.wanted)(number) {
            return;
        }
        let bytes = head.and_then(|(_, size)| match size > self.walk.largest {
            true => Ok((size, loose.start(file, self.walk.head, &mut self.buffers.inflater)?)),
            false => Ok((size, loose.read(file, self.walk.largest, &mut self.buffers.inflater)?)),
        });
        match bytes {
            Ok((size, room)) => {
                let decoded = Decoded { length: room.len(), room, size, whole: size <= self.walk.largest };
                self.visit(number, &decoded, None, false);
            }
            Err(error) => self.visitor.broken(number, &error),
        }
    }

    /// An object that only another copy of it can give.
    pub(super) fn elsewhere(&mut self, number: Number) {
        match self.objects.read(number, &mut self.buffers) {
            Ok(room) => drop(self.visit(number, &Decoded::whole(room), None, false)),
            Err(error) => self.visitor.broken(number, &error),
        }
    }

    fn step(&mut self, task: Task<'w, V::State>) {
        let numbered = &self.objects.packs[task.pack];
        let number = numbered.number_of(task.entry);
        let visits = self.plan.visits(task.pack, task.entry);
        let mut from_base = task.state.is_some();
        let decoded = self.decode(&task).or_else(|error| {
            from_base = false;
            self.rescue(number, task.pack, error)
        });
        let state = match &decoded {
            Ok(decoded) if visits => Some(self.visit(number, decoded, task.state.as_deref(), from_base)),
            Err(error) if visits => {
                self.visitor.broken(number, error);
                None
            }
            _ => None,
        };
        let (pack, entry) = (task.pack, task.entry);
        self.let_go(task);
        self.descend(pack, entry, decoded, state);
    }

    fn visit(&mut self, number: Number, decoded: &Decoded, state: Option<&V::State>, from_base: bool) -> V::State {
        let bytes = decoded.bytes();
        let object = Object {
            number,
            size: decoded.size,
            bytes: if decoded.whole { Bytes::Whole(bytes) } else { Bytes::Head(bytes) },
            copies: if from_base && decoded.whole { &self.copies } else { &[] },
        };
        self.visitor.visit(&mut self.thread, &object, state)
    }

    /// Puts what is built on an entry on the stack, the lightest on top.
    fn descend(&mut self, pack: usize, entry: Entry, decoded: Result<Decoded, Error>, state: Option<V::State>) {
        let mut children = std::mem::take(&mut self.children);
        self.plan.children(pack, entry, &mut children);
        if children.is_empty() {
            if let Ok(decoded) = decoded {
                self.return_room(decoded.room);
            }
        } else {
            let above = self.kept.load(Ordering::Relaxed) > KEPT;
            let state = state.map(Arc::new);
            let base = match decoded {
                Ok(decoded) => Below::Decoded(Arc::new(Kept::new(decoded, self.kept))),
                Err(Error::Below(root)) => Below::Broken(Arc::new(*root)),
                Err(error) => Below::Broken(Arc::new(error)),
            };
            let last = children.len() - 1;
            for (at, child) in children.iter().enumerate() {
                let base = match &base {
                    Below::Decoded(kept) if above && at < last && kept.decoded.whole => Below::Again,
                    Below::Decoded(kept) => Below::Decoded(Arc::clone(kept)),
                    Below::Broken(error) => Below::Broken(Arc::clone(error)),
                    Below::Again | Below::Nothing => Below::Again,
                };
                self.stack.push_back(Task { pack, entry: *child, base, state: state.clone() });
            }
        }
        self.children = children;
    }

    fn decode(&mut self, task: &Task<'w, V::State>) -> Result<Decoded, Error> {
        let pack = &self.objects.packs[task.pack].pack;
        let (head, stream) = pack.entry(task.entry)?;
        if let Form::Whole(_) = head.form {
            return self.inflate(head.size, stream);
        }
        let again;
        let base = match &task.base {
            Below::Decoded(kept) => &kept.decoded,
            Below::Broken(error) => return Err(Error::Below(Box::new(Error::clone(error)))),
            Below::Nothing | Below::Again => {
                let room = match pack.forest.base(task.entry) {
                    Base::Entry(base) => self.objects.entry(task.pack, base, &mut self.buffers, 0),
                    _ => self.objects.elsewhere(pack, task.entry).ok_or(Error::Base).and_then(|number| self.objects.read(number, &mut self.buffers)),
                };
                let room = room.map_err(|error| Error::Below(Box::new(error.root())))?;
                again = Decoded::whole(room);
                &again
            }
        };
        self.build(base, head.size, stream)
    }

    /// An object that is no delta, or the head of one.
    fn inflate(&mut self, size: u64, stream: &[u8]) -> Result<Decoded, Error> {
        inflate::plausible(size, stream.len() as u64)?;
        let whole = size <= self.walk.largest;
        let length = match whole {
            true => inflate::within(size, self.walk.largest)?,
            false => usize::try_from(size).map_or(self.walk.head, |size| size.min(self.walk.head)),
        };
        let mut bytes = self.rooms.pop().unwrap_or_default();
        let result = match whole {
            true => self.buffers.inflater.exact(stream, room(&mut bytes, length)).map(|()| length),
            false => self.buffers.inflater.start(stream, room(&mut bytes, length)),
        };
        self.decoded(bytes, result, size, whole)
    }

    /// An object by its delta. Of one that is too large, or whose base is, the head is built as far as it can be.
    fn build(&mut self, base: &Decoded, size: u64, stream: &[u8]) -> Result<Decoded, Error> {
        let length = inflate::length(size, stream, self.walk.largest)?;
        let delta = room(&mut self.delta, length);
        self.buffers.inflater.exact(stream, delta)?;
        let delta = Delta::new(delta)?;
        let whole = base.whole && delta.result <= self.walk.largest;
        let length = match whole {
            true => inflate::within(delta.result, self.walk.largest)?,
            false => usize::try_from(delta.result).map_or(self.walk.head, |size| size.min(self.walk.head)),
        };
        let mut bytes = self.rooms.pop().unwrap_or_default();
        let space = room(&mut bytes, length);
        let result = match whole {
            true => delta.apply(base.bytes(), space, &mut self.copies).map(|()| length),
            false => Ok(delta.apply_start(base.bytes(), space)),
        };
        let size = delta.result;
        self.decoded(bytes, result, size, whole)
    }

    fn decoded(&mut self, room: Vec<u8>, length: Result<usize, Error>, size: u64, whole: bool) -> Result<Decoded, Error> {
        match length {
            Ok(length) => Ok(Decoded { room, length, size, whole }),
            Err(error) => {
                self.return_room(room);
                Err(error)
            }
        }
    }

    /// Another copy of what cannot be read here.
    fn rescue(&mut self, number: Number, pack: usize, error: Error) -> Result<Decoded, Error> {
        let room = self.objects.other_copy(number, Some(pack), &mut self.buffers).ok_or(error)?;
        Ok(Decoded::whole(room))
    }

    /// Takes back the room of a base that nobody waits for any more.
    fn let_go(&mut self, task: Task<'w, V::State>) {
        if let Below::Decoded(kept) = task.base
            && let Some(mut kept) = Arc::into_inner(kept)
        {
            kept.uncount();
            let room = std::mem::take(&mut kept.decoded.room);
            self.return_room(room);
        }
    }

    fn return_room(&mut self, room: Vec<u8>) {
        if room.len() <= ROOM && self.rooms.len() < ROOMS {
            self.rooms.push(room);
        }
    }
}

impl Decoded {
    fn whole(room: Vec<u8>) -> Self {
        Self { length: room.len(), size: room.len() as u64, room, whole: true }
    }

    fn bytes(&self) -> &[u8] {
        &self.room[..self.length]
    }
}

impl<'w> Kept<'w> {
    fn new(decoded: Decoded, count: &'w AtomicUsize) -> Self {
        count.fetch_add(decoded.room.len(), Ordering::Relaxed);
        Self { decoded, count }
    }

    fn uncount(&self) {
        self.count.fetch_sub(self.decoded.room.len(), Ordering::Relaxed);
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        // Nothing, if its room was taken back.
        self.uncount();
    }
}
