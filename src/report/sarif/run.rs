//! What all runs of a log say: the tool, the taxonomies, how the scan went.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::{Value, json};
use serde_sarif::sarif::{Invocation, PropertyBag, ToolComponent};

use super::guid::guid;
use super::rules::{self, Rule};
use super::typed::multi;
use super::{notifications, taxonomies};
use crate::domain::{Summary, Target, encode_uri};
use crate::report::Run;

/// Where to read about Heliodon. Dashboards ask for an address; it is the manifest's.
pub(super) const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// What all runs of the log say.
pub(super) struct Common {
    /// Tool and taxonomies of every run as JSON members of it; absent when there is one run, which was given them as they were made.
    pub(super) head: Option<Vec<u8>>,
    pub(super) rules: BTreeMap<u32, Rule>,
    pub(super) invocation: Invocation,
    pub(super) summary: Value,
    pub(super) many: bool,
    pub(super) unused_waivers: Vec<String>,
}

impl Common {
    /// Writes the head of the only run, if it is the only one: it is large, and need not lie in memory.
    pub(super) fn begin(run: &Run<'_>, out: &mut dyn Write) -> io::Result<Self> {
        let mut head = (run.targets != 1).then(Vec::new);
        match &mut head {
            Some(head) => write_head(run, head)?,
            None => {
                out.write_all(b"{")?;
                write_head(run, out)?;
            }
        }
        Ok(Self {
            head,
            rules: rules::index(run.faces),
            invocation: invocation(run),
            summary: summary(run),
            many: run.targets > 1,
            unused_waivers: run.summary.unused_waivers.clone(),
        })
    }
}

/// The tool, whose rules come last in it because they are written as they are made, and the taxonomies.
fn write_head(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let taxonomies = taxonomies::components(run.faces);
    let driver = super::json(&driver(run, &taxonomies))?;
    let driver = driver.strip_suffix('}').ok_or_else(|| io::Error::other("a tool component is no JSON object"))?;
    write!(out, r#""tool":{{"driver":{driver},"rules":"#)?;
    rules::descriptors(run.faces, run.mentions, out)?;
    out.write_all(b"}}")?;
    match taxonomies.is_empty() {
        true => Ok(()),
        false => write!(out, r#","taxonomies":{}"#, super::json(&taxonomies)?),
    }
}

fn driver(run: &Run<'_>, taxonomies: &[ToolComponent]) -> ToolComponent {
    let mut driver = ToolComponent::builder()
        .name("Heliodon")
        .full_name(format!("Heliodon {} (credentials, their lifetimes, and model artifacts against a registry)", run.version))
        .organization("Heliodon")
        .guid(guid("tool"))
        .information_uri(HOME)
        .semantic_version(run.version)
        .version(run.version)
        .language("en-US")
        .short_description(multi("Finds leaked credentials, secrets that live too long and model artifacts nobody registered."))
        .is_comprehensive(false)
        .notifications(notifications::descriptors())
        .build();
    driver.supported_taxonomies = (!taxonomies.is_empty()).then(|| taxonomies.iter().map(taxonomies::reference).collect());
    if !run.rules.is_empty() {
        driver.properties = Some(PropertyBag { tags: None, additional_properties: [("rules-digest".to_owned(), json!(run.rules))].into() });
    }
    driver
}

/// A partial scan is a success: dashboards drop all of a run that was none.
fn invocation(run: &Run<'_>) -> Invocation {
    let description = match run.exit_code {
        0 => "nothing at or above the level that fails a run",
        1 => "findings at or above the level that fails a run",
        3 => "some of the work was left undone, and complete work was demanded",
        _ => "the work could not be done",
    };
    let mut invocation = Invocation::builder().execution_successful(run.exit_code != 2).exit_code(run.exit_code).exit_code_description(description).build();
    invocation.start_time_utc = run.times.map(|(start, _)| time(start));
    invocation.end_time_utc = run.times.map(|(_, end)| time(end));
    invocation
}

fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Counts over all targets.
fn summary(run: &Run<'_>) -> Value {
    let Summary { units, blobs, bytes, hidden, credentials, models, references, registered, waived, unused_waivers, .. } = run.summary;
    let mut counts = json!({
        "targets": run.targets, "units": units, "blobs": blobs, "bytes": bytes, "hidden": hidden, "credentials": credentials, "models": models,
        "references": references, "registered": registered, "waived": waived, "unusedWaivers": unused_waivers.len(),
    });
    let Summary { changes, grants, .. } = run.summary;
    if changes + grants > 0 {
        counts["changes"] = json!(changes);
        counts["grants"] = json!(grants);
    }
    // Most repositories have no comments for scanners.
    let Summary { allowed, void_comments, pragmas, .. } = run.summary;
    if *allowed > 0 || !void_comments.is_empty() || !pragmas.is_empty() {
        counts["comments"] = json!({"allowed": allowed, "void": void_comments.len(), "others": pragmas});
    }
    if let Some(held) = &run.summary.baseline {
        counts["baseline"] = json!(held);
    }
    counts
}

/// Distinct for each target, the same in each scan of it: dashboards compare runs of one category. Ends with a slash: what comes before it is the category.
pub(super) fn category(target: &Target, taken: &mut BTreeSet<String>) -> String {
    let name = encode_uri(target.name.trim_matches('/').as_bytes());
    let stem = format!("heliodon/{}/{name}", target.scheme);
    let numbered = (2u32..).map(|number| format!("{stem}-{number}/"));
    let free = std::iter::once(format!("{stem}/")).chain(numbered).find(|category| !taken.contains(category));
    let category = free.expect("there are more numbers than targets");
    taken.insert(category.clone());
    category
}
