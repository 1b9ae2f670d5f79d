//! Everyday files, `tests/corpus/everyday/`, whole and through the program: lines with a secret, and lines that tempt.
//!
//! They were written by somebody who had not seen the rules. `cargo test --test suite everyday -- --nocapture` shows the table and
//! what went wrong; `HELIODON_EVERYDAY=DIR` takes other files of the same form. A line counts once, whatever is found on it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use heliodon::rulepack::template::{base64, expand};
use serde::Deserialize;

use super::support::{lines, observe, tree};

/// Least precision and recall over all files: those of the day they were written.
const FLOOR: (f64, f64) = (0.99, 0.96);

#[derive(Deserialize)]
struct Document {
    file: String,
    text: String,
}

/// A document without its marks.
struct Labelled {
    path: String,
    text: String,
    /// First and last line of each secret.
    secrets: Vec<(u64, u64)>,
}

/// Secrets, those found, and lines with something found that is none.
#[derive(Clone, Copy, Default)]
struct Score {
    secrets: usize,
    found: usize,
    alarms: usize,
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are for whoever runs the tests with --nocapture")]
fn everyday_files_are_read_as_people_read_them() {
    let kinds = kinds();
    let documents: Vec<Labelled> =
        kinds.iter().flat_map(|(kind, documents)| documents.iter().enumerate().map(move |(n, one)| labelled(kind, n, one))).collect();
    let files: Vec<(&str, &[u8])> = documents.iter().map(|document| (document.path.as_str(), document.text.as_bytes())).collect();
    let directory = tree(&files);
    let seen = seen(&observe(directory.path()));

    let (mut scores, mut wrong) = (BTreeMap::<String, Score>::new(), String::new());
    for document in &documents {
        let kind = document.path.split('/').next().unwrap_or_default();
        let score = document.score(seen.get(&document.path).unwrap_or(&Seen::new()), &mut wrong);
        [kind, "all"].into_iter().for_each(|name| scores.entry(name.to_owned()).or_default().add(score));
    }
    println!("{wrong}\n{}", table(&scores));
    let all = scores["all"];
    assert!(all.precision() >= FLOOR.0 - 0.0005 && all.recall() >= FLOOR.1 - 0.0005, "below {FLOOR:?}\n{wrong}\n{}", table(&scores));
}

/// The documents of each kind, by the name of their file.
fn kinds() -> Vec<(String, Vec<Document>)> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/everyday");
    let folder = std::env::var_os("HELIODON_EVERYDAY").map_or(own, PathBuf::from);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).expect("the corpus is there").map(|entry| entry.expect("the folder can be read").path()).collect();
    files.sort();
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("the corpus can be read");
        let documents = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        (file.file_stem().unwrap_or_default().to_string_lossy().into_owned(), documents)
    };
    files.iter().map(read).collect()
}

fn labelled(kind: &str, number: usize, document: &Document) -> Labelled {
    let mut seed = number as u64;
    let marked = braces_kept(&document.text, |template| {
        seed += 1000;
        disguised(template).or_else(|| expand(template, seed, &|_| None).ok())
    });
    let (mut text, mut secrets, mut first) = (String::new(), Vec::new(), 0);
    for character in marked.chars() {
        let line = 1 + text.matches('\n').count() as u64;
        match character {
            '«' => first = line,
            '»' => secrets.push((first, line)),
            _ => text.push(character),
        }
    }
    Labelled { path: format!("{kind}/{number}/{}", document.file), text, secrets }
}

/// What people choose stands literally, but as a template, since this repository is scanned too: `{{text:…}}`, `{{b64-of-rot13:…}}`.
fn disguised(template: &str) -> Option<String> {
    let (kind, text) = template.strip_prefix("{{")?.strip_suffix("}}")?.split_once(':')?;
    let rotated = |letter: u8| match letter {
        b'a'..=b'z' => (letter - b'a' + 13) % 26 + b'a',
        b'A'..=b'Z' => (letter - b'A' + 13) % 26 + b'A',
        other => other,
    };
    match kind {
        "text" => Some(text.to_owned()),
        "b64-of-rot13" => Some(base64(&text.bytes().map(rotated).collect::<Vec<_>>())),
        _ => None,
    }
}

