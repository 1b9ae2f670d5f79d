//! Repositories made by git for the tests, which hold our reading against git's own.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::history::Commits;
use super::objects::Objects;
use super::repository::Repository;

/// A repository in a temporary directory. Each commit is a minute later than the one before.
pub(super) struct Made {
    directory: tempfile::TempDir,
    clock: Cell<i64>,
}

impl Made {
    pub(super) fn new() -> Self {
        Self::with(&[])
    }

    pub(super) fn with(flags: &[&str]) -> Self {
        let made = Self { directory: tempfile::tempdir().expect("a temporary directory can be made"), clock: Cell::new(1_700_000_000) };
        fs::create_dir(made.path()).expect("the directory is new");
        made.git(&[&["init", "-q", "-b", "main"], flags].concat());
        made
    }

    /// The worktree.
    pub(super) fn path(&self) -> PathBuf {
        self.directory.path().join("repo")
    }

    /// A path beside the worktree, for clones.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The next commit is made at this time.
    pub(super) fn set_clock(&self, seconds: i64) {
        self.clock.set(seconds);
    }

    /// What git says, without the last line break.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.path(), arguments)
    }

    pub(super) fn git_in(&self, directory: &Path, arguments: &[&str]) -> String {
        let (ended, said) = self.try_git(directory, arguments);
        assert!(ended, "git {arguments:?}: {said}");
        said
    }

    /// What git says of some input.
    pub(super) fn git_fed(&self, arguments: &[&str], input: &str) -> String {
        let path = self.beside("input");
        fs::write(&path, input).expect("files can be written");
        let mut command = self.command(&self.path(), arguments);
        let output = command.stdin(fs::File::open(path).expect("it was written")).output().expect("git is there");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub(super) fn try_git(&self, directory: &Path, arguments: &[&str]) -> (bool, String) {
        let output = self.command(directory, arguments).output().expect("git is there");
        let said = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.success(), String::from_utf8_lossy(&said).trim_end().to_owned())
    }

    fn command(&self, directory: &Path, arguments: &[&str]) -> Command {
        let date = format!("{} +0000", self.clock.replace(self.clock.get() + 60));
        let mut command = Command::new("git");
        command.current_dir(directory).args([
            "-c",
            "protocol.file.allow=always",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "gc.auto=0",
            "-c",
            "advice.detachedHead=false",
        ]);
        command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.directory.path()).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_NO_REPLACE_OBJECTS", "1");
        command.env("GIT_AUTHOR_NAME", "Ann").env("GIT_AUTHOR_EMAIL", "ann@example.com").env("GIT_AUTHOR_DATE", &date);
        command.env("GIT_COMMITTER_NAME", "Cy").env("GIT_COMMITTER_EMAIL", "cy@example.com").env("GIT_COMMITTER_DATE", &date);
        command
    }

    /// Takes in what is written in the language of `git fast-import`.
    pub(super) fn import(&self, stream: &str) {
        let mut command = Command::new("git");
        command.current_dir(self.path()).args(["fast-import", "--quiet", "--force"]).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.directory.path()).env("GIT_CONFIG_NOSYSTEM", "1").stdin(Stdio::piped());
        let mut child = command.spawn().expect("git is there");
        child.stdin.take().expect("it is piped").write_all(stream.as_bytes()).expect("git reads it");
        assert!(child.wait().expect("git ends").success());
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a directory")).expect("directories can be made");
        fs::write(path, text).expect("files can be written");
    }

    /// Writes files, takes them and all that changed into a commit, and gives its id.
    pub(super) fn commit(&self, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "more"]);
        self.git(&["rev-parse", "HEAD"])
    }
}

impl Made {
    /// The objects and the commits of a repository, read without trouble.
    pub(super) fn read(&self, path: &Path) -> (Objects, Commits) {
        let mut troubles = Vec::new();
        let mut tell = |trouble| troubles.push(trouble);
        let repository = Repository::open(path, &mut tell).expect("a repository");
        let objects = Objects::open(&repository.objects, repository.hash, &mut tell).expect("objects");
        let commits = Commits::read(&objects, &repository, 2, &mut tell);
        assert_eq!(troubles, [] as [&str; 0]);
        (objects, commits)
    }
}

/// Numbers that look random, and are the same each time.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

impl Made {
    /// Some history: commits with none to three parents and any dates, a few files in few places, refs to some of the commits.
    pub(super) fn random(&self, chance: &mut Chance, commits: usize) {
        const PATHS: [&str; 7] = ["a", "b", "d/a", "d/b", "d/e/a", "f/e/a", "f/b"];
        let mut script = String::new();
        for commit in 1..=commits {
            let date = 1_700_000_000 + chance.below(40) * 1000;
            script += &format!("commit refs/heads/c{commit}\nmark :{commit}\nauthor A <a> {date} +0000\ncommitter C <c> {date} +0000\ndata 1\nx\n");
            let parents = if commit == 1 { 0 } else { [0, 1, 1, 1, 1, 2, 2, 3][chance.below(8)] };
            let mut chosen: Vec<usize> = (0..parents).map(|_| (1 + chance.below(commit - 1)).max(1 + chance.below(commit - 1))).collect();
            chosen.sort_unstable();
            chosen.dedup();
            for (number, parent) in chosen.iter().enumerate() {
                script += &format!("{} :{parent}\n", if number == 0 { "from" } else { "merge" });
            }
            for _ in 0..chance.below(4) {
                let path = PATHS[chance.below(PATHS.len())];
                script += &match chance.below(4) {
                    0 => format!("D {path}\n"),
                    content => format!("M 100644 inline {path}\ndata 1\n{content}\n"),
                };
            }
            script += "\n";
        }
        self.git_fed(&["fast-import", "--quiet"], &script);
        let gone: String = (1..=commits).filter(|_| chance.below(2) == 0).map(|commit| format!("delete refs/heads/c{commit}\n")).collect();
        let head = format!("create refs/heads/main {}\n", self.git(&["rev-parse", &format!("c{}", 1 + chance.below(commits))]));
        self.git_fed(&["update-ref", "--stdin"], &(head + &gone));
    }
}
