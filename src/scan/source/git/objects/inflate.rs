//! Inflating into slices of known length.

use zlib_rs::{Inflate, InflateFlush, Status};

use super::Error;

/// A stream of deflate gives at most this many bytes for one: whoever declares more lies, and no memory is taken for it.
const BEST_RATIO: u64 = 1032;

/// The longest object that is ever held: what one call of zlib can give, and less than what 32-bit machines can address.
const LONGEST: u64 = i32::MAX as u64;

/// The state of zlib, used again for one object after the other.
pub(super) struct Inflater(Inflate);

impl Inflater {
    pub(super) fn new() -> Self {
        Self(Inflate::new(true, 15))
    }

    /// Inflates a whole stream that gives exactly as many bytes as there is room for.
    pub(super) fn exact(&mut self, stream: &[u8], room: &mut [u8]) -> Result<(), Error> {
        self.0.reset(true);
        let status = self.0.decompress(stream, room, InflateFlush::Finish);
        self.ended(status, stream.len(), room.len())
    }

    /// Inflates the start of a stream, as much as there is room for, and says how much that was.
    pub(super) fn start(&mut self, stream: &[u8], room: &mut [u8]) -> Result<usize, Error> {
        self.0.reset(true);
        self.0.decompress(stream, room, InflateFlush::NoFlush).map_err(|_| Error::Stream)?;
        Ok(usize::try_from(self.0.total_out()).map_or(room.len(), |given| given.min(room.len())))
    }

    /// Inflates what follows a `start`, to exactly as many bytes as there is room for.
    pub(super) fn rest(&mut self, stream: &[u8], room: &mut [u8]) -> Result<(), Error> {
        let used = usize::try_from(self.0.total_in()).map_err(|_| Error::Stream)?;
        let before = usize::try_from(self.0.total_out()).map_err(|_| Error::Stream)?;
        let status = self.0.decompress(stream.get(used..).ok_or(Error::Stream)?, room, InflateFlush::Finish);
        self.ended(status, stream.len(), before + room.len())
    }

    fn ended(&self, status: Result<Status, zlib_rs::InflateError>, given: usize, length: usize) -> Result<(), Error> {
        match status {
            Ok(Status::StreamEnd) if self.0.total_out() == length as u64 => Ok(()),
            Ok(Status::StreamEnd) => Err(Error::Size),
            Ok(_) if self.0.total_out() == length as u64 && self.0.total_in() < given as u64 => Err(Error::Size),
            Ok(_) | Err(_) => Err(Error::Stream),
        }
    }
}

/// A declared size as a length, if the stream can give so much and it is not too large.
pub(super) fn length(declared: u64, stream: &[u8], largest: u64) -> Result<usize, Error> {
    plausible(declared, stream.len() as u64)?;
    within(declared, largest)
}

/// Whether a stream of a length can give so much.
pub(super) fn plausible(declared: u64, stream: u64) -> Result<(), Error> {
    if declared / BEST_RATIO > stream { Err(Error::Size) } else { Ok(()) }
}

/// A size as a length, if it is not too large.
pub(super) fn within(size: u64, largest: u64) -> Result<usize, Error> {
    usize::try_from(size).ok().filter(|_| size <= largest.min(LONGEST)).ok_or(Error::Large(size))
}

/// The first bytes of a buffer that only grows: clearing what will be overwritten would cost as much as inflating it.
pub(super) fn room(buffer: &mut Vec<u8>, length: usize) -> &mut [u8] {
    if buffer.len() < length {
        buffer.resize(length, 0);
    }
    &mut buffer[..length]
}
