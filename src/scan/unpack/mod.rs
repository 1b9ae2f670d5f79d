//! Containers: archives, compressed streams, notebooks, texts in other encodings.
//!
//! To add one: write `acme.rs` with a `CONTAINER`, and list it in [`CONTAINERS`].

mod budget;
mod notebook;
mod stream;
mod tar;
mod utf16;
mod zip;

use crate::domain::Blob;

pub use budget::{Budget, Budgets};

/// A kind of container. Its raw bytes are not searched as text: what is inside is.
pub struct Container {
    pub name: &'static str,
    /// Is the blob one? The head is given, since all containers ask for it.
    pub opens: fn(&Blob<'_>, &[u8]) -> bool,
    /// Hands out what is inside, one blob at a time, and stops when the budget is spent.
    pub unpack: fn(&Blob<'_>, &Budget, &mut Receive<'_>) -> Result<(), Error>,
}

/// Takes what comes out, one piece at a time.
pub type Receive<'r> = dyn FnMut(Opened<'_>) + 'r;

/// What comes out of a container.
pub enum Opened<'a> {
    /// Bytes of any kind; may be a container again.
    Blob(Blob<'a>),
    /// Text, and nothing else.
    Text(Blob<'a>),
    /// A part that is left out on purpose, by reason (`image-payload`).
    Hidden(&'static str),
    /// A part that could not be read: the kind of trouble, and a lowercase phrase naming the part.
    Trouble(&'static str, String),
}

/// Why the rest of a container could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Broken(String),
    #[error("{0}")]
    Limit(String),
}

const CONTAINERS: &[&Container] =
    &[&stream::GZIP, &stream::BZIP2, &stream::XZ, &stream::ZSTD, &zip::CONTAINER, &tar::CONTAINER, &utf16::CONTAINER, &notebook::CONTAINER];

/// Names of all containers, for help texts.
pub fn names() -> impl Iterator<Item = &'static str> {
    CONTAINERS.iter().map(|container| container.name)
}

/// The container that a blob is, if any.
pub fn container(blob: &Blob<'_>, head: &[u8]) -> Option<&'static Container> {
    CONTAINERS.iter().copied().find(|container| (container.opens)(blob, head))
}

impl Error {
    /// Id of the notification.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Broken(_) => "decode-error",
            Self::Limit(_) => "archive-limit",
        }
    }
}
