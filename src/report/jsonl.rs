//! JSON lines, for other programs: what was scanned, each finding, each trouble, each asset of the estate, and a summary at the end. `type` says which line is which.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::{Format, Options, Reporter, Run, Tally};
use crate::domain::{Asset, Finding, Fingerprint, History, Level, Place, Repository, Standing, Step, Summary, Suppression, Target, Trouble, rule_id};

pub(super) const FORMAT: Format = Format { name: "jsonl", endings: &[".jsonl", ".ndjson"], all_rules: false, reporter };

fn reporter<'w>(out: Box<dyn Write + 'w>, _options: &Options) -> Box<dyn Reporter + 'w> {
    Box::new(Lines { out, names: BTreeMap::new(), summary: Summary::default(), levels: BTreeMap::new(), troubles: 0, targets: 0, exit_code: 0 })
}

struct Lines<'w> {
    out: Box<dyn Write + 'w>,
    names: BTreeMap<u32, String>,
    summary: Summary,
    levels: BTreeMap<Level, u64>,
    troubles: usize,
    targets: u32,
    exit_code: u8,
}

/// One line.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'l> {
    Run {
        version: &'l str,
        rules: &'l str,
        started: Option<String>,
        ended: Option<String>,
    },
    Target {
        target: u32,
        scheme: &'l str,
        name: &'l str,
        #[serde(skip_serializing_if = "Option::is_none")]
        repository: Option<&'l Repository>,
    },
    Finding(Box<FindingLine<'l>>),
    /// In the baseline, and no more there.
    Absent(Box<FindingLine<'l>>),
    Trouble {
        kind: &'l str,
        message: &'l str,
        place: Spot<'l>,
    },
    Asset {
        kind: &'l str,
        name: &'l str,
        #[serde(skip_serializing_if = "Option::is_none")]
        format: Option<&'l str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        registered: Option<&'l str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        zone: Option<&'l str>,
        places: Vec<Spot<'l>>,
    },
    Summary {
        findings: u64,
        levels: &'l BTreeMap<Level, u64>,
        troubles: usize,
        exit_code: u8,
        #[serde(flatten)]
        counts: &'l Summary,
    },
}

#[derive(Serialize)]
struct FindingLine<'l> {
    rule: String,
    name: Option<&'l str>,
    level: Level,
    rank: u8,
    message: &'l str,
    place: Spot<'l>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedSpot<'l>>,
    fingerprint: &'l Fingerprint,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    properties: &'l BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<&'l Suppression>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Standing>,
}

#[derive(Serialize)]
struct RelatedSpot<'l> {
    message: &'l str,
    #[serde(flatten)]
    spot: Spot<'l>,
}

/// A place: `path` for people, `uri` to tell names apart, lines and columns (of UTF-16 units) from 1 with the end exclusive.
#[derive(Serialize)]
struct Spot<'l> {
    target: u32,
    path: String,
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'l str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    steps: &'l [Step],
    #[serde(flatten)]
    region: Option<Span<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell_line: Option<u32>,
    /// Commits by id and author date; the region is as of `revision`, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<&'l History>,
}

#[derive(Serialize)]
struct Span<'l> {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    offset: u64,
    snippet: &'l str,
    context: &'l str,
}

impl Reporter for Lines<'_> {
    fn begin(&mut self, run: &Run<'_>) -> io::Result<()> {
        self.names = run.faces.iter().map(|face| (face.code, face.name.clone())).collect();
        self.summary = run.summary.clone();
        self.exit_code = run.exit_code;
        let (started, ended) = run.times.map(|(start, end)| (start.to_string(), end.to_string())).unzip();
        self.line(&Line::Run { version: run.version, rules: run.rules, started, ended })
    }

    fn target(&mut self, target: &Target, troubles: &[Trouble], _tally: &Tally) -> io::Result<()> {
        let number = self.targets;
        self.targets = number.saturating_add(1);
        self.troubles += troubles.len();
        self.line(&Line::Target { target: number, scheme: &target.scheme, name: &target.name, repository: target.repository.as_ref() })?;
        troubles.iter().try_for_each(|Trouble { place, kind, message }| self.line(&Line::Trouble { kind, message, place: spot(place) }))
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        if finding.is_open() {
            *self.levels.entry(finding.level).or_default() += 1;
        }
        let line = Line::Finding(Box::new(finding_line(&self.names, finding)));
        write_line(&mut self.out, &line)
    }

    fn absent(&mut self, finding: &Finding) -> io::Result<()> {
        let line = Line::Absent(Box::new(finding_line(&self.names, finding)));
        write_line(&mut self.out, &line)
    }

    fn asset(&mut self, asset: &Asset) -> io::Result<()> {
        let Asset { kind, name, format, registered, zone, places } = asset;
        let places = places.iter().map(spot).collect();
        self.line(&Line::Asset { kind, name, format: format.as_deref(), registered: registered.as_deref(), zone: zone.as_deref(), places })
    }

    fn end(&mut self) -> io::Result<()> {
        let findings = self.levels.values().sum();
        let line = Line::Summary { findings, levels: &self.levels, troubles: self.troubles, exit_code: self.exit_code, counts: &self.summary };
        write_line(&mut self.out, &line)?;
        self.out.flush()
    }
}

