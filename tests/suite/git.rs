//! The history of real repositories, made with the git that is installed: what was in them, since when, until when.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{NOW, github_token, heliodon};

/// A repository whose commits are a day apart.
struct Repository {
    directory: TempDir,
    day: u32,
}

impl Repository {
    fn new() -> Self {
        let made = Self { directory: TempDir::new().expect("a directory can be made"), day: 0 };
        made.git(&["init", "-q", "-b", "main"]);
        made
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let date = format!("{} +0000", 1_735_732_800 + 86_400 * u64::from(self.day));
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Ann Author", "-c", "user.email=ann@example.com"]).args(arguments).current_dir(self.path());
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        let run = command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date).output().expect("git is installed");
        assert!(run.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8_lossy(&run.stdout).trim().to_owned()
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a directory")).expect("the directory is ours");
        fs::write(path, bytes).expect("the file can be written");
    }

    /// Writes a file, commits everything, and gives the commit.
    fn commit(&mut self, path: &str, text: &str) -> String {
        self.day += 1;
        self.write(path, text.as_bytes());
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "a day's work"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// JSON lines of a scan, without the first line, which has the time.
    fn scan(&self, arguments: &[&str]) -> String {
        let scan = ["scan", ".", "--no-registry", "--fail-on", "never", "--format", "jsonl", "--now", NOW];
        let run = heliodon(self.path(), &[&scan[..], arguments].concat());
        assert_eq!(run.status, 0, "{}", run.stderr);
        run.stdout.split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap_or_default()
    }

    /// Leaks of GitHub tokens.
    fn leaks(&self, arguments: &[&str]) -> Vec<Value> {
        let mut all = lines_of(&self.scan(&[&["--no-cache"], arguments].concat()));
        all.retain(|line| {
            line["type"] == "finding"
                && line["message"].as_str().is_some_and(|text| text.contains("ghp_"))
                && line["name"] != "long-lived-secret"
                && line["name"] != "stale-secret"
        });
        all
    }
}

fn lines_of(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("reports are JSON lines")).collect()
}

fn line(seed: u64) -> String {
    format!("GITHUB_TOKEN={}\n", github_token(seed))
}

fn history(leak: &Value) -> (&str, &str, Option<&str>, bool) {
    let history = &leak["place"]["history"];
    let id = |name: &str| history[name]["id"].as_str();
    (id("first").unwrap_or_default(), id("last").unwrap_or_default(), id("removed"), history["in_head"] == true)
}

#[test]
fn a_removed_secret_is_found_with_its_time() {
    let mut made = Repository::new();
    made.commit("README.md", "# A project\n");
    let first = made.commit("conf/a.env", &format!("A=1\n{}", line(1)));
    let last = made.commit("conf/a.env", &format!("A=1\nB=2\n{}", line(1)));
    let removed = made.commit("conf/a.env", "A=1\n");
    made.commit("README.md", "# The project\n");
    let leaks = made.leaks(&[]);
    assert_eq!(leaks.len(), 1, "{leaks:?}");
    assert_eq!(history(&leaks[0]), (first.as_str(), last.as_str(), Some(removed.as_str()), false));
    assert_eq!((leaks[0]["place"]["path"].as_str(), leaks[0]["place"]["line"].as_u64()), (Some("conf/a.env"), Some(2)));
    assert_eq!(leaks[0]["place"]["history"]["first"]["at"], "2025-01-03T12:00:00Z");
    assert!(made.leaks(&["--no-history"]).is_empty());
}

#[test]
fn evidence_is_the_same_in_a_file_and_in_a_history() {
    let mut made = Repository::new();
    let zip = crate::support::zip("b.py", line(3).as_bytes());
    made.write("a.zip", &zip);
    made.commit("c.py", &format!("headers = {{\"Authorization\": \"token {}\"}}\n", github_token(4)));
    let elsewhere = TempDir::new().expect("a directory can be made");
    let plan = elsewhere.path().join("plan").to_str().expect("the path is UTF-8").to_owned();
    let evidence = |flag: &str| {
        let planned = heliodon(made.path(), &["plan", ".", "--no-registry", flag, "-o", &plan]);
        assert_eq!(planned.status, 0, "{}", planned.stderr);
        let observed = heliodon(made.path(), &["observe", "--plan", &plan, "--no-cache"]);
        let seen = crate::support::lines(&observed.stdout, "observation");
        let mut seen: Vec<_> =
            seen.iter().map(|seen| (seen["evidence"].to_string(), seen["place"]["steps"].to_string(), seen["place"]["region"].to_string())).collect();
        seen.sort();
        seen
    };
    let files = evidence("--no-history");
    assert_eq!(files.len(), 2);
    assert_eq!(evidence("--history-only"), files);
}

