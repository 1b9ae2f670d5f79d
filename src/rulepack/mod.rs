//! `rules/` as compiled at build time: anchors, programs, faces.

pub mod shape;

use crate::domain::Face;

/// All rules, ready to run.
pub struct Pack {
    digest: String,
}

/// The rules that this binary was built with.
pub fn pack() -> &'static Pack {
    static PACK: std::sync::OnceLock<Pack> = std::sync::OnceLock::new();
    PACK.get_or_init(|| Pack { digest: String::new() })
}

impl Pack {
    /// Names the rules: equal digests find the same things.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What the credential rules look like to people, by code.
    pub fn faces(&self) -> Vec<Face> {
        Vec::new()
    }
}
