//! The arrows between the rooms, and the address of each outside crate. A new arrow is a change to these tables, argued in its commit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Room, and the rooms it may know. The longest matching room has a file.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &["domain"]),
    ("rulepack", &["domain", "rulepack"]),
    ("scan/source", &["domain", "scan/source", "scan"]),
    ("scan/unpack", &["domain", "scan/unpack"]),
    ("scan/detect", &["domain", "rulepack", "scan/detect"]),
    ("scan", &["domain", "scan", "scan/source", "scan/unpack", "scan/detect"]),
    ("registry", &["domain", "registry"]),
    ("reconcile", &["domain", "reconcile"]),
    // Findings in, a file out, and back: neither the reduce nor a report needs to know how baselines are written.
    ("baseline", &["domain", "baseline"]),
    // Evidence is about a run that has ended; nothing that runs needs to know of it.
    ("ledger", &["domain", "ledger"]),
    ("report", &["domain", "report"]),
    ("cli", &["domain", "rulepack", "scan", "scan/source", "scan/unpack", "scan/detect", "registry", "reconcile", "baseline", "ledger", "report", "cli"]),
];

/// Outside crate, and where it may be used.
const ADDRESSES: &[(&str, &[&str])] = &[
    ("anstyle", &["report"]),
    ("bzip2", &["scan/unpack/stream.rs", "scan/detect/artifact"]),
    ("clap", &["cli"]),
    ("encoding_rs", &["scan/unpack/utf16.rs"]),
    ("flate2", &["scan/unpack/stream.rs", "scan/detect", "scan/source/git/cache.rs", "scan/source/git/objects/tests"]),
    ("globset", &["domain/glob.rs", "domain/disabled.rs", "scan/source", "reconcile"]),
    ("hmac", &["domain/trace.rs", "reconcile/fingerprint.rs"]),
    ("ignore", &["scan/source/file.rs"]),
    ("indicatif", &["cli/progress.rs"]),
    ("lzma_rust2", &["scan/unpack/stream.rs", "scan/detect/artifact"]),
    ("memmap2", &["scan/source/git/objects/mapped.rs"]),
    ("postcard", &["rulepack"]),
    ("rayon", &["cli/shards.rs"]),
    ("redb", &["scan/source/git/cache"]),
    ("regex_syntax", &["rulepack"]),
    ("ruzstd", &["scan/unpack/stream.rs"]),
    ("schemars", &["domain", "registry", "cli/gate.rs", "cli/layers.rs"]),
    ("serde_saphyr", &["domain", "rulepack", "registry", "scan/detect"]),
    ("serde_sarif", &["report/sarif"]),
    ("tar", &["scan/unpack/tar.rs"]),
    ("toml", &["cli/layers.rs", "rulepack/foreign/gitleaks.rs"]),
    ("zip", &["scan/unpack/zip.rs"]),
    ("zlib_rs", &["scan/source/git/objects/inflate.rs"]),
];

/// Crates that share their name with a module of ours; the crate is written `::tar`.
const NAMESAKES: &[&str] = &["tar", "zip"];

#[test]
fn arrows_hold() {
    let uses = Regex::new(r"\bcrate::([a-z_]+)(?:::([a-z_]+))?").expect("the pattern is well-formed");
    let mut broken = BTreeSet::new();
    for (path, text) in sources() {
        let Some((room, known)) = room(&path) else { continue };
        for found in uses.captures_iter(&text) {
            let first = &found[1];
            let two = found.get(2).map(|second| format!("{first}/{}", second.as_str()));
            let to = two.filter(|two| ARROWS.iter().any(|arrow| arrow.0 == two)).unwrap_or_else(|| first.to_owned());
            if !known.contains(&to.as_str()) {
                broken.insert(format!("{path}: {room} -> {to}"));
            }
        }
    }
    assert!(broken.is_empty(), "arrows that the table does not have:\n{}", lines(&broken));
}

#[test]
fn outside_crates_live_at_their_addresses() {
    let mut broken = BTreeSet::new();
    for (path, text) in sources() {
        for (name, addresses) in ADDRESSES {
            let plain = if NAMESAKES.contains(name) { "" } else { r"|[^\w:]" };
            let used = Regex::new(&format!(r"(?m)(?:[^\w>]::{plain}){name}::\w")).expect("the pattern is well-formed");
            if used.is_match(&text) && !addresses.iter().any(|address| path.starts_with(address)) {
                broken.insert(format!("{path} uses {name}, which lives in {}", addresses.join(", ")));
            }
        }
    }
    assert!(broken.is_empty(), "crates away from home:\n{}", lines(&broken));
}

/// Small files are read; large ones are skimmed. The bound is for the eye, so tests at a file's end do not count.
#[test]
fn files_stay_short() {
    const LONGEST: usize = 400;
    let length = |text: &str| text.lines().take_while(|line| *line != "#[cfg(test)]").count();
    let long: BTreeSet<String> =
        sources().into_iter().filter(|(_, text)| length(text) > LONGEST).map(|(path, text)| format!("{path}: {}", length(&text))).collect();
    assert!(long.is_empty(), "files of more than {LONGEST} lines are usually two ideas:\n{}", lines(&long));
}

fn room(path: &str) -> Option<(&'static str, &'static [&'static str])> {
    let holds = |room: &&(&str, &[&str])| path.starts_with(&format!("{}/", room.0)) || path == format!("{}.rs", room.0);
    ARROWS.iter().filter(holds).max_by_key(|room| room.0.len()).copied()
}

/// Every source file, by its path below `src/`, without comments.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    gather(&root, &mut files);
    files.sort();
    assert!(files.len() > 30, "the sources were not found");
    let name = |path: &PathBuf| path.strip_prefix(&root).expect("gathered below the root").to_string_lossy().into_owned();
    let code = |path: &PathBuf| {
        fs::read_to_string(path)
            .expect("a source file is text")
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .fold(String::new(), |text, line| text + line + "\n")
    };
    files.iter().map(|path| (name(path), code(path))).collect()
}

fn gather(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a source directory can be listed") {
        let path = entry.expect("a source directory can be listed").path();
        match path.is_dir() {
            true => gather(&path, files),
            false if path.extension().is_some_and(|ending| ending == "rs") => files.push(path),
            false => {}
        }
    }
}

fn lines(set: &BTreeSet<String>) -> String {
    set.iter().fold(String::new(), |text, line| text + "  " + line + "\n")
}
