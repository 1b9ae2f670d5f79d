//! The file of the cache: an embedded database, held for the moment of a reading or a writing only, and never trusted.
//!
//! A *piece* is a name and bytes; large ones lie in chunks, each with a checksum, since the database does not look at its own
//! when it reads. The ledger says in which order pieces came and how large they are: the oldest make room.

use std::fs::{self, OpenOptions};
use std::io;
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError, ReadOnlyDatabase, ReadTransaction, ReadableDatabase, ReadableTable, StorageError, Table, TableDefinition};

/// Name of a piece and number of a chunk → checksum and bytes.
const PIECES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("pieces 1");
/// Number → size and name of a piece.
const LEDGER: TableDefinition<u64, &[u8]> = TableDefinition::new("ledger 1");
const SALT: TableDefinition<(), [u8; 16]> = TableDefinition::new("salt");

/// With its name and its checksum, a chunk fits sixteen pages. A shorter one is a piece's last.
const CHUNK: usize = 65_000;
const NUMBER: usize = size_of::<u32>();
const CHECKSUM: usize = size_of::<u32>();
const SIZE: usize = size_of::<u64>();
/// Pages that the database keeps in memory.
const MEMORY: usize = 32 << 20;
/// Another process holds the file for a few milliseconds, as a rule.
const TRIES: u32 = 12;
const PAUSE: Duration = Duration::from_millis(4);

pub(super) struct Store {
    path: PathBuf,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    Missing,
    /// Another process holds it.
    Busy,
    /// Not ours, or no longer whole.
    Broken(String),
    Io(io::Error),
}

impl Store {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What no process has changed meanwhile. Others may read at the same time.
    pub(super) fn read<T>(&self, work: impl Fn(&Reading) -> Result<T, Failure>) -> Result<T, Failure> {
        self.patiently(|| {
            let transaction = self.open_to_read()?.begin_read().map_err(broken)?;
            work(&Reading { transaction })
        })
    }

    /// All of it or nothing; makes the file if it is missing. `limit` bounds the file.
    pub(super) fn write(&self, limit: u64, work: impl Fn(&mut Writing<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
        self.patiently(|| {
            let mut database = self.open_to_write()?;
            let mut transaction = database.begin_write().map_err(broken)?;
            // Who reads next need not repair what we did not live to close.
            transaction.set_quick_repair(true);
            {
                let (pieces, ledger) = (transaction.open_table(PIECES).map_err(broken)?, transaction.open_table(LEDGER).map_err(broken)?);
                let mut writing = Writing { pieces, ledger, salt: transaction.open_table(SALT).map_err(broken)? };
                work(&mut writing)?;
                writing.make_room(limit / 2)?;
            }
            transaction.commit().map_err(broken)?;
            if fs::metadata(&self.path).is_ok_and(|file| file.len() > limit) {
                database.compact().map_err(broken)?;
            }
            database.close().map_err(failure)
        })
    }

    /// Takes a broken file out of the way; the one before it goes.
    pub(super) fn put_aside(&self) -> io::Result<PathBuf> {
        let aside = self.path.with_extension("broken");
        fs::rename(&self.path, &aside).map(|()| aside)
    }

    fn patiently<T>(&self, work: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
        // The database may panic at a file that something else has changed; so it says of itself.
        let once = || catch_unwind(AssertUnwindSafe(&work)).unwrap_or_else(|_| Err(Failure::Broken("the database gave up on it".into())));
        for _ in 1..TRIES {
            match once() {
                Err(Failure::Busy) => thread::sleep(PAUSE),
                ended => return ended,
            }
        }
        once()
    }

    fn open_to_read(&self) -> Result<ReadOnlyDatabase, Failure> {
        let open = || Builder::new().set_cache_size(MEMORY).open_read_only(&self.path);
        match open() {
            // Someone was killed while he wrote.
            Err(DatabaseError::RepairAborted) => {
                self.open_to_write()?.close().map_err(failure)?;
                open().map_err(failure)
            }
            opened => opened.map_err(failure),
        }
    }

    fn open_to_write(&self) -> Result<Database, Failure> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&self.path).map_err(Failure::Io)?;
        let backend = FileBackend::new(file).map_err(failure)?;
        Builder::new().set_cache_size(MEMORY).create_with_backend(backend).map_err(failure)
    }
}

pub(super) struct Reading {
    transaction: ReadTransaction,
}

impl Reading {
    pub(super) fn salt(&self) -> Result<[u8; 16], Failure> {
        let table = self.transaction.open_table(SALT).map_err(broken)?;
        let salt = table.get(()).map_err(broken)?.ok_or_else(|| broken("it has no salt"))?;
        Ok(salt.value())
    }

    pub(super) fn piece(&self, name: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        piece(&self.transaction.open_table(PIECES).map_err(broken)?, name)
    }

    /// All pieces whose name begins so, oldest first.
    pub(super) fn pieces(&self, prefix: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
        let pieces = self.transaction.open_table(PIECES).map_err(broken)?;
        let entries = entries(&self.transaction.open_table(LEDGER).map_err(broken)?)?;
        let named = entries.into_iter().filter(|entry| entry.name.starts_with(prefix));
        named.map(|entry| piece(&pieces, &entry.name)?.ok_or_else(|| broken("a piece is missing"))).collect()
    }
}

pub(super) struct Writing<'t> {
    pieces: Table<'t, &'static [u8], &'static [u8]>,
    ledger: Table<'t, u64, &'static [u8]>,
    salt: Table<'t, (), [u8; 16]>,
}

