//! SARIF 2.1.0, streamed: the head of a run, each result as it comes, then the tables that the results point into.
//!
//! One dialect for all dashboards, in two profiles: `portable` keeps to what GitHub takes, `full` adds suppressed results.
//! What each consumer demands is said where it is met. `serde-sarif` stays behind this folder.

mod guid;
mod history;
mod locations;
mod mention;
mod notifications;
mod results;
mod rules;
mod run;
mod taxonomies;
mod typed;

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};
use serde_sarif::sarif::{Invocation, RunAutomationDetails};

use self::locations::Locations;
use self::run::{Common, category};
use self::typed::{ColumnKind, SCHEMA};
use super::{Format, Options, Reporter, Run, Tally};
use crate::domain::{Finding, Target, Taxon, Trouble};

pub(super) const FORMAT: Format = Format { name: "sarif", endings: &[".sarif", ".sarif.json"], all_rules: true, reporter };

/// GitHub refuses a run with more results.
const RESULTS: u64 = 25_000;
const REDACTED: &str = "[REDACTED]";

/// Is this class in the tables of taxonomies? A rule that names another one loses the relation in SARIF.
pub(super) fn knows(taxon: &Taxon) -> bool {
    taxonomies::known(taxon)
}

fn reporter<'w>(out: Box<dyn Write + 'w>, options: &Options) -> Box<dyn Reporter + 'w> {
    Box::new(Sarif { out, full: options.full, pii: options.pii, run: None, open: None, categories: BTreeSet::new() })
}

struct Sarif<'w> {
    out: Box<dyn Write + 'w>,
    full: bool,
    pii: bool,
    run: Option<Common>,
    /// The run being written.
    open: Option<Open>,
    /// Names of runs given out.
    categories: BTreeSet<String>,
}

/// The tables of the run being written.
struct Open {
    locations: Locations,
    invocation: Invocation,
    category: Option<String>,
    /// Results written.
    results: u64,
    redacted: bool,
    /// What is left out, when there are too many.
    limit: super::Limit,
}

