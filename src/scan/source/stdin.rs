//! Standard input, under the address `-`.

use std::io::{self, Read};

use super::{Error, ListOptions, Listing, Source};
use crate::domain::{Blob, Content, Origin, Target, Unit};
use crate::scan::Reader;

pub(super) const SOURCE: Source = Source { scheme: "stdin", address: "`-` for standard input", target, list, read };

/// A pipe has no end that one could ask for, and cannot be read twice.
const LIMIT: u64 = 1 << 30;

fn target(address: &str) -> Option<Result<Target, Error>> {
    (address == "-").then(|| Ok(Target { scheme: "stdin".into(), root: String::new(), start: String::new(), name: "-".into(), repository: None }))
}

fn list(_target: &Target, index: u32, _options: &ListOptions, listing: &Listing<'_>) -> Result<(), Error> {
    let origin = Origin { target: index, scheme: "stdin".into(), uri: "stdin".into(), revision: None };
    (listing.unit)(Unit { number: 0, origin, size: None });
    Ok(())
}

fn read(unit: &Unit, _target: &Target, reader: &mut Reader<'_>) -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes)?;
    let cut = bytes.len() as u64 > LIMIT;
    bytes.truncate(LIMIT as usize);
    reader.blob(&Blob::of_unit(&unit.origin, Content::Whole(&bytes)));
    if cut {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("standard input is longer than {LIMIT} bytes; the rest is not read")));
    }
    Ok(())
}