impl Writing<'_> {
    /// The file's own, or this one, which a new file takes on.
    pub(super) fn salt(&mut self, new: [u8; 16]) -> Result<[u8; 16], Failure> {
        let there = self.salt.get(()).map_err(broken)?.map(|salt| salt.value());
        if there.is_none() {
            self.salt.insert((), new).map_err(broken)?;
        }
        Ok(there.unwrap_or(new))
    }

    /// The number that the next piece gets: larger than any in the ledger.
    pub(super) fn next(&self) -> Result<u64, Failure> {
        Ok(self.ledger.last().map_err(broken)?.map_or(0, |(number, _)| number.value().wrapping_add(1)))
    }

    /// Writes a piece as the newest; one of the same name goes.
    pub(super) fn put(&mut self, name: &[u8], bytes: &[u8]) -> Result<(), Failure> {
        if let Some(old) = entries(&self.ledger)?.into_iter().find(|entry| entry.name == name) {
            self.remove(&old)?;
        }
        for (number, part) in (0..).zip(bytes.chunks(CHUNK).chain(bytes.len().is_multiple_of(CHUNK).then_some(&[][..]))) {
            let key = chunk_name(name, number);
            let value = [&checksum(&key, part).to_le_bytes()[..], part].concat();
            self.pieces.insert(key.as_slice(), value.as_slice()).map_err(broken)?;
        }
        let entry = [&(bytes.len() as u64).to_le_bytes(), name].concat();
        self.ledger.insert(self.next()?, entry.as_slice()).map_err(broken)?;
        Ok(())
    }

    /// Takes out the newest pieces whose name begins so, as long as none is much larger than those after it and `size` bytes. Whoever
    /// writes the sum of them back keeps the number of pieces at the logarithm of their size, and each byte is written as often.
    pub(super) fn take(&mut self, prefix: &[u8], size: usize) -> Result<Vec<Vec<u8>>, Failure> {
        let (mut taken, mut sum) = (Vec::new(), size as u64);
        let named = entries(&self.ledger)?.into_iter().rev().filter(|entry| entry.name.starts_with(prefix));
        for entry in named.take_while(|entry| {
            let small = entry.size <= 2 * sum;
            sum += entry.size;
            small
        }) {
            taken.push(piece(&self.pieces, &entry.name)?.ok_or_else(|| broken("a piece is missing"))?);
            self.remove(&entry)?;
        }
        taken.reverse();
        Ok(taken)
    }

    /// Removes the oldest pieces until the rest has no more bytes than this.
    fn make_room(&mut self, most: u64) -> Result<(), Failure> {
        let entries = entries(&self.ledger)?;
        let mut sum: u64 = entries.iter().map(|entry| entry.size).sum();
        for entry in entries.iter().take_while(|entry| {
            let full = sum > most;
            sum = sum.saturating_sub(entry.size);
            full
        }) {
            self.remove(entry)?;
        }
        Ok(())
    }

    fn remove(&mut self, entry: &Entry) -> Result<(), Failure> {
        for number in 0.. {
            let removed = self.pieces.remove(chunk_name(&entry.name, number).as_slice()).map_err(broken)?;
            if removed.is_none_or(|chunk| chunk.value().len() < CHECKSUM + CHUNK) {
                break;
            }
        }
        self.ledger.remove(entry.number).map_err(broken)?;
        Ok(())
    }
}

struct Entry {
    number: u64,
    size: u64,
    name: Vec<u8>,
}

fn entries(ledger: &impl ReadableTable<u64, &'static [u8]>) -> Result<Vec<Entry>, Failure> {
    let rows = ledger.iter().map_err(broken)?;
    rows.map(|row| {
        let (number, value) = row.map_err(broken)?;
        let (size, name) = value.value().split_first_chunk::<SIZE>().map(|(size, name)| (*size, name.to_vec())).ok_or_else(|| broken("its ledger is cut"))?;
        Ok(Entry { number: number.value(), size: u64::from_le_bytes(size), name })
    })
    .collect()
}

fn piece(pieces: &impl ReadableTable<&'static [u8], &'static [u8]>, name: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    let mut bytes = Vec::new();
    for number in 0.. {
        let key = chunk_name(name, number);
        let Some(value) = pieces.get(key.as_slice()).map_err(broken)? else {
            return if number == 0 { Ok(None) } else { Err(broken("a piece is cut")) };
        };
        if append(&mut bytes, &key, value.value())?.is_break() {
            break;
        }
    }
    Ok(Some(bytes))
}

/// Adds a chunk to its piece; breaks at the last.
fn append(bytes: &mut Vec<u8>, key: &[u8], value: &[u8]) -> Result<ControlFlow<()>, Failure> {
    let (sum, part) = value.split_first_chunk::<CHECKSUM>().ok_or_else(|| broken("a piece is cut"))?;
    if u32::from_le_bytes(*sum) != checksum(key, part) {
        return Err(broken("a checksum is wrong"));
    }
    bytes.extend_from_slice(part);
    Ok(if part.len() < CHUNK { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
}

fn chunk_name(name: &[u8], number: u32) -> Vec<u8> {
    let number: [u8; NUMBER] = number.to_be_bytes();
    [name, &number].concat()
}

fn checksum(key: &[u8], bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(bytes);
    hasher.finalize()
}

fn failure(error: DatabaseError) -> Failure {
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => Failure::Busy,
        DatabaseError::Storage(StorageError::Io(error)) => match error.kind() {
            io::ErrorKind::NotFound => Failure::Missing,
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => broken(error),
            _ => Failure::Io(error),
        },
        error => broken(error),
    }
}

/// Whatever goes wrong inside the file counts as its fault: a cache is made anew with little loss.
fn broken(error: impl ToString) -> Failure {
    Failure::Broken(error.to_string())
}
