//! Which paths of a history the user wants to hear of: those below the target that no exclusion covers.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use globset::GlobSet;

use crate::domain::{PlanHead, Target, decode_uri};
use crate::scan::source::{Error, file};

pub(super) struct Wanted {
    start: Vec<u8>,
    excludes: GlobSet,
    /// What `.heliodonignore` at the root of the working tree says.
    pub(super) ignored: file::OwnIgnore,
}

impl Wanted {
    pub(super) fn new(target: &Target, plan: &PlanHead, worktree: Option<&Path>) -> Result<Self, Error> {
        Ok(Self { ignored: file::OwnIgnore::at(worktree), start: decode_uri(&target.start).into_owned(), excludes: file::globs(&plan.excludes)? })
    }

    /// A path, or a folder that it lies in, may be excluded.
    pub(super) fn wants(&self, path: &[u8]) -> bool {
        let path = Path::new(OsStr::from_bytes(path));
        let is_excluded = || !self.excludes.is_empty() && path.ancestors().any(|path| self.excludes.is_match(path));
        path.starts_with(OsStr::from_bytes(&self.start)) && !is_excluded() && !self.ignored.covers(path)
    }
}