/// Expands `{{…}}` one by one: documents hold the braces of template languages too.
fn braces_kept(text: &str, mut expanded: impl FnMut(&str) -> Option<String>) -> String {
    let (mut made, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        let template = after.split_once("}}").map(|(inner, _)| format!("{{{{{inner}}}}}"));
        let value = template.as_deref().and_then(&mut expanded);
        let length = if value.is_some() { template.map_or(0, |template| template.len()) } else { 2 };
        made += before;
        made += value.as_deref().unwrap_or("{{");
        rest = &rest[before.len() + length..];
    }
    made + rest
}

/// What is seen in a file, by first and last line: the codes of rules; none for the companion of a credential, which may be no secret.
type Seen = BTreeMap<(u64, u64), BTreeSet<u64>>;

/// By path. Weak evidence is hidden from users.
fn seen(shard: &str) -> BTreeMap<String, Seen> {
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for observation in lines(shard, "observation") {
        let credential = &observation["evidence"]["credential"];
        if credential.is_null() || credential["sureness"] == "weak" {
            continue;
        }
        let uri = observation["place"]["origin"]["uri"].as_str().unwrap_or_default().replace("%20", " ");
        let parts = credential["parts"].as_array().into_iter().flatten().map(|part| (&part["region"], None));
        for (region, code) in parts.chain([(&observation["place"]["region"], credential["rule"].as_u64())]) {
            if let Some(first) = region["start_line"].as_u64() {
                let last = region["end_line"].as_u64().unwrap_or(first);
                seen.entry(uri.clone()).or_default().entry((first, last)).or_default().extend(code);
            }
        }
    }
    seen
}

impl Labelled {
    fn score(&self, seen: &Seen, wrong: &mut String) -> Score {
        let meets = |a: &(u64, u64), b: &(u64, u64)| a.0 <= b.1 && b.0 <= a.1;
        let missed: Vec<_> = self.secrets.iter().filter(|secret| !seen.keys().any(|line| meets(line, secret))).collect();
        let alarms: Vec<_> = seen.iter().filter(|(line, codes)| !codes.is_empty() && !self.secrets.iter().any(|secret| meets(line, secret))).collect();
        let shown = |line: u64| self.text.lines().nth(line as usize - 1).unwrap_or_default().trim().chars().take(140).collect::<String>();
        for (first, _) in &missed {
            let _ = writeln!(wrong, "missed  {}:{first}: {}", self.path, shown(*first));
        }
        for ((first, _), codes) in &alarms {
            let _ = writeln!(wrong, "alarm   {}:{first}: {codes:?} {}", self.path, shown(*first));
        }
        Score { secrets: self.secrets.len(), found: self.secrets.len() - missed.len(), alarms: alarms.len() }
    }
}

impl Score {
    fn add(&mut self, other: Self) {
        self.secrets += other.secrets;
        self.found += other.found;
        self.alarms += other.alarms;
    }

    fn precision(self) -> f64 {
        self.found as f64 / (self.found + self.alarms).max(1) as f64
    }

    fn recall(self) -> f64 {
        self.found as f64 / self.secrets.max(1) as f64
    }
}

fn table(scores: &BTreeMap<String, Score>) -> String {
    let mut table = format!("{:<16} {:>7} {:>6} {:>6} {:>9} {:>6} {:>6}\n", "", "secrets", "found", "alarms", "precision", "recall", "F1");
    for (name, score) in scores {
        let (precision, recall) = (score.precision(), score.recall());
        let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
        let _ = writeln!(table, "{name:<16} {:>7} {:>6} {:>6} {precision:>9.3} {recall:>6.3} {f1:>6.3}", score.secrets, score.found, score.alarms);
    }
    table
}
