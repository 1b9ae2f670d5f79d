//! Pipelines in YAML whose steps run one after the other, so that what waits holds up all that follows: Buildkite, Bitbucket, Argo, Tekton.

use super::super::tree::{Data, Node};
use super::{Described, Pipeline};

pub(super) fn pipeline(documents: &[Node]) -> Option<Pipeline> {
    let first = documents.first()?;
    let version = documents.iter().filter_map(|document| document.get("apiVersion")?.literal());
    let is = |group: &str| version.clone().any(|version| version.starts_with(group));
    if is("argoproj.io/") {
        return Some(argo(documents));
    }
    if is("tekton.dev/") {
        return Some(tekton(documents));
    }
    if let Some(pipelines) = first.get("pipelines").filter(|node| matches!(node.data, Data::Map(_))) {
        return Some(bitbucket(pipelines));
    }
    first.get("steps").filter(|steps| steps.items().iter().any(is_buildkite)).map(buildkite)
}

fn text(node: &Node, keys: &[&str]) -> Option<String> {
    node.any(keys).and_then(Node::literal).map(str::to_owned)
}

/// Azure's steps are scripts and tasks.
fn is_buildkite(step: &Node) -> bool {
    let words = ["wait", "block"];
    step.literal().is_some_and(|text| words.contains(&text)) || step.any(&["command", "commands", "block", "wait", "group", "plugins", "agents"]).is_some()
}

fn buildkite(steps: &Node) -> Pipeline {
    let (mut jobs, mut waited) = (Vec::new(), None);
    for step in steps.items() {
        if let Some(label) = text(step, &["block", "input"]) {
            waited = Some(format!("block {label}"));
        } else if step.literal() == Some("block") {
            waited = Some("block".to_owned());
        }
        let name = text(step, &["label", "name", "key"]).unwrap_or_else(|| "step".to_owned());
        jobs.push(Described { at: step.at.clone(), name, approval: waited.clone(), ..Described::default() });
    }
    Pipeline { platform: "buildkite", jobs, common: Vec::new() }
}

fn bitbucket(pipelines: &Node) -> Pipeline {
    let mut jobs = Vec::new();
    pipelines.visit(&mut |node| {
        let mut waited = None;
        for step in node.items().iter().filter_map(|item| item.get("step")) {
            if step.get("trigger").and_then(Node::literal) == Some("manual") {
                waited = Some("trigger: manual".to_owned());
            }
            let approval = waited.clone().or_else(|| Some(format!("deployment {}", text(step, &["deployment"])?)));
            jobs.push(Described { at: step.at.clone(), name: text(step, &["name"]).unwrap_or_else(|| "step".to_owned()), approval, ..Described::default() });
        }
    });
    Pipeline { platform: "bitbucket-pipelines", jobs, common: Vec::new() }
}

/// A template that suspends holds up the workflow.
fn argo(documents: &[Node]) -> Pipeline {
    let mut jobs = Vec::new();
    for document in documents {
        let mut suspended = None;
        document.visit(&mut |node| {
            if node.get("suspend").is_some_and(|suspend| matches!(suspend.data, Data::Map(_))) {
                suspended = Some("suspend".to_owned());
            }
        });
        document.visit(&mut |node| {
            for template in node.get("templates").into_iter().flat_map(Node::items) {
                let name = text(template, &["name"]).unwrap_or_default();
                jobs.push(Described { at: template.at.clone(), name, approval: suspended.clone(), ..Described::default() });
            }
        });
    }
    Pipeline { platform: "argo", jobs, common: Vec::new() }
}

fn tekton(documents: &[Node]) -> Pipeline {
    let job = |document: &Node| {
        let name = document.get("metadata").and_then(|metadata| text(metadata, &["name", "generateName"])).unwrap_or_default();
        let waits = document.texts().contains(&"ApprovalTask");
        Described { at: document.at.clone(), name, approval: waits.then(|| "ApprovalTask".to_owned()), ..Described::default() }
    };
    Pipeline { platform: "tekton", jobs: documents.iter().map(job).collect(), common: Vec::new() }
}
