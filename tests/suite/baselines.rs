//! Baselines through the binary: what was known leaves a run alone, what is new fails it, what is gone is told.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{NOW, Run, github_token, heliodon, random, tree};

fn scan(directory: &Path, more: &[&str]) -> Run {
    heliodon(directory, &[&["scan", "src", "--no-cache", "--no-registry", "--now", NOW], more].concat())
}

fn env(seed: u64) -> String {
    format!("GITHUB_TOKEN={}\n", github_token(seed))
}

/// States of the results of a SARIF log, with their paths.
fn states(directory: &Path, name: &str) -> Vec<(String, String)> {
    let log: Value = serde_json::from_slice(&fs::read(directory.join(name)).expect("the log was written")).expect("a log is JSON");
    let results = log["runs"][0]["results"].as_array().cloned().expect("a run has results");
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    results.iter().map(|result| (word(&result["baselineState"]), word(&result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]))).collect()
}

#[test]
fn a_baseline_keeps_the_old_quiet_and_the_new_loud() {
    let here = tree(&[("src/a.env", env(1).as_bytes()), ("src/b.env", env(2).as_bytes())]);
    let first = scan(here.path(), &["--write-baseline", "b.jsonl"]);
    assert_eq!(first.status, 1, "writing a baseline forgives nothing: {}", first.stderr);
    let again = scan(here.path(), &["--baseline", "b.jsonl", "--write-baseline", "b2.jsonl"]);
    assert_eq!(again.status, 0, "{}", again.stdout);
    assert!(again.stdout.contains("baseline 0 new, 4 known\n"), "{}", again.stdout);
    let read = |name: &str| fs::read_to_string(here.path().join(name)).expect("the baseline was written");
    assert_eq!(read("b.jsonl"), read("b2.jsonl"), "equal findings give equal bytes");
    assert!(read("b.jsonl").lines().skip(1).is_sorted() && read("b.jsonl").lines().count() == 5, "{}", read("b.jsonl"));

    fs::write(here.path().join("src/a.env"), format!("# moved down\n\n{}", env(1))).expect("the file can be written");
    fs::remove_file(here.path().join("src/b.env")).expect("the file is there");
    fs::write(here.path().join("src/c.env"), env(3)).expect("the file can be written");
    let later = scan(here.path(), &["--baseline", "b.jsonl", "--sarif-profile", "full", "-o", "full.sarif", "--format", "text"]);
    assert_eq!(later.status, 1, "{}", later.stdout);
    assert!(later.stdout.contains("baseline 2 new, 2 known, 2 gone\n") && later.stdout.contains("github-personal-access-token in b.env"), "{}", later.stdout);
    assert!(!later.stdout.contains("a.env\n"), "what is known is not shown: {}", later.stdout);
    let state = |state: &str| states(here.path(), "full.sarif").into_iter().filter(|(is, _)| is == state).map(|(_, path)| path).collect::<Vec<_>>();
    assert_eq!(
        (state("new"), state("unchanged"), state("absent")),
        (vec!["c.env"; 2].into_iter().map(String::from).collect(), vec!["a.env".to_owned(); 2], vec!["b.env".to_owned(); 2])
    );
}

#[test]
fn a_baseline_holds_nothing_that_a_scan_would_find() {
    let password = random(4, 14);
    let here = tree(&[("src/a.env", env(1).as_bytes()), ("src/p.env", format!("DB_PASSWORD={password}\n").as_bytes())]);
    scan(here.path(), &["--write-baseline", "kept/b.jsonl"]);
    fs::create_dir(here.path().join("kept")).expect("the folder can be made");
    assert_eq!(scan(here.path(), &["--write-baseline", "kept/b.jsonl"]).status, 1);
    let text = fs::read_to_string(here.path().join("kept/b.jsonl")).expect("the baseline was written");
    assert!(!text.contains(&github_token(1)) && !text.contains(&password));
    let run = heliodon(here.path(), &["scan", "kept", "--no-cache", "--min-confidence", "low", "--now", NOW]);
    assert_eq!(run.status, 0, "{}", run.stdout);
}

