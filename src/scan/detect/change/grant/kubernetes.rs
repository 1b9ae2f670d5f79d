//! Kubernetes: roles whose wildcards take in the resources that train and serve models. Rules that name resources and verbs are how
//! controllers and users are meant to be let in, and are left alone.

use std::collections::BTreeSet;

use super::{Found, kept, reaching, table};
use crate::domain::Breadth;
use crate::scan::detect::change::tree::Node;

const VERBS: [&str; 6] = ["*", "create", "update", "patch", "delete", "deletecollection"];

pub(super) fn grants(node: &Node, file: &[Node], found: &mut Vec<Found>) {
    let Some(kind @ ("Role" | "ClusterRole")) = node.get("kind").and_then(Node::literal) else { return };
    let name = node.get("metadata").and_then(|metadata| metadata.get("name")?.literal()).unwrap_or_default();
    for rule in node.get("rules").into_iter().flat_map(Node::items) {
        let texts = |key: &str| rule.get(key).map(Node::texts).unwrap_or_default();
        let (groups, resources, verbs) = (texts("apiGroups"), texts("resources"), texts("verbs"));
        // Of one group, all resources and these verbs: how the groups themselves let their users in.
        let wild = verbs.contains(&"*") || groups.contains(&"*");
        if !wild || !verbs.iter().any(|verb| VERBS.contains(verb)) {
            continue;
        }
        let reached = |name: &str| name.split_once('/').is_some_and(|(group, resource)| any(&groups, group) && any(&resources, resource));
        let rows = table::actions().iter().enumerate().filter(|(_, action)| action.cloud == "kubernetes" && reached(action.name));
        let operations: BTreeSet<usize> = rows.map(|(index, _)| index).collect();
        if operations.is_empty() {
            continue;
        }
        let mut grant = reaching("kubernetes", &operations);
        grant.name = format!("{kind} {name}");
        grant.breadth = Breadth::Wildcard;
        let reached: Vec<&str> = resources
            .iter()
            .filter(|resource| **resource == "*" || table::actions().iter().any(|action| action.name.ends_with(&format!("/{resource}"))))
            .copied()
            .collect();
        grant.actions = kept(&[&format!("{} on {}", verbs.join(", "), reached.join(", "))]);
        grant.resources = kept(&texts("resourceNames"));
        grant.to = bound(name, file);
        found.push((rule.get("verbs").unwrap_or(rule).at.clone(), grant));
    }
}

fn any(listed: &[&str], name: &str) -> bool {
    listed.iter().any(|one| *one == "*" || *one == name)
}

/// Whom bindings in the same file give the role.
fn bound(role: &str, file: &[Node]) -> Vec<String> {
    let binds = |node: &&Node| node.get("roleRef").and_then(|reference| reference.get("name")?.literal()) == Some(role);
    let subjects = file.iter().filter(binds).filter_map(|binding| binding.get("subjects")).flat_map(Node::items);
    kept(&subjects.filter_map(|subject| subject.get("name")?.literal()).collect::<Vec<_>>())
}
