//! Objects one at a time, from every place that git keeps them in.

use std::fs;

use super::super::{Buffers, Error, Hash, Id, Kind};
use super::Repository;
use super::repository::{contents, id};

fn agrees(repository: &Repository) {
    let (objects, troubles) = repository.open();
    assert_eq!(troubles, [""; 0]);
    let (ours, gits) = (contents(&objects), repository.contents());
    assert_eq!(ours.keys().collect::<Vec<_>>(), gits.keys().collect::<Vec<_>>());
    assert!(ours == gits, "some object has other bytes");
}

#[test]
fn an_empty_repository_has_no_objects() {
    let repository = Repository::new(Hash::Sha1);
    let (objects, troubles) = repository.open();
    assert_eq!((objects.len(), troubles), (0, vec![]));
    assert_eq!(objects.find(&Id::from_bytes(&[7; 20]).expect("it has 20 bytes")), None);
}

#[test]
fn packs_with_long_chains() {
    let repository = Repository::packed(120);
    agrees(&repository);
    let depth = String::from_utf8_lossy(&repository.git(&["verify-pack", "-s", &repository.pack_files("idx")[0].to_string_lossy()], b"")).into_owned();
    assert!(depth.contains("chain length = 12"), "the test needs deep chains: {depth}");
}

#[test]
fn deltas_that_name_their_base() {
    let repository = Repository::packed(40);
    repository.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50"], b"");
    agrees(&repository);
}

#[test]
fn indexes_of_the_first_version() {
    let repository = Repository::packed(10);
    repository.git(&["-c", "pack.indexVersion=1", "repack", "-adfq"], b"");
    assert_ne!(fs::read(&repository.pack_files("idx")[0]).expect("it is there")[..4], *b"\xfftOc");
    agrees(&repository);
}

#[test]
fn offsets_of_more_than_31_bits() {
    let repository = Repository::packed(10);
    let pack = &repository.pack_files("pack")[0];
    repository.git(&["index-pack", "--index-version=2,0x40", &pack.to_string_lossy()], b"");
    agrees(&repository);
}

#[test]
fn loose_objects() {
    let repository = Repository::new(Hash::Sha1);
    repository.commits(10);
    repository.git(&["hash-object", "-w", "--stdin"], b"");
    repository.git(&["hash-object", "-w", "--stdin"], &vec![b'x'; 300_000]);
    agrees(&repository);
    // Some of them in a pack as well.
    repository.git(&["repack", "-q"], b"");
    agrees(&repository);
}

#[test]
fn ids_of_sha_256() {
    let repository = Repository::new(Hash::Sha256);
    repository.commits(20);
    agrees(&repository);
    repository.repack();
    agrees(&repository);
}

#[test]
fn what_two_packs_hold_has_one_number() {
    let repository = Repository::packed(30);
    let all = repository.git(&["rev-list", "--objects", "--all"], b"");
    let some: Vec<u8> = all.split_inclusive(|byte| *byte == b'\n').step_by(3).flat_map(|line| line.to_vec()).collect();
    repository.git(&["pack-objects", "-q", "objects/pack/pack"], &some);
    repository.git(&["pack-objects", "-q", "--revs", "objects/pack/pack"], b"refs/heads/main~20\n");
    assert_eq!(repository.pack_files("idx").len(), 3);
    agrees(&repository);
}

#[test]
fn alternates_are_followed() {
    let (lender, borrower) = (Repository::packed(10), Repository::new(Hash::Sha1));
    borrower.git(&["hash-object", "-w", "--stdin"], b"of its own");
    let name = |repository: &Repository| repository.path("objects").to_string_lossy().into_owned();
    fs::write(borrower.path("objects/info/alternates"), format!("# a comment\n{}\n", name(&lender))).expect("it can be written");
    agrees(&borrower);
    let quoted = format!("\"{}\"\n", name(&lender).replace("objects", "obj\\145cts"));
    fs::write(borrower.path("objects/info/alternates"), quoted).expect("it can be written");
    agrees(&borrower);
    fs::write(lender.path("objects/info/alternates"), name(&borrower)).expect("it can be written");
    let (objects, troubles) = borrower.open();
    assert_eq!(troubles, [""; 0]);
    assert_eq!(objects.len(), borrower.contents().len());
    fs::write(borrower.path("objects/info/alternates"), "../nowhere\n").expect("it can be written");
    assert!(borrower.open().1[0].contains("nowhere"));
}

