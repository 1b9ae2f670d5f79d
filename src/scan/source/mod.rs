//! Sources: where units come from. Listing and reading may happen on different machines.
//!
//! To add one: write `acme.rs` with a `SOURCE`, and list it in [`SOURCES`]. A target chooses its source by scheme.

mod file;
mod git;
mod list;
mod stdin;

use std::io;
use std::path::PathBuf;

use crate::domain::{PlanHead, Range, Reach, Target, Trouble, Unit, Watch};

use super::Reader;

/// Lists units and reads them.
pub(super) struct Source {
    pub(super) scheme: &'static str,
    /// What a typed address looks like, for messages.
    pub(super) address: &'static str,
    /// The target that an address names, if it is one of this source's.
    pub(super) target: fn(&str) -> Option<Result<Target, Error>>,
    pub(super) list: fn(&Target, u32, &ListOptions, &Listing<'_>) -> Result<(), Error>,
    pub(super) read: fn(&Unit, &Target, &mut Reader<'_>) -> io::Result<()>,
}

pub(super) const SOURCES: &[&Source] = &[&stdin::SOURCE, &list::SOURCE, &git::SOURCE, &file::SOURCE];

/// What to leave out of a listing.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// Leave out what git ignores.
    pub gitignore: bool,
    /// Globs of paths to leave out, from the configuration.
    pub excludes: Vec<String>,
    /// Threads to list (and, in a scan, to read) with.
    pub threads: usize,
    /// Say how large each unit is; costs a look at each file.
    pub sizes: bool,
}

/// Where results are kept from run to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachePlace {
    pub directory: PathBuf,
    /// Bytes that the file may have.
    pub limit: u64,
}

/// Receives what is listed, from any thread. Returning `false` from `unit` ends the listing; sources leave the number at 0.
#[derive(Clone, Copy)]
pub struct Listing<'a> {
    pub unit: &'a (dyn Fn(Unit) -> bool + Sync),
    pub trouble: &'a (dyn Fn(Trouble) + Sync),
    pub hidden: &'a (dyn Fn(&'static str, u64) + Sync),
    pub watch: &'a Watch,
}

/// A target that cannot be listed at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no source for `{scheme}:`; there are {}", addresses().collect::<Vec<_>>().join(", "))]
    Unknown { scheme: String },
    #[error("`{name}`: {error}")]
    Unreadable { name: String, error: io::Error },
    #[error("`{pattern}`: {error}")]
    Pattern { pattern: String, error: String },
    #[error("`{name}` is no repository, and a part of its history was asked for")]
    NoRepository { name: String },
}

/// The target that an address names.
pub fn target(address: &str) -> Result<Target, Error> {
    SOURCES.iter().find_map(|source| (source.target)(address)).unwrap_or_else(|| {
        let scheme = address.split(':').next().unwrap_or_default().to_owned();
        Err(Error::Unknown { scheme })
    })
}

/// Lists the units of one target: its files, and the history of the repository that it lies in.
pub fn list(target: &Target, index: u32, plan: &PlanHead, options: &ListOptions, listing: &Listing<'_>) -> Result<(), Error> {
    let reach = &plan.reach;
    if target.repository.is_none() && *reach != (Reach { range: reach.range.clone(), ..Reach::default() }) {
        return Err(Error::NoRepository { name: target.name.clone() });
    }
    if reach.tree {
        (find(&target.scheme)?.list)(target, index, options, listing)?;
    }
    if target.repository.is_some() && reach.range != Range::Nothing { git::list(target, index, reach, listing) } else { Ok(()) }
}

/// Hands the blobs of a unit to the reader.
pub fn read(unit: &Unit, plan: &PlanHead, reader: &mut Reader<'_>) -> io::Result<()> {
    let target = plan.targets.get(unit.origin.target as usize);
    let target = target.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the unit names a target that the plan does not have"))?;
    // The history of a target of files is read by git.
    let source = find(&unit.origin.scheme).map_err(io::Error::other)?;
    (source.read)(unit, target, reader)
}

fn find(scheme: &str) -> Result<&'static Source, Error> {
    SOURCES.iter().copied().find(|source| source.scheme == scheme).ok_or_else(|| Error::Unknown { scheme: scheme.to_owned() })
}

/// What addresses of each source look like, for help texts.
pub fn addresses() -> impl Iterator<Item = &'static str> {
    SOURCES.iter().map(|source| source.address)
}
