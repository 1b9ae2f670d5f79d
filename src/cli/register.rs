//! `heliodon register`: the registry entry of an artifact, from what the artifact itself says.

use super::flags::Register;
use super::{Error, Exit};

pub(super) fn run(_flags: &Register) -> Result<Exit, Error> {
    Err(Error::Input("not yet".into()))
}