#[test]
fn a_damaged_object_is_an_error_of_its_own() {
    let repository = Repository::new(Hash::Sha1);
    let broken = id(&repository.git(&["hash-object", "-w", "--stdin"], b"some text")).to_string();
    let sound = id(&repository.git(&["hash-object", "-w", "--stdin"], b"other text"));
    let path = repository.path(&format!("objects/{}/{}", &broken[..2], &broken[2..]));
    let bytes = fs::read(&path).expect("git wrote it");
    fs::remove_file(&path).expect("git made the folder");
    fs::write(&path, &bytes[..bytes.len() - 3]).expect("it can be written");
    let (objects, _) = repository.open();
    let number = objects.find(&id(broken.as_bytes())).expect("its file is there");
    let mut buffers = Buffers::default();
    assert_eq!(objects.read(number, &mut buffers), Err(Error::Stream));
    let number = objects.find(&sound).expect("it is there");
    assert_eq!(objects.read(number, &mut buffers).as_deref(), Ok(&b"other text"[..]));
    fs::write(&path, b"").expect("it can be written");
    let (objects, _) = repository.open();
    assert_eq!(objects.find(&id(broken.as_bytes())).and_then(|number| objects.kind(number)), None);
    assert_eq!(objects.kind(objects.find(&sound).expect("it is there")), Some(Kind::Blob));
}

#[test]
fn what_is_too_large_is_not_read() {
    let repository = Repository::new(Hash::Sha1);
    let large = id(&repository.git(&["hash-object", "-w", "--stdin"], &[b'x'; 5000]));
    for _ in 0..2 {
        let (objects, _) = repository.open();
        let number = objects.find(&large).expect("it is there");
        assert_eq!(objects.read(number, &mut Buffers::new(4999)), Err(Error::Large(5000)));
        assert_eq!(objects.read(number, &mut Buffers::new(5000)).map(|bytes| bytes.len()), Ok(5000));
        repository.git(&["update-ref", "refs/blobs/one", &large.to_string()], b"");
        repository.repack();
    }
}

#[test]
fn a_truncated_pack_gives_what_is_left() {
    let repository = Repository::packed(20);
    let gits = repository.contents();
    let pack = &repository.pack_files("pack")[0];
    let bytes = fs::read(pack).expect("it is there");
    fs::remove_file(pack).expect("the folder is ours");
    fs::write(pack, &bytes[..bytes.len() / 2]).expect("the folder is ours");
    let (objects, troubles) = repository.open();
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    let mut buffers = Buffers::default();
    let read = (0..objects.len() as u32).filter_map(|number| Some((number, objects.read(number, &mut buffers).ok()?)));
    let read: Vec<_> = read.collect();
    assert!(!read.is_empty() && read.len() < gits.len());
    assert!(read.iter().all(|(number, bytes)| gits[&objects.id(*number).to_string()].1 == *bytes));
}

#[test]
fn packs_that_cannot_be_opened_are_told() {
    let repository = Repository::packed(3);
    let index = &repository.pack_files("idx")[0];
    let bytes = fs::read(index).expect("it is there");
    for broken in [&bytes[..1000], &bytes[..bytes.len() - 30], b"\xfftOc\0\0\0\x03", b""] {
        fs::remove_file(index).expect("the folder is ours");
        fs::write(index, broken).expect("the folder is ours");
        let (objects, troubles) = repository.open();
        assert_eq!((objects.len(), troubles.len()), (0, 1), "{troubles:?}");
    }
    fs::remove_file(index).expect("the folder is ours");
    let (objects, troubles) = repository.open();
    assert_eq!((objects.len(), troubles.len()), (0, 1), "{troubles:?}");
}
