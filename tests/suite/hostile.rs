//! Hostile and broken input: the outcome is trouble or a clear error, the scan goes on, and nothing is lost beside it.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use serde_json::Value;

use crate::support::{bzip2, github_token, gzip, heliodon, lines, notebook, observe, random, tar, tree, utf16, zip};

/// A tree with a sound file beside the hostile one: the sound one must be found whatever happens.
fn beside(name: &str, bytes: &[u8]) -> (Vec<Value>, Vec<Value>) {
    let sound = format!("GITHUB_TOKEN={}\n", github_token(1));
    let tree = tree(&[("sound.env", sound.as_bytes()), (name, bytes)]);
    let shard = observe(tree.path());
    assert_eq!(lines(&shard, "ack").len(), 2, "every unit is acknowledged");
    let observations = lines(&shard, "observation");
    assert!(observations.iter().any(|observation| observation["place"]["origin"]["uri"] == "sound.env"), "the sound file is found");
    (observations, lines(&shard, "trouble"))
}

fn kinds(troubles: &[Value]) -> Vec<&str> {
    troubles.iter().filter_map(|trouble| trouble["kind"].as_str()).collect()
}

fn assignment(seed: u64) -> Vec<u8> {
    format!("GITHUB_TOKEN={}\n", github_token(seed)).into_bytes()
}

#[test]
fn truncated_archives_give_what_they_hold_and_trouble() {
    let mut two = tar("a.env", &assignment(2));
    two.truncate(two.len() - 1024);
    two.extend(tar("b.env", &vec![b'x'; 5000]));
    two.truncate(two.len() - 4000);
    let (observations, troubles) = beside("cut.tar", &two);
    assert_eq!((observations.len(), kinds(&troubles)), (2, vec!["decode-error"]));

    for whole in [zip("a.env", &assignment(2)), gzip(&assignment(2)), gzip(&tar("a.env", &assignment(2)))] {
        for cut in [5, whole.len() / 2, whole.len() - 3] {
            let (observations, troubles) = beside("cut.bin", &whole[..cut]);
            // A record that lost its last bytes may still tell all that is needed.
            if observations.len() == 2 && troubles.is_empty() {
                continue;
            }
            assert!(!troubles.is_empty() && kinds(&troubles).iter().all(|kind| *kind == "decode-error"), "cut at {cut} of {}: {troubles:?}", whole.len());
        }
    }
}

#[test]
fn every_truncation_of_a_notebook_is_read_as_text() {
    let whole = notebook(&format!("t = '{}'\n", github_token(2)));
    let (observations, troubles) = beside("cut.ipynb", &whole[..whole.len() - 10]);
    assert_eq!((observations.len(), kinds(&troubles)), (2, vec!["decode-error"]));
}

#[test]
fn bombs_are_bounded() {
    let bomb = bzip2(&vec![0; 32 << 20]);
    let (_, troubles) = beside("bomb.bz2", &bomb);
    assert_eq!(kinds(&troubles), ["archive-limit"]);
    let nested = (0..12).fold(assignment(2), |inner, level| zip(&format!("{level}.zip"), &inner));
    let (observations, troubles) = beside("nested.zip", &nested);
    assert_eq!((observations.len(), kinds(&troubles)), (1, vec!["archive-limit"]));
    let deep = (0..7).fold(assignment(2), |inner, level| zip(&format!("{level}.zip"), &inner));
    assert_eq!(beside("deep.zip", &deep).0.len(), 2, "eight levels are opened");
}

#[test]
fn a_lying_zip_is_read_by_its_content() {
    let mut lying = zip("a.env", &assignment(2));
    // The checksum in the central directory: the content is read all the same, and the lie is told.
    let entry = lying.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a zip has a central directory");
    lying[entry + 16] ^= 0xff;
    let (observations, troubles) = beside("lying.zip", &lying);
    assert_eq!((observations.len(), kinds(&troubles)), (2, vec!["decode-error"]));
}

#[test]
fn encrypted_members_are_said() {
    let mut locked = zip("a.env", &assignment(2));
    let entry = locked.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a zip has a central directory");
    locked[entry + 8] |= 1;
    locked[6] |= 1;
    let (_, troubles) = beside("locked.zip", &locked);
    assert_eq!(kinds(&troubles), ["encrypted-archive"]);
}

#[test]
fn bytes_that_are_no_text_hide_no_secret() {
    let invalid = [&[0xff, 0xfe, 0xfd, b'\n'][..], &assignment(2)].concat();
    assert_eq!(beside("latin.txt", &[&b"caf\xe9 \xff\xc3\n"[..], &assignment(2)].concat()).0.len(), 2);
    assert_eq!(beside("wide.txt", &utf16(&String::from_utf8(assignment(2)).expect("ASCII"))).0.len(), 2);
    beside("odd.txt", &invalid);
    beside("wide-cut.txt", &utf16("some text, cut in the middle of a unit")[..31]);
}

