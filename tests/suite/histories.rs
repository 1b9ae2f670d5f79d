//! What a history says reaches every report, whatever the parts it comes in: the git observations are made up from those of the files.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{NOW, github_token, heliodon, tree};

/// A commit of a month of 2025.
fn commit(month: u32) -> Value {
    json!({"at": format!("2025-{month:02}-01T00:00:00Z"), "id": format!("{month:040x}"), "by": "Ann Author <ann@example.com>"})
}

/// A directory with a token in `a.env`, the plan of its scan as that of a repository, and its shard.
fn estate() -> (TempDir, Value) {
    let directory = tree(&[("a.env", format!("GITHUB_TOKEN={}\n", github_token(1)).as_bytes())]);
    let path = directory.path();
    let planned = heliodon(path, &["plan", ".", "--no-registry", "--exclude", "*.jsonl", "-o", "plan.jsonl"]);
    assert_eq!(planned.status, 0, "{}", planned.stderr);
    let plan = fs::read_to_string(path.join("plan.jsonl")).expect("a plan was written");
    let (head, units) = plan.split_once('\n').expect("a plan has lines");
    let mut head: Value = serde_json::from_str(head).expect("a plan is JSON lines");
    head["plan"]["targets"][0]["repository"] =
        json!({"head": format!("{:040x}", 12), "branch": "main", "remote": "https://github.com/acme/shop.git", "shallow": true});
    fs::write(path.join("plan.jsonl"), format!("{head}\n{units}")).expect("a plan can be written");
    let observed = heliodon(path, &["observe", "--plan", "plan.jsonl", "-o", "files.jsonl"]);
    assert_eq!(observed.status, 0, "{}", observed.stderr);
    let shard = fs::read_to_string(path.join("files.jsonl")).expect("a shard was written");
    let lines = shard.lines().map(|line| serde_json::from_str::<Value>(line).expect("a shard is JSON lines"));
    let seen = lines.into_iter().find(|line| line["observation"].is_object()).expect("the token was seen");
    (directory, seen)
}

/// The same as a history shows it, from the first to the last month.
fn past(seen: &Value, uri: &str, first: u32, last: u32, removed: Option<u32>) -> Value {
    let mut past = seen.clone();
    let place = &mut past["observation"]["place"];
    place["origin"] = json!({"target": 0, "scheme": "git", "uri": uri, "revision": commit(first)["id"]});
    place["history"] = json!({"first": commit(first), "last": commit(last), "in_head": removed.is_none()});
    if let Some(removed) = removed {
        place["history"]["removed"] = commit(removed);
    }
    past
}

/// A report of the files, where they are still there, and of these observations of a history, one a shard.
fn report(directory: &Path, files: bool, history: &[Value], arguments: &[&str]) -> String {
    let shard = fs::read_to_string(directory.join("files.jsonl")).expect("a shard was written");
    let kept: Vec<&str> = shard.lines().filter(|line| files || !line.starts_with("{\"observation\"")).collect();
    let head = kept.iter().find(|line| line.starts_with("{\"plan\"")).expect("a shard names its plan");
    fs::write(directory.join("kept.jsonl"), kept.join("\n")).expect("a shard can be written");
    let mut names = vec!["kept.jsonl".to_owned()];
    for (index, line) in history.iter().enumerate() {
        names.push(format!("history-{index}.jsonl"));
        fs::write(directory.join(&names[index + 1]), format!("{head}\n{line}\n")).expect("a shard can be written");
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let base = ["reconcile", "--plan", "plan.jsonl", "--no-registry", "--deterministic", "--now", NOW, "--fail-on", "never"];
    let run = heliodon(directory, &[&base, arguments, &names].concat());
    assert_eq!(run.status, 0, "{}", run.stderr);
    run.stdout
}

#[test]
fn any_cut_of_a_history_gives_the_same_report() {
    let (directory, seen) = estate();
    let whole = [past(&seen, "b.env", 1, 9, Some(10)), past(&seen, "a.env", 3, 11, None)];
    let cut = [
        past(&seen, "a.env", 5, 11, None),
        past(&seen, "b.env", 4, 9, Some(10)),
        past(&seen, "a.env", 3, 4, Some(5)),
        past(&seen, "b.env", 1, 3, Some(4)),
        past(&seen, "b.env", 4, 9, Some(10)),
    ];
    for format in ["text", "jsonl", "sarif"] {
        let of = |history: &[Value]| report(directory.path(), true, history, &["--format", format]);
        assert_eq!(of(&whole), of(&cut), "{format}");
    }
    let text = report(directory.path(), true, &whole, &["--format", "text"]);
    assert!(text.contains("history: since 2025-03-01 (00000000, Ann Author), in HEAD · never rotated"), "{text}");
    assert!(text.contains("history: since 2025-01-01 (00000000, Ann Author), removed 2025-10-01, history only"), "{text}");
    assert!(text.contains("history  shallow: ends at a boundary; what lies before was not read"), "{text}");
}

#[test]
fn a_secret_that_leaves_the_files_keeps_its_fingerprints() {
    let (directory, seen) = estate();
    let prints = |files: bool, history: Value| {
        let log: Value = serde_json::from_str(&report(directory.path(), files, &[history], &["--format", "sarif"])).expect("a log is JSON");
        let results = log["runs"][0]["results"].as_array().cloned().expect("a run has results");
        results.into_iter().map(|result| (result["ruleId"].clone(), result["partialFingerprints"].clone())).collect::<Vec<_>>()
    };
    let before = prints(true, past(&seen, "a.env", 3, 11, None));
    assert_eq!(before, prints(false, past(&seen, "a.env", 3, 9, Some(10))));
    assert!(before.len() >= 2, "{before:?}");
}

#[test]
fn authors_stay_out_of_sarif_unless_asked_for() {
    let (directory, seen) = estate();
    let of = |more: &[&str]| report(directory.path(), false, &[past(&seen, "b.env", 1, 9, Some(10))], &[&["--format", "sarif"], more].concat());
    let plain = of(&[]);
    assert!(
        !plain.contains("Ann Author")
            && !plain.contains("ann@example.com")
            && plain.contains("https://github.com/acme/shop/blob/0000000000000000000000000000000000000001/b.env#L1"),
        "{plain}"
    );
    assert!(of(&["--sarif-pii"]).contains("Ann Author <ann@example.com>"));
}
