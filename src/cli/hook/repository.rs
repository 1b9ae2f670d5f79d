//! Where git looks for the hooks of a repository.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use super::config;
use crate::cli::Error;

/// Where hooks are, and whose they are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hooks {
    pub(super) directory: PathBuf,
    /// The user's or the machine's configuration file that has every repository look there.
    pub(super) shared_by: Option<PathBuf>,
}

/// The hooks of the repository around a directory.
pub(super) fn hooks(start: &Path, environment: impl Fn(&str) -> Option<OsString>) -> Result<Hooks, Error> {
    let found = start.ancestors().find_map(|directory| Some((directory, git_directory(directory)?)));
    let Some((top, own)) = found else {
        return Err(Error::Input(format!("`{}` lies in no git repository", start.display())));
    };
    let common = common_directory(&own);
    let home = environment("HOME").map(PathBuf::from);
    let file = |path: &Path| fs::read_to_string(path).ok();
    let path_in = |path: &Path| config::value(&file(path)?, "core", "hooksPath").filter(|value| !value.is_empty());
    let local = common.join("config");
    let by_worktree = file(&local).and_then(|text| config::value(&text, "extensions", "worktreeConfig")).is_some_and(|value| value != "false");
    let worktree = by_worktree.then(|| own.join("config.worktree"));
    let resolve = |value: String| match (value.strip_prefix("~/"), &home) {
        (Some(rest), Some(home)) => home.join(rest),
        // Relative to where git runs hooks: the top of the working tree, or the bare repository.
        _ => top.join(value),
    };
    if let Some(value) = worktree.iter().chain([&local]).find_map(|path| path_in(path)) {
        return Ok(Hooks { directory: resolve(value), shared_by: None });
    }
    let xdg = environment("XDG_CONFIG_HOME").map(PathBuf::from).or_else(|| Some(home.as_ref()?.join(".config")));
    let shared = [home.as_ref().map(|home| home.join(".gitconfig")), xdg.map(|xdg| xdg.join("git/config")), Some("/etc/gitconfig".into())];
    let shared = shared.into_iter().flatten().find_map(|path| path_in(&path).map(|value| (path, value)));
    Ok(match shared {
        Some((path, value)) => Hooks { directory: resolve(value), shared_by: Some(path) },
        None => Hooks { directory: common.join("hooks"), shared_by: None },
    })
}

/// Of a working tree (`.git`, a directory or a file that names one), or of a bare repository, which is one.
fn git_directory(directory: &Path) -> Option<PathBuf> {
    let is_one = |path: &Path| path.join("HEAD").is_file() && (path.join("objects").is_dir() || path.join("commondir").is_file());
    let inner = directory.join(".git");
    if inner.is_file() {
        let text = fs::read_to_string(&inner).ok()?;
        let named = directory.join(text.strip_prefix("gitdir:")?.trim());
        return is_one(&named).then_some(named);
    }
    if is_one(&inner) {
        return Some(inner);
    }
    let named_so = directory.file_name() == Some(OsStr::new(".git"));
    (!named_so && is_one(directory)).then(|| directory.to_owned())
}

/// A linked worktree shares configuration and hooks with the repository that it belongs to.
fn common_directory(own: &Path) -> PathBuf {
    let named = fs::read_to_string(own.join("commondir")).ok().map(|text| own.join(text.trim_end_matches(['\n', '\r'])));
    named.and_then(|common| common.canonicalize().ok()).unwrap_or_else(|| own.to_owned())
}