#[test]
fn what_is_still_there_is_one_finding_with_its_commit() {
    let mut made = Repository::new();
    let first = made.commit("a.env", &line(2));
    let last = made.commit("a.env", &format!("# moved down\n{}", line(2)));
    let leaks = made.leaks(&[]);
    assert_eq!(leaks.len(), 1, "{leaks:?}");
    assert_eq!(history(&leaks[0]), (first.as_str(), last.as_str(), None, true));
    assert_eq!(leaks[0]["place"]["line"], 2, "the line is that of today");
}

#[test]
fn nothing_that_git_keeps_is_left_out() {
    let mut made = Repository::new();
    made.commit("base.txt", "base\n");
    // Brought in by a merge alone.
    made.git(&["checkout", "-q", "-b", "side"]);
    made.commit("side.txt", "side\n");
    made.git(&["checkout", "-q", "main"]);
    made.commit("main.txt", "main\n");
    made.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    made.commit("merged.env", &line(10));
    made.commit("merged.env", "gone\n");
    // A message, an annotated tag, a note, a stash, a blob that nothing names, a branch that was moved away.
    made.git(&["commit", "-q", "--allow-empty", "-m", &format!("use {}", line(11))]);
    made.git(&["tag", "-a", "v1", "-m", &format!("with {}", line(12))]);
    made.git(&["notes", "add", "-m", &format!("note {}", line(13))]);
    made.write("base.txt", line(14).as_bytes());
    made.git(&["stash", "-q"]);
    made.write("loose", line(15).as_bytes());
    made.git(&["hash-object", "-w", "loose"]);
    fs::remove_file(made.path().join("loose")).expect("it was written");
    made.git(&["checkout", "-q", "-b", "forced"]);
    made.commit("forced.env", &line(16));
    made.git(&["checkout", "-q", "main"]);
    made.git(&["branch", "-q", "-D", "forced"]);
    // In an archive, in a file that was renamed.
    let zip = crate::support::zip("inner.env", line(17).as_bytes());
    made.write("old.zip", &zip);
    made.commit("other.txt", "x\n");
    made.git(&["mv", "old.zip", "new.zip"]);
    made.commit("other.txt", "y\n");
    for packed in [false, true] {
        if packed {
            made.git(&["repack", "-a", "-d", "-q", "--keep-unreachable"]);
        }
        let leaks = made.leaks(&["--history-only"]);
        let secrets: BTreeSet<_> = leaks.iter().map(|leak| leak["properties"]["trace"].to_string() + &leak["fingerprint"]["subject"].to_string()).collect();
        assert_eq!(secrets.len(), 8, "packed: {packed}; {:?}", leaks.iter().map(|leak| leak["place"]["path"].to_string()).collect::<Vec<_>>());
        let paths: BTreeSet<_> = leaks.iter().filter_map(|leak| leak["place"]["path"].as_str()).collect();
        assert!(paths.iter().any(|path| path.starts_with(".git/commits/")) && paths.iter().any(|path| path.starts_with(".git/objects/")), "{paths:?}");
        assert!(paths.contains("merged.env") && paths.contains("forced.env"), "{paths:?}");
    }
}

#[test]
fn a_warm_cache_and_a_cold_one_give_the_same_bytes() {
    let mut made = Repository::new();
    for round in 0..12 {
        made.commit("a.py", &format!("{}import os\n", "x = 1\n".repeat(50 + round)));
        made.commit(&format!("conf/{round}.env"), &line(round as u64 % 4));
    }
    made.git(&["repack", "-a", "-d", "-q"]);
    let cache = TempDir::new().expect("a directory can be made");
    let cached = ["--cache-dir", cache.path().to_str().expect("the path is UTF-8")];
    let without = made.scan(&["--no-cache"]);
    let cold = made.scan(&cached);
    assert_eq!(cold, without);
    assert_eq!(made.scan(&cached), without, "nothing is new");
    made.commit("new.env", &line(99));
    assert_eq!(made.scan(&cached), made.scan(&["--no-cache"]), "one commit is new");
    made.git(&["repack", "-a", "-d", "-q"]);
    assert_eq!(made.scan(&cached), made.scan(&["--no-cache"]), "the same in another pack");
}

