//! gitleaks: `.gitleaksignore`, a fingerprint a line, and the JSON report that its `--baseline-path` takes. Both are matched by place; the secrets in
//! a report are never looked at.

use serde::Deserialize;

use super::{Format, Problem, Read, json_problem, path};
use crate::domain::{Baseline, Spot};

pub(super) const REPORT: Format = Format { is: |text| text.trim_start().starts_with('['), read: report };
pub(super) const IGNORE: Format = Format { is: |_| true, read: ignore };

/// Of a finding, what says where it is.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Finding {
    file: String,
    start_line: u32,
    #[serde(default)]
    commit: String,
}

fn report(text: &str) -> Result<Read, Problem> {
    let findings: Vec<Finding> = serde_json::from_str(text).map_err(|error| json_problem(&error, 0))?;
    let spot = |Finding { file, start_line, commit }: Finding| Spot { path: path(&file), line: start_line, commit: Some(commit).filter(|id| !id.is_empty()) };
    Ok(Read { baseline: Baseline { known: Vec::new(), spots: findings.into_iter().map(spot).collect() }, notes: Vec::new() })
}

fn ignore(text: &str) -> Result<Read, Problem> {
    let mut spots = Vec::new();
    for (index, line) in text.lines().enumerate().map(|(index, line)| (index, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let problem = || Problem { line: index + 1, says: "a record looks like [COMMIT:]FILE:RULE:LINE".into() };
        spots.push(fingerprint(line).ok_or_else(problem)?);
    }
    Ok(Read { baseline: Baseline { known: Vec::new(), spots }, notes: Vec::new() })
}

/// From its end, since a file's name may hold a colon.
fn fingerprint(line: &str) -> Option<Spot> {
    let mut parts = line.rsplitn(3, ':');
    let (number, _rule, rest) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
    let is_commit = |text: &str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (commit, file) = match rest.split_once(':') {
        Some((commit, file)) if is_commit(commit) => (Some(commit.to_ascii_lowercase()), file),
        _ => (None, rest),
    };
    (!file.is_empty()).then(|| Spot { path: path(file), line: number, commit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_with_and_without_a_commit_are_read() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let text = format!("# known\n\n./conf/a.env:generic-api-key:12\n{commit}:odd:name.env:aws-access-token:3\n");
        let spots = ignore(&text).expect("a list").baseline.spots;
        let spot = |path: &str, line, commit: Option<&str>| Spot { path: path.into(), line, commit: commit.map(str::to_owned) };
        assert_eq!(spots, [spot("conf/a.env", 12, None), spot("odd:name.env", 3, Some(commit))]);
    }

    #[test]
    fn of_a_report_only_the_places_are_read() {
        let text = r#"[{"RuleID":"r","File":"a\\b.env","StartLine":4,"Commit":"","Secret":"s","Fingerprint":"f"},{"File":"c","StartLine":1,"Commit":"abc"}]"#;
        let spots = report(text).expect("a report").baseline.spots;
        assert_eq!(
            spots.iter().map(|spot| (spot.path.as_str(), spot.line, spot.commit.as_deref())).collect::<Vec<_>>(),
            [("a/b.env", 4, None), ("c", 1, Some("abc"))]
        );
    }
}
