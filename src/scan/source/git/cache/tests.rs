//! The cache answers as the run before it did, whatever happens to its file.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::*;

const LIMIT: u64 = 64 << 20;
/// Set in processes that a test starts: the directory in which they work.
const WORKPLACE: &str = "HELIODON_TEST_CACHE";

fn directory() -> TempDir {
    TempDir::new().expect("a temporary directory")
}

fn open(directory: &Path) -> Cache {
    Cache::open(directory, Scope([7; 32]), LIMIT)
}

/// The object id of a made-up blob.
fn id(number: u64) -> [u8; 20] {
    let digest = Sha256::digest(number.to_le_bytes());
    *digest.first_chunk().expect("SHA-256 has 32 bytes")
}

/// A run over blobs with these numbers: every hundredth holds something. What is known already must be true.
fn run(cache: &Cache, numbers: std::ops::Range<u64>) -> usize {
    let name = cache.name(b"settings.py");
    let (mut quiet, mut found, mut known) = (Vec::new(), Vec::new(), 0);
    for number in numbers {
        let key = name.key(&id(number));
        let result = format!("found in {number}").into_bytes();
        match (cache.knows(key), number % 100) {
            (Known::Unknown, 0) => found.push((key, result)),
            (Known::Unknown, _) => quiet.push(key),
            (Known::Nothing, rest) => {
                assert_ne!(rest, 0, "{number}");
                known += 1;
            }
            (Known::Holds(bytes), rest) => {
                assert_eq!((bytes, rest), (result.as_slice(), 0), "{number}");
                known += 1;
            }
        }
    }
    cache.add_nothing(quiet);
    cache.add(found);
    known
}

#[test]
fn a_second_run_knows_what_the_first_saw() {
    let directory = directory();
    let first = open(directory.path());
    assert_eq!(run(&first, 0..5000), 0);
    first.keep_state(&[1; 32], &b"all of it ".repeat(20_000));
    first.commit();
    let second = open(directory.path());
    assert_eq!(run(&second, 0..6000), 5000);
    assert_eq!(second.state(&[1; 32]), Some(b"all of it ".repeat(20_000)));
    assert_eq!(second.state(&[2; 32]), None);
    second.commit();
    assert_eq!(run(&open(directory.path()), 0..6000), 6000);
    assert_eq!(second.notes(), Vec::<String>::new());
}

#[test]
fn another_name_or_scope_is_another_blob() {
    let directory = directory();
    let cache = open(directory.path());
    run(&cache, 0..500);
    cache.keep_state(&[1; 32], b"result");
    cache.commit();
    let cache = open(directory.path());
    assert_eq!(cache.knows(cache.name(b"settings.py").key(&id(1))), Known::Nothing);
    assert_eq!(cache.knows(cache.name(b".pgpass").key(&id(1))), Known::Unknown);
    let other = Cache::open(directory.path(), Scope([8; 32]), LIMIT);
    assert_eq!(run(&other, 0..500), 0);
    assert_eq!(other.state(&[1; 32]), None);
}

#[test]
fn no_cache_knows_nothing_and_keeps_nothing() {
    let cache = Cache::none();
    assert_eq!(run(&cache, 0..500), 0);
    cache.keep_state(&[1; 32], b"result");
    cache.commit();
    assert_eq!(run(&cache, 0..500), 0);
    assert_eq!(cache.state(&[1; 32]), None);
}

#[test]
fn many_runs_leave_few_pieces() {
    let directory = directory();
    for number in 0..40 {
        let cache = open(directory.path());
        run(&cache, 0..10_000 + 100 * number);
        cache.commit();
    }
    let cache = open(directory.path());
    assert_eq!(run(&cache, 0..13_900), 13_900);
    let open = cache.open.as_ref().expect("the directory is ours");
    let quiet = &open.loaded.get().expect("it was asked").quiet;
    assert!(quiet.len() <= 8, "{}", quiet.len());
}

#[test]
fn the_file_stays_within_its_bound_and_the_newest_stays_in_it() {
    const SMALL: u64 = 6 << 20;
    let directory = directory();
    for number in 0..60_u8 {
        let cache = Cache::open(directory.path(), Scope([number % 5; 32]), SMALL);
        let from = u64::from(number) * 20_000;
        run(&cache, from..from + 20_000);
        cache.keep_state(&[number; 32], b"result");
        cache.commit();
        let size = fs::metadata(directory.path().join(FILE)).expect("it was written").len();
        assert!(size <= SMALL, "{size} after {number}");
        assert_eq!(cache.notes(), Vec::<String>::new());
    }
    let newest = Cache::open(directory.path(), Scope([4; 32]), SMALL);
    assert_eq!(newest.state(&[59; 32]).as_deref(), Some(&b"result"[..]));
    assert_eq!(run(&newest, 59 * 20_000..60 * 20_000), 20_000);
    assert_eq!(Cache::open(directory.path(), Scope([0; 32]), SMALL).state(&[0; 32]), None);
}