#[test]
fn ranges_and_the_index_hold_only_what_they_bring_in() {
    let mut made = Repository::new();
    let one = made.commit("one.env", &line(21));
    let two = made.commit("two.env", &line(22));
    made.commit("three.env", &line(23));
    made.write("four.env", line(24).as_bytes());
    made.git(&["add", "."]);
    made.write("five.env", line(25).as_bytes());
    let paths = |arguments: &[&str]| made.leaks(arguments).iter().filter_map(|leak| leak["place"]["path"].as_str().map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(paths(&["--staged"]), ["four.env"]);
    assert_eq!(paths(&["--range", &format!("{one}..HEAD")]), ["three.env", "two.env"]);
    assert_eq!(paths(&["--range", &format!("{one}..{two}")]), ["two.env"]);
    assert_eq!(paths(&["--since", &two]), ["three.env"]);
    assert_eq!(paths(&["--since", "2025-01-03"]), ["three.env", "two.env"]);
    assert_eq!(paths(&["--no-history"]), ["five.env", "four.env", "one.env", "three.env", "two.env"]);
    let run = heliodon(made.path(), &["scan", ".", "--range", "nonsense..HEAD", "--no-registry"]);
    assert!(run.stdout.contains("nonsense") || run.stderr.contains("nonsense"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_subdirectory_has_its_own_part_of_the_history() {
    let mut made = Repository::new();
    made.commit("a/old.env", &line(31));
    made.commit("b/old.env", &line(32));
    fs::remove_file(made.path().join("a/old.env")).expect("it is there");
    fs::remove_file(made.path().join("b/old.env")).expect("it is there");
    made.commit("a/new.txt", "new\n");
    let run = heliodon(made.path(), &["scan", "a", "--no-registry", "--no-cache", "--fail-on", "never", "--format", "jsonl"]);
    let paths: BTreeSet<_> = lines_of(&run.stdout).iter().filter_map(|line| line["place"]["path"].as_str().map(str::to_owned)).collect();
    assert_eq!(paths.into_iter().collect::<Vec<_>>(), ["a/old.env"]);
}

#[test]
fn plan_observe_and_reconcile_say_what_scan_says() {
    let mut made = Repository::new();
    made.commit("a.env", &line(41));
    made.commit("a.env", &line(42));
    made.commit("a.env", "none\n");
    let arguments = ["--no-registry", "--format", "jsonl", "--fail-on", "never", "--now", NOW, "-o"];
    let elsewhere = TempDir::new().expect("a directory can be made");
    let file = |name: &str| elsewhere.path().join(name).to_str().expect("the path is UTF-8").to_owned();
    let steps: [Vec<String>; 3] = [
        ["plan", ".", "--no-registry", "-o", &file("plan")].map(str::to_owned).to_vec(),
        ["observe", "--no-cache", "--plan", &file("plan"), "-o", &file("shard")].map(str::to_owned).to_vec(),
        ["reconcile", "--plan", &file("plan"), &file("shard")]
            .iter()
            .map(|word| (*word).to_owned())
            .chain(arguments.map(str::to_owned))
            .chain([file("report")])
            .collect(),
    ];
    for step in &steps {
        let run = heliodon(made.path(), &step.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(run.status, 0, "{step:?}: {}", run.stderr);
    }
    let report = fs::read_to_string(file("report")).expect("a report was written");
    assert_eq!(report.split_once('\n').map(|(_, rest)| rest), Some(made.scan(&["--no-cache"]).as_str()));
}

#[test]
fn shallow_and_damaged_histories_are_said_to_be_so() {
    let mut made = Repository::new();
    made.commit("a.env", &line(51));
    made.commit("a.env", "none\n");
    let clones = TempDir::new().expect("a directory can be made");
    let address = format!("file://{}", made.path().display());
    let shallow = clones.path().join("shallow");
    made.git(&["clone", "-q", "--depth", "1", &address, shallow.to_str().expect("the path is UTF-8")]);
    let run = heliodon(&shallow, &["scan", ".", "--no-registry", "--no-cache"]);
    assert!(run.stdout.contains("shallow"), "{}", run.stdout);
    // A loose object that is cut off: the rest is still read.
    let blob = made.git(&["rev-parse", "HEAD:a.env"]);
    let (folder, name) = blob.split_at(2);
    let file = made.path().join(".git/objects").join(folder).join(name);
    fs::remove_file(&file).expect("the object is loose");
    fs::write(&file, b"x\x9c").expect("the folder is ours");
    assert_eq!(made.leaks(&["--history-only"]).len(), 1);
    let troubles: Vec<_> = lines_of(&made.scan(&["--no-cache", "--history-only"])).into_iter().filter(|line| line["type"] == "trouble").collect();
    assert!(troubles.iter().any(|trouble| trouble.to_string().contains(name)), "{troubles:?}");
}
