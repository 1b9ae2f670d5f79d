//! The result cache: what earlier runs learned of a repository's blobs, kept in a file, so that a run costs what is new.
//!
//! It holds digests, and whatever the caller gives as a result: traces, never secrets. Nothing that happens to the file makes a scan
//! fail or wait: without an answer a blob is read again.

mod place;
mod segment;
mod store;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use sha2::{Digest as _, Sha256};

use segment::Segment;
use store::{Failure, Store};

const FILE: &str = "history.redb";
const STATE: u8 = b's';
const QUIET: u8 = b'q';
const HELD: u8 = b'h';

/// A digest of all that results depend on besides the repository: rules, program, options, the trace key. Other scopes' results are not seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope(pub(super) [u8; 32]);

/// A blob under a name; what is found in it depends on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u128);

/// A name of blobs, digested: names come again and again, so this is done once for each.
#[derive(Clone, Copy)]
pub(super) struct Name(u128);

/// What an earlier run saw in a blob.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known<'c> {
    Unknown,
    Nothing,
    Holds(&'c [u8]),
}

/// Shared by all threads of a scan. What is added is seen by later runs, after [`Cache::commit`].
#[derive(Default)]
pub(super) struct Cache {
    open: Option<Open>,
    notes: Mutex<Vec<String>>,
}

struct Open {
    store: Store,
    scope: Scope,
    limit: u64,
    salt: [u8; 16],
    loaded: OnceLock<Loaded>,
    added: Mutex<Added>,
}

/// What the file knew when it was first asked.
#[derive(Default)]
struct Loaded {
    quiet: Vec<Segment>,
    /// What blobs hold, in the order of their keys.
    held: Option<(Segment, Vec<Vec<u8>>)>,
}

#[derive(Default)]
struct Added {
    quiet: Vec<Key>,
    held: Vec<(Key, Vec<u8>)>,
    states: Vec<([u8; 32], Vec<u8>)>,
}

impl Name {
    /// The key of a blob (20 or 32 bytes) under this name. The id is a digest already, so adding the name's makes another one; nobody
    /// can choose blobs and names whose sums agree, because names are digested with a salt that only this machine's cache has.
    pub(super) fn key(self, id: &[u8]) -> Key {
        let first = id.first_chunk().expect("object ids have at least 20 bytes");
        Key(u128::from_be_bytes(*first) ^ self.0)
    }
}

impl Cache {
    /// A cache that knows nothing and keeps nothing.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// The cache in a directory, which is made if it is missing. `limit` bounds the file, in bytes. What stands against it is a note.
    pub(super) fn open(directory: &Path, scope: Scope, limit: u64) -> Self {
        let cache = Self::none();
        let path = directory.join(FILE);
        if let Err(reason) = place::check(directory, &path) {
            cache.note(format!("no cache: {reason}"));
            return cache;
        }
        let store = Store::new(path);
        let salt = match store.read(|file| file.salt()) {
            Err(Failure::Missing) => Ok(new_salt()),
            Err(Failure::Broken(reason)) => {
                cache.put_aside(&store, &reason);
                Ok(new_salt())
            }
            read => read,
        };
        match salt {
            Ok(salt) => Self { open: Some(Open { store, scope, limit, salt, loaded: OnceLock::new(), added: Mutex::default() }), ..cache },
            Err(failure) => {
                cache.note(format!("no cache: `{}`: {}", store.path().display(), words(&failure)));
                cache
            }
        }
    }

    /// What people should hear of the cache: why there is none, or that it was made anew.
    pub(super) fn notes(&self) -> Vec<String> {
        held(&self.notes).clone()
    }

    /// The result that was kept for this state of a repository.
    pub(super) fn state(&self, digest: &[u8; 32]) -> Option<Vec<u8>> {
        let open = self.open.as_ref()?;
        let packed = self.told(open, open.store.read(|file| file.piece(&open.name(STATE, digest))))??;
        unpack(&packed)
    }

    pub(super) fn keep_state(&self, digest: &[u8; 32], result: &[u8]) {
        if let Some(open) = &self.open {
            held(&open.added).states.push((*digest, pack(result)));
        }
    }

    pub(super) fn name(&self, name: &[u8]) -> Name {
        let Some(open) = &self.open else { return Name(0) };
        let digest = Sha256::new().chain_update(open.salt).chain_update(name).finalize();
        Name(u128::from_be_bytes(*digest.first_chunk().expect("SHA-256 has 32 bytes")))
    }

    pub(super) fn knows(&self, key: Key) -> Known<'_> {
        let Some(open) = &self.open else { return Known::Unknown };
        let loaded = open.loaded.get_or_init(|| self.told(open, open.load()).unwrap_or_default());
        if let Some(bytes) = loaded.held.as_ref().and_then(|(keys, all)| all.get(keys.find(key)?)) {
            return Known::Holds(bytes);
        }
        match loaded.quiet.iter().any(|segment| segment.contains(key)) {
            true => Known::Nothing,
            false => Known::Unknown,
        }
    }

    /// Blobs in which nothing was found; each thread hands over its own at the end.
    pub(super) fn add_nothing(&self, keys: Vec<Key>) {
        if let Some(open) = &self.open {
            held(&open.added).quiet.extend(keys);
        }
    }

    /// Blobs in which something was found, and what.
    pub(super) fn add(&self, found: Vec<(Key, Vec<u8>)>) {
        if let Some(open) = &self.open {
            held(&open.added).held.extend(found);
        }
    }

    /// Writes down what was added. When another process holds the file for long, or the file cannot be written, it is lost.
    pub(super) fn commit(&self) {
        let Some(open) = &self.open else { return };
        let added = std::mem::take(&mut *held(&open.added));
        if added.is_empty() {
            return;
        }
        let write = || open.store.write(open.limit, |file| open.write(file, &added));
        match write() {
            Err(Failure::Broken(reason)) => {
                self.put_aside(&open.store, &reason);
                self.told(open, write());
            }
            written => _ = self.told(open, written),
        }
    }

    /// The answer, or a note why there is none. A file that others hold, or took away, is no news.
    fn told<T>(&self, open: &Open, answer: Result<T, Failure>) -> Option<T> {
        match answer {
            Ok(answer) => return Some(answer),
            Err(Failure::Busy | Failure::Missing) => {}
            Err(Failure::Broken(reason)) => self.put_aside(&open.store, &reason),
            Err(Failure::Io(error)) => self.note(format!("cache `{}`: {error}", open.store.path().display())),
        }
        None
    }

    fn put_aside(&self, store: &Store, reason: &str) {
        let path = store.path().display();
        self.note(match store.put_aside() {
            Ok(aside) => format!("cache `{path}` cannot be read ({reason}); it is now `{}`, and made anew", aside.display()),
            Err(error) => format!("cache `{path}` cannot be read ({reason}), nor put aside: {error}"),
        });
    }

    fn note(&self, note: String) {
        held(&self.notes).push(note);
    }
}

