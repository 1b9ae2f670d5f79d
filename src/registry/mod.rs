//! What the organisation approved.
//!
//! To add a registry: write `acme.rs` with a `REGISTRY`, and list it in [`REGISTRIES`]. An address chooses its registry.

use crate::domain::Registrations;

/// A kind of registry.
struct Registry {
    /// What an address looks like, for messages.
    pub(super) address: &'static str,
    /// Is the address one of this kind?
    pub(super) takes: fn(&str) -> bool,
    pub(super) load: fn(&str) -> Result<Registrations, Error>,
}

const REGISTRIES: &[&Registry] = &[];

/// A registry that cannot be read. The run ends: without it everything would look unregistered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("registry `{address}`: {message}")]
    Unreadable { address: String, message: String },
}

/// Loads and merges the registries at these addresses.
pub fn load(addresses: &[String]) -> Result<Registrations, Error> {
    let mut all = Registrations::default();
    for address in addresses {
        let registry = REGISTRIES.iter().find(|registry| (registry.takes)(address));
        let registry =
            registry.ok_or_else(|| Error::Unreadable { address: address.clone(), message: format!("no such kind of registry; there are {}", kinds()) })?;
        let loaded = (registry.load)(address)?;
        all.models.extend(loaded.models);
        all.credentials.extend(loaded.credentials);
        all.allow.extend(loaded.allow);
        all.waivers.extend(loaded.waivers);
        all.present = true;
    }
    Ok(all)
}

fn kinds() -> String {
    REGISTRIES.iter().map(|registry| registry.address).collect::<Vec<_>>().join(", ")
}
