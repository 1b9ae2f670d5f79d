//! The evidence log through the binary: every run leaves a record, and what is done to the log afterwards shows.

use std::fs;
use std::path::Path;
use std::thread;

use serde_json::Value;

use crate::support::{NOW, Run, github_token, heliodon, tree};

fn scan(directory: &Path, more: &[&str]) -> Run {
    heliodon(directory, &[&["scan", "src", "--no-cache", "--no-registry", "--now", NOW, "--evidence", "e.jsonl"], more].concat())
}

fn estate() -> tempfile::TempDir {
    tree(&[("src/a.env", format!("GITHUB_TOKEN={}\n", github_token(1)).as_bytes())])
}

fn verify(directory: &Path, more: &[&str]) -> Run {
    heliodon(directory, &[&["evidence", "verify", "e.jsonl"], more].concat())
}

#[test]
fn a_run_leaves_what_an_auditor_asks_for_and_no_secret() {
    let here = estate();
    let source = here.path().join("src").display().to_string();
    let run = heliodon(here.path(), &["scan", &source, "--no-cache", "--now", NOW, "--evidence", "e.jsonl", "--run-by", "mara", "-o", "out.sarif", "--quiet"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let text = fs::read_to_string(here.path().join("e.jsonl")).expect("the log was written");
    assert!(!text.contains(&github_token(1)) && !text.contains(&here.path().display().to_string()), "{text}");
    let record: Value = serde_json::from_str(text.trim_end()).expect("one record");
    assert_eq!((&record["number"], &record["exit"], &record["verdict"], &record["by"]["by"]), (&1.into(), &1.into(), &"findings".into(), &"mara".into()));
    assert_eq!((&record["targets"][0]["name"], &record["counts"]["levels"]["error"], &record["coverage"]["units"]), (&"src".into(), &1.into(), &1.into()));
    let report = fs::read(here.path().join("out.sarif")).expect("the report was written");
    assert_eq!(record["reports"][0]["digest"], heliodon::ledger::digest(&report));
    let digests = ["policy", "previous"].map(|field| record[field].as_str().is_some_and(|digest| digest.starts_with("sha256:") && digest.len() == 71));
    assert_eq!(digests, [true, true]);
}

#[test]
fn what_is_done_to_the_log_shows() {
    let here = estate();
    let heads: Vec<String> = (1..=3).map(|_| scan(here.path(), &[]).stderr).collect();
    assert!(heads[2].starts_with("heliodon: evidence record 3, sha256:"), "{}", heads[2]);
    let head = heads[2].trim_end().rsplit(' ').next().expect("the head is the last word").to_owned();
    let whole = verify(here.path(), &["--head", &head]);
    assert!(whole.status == 0 && whole.stdout.contains("records 3") && whole.stdout.contains("is record 3"), "{}", whole.stdout);

    let log = here.path().join("e.jsonl");
    let sound = fs::read_to_string(&log).expect("the log was written");
    let lines: Vec<&str> = sound.split_inclusive('\n').collect();
    let (cut, torn) = (lines[..2].concat(), sound.trim_end().to_owned());
    for (text, says) in [
        (sound.replacen("\"exit\":1", "\"exit\":0", 1), "line 2 does not follow from the line before it"),
        ([lines[0], lines[2]].concat(), "line 2 holds record 3"),
        ([lines[1], lines[0], lines[2]].concat(), "line 1 holds record 2"),
        (torn, "line 3 is torn"),
        (cut.clone(), "it ends with record 2, but once had 3: its end was cut off"),
        (String::new(), "it ends with record 0, but once had 3"),
        (format!("{cut}{}", lines[2].replace("\"exit\":1", "\"exit\":0")), "record 3 is not the one that the checkpoint holds"),
    ] {
        fs::write(&log, &text).expect("the log can be written");
        let told = verify(here.path(), &[]);
        assert!(told.status == 1 && told.stdout.contains(says), "{says}: {}", told.stdout);
        let next = scan(here.path(), &[]);
        assert!(next.status == 2 && next.stderr.contains(says), "a broken log is not continued: {}", next.stderr);
        assert_eq!(fs::read_to_string(&log).ok(), Some(text));
    }
    fs::write(&log, &cut).expect("the log can be written");
    fs::remove_file(here.path().join("e.jsonl.head")).expect("the checkpoint is there");
    assert!(verify(here.path(), &[]).stdout.contains("would not show"), "nothing tells of the cut any more");
    assert_eq!(verify(here.path(), &["--head", &head]).status, 1, "but a head that was kept elsewhere");
    assert_eq!(verify(here.path(), &["--checkpoint", "nowhere"]).status, 2);
}

#[test]
fn runs_at_the_same_time_do_not_break_the_chain() {
    let here = estate();
    thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| scan(here.path(), &["--quiet"]).status)).collect();
        assert!(runs.into_iter().all(|run| run.join().is_ok_and(|status| status == 1)));
    });
    let told = verify(here.path(), &[]);
    assert!(told.status == 0 && told.stdout.contains("records 4"), "{}", told.stdout);
    let shown = heliodon(here.path(), &["evidence", "show", "e.jsonl"]);
    assert!(shown.stdout.lines().count() == 4 && shown.stdout.contains("findings    1 error, 1 warning  src"), "{}", shown.stdout);
}

#[test]
fn the_last_record_is_a_statement_that_can_be_signed() {
    let here = estate();
    scan(here.path(), &["-o", "out.jsonl"]);
    let told = heliodon(here.path(), &["evidence", "statement", "e.jsonl"]);
    let statement: Value = serde_json::from_str(&told.stdout).expect("a statement is JSON");
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert!(statement["predicateType"].as_str().is_some_and(|address| address.ends_with("/evidence/v1")));
    let subjects: Vec<&str> = statement["subject"].as_array().into_iter().flatten().filter_map(|subject| subject["name"].as_str()).collect();
    assert_eq!(subjects, ["out.jsonl", "evidence record 1"]);
    assert_eq!(statement["predicate"]["record"]["number"], 1);
    let line = fs::read_to_string(here.path().join("e.jsonl")).expect("the log was written");
    assert_eq!(statement["predicate"]["head"], heliodon::ledger::digest(line.trim_end().as_bytes()));
}

#[test]
fn a_log_is_nothing_that_a_scan_would_find() {
    let here = estate();
    scan(here.path(), &["-o", "out.sarif"]);
    fs::create_dir(here.path().join("kept")).expect("the folder can be made");
    for name in ["e.jsonl", "e.jsonl.head"] {
        fs::copy(here.path().join(name), here.path().join("kept").join(name)).expect("the log was written");
    }
    let run = heliodon(here.path(), &["scan", "kept", "--no-cache", "--min-confidence", "low", "--now", NOW]);
    assert_eq!(run.status, 0, "{}", run.stdout);
}
