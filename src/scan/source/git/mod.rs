//! Git: the history of a repository. Every object is read once, and only what was found is traced to its commits.
//!
//! ```text
//!  Repository ─▶ Objects ─▶ Names ─▶ sweep ─▶ Finds ─▶ places ─▶ tell ─▶ observations with their History
//! ```
//!
//! [`sweep`] asks each object what it holds, [`history`] says where and when blobs lay, [`tell`] joins both.

mod cache;
mod history;
mod objects;
mod part;
mod repository;
mod stay;
mod sweep;
mod tell;
#[cfg(test)]
mod testing;
mod wanted;
mod whole;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::{Error, Listing, Source};
use crate::domain::{self, Origin, Place, Range, Reach, Target, Trouble, Unit, decode_uri, encode_uri};
use crate::scan::Reader;
use objects::Objects;
use repository::Repository;
use wanted::Wanted;

pub(super) const SOURCE: Source = Source { scheme: "git", address: "`git:PATH` for the history of a repository", target, list: |_, _, _, _| Ok(()), read };

/// The history alone; that of a target of files is listed beside them.
fn target(address: &str) -> Option<Result<Target, Error>> {
    let path = Path::new(address.strip_prefix("git:")?);
    let unreadable = |error| Error::Unreadable { name: address.to_owned(), error };
    Some(fs::canonicalize(path).and_then(|path| target_at(&path, address)).map_err(unreadable))
}

/// The history at an absolute path.
pub(super) fn target_at(path: &Path, name: &str) -> io::Result<Target> {
    let repository = Some(Repository::open(path, &mut |_| ())?.described());
    Ok(Target { scheme: "git".into(), root: encode_uri(path.as_os_str().as_bytes()), start: String::new(), name: name.to_owned(), repository })
}

/// A git directory without a working tree, from which nothing is to be read but its history.
pub(super) fn is_bare(path: &Path) -> bool {
    path.join("HEAD").is_file() && path.join("objects").is_dir() && path.join("refs").is_dir() && path.file_name() != Some(OsStr::new(".git"))
}

/// What reports say of the repository at a path; none where there is no repository.
pub(super) fn describe(path: &Path) -> Option<domain::Repository> {
    path.join(".git").exists().then(|| Repository::open(path, &mut |_| ()).ok()).flatten().map(|repository| repository.described())
}

/// One unit: all of the history that is in reach. A single file has none of its own.
pub(super) fn list(target: &Target, index: u32, _reach: &Reach, listing: &Listing<'_>) -> Result<(), Error> {
    let is_file = !target.start.is_empty() && root(target).join(path(&target.start)).is_file();
    if !is_file {
        (listing.unit)(Unit { number: 0, origin: Origin { target: index, scheme: "git".into(), ..Origin::default() }, size: None });
    }
    Ok(())
}

fn read(unit: &Unit, target: &Target, reader: &mut Reader<'_>) -> io::Result<()> {
    let plan = reader.work().plan;
    let mut troubles = Vec::new();
    let mut trouble = |message| troubles.push(message);
    let repository = Repository::open(&root(target), &mut trouble)?;
    let directories: Vec<PathBuf> = repository.objects.iter().chain(&plan.reach.objects).cloned().collect();
    let objects = Objects::open(&directories, repository.hash, &mut trouble)?;
    let wanted = Wanted::new(target, plan, repository.worktree.as_deref()).map_err(io::Error::other)?;
    let result = match &plan.reach.range {
        Range::All if plan.reach.branches.is_empty() => whole::read(&repository, &objects, &wanted, target, reader, &mut trouble),
        _ => part::read(&repository, &objects, &wanted, reader, &mut trouble),
    };
    let place = Place::whole(&Origin { uri: ".git".into(), ..unit.origin.clone() }, &[]);
    for message in troubles {
        reader.trouble(Trouble { place: place.clone(), kind: "unreadable-repository".into(), message });
    }
    result
}

fn root(target: &Target) -> PathBuf {
    path(&target.root)
}

fn path(uri: &str) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&decode_uri(uri)))
}
