//! Files: a directory tree, or one file.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::{Error, ListOptions, Listing, Source, git};
use crate::domain::{Blob, Content, Origin, Place, Ranged, Target, Trouble, Unit, decode_uri, encode_uri};
use crate::scan::Reader;

pub(super) const SOURCE: Source = Source { scheme: "file", address: "a path (a directory or a file)", target, list, read };

/// Files up to this size are read in one piece, without asking for their size first.
const SMALL: usize = 1 << 20;
/// Most files have less.
const FIRST_READ: usize = 64 << 10;
const OWN_IGNORE: &str = ".heliodonignore";
/// Of git's own directory, only what people write is read as files.
const GIT_FILES: [&str; 3] = ["config", "hooks", "description"];

/// Every address without a scheme is a path. Paths in reports are relative to the repository that holds the target, as dashboards expect.
fn target(address: &str) -> Option<Result<Target, Error>> {
    let path = Path::new(address);
    let looks_like_scheme =
        address.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    if looks_like_scheme && !path.exists() {
        return None;
    }
    let unreadable = |error| Error::Unreadable { name: address.to_owned(), error };
    let target = fs::canonicalize(path).and_then(|absolute| {
        if git::is_bare(&absolute) {
            return git::target_at(&absolute, address);
        }
        let root = root(&absolute);
        let start = encode(absolute.strip_prefix(&root).unwrap_or(Path::new("")));
        Ok(Target { scheme: "file".into(), root: encode(&root), start, name: address.to_owned(), repository: git::describe(&root) })
    });
    Some(target.map_err(unreadable))
}

/// The repository around a path, or the path itself, or the directory of a file.
fn root(path: &Path) -> PathBuf {
    let repository = path.ancestors().find(|directory| directory.join(".git").exists());
    let directory = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    repository.unwrap_or(directory).to_owned()
}

fn list(target: &Target, index: u32, options: &ListOptions, listing: &Listing<'_>) -> Result<(), Error> {
    let root = decode(&target.root);
    let start = root.join(decode(&target.start));
    let excludes = globs(&options.excludes)?;
    let own_ignore = AtomicBool::new(false);
    let visit = |entry: Result<DirEntry, ignore::Error>| {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                (listing.trouble)(walk_trouble(&error, index, &root));
                return WalkState::Continue;
            }
        };
        let path = below(entry.path(), &root);
        if entry.file_name() == OWN_IGNORE {
            own_ignore.store(true, Ordering::Relaxed);
        }
        let unit = match kind(&entry, path, &excludes) {
            Kind::Read => Unit { number: 0, origin: origin(index, path), size: size(&entry, options) },
            Kind::Enter => return WalkState::Continue,
            Kind::Hide(reason) => {
                (listing.hidden)(reason, 1);
                return WalkState::Skip;
            }
            Kind::Pass => return WalkState::Skip,
        };
        match (listing.unit)(unit) {
            true => WalkState::Continue,
            false => WalkState::Quit,
        }
    };
    let walker = walker(&start, options, Ignore { git: options.gitignore, own: true });
    match start.is_file() {
        // The threads of a walk sleep while they wait for one another, longer than a file is read.
        true => walker.build().for_each(|entry| {
            visit(entry);
        }),
        false => walker.build_parallel().run(|| Box::new(visit)),
    }
    count_ignored(&start, options, own_ignore.into_inner(), listing);
    Ok(())
}

/// Says how many files the ignore files hid. The walk does not tell, so it is done again without them, where there are any.
fn count_ignored(start: &Path, options: &ListOptions, own: bool, listing: &Listing<'_>) {
    let hide = |reason, without: Ignore, with: Ignore| match count(start, options, without).saturating_sub(count(start, options, with)) {
        0 => {}
        hidden => (listing.hidden)(reason, hidden),
    };
    if options.gitignore {
        hide("git-ignored", Ignore { git: false, own }, Ignore { git: true, own });
    }
    if own {
        hide("heliodonignore", Ignore { git: false, own: false }, Ignore { git: false, own });
    }
}

/// The ignore file of ours at the root of a tree, for those who do not walk it.
pub(super) struct OwnIgnore {
    rules: Gitignore,
    /// As it was written: results that are kept depend on it.
    pub(super) text: String,
}

impl OwnIgnore {
    /// The file of a working tree; none, where there is none.
    pub(super) fn at(root: Option<&Path>) -> Self {
        let text = root.and_then(|root| fs::read_to_string(root.join(OWN_IGNORE)).ok()).unwrap_or_default();
        let mut builder = GitignoreBuilder::new("");
        // A line that is no pattern hides nothing; the walk says so.
        text.lines().for_each(|line| drop(builder.add_line(None, line)));
        Self { rules: builder.build().unwrap_or_else(|_| Gitignore::empty()), text }
    }

    /// Is this path (relative to the root), or a folder that it lies in, ignored?
    pub(super) fn covers(&self, path: &Path) -> bool {
        !self.rules.is_empty() && self.rules.matched_path_or_any_parents(path, false).is_ignore()
    }
}

