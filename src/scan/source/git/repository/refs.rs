//! References: loose and packed, those of linked worktrees, and what the stash keeps in its log.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::super::objects::{Hash, Id};
use super::{Tell, text};

/// Links of symbolic refs are followed so far, as git does.
const DEEPEST_LINK: u32 = 5;
/// Folders below `refs/` are entered so far.
const DEEPEST_FOLDER: u32 = 64;

/// What a ref, or HEAD, says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pointer {
    Object(Id),
    Ref(String),
}

/// All refs by name, links resolved. A link to nothing is left out: that is what `origin/HEAD` becomes when its branch goes.
pub(super) fn read(common: &Path, hash: Hash, tell: &mut Tell<'_>) -> BTreeMap<String, Id> {
    let mut pointers = packed(&common.join("packed-refs"), hash, tell);
    loose(common, "refs", hash, 0, &mut pointers, tell);
    for (name, directory) in worktrees(common) {
        let mut own = BTreeMap::new();
        loose(&directory, "refs", hash, 0, &mut own, tell);
        if let Some(head) = text(&directory.join("HEAD"), tell).and_then(|text| pointer(&text, hash)) {
            own.insert("HEAD".to_owned(), head);
        }
        pointers.extend(own.into_iter().map(|(own, pointer)| (format!("worktrees/{name}/{own}"), pointer)));
    }
    let mut refs: BTreeMap<String, Id> = pointers.keys().filter_map(|name| Some((name.clone(), resolve(&pointers, name)?))).collect();
    refs.extend(stashed(common, hash, tell));
    refs
}

/// `ref: refs/heads/main`, or an id.
pub(super) fn pointer(text: &str, hash: Hash) -> Option<Pointer> {
    match text.strip_prefix("ref:") {
        Some(name) => Some(name.trim()).filter(|name| !name.is_empty()).map(|name| Pointer::Ref(name.to_owned())),
        None => id(text.split_whitespace().next()?, hash).map(Pointer::Object),
    }
}

pub(super) fn id(digits: &str, hash: Hash) -> Option<Id> {
    Some(digits).filter(|digits| digits.len() == 2 * hash.length()).and_then(|digits| Id::from_hex(digits.as_bytes()))
}

fn resolve(pointers: &BTreeMap<String, Pointer>, name: &str) -> Option<Id> {
    let mut pointer = pointers.get(name)?;
    for _ in 0..DEEPEST_LINK {
        match pointer {
            Pointer::Object(id) => return Some(*id),
            Pointer::Ref(name) => pointer = pointers.get(name)?,
        }
    }
    None
}

fn packed(path: &Path, hash: Hash, tell: &mut Tell<'_>) -> BTreeMap<String, Pointer> {
    let mut refs = BTreeMap::new();
    let text = text(path, tell).unwrap_or_default();
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() || line.starts_with(['#', '^']) {
            continue;
        }
        match line.split_once(' ').and_then(|(digits, name)| Some((name, id(digits, hash)?))) {
            Some((name, id)) => drop(refs.insert(name.to_owned(), Pointer::Object(id))),
            None => tell(path, &format!("line {number} is no ref")),
        }
    }
    refs
}

/// The files below a folder of refs; each replaces the packed ref of its name.
fn loose(root: &Path, folder: &str, hash: Hash, depth: u32, refs: &mut BTreeMap<String, Pointer>, tell: &mut Tell<'_>) {
    let directory = root.join(folder);
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => return tell(&directory, &error.to_string()),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return tell(&directory, &error.to_string()),
        };
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < DEEPEST_FOLDER => loose(root, &name, hash, depth + 1, refs, tell),
            Ok(kind) if kind.is_dir() => tell(&entry.path(), "is nested too deep"),
            _ if name.ends_with(".lock") => {}
            _ => {
                let Some(text) = text(&entry.path(), tell) else { continue };
                match pointer(&text, hash) {
                    Some(pointer) => drop(refs.insert(name, pointer)),
                    None => tell(&entry.path(), "is no ref"),
                }
            }
        }
    }
}

/// The linked worktrees: name and git directory.
fn worktrees(common: &Path) -> Vec<(String, std::path::PathBuf)> {
    let entries = fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())).filter(|(_, path)| path.is_dir()).collect();
    found.sort();
    found
}

/// `stash@{1}` and older are held by the log of the stash alone.
fn stashed(common: &Path, hash: Hash, tell: &mut Tell<'_>) -> Vec<(String, Id)> {
    let path = common.join("logs/refs/stash");
    let text = text(&path, tell).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let mut stashed = Vec::new();
    for (number, line) in lines.iter().rev().enumerate() {
        match line.split(' ').nth(1).and_then(|digits| id(digits, hash)) {
            Some(id) => stashed.push((format!("refs/stash@{{{number}}}"), id)),
            None => tell(&path, &format!("line {} is no entry of a log", lines.len() - number)),
        }
    }
    stashed
}
