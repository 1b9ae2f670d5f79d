//! Zip archives by any name: wheel, jar, apk, docx, npz, …

use std::io::BufReader;

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::{Budget, Container, Error, Opened, Receive};
use crate::domain::{Blob, Content, encode_uri};

pub(super) const CONTAINER: Container = Container { name: "zip", opens, unpack };

/// Local header, or the end record of an empty archive. Programs with a zip behind them (self-extracting, llamafile) begin otherwise.
fn opens(_blob: &Blob<'_>, head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

fn unpack(blob: &Blob<'_>, budget: &Budget, out: &mut Receive<'_>) -> Result<(), Error> {
    let broken = |error: ZipError| Error::Broken(error.to_string());
    let mut archive = ZipArchive::new(BufReader::with_capacity(64 << 10, blob.reader())).map_err(broken)?;
    for index in 0..archive.len() {
        budget.member()?;
        let (name, size, packed) = match archive.by_index_raw(index) {
            Ok(member) if member.is_dir() => continue,
            Ok(member) => (encode_uri(member.name_raw()), member.size(), member.compressed_size()),
            Err(error) => {
                out(Opened::Trouble("decode-error", format!("member {index}: {error}")));
                continue;
            }
        };
        if budget.is_tensor(size) {
            out(Opened::Hidden("tensor-data"));
            continue;
        }
        let unpacked = match archive.by_index(index) {
            Ok(member) => budget.read(member, packed),
            Err(error) => {
                let (kind, message) = trouble(&name, &error);
                out(Opened::Trouble(kind, message));
                continue;
            }
        };
        let steps = blob.steps_and("member", name.clone());
        out(Opened::Blob(blob.inner(&steps, Content::Whole(&unpacked.bytes))));
        match unpacked.cut {
            Some(cut) if budget.is_spent() => return Err(cut),
            Some(cut) => out(Opened::Trouble(cut.kind(), format!("`{name}`: {cut}"))),
            None => {}
        }
    }
    Ok(())
}

fn trouble(name: &str, error: &ZipError) -> (&'static str, String) {
    match error {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => ("encrypted-archive", format!("`{name}` is encrypted; not read")),
        error => ("decode-error", format!("`{name}`: {error}")),
    }
}
