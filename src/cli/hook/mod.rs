//! `heliodon hook`: checks that git runs. `pre-commit` is `scan --staged`; the others read from standard input what a push brings.

mod config;
mod install;
mod repository;
mod script;

use std::io::{self, Read};
use std::path::PathBuf;

use super::flags::{Gate, History as Asked, Hook, Keep, Scan, Targets};
use super::{Error, Exit, say, scan};
use crate::domain::{Range, Reach};

/// A push of more refs than fit in here is a mistake.
const LONGEST: u64 = 64 << 20;

pub(super) fn run(command: Hook) -> Result<Exit, Error> {
    match command {
        Hook::Install { kinds, force } => install::install(&kinds, force),
        Hook::Uninstall { kinds } => install::uninstall(&kinds),
        Hook::PreReceive(flags) => {
            // The refs are the server's, and as they were: what they reach was let in before.
            gate(flags, tips(&read_lines()?, received)?, "refs/")
        }
        Hook::PrePush { remote, address: _, gate: flags } => {
            let known = if remote.contains(['/', ':']) { "refs/remotes/".to_owned() } else { format!("refs/remotes/{remote}/") };
            gate(flags, tips(&read_lines()?, sent)?, &known)
        }
    }
}

/// Scans what these commits bring in, and says nothing when that is nothing.
fn gate(flags: Gate, tips: Vec<String>, known: &str) -> Result<Exit, Error> {
    if tips.is_empty() {
        return Ok(Exit::Clean);
    }
    let range = Range::Commits { tips, known: Vec::new(), known_refs: vec![known.to_owned()] };
    let reach = Reach { range, tree: false, objects: quarantine(|name| std::env::var(name).ok()), ..Reach::default() };
    let targets = Targets { targets: vec![".".into()], gitignore: false, exclude: Vec::new(), history: Asked::default() };
    let scan = Scan { targets, own: flags.own, map: flags.map, reduce: flags.reduce, keep: Keep::default(), report: flags.report };
    let exit = scan::run_on(&scan, reach, true)?;
    if exit == Exit::Findings {
        say(&format!("heliodon: {}", script::ADVICE));
    }
    Ok(exit)
}

/// Where git keeps what a push brought until it is taken in, and what that builds on.
fn quarantine(environment: impl Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    if environment("GIT_QUARANTINE_PATH").is_none() {
        return Vec::new();
    }
    let alternates = environment("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
    let directories = environment("GIT_OBJECT_DIRECTORY").into_iter().chain(unquoted(&alternates));
    // Git may name them from where it runs the hook; an empty name is none.
    directories.filter_map(|directory| std::path::absolute(directory).ok()).collect()
}

/// Paths between colons; one with a colon in it stands in quotes.
fn unquoted(list: &str) -> Vec<String> {
    let (mut paths, mut path, mut quoted, mut letters) = (Vec::new(), String::new(), false, list.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted || path.is_empty() => quoted = !quoted,
            '\\' if quoted => path.extend(letters.next()),
            ':' if !quoted => paths.push(std::mem::take(&mut path)),
            letter => path.push(letter),
        }
    }
    paths.push(path);
    paths
}

/// The new commit of a line of pre-receive: `OLD NEW REF`.
fn received<'l>(words: &[&'l str]) -> Option<&'l str> {
    (words.len() == 3).then(|| words[1])
}

/// The new commit of a line of pre-push: `REF NEW REF OLD`.
fn sent<'l>(words: &[&'l str]) -> Option<&'l str> {
    (words.len() == 4).then(|| words[1])
}

/// The commits that refs would have; a ref that goes has none.
fn tips(text: &str, new: for<'l> fn(&[&'l str]) -> Option<&'l str>) -> Result<Vec<String>, Error> {
    let mut tips = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty()) {
        let words: Vec<&str> = line.split(' ').collect();
        let id = new(&words).filter(|id| matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let id = id.ok_or_else(|| Error::Input(format!("standard input, line {number}: this is not what git gives a hook")))?;
        if id.bytes().any(|byte| byte != b'0') {
            tips.push(id.to_owned());
        }
    }
    tips.sort();
    tips.dedup();
    Ok(tips)
}

fn read_lines() -> Result<String, Error> {
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text);
    match read {
        Ok(length) if length as u64 > LONGEST => Err(Error::Input("standard input is too long for a push".into())),
        Ok(_) => Ok(text),
        Err(error) => Err(Error::File { name: "standard input".into(), error }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_names_its_new_commits() {
        let (zero, a, b) = ("0".repeat(40), "a".repeat(40), "b".repeat(64));
        let lines = format!("{zero} {b} refs/heads/new\n{a} {zero} refs/heads/gone\n{zero} {a} refs/tags/é x\n");
        assert!(tips(&lines, received).is_err(), "a ref has no spaces");
        let lines = lines.replace("é x", "é");
        assert_eq!(tips(&lines, received).ok(), Some(vec![a.clone(), b.clone()]));
        assert_eq!(tips("", received).ok(), Some(Vec::new()));
        assert_eq!(tips(&format!("refs/heads/x {a} refs/heads/x {zero}\n"), sent).ok(), Some(vec![a.clone()]));
        assert!(tips(&format!("{a} HEAD refs/heads/x\n"), received).is_err());
    }

    #[test]
    fn what_a_push_brought_lies_in_quarantine() {
        let value = |name: &str| match name {
            "GIT_QUARANTINE_PATH" | "GIT_OBJECT_DIRECTORY" => Some("/srv/a.git/objects/tmp_objdir-incoming-x".to_owned()),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES" => Some("/srv/a.git/objects:\"/srv/b:\\\"c/objects\":/d".to_owned()),
            _ => None,
        };
        let paths = ["/srv/a.git/objects/tmp_objdir-incoming-x", "/srv/a.git/objects", "/srv/b:\"c/objects", "/d"];
        assert_eq!(quarantine(value), paths.map(PathBuf::from));
        assert_eq!(quarantine(|name| value(name).filter(|_| name != "GIT_QUARANTINE_PATH")), Vec::<PathBuf>::new());
    }
}
