//! The evidence log: one record a run, each holding the digest of the one before, so that what was changed, taken out, put in, moved or cut off shows.
//!
//! [`mod@record`] says what a run leaves, [`mod@chain`] how records hang together, [`mod@who`] who ran it, [`mod@statement`] what a signer is given.

mod chain;
mod record;
mod statement;
mod who;

pub use self::chain::{Break, Chain, Checkpoint, chain};
pub use self::record::{Ran, Record, ReportDigest};
pub use self::statement::statement;
pub use self::who::who;

use sha2::{Digest, Sha256};

/// `sha256:<64 hex>`.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", crate::domain::hex(&Sha256::digest(bytes)))
}