#[test]
fn a_long_line_is_searched_to_its_end() {
    let mut line = vec![b'a'; 9 << 20];
    let middle = (4 << 20) - 20; // astride the border of two windows
    line.splice(middle..middle, [b" ", github_token(2).as_bytes(), b" "].concat());
    line.extend([b" ", github_token(3).as_bytes(), b"\n"].concat());
    let (observations, troubles) = beside("line.js", &line);
    assert_eq!((observations.len(), troubles.len()), (3, 0));
    let columns: Vec<u64> = observations.iter().filter_map(|observation| observation["place"]["region"]["start_column"].as_u64()).collect();
    assert!(columns.contains(&(middle as u64 + 2)), "{columns:?}");
}

#[test]
fn a_sparse_giant_is_passed_by_its_head() {
    let tree = tree(&[("sound.env", &assignment(1))]);
    File::create(tree.path().join("giant")).and_then(|file| file.set_len(2 << 30)).expect("a sparse file can be made");
    let shard = observe(tree.path());
    assert_eq!((lines(&shard, "observation").len(), lines(&shard, "ack").len()), (1, 2));
}

#[test]
fn odd_names_stay_whole() {
    let directory = tree(&[]);
    let names: [&[u8]; 5] = [b"a:b.env", b"per%cent#hash.env", b"new\nline.env", "na\u{ef}ve \u{1f511}.env".as_bytes(), b"latin\xe9.env"];
    for (seed, name) in (1..).zip(names) {
        fs::write(directory.path().join(std::ffi::OsStr::from_bytes(name)), assignment(seed)).expect("the file can be written");
    }
    let shard = observe(directory.path());
    let mut uris: Vec<String> =
        lines(&shard, "observation").iter().filter_map(|observation| observation["place"]["origin"]["uri"].as_str().map(str::to_owned)).collect();
    uris.sort();
    assert_eq!(uris, ["a%3Ab.env", "latin%E9.env", "na%C3%AFve%20%F0%9F%94%91.env", "new%0Aline.env", "per%25cent%23hash.env"]);
}

#[test]
fn loops_sockets_and_closed_doors_do_not_stop_the_scan() {
    let directory = tree(&[("sound.env", &assignment(1))]);
    std::os::unix::fs::symlink(".", directory.path().join("loop")).expect("a link can be made");
    std::os::unix::fs::symlink("nowhere", directory.path().join("dangling")).expect("a link can be made");
    let _socket = std::os::unix::net::UnixListener::bind(directory.path().join("socket")).expect("a socket can be made");
    let shard = observe(directory.path());
    assert_eq!(lines(&shard, "observation").len(), 1);
}

#[test]
fn a_file_that_vanished_or_shrank_is_trouble() {
    let directory = tree(&[("sound.env", &assignment(1)), ("gone.env", &assignment(2))]);
    let mut long = File::create(directory.path().join("long.txt")).expect("the file can be made");
    long.write_all(random(3, 1000).repeat(9000).as_bytes()).expect("the file can be written");
    let plan = heliodon(directory.path(), &["plan", ".", "--no-registry", "-o", "plan.jsonl"]);
    assert_eq!(plan.status, 0, "{}", plan.stderr);
    fs::remove_file(directory.path().join("gone.env")).expect("the file can be removed");
    long.set_len(100).and_then(|()| long.seek(SeekFrom::Start(0))).expect("the file can be cut");
    let run = heliodon(directory.path(), &["observe", "--plan", "plan.jsonl"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let troubles = lines(&run.stdout, "trouble");
    assert_eq!(kinds(&troubles), ["unreadable-file"]);
    assert_eq!(lines(&run.stdout, "observation").len(), 1);
}

#[test]
fn trouble_makes_a_required_complete_scan_fail() {
    let directory = tree(&[("cut.gz", &gzip(b"some text that was longer")[..12])]);
    let status = |arguments: &[&str]| heliodon(directory.path(), &[&["scan", ".", "--no-registry"], arguments].concat()).status;
    assert_eq!((status(&[]), status(&["--require-complete"])), (0, 3));
}

#[test]
fn mistakes_on_the_command_line_are_named() {
    let directory = tree(&[]);
    let said = |arguments: &[&str]| {
        let run = heliodon(directory.path(), arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
        run.stderr
    };
    assert!(said(&["scan", "--registri", "x"]).contains("--registry"));
    assert!(said(&["scan", "gs://bucket"]).contains("no source for `gs:`; there are"));
    assert!(said(&["scan", "missing"]).contains("`missing`: No such file or directory"));
    assert!(said(&["scan", "-o", "report.pdf"]).contains("`report.pdf`: the ending chooses no format"));
    assert!(said(&["scan", "--now", "soon"]).contains("`soon` is no time"));
    assert!(said(&["rules", "show", "github-personal-acess-token"]).contains("did you mean `github-personal-access-token`?"));
    assert!(said(&["scan", "--exclude", "a{b"]).contains("`a{b`"));
    assert!(Path::new(env!("CARGO_BIN_EXE_heliodon")).exists());
}
