//! Any cut of the units, in any order, over any number of shard files, repeated shards too: the report is that of `scan`, to the byte.

use std::path::Path;

use crate::support::{NOW, github_token, gzip, heliodon, notebook, tar, tree};

fn estate() -> tempfile::TempDir {
    let shared = github_token(1);
    let assignment = |token: &str| format!("GITHUB_TOKEN={token}\n").into_bytes();
    let broken = [&gzip(&tar("x.py", &assignment(&github_token(4))))[..40], b"cut"].concat();
    tree(&[
        ("deploy/prod/.env", &assignment(&shared)),
        ("research/try.ipynb", &notebook(&format!("token = \"{shared}\"\n"))),
        ("src/a.py", &assignment(&github_token(2))),
        ("src/b.py", &assignment(&github_token(3))),
        ("src/odd name:#%\n.py", &assignment(&github_token(5))),
        ("vendor/broken.tgz", &broken),
        ("empty", b""),
    ])
}

/// Reports of three formats, as one text.
fn reports(directory: &Path, command: &[&str]) -> String {
    let base = ["--no-registry", "--deterministic", "--now", NOW, "--fail-on", "never", "--format"];
    let of = |format: &str| {
        let run = heliodon(directory, &[command, &base, &[format]].concat());
        assert_eq!(run.status, 0, "{}", run.stderr);
        run.stdout
    };
    ["text", "jsonl", "sarif"].map(of).concat()
}

fn plan(directory: &Path) {
    let planned = heliodon(directory, &["plan", ".", "--no-registry", "--exclude", "*.jsonl", "-o", "plan.jsonl"]);
    assert_eq!(planned.status, 0, "{}", planned.stderr);
}

fn shard(directory: &Path, part: &str) -> String {
    let name = format!("shard-{}.jsonl", part.replace('/', "-"));
    let run = heliodon(directory, &["observe", "--plan", "plan.jsonl", "--shard", part, "-o", &name]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    name
}

#[test]
fn any_cut_gives_the_report_of_a_scan() {
    let estate = estate();
    let directory = estate.path();
    let whole = reports(directory, &["scan", ".", "--exclude", "*.jsonl"]);
    assert!(whole.contains("HEL"), "{whole}");
    plan(directory);
    for parts in [1, 2, 3, 20] {
        let mut shards: Vec<String> = (1..=parts).map(|part| shard(directory, &format!("{part}/{parts}"))).collect();
        shards.reverse();
        shards.push(shards[0].clone());
        let shards: Vec<&str> = shards.iter().map(String::as_str).collect();
        let cut = reports(directory, &[&["reconcile", "--plan", "plan.jsonl"], shards.as_slice()].concat());
        assert_eq!(whole, cut, "{parts} parts");
    }
}

#[test]
fn a_gap_is_an_error_that_names_the_units() {
    let estate = estate();
    let directory = estate.path();
    plan(directory);
    let half = shard(directory, "1/2");
    let run = heliodon(directory, &["reconcile", "--plan", "plan.jsonl", &half, "--no-registry"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("3 of 7 units were not acknowledged"), "{}", run.stderr);
    assert!(run.stderr.contains("unit 1:"), "{}", run.stderr);
}

#[test]
fn a_shard_of_another_plan_is_refused() {
    let (one, two) = (estate(), tree(&[("a", b"x")]));
    plan(one.path());
    plan(two.path());
    let stranger = two.path().join(shard(two.path(), "1/1")).display().to_string();
    let run = heliodon(one.path(), &["reconcile", "--plan", "plan.jsonl", &stranger, "--no-registry"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("was made from another plan"), "{}", run.stderr);
}

#[test]
fn a_registry_with_digests_needs_a_plan_that_asks_for_them() {
    let directory = tree(&[("registry.yaml", format!("models:\n  - name: m\n    digests: [\"sha256:{}\"]\n", "0".repeat(64)).as_bytes())]);
    plan(directory.path());
    let all = shard(directory.path(), "1/1");
    let run = heliodon(directory.path(), &["reconcile", "--plan", "plan.jsonl", &all, "--registry", "registry.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("make the plan with the same --registry"), "{}", run.stderr);
}
