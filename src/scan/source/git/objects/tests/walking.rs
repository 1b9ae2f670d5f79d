//! Walks: each object once, with what its base was.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::{Bytes, Copy, Error, Hash, Kind, Number, Object, Objects, Visitor, Walk};
use super::Repository;
use super::repository::{Contents, name};

/// Remembers what it is shown, and holds copies against the base.
#[derive(Default)]
pub(super) struct Recorder {
    pub(super) seen: Mutex<BTreeMap<Number, Seen>>,
    pub(super) broken: Mutex<BTreeMap<Number, Error>>,
    pub(super) copied: AtomicUsize,
    threads: AtomicUsize,
    /// After so many objects it has enough; 0 = never.
    pub(super) enough: usize,
}

pub(super) struct Seen {
    pub(super) size: u64,
    pub(super) whole: bool,
    pub(super) bytes: Vec<u8>,
}

impl Visitor for Recorder {
    type Thread = usize;
    type State = Vec<u8>;

    fn thread(&self) -> usize {
        self.threads.fetch_add(1, Ordering::Relaxed)
    }

    fn visit(&self, _: &mut usize, object: &Object<'_>, base: Option<&Vec<u8>>) -> Vec<u8> {
        let (bytes, whole) = match object.bytes {
            Bytes::Whole(bytes) => (bytes, true),
            Bytes::Head(bytes) => (bytes, false),
        };
        assert!(object.copies.is_empty() || base.is_some() && whole);
        for Copy { from, to, length } in object.copies {
            assert_eq!(base.map(|base| &base[*from..from + length]), Some(&bytes[*to..to + length]));
            self.copied.fetch_add(*length, Ordering::Relaxed);
        }
        for pair in object.copies.windows(2) {
            assert!(pair[0].to + pair[0].length <= pair[1].to);
            assert!(pair[0].to + pair[0].length < pair[1].to || pair[0].from + pair[0].length != pair[1].from, "neighbours are joined");
        }
        let seen = Seen { size: object.size, whole, bytes: bytes.to_vec() };
        assert!(self.seen.lock().expect("no visit panics").insert(object.number, seen).is_none(), "an object is shown once");
        bytes.to_vec()
    }

    fn broken(&self, number: Number, error: &Error) {
        assert!(self.broken.lock().expect("no visit panics").insert(number, error.clone()).is_none(), "an object is broken once");
    }

    fn stopped(&self) -> bool {
        self.enough > 0 && self.seen.lock().expect("no visit panics").len() >= self.enough
    }
}

pub(super) const KINDS: [Kind; 4] = [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag];
const ALL: Walk<'_> = Walk { threads: 3, part: (0, 1), largest: 1 << 30, head: 100, wanted: &|_| true };

pub(super) fn walked(objects: &Objects, kind: Kind, walk: &Walk<'_>) -> Recorder {
    let recorder = Recorder::default();
    objects.walk(kind, walk, &recorder);
    recorder
}

/// What walks over all kinds show.
pub(super) fn contents(objects: &Objects, walk: &Walk<'_>) -> Contents {
    let mut contents = Contents::new();
    for kind in KINDS {
        let recorder = walked(objects, kind, walk);
        assert_eq!(recorder.broken.into_inner().expect("no visit panics"), BTreeMap::new());
        for (number, seen) in recorder.seen.into_inner().expect("no visit panics") {
            assert_eq!((seen.whole, seen.size), (true, seen.bytes.len() as u64));
            contents.insert(objects.id(number).to_string(), (name(kind).to_owned(), seen.bytes));
        }
    }
    contents
}

fn agrees(repository: &Repository) {
    let objects = repository.open().0;
    let gits = repository.contents();
    for threads in [1, 4] {
        assert!(contents(&objects, &Walk { threads, ..ALL }) == gits);
    }
}

#[test]
fn a_walk_shows_what_git_has() {
    let repository = Repository::packed(150);
    agrees(&repository);
    let recorder = walked(&repository.open().0, Kind::Blob, &ALL);
    assert!(recorder.copied.load(Ordering::Relaxed) > 100_000, "the test needs deltas");
    repository.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=4000"], b"");
    agrees(&repository);
    repository.git(&["hash-object", "-w", "--stdin"], b"a loose one");
    repository.git(&["pack-objects", "-q", "--revs", "objects/pack/pack"], b"refs/heads/main~20\n");
    agrees(&repository);
}

#[test]
fn loose_objects_and_ids_of_sha_256() {
    for hash in [Hash::Sha1, Hash::Sha256] {
        let repository = Repository::new(hash);
        repository.commits(5);
        agrees(&repository);
        repository.git(&["repack", "-q"], b"");
        agrees(&repository);
    }
}

