//! Pipelines: which job performs an operation, what it waits for, and with which keys it comes.
//!
//! A file is a pipeline by what is in it, not by its path: templates of pipelines lie anywhere.

mod jenkins;
mod platforms;
mod queues;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::Regex;

use super::Read;
use crate::domain::{Change, Job};

/// A job as its platform describes it.
#[derive(Clone, Debug, Default)]
struct Described {
    at: Range<usize>,
    name: String,
    /// Jobs that must end before this one begins.
    needs: Vec<String>,
    approval: Option<String>,
}

/// What a file says of its jobs.
#[derive(Default)]
struct Pipeline {
    platform: &'static str,
    jobs: Vec<Described>,
    /// What holds for all of them: variables, defaults.
    common: Vec<Range<usize>>,
}

/// Adds to each operation the job that performs it.
pub(super) fn tell(read: &Read<'_>, found: &mut [(Range<usize>, Change)]) {
    let Some(pipeline) = jenkins::pipeline(read.text).or_else(|| platforms::pipeline(read.tree(), read.text.name)) else { return };
    for (span, change) in found.iter_mut().filter(|(_, change)| !change.declared) {
        // The innermost job comes last.
        if let Some(job) = pipeline.jobs.iter().rfind(|job| job.at.contains(&span.start)) {
            change.job = Some(pipeline.job(job, read.text.bytes));
        }
    }
}

impl Pipeline {
    fn job(&self, job: &Described, bytes: &[u8]) -> Job {
        let own = bytes.get(job.at.clone()).unwrap_or_default();
        let common = self.common.iter().filter_map(|range| bytes.get(range.clone()));
        let stored_keys = common.chain([own]).flat_map(stored_keys).collect::<BTreeSet<_>>();
        Job {
            platform: self.platform.to_owned(),
            name: job.name.clone(),
            approval: self.approval(job),
            stored_keys: stored_keys.into_iter().collect(),
            way_back: words().0.is_match(own),
            takes_down: words().1.is_match(own),
        }
    }

    /// Its own, or that of a job it waits for.
    fn approval(&self, job: &Described) -> Option<String> {
        let (mut asked, mut waiting) = (BTreeSet::new(), vec![job]);
        while let Some(next) = waiting.pop() {
            if next.approval.is_some() {
                return next.approval.clone();
            }
            for need in next.needs.iter().filter(|need| asked.insert(*need)) {
                waiting.extend(self.jobs.iter().filter(|job| job.name == *need));
            }
        }
        None
    }
}

/// Names of keys to clouds that are taken from a store of secrets.
fn stored_keys(bytes: &[u8]) -> Vec<String> {
    static KEYS: OnceLock<Regex> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        let names = "aws[-_]secret[-_]access[-_]key|aws[-_]access[-_]key[-_]id|credentials_json|service_account_key|azure_credentials|creds|\
                     (?:azure|arm)_client_secret|gcp_sa_key|google_credentials";
        Regex::new(&format!(r#"(?i)\b(?P<name>{names})\b["']?\s*[:= ]\s*["']?(?:\$\{{\{{\s*secrets\.(?P<secret>\w+)|\$\{{?[A-Z]|credentials\()"#))
            .expect("a constant pattern")
    });
    keys.captures_iter(bytes)
        // What the store calls it says more than `creds`.
        .filter_map(|groups| groups.name("secret").or_else(|| groups.name("name")))
        .map(|name| String::from_utf8_lossy(name.as_bytes()).replace('-', "_").to_uppercase())
        .collect()
}

/// Words by which a job speaks of the version to go back to, and by which it takes down what it deployed.
fn words() -> &'static (Regex, Regex) {
    static WORDS: OnceLock<(Regex, Regex)> = OnceLock::new();
    WORDS.get_or_init(|| {
        let regex = |pattern| Regex::new(pattern).expect("a constant pattern");
        (
            regex(r"(?i)roll[_-]?back|\b(?:previous|prev|former|last_good|stable)[_-]?(?:version|model|alias|champion)?\b|\brevert\b|\brestore\b"),
            regex(r"\b(?:endpoint|deployment)s? (?:delete|undeploy)\b|\bdelete[-_]endpoint\b|endpoints undeploy-model"),
        )
    })
}
