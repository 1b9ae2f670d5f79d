//! Every object of a kind, for those who need nothing of its base.

use super::super::objects::{Bytes, Error, Kind, Number, Object, Objects, Visitor, Walk};
use super::{HEAD, LARGEST};

/// Hands on every object of a kind, each once, in no order and on several threads. What cannot be read goes to `broken`.
pub(super) fn each(objects: &Objects, kind: Kind, threads: usize, object: &(dyn Fn(Number, &[u8]) + Sync), broken: &(dyn Fn(Number, &Error) + Sync)) {
    objects.walk(kind, &Walk { threads, part: (0, 1), largest: LARGEST, head: HEAD, wanted: &|_| true }, &Each { object, broken });
}

struct Each<'v> {
    object: &'v (dyn Fn(Number, &[u8]) + Sync),
    broken: &'v (dyn Fn(Number, &Error) + Sync),
}

impl Visitor for Each<'_> {
    type Thread = ();
    type State = ();

    fn thread(&self) {}

    fn visit(&self, (): &mut (), object: &Object<'_>, _: Option<&()>) {
        let (Bytes::Whole(bytes) | Bytes::Head(bytes)) = object.bytes;
        (self.object)(object.number, bytes);
    }

    fn broken(&self, number: Number, error: &Error) {
        (self.broken)(number, error);
    }
}
