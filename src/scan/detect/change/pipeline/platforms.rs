//! Pipelines in YAML whose jobs name what they wait for: GitHub Actions, GitLab CI, Azure Pipelines, CircleCI; and who reads the others.

use super::super::tree::{Data, Entry, Node};
use super::{Described, Pipeline, queues};

/// The pipeline of a file, if it is one.
pub(super) fn pipeline(documents: &[Node], name: &str) -> Option<Pipeline> {
    let first = documents.first()?;
    let is_map = |key: &str| first.get(key).is_some_and(|node| matches!(node.data, Data::Map(_)));
    let is_list = |key: &str| first.get(key).is_some_and(|node| matches!(node.data, Data::List(_)));
    if is_map("jobs") && first.get("workflows").is_some() {
        Some(circle(first))
    } else if is_map("jobs") && first.any(&["on", "true", "name"]).is_some() {
        Some(github(first))
    } else if let Some(pipeline) = queues::pipeline(documents) {
        Some(pipeline)
    } else if first.get("parameters").is_some() && is_list("steps") && first.any(&["trigger", "pool"]).is_none() {
        // A template of steps: the job that takes it in says what it waits for.
        None
    } else if is_list("stages") && !has_scripts(first) || is_list("jobs") || is_list("steps") {
        Some(azure(first))
    } else if has_scripts(first) || name.starts_with(".gitlab-ci") {
        Some(gitlab(first))
    } else {
        None
    }
}

/// Names that a value lists: `a`, `[a, b]`, `[{job: a}]`.
fn names(node: Option<&Node>) -> Vec<String> {
    let name = |node: &Node| node.literal().or_else(|| node.any(&["job", "name"])?.literal()).map(str::to_owned);
    node.into_iter().flat_map(Node::each).filter_map(name).collect()
}

/// `environment: production`, `environment: {name: production}`.
fn environment(job: &Node) -> Option<String> {
    let environment = job.get("environment")?;
    let name = environment.literal().or_else(|| environment.get("name")?.literal())?;
    (!name.is_empty()).then(|| format!("environment {name}"))
}

/// From the key to the end of the value.
fn span(entry: &Entry) -> std::ops::Range<usize> {
    entry.at..entry.value.at.end
}

fn github(file: &Node) -> Pipeline {
    let by_hand = started_otherwise(file.any(&["on", "true"]));
    let job = |entry: &Entry| Described {
        at: span(entry),
        name: entry.key.clone(),
        needs: names(entry.value.get("needs")),
        approval: environment(&entry.value).or_else(|| by_hand.clone()),
    };
    let jobs = file.get("jobs").into_iter().flat_map(Node::entries).map(job).collect();
    Pipeline { platform: "github-actions", jobs, common: common(file, &["env"]) }
}

/// A workflow that only people or other workflows start.
fn started_otherwise(on: Option<&Node>) -> Option<String> {
    let on = on?;
    let keys: Vec<&str> = match &on.data {
        Data::Map(entries) => entries.iter().map(|entry| entry.key.as_str()).collect(),
        _ => on.each().iter().filter_map(Node::literal).collect(),
    };
    let all = |allowed: &[&str]| !keys.is_empty() && keys.iter().all(|key| allowed.contains(key));
    all(&["workflow_dispatch", "workflow_call"]).then(|| keys.join(", "))
}

fn common(file: &Node, keys: &[&str]) -> Vec<std::ops::Range<usize>> {
    keys.iter().filter_map(|key| Some(file.get(key)?.at.clone())).collect()
}

/// Keys of GitLab that are no jobs.
const GITLAB: [&str; 10] = ["stages", "variables", "default", "include", "workflow", "image", "services", "cache", "before_script", "pages"];

fn has_scripts(file: &Node) -> bool {
    let is_job = |entry: &&Entry| !GITLAB.contains(&entry.key.as_str()) && entry.value.any(&["script", "trigger"]).is_some();
    file.entries().iter().filter(is_job).any(|entry| entry.value.any(&["stage", "image", "rules", "only", "extends", "tags", "when"]).is_some())
}

