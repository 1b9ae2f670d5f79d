//! References: the ways code and configuration name models, from `rules/references/`.

use super::{Sighting, Text};

/// Calls `found` for every reference in the text.
pub fn search(_text: &Text<'_>, _found: &mut dyn FnMut(Sighting)) {}
