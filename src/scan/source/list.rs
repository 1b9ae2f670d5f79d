//! A list of files, one path a line (or NUL-separated), under the address `list:FILE`; `list:-` reads it from standard input.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::{Error, ListOptions, Listing, Source, file};
use crate::domain::{Target, Unit, encode_uri};

pub(super) const SOURCE: Source = Source { scheme: "list", address: "`list:FILE` for the files named in FILE", target, list, read: file::read };

fn target(address: &str) -> Option<Result<Target, Error>> {
    let name = address.strip_prefix("list:")?;
    let unreadable = |error| Error::Unreadable { name: address.to_owned(), error };
    Some(std::env::current_dir().map_err(unreadable).map(|directory| Target {
        scheme: "list".into(),
        root: encode_uri(directory.as_os_str().as_bytes()),
        start: encode_uri(name.as_bytes()),
        name: address.to_owned(),
        repository: None,
    }))
}

fn list(target: &Target, index: u32, options: &ListOptions, listing: &Listing<'_>) -> Result<(), Error> {
    let text = lines(target).map_err(|error| Error::Unreadable { name: target.name.clone(), error })?;
    let separator = if text.contains(&0) { 0 } else { b'\n' };
    let names = text.split(|byte| *byte == separator).map(|name| name.strip_suffix(b"\r").unwrap_or(name));
    for name in names.filter(|name| !name.is_empty()) {
        let path = Path::new(OsStr::from_bytes(name));
        let path = path.strip_prefix(".").unwrap_or(path);
        let size = options.sizes.then(|| fs::metadata(path).ok().map(|metadata| metadata.len())).flatten();
        if !(listing.unit)(Unit { number: 0, origin: file::origin(index, path), size }) {
            break;
        }
    }
    Ok(())
}

fn lines(target: &Target) -> io::Result<Vec<u8>> {
    let name = crate::domain::decode_uri(&target.start);
    let mut bytes = Vec::new();
    match name.as_ref() {
        b"-" => io::stdin().lock().read_to_end(&mut bytes)?,
        name => fs::File::open(Path::new(OsStr::from_bytes(name)))?.read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}
