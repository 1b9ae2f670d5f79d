//! Grants: policies and roles under which somebody may change models.
//!
//! A policy is read whole: what one statement allows, another may deny. What is said of it is what it says: which of its actions reach an
//! operation of `rules/actions.tsv`, on what, to whom, and under which conditions.

mod aws;
mod azure;
mod kubernetes;
mod role;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::tree::{Data, Entry, Node};
use super::{LONGEST, Read, notation, sighting};
use crate::domain::{ChangeKind, Evidence, Grant};
use crate::rulepack::change::ChangeShape;
use crate::scan::detect::Sighting;

/// Operations that a grant names; it tells how many there are besides.
const NAMED: usize = 6;
/// Texts of a list (resources, grantees) that are kept.
const KEPT: usize = 8;
/// Words of a comprehension are no texts.
const WORDS: [&str; 4] = ["for", "in", "if", "else"];
/// In programs, a statement and what is around it lie within so many bytes.
const REACH: usize = 3000;
/// Brackets around an anchor in a program that are looked at.
const LEVELS: usize = 6;
/// A statement, the list it stands in, the policy around the list.
const AROUND: usize = 2;

/// A map and the entry of it that was entered, outermost first.
type Trail<'n> = [(&'n Node, &'n Entry)];

/// Something that was found in a tree, and where.
type Found = (Range<usize>, Grant);

/// `policies` and `roles`: where their anchors stand.
pub(super) fn sightings(read: &Read<'_>, policies: &[usize], roles: &[(usize, &ChangeShape)]) -> Vec<Sighting> {
    let mut found: Vec<Found> = Vec::new();
    if !policies.is_empty() {
        match read.tree() {
            [] if read.text.bytes.len() <= LONGEST => in_program(read, policies, &mut found),
            documents => documents.iter().for_each(|document| walk(document, documents, &mut Vec::new(), &mut found)),
        }
    }
    found.extend(roles.iter().filter_map(|(at, shape)| role::grant(read, *at, shape)));
    found.sort_by(|(a, of_a), (b, of_b)| (a.start, a.end, of_a).cmp(&(b.start, b.end, of_b)));
    found.dedup();
    let named = |mut grant: Grant| {
        if grant.name.is_empty() {
            read.text.name.clone_into(&mut grant.name);
        }
        Evidence::Grant(Box::new(grant))
    };
    let fits = |span: &Range<usize>| span.end <= read.text.bytes.len();
    found.into_iter().filter(|(span, _)| fits(span)).map(|(span, grant)| sighting(span, named(grant))).collect()
}

fn walk<'n>(node: &'n Node, file: &'n [Node], trail: &mut Vec<(&'n Node, &'n Entry)>, found: &mut Vec<Found>) {
    aws::grants(node, trail, file, found);
    azure::grants(node, trail, found);
    kubernetes::grants(node, file, found);
    role::custom(node, trail, found);
    match &node.data {
        Data::List(items) => items.iter().for_each(|item| walk(item, file, trail, found)),
        Data::Map(entries) | Data::Call(_, entries) => {
            for entry in entries {
                trail.push((node, entry));
                walk(&entry.value, file, trail, found);
                trail.pop();
            }
        }
        Data::Text(_) | Data::Other(_) => {}
    }
}

/// Policies as literals in a program: what stands in the brackets around an anchor.
fn in_program(read: &Read<'_>, anchors: &[usize], found: &mut Vec<Found>) {
    let bytes = read.text.bytes;
    let mut done = 0;
    for at in anchors {
        if *at < done {
            continue;
        }
        // A part of a text that may be long, and is cut between characters.
        let (from, to) = (at.saturating_sub(REACH), bytes.len().min(at + REACH));
        let part = String::from_utf8_lossy(&bytes[from..to]);
        if part.len() != to - from {
            continue;
        }
        let open = notation::enclosing(&part, at - from, REACH);
        let levels: Vec<(Node, Vec<Found>)> = open.iter().take(LEVELS).filter_map(|start| level(&part, *start)).collect();
        let Some(first) = levels.iter().position(|(_, grants)| !grants.is_empty()) else { continue };
        let is_policy = |(node, _): &&(Node, Vec<Found>)| matches!(node.data, Data::List(_)) || node.get("statement").is_some();
        let around = levels.iter().skip(first).take(1 + AROUND).rfind(is_policy);
        let Some((node, grants)) = around.or(levels.get(first)) else { continue };
        done = from + node.at.end;
        found.extend(grants.iter().map(|(span, grant)| (span.start + from..span.end + from, grant.clone())));
    }
}

fn level(part: &str, start: usize) -> Option<(Node, Vec<Found>)> {
    let node = notation::value_at(part, start)?;
    let mut found = Vec::new();
    walk(&node, &[], &mut Vec::new(), &mut found);
    Some((node, found))
}

/// What a set of operations comes to, in a grant.
fn reaching(cloud: &str, operations: &BTreeSet<usize>) -> Grant {
    let all: Vec<_> = operations.iter().filter_map(|index| table::actions().get(*index)).collect();
    let kinds: BTreeSet<ChangeKind> = all.iter().map(|action| action.kind).collect();
    // One of each kind first: they tell more than six that train.
    let mut named: BTreeMap<ChangeKind, Vec<&str>> = BTreeMap::new();
    all.iter().for_each(|action| named.entry(action.kind).or_default().push(action.name));
    let mut reach: Vec<String> = Vec::new();
    for round in 0..NAMED {
        reach.extend(named.values().filter_map(|names| names.get(round)).map(|name| (*name).to_owned()));
    }
    reach.truncate(NAMED);
    Grant { cloud: cloud.to_owned(), reach, count: u32::try_from(all.len()).unwrap_or(u32::MAX), kinds: kinds.into_iter().collect(), ..Grant::default() }
}

/// Operations of a cloud that one of the patterns takes in.
fn taken(cloud: &str, patterns: &[&str]) -> BTreeSet<usize> {
    let actions = table::actions().iter().enumerate().filter(|(_, action)| action.cloud == cloud);
    actions.filter(|(_, action)| patterns.iter().any(|pattern| table::takes_in(pattern, action.name))).map(|(index, _)| index).collect()
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Some texts of a node, as written.
fn kept(texts: &[&str]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")) {
        if kept.len() < KEPT && !text.is_empty() && !WORDS.contains(&text.as_str()) && !kept.contains(&text) {
            kept.push(text.chars().take(120).collect());
        }
    }
    kept
}

/// What a policy is called: by the block of HCL it stands in, by its logical name, by its `name`.
fn name(trail: &Trail<'_>) -> Option<String> {
    if let Some((_, entry)) = trail.iter().find(|(_, entry)| !entry.labels.is_empty()) {
        return Some(entry.labels.join("."));
    }
    if let Some((_, entry)) = resource(trail) {
        return Some(entry.key.clone());
    }
    let names = ["PolicyName", "RoleName", "roleName", "Name"];
    trail.iter().rev().find_map(|(map, _)| map.any(&names)?.literal()).map(str::to_owned)
}

/// The resource of a CloudFormation template that the trail goes through.
fn resource<'n>(trail: &Trail<'n>) -> Option<(&'n Node, &'n Entry)> {
    let under = trail.iter().position(|(_, entry)| entry.key == "Resources")?;
    trail.get(under + 1).copied().filter(|(_, entry)| entry.value.get("Type").is_some())
}
