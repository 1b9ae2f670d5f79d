//! The object database of git: packs, loose objects and alternates, read by number, by name, or each once along the delta trees.
//!
//! ```text
//!  Objects ── find / id / kind ──▶ Number ── read ──▶ bytes            one object, any order
//!     │
//!     └── walk ──▶ Visitor            all objects of a kind, each decoded once, bases before what is built on them
//!
//!  Pack = Mapped file + Index (id → offset) + Forest (which entry is a delta of which)
//! ```
//!
//! A pack is data from strangers: every size is held against what the bytes can give before memory is taken, and what
//! cannot be read is an [`Error`] of that object. Whether the bytes hash to their id is **not** checked: it would cost several
//! times the decoding, and a scanner does not decide about trust in a repository. (The checksum that zlib keeps is.)

mod alternates;
mod crew;
mod database;
mod delta;
mod forest;
mod id;
mod index;
mod inflate;
mod loose;
mod mapped;
mod pack;
mod plan;
mod prefix;
mod read;
mod step;
#[cfg(test)]
mod tests;
mod walk;

use crate::domain::Copy;
pub(super) use database::Objects;
pub(super) use id::{Hash, Id};
pub(super) use read::Buffers;
pub(super) use walk::{Bytes, Object, Visitor, Walk};

/// Number of an object in one [`Objects`]: dense from 0, each id once.
pub(super) type Number = u32;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Commit,
    Tree,
    Blob,
    Tag,
}

/// Why one object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Error {
    #[error("its place is outside of the pack")]
    Outside,
    #[error("its header is damaged")]
    Header,
    #[error("its compressed bytes are damaged or cut off")]
    Stream,
    #[error("it is not as long as its header says")]
    Size,
    #[error("its delta does not fit its base")]
    Delta,
    #[error("its base is missing, or leads back to itself")]
    Base,
    #[error("the object that it is a delta of: {0}")]
    Below(Box<Error>),
    #[error("its chain of deltas is too long")]
    Chain,
    #[error("it is too large ({0} bytes)")]
    Large(u64),
    #[error("{0}")]
    File(String),
}

impl Error {
    /// What is wrong with the object where it began.
    fn root(self) -> Self {
        match self {
            Self::Below(root) => root.root(),
            error => error,
        }
    }
}
