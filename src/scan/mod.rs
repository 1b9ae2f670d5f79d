//! The map: units in, observations out. Joins `source`, `unpack` and `detect`, which do not know each other.

pub mod detect;
mod locate;
mod reader;
pub mod source;
pub mod unpack;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::{Ack, Observation, Place, PlanHead, Shard, TraceKey, Trouble, Unit};

pub use reader::Reader;

/// What the user may turn.
#[derive(Clone, Default)]
pub struct Options {
    pub budgets: unpack::Budgets,
    /// Key for the identity of guessable secrets.
    pub trace_key: Option<TraceKey>,
}

/// Reads one unit and says what is in it. Never fails: what goes wrong is trouble in the shard, and the unit is
/// acknowledged all the same, because someone has seen it and said so.
pub fn observe(unit: &Unit, plan: &PlanHead, options: &Options, scratch: &mut detect::Scratch) -> Shard {
    let mut reader = Reader::new(unit, plan, options, scratch);
    let ended = catch_unwind(AssertUnwindSafe(|| source::read(unit, plan, &mut reader)));
    let place = Place::whole(&unit.origin, &[]);
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => reader.trouble(Trouble { place, kind: "unreadable-file".into(), message: error.to_string() }),
        Err(_) => reader.trouble(Trouble {
            place,
            kind: "internal-error".into(),
            message: "a bug in heliodon ended the reading of this unit; please report it".into(),
        }),
    }
    reader.into_shard()
}

/// A shard of one unit.
fn shard(unit: u64, ack: Ack, observations: Vec<Observation>, troubles: Vec<Trouble>) -> Shard {
    Shard { observations, troubles, acks: [(unit, ack)].into(), hidden: Default::default() }
}