impl Reporter for Sarif<'_> {
    fn begin(&mut self, run: &Run<'_>) -> io::Result<()> {
        write!(self.out, r#"{{"$schema":"{SCHEMA}","version":"2.1.0","runs":["#)?;
        self.run = Some(Common::begin(run, &mut self.out)?);
        Ok(())
    }

    fn target(&mut self, target: &Target, troubles: &[Trouble], tally: &Tally) -> io::Result<()> {
        let is_later = self.close()?;
        let common = self.run.as_ref().ok_or_else(out_of_order)?;
        if let Some(head) = &common.head {
            self.out.write_all(if is_later { b",{" } else { b"{" })?;
            self.out.write_all(head)?;
        }
        self.out.write_all(br#","results":["#)?;
        let category = common.many.then(|| category(target, &mut self.categories));
        let limit = if self.full { super::Limit::none() } else { tally.limit(RESULTS) };
        self.open = Some(Open::of(common, target, troubles, limit, category, self.pii));
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let (common, open) = (self.run.as_ref().ok_or_else(out_of_order)?, self.open.as_mut().ok_or_else(out_of_order)?);
        let shown = self.full || finding.suppression.is_none();
        if !shown || !open.limit.takes(finding) {
            return Ok(());
        }
        let result = results::result(finding, common.rules.get(&finding.code), &mut open.locations, self.full);
        open.write(&result, &mut self.out)
    }

    /// For the full profile: GitHub would take it for an open alert.
    fn absent(&mut self, finding: &Finding) -> io::Result<()> {
        let (common, open) = (self.run.as_ref().ok_or_else(out_of_order)?, self.open.as_mut().ok_or_else(out_of_order)?);
        if !self.full {
            return Ok(());
        }
        let result = results::absent(finding, common.rules.get(&finding.code), &mut open.locations);
        open.write(&result, &mut self.out)
    }

    fn end(&mut self) -> io::Result<()> {
        self.close()?;
        self.out.write_all(b"]}\n")?;
        self.out.flush()
    }
}

impl Sarif<'_> {
    /// Ends the run being written, if any.
    fn close(&mut self) -> io::Result<bool> {
        let Some(open) = self.open.take() else { return Ok(false) };
        let summary = self.run.as_ref().map(|common| common.summary.clone());
        self.out.write_all(b"]")?;
        for (name, value) in open.tail(summary)? {
            write!(self.out, r#","{name}":{value}"#)?;
        }
        self.out.write_all(b"}")?;
        Ok(true)
    }
}

impl Open {
    fn of(common: &Common, target: &Target, troubles: &[Trouble], limit: super::Limit, category: Option<String>, pii: bool) -> Self {
        let mut locations = Locations::of(target, pii);
        let mut notes = notifications::troubles(troubles, &mut locations);
        notes.extend(target.repository.iter().flat_map(|repository| notifications::repository(repository, troubles)));
        notes.extend(limit.left_out().map(|left_out| notifications::truncated(RESULTS, RESULTS + left_out)));
        let waivers: Vec<_> = common.unused_waivers.iter().map(|waiver| notifications::unused_waiver(waiver)).collect();
        let mut invocation = common.invocation.clone();
        invocation.tool_execution_notifications = (!notes.is_empty()).then_some(notes);
        invocation.tool_configuration_notifications = (!waivers.is_empty()).then_some(waivers);
        Self { locations, invocation, category, results: 0, redacted: false, limit }
    }

    fn write(&mut self, result: &serde_sarif::sarif::Result, out: &mut dyn Write) -> io::Result<()> {
        let text = json(result)?;
        self.redacted |= text.contains(REDACTED);
        if self.results > 0 {
            out.write_all(b",")?;
        }
        self.results += 1;
        out.write_all(text.as_bytes())
    }

    /// What stands behind the results, in order.
    fn tail(self, summary: Option<Value>) -> io::Result<Vec<(&'static str, String)>> {
        let mut tail = vec![("invocations", json(&[&self.invocation])?)];
        if let Some(category) = self.category {
            tail.push(("automationDetails", json(&RunAutomationDetails { id: Some(category), ..RunAutomationDetails::default() })?));
        }
        let provenance = self.locations.provenance.details();
        if !provenance.is_empty() {
            tail.push(("versionControlProvenance", json(&provenance)?));
        }
        if !self.locations.artifacts().is_empty() {
            tail.push(("artifacts", json(self.locations.artifacts())?));
        }
        if !self.locations.logical_locations().is_empty() {
            tail.push(("logicalLocations", json(self.locations.logical_locations())?));
        }
        tail.push(("originalUriBaseIds", json(self.locations.bases())?));
        tail.push(("columnKind", json(&ColumnKind::Utf16CodeUnits)?));
        tail.push(("newlineSequences", json(&["\r\n", "\n"])?));
        tail.push(("defaultEncoding", json("UTF-8")?));
        tail.push(("language", json("en-US")?));
        // To be there when something was redacted, and only then.
        if self.redacted {
            tail.push(("redactionTokens", json(&[REDACTED])?));
        }
        tail.extend(summary.map(|summary| json(&json!({ "summary": summary }))).transpose()?.map(|summary| ("properties", summary)));
        Ok(tail)
    }
}

fn json(value: &(impl Serialize + ?Sized)) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::other)
}

