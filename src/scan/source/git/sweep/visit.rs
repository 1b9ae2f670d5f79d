//! What a sweep does with one object.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::gathered::Gathered;
use super::{Sweep, object_path};
use crate::domain::{Blob, Content, Origin, Place, Trouble, encode_uri};
use crate::scan::Scratch;
use crate::scan::source::git::cache::{Key, Name};
use crate::scan::source::git::objects::{Bytes, Error, Kind, Number, Object, Visitor};
use crate::scan::{Reader, Remembered};

#[derive(Clone, Copy)]
pub(super) struct Visit<'v> {
    pub(super) sweep: &'v Sweep<'v>,
    pub(super) kind: Kind,
    pub(super) gathered: &'v Gathered,
}

/// What one thread keeps from object to object; what it has learned for the cache is handed over when it ends.
pub(super) struct Thread<'v> {
    visit: Visit<'v>,
    scratch: Scratch,
    names: HashMap<&'v [u8], Name>,
    origin: Origin,
    quiet: Vec<Key>,
    held: Vec<(Key, Vec<u8>)>,
}

/// What the versions made from an object need of it.
#[derive(Default)]
pub(super) struct State<'v> {
    name: &'v [u8],
    remembered: Remembered,
    /// The numbers of what it holds.
    numbers: Option<Arc<[u32]>>,
}

impl<'v> Visitor for Visit<'v> {
    type Thread = Thread<'v>;
    type State = State<'v>;

    fn thread(&self) -> Thread<'v> {
        let origin = Origin { target: self.sweep.work.unit.origin.target, scheme: "git".into(), ..Origin::default() };
        Thread { visit: *self, scratch: Scratch::default(), names: HashMap::new(), origin, quiet: Vec::new(), held: Vec::new() }
    }

    fn visit(&self, thread: &mut Thread<'v>, object: &Object<'_>, base: Option<&State<'v>>) -> State<'v> {
        if let Some(watch) = &self.sweep.work.options.watch {
            watch.piece_done();
        }
        catch_unwind(AssertUnwindSafe(|| thread.visit(object, base))).unwrap_or_else(|_| {
            thread.scratch = Scratch::default();
            let message = "a bug in heliodon ended the reading of this object; please report it".to_owned();
            let place = super::place(self.sweep.work.unit, &self.sweep.objects.id(object.number));
            self.gathered.trouble([Trouble { place, kind: "internal-error".into(), message }]);
            State::default()
        })
    }

    fn stopped(&self) -> bool {
        self.sweep.work.options.watch.as_ref().is_some_and(|watch| watch.stopped())
    }

    fn broken(&self, number: Number, error: &Error) {
        self.gathered.trouble([super::trouble(self.sweep.work.unit, &self.sweep.objects.id(number), error)]);
    }
}

impl<'v> Thread<'v> {
    fn visit(&mut self, object: &Object<'_>, base: Option<&State<'v>>) -> State<'v> {
        let sweep = self.visit.sweep;
        let name = sweep.names.of(object.number);
        let base = base.filter(|base| base.name == name);
        self.origin.uri = encode_uri(name);
        let (Bytes::Whole(bytes) | Bytes::Head(bytes)) = object.bytes;
        let blob = Blob::of_unit(&self.origin, Content::Whole(super::text(self.visit.kind, bytes)));
        let mut reader = Reader::of(sweep.work, &mut self.scratch);
        let remembered = match base.filter(|_| matches!(object.bytes, Bytes::Whole(_))) {
            Some(base) => reader.remember_changed(&blob, &base.remembered, object.copies),
            None => reader.remember(&blob),
        };
        let mut troubles = reader.into_shard().troubles;
        if let Bytes::Head(head) = object.bytes {
            troubles.push(Trouble {
                place: Place::whole(&self.origin, &[]),
                kind: "file-too-large".into(),
                message: format!("only the first {} of its {} bytes were looked at", head.len(), object.size),
            });
        }
        let numbers = self.keep(object.number, name, &remembered, base, troubles);
        State { name, remembered, numbers }
    }

    /// Writes down what an object holds, here and for the cache; one that gave trouble is looked at again in the next run.
    fn keep(&mut self, number: Number, name: &'v [u8], remembered: &Remembered, base: Option<&State<'v>>, troubles: Vec<Trouble>) -> Option<Arc<[u32]>> {
        let (sweep, gathered) = (self.visit.sweep, self.visit.gathered);
        let id = sweep.objects.id(number);
        let key = self.names.entry(name).or_insert_with(|| sweep.cache.name(name)).key(id.as_bytes());
        let is_clean = troubles.is_empty();
        if !is_clean {
            let uri = object_path(&id.to_string());
            gathered.trouble(troubles.into_iter().map(|mut trouble| {
                trouble.place.origin.uri = uri.clone();
                trouble
            }));
        }
        let held = remembered.held();
        if held.is_empty() {
            self.quiet.extend(is_clean.then_some(key));
            return None;
        }
        if let Some(bytes) = is_clean.then(|| serde_json::to_vec(held).ok()).flatten() {
            self.held.push((key, bytes));
        }
        match base.filter(|base| base.remembered.is_same(remembered)).and_then(|base| base.numbers.clone()) {
            Some(numbers) => {
                gathered.again(number, numbers.clone());
                Some(numbers)
            }
            None => Some(gathered.add(number, held)),
        }
    }
}

impl Drop for Thread<'_> {
    fn drop(&mut self) {
        let cache = self.visit.sweep.cache;
        cache.add_nothing(std::mem::take(&mut self.quiet));
        cache.add(std::mem::take(&mut self.held));
    }
}
