//! AWS: policies in JSON, YAML, Terraform and programs, statement by statement; a denial takes away what it denies.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Found, Trail, is_pattern, kept, name, reaching, resource, table, taken};
use crate::domain::{Breadth, Grant};
use crate::scan::detect::change::tree::{Data, Node, is_named};

const ACTIONS: [&str; 2] = ["Action", "Actions"];
const NOT_ACTIONS: [&str; 2] = ["NotAction", "NotActions"];
const RESOURCES: [&str; 2] = ["Resource", "Resources"];
const CONDITIONS: [&str; 2] = ["Condition", "Conditions"];
const PRINCIPALS: [&str; 2] = ["Principal", "Principals"];
/// Whom a policy is given to.
const GRANTEES: [&str; 6] = ["role", "roles", "user", "users", "group", "groups"];
/// Where a policy only limits what others grant.
const LIMITS: [&str; 4] = ["aws_organizations_policy", "aws_vpc_endpoint", "aws_vpc_endpoint_policy", "AWS::Organizations::Policy"];
/// Operations that know no resources: `*` is all that can be said.
const BARE: [&str; 4] = [
    "bedrock:PutModelInvocationLoggingConfiguration",
    "bedrock:DeleteModelInvocationLoggingConfiguration",
    "bedrock:PutEnforcedGuardrailConfiguration",
    "bedrock:DeleteEnforcedGuardrailConfiguration",
];

/// The grants of a policy that this node is.
pub(super) fn grants(node: &Node, trail: &Trail<'_>, file: &[Node], found: &mut Vec<Found>) {
    let group = group(node, trail);
    if group.is_empty() || limits(trail) {
        return;
    }
    let statements: Vec<Statement<'_>> = group.into_iter().map(Statement::of).collect();
    let denied = denied(&statements);
    let mut together: BTreeMap<(Breadth, bool), Found> = BTreeMap::new();
    for statement in statements.iter().filter(|statement| !statement.denies) {
        let Some(grant) = statement.grant(&denied, &statements) else { continue };
        together.entry((grant.breadth, grant.conditions.is_empty())).and_modify(|(_, known)| merge(known, &grant)).or_insert_with(|| (statement.span(), grant));
    }
    for (span, mut grant) in together.into_values() {
        grant.name = name(trail).unwrap_or_default();
        grant.to = [grant.to, grantees(trail, file)].concat();
        found.push((span, grant));
    }
}

/// The statements that count together.
fn group<'n>(node: &'n Node, trail: &Trail<'_>) -> Vec<&'n Node> {
    let is_statement = |node: &&Node| node.any(&ACTIONS).or_else(|| node.any(&NOT_ACTIONS)).is_some();
    let complete = |node: &&Node| is_statement(node) && node.get("Effect").is_some();
    match &node.data {
        Data::Map(_) => node.all("Statement").flat_map(Node::each).filter(is_statement).collect(),
        // A call wraps the list in Terraform (`concat`), and the map in Pulumi and the CDK.
        Data::Call(called, entries) if called.rsplit('.').next().is_some_and(|last| last == "PolicyStatement") => {
            entries.iter().map(|entry| &entry.value).filter(is_statement).chain([node].into_iter().filter(is_statement)).take(1).collect()
        }
        Data::List(items) if !trail.last().is_some_and(|(_, entry)| is_named(&entry.key, "Statement")) => items.iter().filter(complete).collect(),
        _ => Vec::new(),
    }
}

fn limits(trail: &Trail<'_>) -> bool {
    let block = trail.iter().any(|(_, entry)| entry.labels.first().is_some_and(|label| LIMITS.contains(&label.as_str())));
    block || resource(trail).and_then(|(_, entry)| entry.value.get("Type")?.literal()).is_some_and(|kind| LIMITS.contains(&kind))
}

struct Statement<'n> {
    node: &'n Node,
    denies: bool,
    actions: Vec<&'n str>,
    /// All but these.
    except: Vec<&'n str>,
    resources: Vec<&'n str>,
    conditions: Vec<String>,
    ends: bool,
    principals: Vec<&'n str>,
}

impl<'n> Statement<'n> {
    fn of(node: &'n Node) -> Self {
        let texts = |keys: &[&str]| node.any(keys).map(Node::texts).unwrap_or_default();
        let conditions = conditions(node);
        Self {
            node,
            denies: node.get("Effect").and_then(Node::written).is_some_and(|effect| effect.to_ascii_lowercase().contains("deny")),
            actions: texts(&ACTIONS),
            except: texts(&NOT_ACTIONS),
            resources: texts(&RESOURCES),
            ends: conditions.iter().any(|key| key.ends_with(":CurrentTime") || key.ends_with(":EpochTime")),
            conditions,
            principals: texts(&PRINCIPALS),
        }
    }

    /// The operations on models that it speaks of.
    fn operations(&self) -> BTreeSet<usize> {
        if self.except.is_empty() {
            // A policy of a resource that says `*` speaks of that resource alone.
            let patterns: Vec<&str> = self.actions.iter().copied().filter(|action| self.principals.is_empty() || *action != "*").collect();
            return taken("aws", &patterns);
        }
        let except = taken("aws", &self.except);
        taken("aws", if self.principals.is_empty() { &["*"] } else { &[] }).difference(&except).copied().collect()
    }