/// What to do with an entry of the walk.
enum Kind {
    Read,
    Enter,
    Hide(&'static str),
    /// Not worth a word: git's own data.
    Pass,
}

fn kind(entry: &DirEntry, path: &Path, excludes: &GlobSet) -> Kind {
    let Some(file_type) = entry.file_type() else { return Kind::Pass };
    if in_git_directory(path) {
        return Kind::Pass;
    }
    if !excludes.is_empty() && excludes.is_match(path) {
        return Kind::Hide("excluded");
    }
    if file_type.is_dir() {
        return Kind::Enter;
    }
    // The file that a link points to is read at its own place when it lies in the target. A typed link was resolved before.
    if file_type.is_symlink() {
        return Kind::Hide("symbolic-link");
    }
    if file_type.is_file() { Kind::Read } else { Kind::Hide("device-or-socket") }
}

/// The path from the root on. What the walk gives begins with the bytes that the walk was given.
fn below<'p>(path: &'p Path, root: &Path) -> &'p Path {
    let rest = path.as_os_str().as_bytes().strip_prefix(root.as_os_str().as_bytes());
    let rest = rest.and_then(|rest| if root.as_os_str().as_bytes().ends_with(b"/") { Some(rest) } else { rest.strip_prefix(b"/") });
    rest.map_or_else(|| path.strip_prefix(root).unwrap_or(path), |rest| Path::new(OsStr::from_bytes(rest)))
}

fn in_git_directory(path: &Path) -> bool {
    if memchr::memmem::find(path.as_os_str().as_bytes(), b".git").is_none() {
        return false;
    }
    let mut names = path.iter().skip_while(|name| *name != OsStr::new(".git")).skip(1);
    names.next().is_some_and(|name| !GIT_FILES.iter().any(|kept| name == OsStr::new(kept)))
}

/// Which ignore files count.
#[derive(Clone, Copy)]
struct Ignore {
    git: bool,
    own: bool,
}

fn walker(start: &Path, options: &ListOptions, ignore: Ignore) -> WalkBuilder {
    let mut builder = WalkBuilder::new(start);
    builder.standard_filters(false).threads(options.threads.max(1)).parents(ignore.git || ignore.own).require_git(false);
    builder.git_ignore(ignore.git).git_exclude(ignore.git).git_global(ignore.git);
    if ignore.own {
        builder.add_custom_ignore_filename(OWN_IGNORE);
    }
    builder
}

fn count(start: &Path, options: &ListOptions, ignore: Ignore) -> u64 {
    let counter = AtomicU64::new(0);
    walker(start, options, ignore).build_parallel().run(|| {
        Box::new(|entry| {
            let file = entry.is_ok_and(|entry| entry.file_type().is_some_and(|file_type| file_type.is_file()));
            counter.fetch_add(u64::from(file), Ordering::Relaxed);
            WalkState::Continue
        })
    });
    counter.into_inner()
}

pub(super) fn globs(patterns: &[String]) -> Result<GlobSet, Error> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = Glob::new(pattern).map_err(|error| Error::Pattern { pattern: pattern.clone(), error: error.kind().to_string() })?;
        builder.add(glob);
    }
    builder.build().map_err(|error| Error::Pattern { pattern: patterns.join(" "), error: error.to_string() })
}

fn walk_trouble(error: &ignore::Error, index: u32, root: &Path) -> Trouble {
    let path = error_path(error).map(|path| path.strip_prefix(root).unwrap_or(path).to_owned()).unwrap_or_default();
    let message = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Trouble { place: Place::whole(&origin(index, &path), &[]), kind: "unreadable-file".into(), message }
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}

pub(super) fn origin(index: u32, path: &Path) -> Origin {
    Origin { target: index, scheme: "file".into(), uri: encode(path), revision: None }
}

fn size(entry: &DirEntry, options: &ListOptions) -> Option<u64> {
    options.sizes.then(|| entry.metadata().ok().map(|metadata| metadata.len())).flatten()
}

pub(super) fn read(unit: &Unit, target: &Target, reader: &mut Reader<'_>) -> io::Result<()> {
    let path = decode(&target.root).join(decode(&unit.origin.uri));
    let mut file = File::open(&path)?;
    let has_sibling = |name: &str| path.with_file_name(name).exists();
    reader.with_buffer(|reader, buffer| {
        let length = fill(&mut file, buffer, SMALL)?;
        let large;
        let content = match length < SMALL {
            true => Content::Whole(&buffer[..length]),
            false => {
                large = Large { length: file.metadata()?.len(), file };
                Content::Ranged(&large)
            }
        };
        reader.blob(&Blob { has_sibling: Some(&has_sibling), ..Blob::of_unit(&unit.origin, content) });
        Ok(())
    })
}

/// Reads until so many bytes are there or the file ends. The buffer grows with the files, since one small file should not pay for
/// pages that it does not fill, and stays as long as it was: it is not cleared for each file.
pub(super) fn fill(file: &mut impl Read, buffer: &mut Vec<u8>, most: usize) -> io::Result<usize> {
    let mut length = 0;
    while length < most {
        if length == buffer.len() {
            buffer.resize((4 * length).clamp(FIRST_READ, most), 0);
        }
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(n) => length += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// A file that is read in pieces.
struct Large {
    file: File,
    length: u64,
}

impl Ranged for Large {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; (range.end - range.start) as usize];
        let mut length = 0;
        while length < bytes.len() {
            match self.file.read_at(&mut bytes[length..], range.start + length as u64) {
                Ok(0) => break,
                Ok(n) => length += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

fn encode(path: &Path) -> String {
    encode_uri(path.as_os_str().as_bytes())
}

fn decode(uri: &str) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&decode_uri(uri)).to_owned())
}