fn out_of_order() -> io::Error {
    io::Error::other("a reporter was not begun")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Outcome, TargetOutcome};
    use crate::report::sample;

    fn log(options: &Options, outcome: &Outcome) -> Value {
        let text = sample::render_outcome("sarif", options, outcome);
        assert!(text.ends_with("}\n") && !text.contains("null"), "{text}");
        serde_json::from_str(&text).expect("a log is JSON")
    }

    fn full() -> Options {
        Options { full: true, ..Options::default() }
    }

    fn two_targets() -> Outcome {
        let mut outcome = sample::outcome();
        let part = TargetOutcome { findings: vec![sample::plain_finding()], troubles: Vec::new(), ..outcome.targets[0].clone() };
        outcome.targets.push(part);
        outcome
    }

    fn samples() -> Vec<(&'static str, Options, Outcome)> {
        let mut nothing = sample::outcome();
        (nothing.targets[0].findings, nothing.targets[0].troubles) = (Vec::new(), Vec::new());
        vec![
            ("portable", Options::default(), sample::outcome()),
            ("full", full(), sample::outcome()),
            ("two-targets", Options::default(), two_targets()),
            ("nothing", Options::default(), nothing),
            ("history", Options::default(), sample::history()),
            ("baseline", full(), sample::held()),
        ]
    }

    fn logs() -> Vec<(&'static str, Value)> {
        samples().into_iter().map(|(name, options, outcome)| (name, log(&options, &outcome))).collect()
    }

    #[test]
    fn logs_agree_with_the_schema() {
        let schema: Value = serde_json::from_str(include_str!("../../../tests/sarif/sarif-schema-2.1.0.json")).expect("the schema is JSON");
        let schema = jsonschema::draft4::new(&schema).expect("the schema is one");
        assert!(!schema.is_valid(&json!({"version": "2.1.0", "runs": [{"results": []}]})), "a run without a tool");
        for (name, log) in logs() {
            let errors: Vec<_> = schema.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{name}: {errors:#?}");
        }
    }

    /// For `tests/sarif/validate.sh`, which asks another program.
    #[test]
    #[ignore = "writes files"]
    fn write_samples() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/sarif-samples");
        std::fs::create_dir_all(&folder).expect("the build folder can be written");
        for (name, options, outcome) in samples() {
            let text = sample::render_outcome("sarif", &options, &outcome);
            std::fs::write(folder.join(format!("{name}.sarif")), text).expect("the build folder can be written");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        for (name, log) in logs() {
            for run in log["runs"].as_array().expect("a log has runs") {
                for result in run["results"].as_array().expect("a run has results") {
                    let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).expect("a rule is known");
                    let rule = &run["tool"]["driver"]["rules"][index];
                    assert_eq!(rule["id"], result["ruleId"], "{name}");
                    // What is gone is told in words of its own.
                    if result["baselineState"] != "absent" {
                        assert!(rule["messageStrings"][result["message"]["id"].as_str().expect("a template is named")].is_object(), "{name}");
                    }
                    let taxa = rule["relationships"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|relation| &relation["target"])
                        .chain(result["taxa"].as_array().into_iter().flatten());
                    taxa.for_each(|taxon| assert!(has_taxon(run, taxon), "{name}: {taxon}"));
                    let base = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"];
                    assert!(run["originalUriBaseIds"][base.as_str().expect("a path has a base")]["description"].is_object(), "{name}");
                }
            }
        }
    }

    fn has_taxon(run: &Value, reference: &Value) -> bool {
        let taxonomies = run["taxonomies"].as_array().into_iter().flatten();
        let taxa = taxonomies
            .filter(|taxonomy| taxonomy["guid"] == reference["toolComponent"]["guid"])
            .flat_map(|taxonomy| taxonomy["taxa"].as_array().into_iter().flatten());
        taxa.into_iter().any(|taxon| taxon["guid"] == reference["guid"] && taxon["id"] == reference["id"])
    }

    #[test]
    fn a_result_whole() {
        let log = log(&Options::default(), &sample::outcome());
        let results = log["runs"][0]["results"].as_array().expect("a run has results");
        let key = results.iter().find(|result| result["properties"]["minted"].is_string()).expect("the sample has a dated key");
        let expected = json!({
            "ruleId": "HEL1042", "ruleIndex": 0, "kind": "fail", "level": "error", "rank": 60.0,
            "message": {"id": "default", "arguments": ["sk-proj-[REDACTED]", "config/staging.env"], "text": "'sk-proj-[REDACTED]' lies in 'config/staging.env'."},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": "config/staging.env", "uriBaseId": "%SRCROOT%", "index": 3},
                "region": {"startLine": 12, "startColumn": 16, "endLine": 12, "endColumn": 72, "snippet": {"text": "sk-proj-[REDACTED]"}},
                "contextRegion": {"startLine": 12, "endLine": 12, "snippet": {"text": "OPENAI_API_KEY=sk-proj-[REDACTED]"}}}}],
            "partialFingerprints": {"primaryLocationLineHash": "0123456789abcdef:3", "HeliodonFinding/v1": "0123456789abcdef0123456789abcdef01234567:3"},
            "properties": {"lifetime": "static", "minted": "2025-03-02T00:00:00Z", "provider": "OpenAI", "offset": 900, "subject": "5d41402abc4b2a76"},
            "taxa": key["taxa"],
        });
        assert_eq!(*key, expected);
        assert_eq!(key["taxa"][0]["id"], "PR.AA-01");
    }

    #[test]
    fn waived_results_are_for_the_full_profile() {
        let logs = [log(&Options::default(), &sample::outcome()), log(&full(), &sample::outcome())];
        let [portable, full] = logs.map(|log| log["runs"][0]["results"].as_array().cloned().expect("a run has results"));
        assert_eq!((portable.len(), full.len()), (10, 11));
        assert!(portable.iter().all(|result| result.get("suppressions").is_none()));
        assert!(full.iter().all(|result| result["suppressions"].is_array()));
        let waived = full.iter().find_map(|result| result["suppressions"].get(0)).expect("one is waived");
        assert_eq!(waived["justification"], "revoked in March, kept as a fixture. Accepted by risk@example.com until 2026-12-31.");
        assert_eq!(waived["location"]["physicalLocation"]["region"]["startLine"], 30);
    }

    #[test]
    fn with_a_baseline_every_result_says_how_it_stands() {
        let states = |options: &Options, outcome: &Outcome| -> Vec<String> {
            let log = log(options, outcome);
            let results = log["runs"][0]["results"].as_array().cloned().expect("a run has results");
            results.iter().map(|result| result["baselineState"].as_str().unwrap_or("none").to_owned()).collect()
        };
        let full = states(&full(), &sample::held());
        assert_eq!(full.len(), 12);
        assert!(
            full.starts_with(&["new", "unchanged", "updated", "updated", "updated"].map(str::to_owned)) && full.last().is_some_and(|last| last == "absent")
        );
        let portable = states(&Options::default(), &sample::held());
        assert!(portable.len() == 10 && !portable.iter().any(|state| state == "absent" || state == "none"), "GitHub takes an absent one for an alert");
        assert!(states(&Options::default(), &sample::outcome()).iter().all(|state| state == "none"));
    }

    #[test]
    fn runs_of_one_log_differ_in_category() {
        let log = log(&Options::default(), &two_targets());
        let ids: Vec<_> = log["runs"].as_array().into_iter().flatten().map(|run| run["automationDetails"]["id"].clone()).collect();
        assert_eq!(ids, ["heliodon/file/shop/", "heliodon/file/shop-2/"]);
        assert!(super::tests::log(&Options::default(), &sample::outcome())["runs"][0].get("automationDetails").is_none());
    }

    #[test]
    fn a_result_of_the_past_whole() {
        let log = log(&Options::default(), &sample::history());
        let run = &log["runs"][0];
        let result = &run["results"][1];
        let link = "https://github.com/acme/shop/blob/a1b2c3d4e5f60718293a4b5c6d7e8f9001122334/old/prod.env#L4";
        assert_eq!(result["message"]["id"], "history");
        assert_eq!(result["message"]["arguments"][3], format!("[a1b2c3d4e5f6]({link})"));
        let text = format!("'Key' lies in the history of 'old/prod.env': 'sk-proj-[REDACTED]', since commit '[a1b2c3d4e5f6]({link})' of '2024-03-01'.");
        assert_eq!(result["message"]["text"], text);
        let history = json!({
            "commit": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334", "authorDate": "2024-03-01T08:00:00Z", "path": "old/prod.env", "line": 4,
            "lastCommit": "b1b2c3d4e5f60718293a4b5c6d7e8f9001122334", "removedIn": "c1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
            "removedDate": "2024-04-02T08:00:00Z", "inHead": false, "permalink": link,
        });
        assert_eq!(result["properties"]["history"], history);
        assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"], "COMMIT:a1b2c3d4e5f6");
        let still_there = &run["results"][2];
        assert_eq!(still_there["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        assert_eq!(still_there["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"], "COMMIT:a1b2c3d4e5f6");
        let provenance = run["versionControlProvenance"].as_array().expect("a repository has a provenance");
        assert_eq!(provenance.iter().map(|entry| entry["mappedTo"]["uriBaseId"].clone()).collect::<Vec<_>>(), ["%SRCROOT%", "COMMIT:a1b2c3d4e5f6"]);
        let notes = run["invocations"][0]["toolExecutionNotifications"].to_string();
        assert!(notes.contains("shallow-history") && notes.contains("partial-clone"), "{notes}");
    }

    #[test]
    fn authors_are_not_told_unless_asked_for() {
        let told = |pii: bool| log(&Options { pii, ..Options::default() }, &sample::history()).to_string();
        assert!(!told(false).contains("@example.com") && told(true).contains("Name <name@example.com>"));
    }

    #[test]
    fn what_is_too_much_is_cut_and_said() {
        let mut outcome = sample::outcome();
        let limit = usize::try_from(RESULTS).expect("the limit is small");
        let note = Finding { level: crate::domain::Level::Note, ..sample::plain_finding() };
        outcome.targets[0].findings = std::iter::repeat_n(note, 10).chain(std::iter::repeat_n(sample::plain_finding(), limit)).collect();
        let log = log(&Options::default(), &outcome);
        let results = log["runs"][0]["results"].as_array().expect("a run has results");
        assert!(results.len() == limit && results.iter().all(|result| result["level"] == "error"));
        let notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
        assert!(notes.contains("25000 of 25010 results are in this log"), "{notes}");
    }

    #[test]
    fn where_the_scan_ran_is_not_told() {
        for (name, log) in logs() {
            let text = log.to_string();
            assert!(!text.contains("/home/somebody") && !text.contains("file:"), "{name}");
            assert!(!text.contains("byteOffset") && !text.contains(r#""uri":"/"#), "{name}");
        }
    }
}
