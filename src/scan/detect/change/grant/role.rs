//! Roles that clouds define (`roles/aiplatform.admin`, `AmazonSageMakerFullAccess`), where they are given; and Google's custom roles.

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;

use super::{Found, Trail, kept, name, reaching, taken};
use crate::domain::{Breadth, Grant};
use crate::rulepack::change::ChangeShape;
use crate::scan::detect::change::tree::Node;
use crate::scan::detect::change::{Read, operation};

/// A command goes on for so many bytes.
const COMMAND: usize = 500;
const GRANTEES: [&str; 8] = ["member", "members", "principal_id", "principalId", "role", "roles", "user", "users"];

/// The role at an anchor, with what is around it.
pub(super) fn grant(read: &Read<'_>, at: usize, shape: &ChangeShape) -> Option<Found> {
    let met = operation::met(read, shape, at)?;
    let role = met.role.unwrap_or(met.operation);
    let breadth = if shape.wide { Breadth::Wildcard } else { Breadth::Exact };
    let mut grant = Grant { cloud: shape.cloud.clone(), name: role.clone(), actions: vec![role.clone()], breadth, ..Grant::default() };
    let given = match read.tree() {
        [] => {
            by_command(read.text.bytes, &met.span, &mut grant);
            true
        }
        documents => documents.iter().any(|document| by_map(document, &met.span, &role, &mut grant)),
    };
    given.then_some((met.span, grant))
}

/// The options of the command that gives it.
fn by_command(bytes: &[u8], span: &Range<usize>, grant: &mut Grant) {
    static OPTIONS: OnceLock<Regex> = OnceLock::new();
    let options = OPTIONS.get_or_init(|| {
        Regex::new(r#"--(?P<name>member|assignee|assignee-object-id|role-name|user-name|group-name|condition|scope)[ =]+["']?(?P<value>[^\s"']{1,200})"#)
            .expect("a constant pattern")
    });
    let from = memchr::memmem::rfind(&bytes[span.start.saturating_sub(COMMAND)..span.start], b"\n\n")
        .map_or(span.start.saturating_sub(COMMAND), |blank| span.start.saturating_sub(COMMAND) + blank);
    let lines = String::from_utf8_lossy(&bytes[from..bytes.len().min(span.end + COMMAND)]).into_owned();
    let at = span.start - from;
    // The lines that `\` joins with the one where the role stands.
    let starts = lines.get(..at).map_or(0, |before| before.rfind('\n').map_or(0, |end| joined_back(before, end)));
    let ends = lines.get(at..).map_or(lines.len(), |after| at + joined_on(after));
    for groups in lines.get(starts..ends).into_iter().flat_map(|command| options.captures_iter(command)) {
        let value = groups["value"].to_owned();
        match &groups["name"] {
            "condition" => grant.conditions.push(value),
            "scope" => grant.resources.push(value),
            _ => grant.to.push(value),
        }
    }
    grant.ends = grant.conditions.iter().any(|condition| condition.contains("request.time"));
}

fn joined_back(before: &str, end: usize) -> usize {
    match before[..end].trim_end_matches(['\r', ' ']).strip_suffix('\\') {
        Some(line) => line.rfind('\n').map_or(0, |end| joined_back(before, end)),
        None => end + 1,
    }
}

fn joined_on(after: &str) -> usize {
    let mut end = 0;
    for line in after.split_inclusive('\n') {
        end += line.len();
        if !line.trim_end().ends_with('\\') {
            break;
        }
    }
    end
}

/// The maps in which the role stands: the innermost that says to whom it is given. A list of roles gives none of them to anybody: false.
fn by_map(document: &Node, span: &Range<usize>, role: &str, grant: &mut Grant) -> bool {
    let mut given = false;
    document.visit(&mut |node| {
        if !holds(&node.at, span) {
            return;
        }
        given |= node.entries().iter().any(|entry| holds(&entry.value.at, span) && gives(&entry.key, role));
        let is_role = |text: &str| text.contains(role);
        let to: Vec<&str> = GRANTEES.iter().filter_map(|key| node.get(key)).flat_map(Node::texts).filter(|text| !is_role(text)).collect();
        if !to.is_empty() {
            grant.to = kept(&to);
        }
        if let Some(condition) = node.get("condition") {
            grant.conditions = condition.any(&["title", "expression"]).map_or_else(|| vec!["a condition".to_owned()], |title| kept(&title.texts()));
            grant.ends = condition.texts().iter().any(|text| text.contains("request.time"));
        }
        if let Some(scope) = node.any(&["scope", "project", "resource_group_name"]).and_then(Node::written) {
            grant.resources = kept(&[scope]);
        }
    });
    given
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Is this the key of a role that is given: `role`, `ManagedPolicyArns`, `iam_role_additional_policies`? A role's own name is none.
fn gives(key: &str, role: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    (lower.contains("polic") || lower.contains("role")) && !key.starts_with(role) && !key.starts_with("Amazon")
}

/// Permissions of Google's custom roles.
pub(super) fn custom(node: &Node, trail: &Trail<'_>, found: &mut Vec<Found>) {
    let Some(permissions) = node.any(&["includedPermissions", "permissions"]).filter(|node| !node.items().is_empty()) else { return };
    let texts: Vec<&str> = permissions.texts();
    let operations = taken("gcp", &texts);
    if operations.is_empty() {
        return;
    }
    let mut grant = reaching("gcp", &operations);
    let is_reaching = |text: &&str| !taken("gcp", &[text]).is_empty();
    let first = permissions.items().iter().find(|item| item.written().is_some_and(|text| is_reaching(&text)));
    grant.actions = kept(&texts.iter().copied().filter(is_reaching).collect::<Vec<_>>());
    grant.name = name(trail).or_else(|| node.any(&["title", "name"])?.literal().map(str::to_owned)).unwrap_or_default();
    found.push((first.unwrap_or(permissions).at.clone(), grant));
}
