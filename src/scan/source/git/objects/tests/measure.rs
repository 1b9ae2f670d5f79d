//! Figures over a repository of one's own, by hand:
//!
//! ```text
//! HELIODON_OBJECTS=/path/to/repository.git/objects cargo test --release --lib objects::tests::measure -- --ignored --nocapture
//! ```
//!
//! `HELIODON_THREADS`, `HELIODON_KINDS` (`blob,tree`) and `HELIODON_DIGESTS` (a file for lines of id, kind and digest, to hold against git) say more.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::super::{Bytes, Error, Hash, Number, Object, Objects, Visitor, Walk};
use super::repository::name;

/// SHA-256 of the bytes of each object.
type Digests = Vec<(Number, [u8; 32])>;

#[derive(Default)]
struct Count {
    objects: AtomicU64,
    bytes: AtomicU64,
    /// If asked for.
    digests: Option<Mutex<Digests>>,
}

impl Visitor for Count {
    type Thread = ();
    type State = ();

    fn thread(&self) {}

    fn visit(&self, (): &mut (), object: &Object<'_>, _: Option<&()>) {
        self.objects.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(object.size, Ordering::Relaxed);
        let (Bytes::Whole(bytes) | Bytes::Head(bytes)) = object.bytes;
        if let Some(digests) = &self.digests {
            let digest = Sha256::digest(bytes).into();
            digests.lock().expect("no visit panics").push((object.number, digest));
        }
    }

    fn broken(&self, number: Number, error: &Error) {
        panic!("{number}: {error}");
    }
}

#[test]
#[ignore = "figures by hand"]
fn measure() {
    let Some(directory) = std::env::var_os("HELIODON_OBJECTS") else { return };
    let threads = std::env::var("HELIODON_THREADS").ok().and_then(|threads| threads.parse().ok()).unwrap_or(1);
    let digests = std::env::var_os("HELIODON_DIGESTS").map(PathBuf::from);
    let kinds = std::env::var("HELIODON_KINDS").unwrap_or_else(|_| "blob".to_owned());
    let mut out = std::io::stderr();
    let start = Instant::now();
    let objects = Objects::open(&[directory.into()], Hash::Sha1, &mut |trouble| panic!("{trouble}")).expect("it is a repository");
    let _ = writeln!(out, "open: {} objects, {:?}", objects.len(), start.elapsed());
    let mut lines = Vec::new();
    for kind in super::walking::KINDS.into_iter().filter(|kind| kinds.contains(name(*kind))) {
        let start = Instant::now();
        let count = Count { digests: digests.as_ref().map(|_| Mutex::default()), ..Count::default() };
        objects.walk(kind, &Walk { threads, part: (0, 1), largest: 1 << 30, head: 100, wanted: &|_| true }, &count);
        let _ = writeln!(out, "{kind:?}: {} objects, {} MB, {:?}", count.objects.into_inner(), count.bytes.into_inner() >> 20, start.elapsed());
        for (number, digest) in count.digests.into_iter().flat_map(|digests| digests.into_inner().expect("no visit panics")) {
            lines.push(format!("{} {} {}\n", objects.id(number), name(kind), crate::domain::hex(&digest)));
        }
    }
    lines.sort_unstable();
    if let Some(path) = digests {
        std::fs::write(path, lines.concat()).expect("it can be written");
    }
}