#[test]
fn baselines_of_other_programs_are_read_by_place() {
    let here = tree(&[("src/a.env", format!("\n{}", env(1)).as_bytes()), ("src/b.env", env(2).as_bytes())]);
    let put = |name: &str, text: &str| fs::write(here.path().join(name), text).expect("the file can be written");
    put("ignore", "# ours\na.env:github-pat:2\n");
    put("report.json", r#"[{"RuleID":"github-pat","File":"b.env","StartLine":1,"Commit":"","Secret":"REDACTED"}]"#);
    put(
        "secrets.baseline",
        r#"{"version":"1.5.0","results":{"b.env":[{"type":"t","filename":"b.env","hashed_secret":"0","line_number":1},{"hashed_secret":"1"}]}}"#,
    );
    for second in ["report.json", "secrets.baseline"] {
        let run = scan(here.path(), &["--baseline", "ignore", "--baseline", second]);
        assert_eq!(run.status, 0, "{second}: {}", run.stdout);
    }
    assert_eq!(scan(here.path(), &["--baseline", "ignore"]).status, 1);
    let slim = scan(here.path(), &["--baseline", "secrets.baseline"]);
    assert!(slim.stderr.contains("baseline `secrets.baseline`: records without a line, by which nothing is known: 1;"), "{}", slim.stderr);
    put("src/a.env", &env(1));
    assert_eq!(scan(here.path(), &["--baseline", "ignore", "--baseline", "report.json"]).status, 1, "the line has moved");
}

#[test]
fn a_baseline_that_cannot_be_read_ends_the_run_before_it_begins() {
    let here = tree(&[("src/a.env", env(1).as_bytes()), ("b.jsonl", b"{\"heliodon-baseline\":1}\n{\"path\":\"a.env\",\n")]);
    let run = scan(here.path(), &["--baseline", "b.jsonl"]);
    assert_eq!((run.status, run.stderr.as_str()), (2, "heliodon: baseline `b.jsonl`: line 2: the file ends in the middle of a value\n"));
    assert_eq!(scan(here.path(), &["--baseline", "nowhere.jsonl"]).status, 2);
    let staged = scan(here.path(), &["--staged", "--write-baseline", "x.jsonl"]);
    assert!(staged.status == 2 && !here.path().join("x.jsonl").exists(), "{}", staged.stderr);
}

fn git(directory: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Ann Author", "-c", "user.email=ann@example.com"]).args(arguments).current_dir(directory);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", directory).env("GIT_CONFIG_NOSYSTEM", "1");
    let date = "1735732800 +0000";
    let run = command.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date).output().expect("git is installed");
    assert!(run.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn a_secret_that_lives_on_in_history_stays_known_and_one_that_comes_back_is_open() {
    let here = tree(&[("a.env", env(1).as_bytes()), ("readme", b"x\n")]);
    let elsewhere = tree(&[]);
    let baseline = |name: &str| elsewhere.path().join(name).display().to_string();
    let scan = |more: &[&str]| heliodon(here.path(), &[&["scan", ".", "--no-cache", "--no-registry", "--now", NOW], more].concat());
    let leak = "github-personal-access-token";
    git(here.path(), &["init", "-q", "-b", "main"]);
    git(here.path(), &["add", "-A"]);
    git(here.path(), &["commit", "-q", "-m", "one"]);
    scan(&["--write-baseline", &baseline("tree.jsonl")]);
    fs::remove_file(here.path().join("a.env")).expect("the file is there");
    git(here.path(), &["commit", "-q", "-a", "-m", "two"]);
    let gone = scan(&["--baseline", &baseline("tree.jsonl"), "--write-baseline", &baseline("past.jsonl"), "--verbose"]);
    assert!(gone.status == 0 && gone.stdout.contains("eased"), "{}", gone.stdout);
    assert!(fs::read_to_string(baseline("past.jsonl")).is_ok_and(|text| text.contains("\"past\":true")));
    let tree_alone = scan(&["--no-history", "--baseline", &baseline("past.jsonl")]);
    assert!(tree_alone.status == 0 && !tree_alone.stdout.contains("gone"), "history was not looked at: {}", tree_alone.stdout);
    fs::write(here.path().join("a.env"), env(1)).expect("the file can be written");
    let back = scan(&["--baseline", &baseline("past.jsonl")]);
    assert!(back.status == 1 && back.stdout.contains(leak) && back.stdout.contains("graver than the baseline has it"), "{}", back.stdout);
}

#[test]
fn the_reduce_alone_holds_against_a_baseline_as_a_scan_does() {
    let here = tree(&[("src/a.env", env(1).as_bytes()), ("src/b.env", env(2).as_bytes()), ("known", b"a.env:github-pat:1\n")]);
    let options = ["--no-registry", "--now", NOW, "--baseline", "known", "--deterministic", "--format", "jsonl"];
    let whole = heliodon(here.path(), &[&["scan", "src", "--no-cache"], &options[..]].concat());
    heliodon(here.path(), &["plan", "src", "--no-registry", "-o", "plan"]);
    heliodon(here.path(), &["observe", "--plan", "plan", "--no-cache", "-o", "shard"]);
    let apart = heliodon(here.path(), &[&["reconcile", "--plan", "plan", "shard"], &options[..]].concat());
    assert_eq!((whole.status, apart.status, &whole.stdout), (1, 1, &apart.stdout), "{}", apart.stderr);
    assert!(whole.stdout.contains("\"baseline\":\"unchanged\"") && whole.stdout.contains("\"baseline\":\"new\""), "{}", whole.stdout);
}
