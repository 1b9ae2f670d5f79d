//! Revisions as people type them, resolved by git's rules: `main`, `v1.2~3`, `HEAD^2`, `1a2b3c4`, `v1^{commit}`.

#[cfg(test)]
use super::super::objects::Objects;
use super::super::objects::{Id, Kind, Number};
use super::super::repository::Repository;
use super::lookup::Lookup;

/// Git takes no fewer digits for the start of a name.
const FEWEST_DIGITS: usize = 4;
/// Names that a message lists.
const LISTED: usize = 4;
/// What is less like a name that exists is no slip of the finger.
const NEAR: f64 = 0.8;

/// A revision that is none here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("revision `{revision}`: {why}")]
pub(in super::super) struct Error {
    pub(super) revision: String,
    pub(super) why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Why {
    #[error("there is no such branch, tag or commit{}", .nearest.as_ref().map(|near| format!("; is `{near}` meant?")).unwrap_or_default())]
    Unknown { nearest: Option<String> },
    #[error("nothing is committed yet")]
    Unborn,
    #[error("it is not in the repository")]
    Absent,
    #[error("several commits begin so: {}; more digits tell them apart", .0.join(", "))]
    Ambiguous(Vec<String>),
    #[error("this is a {0}, no commit")]
    Other(&'static str),
    #[error("history does not go back so far")]
    Beyond,
    #[error("the commit has no parent of that number")]
    NoParent,
    #[error("this form is not read; names, ids, `~3`, `^2` and `^{{commit}}` are")]
    Form,
    #[error("{0}")]
    Broken(String),
}

/// The commit that a revision means.
#[cfg(test)]
pub(super) fn commit(objects: &Objects, repository: &Repository, revision: &str) -> Result<Number, Error> {
    let mut lookup = Lookup::new(objects, &repository.shallow);
    resolve(&mut lookup, repository, revision).and_then(|number| committed(&mut lookup, number)).map_err(|why| Error { revision: revision.to_owned(), why })
}

/// The object that a revision names: a tag as such, and also what is no commit.
pub(super) fn object(lookup: &mut Lookup<'_>, repository: &Repository, revision: &str) -> Result<Number, Error> {
    resolve(lookup, repository, revision).map_err(|why| Error { revision: revision.to_owned(), why })
}

/// Is this a whole id, or the name of a ref? Nothing else can be meant by it then.
pub(super) fn is_name(repository: &Repository, text: &str) -> bool {
    full_id(repository, text).is_some() || repository.named(text).is_some()
}

fn resolve(lookup: &mut Lookup<'_>, repository: &Repository, revision: &str) -> Result<Number, Why> {
    let (name, mut steps) = revision.split_at(revision.find(['~', '^']).unwrap_or(revision.len()));
    let mut number = base(lookup, repository, name)?;
    while let Some(step) = steps.chars().next() {
        let rest = &steps[step.len_utf8()..];
        if let Some(("" | "commit", rest)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).filter(|_| step == '^') {
            number = lookup.peeled(number, &mut Vec::new()).map_err(Why::Broken)?;
            steps = rest;
            continue;
        }
        let (digits, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        let count: u64 = if digits.is_empty() { 1 } else { digits.parse().map_err(|_| Why::Beyond)? };
        number = committed(lookup, number)?;
        number = match step {
            '~' => before(lookup, number, count)?,
            '^' if !rest.starts_with(['{', '@', '!', '-']) => parent(lookup, number, count)?,
            _ => return Err(Why::Form),
        };
        steps = rest;
    }
    Ok(number)
}

/// What a revision begins with: an id, a ref, or the start of an id, in this order.
fn base(lookup: &Lookup<'_>, repository: &Repository, name: &str) -> Result<Number, Why> {
    let objects = lookup.objects;
    if let Some(id) = full_id(repository, name).or_else(|| repository.named(name)) {
        return objects.find(&id).ok_or(Why::Absent);
    }
    if matches!(name, "HEAD" | "@") {
        return Err(Why::Unborn);
    }
    if name.len() >= FEWEST_DIGITS && name.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        let found = objects.starting_with(name);
        // Whoever types a revision means a commit, whatever else begins so.
        let commits: Vec<Number> = found.iter().copied().filter(|number| matches!(objects.kind(*number), Some(Kind::Commit | Kind::Tag))).collect();
        match (&commits[..], &found[..]) {
            ([one], _) => return Ok(*one),
            ([], [other, ..]) => return Ok(*other),
            ([], []) => {}
            (several, _) => return Err(Why::Ambiguous(listed(several.iter().map(|number| objects.id(*number).to_string())))),
        }
    }
    match name.contains(':') || name.contains("@{") {
        true => Err(Why::Form),
        false => Err(Why::Unknown { nearest: nearest(repository, name) }),
    }
}

fn full_id(repository: &Repository, text: &str) -> Option<Id> {
    Some(text).filter(|text| text.len() == 2 * repository.hash.length()).and_then(|text| Id::from_hex(text.as_bytes()))
}

fn committed(lookup: &mut Lookup<'_>, number: Number) -> Result<Number, Why> {
    let number = lookup.peeled(number, &mut Vec::new()).map_err(Why::Broken)?;
    match lookup.objects.kind(number) {
        Some(Kind::Commit) => Ok(number),
        Some(Kind::Tree) => Err(Why::Other("tree")),
        Some(Kind::Blob) => Err(Why::Other("blob")),
        Some(Kind::Tag) | None => Err(Why::Broken("it cannot be read".to_owned())),
    }
}

/// `~count`.
fn before(lookup: &mut Lookup<'_>, mut number: Number, count: u64) -> Result<Number, Why> {
    // A line of parents with more steps than there are objects goes round in a circle, which only a forger makes.
    if count > lookup.objects.len() as u64 {
        return Err(Why::Beyond);
    }
    for _ in 0..count {
        number = *lookup.commit(number).map_err(Why::Broken)?.parents.first().ok_or(Why::Beyond)?;
    }
    Ok(number)
}

/// `^count`; `^0` is the commit itself.
fn parent(lookup: &mut Lookup<'_>, number: Number, count: u64) -> Result<Number, Why> {
    let Some(at) = count.checked_sub(1) else { return Ok(number) };
    let parents = lookup.commit(number).map_err(Why::Broken)?.parents;
    usize::try_from(at).ok().and_then(|at| parents.get(at)).copied().ok_or(Why::NoParent)
}

fn listed(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    if names.len() > LISTED {
        names.truncate(LISTED);
        names.push("…".to_owned());
    }
    names
}

/// The branch or tag whose name is most like what was typed.
pub(super) fn nearest(repository: &Repository, typed: &str) -> Option<String> {
    let short = |name: &'_ str| ["refs/heads/", "refs/tags/", "refs/remotes/"].iter().find_map(|kind| name.strip_prefix(kind)).map(str::to_owned);
    let names = repository.refs.keys().filter_map(|name| short(name));
    let likeness = names.map(|name| (strsim::jaro_winkler(&name, typed), name));
    likeness.filter(|(likeness, _)| *likeness >= NEAR).max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1))).map(|(_, name)| name)
}

#[cfg(test)]
mod tests;