fn gitlab(file: &Node) -> Pipeline {
    let base = |name: &str| file.entries().iter().find(|entry| entry.key == name).map(|entry| &entry.value);
    let approval = |job: &Node| {
        let rules = job.get("rules").into_iter().flat_map(Node::items);
        let manual = [job].into_iter().chain(rules).any(|node| node.get("when").and_then(Node::literal) == Some("manual"));
        if manual { Some("when: manual".to_owned()) } else { environment(job) }
    };
    let job = |entry: &Entry| {
        let bases = names(entry.value.get("extends"));
        let inherited = || bases.iter().filter_map(|name| base(name)).find_map(approval);
        Described { at: span(entry), name: entry.key.clone(), needs: names(entry.value.get("needs")), approval: approval(&entry.value).or_else(inherited) }
    };
    let is_job = |entry: &&Entry| !GITLAB.contains(&entry.key.as_str()) && !entry.value.entries().is_empty();
    let jobs = file.entries().iter().filter(is_job).map(job).collect();
    Pipeline { platform: "gitlab-ci", jobs, common: common(file, &["variables", "default", "before_script"]) }
}

fn azure(file: &Node) -> Pipeline {
    let mut jobs = Vec::new();
    let top = Described { at: file.at.clone(), name: file.get("name").and_then(Node::literal).unwrap_or("steps").to_owned(), ..Described::default() };
    azure_jobs(file, &top, &mut jobs);
    Pipeline { platform: "azure-pipelines", jobs, common: common(file, &["variables"]) }
}

/// Stages hold jobs, jobs hold steps; a step that waits for a person holds up what comes after it.
fn azure_jobs(node: &Node, outer: &Described, jobs: &mut Vec<Described>) {
    if node.get("steps").is_some() || node.get("strategy").is_some() {
        let waits = node.texts().iter().any(|text| text.starts_with("ManualValidation@") || text.starts_with("ManualIntervention@"));
        let validated = if waits { Some("ManualValidation".to_owned()) } else { None };
        jobs.push(Described { approval: outer.approval.clone().or(validated), ..outer.clone() });
    }
    for item in ["stages", "jobs"].iter().filter_map(|key| node.get(key)).flat_map(Node::items) {
        let Some(name) = item.any(&["job", "deployment", "stage"]).and_then(Node::literal) else { continue };
        let needs = [names(item.get("dependsOn")), outer.needs.clone()].concat();
        let before = jobs.iter().find_map(|job| job.approval.clone().filter(|approval| approval == "ManualValidation"));
        let approval = environment(item).or_else(|| outer.approval.clone()).or(before);
        azure_jobs(item, &Described { at: item.at.clone(), name: name.to_owned(), needs, approval }, jobs);
    }
}

fn circle(file: &Node) -> Pipeline {
    let flows = file.get("workflows").into_iter().flat_map(Node::entries);
    let steps = flows.filter_map(|flow| flow.value.get("jobs")).flat_map(Node::items).flat_map(Node::entries);
    let mut jobs: Vec<Described> = file
        .get("jobs")
        .into_iter()
        .flat_map(Node::entries)
        .map(|entry| Described { at: span(entry), name: entry.key.clone(), ..Described::default() })
        .collect();
    for step in steps {
        let is_approval = step.value.get("type").and_then(Node::literal) == Some("approval");
        let requires = names(step.value.get("requires"));
        match jobs.iter_mut().find(|job| job.name == step.key) {
            Some(job) => job.needs.extend(requires),
            None if is_approval => {
                let approval = Some("type: approval".to_owned());
                jobs.push(Described { name: step.key.clone(), approval, ..Described::default() });
            }
            None => {}
        }
    }
    Pipeline { platform: "circleci", jobs, common: Vec::new() }
}
