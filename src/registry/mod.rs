//! What the organisation approved.
//!
//! To add a registry: write `acme.rs` with a `REGISTRY`, and list it in [`REGISTRIES`]. An address chooses its registry.

mod entry;
mod lint;
mod native;
mod schema;

use crate::domain::{Problem, Registrations};

pub use entry::{Given, model_entry, to_yaml};
pub use lint::{Checked, Remark, check};
pub use schema::schema;

/// Under this name a registry lies at the root of what it speaks of.
pub const FILE_NAME: &str = "heliodon-registry.yaml";

/// A kind of registry.
struct Registry {
    /// What an address looks like, for messages.
    pub(super) address: &'static str,
    /// Is the address one of this kind?
    pub(super) takes: fn(&str) -> bool,
    pub(super) load: fn(&str) -> Result<Registrations, Error>,
}

/// The first that takes an address loads it; what looks like a path comes last.
const REGISTRIES: &[&Registry] = &[&native::REGISTRY];

/// A registry that cannot be read. The run ends: without it everything would look unregistered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("registry `{address}`: {message}")]
    Unreadable { address: String, message: String },
    /// Every mistake of one file, each on a line of its own.
    #[error("{}", told(file, problems))]
    Mistakes { file: String, problems: Vec<Problem> },
}

/// Loads and merges the registries at these addresses.
pub fn load(addresses: &[String]) -> Result<Registrations, Error> {
    let mut all = Registrations::default();
    for address in addresses {
        let registry = REGISTRIES.iter().find(|registry| (registry.takes)(address));
        let registry =
            registry.ok_or_else(|| Error::Unreadable { address: address.clone(), message: format!("no such kind of registry; there are {}", kinds()) })?;
        merge(&mut all, (registry.load)(address)?);
        all.present = true;
    }
    Ok(all)
}

/// Registries are added up; entries keep the place of their declaration.
fn merge(all: &mut Registrations, more: Registrations) {
    all.models.extend(more.models);
    all.credentials.extend(more.credentials);
    all.allow.extend(more.allow);
    all.waivers.extend(more.waivers);
    all.present |= more.present;
}

fn kinds() -> String {
    REGISTRIES.iter().map(|registry| registry.address).collect::<Vec<_>>().join(", ")
}

fn told(file: &str, problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("registry `{file}`: {problem}")).collect::<Vec<_>>().join("\n")
}