#[test]
fn a_file_that_was_cut_or_changed_is_never_an_error_and_never_a_lie() {
    let directory = directory();
    let cache = open(directory.path());
    run(&cache, 0..30_000);
    cache.keep_state(&[1; 32], b"result");
    cache.commit();
    let whole = fs::read(directory.path().join(FILE)).expect("it was written");
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for round in 0..30 {
        let mut bytes = whole.clone();
        match round % 3 {
            0 => bytes.truncate(random(whole.len())),
            1 => bytes[random(4096)] ^= 1 << random(8),
            _ => (0..200).for_each(|_| bytes[random(whole.len())] ^= 1 << random(8)),
        }
        survives(&bytes);
    }
    [&b""[..], b"not a database", &[0; 100_000], b"redb"].iter().for_each(|bytes| survives(bytes));
}

/// A run with this file goes on, and so does the one after it.
fn survives(bytes: &[u8]) {
    let directory = directory();
    fs::write(directory.path().join(FILE), bytes).expect("the directory is ours");
    let allowed = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(directory.path().join(FILE), allowed).expect("it is ours");
    let cache = open(directory.path());
    assert!(cache.state(&[1; 32]).is_none_or(|result| result == b"result"));
    run(&cache, 0..30_000);
    cache.commit();
    let again = open(directory.path());
    run(&again, 0..30_000);
    again.commit();
    let known = run(&open(directory.path()), 0..30_000);
    assert_eq!(known, 30_000, "the third run is warm: {:?} {:?}", cache.notes(), again.notes());
}

#[test]
fn a_file_that_another_process_holds_is_left_alone() {
    let directory = directory();
    let cache = open(directory.path());
    run(&cache, 0..100);
    cache.commit();
    let before = fs::read(directory.path().join(FILE)).expect("it was written");
    let holder = redb::Database::open(directory.path().join(FILE)).expect("nobody holds it");
    let cache = open(directory.path());
    assert_eq!(run(&cache, 0..100), 0);
    cache.commit();
    drop(holder);
    assert_eq!(cache.notes().len(), 1, "{:?}", cache.notes());
    assert!(fs::read(directory.path().join(FILE)).expect("it is there").len() == before.len());
    assert_eq!(run(&open(directory.path()), 0..100), 100);
}

/// Not a test by itself: what the processes of the tests below do.
#[test]
fn worker() {
    let Some(workplace) = std::env::var_os(WORKPLACE) else { return };
    let number = u64::from(std::process::id()) % 1000 * 1_000_000;
    for round in 0..20 {
        let cache = open(Path::new(&workplace));
        run(&cache, number..number + 1000 * (round + 1));
        cache.keep_state(&[round as u8; 32], b"result");
        cache.commit();
        let notes = cache.notes();
        assert!(notes.iter().all(|note| note.contains("another process")), "{notes:?}");
    }
}

fn start_worker(directory: &Path) -> std::process::Child {
    let mut command = Command::new(std::env::current_exe().expect("a test is a program"));
    command.args(["--exact", "scan::source::git::cache::tests::worker"]).env(WORKPLACE, directory);
    command.stdout(Stdio::null()).spawn().expect("a test can be started again")
}

#[test]
fn processes_at_once_do_not_harm_each_other() {
    let directory = directory();
    let mut workers: Vec<_> = (0..4).map(|_| start_worker(directory.path())).collect();
    let numbers: Vec<u64> = workers.iter().map(|worker| u64::from(worker.id()) % 1000 * 1_000_000).collect();
    assert!(workers.iter_mut().all(|worker| worker.wait().expect("it was started").success()));
    let cache = open(directory.path());
    let known: usize = numbers.iter().map(|number| run(&cache, *number..number + 20_000)).sum();
    assert!(known > 0, "somebody got to write");
    assert_eq!(cache.notes(), Vec::<String>::new());
}

#[test]
fn a_process_that_is_killed_while_it_writes_does_no_harm() {
    let directory = directory();
    for round in 0..12 {
        let mut worker = start_worker(directory.path());
        std::thread::sleep(Duration::from_millis(17 * round));
        worker.kill().and_then(|()| worker.wait()).expect("it was started");
        let cache = open(directory.path());
        run(&cache, 0..1000);
        cache.commit();
        assert_eq!(cache.notes(), Vec::<String>::new(), "{round}");
    }
    assert_eq!(run(&open(directory.path()), 0..1000), 1000);
}
