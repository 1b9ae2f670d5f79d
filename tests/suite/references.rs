//! References to models in many languages, `tests/corpus/references.yaml`, through the engine that users run: precision and recall by
//! family, each held to its floor. `cargo test --test suite references -- --nocapture` shows the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use heliodon::domain::Evidence;
use heliodon::scan::detect::{Scratch, Text, text};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{heliodon, tree};

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
    let text_of = Text { bytes: row.text.as_bytes(), name: &row.file, continued: false, prose: false, before: b"", trace_key: None };
    text(&text_of, scratch, &mut |sighting| {
        let Evidence::Reference(reference) = sighting.evidence else { return };
        let revision = reference.revision.map(|revision| format!("@{revision}")).unwrap_or_default();
        let marks = (if reference.dynamic { "?" } else { "" }, if reference.pinned { "!" } else { "" });
        found.push(format!("{}{}{revision}{}", marks.0, reference.identity, marks.1));
    });
    found
}

/// A safetensors file of one tensor, filled with a byte.
fn weights(metadata: &str, fill: u8) -> Vec<u8> {
    let header = format!(r#"{{"__metadata__":{{{metadata}}},"w.weight":{{"dtype":"F32","shape":[4,4],"data_offsets":[0,64]}}}}"#);
    let header = format!("{header:<200}");
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[fill; 64]].concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The lines of a scan's report, as JSON.
fn scanned(files: &[(&str, &[u8])]) -> Vec<Value> {
    let directory = tree(files);
    let run = heliodon(directory.path(), &["scan", ".", "--format", "jsonl", "--now", "2026-11-20"]);
    assert!(run.status < 2, "{}", run.stderr);
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

fn findings<'l>(lines: &'l [Value], name: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["type"] == "finding" && line["name"] == name).collect()
}

#[test]
fn one_shadow_file_that_is_loaded_in_three_places_is_one_finding() {
    let model = weights("", 1);
    let lines = scanned(&[
        ("heliodon-registry.yaml", b"models: []\n"),
        ("app/models/net.safetensors", &model),
        ("app/serve.py", b"from safetensors.torch import load_file\nw = load_file('models/net.safetensors')\n"),
        ("app/jobs/nightly.py", b"import os\nDIR = 'models'\nw = load_file(os.path.join(DIR, 'net.safetensors'))\n"),
        ("docker/run.py", b"w = load_file('/srv/models/net.safetensors')\n"),
    ]);
    let told = findings(&lines, "unregistered-artifact");
    assert_eq!(told.len(), 1);
    let related: Vec<_> = told[0]["related"].as_array().expect("there are some").iter().map(|place| place["path"].as_str().unwrap_or_default()).collect();
    assert_eq!(related, ["app/jobs/nightly.py", "app/serve.py", "docker/run.py"]);
    assert!(findings(&lines, "unregistered-reference").is_empty());
}

#[test]
fn lineage_goes_through_several_steps_and_names_the_kind() {
    let lines = scanned(&[
        ("heliodon-registry.yaml", b"models:\n  - {name: base, version: \"1\", references: [\"hf:acme-ai/base\"]}\n"),
        ("tuned/config.json", br#"{"architectures": ["X"], "model_type": "x", "_name_or_path": "acme-ai/base"}"#),
        ("tuned/model.safetensors", &weights("", 2)),
        ("lora/adapter_config.json", br#"{"peft_type": "LORA", "base_model_name_or_path": "tuned"}"#),
        ("lora/adapter_model.safetensors", &weights("", 3)),
    ]);
    let told = findings(&lines, "unregistered-derivative");
    let of = |path: &str| told.iter().find(|finding| finding["place"]["path"] == path).copied().expect("it is told");
    let lora = of("lora/adapter_model.safetensors");
    assert_eq!((&lora["properties"]["relation"], &lora["properties"]["lineage"]), (&json!("adapter"), &json!(["tuned", "acme-ai/base"])));
    assert!(lora["message"].as_str().is_some_and(|message| message.contains("goes back to what is registered as 'base 1'")), "{lora}");
    assert!(of("tuned/model.safetensors")["message"].as_str().is_some_and(|message| message.contains("which is registered as 'base 1'")));
}

#[test]
fn the_same_structure_under_other_bytes_is_a_derivative() {
    let (approved, other) = (weights("", 4), weights("", 5));
    let registry = format!("models:\n  - {{name: churn, version: \"3\", digests: [\"sha256:{}\"]}}\n", hex(&Sha256::digest(&approved)));
    let lines = scanned(&[("heliodon-registry.yaml", registry.as_bytes()), ("m/a.safetensors", &approved), ("x/b.safetensors", &other)]);
    let told = findings(&lines, "unregistered-derivative");
    assert_eq!((told.len(), &told[0]["properties"]["relation"]), (1, &json!("same structure")));
    assert!(told[0]["message"].as_str().is_some_and(|message| message.contains("'churn 3' and other bytes")));
}

#[test]
fn the_estate_is_listed_and_its_mixture_told() {
    let model = weights("", 6);
    let registry = format!("models:\n  - {{name: lab, stage: research, digests: [\"sha256:{}\"]}}\n", hex(&Sha256::digest(&model)));
    let lines = scanned(&[
        ("heliodon-registry.yaml", registry.as_bytes()),
        ("m/a.safetensors", &model),
        ("prompts/system.txt", b"You are a helper.\n"),
        ("data/train.jsonl", b"{\"messages\": []}\n"),
        ("out/eval_results.json", b"{\"accuracy\": 1}\n"),
        ("train.py", b"m = AutoModel.from_pretrained(args.model)\n"),
        ("nb.ipynb", br#"{"cells": [{"cell_type": "code", "source": ["M = 'acme-ai/tiny'\n"]}, {"cell_type": "code", "source": ["AutoModel.from_pretrained(M)"]}], "nbformat": 4}"#),
    ]);
    let assets: Vec<_> =
        lines.iter().filter(|line| line["type"] == "asset").map(|line| format!("{} {}", line["kind"], line["name"]).replace('"', "")).collect();
    let expected = [
        "model a.safetensors",
        "reference hf:acme-ai/tiny",
        "dynamic-reference hf:args.model",
        "dataset data/train.jsonl",
        "evaluation out/eval_results.json",
        "prompt prompts/system.txt",
    ];
    assert_eq!(assets, expected);
    assert!(findings(&lines, "mixed-estate")[0]["message"].as_str().is_some_and(|message| message.contains("'datasets, evaluations, prompts'")));
}