impl Lines<'_> {
    fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        write_line(&mut self.out, line)
    }
}

fn finding_line<'l>(names: &'l BTreeMap<u32, String>, finding: &'l Finding) -> FindingLine<'l> {
    FindingLine {
        rule: rule_id(finding.code, names.get(&finding.code).map_or("", String::as_str)),
        name: names.get(&finding.code).map(String::as_str),
        level: finding.level,
        rank: finding.rank,
        message: &finding.text,
        place: spot(&finding.place),
        related: finding.related.iter().map(|related| RelatedSpot { message: &related.message, spot: spot(&related.place) }).collect(),
        fingerprint: &finding.fingerprint,
        properties: &finding.properties,
        suppression: finding.suppression.as_ref(),
        baseline: finding.standing,
    }
}

fn write_line(out: &mut dyn Write, line: &Line<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn spot(place: &Place) -> Spot<'_> {
    let region = place.region.as_ref().map(|region| Span {
        line: region.start_line,
        column: region.start_column,
        end_line: region.end_line,
        end_column: region.end_column,
        offset: region.offset,
        snippet: &region.snippet,
        context: &region.line,
    });
    Spot {
        target: place.origin.target,
        path: place.display(),
        uri: place.uri(),
        revision: place.origin.revision.as_deref(),
        steps: &place.steps,
        region,
        cell_line: place.cell_line,
        history: place.history.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::sample;

    fn lines() -> Vec<Value> {
        let text = sample::render("jsonl", &Options::default());
        assert!(text.ends_with('\n'));
        text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }

    #[test]
    fn every_finding_and_trouble_has_a_line_and_the_summary_is_last() {
        let (lines, outcome) = (lines(), sample::outcome());
        let count = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
        assert_eq!(count("finding"), outcome.targets.iter().map(|target| target.findings.len()).sum::<usize>());
        assert_eq!(count("trouble"), outcome.targets.iter().map(|target| target.troubles.len()).sum::<usize>());
        assert_eq!((count("run"), count("summary")), (1, 1));
        let last = lines.last().expect("there are lines");
        assert_eq!(last["levels"], json!({"error": 5, "warning": 4, "note": 1}));
        assert_eq!((&last["findings"], &last["waived"], &last["hidden"]["git-ignored"]), (&json!(10), &json!(1), &json!(310)));
    }

    #[test]
    fn a_baseline_is_told_finding_by_finding() {
        let text = sample::render_outcome("jsonl", &Options::default(), &sample::held());
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
        let standing = |line: &&Value| line["type"] == "finding" && line["baseline"] == "moved";
        assert_eq!(lines.iter().filter(standing).count(), 2);
        let absent = lines.iter().find(|line| line["type"] == "absent").expect("one is absent");
        assert_eq!((&absent["name"], &absent["place"]["path"]), (&json!("openai-project-key"), &json!("gone/a.env")));
        assert_eq!(lines.last().map(|last| &last["baseline"]["absent"]), Some(&json!(1)));
    }

    #[test]
    fn a_finding_says_where_by_name_and_by_address() {
        let lines = lines();
        let odd = lines.iter().find(|line| line["place"]["uri"].as_str().is_some_and(|uri| uri.contains("%0A"))).expect("the sample has odd names");
        assert_eq!(odd["rule"], "HEL1042");
        assert_eq!(odd["name"], "openai-project-key");
        assert_eq!(odd["place"]["path"], "odd: names/100% #1?é.env");
        assert_eq!(odd["place"]["uri"], "odd%3A%20names/100%25%20%231%0A%C3%A9.env");
        assert_eq!((&odd["place"]["line"], &odd["place"]["column"]), (&json!(1), &json!(5)));
    }

    #[test]
    fn the_history_of_a_place_and_the_state_of_its_repository_are_told() {
        let text = sample::render_outcome("jsonl", &Options::default(), &sample::history());
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
        let repository = &lines.iter().find(|line| line["type"] == "target").expect("there is a target")["repository"];
        assert_eq!((&repository["branch"], &repository["shallow"]), (&json!("main"), &json!(true)));
        let past = lines.iter().find(|line| line["place"]["revision"].is_string()).expect("one is past");
        let history = &past["place"]["history"];
        assert_eq!(
            (&history["first"]["at"], &history["removed"]["at"], &history["in_head"]),
            (&json!("2024-03-01T08:00:00Z"), &json!("2024-04-02T08:00:00Z"), &json!(false))
        );
    }
}
