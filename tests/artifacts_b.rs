//! Holds what is recognised against what the libraries themselves wrote: `tests/artifacts/make_b.py DIR`, then
//! `HELIODON_ARTIFACTS_B=DIR cargo test --test artifacts_b -- --ignored`.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use heliodon::domain::{Blob, Content, Origin, Ranged, encode_uri};
use heliodon::scan::detect::artifact::{Found, recognise};
use serde::Deserialize;

/// What must be seen; facts that are not named here may be told as well.
#[derive(Deserialize)]
struct Expected {
    format: String,
    role: String,
    #[serde(default)]
    facts: BTreeMap<String, String>,
    #[serde(default)]
    bases: Vec<String>,
    relation: Option<String>,
    #[serde(default)]
    truncated: bool,
    /// Hazards that run code.
    #[serde(default)]
    runs: usize,
    /// Hazards that do not.
    #[serde(default)]
    other: usize,
    /// Must be in one of the texts that are searched for secrets.
    holds: Option<String>,
}

struct Store(Vec<u8>);

impl Ranged for Store {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        Ok(self.0[range.start as usize..range.end as usize].to_vec())
    }
}

#[test]
#[ignore = "needs the files of tests/artifacts/make_b.py, which needs a dozen Python libraries"]
fn artifacts_that_libraries_wrote() {
    let directory = PathBuf::from(std::env::var_os("HELIODON_ARTIFACTS_B").expect("HELIODON_ARTIFACTS_B names the directory that make_b.py wrote"));
    let expected = std::fs::read(directory.join("expected.json")).expect("make_b.py writes expected.json last");
    let expected: BTreeMap<String, Option<Expected>> = serde_json::from_slice(&expected).expect("make_b.py writes this shape");
    let mut wrong = Vec::new();
    for (name, expected) in &expected {
        let store = Store(std::fs::read(directory.join(name)).expect("make_b.py writes each file it lists"));
        for (road, seen) in [("whole", seen(name, Content::Whole(&store.0), &store.0)), ("ranged", seen(name, Content::Ranged(&store), &store.0))] {
            wrong.extend(differences(expected.as_ref(), seen.as_ref()).into_iter().map(|difference| format!("{name} ({road}): {difference}")));
        }
    }
    assert!(!expected.is_empty() && wrong.is_empty(), "{} files\n{}", expected.len(), wrong.join("\n"));
}

fn seen(name: &str, content: Content<'_>, bytes: &[u8]) -> Option<Found> {
    let origin = Origin { uri: encode_uri(Path::new(name).as_os_str().as_encoded_bytes()), ..Origin::default() };
    recognise(&Blob::of_unit(&origin, content), &bytes[..bytes.len().min(64 << 10)])
}

fn differences(expected: Option<&Expected>, found: Option<&Found>) -> Vec<String> {
    let (expected, found) = match (expected, found) {
        (None, None) => return Vec::new(),
        (None, Some(found)) => return vec![format!("is no artifact, but was seen as {}", found.artifact.format)],
        (Some(expected), None) => return vec![format!("is {}, but was not seen", expected.format)],
        (Some(expected), Some(found)) => (expected, found),
    };
    let seen = &found.artifact;
    let held = |text: &String| found.texts.iter().any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(text));
    let count = |runs_code: bool| seen.hazards.iter().filter(|hazard| hazard.runs_code == runs_code).count();
    let checks = [
        (expected.format == seen.format, format!("format {} for {}", seen.format, expected.format)),
        (expected.role == seen.role, format!("role {} for {}", seen.role, expected.role)),
        (expected.bases.is_empty() || expected.bases == seen.bases, format!("bases {:?}", seen.bases)),
        (expected.relation.is_none() || expected.relation == seen.relation, format!("relation {:?}", seen.relation)),
        (expected.truncated == seen.facts.contains_key("truncated"), format!("facts {:?}", seen.facts)),
        (expected.holds.as_ref().is_none_or(held), "a text in which a secret could lie is not handed out".to_owned()),
        (expected.runs == count(true) && expected.other == count(false), format!("hazards {:?}", seen.hazards)),
    ];
    let facts = expected.facts.iter().filter(|(name, value)| seen.facts.get(*name) != Some(*value));
    let facts = facts.map(|(name, value)| format!("{name} is {:?}, not {value:?}", seen.facts.get(name)));
    checks.into_iter().filter(|(holds, _)| !holds).map(|(_, message)| message).chain(facts).collect()
}
