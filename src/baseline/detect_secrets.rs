//! detect-secrets: `.secrets.baseline`. Its records hold SHA-1 digests of the secrets themselves, which anyone can try guesses against; we neither
//! compute such digests nor let them out of the scan, so records are matched by file and line.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Format, Problem, Read, json_problem, path};
use crate::domain::{Baseline, Spot};

pub(super) const FORMAT: Format = Format { is: |text| text.trim_start().starts_with('{'), read };

#[derive(Deserialize)]
struct File {
    results: BTreeMap<String, Vec<Record>>,
}

#[derive(Deserialize)]
struct Record {
    /// Absent in slim baselines.
    #[serde(default)]
    line_number: Option<u32>,
}

fn read(text: &str) -> Result<Read, Problem> {
    let File { results } = serde_json::from_str(text).map_err(|error| json_problem(&error, 0))?;
    let (mut spots, mut slim) = (Vec::new(), 0);
    for (file, records) in results {
        for record in records {
            match record.line_number {
                Some(line) => spots.push(Spot { path: path(&file), line, commit: None }),
                None => slim += 1,
            }
        }
    }
    let note = format!("records without a line, by which nothing is known: {slim}; make the baseline without --slim");
    Ok(Read { baseline: Baseline { known: Vec::new(), spots }, notes: (slim > 0).then_some(note).into_iter().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_places_and_those_without_a_line_are_told() {
        let text = r#"{"version":"1.5.0","results":{"a.env":[{"type":"t","hashed_secret":"h","line_number":2},{"type":"t","hashed_secret":"h"}]}}"#;
        let read = read(text).expect("a baseline");
        assert_eq!(read.baseline.spots, [Spot { path: "a.env".into(), line: 2, commit: None }]);
        assert_eq!(read.notes, ["records without a line, by which nothing is known: 1; make the baseline without --slim"]);
    }
}
