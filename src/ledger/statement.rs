//! A record as an in-toto statement, so that the signer that a team has already can sign it.

use serde_json::{Value, json};

use super::Record;

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// Of our own; the address is the manifest's.
const PREDICATE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "evidence/v1");

/// The statement of the record on this line: its subjects are the commits that were scanned, the reports that were written, and the record itself.
pub fn statement(line: &str, head: &str) -> Result<Value, serde_json::Error> {
    let record: Record = serde_json::from_str(line)?;
    let bare = |digest: &str| digest.trim_start_matches("sha256:").to_owned();
    let commits = record.targets.iter().filter_map(|target| {
        let name = target.remote.as_ref().unwrap_or(&target.name);
        Some(json!({"name": name, "digest": {"gitCommit": target.head.as_ref()?}}))
    });
    let reports = record.reports.iter().map(|report| json!({"name": report.name, "digest": {"sha256": bare(&report.digest)}}));
    let itself = json!({"name": format!("evidence record {}", record.number), "digest": {"sha256": bare(head)}});
    let subjects: Vec<Value> = commits.chain(reports).chain([itself]).collect();
    let predicate = json!({"head": head, "record": serde_json::from_str::<Value>(line)?});
    Ok(json!({"_type": STATEMENT, "subject": subjects, "predicateType": PREDICATE, "predicate": predicate}))
}