impl Added {
    fn is_empty(&self) -> bool {
        self.quiet.is_empty() && self.held.is_empty() && self.states.is_empty()
    }
}

impl Open {
    fn name(&self, kind: u8, label: &[u8]) -> Vec<u8> {
        [&self.scope.0, &[kind][..], label].concat()
    }

    fn load(&self) -> Result<Loaded, Failure> {
        let no = || Failure::Broken("what it holds makes no sense".into());
        let (salt, quiet, found) = self.store.read(|file| Ok((file.salt()?, file.pieces(&self.name(QUIET, &[]))?, file.pieces(&self.name(HELD, &[]))?)))?;
        if salt != self.salt {
            return Ok(Loaded::default()); // made anew by another process, just now
        }
        let quiet = quiet.iter().map(|bytes| Segment::read(bytes)).collect::<Option<_>>().ok_or_else(no)?;
        let mut held = BTreeMap::new();
        for piece in &found {
            held.extend(read_held(piece).ok_or_else(no)?);
        }
        let (keys, all): (Vec<u128>, _) = held.into_iter().unzip();
        Ok(Loaded { quiet, held: (!keys.is_empty()).then(|| (Segment::new(keys), all)) })
    }

    fn write(&self, file: &mut store::Writing<'_>, added: &Added) -> Result<(), Failure> {
        let salted_alike = file.salt(self.salt)? == self.salt;
        if salted_alike && !added.quiet.is_empty() {
            let mut keys: Vec<u128> = added.quiet.iter().map(|key| key.0).collect();
            for piece in file.take(&self.name(QUIET, &[]), size_of_val(added.quiet.as_slice()))? {
                keys.extend(segment::keys(&piece).unwrap_or_default());
            }
            file.put(&self.name(QUIET, &file.next()?.to_be_bytes()), &segment::write(keys))?;
        }
        if salted_alike && !added.held.is_empty() {
            let mut all: BTreeMap<u128, &[u8]> = BTreeMap::new();
            let size = added.held.iter().map(|(_, bytes)| bytes.len()).sum();
            let before: Vec<_> = file.take(&self.name(HELD, &[]), size)?.iter().filter_map(|piece| read_held(piece)).flatten().collect();
            all.extend(before.iter().map(|(key, bytes)| (*key, bytes.as_slice())));
            all.extend(added.held.iter().map(|(key, bytes)| (key.0, bytes.as_slice())));
            file.put(&self.name(HELD, &file.next()?.to_be_bytes()), &write_held(&all))?;
        }
        added.states.iter().try_for_each(|(digest, result)| file.put(&self.name(STATE, digest), result))
    }
}

/// Key, length, bytes; again and again, in the order of the keys.
fn write_held(all: &BTreeMap<u128, &[u8]>) -> Vec<u8> {
    let rows = all.iter().filter_map(|(key, bytes)| Some((key, u32::try_from(bytes.len()).ok()?, bytes)));
    let plain: Vec<u8> = rows.flat_map(|(key, length, bytes)| [&key.to_le_bytes()[..], &length.to_le_bytes(), bytes].concat()).collect();
    pack(&plain)
}

fn read_held(packed: &[u8]) -> Option<Vec<(u128, Vec<u8>)>> {
    let plain = unpack(packed)?;
    let (mut rest, mut all) = (plain.as_slice(), Vec::new());
    while !rest.is_empty() {
        let (key, after) = rest.split_first_chunk()?;
        let (length, after) = after.split_first_chunk()?;
        let (bytes, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        all.push((u128::from_le_bytes(*key), bytes.to_vec()));
        rest = after;
    }
    Some(all)
}

fn pack(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).and_then(|()| encoder.finish()).expect("a vector takes bytes")
}

fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    ZlibDecoder::new(packed).read_to_end(&mut plain).ok().map(|_| plain)
}

/// Random by way of what the standard library's hash tables are seeded with.
fn new_salt() -> [u8; 16] {
    let seed = RandomState::new();
    let half = |which: u8| seed.hash_one(which).to_le_bytes();
    let mut salt = [0; 16];
    salt[..8].copy_from_slice(&half(0));
    salt[8..].copy_from_slice(&half(1));
    salt
}

fn words(failure: &Failure) -> String {
    match failure {
        Failure::Missing => "it is gone".into(),
        Failure::Busy => "another process holds it".into(),
        Failure::Broken(reason) => reason.clone(),
        Failure::Io(error) => error.to_string(),
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().expect("the lock is held for a push or a copy alone")
}

#[cfg(test)]
mod tests;
