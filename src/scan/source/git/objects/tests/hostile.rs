//! Packs that lie: no panic, no endless loop, no memory for sizes that are only declared; each broken object told once.

use std::fs;
use std::path::PathBuf;

use super::super::{Buffers, Error, Hash, Id, Kind, Number, Objects, Walk};
use super::Repository;
use super::repository::Dice;
use super::walking::{KINDS, walked};

const WALK: Walk<'_> = Walk { threads: 2, part: (0, 1), largest: 1 << 20, head: 100, wanted: &|_| true };

/// A pack and its index as bytes, to be damaged.
struct Pair {
    directory: tempfile::TempDir,
    pack: Vec<u8>,
    index: Vec<u8>,
}

impl Pair {
    fn new(pack: Vec<u8>, index: Vec<u8>) -> Self {
        let directory = tempfile::tempdir().expect("there is room for a test");
        fs::create_dir(directory.path().join("pack")).expect("the folder is ours");
        Self { directory, pack, index }
    }

    fn of(repository: &Repository) -> Self {
        let bytes = |ending| fs::read(&repository.pack_files(ending)[0]).expect("it is there");
        Self::new(bytes("pack"), bytes("idx"))
    }

    /// A pack of these entries; the id of each is its number and zeros.
    fn made(entries: &[Vec<u8>]) -> Self {
        let mut pack = [&b"PACK\0\0\0\x02"[..], &(entries.len() as u32).to_be_bytes()].concat();
        let mut index = b"\xfftOc\0\0\0\x02".to_vec();
        index.extend((0..256).flat_map(|_| (entries.len() as u32).to_be_bytes()));
        index.extend((0..entries.len()).flat_map(made_id));
        index.extend(vec![0; 4 * entries.len()]);
        for entry in entries {
            index.extend((pack.len() as u32).to_be_bytes());
            pack.extend(entry);
        }
        pack.extend([9; 20]);
        index.extend([9; 40]);
        Self::new(pack, index)
    }

    fn open(&self) -> (Objects, Vec<String>) {
        let path = |ending| self.directory.path().join("pack/pack-1").with_extension(ending);
        for (ending, bytes) in [("pack", &self.pack), ("idx", &self.index)] {
            fs::write(path(ending), bytes).expect("the folder is ours");
        }
        let mut troubles = Vec::new();
        let directories: [PathBuf; 1] = [self.directory.path().to_owned()];
        let objects = Objects::open(&directories, Hash::Sha1, &mut |trouble| troubles.push(trouble)).expect("the directory is there");
        (objects, troubles)
    }
}

/// Reads and walks everything; every object is shown or told broken, once (the recorder sees to that).
fn survives(pair: &Pair) -> (usize, usize) {
    let (objects, troubles) = pair.open();
    assert!(troubles.len() <= 1, "{troubles:?}");
    let (mut seen, mut broken) = (0, 0);
    for kind in KINDS {
        let recorder = walked(&objects, kind, &WALK);
        seen += recorder.seen.into_inner().expect("no visit panics").len();
        broken += recorder.broken.into_inner().expect("no visit panics").len();
    }
    assert_eq!(seen + broken, objects.len());
    let mut buffers = Buffers::new(WALK.largest);
    let read = (0..objects.len() as Number).filter(|number| {
        let _ = objects.size(*number, &mut buffers);
        objects.read(*number, &mut buffers).is_ok()
    });
    let read = read.count();
    assert!(read <= seen, "{read} read, {seen} seen");
    (seen, broken)
}

fn small_pack() -> Pair {
    let repository = Repository::packed(6);
    repository.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50"], b"");
    let named = Pair::of(&repository);
    repository.repack();
    let mut near = Pair::of(&repository);
    if near.pack.len() > named.pack.len() {
        near = named;
    }
    near
}

#[test]
fn bytes_changed_anywhere() {
    let mut pair = small_pack();
    assert!(survives(&pair).1 == 0);
    let (pack, index) = (pair.pack.clone(), pair.index.clone());
    let mut dice = Dice(1);
    let mut broken = 0;
    for round in 0..1500 {
        pair.pack.clone_from(&pack);
        pair.index.clone_from(&index);
        for _ in 0..1 + dice.below(4) {
            let bytes = if round % 2 == 0 { &mut pair.pack } else { &mut pair.index };
            let at = dice.below(bytes.len());
            bytes[at] = match dice.below(3) {
                0 => bytes[at] ^ 1 << dice.below(8),
                1 => 0xff,
                _ => dice.below(256) as u8,
            };
        }
        broken += survives(&pair).1;
    }
    assert!(broken > 1000, "{broken}");
}

