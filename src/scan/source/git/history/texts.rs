//! Texts of a history that are no blobs: commits and annotated tags, whole. (Notes are blobs.)

use super::super::objects::{Bytes, Error, Kind, Number, Object, Objects, Visitor, Walk};
use super::{HEAD, LARGEST};

/// Hands on every commit and every annotated tag, each once, in no order and on several threads: author lines and message.
/// What cannot be read goes to `broken`.
pub(in super::super) fn texts(
    objects: &Objects,
    threads: usize,
    part: (u32, u32),
    text: &(dyn Fn(Kind, Number, &[u8]) + Sync),
    broken: &(dyn Fn(Number, &Error) + Sync),
) {
    for kind in [Kind::Commit, Kind::Tag] {
        let visitor = Each { object: &|number, bytes| text(kind, number, bytes), broken };
        objects.walk(kind, &Walk { threads, part, largest: LARGEST, head: HEAD, wanted: &|_| true }, &visitor);
    }
}

/// Hands on every object of a kind.
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
