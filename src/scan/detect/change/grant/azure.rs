//! Azure: role definitions in JSON, Bicep and Terraform: what `actions` and `dataActions` allow, less what their counterparts take away.

use std::collections::BTreeSet;

use super::{Found, Trail, is_pattern, kept, name, reaching, taken};
use crate::domain::Breadth;
use crate::scan::detect::change::tree::Node;

const SERVICES: [&str; 2] = ["microsoft.machinelearningservices/", "microsoft.cognitiveservices/"];

pub(super) fn grants(node: &Node, trail: &Trail<'_>, found: &mut Vec<Found>) {
    let texts = |keys: [&str; 2]| keys.iter().filter_map(|key| node.get(key)).flat_map(Node::texts).collect::<Vec<_>>();
    let (actions, except) = (texts(["actions", "dataActions"]), texts(["notActions", "notDataActions"]));
    // `*` is said of one cloud; the shape of a role definition says of which.
    let is_definition = node.get("notActions").is_some() || node.get("assignableScopes").is_some();
    let speaks = |action: &&&str| SERVICES.iter().any(|service| action.to_ascii_lowercase().starts_with(service)) || **action == "*" && is_definition;
    let patterns: Vec<&str> = actions.iter().filter(speaks).copied().collect();
    let operations: BTreeSet<usize> = taken("azure", &patterns).difference(&taken("azure", &except)).copied().collect();
    if operations.is_empty() {
        return;
    }
    let mut grant = reaching("azure", &operations);
    let reaching: Vec<&str> = patterns.into_iter().filter(|pattern| !taken("azure", &[pattern]).is_disjoint(&operations)).collect();
    grant.breadth = if reaching.iter().any(|action| is_pattern(action)) { Breadth::Wildcard } else { Breadth::Exact };
    let first =
        ["actions", "dataActions"].iter().filter_map(|key| node.get(key)).flat_map(Node::items).find(|item| item.written() == reaching.first().copied());
    grant.actions = kept(&reaching);
    grant.name = name(trail).or_else(|| node.get("Name")?.literal().map(str::to_owned)).unwrap_or_default();
    let scopes = || trail.iter().rev().map(|(map, _)| *map).chain([node]).find_map(|map| map.any(&["assignableScopes", "scope"]));
    grant.resources = scopes().map(|scopes| kept(&scopes.texts())).unwrap_or_default();
    found.push((first.unwrap_or(node).at.clone(), grant));
}