#[test]
fn headers_and_tables_changed() {
    let mut pair = small_pack();
    let (objects, _) = pair.open();
    let starts: Vec<u64> = objects.packs[0].pack.forest.offsets.clone();
    let (pack, index) = (pair.pack.clone(), pair.index.clone());
    let mut dice = Dice(2);
    for round in 0..1500 {
        pair.pack.clone_from(&pack);
        pair.index.clone_from(&index);
        match round % 3 {
            0 => {
                let at = 8 + dice.below(index.len() - 8 - 1024) / 4 * 4 + 1024 * dice.below(2);
                pair.index[at..at + 4].copy_from_slice(&(dice.below(1 << 31) as u32 ^ (dice.below(2) as u32) << 31).to_be_bytes());
            }
            1 => {
                let at = starts[dice.below(starts.len())] as usize + dice.below(3);
                pair.pack[at] = dice.below(256) as u8;
            }
            _ => {
                let (one, other) = (starts[dice.below(starts.len())] as usize, starts[dice.below(starts.len())] as usize);
                let head: [u8; 8] = pack[other..other + 8].try_into().expect("eight bytes");
                pair.pack[one..one + 8].copy_from_slice(&head);
            }
        }
        survives(&pair);
    }
}

#[test]
fn files_cut_off() {
    let mut pair = small_pack();
    let (pack, index) = (pair.pack.clone(), pair.index.clone());
    let mut dice = Dice(3);
    for _ in 0..200 {
        pair.pack = pack[..dice.below(pack.len())].to_vec();
        survives(&pair);
    }
    pair.pack = pack;
    for _ in 0..100 {
        pair.index = index[..dice.below(index.len())].to_vec();
        survives(&pair);
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
}

fn made_id(number: usize) -> [u8; 20] {
    let mut id = [0; 20];
    id[..4].copy_from_slice(&(number as u32).to_be_bytes());
    id
}

/// The header of an entry.
fn head(kind: u8, mut size: u64) -> Vec<u8> {
    let mut bytes = vec![kind << 4 | (size & 15) as u8];
    size >>= 4;
    while size > 0 {
        let last = bytes.len() - 1;
        bytes[last] |= 0x80;
        bytes.push((size & 0x7f) as u8);
        size >>= 7;
    }
    bytes
}

fn named(base: usize, delta: &[u8]) -> Vec<u8> {
    [head(7, delta.len() as u64), made_id(base).to_vec(), deflated(delta)].concat()
}

fn blob(bytes: &[u8]) -> Vec<u8> {
    [head(3, bytes.len() as u64), deflated(bytes)].concat()
}

#[test]
fn deltas_that_lead_back_to_themselves() {
    let same = [4, 4, 0x90, 4];
    let pair = Pair::made(&[named(0, &same), named(2, &same), named(1, &same), named(1, &same), blob(b"text"), named(4, &same), named(77, &same)]);
    assert_eq!(survives(&pair), (2, 5));
    let objects = pair.open().0;
    let read = |number| objects.read(number, &mut Buffers::default());
    assert_eq!([0, 1, 2, 3, 6].map(read), [0; 5].map(|_| Err(Error::Base)));
    assert_eq!(read(5).as_deref(), Ok(&b"text"[..]));
}

#[test]
fn a_base_behind_its_delta() {
    let pair = Pair::made(&[named(1, &[4, 6, 0x90, 4, 2, b'!', b'!']), named(2, &[4, 4, 0x90, 4]), blob(b"text")]);
    assert_eq!(survives(&pair), (3, 0));
}

#[test]
fn sizes_that_are_only_declared() {
    let huge = |size| [head(3, size), deflated(b"text")].concat();
    let result = |size: &[u8]| [&[4][..], size, &[0x90, 4]].concat();
    let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let pair = Pair::made(&[
        huge(1 << 30),
        huge(u64::MAX >> 4),
        huge(3),
        huge(5),
        blob(b"text"),
        [head(7, 1 << 30), made_id(4).to_vec(), deflated(&[4, 4, 0x90, 4])].concat(),
        named(4, &result(&[0xff, 0xff, 0x3f])),
        named(4, &result(&most)),
    ]);
    let (objects, _) = pair.open();
    let errors = |number| objects.read(number, &mut Buffers::new(1 << 20)).err();
    assert_eq!(errors(0), Some(Error::Size));
    assert_eq!((errors(2), errors(3)), (Some(Error::Size), Some(Error::Size)));
    assert_eq!(errors(6), Some(Error::Delta));
    assert!(matches!(errors(7), Some(Error::Large(_))));
    let (seen, broken) = survives(&pair);
    assert_eq!(seen + broken, 8);
}

/// A few bytes each, and each as large as the base.
#[test]
fn bombs_stay_small() {
    let zeros = vec![0; 900_000];
    let mut entries = vec![blob(&zeros)];
    let size = [0xa0, 0xf7, 0x36];
    for base in 0..100 {
        let copies: Vec<u8> = [0x80; 13].into_iter().chain([0xb0, 0xa0, 0xbb]).collect();
        entries.push(named(base, &[&size[..], &size, &copies].concat()));
    }
    let pair = Pair::made(&entries);
    let (seen, _) = survives(&pair);
    assert_eq!(seen, 101);
}

#[test]
fn very_long_chains() {
    let mut entries = vec![blob(b"text")];
    let step = [head(6, 4), vec![0], deflated(&[4, 4, 0x90, 4])].concat();
    let mut last = entries[0].len();
    for _ in 0..20_000 {
        let mut entry = step.clone();
        entry[1] = last as u8;
        last = entry.len();
        entries.push(entry);
    }
    let pair = Pair::made(&entries);
    let (objects, _) = pair.open();
    let recorder = walked(&objects, Kind::Blob, &WALK);
    assert_eq!(recorder.seen.into_inner().expect("no visit panics").len(), 20_001);
    let last = objects.find(&Id::from_bytes(&made_id(20_000)).expect("20 bytes")).expect("it is there");
    assert_eq!(objects.read(last, &mut Buffers::default()), Err(Error::Chain));
}

#[test]
fn loose_objects_changed_anywhere() {
    let repository = Repository::new(Hash::Sha1);
    let id = super::repository::id(&repository.git(&["hash-object", "-w", "--stdin"], &b"some text".repeat(40))).to_string();
    let path = repository.path(&format!("objects/{}/{}", &id[..2], &id[2..]));
    let sound = fs::read(&path).expect("git wrote it");
    fs::remove_file(&path).expect("the folder is ours");
    let mut dice = Dice(4);
    let mut lost = 0;
    for round in 0..600 {
        let mut bytes = sound.clone();
        let at = dice.below(bytes.len());
        if round % 3 == 0 {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << dice.below(8);
        }
        fs::write(&path, &bytes).expect("the folder is ours");
        let objects = repository.open().0;
        for kind in KINDS {
            lost += walked(&objects, kind, &WALK).broken.into_inner().expect("no visit panics").len();
        }
        let _ = objects.size(0, &mut Buffers::default());
        let _ = objects.read(0, &mut Buffers::default());
    }
    assert!(lost > 500, "{lost}");
}

/// `blob 99999999999\0`, and then little.
#[test]
fn a_loose_object_that_declares_too_much() {
    let repository = Repository::new(Hash::Sha1);
    for (size, error) in [("1000000", Error::Size), ("99999999999", Error::Size), ("99999999999999999999999", Error::Header)] {
        fs::create_dir_all(repository.path("objects/00")).expect("the folder is ours");
        let path = repository.path(&format!("objects/00/{}", "0".repeat(38)));
        fs::write(path, deflated(format!("blob {size}\0text").as_bytes())).expect("the folder is ours");
        let objects = repository.open().0;
        assert_eq!(objects.read(0, &mut Buffers::default()), Err(error));
        let recorder = walked(&objects, Kind::Blob, &WALK);
        assert_eq!(recorder.broken.into_inner().expect("no visit panics").len(), 1);
    }
}
