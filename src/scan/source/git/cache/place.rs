//! Whether a directory may hold a cache: what others can write, they could fill with "nothing is found here".

use std::fs::{self, DirBuilder, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Write permission for the group or for everyone.
const OTHERS_WRITE: u32 = 0o022;

/// Makes the directory if it is not there, and looks whether it, and the file in it, are ours alone. The error is for people.
pub(super) fn check(directory: &Path, file: &Path) -> Result<(), String> {
    let failed = |error: io::Error| format!("`{}`: {error}", directory.display());
    DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
    let found = fs::metadata(directory).map_err(failed)?;
    refuse_others(directory, &found, "chmod go-w")?;
    let own = own_id(directory).map_err(failed)?;
    refuse_strangers(directory, &found, own)?;
    match fs::symlink_metadata(file) {
        Ok(found) if !found.is_file() => Err(format!("`{}` is no file", file.display())),
        Ok(found) => refuse_others(file, &found, "chmod 600").and_then(|()| refuse_strangers(file, &found, own)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("`{}`: {error}", file.display())),
    }
}

fn refuse_others(path: &Path, found: &Metadata, remedy: &str) -> Result<(), String> {
    match found.mode() & OTHERS_WRITE {
        0 => Ok(()),
        _ => Err(format!("`{path}` can be written by others; `{remedy} {path}` makes it usable", path = path.display())),
    }
}

fn refuse_strangers(path: &Path, found: &Metadata, own: u32) -> Result<(), String> {
    match found.uid() == own {
        true => Ok(()),
        false => Err(format!("`{}` belongs to another user", path.display())),
    }
}

/// Our user id, as the file system has it: that of a file we make. The standard library knows no other way.
fn own_id(directory: &Path) -> io::Result<u32> {
    let path = directory.join(format!(".owner-{}-{:?}", std::process::id(), std::thread::current().id()));
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let made = match made {
        // Left behind by a process that had our number and was killed here.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(&path)?;
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?
        }
        made => made?,
    };
    let id = made.metadata().map(|made| made.uid());
    fs::remove_file(&path)?;
    id
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_directory_is_made_for_us_alone() {
        let home = tempfile::TempDir::new().expect("a temporary directory");
        let directory = home.path().join("a/b");
        check(&directory, &directory.join("file")).expect("we may");
        let mode = fs::metadata(&directory).expect("it was made").mode();
        assert_eq!(mode & 0o777, 0o700);
        assert_eq!(fs::read_dir(&directory).expect("it was made").count(), 0, "nothing is left behind");
    }

    #[test]
    fn what_others_can_write_is_refused() {
        let home = tempfile::TempDir::new().expect("a temporary directory");
        let file = home.path().join("file");
        let allow = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
        fs::write(&file, "").expect("the directory is ours");
        allow(&file, 0o622);
        assert!(check(home.path(), &file).is_err_and(|error| error.contains("chmod 600")));
        allow(&file, 0o600);
        allow(home.path(), 0o770);
        assert!(check(home.path(), &file).is_err_and(|error| error.contains("chmod go-w")));
        allow(home.path(), 0o755);
        check(home.path(), &file).expect("reading is no harm");
        fs::remove_file(&file).expect("the directory is ours");
        symlink("/dev/null", &file).expect("the directory is ours");
        assert!(check(home.path(), &file).is_err());
    }
}
