//! A behaviour of the command line is a folder: `tests/cases/<name>/case.toml` says what is run, `in/` what it is run on, `out` what it says.
//!
//! Files of `in/` may hold templates (`{{alnum:36}}`, as in the rules' examples), so that no secret stands in them.
//! `HELIODON_REWRITE=1 cargo test` writes `out` anew; the difference is for review.

use std::fs;
use std::path::{Path, PathBuf};

use heliodon::rulepack::template;
use serde::Deserialize;

use crate::support::{heliodon_reading, tree};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Sentence for readers.
    #[serde(rename = "about")]
    _about: String,
    arguments: Vec<String>,
    #[serde(default)]
    input: String,
    status: i32,
}

#[test]
fn every_case_says_what_it_should() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(&root).expect("there are cases").map(|entry| entry.expect("a case can be listed").path()).collect();
    cases.sort();
    assert!(cases.len() > 3, "the cases were not found");
    let failures: Vec<String> = cases.iter().filter_map(|case| failure(case)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn failure(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_string_lossy().into_owned();
    let text = fs::read_to_string(folder.join("case.toml")).unwrap_or_else(|error| panic!("{name}: case.toml: {error}"));
    let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let directory = tree(&[]);
    copy(&folder.join("in"), directory.path());
    let arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
    let run = heliodon_reading(directory.path(), &arguments, expand(&case.input).as_bytes());
    let said = if run.stderr.is_empty() { run.stdout } else { format!("{}--- stderr\n{}", run.stdout, run.stderr) };
    let said = said.replace(&directory.path().display().to_string(), "[HERE]");
    let out = folder.join("out");
    if std::env::var_os("HELIODON_REWRITE").is_some() {
        fs::write(&out, &said).expect("the case can be rewritten");
    }
    let wanted = fs::read_to_string(&out).unwrap_or_default();
    match (said == wanted, run.status == case.status) {
        (true, true) => None,
        (false, _) => Some(format!("{name}: says otherwise\n--- wanted\n{wanted}--- said\n{said}")),
        (true, false) => Some(format!("{name}: ends with {}, not {}", run.status, case.status)),
    }
}

fn copy(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    for entry in entries {
        let path = entry.expect("a case's files can be listed").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            fs::create_dir_all(&target).expect("the directory can be made");
            copy(&path, &target);
        } else {
            let bytes = fs::read(&path).expect("a case's file can be read");
            let bytes = String::from_utf8(bytes).map_or_else(|error| error.into_bytes(), |text| expand(&text).into_bytes());
            fs::write(&target, bytes).expect("the file can be written");
        }
    }
}

/// What `{{check}}` stands for: the checksum of the GitHub token before it.
fn check(text: &str) -> Option<String> {
    let body = text.rsplit_once('_')?.1;
    Some(crate::support::base62(crc32fast::hash(body.as_bytes())))
}

/// The same secrets in every run.
fn expand(text: &str) -> String {
    template::expand(text, 1, &check).unwrap_or_else(|error| panic!("{error}"))
}
