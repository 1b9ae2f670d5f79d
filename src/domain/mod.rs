//! The nouns: plain data, no I/O, no threads, no clock. Everything that crosses the seam between map and reduce fits in a JSON line.

mod blob;
pub(crate) mod entries;
mod evidence;
mod face;
mod finding;
mod glob;
mod hex;
mod history;
mod lifetime;
mod outcome;
mod place;
mod policy;
mod registration;
mod shard;
mod trace;
mod unit;
mod watch;
pub(crate) mod yaml;

pub use blob::{Blob, BlobReader, Content, HasSibling, Mapping, Ranged};
pub use entries::parse_side_car;
pub use evidence::{Artifact, Credential, Digest, DigestKind, Evidence, Hazard, Identity, Part, Reference, Sureness};
pub use face::{Face, Family, Level, Taxon};
pub use finding::{Finding, Fingerprint, Related, Suppression};
pub use glob::{CaselessGlobs, glob};
pub use hex::hex;
pub use history::{Commit, History, Presence};
pub use lifetime::{Class, Lifetime};
pub use outcome::{Outcome, Summary, TargetOutcome};
pub use place::{Origin, Place, Region, Step, decode_uri, encode_uri};
pub use policy::{Policy, PolicyFile, Zone, ZoneRule, seconds};
pub use registration::{Approval, CredentialEntry, Declared, Entry, ModelEntry, Registrations, Stage, Waiver};
pub use shard::{Ack, Hidden, Line, Observation, Shard, Trouble};
pub use trace::{Secret, Trace, TraceKey};
pub use unit::{PlanHead, Repository, Target, Unit, Wanted};
pub use watch::Watch;
pub use yaml::Problem;
