//! Gzip streams, several members one after another included.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::{Budget, Container, Error, Opened};
use crate::domain::{Blob, Content};

pub(super) const CONTAINER: Container = Container { name: "gzip", opens, unpack };

fn opens(_blob: &Blob<'_>, head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b, 8])
}

fn unpack(blob: &Blob<'_>, budget: &mut Budget, out: &mut dyn FnMut(Opened<'_>)) -> Result<(), Error> {
    let limit = budget.limits().member_bytes;
    let mut bytes = Vec::new();
    let ended = MultiGzDecoder::new(blob.reader()).take(limit).read_to_end(&mut bytes);
    budget.bytes(bytes.len() as u64, blob.len())?;
    let steps = blob.steps_and("stream", "gzip");
    out(Opened::Blob(blob.inner(&steps, Content::Whole(&bytes))));
    ended.map(|_| ()).map_err(|error| Error::Broken(error.to_string()))
}
