//! A repository as it lies on disk: its directories, HEAD, refs, and what is known to be missing from it.

mod config;
mod refs;
mod remote;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::objects::{Hash, Id};
use crate::domain;
use config::Config;
use refs::Pointer;

/// A repository, opened for reading. Nothing in it is executed, and no configuration but its own is read.
#[derive(Debug)]
pub(super) struct Repository {
    /// Git directory of this worktree: HEAD and index.
    pub(super) directory: PathBuf,
    /// What linked worktrees share: refs and objects. Often the same directory.
    #[cfg_attr(not(test), expect(dead_code, reason = "tells where the rest comes from"))]
    pub(super) common: PathBuf,
    /// Where files are checked out; None for a bare repository.
    pub(super) worktree: Option<PathBuf>,
    pub(super) hash: Hash,
    /// Object directory, without alternates. Those of a quarantine are for the caller to add.
    pub(super) objects: Vec<PathBuf>,
    pub(super) head: Head,
    /// Every ref by full name; refs of linked worktrees as `worktrees/NAME/…`, entries of the stash as `refs/stash@{N}`.
    pub(super) refs: BTreeMap<String, Id>,
    /// Commits whose parents were left out.
    pub(super) shallow: BTreeSet<Id>,
    /// A remote promises the objects that are missing.
    pub(super) partial: bool,
    /// Cleaned address of the remote.
    pub(super) remote: Option<String>,
    /// Refs are kept in a form that is not read here; which commits they reach is unknown.
    pub(super) unknown_refs: bool,
}

/// What is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// A branch by its full name; no commit before its first one.
    Branch(String, Option<Id>),
    Detached(Id),
}

impl Head {
    pub(super) fn commit(&self) -> Option<Id> {
        match self {
            Head::Branch(_, commit) => *commit,
            Head::Detached(commit) => Some(*commit),
        }
    }
}

/// Receives what is wrong with a file.
type Tell<'t> = dyn FnMut(&Path, &str) + 't;

impl Repository {
    /// Opens the repository at `path`: the root of a worktree, a bare repository, or a git directory. The error names the file that
    /// makes it no repository; what is wrong beside that goes to `trouble`, and the rest is read.
    pub(super) fn open(path: &Path, trouble: &mut dyn FnMut(String)) -> io::Result<Self> {
        let tell: &mut Tell<'_> = &mut |file, message| trouble(format!("{}: {message}", file.display()));
        let (directory, worktree) = git_directory(path)?;
        let common = common_directory(&directory)?;
        let config = configuration(&common.join("config"), tell);
        let hash = match config.get("extensions", "", "objectformat").unwrap_or("sha1") {
            format if format.eq_ignore_ascii_case("sha1") => Hash::Sha1,
            format if format.eq_ignore_ascii_case("sha256") => Hash::Sha256,
            format => return Err(wrong(&common.join("config"), &format!("the object format `{format}` is not known"))),
        };
        let unknown_refs = config.get("extensions", "", "refstorage").is_some_and(|form| form != "files");
        if unknown_refs {
            tell(&common.join("reftable"), "refs in this form are not read; all commits count as reached by a ref");
        }
        let refs = refs::read(&common, hash, tell);
        let head = head(&directory, &refs, hash)?;
        let remote = remote(&config, &head);
        Ok(Self {
            worktree: worktree.or_else(|| config.get("core", "", "worktree").map(|worktree| directory.join(worktree))),
            objects: vec![common.join("objects")],
            shallow: shallow(&common.join("shallow"), hash, tell),
            partial: is_partial(&config, &common),
            directory,
            common,
            hash,
            head,
            refs,
            remote,
            unknown_refs,
        })
    }

    /// What reports say of it.
    pub(super) fn described(&self) -> domain::Repository {
        let branch = match &self.head {
            Head::Branch(name, _) => Some(name.strip_prefix("refs/heads/").unwrap_or(name).to_owned()),
            Head::Detached(_) => None,
        };
        domain::Repository {
            head: self.head.commit().map(|id| id.to_string()),
            branch,
            remote: self.remote.clone(),
            shallow: !self.shallow.is_empty(),
            partial: self.partial,
        }
    }

    /// The object that a name stands for, by git's rules: `HEAD`, `main`, `origin/main`, `v1`, `refs/…`.
    pub(super) fn named(&self, name: &str) -> Option<Id> {
        let special = || name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') && !name.is_empty();
        if matches!(name, "HEAD" | "@") {
            return self.head.commit();
        }
        let rules = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].into_iter().map(|rule| format!("{rule}{name}"));
        let link = || format!("refs/remotes/{name}/HEAD");
        rules.chain(std::iter::once_with(link)).find_map(|full| self.refs.get(&full).copied()).or_else(|| {
            let text = special().then(|| text(&self.directory.join(name), &mut |_, _| ())).flatten()?;
            match refs::pointer(&text, self.hash)? {
                Pointer::Object(id) => Some(id),
                Pointer::Ref(name) => self.refs.get(&name).copied(),
            }
        })
    }
}

