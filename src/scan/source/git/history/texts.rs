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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::super::super::testing::Made;
    use super::*;

    #[test]
    fn messages_and_tags_are_those_of_git() {
        let made = Made::new();
        for text in ["1", "2", "3"] {
            made.commit(&[("a", text)]);
            made.git(&["tag", "-a", text, "-m", &format!("tag {text}")]);
        }
        made.git(&["tag", "-a", "again", "-m", "tag of a tag", "3"]);
        made.git(&["tag", "-d", "2"]);
        made.git(&["reset", "-q", "--hard", "HEAD~"]);
        let (objects, _) = made.read(&made.path());
        let told = Mutex::new(BTreeMap::new());
        let text = |kind, number, bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).trim_end().to_owned();
            assert!(told.lock().expect("no panic").insert(objects.id(number).to_string(), (kind, text)).is_none());
        };
        for part in 0..2 {
            texts(&objects, 2, (part, 2), &text, &|_, error| panic!("{error}"));
        }
        let told = told.into_inner().expect("no panic");
        assert_eq!(told.len(), 7);
        for (id, (kind, text)) in told {
            let name = if kind == Kind::Tag { "tag" } else { "commit" };
            assert_eq!((made.git(&["cat-file", "-t", &id]).as_str(), made.git(&["cat-file", "-p", &id])), (name, text));
        }
    }
}
