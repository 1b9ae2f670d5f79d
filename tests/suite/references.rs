//! References to models in many languages, `tests/corpus/references.yaml`, through the engine that users run: precision and recall by
//! family, each held to its floor. `cargo test --test suite references -- --nocapture` shows the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use heliodon::domain::Evidence;
use heliodon::scan::detect::{Scratch, Text, text};
use serde::Deserialize;

#[derive(Deserialize)]
struct Corpus {
    floors: BTreeMap<String, Floor>,
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Deserialize)]
struct Floor {
    precision: f64,
    recall: f64,
}

#[derive(Deserialize)]
struct Row {
    family: String,
    file: String,
    #[serde(default)]
    expect: Vec<String>,
    text: String,
}

#[derive(Default)]
struct Score {
    rows: usize,
    expected: usize,
    found: usize,
    alarms: usize,
    wrong: Vec<String>,
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are for whoever runs the tests with --nocapture")]
fn references_in_many_languages_are_found() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/references.yaml");
    let corpus: Corpus = serde_saphyr::from_str(&fs::read_to_string(path).expect("the corpus lies in tests/corpus")).expect("the corpus is YAML");
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    let mut scratch = Scratch::default();
    for row in &corpus.rows {
        scores.entry(&row.family).or_default().count(row, &mut scratch);
    }
    let mut table = format!("{:12}{:>6}{:>10}{:>7}{:>8}{:>11}{:>8}\n", "family", "rows", "expected", "found", "alarms", "precision", "recall");
    for (family, score) in &scores {
        let Score { rows, expected, found, alarms, .. } = score;
        writeln!(table, "{family:12}{rows:>6}{expected:>10}{found:>7}{alarms:>8}{:>11.3}{:>8.3}", score.precision(), score.recall()).expect("strings take it");
    }
    println!("{table}");
    let low =
        |family: &&str, score: &Score| corpus.floors.get(*family).is_none_or(|floor| score.precision() < floor.precision || score.recall() < floor.recall);
    let fallen: Vec<_> = scores.iter().filter(|(family, score)| low(family, score)).flat_map(|(_, score)| &score.wrong).cloned().collect();
    assert!(fallen.is_empty(), "below their floors, or without one:\n{table}{}", fallen.join("\n"));
}

impl Score {
    fn count(&mut self, row: &Row, scratch: &mut Scratch) {
        let mut found = found(row, scratch);
        let mut missed = row.expect.clone();
        found.retain(|found| match missed.iter().position(|expected| expected == found) {
            Some(at) => {
                missed.swap_remove(at);
                false
            }
            None => true,
        });
        self.rows += 1;
        self.expected += row.expect.len();
        self.found += row.expect.len() - missed.len();
        self.alarms += found.len();
        if !missed.is_empty() || !found.is_empty() {
            self.wrong.push(format!("  {} {}: {:?}\n    missed {missed:?}, found instead {found:?}", row.family, row.file, row.text));
        }
    }

    fn precision(&self) -> f64 {
        ratio(self.found, self.found + self.alarms)
    }

    fn recall(&self) -> f64 {
        ratio(self.found, self.expected)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// `scheme:name@revision!`, as the corpus writes it.
fn found(row: &Row, scratch: &mut Scratch) -> Vec<String> {
    let mut found = Vec::new();
    let text_of = Text { bytes: row.text.as_bytes(), name: &row.file, continued: false, prose: false, trace_key: None };
    text(&text_of, scratch, &mut |sighting| {
        let Evidence::Reference(reference) = sighting.evidence else { return };
        let revision = reference.revision.map(|revision| format!("@{revision}")).unwrap_or_default();
        let marks = (if reference.dynamic { "?" } else { "" }, if reference.pinned { "!" } else { "" });
        found.push(format!("{}{}{revision}{}", marks.0, reference.identity, marks.1));
    });
    found
}