/// The git directory behind a path, and the worktree if the path is one.
fn git_directory(path: &Path) -> io::Result<(PathBuf, Option<PathBuf>)> {
    let inside = path.join(".git");
    match fs::metadata(&inside) {
        Ok(found) if found.is_dir() => return Ok((inside, Some(path.to_owned()))),
        Ok(found) if found.is_file() => {
            let text = needed(&inside)?;
            let directory = text.strip_prefix("gitdir:").map(str::trim).filter(|directory| !directory.is_empty());
            let directory = path.join(directory.ok_or_else(|| wrong(&inside, "does not say `gitdir: …`"))?);
            return match directory.join("HEAD").exists() {
                true => Ok((directory, Some(path.to_owned()))),
                false => Err(wrong(&inside, "names a directory that is no git directory")),
            };
        }
        _ => {}
    }
    match path.join("HEAD").exists() && (path.join("objects").is_dir() || path.join("commondir").is_file()) {
        true => Ok((path.to_owned(), None)),
        false => Err(wrong(path, "is no git repository")),
    }
}

fn common_directory(directory: &Path) -> io::Result<PathBuf> {
    let file = directory.join("commondir");
    let common = match file.exists() {
        true => directory.join(needed(&file)?.trim_end_matches(['\n', '\r'])),
        false => directory.to_owned(),
    };
    match common.join("objects").is_dir() {
        true => Ok(common),
        false => Err(wrong(&common, "has no objects; it is no git repository")),
    }
}

fn configuration(path: &Path, tell: &mut Tell<'_>) -> Config {
    let text = text(path, tell).unwrap_or_default();
    Config::parse(&text, &mut |line| tell(path, &format!("line {line} is no setting")))
}

fn head(directory: &Path, refs: &BTreeMap<String, Id>, hash: Hash) -> io::Result<Head> {
    let path = directory.join("HEAD");
    // Long ago HEAD was a symbolic link.
    let link = fs::read_link(&path).ok().and_then(|link| link.to_str().map(str::to_owned)).filter(|link| link.starts_with("refs/"));
    let said = match link {
        Some(name) => Some(Pointer::Ref(name)),
        None => refs::pointer(&needed(&path)?, hash),
    };
    match said {
        Some(Pointer::Ref(name)) => {
            let commit = refs.get(&name).copied();
            Ok(Head::Branch(name, commit))
        }
        Some(Pointer::Object(id)) => Ok(Head::Detached(id)),
        None => Err(wrong(&path, "names neither a branch nor a commit")),
    }
}

/// The remote that the branch follows, `origin`, or the only one.
fn remote(config: &Config, head: &Head) -> Option<String> {
    let followed = match head {
        Head::Branch(name, _) => name.strip_prefix("refs/heads/").and_then(|branch| config.get("branch", branch, "remote")),
        Head::Detached(_) => None,
    };
    let only = || {
        let names: BTreeSet<&str> = config.subsections("remote", "url").collect();
        names.first().copied().filter(|_| names.len() == 1)
    };
    let url = |name: &str| config.get("remote", name, "url");
    followed.and_then(url).or_else(|| url("origin")).or_else(|| only().and_then(url)).and_then(remote::clean)
}

fn shallow(path: &Path, hash: Hash, tell: &mut Tell<'_>) -> BTreeSet<Id> {
    let mut commits = BTreeSet::new();
    for (number, line) in (1..).zip(text(path, tell).unwrap_or_default().lines()) {
        match refs::id(line.trim(), hash) {
            Some(id) => drop(commits.insert(id)),
            None => tell(path, &format!("line {number} is no commit")),
        }
    }
    commits
}

fn is_partial(config: &Config, common: &Path) -> bool {
    let promised = || fs::read_dir(common.join("objects/pack")).into_iter().flatten().flatten();
    config.get("extensions", "", "partialclone").is_some()
        || config.any("remote", "promisor")
        || config.subsections("remote", "partialclonefilter").next().is_some()
        || promised().any(|entry| entry.path().extension().is_some_and(|ending| ending == "promisor"))
}

/// A file's text; None when there is none.
fn text(path: &Path, tell: &mut Tell<'_>) -> Option<String> {
    match read(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            tell(path, &error.to_string());
            None
        }
    }
}

/// The text of a file without which there is no repository.
fn needed(path: &Path) -> io::Result<String> {
    read(path).map_err(|error| wrong(path, &error.to_string()))
}

/// Only regular files are opened, since a pipe would never end.
fn read(path: &Path) -> io::Result<String> {
    match fs::metadata(path)?.is_file() {
        true => fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        false => Err(io::Error::other("is no file")),
    }
}

fn wrong(path: &Path, message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: {message}", path.display()))
}

#[cfg(test)]
mod tests;
