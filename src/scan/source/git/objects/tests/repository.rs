//! A repository made for one test.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::super::{Buffers, Hash, Id, Kind, Objects};

pub(super) struct Repository {
    directory: tempfile::TempDir,
    hash: Hash,
}

/// What git says of every object: kind and bytes by name.
pub(super) type Contents = BTreeMap<String, (String, Vec<u8>)>;

impl Repository {
    pub(super) fn new(hash: Hash) -> Self {
        let repository = Self { directory: tempfile::tempdir().expect("there is room for a test"), hash };
        let format = if hash == Hash::Sha256 { "sha256" } else { "sha1" };
        repository.git(&["init", "--quiet", "--bare", &format!("--object-format={format}")], b"");
        repository
    }

    /// With some commits, each of which changes some lines of some files; everything is in one pack with long chains.
    pub(super) fn packed(commits: u32) -> Self {
        let repository = Self::new(Hash::Sha1);
        repository.commits(commits);
        repository.repack();
        repository
    }

    pub(super) fn repack(&self) {
        self.git(&["repack", "-adfq", "--depth=50", "--window=20", "--threads=1"], b"");
    }

    /// Adds commits as loose objects.
    pub(super) fn commits(&self, count: u32) {
        let script = script(count);
        self.git(&["-c", "fastimport.unpackLimit=100000", "fast-import", "--quiet", "--force"], script.as_bytes());
    }

    pub(super) fn git(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut child = Command::new("git")
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.directory.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "tester")))
            .envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name, "1700000000 +0000")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("these tests need git");
        let mut stdin = child.stdin.take().expect("it was asked for");
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output().expect("git ends")
        });
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Files of `objects/pack` with an ending, in order.
    pub(super) fn pack_files(&self, ending: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path("objects/pack")).expect("there are packs");
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|is| is == ending)).collect();
        files.sort();
        files
    }

    /// Opened, and what was said on the way.
    pub(super) fn open(&self) -> (Objects, Vec<String>) {
        let mut troubles = Vec::new();
        let objects = Objects::open(&[self.path("objects")], self.hash, &mut |trouble| troubles.push(trouble)).expect("the directory is there");
        (objects, troubles)
    }

    /// Every object as git sees it.
    pub(super) fn contents(&self) -> Contents {
        let output = self.git(&["cat-file", "--batch-all-objects", "--batch"], b"");
        let mut contents = Contents::new();
        let mut rest = &output[..];
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&rest[..end]).into_owned();
            let mut words = line.split(' ').map(str::to_owned);
            let mut word = || words.next().expect("a line has three words");
            let (id, kind, size) = (word(), word(), word().parse::<usize>().expect("a size is a number"));
            contents.insert(id, (kind, rest[end + 1..][..size].to_vec()));
            rest = &rest[end + 1 + size + 1..];
        }
        contents
    }
}

/// Every object as we see it, by number, by name and by reading it.
pub(super) fn contents(objects: &Objects) -> Contents {
    let mut buffers = Buffers::default();
    let mut contents = Contents::new();
    for number in 0..objects.len() as u32 {
        let id = objects.id(number);
        assert_eq!(objects.find(&id), Some(number));
        let bytes = objects.read(number, &mut buffers).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(objects.size(number, &mut buffers), Ok(bytes.len() as u64));
        let kind = objects.kind(number).map_or("broken", name);
        assert!(contents.insert(id.to_string(), (kind.to_owned(), bytes)).is_none(), "{id} has two numbers");
    }
    contents
}

pub(super) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Commit => "commit",
        Kind::Tree => "tree",
        Kind::Blob => "blob",
        Kind::Tag => "tag",
    }
}

/// For tests that name an object.
pub(super) fn id(text: &[u8]) -> Id {
    Id::from_hex(text.trim_ascii()).expect("git prints an id")
}

/// Numbers that look random and are the same each time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % end.max(1)
    }
}

fn script(commits: u32) -> String {
    let mut dice = Dice(7);
    let mut files: Vec<Vec<String>> = (0..9).map(|file| (0..40 * file).map(|_| line(&mut dice)).collect()).collect();
    let mut script = String::new();
    for commit in 0..commits {
        let message = format!("commit {commit}");
        let _ = write!(script, "commit refs/heads/main\ncommitter t <t@t> {} +0000\ndata {}\n{message}\n", 1_700_000_000 + commit, message.len());
        for (changed, lines) in files.iter_mut().enumerate() {
            if commit > 0 && dice.below(3) > 0 {
                continue;
            }
            for _ in 0..dice.below(5) {
                let at = dice.below(lines.len());
                match dice.below(3) {
                    0 if !lines.is_empty() => drop(lines.remove(at)),
                    1 if !lines.is_empty() => lines[at] = line(&mut dice),
                    _ => lines.insert(at, line(&mut dice)),
                }
            }
            let text = lines.concat();
            let _ = write!(script, "M 100644 inline folder{}/file{changed}\ndata {}\n{text}\n", changed % 3, text.len());
        }
    }
    script + "tag first\nfrom refs/heads/main\ntagger t <t@t> 1700000000 +0000\ndata 4\ntag\n\n"
}

fn line(dice: &mut Dice) -> String {
    (0..1 + dice.below(8)).map(|_| format!("{:x} ", dice.below(1 << 20))).collect::<String>() + "\n"
}
