//! Writes hooks, and takes them away. What someone else wrote is never lost.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::repository::{self, Hooks};
use super::script::{self, Kind};
use crate::cli::flags::HookKinds;
use crate::cli::{Error, Exit, output};

pub(super) fn install(kinds: &HookKinds, force: bool) -> Result<Exit, Error> {
    let hooks = hooks()?;
    if let Some(path) = hooks.shared_by.as_ref().filter(|_| !force) {
        return Err(Error::Input(format!(
            "`{}` has all repositories look for hooks in `{}`; --force installs there, for all of them",
            path.display(),
            hooks.directory.display()
        )));
    }
    let program = std::env::current_exe().unwrap_or_else(|_| "heliodon".into());
    let kinds = wanted(kinds).unwrap_or_else(|| vec![Kind::Commit]);
    // All or none: a hook in the way of one is found before the first is written.
    let places: Vec<(Kind, Place)> = kinds.into_iter().map(|kind| Ok((kind, Place::of(&hooks, kind)?))).collect::<Result<_, Error>>()?;
    places.iter().try_for_each(|(_, place)| place.check(force))?;
    fs::create_dir_all(&hooks.directory).map_err(|error| failed(&hooks.directory, error))?;
    for (kind, place) in &places {
        tell(&place.write(&script::script(*kind, &program))?)?;
    }
    Ok(Exit::Clean)
}

pub(super) fn uninstall(kinds: &HookKinds) -> Result<Exit, Error> {
    let hooks = hooks()?;
    let mut removed = 0;
    for kind in wanted(kinds).unwrap_or_else(|| Kind::ALL.to_vec()) {
        let place = Place::of(&hooks, kind)?;
        if place.there == There::Ours {
            tell(&place.remove()?)?;
            removed += 1;
        }
    }
    if removed == 0 {
        tell(&format!("no hook of heliodon in `{}`", hooks.directory.display()))?;
    }
    Ok(Exit::Clean)
}

#[derive(PartialEq, Eq)]
enum There {
    Nothing,
    Ours,
    Foreign,
}

/// A hook's file, and what is in it now.
struct Place {
    path: PathBuf,
    kept: PathBuf,
    there: There,
}

impl Place {
    fn of(hooks: &Hooks, kind: Kind) -> Result<Self, Error> {
        let path = hooks.directory.join(kind.name());
        let there = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => There::Nothing,
            Err(error) => return Err(failed(&path, error)),
            Ok(found) if found.is_file() && script::is_ours(&fs::read(&path).map_err(|error| failed(&path, error))?) => There::Ours,
            Ok(_) => There::Foreign,
        };
        Ok(Self { kept: hooks.directory.join(format!("{}.kept", kind.name())), path, there })
    }

    fn check(&self, force: bool) -> Result<(), Error> {
        let (path, kept) = (self.path.display(), self.kept.display());
        match self.there {
            There::Foreign if !force => {
                Err(Error::Input(format!("`{path}` is a hook that someone else wrote; --force keeps it as `{kept}`, and has it called first")))
            }
            There::Foreign if fs::symlink_metadata(&self.kept).is_ok() => {
                Err(Error::Input(format!("`{path}` would be kept as `{kept}`, but that is there already; move one of them away")))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, script: &str) -> Result<String, Error> {
        let path = self.path.display();
        if self.there == There::Foreign {
            fs::rename(&self.path, &self.kept).map_err(|error| failed(&self.path, error))?;
        }
        let written = replace(&self.path, script);
        if written.is_err() && self.there == There::Foreign {
            let _ = fs::rename(&self.kept, &self.path);
        }
        written.map_err(|error| failed(&self.path, error))?;
        Ok(match self.there {
            There::Nothing => format!("wrote `{path}`"),
            There::Ours => format!("wrote `{path}` anew"),
            There::Foreign => format!("wrote `{path}`; what was there is `{}`, and is called first", self.kept.display()),
        })
    }

    fn remove(&self) -> Result<String, Error> {
        let path = self.path.display();
        let kept = fs::symlink_metadata(&self.kept).is_ok();
        let removed = if kept { fs::rename(&self.kept, &self.path) } else { fs::remove_file(&self.path) };
        removed.map_err(|error| failed(&self.path, error))?;
        Ok(if kept { format!("`{path}` is again what it was before") } else { format!("removed `{path}`") })
    }
}

/// Git may start the hook at any moment, so it is never there by half.
fn replace(path: &Path, script: &str) -> io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = OpenOptions::new().write(true).create_new(true).open(&temporary).and_then(|mut file| {
        file.write_all(script.as_bytes())?;
        file.set_permissions(Permissions::from_mode(0o755))
    });
    written.and_then(|()| fs::rename(&temporary, path)).inspect_err(|_| drop(fs::remove_file(&temporary)))
}

fn hooks() -> Result<Hooks, Error> {
    let here = std::env::current_dir().map_err(|error| failed(Path::new("."), error))?;
    repository::hooks(&here, |name| std::env::var_os(name))
}

fn wanted(kinds: &HookKinds) -> Option<Vec<Kind>> {
    let typed = [(kinds.pre_commit, Kind::Commit), (kinds.pre_push, Kind::Push), (kinds.pre_receive, Kind::Receive)];
    let wanted: Vec<Kind> = typed.into_iter().filter(|(typed, _)| *typed).map(|(_, kind)| kind).collect();
    (!wanted.is_empty()).then_some(wanted)
}

fn tell(line: &str) -> Result<(), Error> {
    output::to(None, |out| writeln!(out, "{line}"))
}

fn failed(path: &Path, error: io::Error) -> Error {
    Error::File { name: path.display().to_string(), error }
}
