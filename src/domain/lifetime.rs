//! How long a credential lives, as far as it can be told without asking its issuer.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What ends a credential's life. The words are those of `facts/credentials.md`, section 3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Nothing but revocation.
    #[default]
    Static,
    /// Static to its holder, but the issuer ends it after a known time.
    Capped,
    /// The expiry is written inside.
    Dated,
    /// Dies by itself, soon.
    Ephemeral,
    /// Mints others, and renews itself.
    Refresh,
    /// A private key; lives as long as what trusts it.
    KeyMaterial,
}

/// The facts of one credential's life.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lifetime {
    pub class: Class,
    /// When it was made, where the token or its surroundings say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minted: Option<Timestamp>,
    /// When it ends, where the token or its surroundings say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// The longest that the issuer lets it live, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<u64>,
    /// Sentences saying where the above comes from; for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
}

impl Lifetime {
    /// The latest moment at which it can still work: the written expiry, or the mint date plus the issuer's cap.
    pub fn end(&self) -> Option<Timestamp> {
        let capped = self.minted.zip(self.life).and_then(|(minted, life)| minted.checked_add(SignedDuration::from_secs(i64::try_from(life).ok()?)).ok());
        self.expires.or(capped)
    }
}