#[test]
fn parts_make_up_the_whole() {
    let repository = Repository::packed(40);
    repository.git(&["hash-object", "-w", "--stdin"], b"a loose one");
    let objects = repository.open().0;
    let mut all = Contents::new();
    let mut sum = 0;
    for part in 0..5 {
        let part = contents(&objects, &Walk { part: (part, 5), ..ALL });
        sum += part.len();
        all.extend(part);
    }
    assert_eq!(sum, all.len());
    assert!(all == repository.contents());
}

#[test]
fn what_is_not_wanted_is_not_shown() {
    let repository = Repository::packed(60);
    let objects = repository.open().0;
    let asked = AtomicUsize::new(0);
    let wanted = |number: Number| {
        asked.fetch_add(1, Ordering::Relaxed);
        number.is_multiple_of(7)
    };
    let recorder = walked(&objects, Kind::Blob, &Walk { wanted: &wanted, ..ALL });
    let blobs = (0..objects.len() as Number).filter(|number| objects.kind(*number) == Some(Kind::Blob));
    assert_eq!(asked.load(Ordering::Relaxed), blobs.clone().count());
    let seen = recorder.seen.into_inner().expect("no visit panics");
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), blobs.filter(|number| number.is_multiple_of(7)).collect::<Vec<_>>());
    let gits = repository.contents();
    assert!(seen.iter().all(|(number, seen)| gits[&objects.id(*number).to_string()].1 == seen.bytes));
}

#[test]
fn heads_of_what_is_too_large() {
    let repository = Repository::packed(60);
    repository.git(&["hash-object", "-w", "--stdin"], &[b'x'; 3000]);
    let objects = repository.open().0;
    let gits = repository.contents();
    let recorder = walked(&objects, Kind::Blob, &Walk { largest: 2000, ..ALL });
    assert!(recorder.broken.into_inner().expect("no visit panics").is_empty());
    let mut heads = 0;
    for (number, seen) in recorder.seen.into_inner().expect("no visit panics") {
        let bytes = &gits[&objects.id(number).to_string()].1;
        assert_eq!(seen.size, bytes.len() as u64);
        assert!(if seen.whole { *bytes == seen.bytes } else { seen.bytes.len() <= 100 && bytes.starts_with(&seen.bytes) });
        assert!(seen.size <= 2000 || !seen.whole);
        heads += usize::from(!seen.whole);
    }
    assert!(heads > 50, "{heads}");
}

#[test]
fn a_walk_can_be_stopped() {
    let objects = Repository::packed(60).open().0;
    let recorder = Recorder { enough: 20, ..Recorder::default() };
    objects.walk(Kind::Blob, &ALL, &recorder);
    assert!((20..20 + ALL.threads).contains(&recorder.seen.into_inner().expect("no visit panics").len()));
}

#[test]
fn a_panic_of_a_visitor_ends_the_walk() {
    struct Panics;
    impl Visitor for Panics {
        type Thread = ();
        type State = ();
        fn thread(&self) {}
        fn visit(&self, (): &mut (), object: &Object<'_>, _: Option<&()>) {
            assert!(!object.number.is_multiple_of(50), "a bug");
        }
        fn broken(&self, _: Number, _: &Error) {}
    }
    let objects = Repository::packed(60).open().0;
    assert!(std::panic::catch_unwind(|| objects.walk(Kind::Blob, &ALL, &Panics)).is_err());
}

#[test]
fn what_is_broken_is_told_with_all_that_is_built_on_it() {
    let repository = Repository::packed(60);
    let gits = repository.contents();
    let pack = &repository.pack_files("pack")[0];
    let mut bytes = fs::read(pack).expect("it is there");
    let half = bytes.len() / 2;
    bytes[half] ^= 0x55;
    fs::remove_file(pack).expect("the folder is ours");
    fs::write(pack, &bytes).expect("the folder is ours");
    let objects = repository.open().0;
    let (mut seen, mut broken) = (0, 0);
    for kind in KINDS {
        let recorder = walked(&objects, kind, &ALL);
        let found = recorder.seen.into_inner().expect("no visit panics");
        assert!(found.iter().all(|(number, seen)| gits[&objects.id(*number).to_string()].1 == seen.bytes));
        seen += found.len();
        broken += recorder.broken.into_inner().expect("no visit panics").len();
    }
    assert!(broken > 0);
    assert_eq!(seen + broken, gits.len());
    // A second copy heals it.
    let other = Repository::packed(60);
    fs::write(repository.path("objects/info/alternates"), other.path("objects").to_string_lossy().as_bytes()).expect("it can be written");
    assert!(contents(&repository.open().0, &ALL) == gits);
}
