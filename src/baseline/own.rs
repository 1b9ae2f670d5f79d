//! Our own baselines: a line that says what the file is, then one record a line, sorted. Two branches that add records merge by keeping the lines of both.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Format, Problem, Read, json_problem};
use crate::domain::{Finding, Known, rule_id};

pub(super) const FORMAT: Format = Format { is: |text| text.trim_start().starts_with("{\"heliodon-baseline\""), read };

const VERSION: u32 = 1;

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(rename = "heliodon-baseline")]
    version: u32,
}

/// The baseline of these findings, as a file. What waivers and comments cover is left out: it has a reason and an end of its own.
pub fn text<'f>(findings: impl Iterator<Item = &'f Finding>, name: impl Fn(u32) -> String) -> String {
    let records: BTreeSet<Known> = findings
        .filter(|finding| finding.suppression.is_none())
        .map(|finding| {
            let name = name(finding.code);
            Known::of(finding, rule_id(finding.code, &name), name)
        })
        .collect();
    let line = |value: Result<String, serde_json::Error>| value.expect("plain data is JSON") + "\n";
    let head = line(serde_json::to_string(&Head { version: VERSION }));
    records.iter().fold(head, |text, known| text + &line(serde_json::to_string(known)))
}

fn read(text: &str) -> Result<Read, Problem> {
    let mut known = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if (FORMAT.is)(line) {
            let head: Head = serde_json::from_str(line).map_err(|error| json_problem(&error, index))?;
            if head.version != VERSION {
                return Err(Problem { line: index + 1, says: format!("its format is {}; this version reads {VERSION}", head.version) });
            }
            continue;
        }
        known.push(serde_json::from_str::<Known>(line).map_err(|error| json_problem(&error, index))?);
    }
    Ok(Read::known(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Fingerprint, Level, Origin, Place};

    fn finding(path: &str, code: u32) -> Finding {
        Finding {
            code,
            level: Level::Error,
            rank: 1,
            message: "default".into(),
            arguments: Vec::new(),
            text: "t".into(),
            place: Place::whole(&Origin { uri: path.into(), ..Origin::default() }, &[]),
            related: Vec::new(),
            fingerprint: Fingerprint { digest: "0a".repeat(20), ordinal: 2, subject: None },
            properties: Default::default(),
            suppression: None,
            standing: None,
        }
    }

    #[test]
    fn records_are_sorted_and_read_back() {
        let findings = [finding("b", 1001), finding("a", crate::domain::OWN + 7), finding("b", 1001)];
        let written = text(findings.iter(), |_| "n".into());
        let expected = format!(
            "{{\"heliodon-baseline\":1}}\n\
             {{\"path\":\"a\",\"rule\":\"own/n\",\"name\":\"n\",\"fingerprint\":\"{0}:2\",\"level\":\"error\",\"code\":2147483655}}\n\
             {{\"path\":\"b\",\"rule\":\"HEL1001\",\"name\":\"n\",\"fingerprint\":\"{0}:2\",\"level\":\"error\"}}\n",
            "0a".repeat(20)
        );
        assert_eq!(written, expected);
        let back = read(&written).expect("what was written can be read").baseline.known;
        assert_eq!(back.iter().map(Known::code).collect::<Vec<_>>(), [crate::domain::OWN + 7, 1001]);
        assert_eq!(read(&format!("{written}{written}")).map(|read| read.baseline.known.len()), Ok(4), "a union merge may repeat the head");
    }
}
