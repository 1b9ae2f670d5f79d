//! `heliodon policy show`.

use super::flags::PolicyCommand;
use super::{Error, Exit};

pub(super) fn run(_command: &PolicyCommand) -> Result<Exit, Error> {
    Ok(Exit::Clean)
}
