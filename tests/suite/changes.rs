//! Changes of models and grants of them, `tests/corpus/changes.yaml`, through the program: each row finds what it says, and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::support::{NOW, heliodon, lines, observe, tree};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    file: String,
    text: String,
    /// Rule, and a part of what it says.
    #[serde(default)]
    finds: Vec<(String, String)>,
    #[serde(default)]
    sees: Vec<String>,
}

#[test]
fn every_row_finds_what_it_says_and_nothing_else() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/changes.yaml");
    let rows: Vec<Row> = serde_saphyr::from_str(&fs::read_to_string(path).expect("the corpus can be read")).expect("the corpus is rows");
    assert!(rows.len() >= 60 && rows.iter().filter(|row| row.finds.is_empty()).count() >= 30, "found and quiet rows");
    let names: Vec<String> = rows.iter().enumerate().map(|(number, row)| format!("row{number}/{}", row.file)).collect();
    let files: Vec<(&str, &[u8])> = names.iter().zip(&rows).map(|(name, row)| (name.as_str(), row.text.as_bytes())).collect();
    let directory = tree(&files);
    let run = heliodon(directory.path(), &["scan", ".", "--no-registry", "--format", "jsonl", "--now", NOW, "--fail-on", "never"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let (found, seen) = (findings(&run.stdout), operations(&observe(directory.path())));
    let mut wrong = String::new();
    for (name, row) in names.iter().zip(&rows) {
        let finds = found.get(name).map(Vec::as_slice).unwrap_or_default();
        let as_said = finds.len() == row.finds.len() && finds.iter().zip(&row.finds).all(|(found, wanted)| found.0 == wanted.0 && found.1.contains(&wanted.1));
        if !as_said {
            let _ = writeln!(wrong, "{name}: finds {finds:#?}, not {:?}", row.finds);
        }
        let sees = seen.get(name).map(Vec::as_slice).unwrap_or_default();
        if !row.sees.is_empty() && sees != row.sees {
            let _ = writeln!(wrong, "{name}: sees {sees:?}, not {:?}", row.sees);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Rules and texts of the family 5xxx, by path.
fn findings(report: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut findings: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for line in report.lines().map(|line| serde_json::from_str::<Value>(line).expect("a report of JSON lines")) {
        if line["type"] == "finding" && text(&line["rule"]).starts_with("HEL5") {
            findings.entry(text(&line["place"]["path"])).or_default().push((text(&line["name"]), text(&line["message"])));
        }
    }
    findings
}

/// What operations were seen, by path.
fn operations(shard: &str) -> BTreeMap<String, Vec<String>> {
    let mut operations: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in lines(shard, "observation") {
        if let Some(operation) = line["evidence"]["change"]["operation"].as_str() {
            operations.entry(line["place"]["origin"]["uri"].as_str().unwrap_or_default().to_owned()).or_default().push(operation.to_owned());
        }
    }
    operations
}