    fn is_about_all(&self) -> bool {
        let all = |text: &str| text == "*" || text.ends_with(":*") && text.starts_with("arn:") && text.split(':').count() == 6;
        self.resources.iter().any(|text| all(text)) || self.resources.is_empty() && self.node.get("NotResource").is_some()
    }

    fn grant(&self, denied: &BTreeSet<usize>, statements: &[Self]) -> Option<Grant> {
        let operations: BTreeSet<usize> = self.operations().difference(denied).copied().collect();
        if operations.is_empty() {
            return None;
        }
        let mut grant = reaching("aws", &operations);
        let reaches = |pattern: &&&str| !taken("aws", &[**pattern]).is_disjoint(&operations);
        let actions: Vec<&str> = self.actions.iter().filter(reaches).copied().collect();
        let named = table::actions();
        let bare = || operations.iter().all(|index| named.get(*index).is_some_and(|action| BARE.contains(&action.name)));
        grant.breadth = match () {
            () if !self.except.is_empty() || actions.iter().any(|action| is_pattern(action)) => Breadth::Wildcard,
            () if self.is_about_all() && !bare() => Breadth::AllResources,
            () => Breadth::Exact,
        };
        grant.actions = if self.except.is_empty() { kept(&actions) } else { vec![format!("all but {}", kept(&self.except).join(", "))] };
        grant.resources = kept(&self.resources);
        grant.to = kept(&self.principals);
        grant.conditions = self.conditions.clone();
        // A denial under a condition leaves what the condition leaves.
        let unless = statements.iter().filter(|other| other.denies && !other.conditions.is_empty() && other.operations().is_superset(&operations));
        grant.conditions.extend(unless.flat_map(|other| other.conditions.iter().map(|key| format!("denied by {key}"))));
        grant.ends = self.ends;
        Some(grant)
    }

    fn span(&self) -> Range<usize> {
        let of = self.node.any(&ACTIONS).or_else(|| self.node.any(&NOT_ACTIONS)).unwrap_or(self.node);
        // A list is shown by what stands first in it.
        of.items().first().unwrap_or(of).at.clone()
    }
}

/// Operations that are denied whatever the resource.
fn denied(statements: &[Statement<'_>]) -> BTreeSet<usize> {
    let whole =
        |statement: &&Statement<'_>| statement.denies && statement.conditions.is_empty() && (statement.is_about_all() || statement.resources.is_empty());
    statements.iter().filter(whole).flat_map(Statement::operations).collect()
}

/// The keys that conditions ask for.
fn conditions(statement: &Node) -> Vec<String> {
    let mut keys = BTreeSet::new();
    for condition in CONDITIONS.iter().flat_map(|name| statement.all(name)) {
        match condition.get("variable") {
            Some(variable) => keys.extend(variable.written().map(str::to_owned)),
            None => keys.extend(condition.entries().iter().flat_map(|operator| operator.value.entries()).map(|entry| entry.key.clone())),
        }
        // What is computed cannot be read, but it is a condition.
        if keys.is_empty() {
            keys.insert("a condition".to_owned());
        }
    }
    keys.into_iter().collect()
}

fn merge(known: &mut Grant, more: &Grant) {
    let count = |grant: &Grant| BTreeSet::from_iter(grant.reach.clone()).len();
    if count(more) > count(known) {
        known.reach.clone_from(&more.reach);
    }
    known.count = known.count.max(more.count);
    let add = |to: &mut Vec<String>, from: &[String]| {
        for text in from {
            if !to.contains(text) {
                to.push(text.clone());
            }
        }
    };
    add(&mut known.actions, &more.actions);
    add(&mut known.resources, &more.resources);
    add(&mut known.to, &more.to);
    add(&mut known.conditions, &more.conditions);
    known.kinds = BTreeSet::from_iter(known.kinds.iter().chain(&more.kinds).copied()).into_iter().collect();
    known.ends &= more.ends;
}

/// Whom the policy is given to, so far as the file tells.
fn grantees(trail: &Trail<'_>, file: &[Node]) -> Vec<String> {
    let of = |node: &Node| kept(&GRANTEES.iter().filter_map(|key| node.get(key)).flat_map(Node::texts).collect::<Vec<_>>());
    if let Some((_, block)) = trail.iter().find(|(_, entry)| !entry.labels.is_empty()) {
        let own = of(&block.value);
        return if own.is_empty() { attached(&block.labels.join("."), file, 2) } else { own };
    }
    let Some((_, entry)) = resource(trail) else { return Vec::new() };
    let properties = entry.value.get("Properties").unwrap_or(&entry.value);
    let is_policy = entry.value.get("Type").and_then(Node::literal).is_some_and(|kind| kind.ends_with("Policy"));
    if is_policy { of(properties) } else { vec![entry.key.clone()] }
}

/// Blocks of Terraform that name this one, and whom they give it to.
fn attached(label: &str, file: &[Node], depth: u32) -> Vec<String> {
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    let named = format!("{label}.");
    let blocks = file.iter().flat_map(Node::entries).filter(|entry| entry.labels.len() == 2 && entry.labels.join(".") != label);
    for block in blocks.filter(|block| block.value.texts().iter().any(|text| text.contains(&named))) {
        let own: Vec<_> = GRANTEES.iter().filter_map(|key| block.value.get(key)).flat_map(Node::texts).collect();
        let to = if own.is_empty() { attached(&block.labels.join("."), file, depth) } else { kept(&own) };
        if !to.is_empty() {
            return to;
        }
    }
    Vec::new()
}
